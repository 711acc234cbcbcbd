"""A forecast as text for people and as JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from parkgis.rules import stage
from parkgis.units import hectares

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parkgis.planning.backtest import Backtest
    from parkgis.planning.forecast import Areas, Driver, Forecast, Note
    from parkgis.planning.outlook import Outlook, Summary
    from parkgis.words.catalogue import Words

ROOT = "parkgis.forecast/v1"
FEW_MONTHS = 6
TOLD = 4
SETTLED = frozenset({"reached", "past", "impossible", "all_handed"})
SHARES = (0.1, 0.5, 0.8, 0.9)


def chance(words: Words, probability: float | None, notes: Iterable[str] = ()) -> str:
    """Say a probability no more precisely than it is known; as certain only where a note says why."""
    if probability is None:
        return words("word.unknown")
    if probability in (0.0, 1.0) and SETTLED.intersection(notes):
        return words("forecast.sure" if probability else "forecast.never")
    if probability < 0.01:
        return words("forecast.below_one")
    if probability > 0.99:
        return words("forecast.above_ninety_nine")
    return words("forecast.about", share=words.percent(probability, 0))


def note_text(words: Words, note: Note) -> str:
    return words(f"forecast.note_{note.code}", **note.facts)


def sentences(found: Summary, words: Words) -> list[str]:
    """Return what a report prints of a forecast: chance, band, test on the past, and what must be known to read it."""
    lines = [words("forecast.no_number")]
    if found.probability is not None:
        lines = [words("forecast.probability", share=chance(words, found.probability, [code for code, _ in found.notes]))]
    if found.p10_m2 is not None and found.p50_m2 is not None and found.p90_m2 is not None:
        low, middle, high = (words.ha(area, 1) for area in (found.p10_m2, found.p50_m2, found.p90_m2))
        lines.append(words("forecast.band", last=found.by, low=low, middle=middle, high=high))
        if found.covered_80 is None:
            lines.append(words("forecast.backtest_none"))
        else:
            share_80 = words.percent(found.covered_80, 0)
            lines.append(words("forecast.tested", months=found.months, share=share_80, factor=found.calibration))
    return [*lines, *(words(f"forecast.note_{code}", **facts) for code, facts in found.notes)]


# -- text ------------------------------------------------------------------------------------------------


def text(found: Outlook, words: Words, *, table: bool = False) -> str:
    """Write a forecast for people; ``table`` adds the past month-ends one by one."""
    plain = found.plain
    lines = [f"*** {words('word.demo')} ***"] if found.demo else []
    lines += [words("forecast.title", last=plain.last, on=plain.on, known=found.cut.known), *_goal(found, words), ""]
    lines += [_chance_line(plain, words)]
    if plain.end:
        lines.append(_band(plain, plain.end, words))
    lines += [f"  * {note_text(words, note)}" for note in plain.notes]
    if plain.end:
        lines += ["", *_distribution(plain, plain.end, words), "", *_beside(plain, words), "", *_parks(plain, words), ""]
        lines += list(_drivers(plain, words))
    lines += list(_supposed(found, words))
    if past := list(_past(found, words)):
        lines += ["", *past]
    if table and found.past and found.past.replays:
        lines += ["", *_replays(found.past, words)]
    if plain.end:
        facts = {"draws": plain.draws, "seed": str(plain.seed), "days": plain.history_days}
        lines += ["", words("forecast.method", **facts)]
    return "\n".join(lines)


def _goal(found: Outlook, words: Words) -> Iterator[str]:
    goal, plain = found.goal, found.plain
    area = words.number(goal.area_ha)
    if goal.name or goal.park or goal.project:
        yield words("forecast.goal", name=goal.name or goal.id, area=area, start=goal.start, by=goal.by)
    else:
        yield words("forecast.goal_year", year=goal.by.year, area=area)
    for name in ("park", "project"):
        if place := getattr(goal, name):
            yield words(f"forecast.where_{name}", place=place)
    yield words("forecast.counted", area=words.ha(plain.counted_m2))
    yield words("forecast.open", area=words.ha(plain.open_m2))


def _chance_line(plain: Forecast, words: Words) -> str:
    if plain.probability is None:
        return words("forecast.no_number")
    return words("forecast.probability", share=chance(words, plain.probability, [note.code for note in plain.notes]))


def _band(plain: Forecast, end: Areas, words: Words) -> str:
    low, middle, high = (words.ha(area, 1) for area in (end.p10, end.p50, end.p90))
    return words("forecast.band", last=plain.last, low=low, middle=middle, high=high)


def _distribution(plain: Forecast, end: Areas, words: Words) -> list[str]:
    days = plain.reached or (None,) * len(SHARES)
    rows = [[words("forecast.share"), words("forecast.area"), words("forecast.share_date")]]
    for share, area, day in zip(SHARES, end, days, strict=True):
        rows.append([words.percent(share, 0), words.ha(area, 1), words.day(day) if day else words("forecast.beyond")])
    return _columns(rows)


def _beside(plain: Forecast, words: Words) -> list[str]:
    lines = [words("forecast.beside")]
    if plain.straight_m2 is not None:
        lines.append(words("forecast.straight", area=words.ha(plain.straight_m2, 1)))
    if plain.throughput_m2 is not None:
        lines.append(words("forecast.throughput", area=words.ha(plain.throughput_m2, 1)))
    return lines


def _parks(plain: Forecast, words: Words) -> list[str]:
    rows = [[words("forecast.park"), words("forecast.now"), words("forecast.rest"), "P10", "P50", "P80", "P90"]]
    rows += [[one.id, *(words.ha(area, 1) for area in (one.counted_m2, one.open_m2, *one.end))] for one in plain.parks]
    return [words("forecast.by_park", last=plain.last), *_columns(rows)]


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  " + "   ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]


def _drivers(plain: Forecast, words: Words) -> Iterator[str]:
    if plain.drivers:
        yield words("forecast.drivers")
    for one in plain.drivers[:TOLD]:
        yield driver_text(words, one)


def driver_text(words: Words, one: Driver) -> str:
    """Say in words what moves the result: with its probabilities where these differ at all."""
    name = one.id if one.kind == "project" else ", ".join(stage(code).name(words.lang) for code in one.id.split("+"))
    area = words.ha(abs(one.high_m2 - one.low_m2), 1)
    if abs(one.high - one.low) < 0.005:
        return words(f"forecast.driver_{one.kind}_area", name=name, area=area)
    facts = {"name": name, "area": area, "high": chance(words, one.high), "low": chance(words, one.low)}
    return words(f"forecast.driver_{one.kind}", **facts)


def _supposed(found: Outlook, words: Words) -> Iterator[str]:
    given, plain = found.supposed, found.plain
    if given is None:
        return
    yield ""
    yield words("forecast.supposed", text="; ".join(given.supposed))
    before, after = chance(words, plain.probability), chance(words, given.probability)
    yield words("forecast.supposed_probability", before=before, after=after)
    if given.end and plain.end:
        change = hectares(given.end.p50 - plain.end.p50)
        sign = "+" if change > 0 else ""
        facts = {"low": given.end.p10, "middle": given.end.p50, "high": given.end.p90}
        shown = {name: words.ha(area, 1) for name, area in facts.items()}
        yield words("forecast.supposed_band", change=sign + words.number(change, 1), **shown)


def _past(found: Outlook, words: Words) -> Iterator[str]:
    past, plain = found.past, found.plain
    if past is None:
        yield words("forecast.backtest_skipped")
    elif past.covered_80 is None or past.covered_50 is None:
        if plain.end:
            yield words("forecast.backtest_none")
    else:
        yield words("forecast.backtest", months=past.months, pairs=past.pairs)
        high, low = words.percent(past.covered_80, 0), words.percent(past.covered_50, 0)
        yield words("forecast.covered", high=high, low=low, factor=past.calibration)
        if past.months < FEW_MONTHS:
            yield words("forecast.backtest_short")
    if plain.widened > 1.0:
        yield words("forecast.widened", factor=plain.widened)


def _replays(past: Backtest, words: Words) -> Iterator[str]:
    yield words("forecast.backtest_table", on=past.replays[0].to)
    names = [words(f"forecast.{name}") for name in ("month", "came", "inside", "later")]
    rows = [[names[0], "P10", "P50", "P90", *names[1:]]]
    for one in past.replays:
        inside = one.bands.p10 <= one.came_m2 <= one.bands.p90
        areas = [words.ha(area, 1) for area in (one.bands.p10, one.bands.p50, one.bands.p90, one.came_m2)]
        rows.append([words.day(one.on), *areas, words("forecast.yes" if inside else "forecast.no"), words.ha(one.later_m2, 1)])
    yield from _columns(rows)
    if past.bias is not None:
        yield words("forecast.bias", bias=("+" if past.bias > 0 else "") + words.percent(past.bias))


# -- JSON ------------------------------------------------------------------------------------------------


def as_json(found: Outlook, words: Words) -> str:
    """Return ``{"parkgis.forecast/v1": ...}``: areas in m2, shares 0-1, days as ISO dates; null where there is no ground."""
    body: dict[str, Any] = {
        "on": found.plain.on,
        "known": found.cut.known.isoformat(),
        "demo": found.demo,
        "target": dataclasses.asdict(found.goal),
        "forecast": _plain(found.plain, words),
        "supposed": _plain(found.supposed, words) if found.supposed else None,
        "backtest": _backtest(found.past),
    }
    return json.dumps({ROOT: body}, ensure_ascii=False, indent=2, default=_day)


def _plain(plain: Forecast, words: Words) -> dict[str, Any]:
    body = {field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)}
    body["end_m2"] = plain.end._asdict() if plain.end else None
    body["reached"] = plain.reached._asdict() if plain.reached else None
    del body["end"]
    for name in ("parks", "projects"):
        body[name] = [
            {"id": one.id, "counted_m2": one.counted_m2, "open_m2": one.open_m2, "end_m2": one.end._asdict()}
            for one in getattr(plain, name)
        ]
    body["drivers"] = [dataclasses.asdict(one) for one in plain.drivers]
    body["notes"] = [{"code": note.code, "facts": note.facts, "text": note_text(words, note)} for note in plain.notes]
    return body


def _backtest(past: Backtest | None) -> dict[str, Any] | None:
    if past is None:
        return None
    body = {field.name: getattr(past, field.name) for field in dataclasses.fields(past)}
    body["replays"] = [_flat(one._asdict()) for one in past.replays]
    return body


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    bands = row.pop("bands")._asdict()
    return row | {f"{name}_m2": area for name, area in bands.items()}


def _day(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in JSON")
