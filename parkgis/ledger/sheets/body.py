"""The rows below a heading: land, totals, names of villages, and what is about no land."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from parkgis.ledger.sheets import headers
from parkgis.ledger.sheets.cells import Fault, Formula, SheetRow, areas, blank, numbers, shown, text, unfit
from parkgis.model import Finding, Severity
from parkgis.units import M2_PER_HA

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from parkgis.ledger.sheets.headers import Column, Heading
    from parkgis.ledger.sheets.read import Sheet

TOLERANCE_M2 = 0.1
NUMBERS = ("sheet", "parcel", "sheet_parcel")
BACKED = ("project", "stage", "day", "document")
KEPT = ("kind", "project", "stage", "day", "document", "document_date", "commune", "by", "note", "place", *sorted(headers.OWN))

_PLACE = re.compile(
    r"(?:(?:[IVX]{1,4}|\d{1,2}|[A-Za-z])\s?[.)/]\s*)?"  # as lists number their parts
    r"((?:thôn|xóm|làng|khu|tổ dân phố|tdp|xứ đồng|xã|phường|village|commune|ward)[\s:].{1,60})",
    re.IGNORECASE,
)
_SUM = re.compile(r"(tổng|cộng|total|subtotal|grand total)\b", re.IGNORECASE)
_DEFAULT_NAME = re.compile(r"(sheet|trang tinh|trang|bang)\s?\d*")
_KEY = re.compile(r"(?:([^/\s]{1,20})/)?([^/\s]{1,20})/([^/\s]{1,20})")


@dataclasses.dataclass(frozen=True, slots=True)
class Total:
    """A row of totals: what it states, what its rows add up to (m2, basis document), whether they agree.

    ``summed_m2`` and ``agrees`` are None where it was not checked: it states nothing, is a formula, or an
    area above it could not be read.
    """

    row: int
    label: str
    stated_m2: float | None
    column: str = ""
    tolerance_m2: float = TOLERANCE_M2
    summed_m2: float | None = None
    agrees: bool | None = None


@dataclasses.dataclass(slots=True)
class Body:
    """What was read below a heading; ``areas`` holds (row number, stated area) of every row about land."""

    rows: list[SheetRow] = dataclasses.field(default_factory=list)
    areas: list[tuple[int, float | None]] = dataclasses.field(default_factory=list)
    totals: list[Total] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    places: tuple[str, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()


def read(
    sheet: Sheet,
    heading: Heading,
    where: Callable[[int], str],
    filled: Mapping[str, Any],
    missing: Collection[str],
    *,
    named: bool,
    only: Collection[str],
) -> Body:
    """Read the rows below a heading.

    Parameters
    ----------
    sheet : Sheet
    heading : Heading
    where : callable
        Row number -> place, for messages.
    filled : mapping
        Role -> value of what a row does not say itself.
    missing : collection of str
        Roles that neither a column nor ``filled`` has, though every row needs them.
    named : bool
        The file has several lists: the name of the sheet says where the land lies.
    only : collection of str
        Roles to read; empty for all.
    """
    return _Reader(sheet, heading, where, filled, missing, named=named, only=only).read()


class _Reader:
    def __init__(
        self,
        sheet: Sheet,
        heading: Heading,
        where: Callable[[int], str],
        filled: Mapping[str, Any],
        missing: Collection[str],
        *,
        named: bool,
        only: Collection[str],
    ) -> None:
        self.sheet, self.heading, self.where, self.filled = sheet, heading, where, filled
        self.missing, self.unread = set(missing), set[str]()
        self.roles = {role: column for role, column in heading.roles().items() if not only or role in only}
        self.labels = {role: column.label for role, column in self.roles.items()}
        self.heads = {column.at: headers.bare(column.heading) for column in heading.columns}
        self.lines = [(at, cells) for at, cells in sheet.rows if at > heading.last]
        self.by_row = dict(sheet.rows)
        self.by_hectare = self._by_hectare()
        self.name = sheet.name if named and not _DEFAULT_NAME.fullmatch(headers.bare(sheet.name)) else ""
        self.personal = {c.at for c in heading.columns if c.role == "personal"}
        self.found = Body()
        self.together: dict[int, list[int]] = {}  # first row of a stated area -> its parcels among the rows
        self.one_area: dict[int, float] = {}

    def _by_hectare(self) -> bool:
        area = self.roles.get("area_m2")
        return area is not None and (
            area.unit in ("ha", "hecta") or (not area.unit and headers.hectares_above(self.sheet, self.heading))
        )

    def read(self) -> Body:
        if self.lines and headers.is_numbering(self.lines[0][1]):
            self.lines = self.lines[1:]
        kinds = [self._kind(at, cells) for at, cells in self.lines]
        last = max((n for n, kind in enumerate(kinds) if kind in ("land", "total")), default=-1)
        village, villages, skipped = "", [], []
        for n, ((at, cells), kind) in enumerate(zip(self.lines, kinds, strict=True)):
            if kind == "total":
                self.found.totals.append(self._total(at, cells))
            elif kind == "land" or (kind == "broken" and n < last):
                self._land(at, cells, village)
            elif kind != "repeated":
                if n < last and (named := self._village(cells)):
                    village = named
                    villages.append(named)
                else:
                    skipped.append((at, shown(" · ".join(self._harmless(cells)))))
        self._join()
        self.found.places, self.found.skipped = tuple(dict.fromkeys(villages)), tuple(skipped)
        return self.found

    # -- cells ---------------------------------------------------------------------------------------

    def _cell(self, at: int, cells: Sequence[Any], column: Column) -> Any:
        """Return a cell; one that a merge downward swallowed says what the first of it says."""
        value = cells[column.at] if column.at < len(cells) else None
        if value is not None:
            return value
        row, first = self.sheet.merged.get((at, column.at + 1), (at, column.at + 1))
        if row == at or first != column.at + 1 or row <= self.heading.last:
            return None
        source = self.by_row.get(row, ())
        return source[column.at] if column.at < len(source) else None

    def _values(self, at: int, cells: Sequence[Any]) -> dict[str, Any]:
        return {role: self._cell(at, cells, column) for role, column in self.roles.items()}

    def _harmless(self, cells: Sequence[Any]) -> list[str]:
        """Return what a row says outside the columns of names: skipped rows are shown, people are not."""
        return [text(cell) for n, cell in enumerate(cells) if not blank(cell) and n not in self.personal]

    # -- kinds of rows -------------------------------------------------------------------------------

    def _kind(self, at: int, cells: Sequence[Any]) -> str:
        """Tell ``land``, ``total``, ``repeated`` heading, ``broken`` (land or signature) and ``text`` apart."""
        values = self._values(at, cells)
        told = [role for role in NUMBERS if not blank(values.get(role)) and not _sums_up(values[role])]
        if "parcel" not in told and "sheet_parcel" not in told and any(_sums_up(c) for c in _first_texts(cells)):
            return "total"
        if self._repeats(cells):
            return "repeated"
        area = values.get("area_m2")
        if any(_numeric(values[role]) for role in told) or (not blank(area) and (areas(area) is not None or unfit(area))):
            return "land"
        if sum(not blank(values.get(role)) for role in BACKED) >= 2 or any(_numeric(values.get(role)) for role in headers.OWN):
            return "land"
        return "broken" if told or not blank(area) else "text"

    def _repeats(self, cells: Sequence[Any]) -> bool:
        """Tell whether a row is the heading again, as printed lists have it on every page."""
        said = [(at, cell) for at, cell in enumerate(cells) if not blank(cell)]
        return len(said) >= 2 and all(at in self.heads and headers.bare(cell) in self.heads[at] for at, cell in said)

    def _village(self, cells: Sequence[Any]) -> str:
        said = [text(cell) for cell in cells if not blank(cell) and not isinstance(cell, Formula | Fault)]
        names = [match[1] for name in dict.fromkeys(said) if (match := _PLACE.fullmatch(name))]
        return shown(names[0]) if len(names) == 1 else ""

    def _total(self, at: int, cells: Sequence[Any]) -> Total:
        label = next((text(cell) for cell in _first_texts(cells) if _sums_up(cell)), "")
        column = self.roles.get("area_m2")
        value = self._cell(at, cells, column) if column else None
        if isinstance(value, Formula | Fault):
            facts = {"label": shown(label), "value": shown(value), "column": column.label if column else ""}
            self.found.findings.append(Finding("sheet_total_formula", Severity.INFO, where=self.where(at), facts=facts))
        found = None if blank(value) else areas(value)
        stated = found[0] if found else None
        if stated is None:
            return Total(at, shown(label), None)
        return Total(at, shown(label), stated * self._scale, column.label if column else "", self._tolerance(value))

    @property
    def _scale(self) -> float:
        return M2_PER_HA if self.by_hectare else 1.0

    def _tolerance(self, value: Any) -> float:
        """Return how far a total may be off: 0.1 m2; in hectares also half of its last decimal."""
        decimals = len(re.split("[.,]", text(value))[-1]) if re.search("[.,]", text(value)) else 0
        return max(TOLERANCE_M2, 0.5 * 10.0**-decimals * M2_PER_HA if self.by_hectare else 0.0) + 1e-6

    # -- land ----------------------------------------------------------------------------------------

    def _refuse(self, at: int, code: str, role: str, value: Any = None, **more: Any) -> None:
        facts = {"column": self.labels.get(role, role), "value": shown(value), **more}
        self.found.findings.append(Finding(code, Severity.ERROR, where=self.where(at), facts=facts))
        self.unread.add(role)

    def _land(self, at: int, cells: Sequence[Any], village: str) -> None:
        values, self.unread = self._values(at, cells), set(self.missing)
        for role, value in values.items():
            if code := unfit(value):
                self._refuse(at, code, role, value)
        whole = self.unread == self.missing
        land = self._keys(at, values) if whole else None
        stated = self._areas(at, values, 1 if land is None else len(land)) if whole else None
        self.found.areas.append((at, None if stated is None else sum(a or 0.0 for a in stated[0]) + (stated[1] or 0.0)))
        base = self._base(values, village)
        if land is None or stated is None:
            self.found.rows.append(SheetRow(self.where(at), base, self.labels, unread=frozenset(self.unread | {"parcel"})))
            return
        shared, unread = self._shared(at) or at, frozenset(self.missing)
        for (commune, number, parcel), area in zip(land, stated[0], strict=True):
            own = {**base, "commune": commune or base.get("commune"), "sheet": number, "parcel": parcel, "area_m2": area}
            self.found.rows.append(SheetRow(self.where(at), own, self.labels, unread=unread))
            self.together.setdefault(shared, []).append(len(self.found.rows) - 1)
        if stated[1] is not None:
            self.one_area[shared] = stated[1]

    def _join(self) -> None:
        """Give every parcel that shares one stated area that area and the names of all that share it."""
        for first, area in self.one_area.items():
            members = [self.found.rows[n] for n in self.together[first]]
            names = ", ".join(f"{row.text('sheet')}/{row.text('parcel')}".strip("/") for row in members)
            for n, row in zip(self.together[first], members, strict=True):
                self.found.rows[n] = dataclasses.replace(row, together=(area, names))

    def _base(self, values: Mapping[str, Any], village: str) -> dict[str, Any]:
        base = {role: values.get(role) for role in KEPT}
        for role, value in self.filled.items():
            if blank(base.get(role)):
                base[role] = value
        place = [text(v) for v in (base.pop("place"), village, self.name, base.get("note")) if not blank(v)]
        base["note"] = "; ".join(dict.fromkeys(place))
        return base

    def _keys(self, at: int, values: Mapping[str, Any]) -> list[tuple[str, str, str]] | None:
        """Return (commune, sheet, parcel) of each parcel of a row; three empty texts for an area alone."""
        if not blank(values.get("sheet_parcel")):
            return self._whole_keys(at, values["sheet_parcel"])
        given = {role: not blank(values.get(role)) for role in ("sheet", "parcel")}
        if not any(given.values()):
            return [("", "", "")]
        for role, there in given.items():
            if not there:
                self._refuse(at, f"row_{role}_missing", role)
        read = {role: numbers(values[role]) for role, there in given.items() if there}
        for role, parts in read.items():
            if parts is None:
                self._refuse(at, "row_number_form", role, values[role])
        if len(read) < 2 or any(parts is None for parts in read.values()):
            return None
        maps, parcels = read["sheet"] or [], read["parcel"] or []
        if len(maps) not in (1, len(parcels)):
            self._refuse(at, "row_counts", "sheet", values["sheet"], other=shown(values["parcel"]))
            return None
        return [
            ("", number, parcel) for number, parcel in zip(maps * len(parcels) if len(maps) == 1 else maps, parcels, strict=True)
        ]

    def _whole_keys(self, at: int, value: Any) -> list[tuple[str, str, str]] | None:
        found = [_KEY.fullmatch(part.strip()) for part in re.split(r"[+;,\n]", text(value))]
        keys = [(match[1] or "", match[2], match[3]) for match in found if match]
        if len(keys) < len(found) or any(numbers(part) is None for key in keys for part in key if part):
            self._refuse(at, "row_number_form", "sheet_parcel", value)
            return None
        return keys

    def _areas(self, at: int, values: Mapping[str, Any], count: int) -> tuple[list[float | None], float | None] | None:
        """Return the area of each parcel, and the one stated for all of them together; None after a refusal."""
        value = values.get("area_m2")
        shared = self._shared(at)
        if blank(value) or (shared and shared != at):
            return [None] * count, None
        read = areas(value)
        if read is None:
            self._refuse(at, "row_number", "area_m2", value)
            return None
        scaled = [area * self._scale for area in read]
        if len(scaled) == count and not shared:
            return list(scaled), None
        if len(scaled) == 1:
            return [None] * count, scaled[0]
        self._refuse(at, "row_counts", "area_m2", value, other=str(count))
        return None

    def _shared(self, at: int) -> int | None:
        """Return the first row of the merge the area cell belongs to, where it spans several rows."""
        column = self.roles.get("area_m2")
        if column is None:
            return None
        if (at, column.at + 1) in self.sheet.merged:
            return self.sheet.merged[at, column.at + 1][0]
        return at if self.sheet.merged.get((at + 1, column.at + 1)) == (at, column.at + 1) else None


def _first_texts(cells: Sequence[Any]) -> list[Any]:
    return [cell for cell in cells if isinstance(cell, str) and not blank(cell) and not isinstance(cell, Formula | Fault)][:2]


def _sums_up(value: Any) -> bool:
    """Tell whether a cell begins a row of totals; a holder named Tống or Công ty does not."""
    if not isinstance(value, str) or isinstance(value, Formula | Fault):
        return False
    return (
        _SUM.match(unicodedata.normalize("NFC", value.strip())) is not None
        or headers.bare(value) in headers.table()["list"]["total"]
    )


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) or bool(unfit(value)) or numbers(value) is not None
