"""Part I, last chapter: why the counted area, money and counts changed since the last report, and through which documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.explain import rounded
from parkgis.explain.figures import APPROVED, MONEY
from parkgis.outputs import moved as beside
from parkgis.outputs.letter.model import Paragraph
from parkgis.outputs.letter.say import BILLION, counted, items, joined, lower, money, named, paragraph, signed
from parkgis.outputs.tables import clean
from parkgis.units import apart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parkgis.explain import Explanation, Moved
    from parkgis.outputs.letter.model import Block
    from parkgis.outputs.letter.say import Told
    from parkgis.words.catalogue import Words

PAPERS, PROJECTS, UNCHANGED = 2, 5, 6


def change(told: Told) -> list[Block]:
    """Say by how much the figures moved, why, and in which projects; or that there is nothing to compare with."""
    words, found = told.words, told.extras.explanation
    if found is None:
        return [Paragraph(words("letter.change_first"))]
    before, after, units = rounded(found.total)
    gap, facts = after - before, {"since": found.a.on, "after": words.number(after / 100)}
    causes = [
        _cause(words, part.cause.value, n, [(p.number, p.date) for p in part.papers])
        for part, n in zip(found.total.parts, units, strict=True)
        if n
    ]
    if not causes:
        return [Paragraph(words("letter.change_same", **facts)), *_still(told, found), *_figures(told, found)]
    if not gap:
        lead = words("letter.change_level", **facts)
    else:
        how = "up" if gap > 0 else "down"
        lead = words(f"letter.change_{how}", gap=words.number(abs(gap) / 100), before=words.number(before / 100), **facts)
    return [Paragraph(lead), *items(words, causes), *_projects(told, found), *_figures(told, found)]


def _cause(words: Words, code: str, units: int, papers: list[tuple[str, object]]) -> str:
    facts = {"cause": words(f"letter.cause_{code}"), "area": signed(words, units)}
    return words("letter.cause_backed", papers=_papers(words, papers), **facts) if papers else words("letter.cause", **facts)


def _papers(words: Words, papers: Iterable[tuple[str, object]]) -> str:
    told = [words("letter.paper", number=clean(number), date=date) for number, date in dict.fromkeys(papers)]
    left = len(told) - PAPERS
    return joined(words, told if left <= 0 else [*told[:PAPERS], counted(words, "paper", left)])


def _projects(told: Told, found: Explanation) -> list[Paragraph]:
    words = told.words
    changed = {name: one.cents for name, one in found.projects.items() if one.cents}
    most = sorted(changed, key=lambda name: (-abs(changed[name]), name))
    names = [
        words("letter.named_change", name=told.project(name), area=signed(words, changed[name])) for name in most[:PROJECTS]
    ]  # fmt: skip
    if len(most) > PROJECTS:
        names.append(counted(words, "place", len(most) - PROJECTS))
    gap = abs(sum(changed.values()) + found.overlap.cents - found.total.cents) if len(most) <= PROJECTS else 0
    rounding = words("letter.change_rounded", gap=words.number(gap / 100)) if gap else ""
    return paragraph(words("letter.changed", projects=joined(words, names)) if names else "", rounding, _unchanged(told, found))


def _figures(told: Told, found: Explanation) -> list[Paragraph]:
    """Say which figures beside the hectares changed, each with the documents that moved it most."""
    words, said = told.words, []
    for one in beside.changed(beside.known(found)):
        if one.before != one.after:
            most = sorted(one.shares, key=lambda share: -abs(share.difference))
            papers = _papers(words, [(share.number, share.date) for share in most])
            said.append(words("letter.figure_backed", figure=_figure(words, one), papers=papers))
    return [Paragraph(words("letter.figures")), *items(words, said)] if said else []


def _figure(words: Words, one: Moved) -> str:
    def amount(value: int) -> str:
        return money(words, value) if one.what in (APPROVED, MONEY) else words.number(value, 0)

    what = words(f"letter.figure_{one.what}") if words.has(f"letter.figure_{one.what}") else lower(beside.name(one.what, words))
    if one.before is None or one.after is None:
        key, value = ("figure_new", one.after) if one.before is None else ("figure_gone", one.before)
        return words(f"letter.{key}", what=what, value=amount(value or 0))
    how, gap = "up" if one.difference > 0 else "down", abs(one.difference)
    if one.what in (APPROVED, MONEY) and min(one.before, one.after, gap) >= BILLION:
        gap = abs(apart(one.after, one.before, BILLION / 100)) * BILLION // 100  # all three in billions: they subtract
    return words(f"letter.figure_{how}", what=what, gap=amount(gap), after=amount(one.after))


def _still(told: Told, found: Explanation) -> list[Paragraph]:
    return paragraph(
        told.words("letter.unchanged_all", projects=counted(told.words, "project", len(found.projects)))
    ) if len(found.projects) > 1 else []  # fmt: skip


def _unchanged(told: Told, found: Explanation) -> str:
    words = told.words
    still = [name for name, one in found.projects.items() if not one.cents]
    if not still:
        return ""
    projects = counted(words, "project", len(still))
    if len(still) > UNCHANGED:
        return words("letter.unchanged_many", projects=projects)
    return words("letter.unchanged", projects=projects, names=named(words, map(told.project, still), UNCHANGED))
