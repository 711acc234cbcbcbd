"""Slides of the whole province: the one number, the map, the stages, what changed and why, what is likely."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from parkgis.explain import rounded
from parkgis.outputs import charts, figure, moved
from parkgis.outputs.deck.model import Bars, Column, Line, Lines, Picture, Slide, Table
from parkgis.outputs.deck.notes import counting_papers, sources
from parkgis.outputs.tables import ha
from parkgis.units import apart, printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from parkgis.explain import Backing, Explanation, Part
    from parkgis.outputs.charts import BurnUp
    from parkgis.outputs.deck.notes import Told
    from parkgis.status import Matters
    from parkgis.words.catalogue import Words

DPI = 300
PAPER = 0.62  # the map is drawn on a smaller sheet and enlarged: letters that can be read across a room
MONTH_DAYS = 365 / 12
SHOWN_M2 = 50.0  # less prints as 0.00 ha
PAPERS_SHOWN = 3
VND_PER_BILLION = 1_000_000_000


def province(told: Told) -> list[Slide]:
    """The one number first, beside the burn-up against plan, target and required pace."""
    b, words, series = told.briefing, told.words, told.extras.series
    target = b.target.area_ha
    data = charts.burn_up_data(b, series) if series is not None and target else None
    of = _of(told, "of") if target else "park_unit"
    facts = {"area": _whole(target, words)} if target else {"year": b.target.year}
    return [
        Slide(
            "province", "number", titled(told, words("deck.province", year=b.target.year)),
            None if data is None else _burn_up(told, data), number=words.ha(b.counted.area_m2), unit=words(f"deck.{of}", **facts),
            lines=tuple(_standing(told, data)), notes=sources(told, counting_papers(b)),
        )
    ]  # fmt: skip


def titled(told: Told, title: str) -> str:
    """Say in a title what the deck is narrowed to."""
    return told.words("report.title_scope", title=title, scope=told.scope) if told.scope else title


def _of(told: Told, code: str) -> str:
    """Return the word for what is to be reached: the province's target, or the plan of what the deck is narrowed to."""
    return f"{code}_plan" if told.scope else f"{code}_target"


def _whole(area_ha: float, words: Words) -> str:
    return words.number(area_ha, 0 if area_ha.is_integer() else 2)


def _standing(told: Told, data: BurnUp | None) -> Iterator[str]:
    b, words = told.briefing, told.words
    if not b.counted.entries and b.counted.unmapped_m2 < SHOWN_M2:
        yield words("deck.no_document", year=b.target.year)
    if b.target.area_ha:
        yield words(f"deck.{_of(told, 'share')}", share=words.percent(b.share), gone=words.percent(b.year_gone))
    if data is not None:
        yield _needed(told, data.required_m2_a_day)
    yield plan_line(b.matters.planned_to_date_m2, b.counted.area_m2, words) if b.matters.plan else words("deck.no_plan")
    if b.counted.unmapped_m2 >= SHOWN_M2:
        yield words("deck.unmapped", area=words.ha(b.counted.unmapped_m2))
    if b.matters.paid.entries:
        yield _paid(b.matters, words)


def _needed(told: Told, need: float | None) -> str:
    """Say at what pace the rest would still be reached (m2 a day)."""
    words, remaining = told.words, told.words.ha(told.briefing.remaining_m2)
    if need is None:
        return words("deck.remaining_none", remaining=remaining)
    if need > 0:
        return words("deck.remaining", remaining=remaining, month=words.ha(need * MONTH_DAYS, 1))
    return words(f"deck.{_of(told, 'reached')}")


def _paid(matters: Matters, words: Words) -> str:
    """Say the money paid, of the money approved where every payment belongs to an approved plan."""
    amount, approved = matters.paid.amount_vnd / VND_PER_BILLION, matters.approved.amount_vnd / VND_PER_BILLION
    if matters.paid_share is None or matters.paid_of_approved_vnd != matters.paid.amount_vnd:
        return words("deck.paid", amount=amount)
    return words("deck.paid_of", amount=amount, approved=approved, share=words.percent(matters.paid_share))


def plan_line(planned_m2: float, counted_m2: float, words: Words) -> str:
    """Say the counted area beside what was planned for the months that have ended."""
    gap = apart(planned_m2, counted_m2)
    if gap > 0:
        return words("deck.behind", gap=cents(gap, words), planned=words.ha(planned_m2))
    return words("deck.on_plan", planned=words.ha(planned_m2))


def _burn_up(told: Told, data: BurnUp) -> Lines:
    words, target = told.words, data.target_m2
    lines = [Line("counted", words("deck.line_counted", area=words.ha(data.now_m2)), _steps(data))]
    if not told.scope:  # what a narrowed deck aims at is its plan, which has a line of its own
        lines.append(Line("target", words("deck.line_target", area=_whole(target / 10_000, words)), _level(data, target)))
    if data.plan:
        points = {data.start: 0.0, **{p.day: _ha(p.area_m2) for p in data.plan}}
        lines.append(Line("plan", words("deck.line_plan", area=words.ha(data.plan[-1].area_m2)), points))
    if data.required_m2_a_day and data.start <= data.as_of.on < data.end:
        points = {data.as_of.on: _ha(data.now_m2), data.end: _ha(target)}
        month = words.ha(data.required_m2_a_day * MONTH_DAYS, 1)
        lines.append(Line("need", words("deck.line_need", area=month), points))
    alt = charts.burn_up_alt(data, words)
    return Lines(data.start, data.end, tuple(lines), words("deck.unit"), words("deck.months"), alt)


def _ha(area_m2: float) -> float:
    return ha(area_m2) or 0.0


def _level(data: BurnUp, area_m2: float) -> Mapping[dt.date, float]:
    return {data.start: _ha(area_m2), data.end: _ha(area_m2)}


