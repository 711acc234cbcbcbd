"""Read the text layers every workspace ships: parks, projects, dated public statements."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import hashlib
import itertools
import math
from pathlib import Path
from typing import TYPE_CHECKING

from parkgis.errors import FieldMissing, FileMissing, FileUnreadable, InputError, Reason
from parkgis.model import Finding, Park, Project, Severity
from parkgis.vn2000 import TM3, VIETNAM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """What somebody said in public of a park's clearance. Never a hand-over record; never counted.

    Attributes
    ----------
    label : str
        The park as the source names it.
    date : str
        ISO date of reduced precision: ``2025``, ``2025-04`` or ``2025-04-18``. Never made more precise.
    metric, value, unit
        E.g. ``handed_over_ha``, 236.0, ``ha``.
    bound : {"exact", "at_least", "about", "at_most"}
    scope : {"whole", "part", "province", "other_park"}
        ``part`` figures are never added to, or divided by, the whole.
    part : str
        Which part, in the source's words.
    date_inferred : {"", "month", "year"}
    """

    label: str
    date: str
    metric: str
    value: float
    unit: str
    text: str
    source: str
    url: str
    confidence: str
    park_id: str
    project_id: str
    scope: str
    part: str
    bound: str
    date_inferred: str

    @property
    def precision(self) -> str:
        return {4: "year", 7: "month", 10: "day"}[len(self.date)]


def _rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.exists():
        raise FileMissing(path=path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for column in needed:
                if column not in (reader.fieldnames or ()):
                    raise FieldMissing(path=path, role=column, columns=", ".join(reader.fieldnames or ()))
            for row in reader:
                yield reader.line_num, _complete(path, reader.line_num, row)
    except UnicodeDecodeError as error:
        raise FileUnreadable(path=path, why=Reason("not_utf8", "not UTF-8")) from error
    except (OSError, csv.Error) as error:
        raise FileUnreadable(path=path, why=str(error)) from error


def _complete(path: Path, line: int, row: dict[str, str]) -> dict[str, str]:
    if None in row or None in row.values():  # csv.DictReader's way to say "more", "fewer"
        raise InputError(
            path=path,
            why=Reason("csv_cells", "line {line}: not as many cells as the header; put quotes around text with commas", line=line),
        )
    return row


def _number(path: Path, line: int, row: dict[str, str], column: str) -> float:
    try:
        number = float(row[column])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(
            path=path,
            why=Reason(
                "csv_number",
                "line {line}, {column}: {value} is not a number; write 1805.5",
                line=line,
                column=column,
                value=row[column],
            ),
        )
    return number


def _centre(path: Path, line: int, row: dict[str, str]) -> tuple[float | None, float | None]:
    """Read latitude and longitude (WGS 84 degrees): both, inside Vietnam, or neither."""
    if not row["lat"].strip() and not row["lon"].strip():
        return None, None
    lat, lon = _number(path, line, row, "lat"), _number(path, line, row, "lon")
    if not (VIETNAM[0] <= lon <= VIETNAM[2] and VIETNAM[1] <= lat <= VIETNAM[3]):
        raise InputError(
            path=path,
            why=Reason(
                "csv_place",
                "line {line}: lat {lat}, lon {lon} is not in Vietnam; lat is about 21, lon about 106",
                line=line,
                lat=str(lat),
                lon=str(lon),
            ),
        )
    return lat, lon


def _zone(path: Path, line: int, row: dict[str, str]) -> str:
    """Read the VN-2000 zone of a project; a table without the column, or an empty cell, leaves it to the province's."""
    text = row.get("legal_crs", "").strip()
    if text and text not in {f"EPSG:{code}" for code in TM3}:
        sentence = "line {line}: legal_crs {zone} is no VN-2000 TM-3 zone; write for example EPSG:9209"
        raise InputError(path=path, why=Reason("csv_zone", sentence, line=line, zone=text))
    return text


def _day(path: Path, line: int, row: dict[str, str]) -> str:
    text = row["date"]
    try:
        dt.date.fromisoformat(f"{text}-01-01"[:10] if len(text) in (4, 7, 10) else "")
    except ValueError as error:
        raise InputError(
            path=path,
            why=Reason("csv_date", "line {line}, date: {value} is not 2025, 2025-04 or 2025-04-18", line=line, value=text),
        ) from error
    return text


