"""Draw an explanation: text for people, ``{"parkgis.diff/v1": ...}`` and CSV for programs.

In every form the parts add up to the difference as printed (:func:`parkgis.explain.rounded`): hectares to
two decimals for people, square metres to two for programs.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import TYPE_CHECKING, Any

from parkgis.explain import Cause, rounded
from parkgis.outputs import moved
from parkgis.outputs.plain import safe
from parkgis.units import printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.explain import Backing, Change, Explanation, Moved, Part
    from parkgis.words.catalogue import Words

M2_CENT = 0.01
DOCUMENTS_SHOWN = 8
OVERLAP, TOTAL = "overlap", "total"  # as projects of the CSV
COUNTED = "counted_m2"


# -- for people --------------------------------------------------------------------------------------------


def text(explanation: Explanation, words: Words) -> str:
    """Return the explanation as lines: the difference, its parts with their documents, then project by project."""
    e = explanation
    lines = [f"*** {words('word.demo')} ***"] if e.demo else []
    lines.append(words("explain.title"))
    for name, cut, seq, year, digest in zip(("from", "to"), (e.a, e.b), e.heads, e.years, e.digests, strict=True):
        facts = {"on": cut.on, "known": cut.known, "seq": seq, "year": year, "digest": digest[:12]}
        lines.append(words(f"explain.{name}", **facts))
    lines += ["", *_change(e.total, words, "")]
    changed = {name: change for name, change in (*e.projects.items(), (words("explain.overlap"), e.overlap)) if _moved(change)}
    if changed:
        lines += ["", words("explain.by_project")]
        for name, change in changed.items():
            lines += [f"  {name}", *_change(change, words, "  ", documents=False)]
    lines += _figures(e, words)
    return "\n".join([*lines, "", words("explain.note")])


def _moved(change: Change) -> bool:
    """Tell whether there is anything to say: a centimetre squared of a sum's rounding is nothing."""
    return any(part.papers for part in change.parts) or any(rounded(change, M2_CENT)[2])


def _change(change: Change, words: Words, indent: str, *, documents: bool = True) -> Iterator[str]:
    before, after, parts = rounded(change)
    width = max(len(words(f"explain.{cause}")) for cause in Cause) + 2
    level = f"{indent}{words('explain.level', before=_ha(before, words), after=_ha(after, words))}"
    yield f"{level}  {_signed(after - before, words)} ha"
    for part, share, fine in zip(change.parts, parts, rounded(change, M2_CENT)[2], strict=True):
        if fine or part.papers:
            yield f"{indent}  {words(f'explain.{part.cause}'):<{width}}{_signed(share, words):>12} ha"
            yield from (f"{indent}      {line}" for line in (_documents(part, words) if documents else ()))


def _documents(part: Part, words: Words) -> Iterator[str]:
    for paper in part.papers[:DOCUMENTS_SHOWN]:
        stated = "" if paper.stated_m2 is None else words("explain.stated", area=_signed(printed(paper.stated_m2), words))
        facts = {"number": paper.number, "date": paper.date, "project": paper.project or "–", "entries": paper.entries}
        yield words("explain.document", **facts) + stated
    if len(part.papers) > DOCUMENTS_SHOWN:
        yield words("explain.more", count=len(part.papers) - DOCUMENTS_SHOWN)


def _figures(explanation: Explanation, words: Words) -> Iterator[str]:
    """Yield the other figures that changed, each with the documents that moved it, cause by cause."""
    found = moved.changed(moved.known(explanation))
    if found:
        yield from ("", words("explain.figures"))
    for one in found:
        before, after = one.before, one.after
        level = words("explain.figure", name=moved.name(one.what, words), before=before, after=after)
        yield f"  {level}  {moved.signed(one.difference, words)}"
        for share in one.shares[:DOCUMENTS_SHOWN]:
            facts = {"number": share.number, "date": share.date, "project": share.project, "entries": share.entries}
            cause = words(f"explain.paper_{share.cause}")
            yield f"      {moved.signed(share.difference, words)}  {words('explain.document', **facts)} – {cause}"
        if len(one.shares) > DOCUMENTS_SHOWN:
            left = one.shares[DOCUMENTS_SHOWN:]
            rest = moved.signed(sum(share.difference for share in left), words)
            yield f"      {rest}  {words('explain.more', count=len(left))}"


def _ha(cents: int, words: Words) -> str:
    return words.number(cents / 100)


