"""Part I: what was achieved against the target and the plan, how far the land has come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from parkgis.outputs import charts
from parkgis.outputs.letter.model import Grid, GridColumn, GridRow, Paragraph, Picture
from parkgis.outputs.letter.say import SHOWN_HA, counted, joined, named, paragraph, percent, shows
from parkgis.outputs.letter.say_ahead import outlook, outlook_notes
from parkgis.outputs.tables import clean
from parkgis.planning.pace import required_m2_a_day
from parkgis.rules import counting_stage, stage
from parkgis.units import apart, hectares, year

if TYPE_CHECKING:
    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.outputs.letter.model import Block
    from parkgis.outputs.letter.say import Told

BURN_UP_MM = (155.0, 72.0)
LEADERS = 3
RECOVERED = "recovered"


# -- target and plan -----------------------------------------------------------------------------------------


def against_target(told: Told) -> list[Block]:
    """Say what counts, against target, time and plan; how documents and map differ; and draw the burn-up."""
    return [
        *paragraph(_achieved(told), *_toward(told)),
        *_burn_up(told),
        *outlook(told),
        *outlook_notes(told),
        *paragraph(*_plan(told)),
        *paragraph(*_beside(told)),
    ]


def _achieved(told: Told) -> str:
    briefing, words = told.briefing, told.words
    facts = {
        "year": briefing.target.year, "on": briefing.on, "gone": words.percent(briefing.year_gone),
        "target": briefing.target.area_ha,
    }  # fmt: skip
    if not shows(briefing.counted.area_m2) and briefing.target.area_ha:
        return words("letter.none_unmapped" if briefing.counted.entries or briefing.counted.unmapped_m2 else "letter.none", **facts)
    facts |= {"where": told.scope or words("letter.everywhere"), "counted": words.ha(briefing.counted.area_m2)}
    if not briefing.target.area_ha:
        del facts["target"]
        if not told.scope:
            return words("letter.done_no_target", **facts)
        if briefing.counted.entries or shows(briefing.counted.area_m2):
            return words("letter.part", **facts)
        del facts["counted"]
        return words("letter.part_none", **facts)
    return words("letter.done_scope" if told.scope else "letter.done", share=percent(words, briefing.share), **facts)


def _toward(told: Told) -> list[str]:
    """Say what remains of the target and which pace reaches it; of the whole province only."""
    briefing, words = told.briefing, told.words
    if not briefing.target.area_ha or told.scope:
        return []
    number, over = briefing.target.year, hectares(briefing.counted.area_m2) - briefing.target.area_ha
    if over >= SHOWN_HA:
        return [words("letter.exceeded", year=number, over=over)]
    if over > -SHOWN_HA:
        return [words("letter.reached", year=number)]
    period = year(number)
    start, last = max(briefing.on, period.start - dt.timedelta(days=1)), period.end - dt.timedelta(days=1)
    daily = required_m2_a_day(-over * 10_000, start, last)
    if daily is None:
        return [words("letter.pace_over", year=number, remaining=-over)]
    days = counted(words, "day", (last - start).days)
    return [words("letter.pace", remaining=-over, days=days, daily=words.ha(daily))]


def _plan(told: Told) -> list[str]:
    briefing, words = told.briefing, told.words
    plan, planned = briefing.matters.plan, hectares(briefing.matters.planned_to_date_m2)
    if not plan:
        return [words("letter.plan_none", year=briefing.target.year)]
    total = hectares(plan[-1].cumulative_m2)
    short = briefing.target.area_ha - total
    said = [words("letter.plan_short", total=total, gap=short)] if short >= SHOWN_HA and not told.scope else []
    if plan[0].last > briefing.on:
        return [words("letter.plan_early", year=briefing.target.year, total=total), *said]
    gap = apart(briefing.counted.area_m2, briefing.matters.planned_to_date_m2)
    how = "even" if not gap else "ahead" if gap > 0 else "behind"
    return [words(f"letter.plan_{how}", planned=planned, **({"gap": abs(gap) / 100} if gap else {})), *said]


def _beside(told: Told) -> list[str]:
    """Say what stands beside the figure: documents that state another, land nobody can place, entries that wait."""
    briefing, words, found = told.briefing, told.words, told.briefing.counted
    said = []
    gap = apart(found.documents_m2, found.geometry_m2)
    if found.entries and gap:
        said.append(
            words(
                f"letter.documents_{'more' if gap > 0 else 'less'}",
                documents=words.ha(found.documents_m2),
                gap=words.number(abs(gap) / 100),
                geometry=words.ha(found.geometry_m2),
            )
        )
    if found.unstated:
        said.append(words("letter.unstated", entries=found.entries, unstated=found.unstated))
    if shows(found.unmapped_m2):
        how = "left_out" if briefing.definition.mapped_only else "counted"
        said.append(words(f"letter.unmapped_{how}", area=words.ha(found.unmapped_m2)))
    if briefing.approval and shows(briefing.proposed_m2):
        said.append(words("letter.proposed", area=words.ha(briefing.proposed_m2)))
    return said


def _burn_up(told: Told) -> list[Block]:
    """Draw the burn-up; not where nothing counts and nothing is planned: a flat line takes half a page and tells nothing."""
    briefing = told.briefing
    flat = not shows(briefing.counted.area_m2) and not briefing.matters.plan
    if told.extras.series is None or not briefing.target.area_ha or flat:
        return []
    data = charts.burn_up_data(told.briefing, told.extras.series)
    png = charts.burn_up(data, told.words, BURN_UP_MM, told.extras.dpi, "png", told.extras.font)
    caption = told.words("letter.burn_up", year=told.briefing.target.year)
    return [Picture("burn_up", png, *BURN_UP_MM, caption, charts.burn_up_alt(data, told.words))]


# -- stages --------------------------------------------------------------------------------------------------


def by_stage(told: Told) -> list[Block]:
    """Say how much land has passed each stage, where most was handed over, and what lies between; Annex I draws it."""
    briefing, words = told.briefing, told.words
    if not any(shows(s.area_m2) for s in briefing.stages):
        return list(paragraph(words("letter.stages_none")))
    return [
        Paragraph(words("letter.stages_lead", n=1)), _stage_grid(briefing, told), *paragraph(_leaders(told), _between(told))
    ]  # fmt: skip


def _stage_grid(briefing: Briefing, told: Told) -> Grid:
    words = told.words
    planned_m2 = sum(p.planned_ha for p in briefing.projects) * 10_000
    rows = [
        GridRow((stage(s.code).name(words.lang), words.ha(s.area_m2), percent(words, share)))
        for s in briefing.stages
        for share in [s.area_m2 / planned_m2 if planned_m2 else None]
    ]
    columns = (
        GridColumn(words("letter.col_stage"), 90.0),
        GridColumn(words("letter.col_area"), 30.0, "right"),
        GridColumn(words("letter.col_share"), 35.0, "right"),
    )
    return Grid("stages", words("letter.stages_caption", on=briefing.on), columns, tuple(rows))


def _leaders(told: Told) -> str:
    words = told.words
    parks = sorted((p for p in told.briefing.parks if shows(p.counted.area_m2)), key=lambda p: (-p.counted.area_m2, p.id))
    if len(told.briefing.parks) < 2 or not parks:
        return ""
    names = [
        words("letter.named_area", name=clean(p.name(words.lang)), area=words.ha(p.counted.area_m2)) for p in parks[:LEADERS]
    ]  # fmt: skip
    return words("letter.leaders", year=told.briefing.target.year, parks=joined(words, names))


def between(briefing: Briefing) -> list[tuple[ProjectLine, float]]:
    """Return projects with land under a recovery decision that is not handed over (m2, at least), the most first."""
    found = [(p, _reached(p, RECOVERED) - _reached(p, counting_stage().code)) for p in briefing.projects]
    return sorted(((p, area) for p, area in found if shows(area) and area > 0), key=lambda pair: (-pair[1], pair[0].id))


def _reached(project: ProjectLine, code: str) -> float:
    return next((s.area_m2 for s in project.stages if s.code == code), 0.0)


def _between(told: Told) -> str:
    found, words = between(told.briefing), told.words
    if not found:
        return ""
    names = named(words, [told.project(p.id) for p, _ in found])
    return words("letter.between", area=words.ha(sum(area for _, area in found)), projects=names)
