"""Slides of the parks that matter now, and of what stands in the way."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.explain import rounded, summed
from parkgis.outputs.deck.model import Column, Slide, Table
from parkgis.outputs.deck.notes import sources
from parkgis.outputs.deck.province import cents, funnel, signed
from parkgis.outputs.matters import obstacle_name
from parkgis.rules import stages
from parkgis.rules.obstacles import owner_name
from parkgis.units import apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.briefing import Briefing, ParkLine
    from parkgis.explain import Explanation
    from parkgis.outputs.deck.notes import Told
    from parkgis.status import Obstacle

MOST_PARKS = 12
MOST_ROWS = 8
MOST_OBSTACLES = 7
MOST_NOTED = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Concern:
    """Why a park matters now.

    Attributes
    ----------
    moved : bool
        Its counted figure or its documents changed since the last cut-off.
    change_units : int
        By how many hundredths of a hectare.
    behind_units : int
        Hundredths of a hectare less counted than planned for the months that have ended; 0 without a plan, or where it is kept.
    overdue : int
        Obstacles past their due day.
    """

    park: ParkLine
    moved: bool
    change_units: int
    behind_units: int
    overdue: int

    @property
    def reasons(self) -> int:
        return self.moved + (self.behind_units > 0) + (self.overdue > 0)


def concerns(briefing: Briefing, explanation: Explanation | None) -> list[Concern]:
    """Return the parks that matter now: those with most reasons first, then those further behind plan."""
    found = [_concern(park, explanation) for park in briefing.parks]
    return sorted((c for c in found if c.reasons), key=lambda c: (-c.reasons, -c.behind_units, -c.overdue))


def _concern(park: ParkLine, explanation: Explanation | None) -> Concern:
    told = explanation.projects if explanation else {}
    changes = [told[id_] for id_ in park.projects if id_ in told]
    moved = any(any(rounded(change)[2]) or any(part.papers for part in change.parts) for change in changes)
    behind = apart(park.matters.planned_to_date_m2, park.counted.area_m2) if park.matters.plan else 0
    return Concern(park, moved, summed(changes).cents, max(behind, 0), park.matters.overdue)


def parks(told: Told) -> list[Slide]:
    """One slide a park that matters now; beyond :data:`MOST_PARKS` a table of the others."""
    found = concerns(told.briefing, told.extras.explanation)
    slides = [_park(told, concern) for concern in found[:MOST_PARKS]]
    rest = found[MOST_PARKS:]
    return [*slides, *([_others(told, rest)] if rest else [])]


def _park(told: Told, concern: Concern) -> Slide:
    b, words, park = told.briefing, told.words, concern.park
    papers = [paper for paper in b.papers if paper.project in park.projects]
    names = tuple(stage.short(words.lang) for stage in stages())
    areas = tuple(area.area_m2 for area in park.stages)
    pairs = "; ".join(f"{name} {words.ha(area)} ha" for name, area in zip(names, areas, strict=True))
    name = park.name(words.lang)
    alt = words("deck.park_alt", park=name, stages=pairs if papers else words("map.share_unknown"))
    told_of = words("deck.projects_note", projects="; ".join(told.project(id_) for id_ in park.projects))
    return Slide(
        f"park:{park.id}", "number", name, funnel(names, areas, words, alt),
        number=words.ha(park.counted.area_m2), unit=words("deck.park_unit", year=b.target.year),
        lines=tuple(_standing(told, concern, known=bool(papers))), notes=(*_rule(told), told_of, *sources(told, papers)),
    )  # fmt: skip


def _rule(told: Told) -> tuple[str, ...]:
    """Say why the park has a slide; not where the change, one of the reasons, cannot be told."""
    since = told.extras.explanation
    return (told.words("deck.park_rule", since=since.a.on),) if since else ()


def _standing(told: Told, concern: Concern, *, known: bool) -> Iterator[str]:
    words, park = told.words, concern.park
    planned = words.number(park.planned_ha)
    if known:
        yield words("deck.park_planned", planned=planned, handed=words.ha(park.handed.area_m2), share=words.percent(park.share))
    else:
        yield words("deck.park_unknown", planned=planned)
    if concern.moved and concern.change_units:
        yield words("deck.park_changed", gap=signed(concern.change_units, words))
    elif concern.moved:
        yield words("deck.park_papers")
    if concern.behind_units:
        yield words("deck.park_behind", gap=cents(concern.behind_units, words), planned=words.ha(park.matters.planned_to_date_m2))
    count = len(park.matters.obstacles)
    if concern.overdue:
        yield words("deck.park_overdue", overdue=concern.overdue, count=count)
    elif count:
        yield words("deck.park_open", count=count)


def _others(told: Told, found: list[Concern]) -> Slide:
    words = told.words
    columns = (
        Column(words("deck.col_park"), 0.44), Column(words("deck.col_counted", year=told.briefing.target.year), 0.15, True),
        Column(words("deck.col_change"), 0.13, True), Column(words("deck.col_behind"), 0.14, True),
        Column(words("deck.col_overdue"), 0.14, True),
    )  # fmt: skip
    rows = [_row(told, concern) for concern in found]
    table = Table(columns, tuple(rows[:MOST_ROWS]), words("deck.others_alt"))
    left = len(rows) - MOST_ROWS
    line = words("deck.others_left", count=len(rows), shown=MOST_ROWS) if left > 0 else words("deck.others_line", count=len(rows))
    noted = [
        words("deck.other", park=park, counted=counted, change=change, behind=behind, overdue=overdue)
        for park, counted, change, behind, overdue in rows[MOST_ROWS : MOST_ROWS + MOST_NOTED]
    ]
    notes = (*_rule(told), *noted, *sources(told, backed=False))
    return Slide("others", "wide", words("deck.others"), table, lines=(line,), notes=notes)


def _row(told: Told, concern: Concern) -> tuple[str, str, str, str, str]:
    words, park = told.words, concern.park
    return (
        park.name(words.lang), words.ha(park.counted.area_m2), signed(concern.change_units, words),
        cents(concern.behind_units, words) if concern.behind_units else words("word.none"), words.number(concern.overdue, 0),
    )  # fmt: skip


# -- obstacles -----------------------------------------------------------------------------------------------


def obstacles(told: Told) -> list[Slide]:
    """What stands in the way: kind, place, who is to resolve it, by which day; the first due first."""
    words, found = told.words, told.briefing.matters.obstacles
    title, notes = words("deck.obstacles"), sources(told, backed=False)
    if not found:
        return [Slide("obstacles", "wide", title, None, lines=(words("deck.obstacles_none"),), notes=notes)]
    columns = (Column(words("deck.col_kind"), 0.32), Column(words("deck.col_place"), 0.28), Column(words("deck.col_owner"), 0.24),
               Column(words("deck.col_due"), 0.16))  # fmt: skip
    rows = [(obstacle_name(o.code, words.lang), _place(told, o), _owner(told, o), _due(told, o)) for o in found]
    table = Table(columns, tuple(rows[:MOST_OBSTACLES]), words("deck.obstacles_alt"))
    facts = {"count": len(found), "overdue": told.briefing.matters.overdue}
    many = len(found) > MOST_OBSTACLES
    line = words("deck.obstacles_left", **facts, shown=MOST_OBSTACLES) if many else words("deck.obstacles_line", **facts)
    told_of = [_noted(told, o, row) for o, row in zip(found[:MOST_NOTED], rows, strict=False)]
    notes = (words("deck.obstacles_note"), *told_of, *notes)
    return [Slide("obstacles", "wide", title, table, lines=(line,), notes=notes)]


def _place(told: Told, obstacle: Obstacle) -> str:
    name = told.project(obstacle.project)
    return told.words("deck.place", project=name, parcel=obstacle.parcel) if obstacle.parcel else name


def _owner(told: Told, obstacle: Obstacle) -> str:
    return owner_name(obstacle.owner, told.words.lang) or told.words("deck.no_owner")


def _due(told: Told, obstacle: Obstacle) -> str:
    if obstacle.due is None:
        return told.words("deck.no_due")
    due = told.words.day(obstacle.due)
    return told.words("deck.late", due=due) if obstacle.overdue else due


def _noted(told: Told, obstacle: Obstacle, row: tuple[str, str, str, str]) -> str:
    kind, place, owner, due = row
    return told.words(
        "deck.obstacle_note", seq=obstacle.seq, kind=kind, place=place, owner=owner, due=due, document=obstacle.document
    )