def _signed(cents: int, words: Words) -> str:
    return ("+" if cents > 0 else "") + _ha(cents, words)


# -- for programs ------------------------------------------------------------------------------------------


def as_json(explanation: Explanation) -> str:
    """Return ``{"parkgis.diff/v1": ...}``; areas in m2, on the basis that the definition counts; money in dong."""
    e = explanation
    ends = zip(("from", "to"), (e.a, e.b), e.heads, e.years, e.digests, strict=True)
    body: dict[str, Any] = {
        name: {"on": cut.on.isoformat(), "known": cut.known.isoformat(), "entries": seq, "target_year": year, "digest": digest}
        for name, cut, seq, year, digest in ends
    }
    changed = {name: change for name, change in e.projects.items() if _moved(change)}
    body |= {
        "demo": e.demo,
        "total": _json_change(e.total),
        "projects": [{"project": name, **_json_change(change)} for name, change in changed.items()],
        "overlap": _json_change(e.overlap),
        "figures": [_json_figure(one) for one in moved.known(e)],
        "figures_by_project": [
            {"project": name, "figures": figures}
            for name, known in e.figures.items()
            if (figures := [_json_figure(one) for one in known if one.shares])
        ],
    }
    return json.dumps({"parkgis.diff/v1": body}, ensure_ascii=False, indent=2)


def _json_change(change: Change) -> dict[str, Any]:
    before, after, parts = rounded(change, M2_CENT)
    return {
        "before_m2": before / 100,
        "after_m2": after / 100,
        "difference_m2": (after - before) / 100,
        "parts": [
            {"cause": part.cause.value, "area_m2": share / 100, "documents": [_json_paper(paper) for paper in part.papers]}
            for part, share in zip(change.parts, parts, strict=True)
        ],
    }


def _json_paper(paper: Backing) -> dict[str, Any]:
    stated = None if paper.stated_m2 is None else round(paper.stated_m2, 2)
    return {
        "number": paper.number,
        "date": paper.date.isoformat(),
        "project": paper.project,
        "entries": paper.entries,
        "stated_m2": stated,
    }


def _json_figure(one: Moved) -> dict[str, Any]:
    shares = [{**dataclasses.asdict(share), "date": share.date.isoformat()} for share in one.shares]
    return {"figure": one.what, "before": one.before, "after": one.after, "difference": one.difference, "documents": shares}


def as_csv(explanation: Explanation) -> str:
    """Return a row a figure, project and cause; point decimals.

    First the counted area: projects, their overlap and the total. Then money, households, graves and lots, of projects and total,
    whose ``area_m2`` is empty. ``difference`` is in the unit of ``figure``: square metres, dong, a count.
    """
    e = explanation
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["from", "to", "project", "cause", "area_m2", "documents", "entries", "demo", "figure", "difference"])
    span, mark = [e.a.on.isoformat(), e.b.on.isoformat()], "DEMO" if e.demo else ""
    for project, cause, area, numbers, entries, figure, difference in (*_area_rows(e), *_figure_rows(e)):
        documents = safe("; ".join(numbers))
        writer.writerow([*span, safe(project), cause.value, area, documents, entries, mark, figure, difference])
    return out.getvalue()


CsvRow = tuple[str, Cause, float | str, list[str], int, str, float]


def _area_rows(e: Explanation) -> Iterator[CsvRow]:
    changes = [(name, change) for name, change in e.projects.items() if _moved(change)]
    for name, change in (*changes, (OVERLAP, e.overlap), (TOTAL, e.total)):
        for part, share in zip(change.parts, rounded(change, M2_CENT)[2], strict=True):
            numbers = [paper.number for paper in part.papers]
            entries = sum(paper.entries for paper in part.papers)
            yield name, part.cause, share / 100, numbers, entries, COUNTED, share / 100


def _figure_rows(e: Explanation) -> Iterator[CsvRow]:
    """Yield what each cause did to a figure, where documents moved it."""
    for name, figures in (*e.figures.items(), (TOTAL, moved.known(e))):
        for one in figures:
            for cause in dict.fromkeys(share.cause for share in one.shares):
                mine = [share for share in one.shares if share.cause is cause]
                numbers = list(dict.fromkeys(share.number for share in mine))
                entries, difference = (sum(getattr(share, field) for share in mine) for field in ("entries", "difference"))
                yield name, cause, "", numbers, entries, one.what, difference
