"""A reconciliation of two lists: a page to sign, JSON and CSV. Both sides' texts come from files: all of it is escaped."""

from __future__ import annotations

import base64
import csv
import dataclasses
import functools
import hashlib
import importlib.resources
import io
import json
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from parkgis.findings import remedy, sentence
from parkgis.intake.compare import GROUPS
from parkgis.outputs.plain import safe
from parkgis.outputs.tables import clean
from parkgis.rules import stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.intake.compare import Comparison, Line
    from parkgis.words.catalogue import Words

COLUMNS = ("group", "key", "project", "here", "here_m2", "basis", "there", "there_m2", "difference_m2")


def page(comparison: Comparison, words: Words, board: str, project: str = "") -> str:
    """Draw the page both sides sign.

    Parameters
    ----------
    comparison : Comparison
    words : Words
    board : str
        Who keeps the ledger, in the reader's language.
    project : str
        Name of the project compared; empty for every project.

    Returns
    -------
    str
        HTML for A4, without script or anything fetched. The same comparison gives the same text.
    """
    style = _file("comparison.css")
    return _template().render(
        words=words,
        style=Markup(style),
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        demo=comparison.demo,
        board=clean(board),
        subject=words("sheets.subject", stage=stage(comparison.stage).name(words.lang), on=comparison.on),
        scope=words("sheets.subject_project", project=clean(project)) if project else words("sheets.subject_all"),
        sources=_sources(comparison, words),
        sums=sums(comparison, words),
        groups=[(code, [cells(comparison, line, words) for line in comparison.lines if line.group == code]) for code in GROUPS],
        remarks=[(clean(sentence(f, words)), clean(remedy(f, words))) for f in comparison.findings],
    )


def _sources(comparison: Comparison, words: Words) -> list[str]:
    c = comparison
    return [
        words("sheets.source_here", head_seq=c.head_seq, known=c.known, digest=c.digest),
        words("sheets.source_there", file=clean(c.file), sha256=c.sha256),
    ]


def sums(comparison: Comparison, words: Words) -> list[tuple[str, list[str]]]:
    """Return the table of groups: code and cells as text; the last row adds the groups up."""
    numbers: list[list[float]] = [
        [g.here, g.here_document_m2, g.here_grid_m2, g.there, g.there_m2, g.unknown] for g in comparison.groups
    ]
    numbers.append([sum(column) for column in zip(*numbers, strict=True)])
    return [
        (code, [words.number(value, 1 if at in (1, 2, 4) else 0) for at, value in enumerate(row)])
        for code, row in zip((*GROUPS, "all"), numbers, strict=True)
    ]


def cells(comparison: Comparison, line: Line, words: Words) -> list[str]:
    """Return the cells of a line: key, project, area here, its basis, area there, difference, place there."""
    facts = row(comparison, line)
    areas = {
        name: "–" if facts[name] is None else words.number(facts[name], 1) for name in ("here_m2", "there_m2", "difference_m2")
    }
    basis = words(f"sheets.basis_{facts['basis']}")
    place = comparison.file + "!"  # every place is in the one file the page names
    where = ", ".join(comparison.there.where[n].removeprefix(place).removeprefix(f"{comparison.file}:") for n in line.there)
    named = facts["here"] or facts["there"]
    return [clean(t) for t in (named, facts["project"], areas["here_m2"], basis, areas["there_m2"], areas["difference_m2"], where)]


def row(comparison: Comparison, line: Line) -> dict[str, Any]:
    """Return one line as data; several parcels in one cell are joined by ``; ``."""
    here, there = comparison.here, comparison.there
    bases = {here.basis[n] for n in line.here}
    return {
        "group": line.group,
        "key": line.key,
        "project": "; ".join(dict.fromkeys(here.where[n] for n in line.here)),
        "here": "; ".join(here.labels[n].lstrip("/") for n in line.here),
        "here_m2": None if len(bases) > 1 else _round(line.here_m2),  # two bases never add
        "basis": bases.pop() if len(bases) == 1 else "",
        "there": "; ".join(there.labels[n] for n in line.there),
        "there_m2": _round(line.there_m2),
        "difference_m2": _round(line.difference_m2),
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2) + 0.0


def as_json(comparison: Comparison) -> str:
    """Return ``{"parkgis.compare/v1": ...}``; areas in m2."""
    c = comparison
    body = {
        "on": c.on.isoformat(),
        "known": c.known.isoformat(),
        "digest": c.digest,
        "demo": c.demo,
        "ledger": {"entries": c.head_seq},
        "project": c.project or None,
        "stage": c.stage,
        "other": {"file": c.file, "sha256": c.sha256},
        "groups": [_rounded(dataclasses.asdict(group)) for group in c.groups],
        "parcels": [{**row(c, line), "where": [c.there.where[n] for n in line.there]} for line in c.lines],
        "findings": [
            {
                "code": f.code,
                "severity": f.severity.name.lower(),
                "where": f.where,
                "facts": {n: _plain(v) for n, v in f.facts.items()},
            }
            for f in c.findings
        ],
    }
    return json.dumps({"parkgis.compare/v1": body}, ensure_ascii=False, indent=2)


def _rounded(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _round(value) if isinstance(value, float) else value for name, value in facts.items()}


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)


def as_csv(comparison: Comparison) -> str:
    """Return a row a line of the comparison; text that looks like a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, "where"])
    for line in comparison.lines:
        facts = row(comparison, line)
        where = "; ".join(comparison.there.where[n] for n in line.there)
        writer.writerow([safe(cell) for cell in (*(facts[name] for name in COLUMNS), where)])
    return out.getvalue()


def _file(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_file("comparison.html"))