def _demand_unique(path: Path, column: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            raise InputError(
                path=path,
                why=Reason("csv_id_twice", "{column} {id} stands in two rows; each id is one thing", column=column, id=id_),
            )
        seen.add(id_)


def read_parks(path: Path) -> tuple[Park, ...]:
    """Read ``parks.csv`` in its own order."""
    names = [field.name for field in dataclasses.fields(Park)]
    rows = _rows(path, ["park_id", *names[1:]])
    parks = tuple(Park(row["park_id"], *(row[n] for n in names[1:])) for _, row in rows)
    _demand_unique(path, "park_id", [park.id for park in parks])
    return parks


def read_projects(path: Path) -> tuple[Project, ...]:
    """Read ``projects.csv`` in its own order; areas in hectares, centres in WGS 84 degrees."""

    def project(line: int, row: dict[str, str]) -> Project:
        lat, lon = _centre(path, line, row)
        words = {n: row[n] for n in ("park_id", "name_vi", "name_en", "group", "developer", "decision", "status", "communes",
                                     "coord_grade", "osm_way", "source", "note")}  # fmt: skip
        words["legal_crs"] = _zone(path, line, row)
        return Project(id=row["project_id"], planned_ha=_number(path, line, row, "planned_ha"), lat=lat, lon=lon, **words)

    needed = ("park_id", "project_id", "name_vi", "name_en", "group", "planned_ha", "developer", "decision", "status", "communes",
              "lat", "lon", "coord_grade", "osm_way", "source", "note")  # fmt: skip
    projects = tuple(project(line, row) for line, row in _rows(path, needed))
    _demand_unique(path, "project_id", [p.id for p in projects])
    return projects


def read_projects_of(path: Path, parks: Sequence[Park]) -> tuple[Project, ...]:
    """Read ``projects.csv`` and hold it against the parks: without its park a project would be in the province alone."""
    projects, known = read_projects(path), {park.id for park in parks}
    for project in projects:
        if project.park_id not in known:
            why = Reason(
                "csv_park_unknown", "project {project}: parks.csv has no park {park}", project=project.id, park=project.park_id
            )
            raise InputError(path=path, why=why)
    return projects


def read_statements(path: Path) -> tuple[Statement, ...]:
    """Read ``statements.csv``; a workspace without the file has none."""
    if not path.exists():
        return ()
    needed = ("park_vi", "date", "metric", "value", "unit", "statement", "source_title", "source_url", "confidence",
              "park_id", "project_id", "scope", "part", "bound", "date_inferred")  # fmt: skip
    found = []
    for line, row in _rows(path, needed):
        rest = (row[n] for n in needed[5:])
        day, value = _day(path, line, row), _number(path, line, row, "value")
        found.append(Statement(row["park_vi"], day, row["metric"], value, row["unit"], *rest))
    return tuple(found)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, read in pieces; of a folder, that of its files by name."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file())
        lines = [f"{p.relative_to(path).as_posix()} {sha256(p)}\n" for p in files]
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- contradictions between statements: a tuple of functions, each statements -> findings ------------------


def _does_not_add_up(said: Sequence[Statement]) -> Iterator[Finding]:
    """The whole less what is done is not what is said to remain, on one day."""
    for key in dict.fromkeys((s.label, s.date) for s in said):
        same = {s.metric: s for s in said if (s.label, s.date) == key}
        if {"project_ha", "compensated_ha", "remaining_ha"} <= set(same):
            whole, done, left = (same[m].value for m in ("project_ha", "compensated_ha", "remaining_ha"))
            if abs(whole - done - left) > 0.005:
                facts = {"whole": whole, "done": done, "left": left, "right": round(whole - done, 4)}
                yield Finding("statement_sum", Severity.WARNING, where=f"{key[0]}, {key[1]}", facts=facts)


def _remaining_rises(said: Sequence[Statement]) -> Iterator[Finding]:
    """Less remained earlier than remains later: said or implied by whole less done."""
    for label in dict.fromkeys(s.label for s in said):
        mine = [s for s in said if s.label == label]
        by_date = {s.date: {t.metric: t.value for t in mine if t.date == s.date} for s in mine}
        left = {
            date: m.get(
                "remaining_ha", m["project_ha"] - m["compensated_ha"] if {"project_ha", "compensated_ha"} <= set(m) else None
            )
            for date, m in by_date.items()
        }
        known = sorted((date, value) for date, value in left.items() if value is not None)
        for (then, before), (now, after) in itertools.pairwise(known):
            if after > before + 0.005:
                facts = {"then": then, "before": round(before, 4), "now": now, "after": after}
                yield Finding("statement_rises", Severity.WARNING, where=label, facts=facts)


def _paid_but_not_handed(said: Sequence[Statement]) -> Iterator[Finding]:
    """More paid than handed over in a park: land paid for and not yet delivered, or two scopes."""
    for park in dict.fromkeys(s.park_id for s in said if s.park_id):
        paid = [s for s in said if s.park_id == park and s.metric == "compensated_ha"]
        handed = [s for s in said if s.park_id == park and s.metric == "handed_over_ha"]
        for p in paid:
            for h in handed:
                if p.value > h.value:
                    facts = {"paid": p.value, "paid_of": p.label, "paid_on": p.date, "handed": h.value, "handed_on": h.date}
                    yield Finding("statement_paid_more", Severity.INFO, where=h.label, facts=facts)


def _areas_differ(said: Sequence[Statement]) -> Iterator[Finding]:
    """Sources give one project areas that differ by more than 1 %."""
    for project in dict.fromkeys(s.project_id for s in said if s.project_id):
        areas = [s for s in said if s.project_id == project and s.scope == "whole" and s.metric in ("project_ha", "planned_ha")]
        values = sorted({s.value for s in areas})
        if len(values) > 1 and values[-1] > values[0] * 1.01:
            facts = {"project": project, "values": "; ".join(f"{v:g}" for v in values)}
            yield Finding("statement_areas", Severity.INFO, where=project, facts=facts)


CONTRADICTIONS: tuple[Callable[[Sequence[Statement]], Iterator[Finding]], ...] = (
    _does_not_add_up,
    _remaining_rises,
    _paid_but_not_handed,
    _areas_differ,
)


def contradictions(said: Sequence[Statement]) -> tuple[Finding, ...]:
    """Return where public statements contradict each other; every statement is kept as it is."""
    return tuple(finding for look in CONTRADICTIONS for finding in look(said))