def _steps(data: BurnUp) -> Mapping[dt.date, float]:
    """Return the counted area as a stair: a point on each day it moved and one on the day before."""
    found: dict[dt.date, float] = {data.start: 0.0}
    level = 0.0
    for point in data.counted:
        eve = point.day - dt.timedelta(days=1)
        if eve >= data.start:
            found.setdefault(eve, level)
        level = _ha(point.area_m2)
        if data.start <= point.day <= data.end:
            found[point.day] = level
    found.setdefault(min(max(data.as_of.on, data.start), data.end), level)
    return found


# -- map and stages ------------------------------------------------------------------------------------------


def map_(told: Told) -> list[Slide]:
    """The map, as large as its slide, at 300 dots an inch."""
    b, words, extras = told.briefing, told.words, told.extras
    if extras.shapes is None or extras.map is None:
        return []
    paper_mm = told.map_mm[0] * PAPER, told.map_mm[1] * PAPER
    png = figure.figure(b, extras.shapes, words, extras.map, paper_mm, round(DPI / PAPER), "png", extras.font)
    picture = Picture(png, figure.map_alt(b, words, extras.map))
    return [Slide("map", "picture", words("deck.map"), picture, notes=sources(told, backed=False))]


def stages(told: Told) -> list[Slide]:
    """How much land has passed each stage, in all parks."""
    words, data = told.words, charts.stages_data(told.briefing)
    begun = sum(any(row.areas_m2) for row in data.parks)
    line = words("deck.stages_line", parks=begun) if any(data.total.areas_m2) else words("deck.stages_none")
    names = tuple(name.of(words.lang) for name in data.stages)
    bars = funnel(names, data.total.areas_m2, words, charts.stages_alt(data, words))
    notes = (words("deck.stages_note"), *sources(told, backed=False))
    return [Slide("stages", "wide", words("deck.stages"), bars, lines=(line,), notes=notes)]


def funnel(names: tuple[str, ...], areas_m2: Sequence[float], words: Words, alt: str) -> Bars | None:
    """Return areas by stage as bars; nothing where no land has passed a stage: an empty chart tells nothing."""
    if max(areas_m2, default=0.0) < SHOWN_M2:
        return None
    labels = tuple(words.ha(area) for area in areas_m2)
    return Bars(words("deck.series_stages"), names, tuple(_ha(area) for area in areas_m2), labels, alt)


# -- change --------------------------------------------------------------------------------------------------


def change(told: Told) -> list[Slide]:
    """What changed since the last cut-off, and why: parts that add up, each with its documents."""
    words, e = told.words, told.extras.explanation
    if e is None:
        return []
    before, after, parts = rounded(e.total)
    facts = {"gap": cents(abs(after - before), words), "before": cents(before, words), "after": cents(after, words)}
    code = "up" if after > before else "down" if after < before else "same"
    lines = [words(f"deck.change_{code}", **(facts if code != "same" else {"after": facts["after"]}))]
    causes = [(part, share) for part, share in zip(e.total.parts, parts, strict=True) if share or part.papers]
    if not causes:
        lines.append(words("deck.change_none"))
    rows = [(words(f"chart.cause_{part.cause}"), signed(share, words), _papers(part, words)) for part, share in causes]
    columns = (Column(words("deck.col_cause"), 0.3), Column(words("deck.col_area"), 0.13, True),
               Column(words("deck.col_papers"), 0.57))  # fmt: skip
    table = None
    if rows:
        total = (words("deck.sum"), signed(after - before, words), "")
        table = Table(columns, (*rows, total), words("deck.change_alt"), frozenset({len(rows)}))
    note = words("deck.change_note", since=e.a.on, known=e.a.known, digest=e.digests[0] or words("word.none"))
    listed = [_backing(told, paper) for part, _ in causes for paper in part.papers]
    notes = (
        note,
        *_beside(told, e),
        *listed[:NOTED],
        *([words("deck.note_more", count=len(listed) - NOTED)] if len(listed) > NOTED else []),
    )
    title = words("deck.change", since=e.a.on, on=e.b.on)
    return [Slide("change", "wide", title, table, lines=tuple(lines), notes=(*notes, *sources(told, backed=False)))]


def _beside(told: Told, explanation: Explanation) -> list[str]:
    """Return the figures beside the hectares that changed, in one sentence; nothing where none did."""
    words = told.words
    said = [
        f"{words('explain.figure', name=moved.name(one.what, words), before=one.before, after=one.after)}"
        f" ({moved.signed(one.difference, words)})"
        for one in moved.changed(moved.known(explanation))
    ]
    return [words("deck.note_figures", figures="; ".join(said))] if said else []


NOTED = 40


def cents(units: int, words: Words) -> str:
    """Write hundredths of a hectare."""
    return words.number(units / 100)


def signed(units: int, words: Words) -> str:
    """Write hundredths of a hectare with their sign; nothing has none."""
    sign = "+" if units > 0 else "−" if units < 0 else ""
    return sign + cents(abs(units), words)


def _papers(part: Part, words: Words) -> str:
    numbers = list(dict.fromkeys(f"{paper.number} ({words.day(paper.date)})" for paper in part.papers))
    shown = "; ".join(numbers[:PAPERS_SHOWN])
    left = len(numbers) - PAPERS_SHOWN
    return words("deck.papers_more", papers=shown, count=left) if left > 0 else shown


def _backing(told: Told, paper: Backing) -> str:
    words = told.words
    stated = "" if paper.stated_m2 is None else words("deck.note_stated", area=signed(printed(paper.stated_m2), words))
    return f"- {paper.number}, {words.day(paper.date)}, {told.project(paper.project)}{stated}"
