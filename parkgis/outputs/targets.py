"""Targets and their progress as text for people and as JSON."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from parkgis.units import hectares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.layers.indicators import Indicator
    from parkgis.planning.target import Progress, Targets
    from parkgis.words.catalogue import Words

ROOT = "parkgis.target/v1"


def text(found: Targets, words: Words) -> str:
    """Write every target for people: what is there, what is needed, how late it is."""
    lines = [f"*** {words('word.demo')} ***"] if found.demo else []
    lines.append(words("target.title", on=found.on))
    for one in found.progress:
        lines += ["", *_progress(one, words)]
    if found.indicators:
        lines += ["", words("target.indicators")]
        lines += [line for one in found.indicators for line in _indicator(one, found, words)]
    return "\n".join([*lines, "", words("target.source_spi")])


def _progress(one: Progress, words: Words) -> Iterator[str]:
    goal = one.goal
    place = goal.park or goal.project
    name = goal.name or (goal.id if place else words("target.year_name", year=goal.by.year))
    where = words("target.where", place=place) if place else ""
    yield words("target.goal", name=name, area=words.number(goal.area_ha), by=goal.by, where=where)
    if goal.authority:
        yield words("target.authority", authority=goal.authority)
    yield words("target.counted", area=words.ha(one.counted_m2), share=words.percent(one.counted_m2 / goal.area_m2))
    if one.mapped:
        yield words("target.mapped", start=goal.start)
    yield from _pace(one, words)
    yield from _plan(one, words)


def _pace(one: Progress, words: Words) -> Iterator[str]:
    if one.remaining_m2 <= 0:
        yield words("target.reached")
        return
    yield words("target.remaining", area=words.ha(one.remaining_m2))
    if one.pace_m2 is None:
        yield words("target.pace_past")
        return
    yield words("target.days", days=one.working_days)
    if not one.holidays_certain:
        yield words("target.computed")
    yield words("target.pace", area=words.ha(one.pace_m2))
    if one.pace_so_far_m2 is not None:
        yield words("target.pace_so_far", area=words.ha(one.pace_so_far_m2))


def _plan(one: Progress, words: Words) -> Iterator[str]:
    difference = hectares(one.counted_m2 - one.planned_m2)
    told = {"area": words.ha(one.planned_m2, 1), "difference": ("+" if difference > 0 else "") + words.number(difference, 1)}
    yield words("target.plan_entered" if one.plan_entered else "target.plan_curve", **told)
    if one.plan_entered:
        months = "; ".join(
            words("target.month", month=f"{p.day:%m/%Y}", area=words.ha(p.area_m2, 1)) for p in one.plan[1:]
        )  # fmt: skip
        yield words("target.plan", months=months)
        if one.plan_total_m2 < one.goal.area_m2 * 0.999:
            yield words("target.plan_short", area=words.ha(one.plan_total_m2))
    if one.spi_t is not None:
        yield words("target.earned", day=one.earned, spi=one.spi_t)


def _indicator(one: Indicator, found: Targets, words: Words) -> Iterator[str]:
    unit = words(f"target.unit_{one.unit}") if words.has(f"target.unit_{one.unit}") else one.unit
    low, high = (_plain(value, words) for value in (one.at_least, one.up_to))
    value = words("target.range", low=low, high=high) if one.up_to > one.at_least else words("target.at_least", low=low)
    yield words("target.indicator", name=one.name(words.lang), value=value, unit=unit, by=one.by)
    newest = one.newest(found.on)
    if newest:
        share = words.percent(newest.value / one.at_least if one.at_least else None)
        value = _plain(newest.value, words)
        yield words("target.actual", day=newest.day, value=value, unit=unit, share=share, source=newest.source)
    else:
        yield words("target.no_actual")


def _plain(value: float, words: Words) -> str:
    return words.number(value, 0 if value == int(value) else 1)


def as_json(found: Targets) -> str:
    """Return ``{"parkgis.target/v1": ...}``: areas in m2, days as ISO dates, burn-up and plan as [day, m2] pairs."""
    body = {
        "on": found.on.isoformat(),
        "demo": found.demo,
        "targets": [_body(one) for one in found.progress],
        "indicators": [dataclasses.asdict(one) for one in found.indicators],
    }
    return json.dumps({ROOT: body}, ensure_ascii=False, indent=2, default=str)


def _body(one: Progress) -> dict[str, Any]:
    body = {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
    body["goal"] = dataclasses.asdict(one.goal)
    for name in ("plan", "burn_up"):
        body[name] = [[point.day.isoformat(), point.area_m2] for point in body[name]]
    return body
