"""Part I, last chapter: why the counted area changed since the last report, cause by cause and project by project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.explain import rounded
from parkgis.outputs.charts.data import SHOWN_M2
from parkgis.outputs.letter.model import Paragraph
from parkgis.outputs.letter.say import counted, items, joined, named, paragraph, signed
from parkgis.outputs.tables import clean

if TYPE_CHECKING:
    from parkgis.explain import Change, Explanation
    from parkgis.outputs.letter.model import Block
    from parkgis.outputs.letter.say import Told
    from parkgis.words.catalogue import Words

PAPERS, PROJECTS, UNCHANGED = 2, 5, 6


def change(told: Told) -> list[Block]:
    """Say by how much the figure moved, why, and in which projects; or that there is nothing to compare with."""
    words, found = told.words, told.extras.explanation
    if found is None:
        return [Paragraph(words("letter.change_first"))]
    before, after, units = rounded(found.total, SHOWN_M2)
    gap, facts = after - before, {"since": found.a.on, "after": words.number(after / 100)}
    causes = [
        _cause(words, part.cause.value, n, [(p.number, p.date) for p in part.papers])
        for part, n in zip(found.total.parts, units, strict=True)
        if n
    ]
    if not causes:
        return [Paragraph(words("letter.change_same", **facts)), *_still(told, found)]
    if not gap:
        lead = words("letter.change_level", **facts)
    else:
        how = "up" if gap > 0 else "down"
        lead = words(f"letter.change_{how}", gap=words.number(abs(gap) / 100), before=words.number(before / 100), **facts)
    return [Paragraph(lead), *items(words, causes), *_projects(told, found)]


def _cause(words: Words, code: str, units: int, papers: list[tuple[str, object]]) -> str:
    facts = {"cause": words(f"letter.cause_{code}"), "area": signed(words, units)}
    if not papers:
        return words("letter.cause", **facts)
    told = [words("letter.paper", number=clean(number), date=date) for number, date in dict.fromkeys(papers)]
    left = len(told) - PAPERS
    shown = told if left <= 0 else [*told[:PAPERS], counted(words, "paper", left)]
    return words("letter.cause_backed", papers=joined(words, shown), **facts)


def moved(change: Change) -> int:
    """Return by how many hundredths of a hectare a project's figure moved, as printed."""
    before, after, _ = rounded(change, SHOWN_M2)
    return after - before


def _projects(told: Told, found: Explanation) -> list[Paragraph]:
    words = told.words
    changed = {name: moved(one) for name, one in found.projects.items() if moved(one)}
    most = sorted(changed, key=lambda name: (-abs(changed[name]), name))
    names = [
        words("letter.named_change", name=told.project(name), area=signed(words, changed[name])) for name in most[:PROJECTS]
    ]  # fmt: skip
    if len(most) > PROJECTS:
        names.append(counted(words, "place", len(most) - PROJECTS))
    return paragraph(words("letter.changed", projects=joined(words, names)) if names else "", _unchanged(told, found))


def _still(told: Told, found: Explanation) -> list[Paragraph]:
    return paragraph(
        told.words("letter.unchanged_all", projects=counted(told.words, "project", len(found.projects)))
    ) if len(found.projects) > 1 else []  # fmt: skip


def _unchanged(told: Told, found: Explanation) -> str:
    words = told.words
    still = [name for name, one in found.projects.items() if not moved(one)]
    if not still:
        return ""
    projects = counted(words, "project", len(still))
    if len(still) > UNCHANGED:
        return words("letter.unchanged_many", projects=projects)
    return words("letter.unchanged", projects=projects, names=named(words, map(told.project, still), UNCHANGED))
