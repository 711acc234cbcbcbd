"""Where the year will end, and how sure that is: probability of the target, hectares and dates, per project and in all.

*Method*: durations of each step by survival analysis with open batches censored (:mod:`parkgis.planning.durations`), then many
possible futures of every batch (:mod:`parkgis.planning.simulate`). The band is widened where the ledger is young and by what
past forecasts missed (:mod:`parkgis.planning.backtest`). Where there is no ground for a number there is none, but a note.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parkgis.planning.durations import fit
from parkgis.planning.milestones import cohorts, milestones, told_to
from parkgis.planning.modest import straight_line_m2, throughput_m2
from parkgis.planning.simulate import draw, groups
from parkgis.planning.suppose import rules
from parkgis.status.fold import NEVER, date, number
from parkgis.units import hectares, year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.planning.milestones import Cohort, Floats, Floats32, Mask
    from parkgis.planning.simulate import Draws
    from parkgis.planning.supply import Supply
    from parkgis.planning.suppose import Suppose
    from parkgis.planning.walk import Rule

DRAWS = 4000
SHARES = (0.1, 0.5, 0.8, 0.9)
BEYOND_DAYS = 365
"""How long after the last day the date of reaching the target is looked for."""
FEWEST_MOVES = 5
"""Batches that have gone from one step to the next; with fewer there is nothing to learn from."""
GROUNDLESS = frozenset({"other_stage", "past", "not_started", "no_parcels", "no_history", "all_handed", "few_events"})
YOUNG_DAYS = 365
YOUNG_WIDER = 0.5
"""By this share the band of a ledger without any past is wider than that of a ledger of :data:`YOUNG_DAYS`."""
TOLD = 5
SAME_M2 = 1.0
"""Futures of a project that differ by less are one: the draws hold seven digits."""


class Note(NamedTuple):
    """Something a leader must know to read the number, or why there is none; text under ``forecast.note_CODE``."""

    code: str
    facts: dict[str, object]


class Areas(NamedTuple):
    """Shares of futures that end with less: m2, on the basis of the definition."""

    p10: float
    p50: float
    p80: float
    p90: float


class Dates(NamedTuple):
    """Days by which the target is reached in so many futures; None where it is not within the days looked at."""

    p10: dt.date | None
    p50: dt.date | None
    p80: dt.date | None
    p90: dt.date | None


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One project, or one park: what counts already, what is open, and where its year ends."""

    id: str
    counted_m2: float
    open_m2: float
    end: Areas


@dataclasses.dataclass(frozen=True, slots=True)
class Driver:
    """What moves the year's end: futures in which a project hands over much, or a step goes fast, against the others.

    ``kind`` is "project" or "step"; ``id`` a project, or the stages of the step joined by +. Probabilities are None where no
    target was asked about.
    """

    kind: str
    id: str
    high: float
    low: float
    high_m2: float
    low_m2: float


@dataclasses.dataclass(frozen=True, slots=True)
class Forecast:
    """Where the year will end.

    Attributes
    ----------
    on, last : datetime.date
        The day asked about; the target's last day.
    target_m2, counted_m2, open_m2 : float
        To hand over; handed over and counted; known parcels not yet handed over.
    probability : float or None
        Of reaching the target by its last day; None where there is no ground for one.
    end : Areas or None
        Counted at the end of ``last``.
    reached : Dates or None
        When the target is reached.
    parks, projects : tuple of Part
    straight_m2, throughput_m2 : float or None
        Plain extrapolations to compare with.
    drivers : tuple of Driver
        What moves the probability most first.
    widened : float
        Factor on the distance of every future from the middle one.
    draws, seed : int
    history_days : int
        From the first step in the ledger to ``on``.
    supposed : tuple of str
    notes : tuple of Note
    """

    on: dt.date
    last: dt.date
    target_m2: float
    counted_m2: float
    open_m2: float
    probability: float | None = None
    end: Areas | None = None
    reached: Dates | None = None
    parks: tuple[Part, ...] = ()
    projects: tuple[Part, ...] = ()
    straight_m2: float | None = None
    throughput_m2: float | None = None
    drivers: tuple[Driver, ...] = ()
    widened: float = 1.0
    draws: int = 0
    seed: int = 0
    history_days: int = 0
    supposed: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def forecast(
    supply: Supply, target_m2: float, on: dt.date, last: dt.date, *, draws: int = DRAWS, seed: int = 1,
    supposed: Sequence[Suppose] = (), calibration: float = 1.0, start: dt.date | None = None,
) -> Forecast:  # fmt: skip
    """Forecast the hand-over up to a day.

    Parameters
    ----------
    supply : Supply
        Of a snapshot as of ``on``; nothing later is looked at.
    target_m2 : float
    on, last : date
    draws : int
        Futures drawn.
    seed : int
        The same seed gives the same forecast.
    supposed : sequence of Suppose
    calibration : float
        Factor of a back-test on the width of the band.
    start : date, optional
        First day that counts; 1 January of the last day's year unless given.

    Raises
    ------
    UsageError
        For a supposition that cannot be.
    """
    then = number(on)
    first = start or year(last.year).start
    given = rules(supposed, supply, on)
    past = None if supply.begun is None else then - supply.begun
    plain = Forecast(
        on=on, last=last, target_m2=target_m2, counted_m2=supply.counted_m2, open_m2=supply.open_m2, seed=seed,
        history_days=past or 0, supposed=tuple(map(str, supposed)), notes=_around(supply, then),
    )  # fmt: skip
    found = cohorts(supply.travels, then) if past is not None else []
    told = _told(supply, target_m2, on, last, first, found)
    plain = dataclasses.replace(plain, notes=(*told, *plain.notes), probability=_certain(supply, target_m2, on, last))
    if any(note.code in GROUNDLESS for note in told):
        return plain
    return _drawn(plain, supply, found, draws, given, calibration, first)


def _reachable_m2(supply: Supply) -> float:
    return supply.counted_m2 + supply.open_m2 * (supply.document_ratio or 1.0)


def _certain(supply: Supply, target_m2: float, on: dt.date, last: dt.date) -> float | None:
    """Return the probability where it is no matter of chance."""
    if supply.counted_m2 >= target_m2:
        return 1.0
    known = supply.final and bool(supply.travels)
    return 0.0 if last <= on or (known and _reachable_m2(supply) < target_m2) else None


def _told(
    supply: Supply, target_m2: float, on: dt.date, last: dt.date, first: dt.date, found: Sequence[Cohort]
) -> tuple[Note, ...]:
    """Say what settles the matter, or why nothing can be drawn; the first of what holds."""
    moves = sum(c.moved != NEVER and c.milestone > 0 for c in found)
    short_m2 = max(target_m2 - _reachable_m2(supply), 0.0)
    facts: dict[str, object] = {
        "target_ha": hectares(target_m2), "counted_ha": hectares(supply.counted_m2), "open_ha": hectares(supply.open_m2),
        "short_ha": hectares(short_m2), "missing_ha": hectares(max(target_m2 - supply.counted_m2, 0.0)),
        "last": last, "first": first,
        "moves": moves, "needed": FEWEST_MOVES,
    }  # fmt: skip
    checks = (
        ("other_stage", not supply.final),
        ("past", last <= on),
        ("not_started", first > on + dt.timedelta(days=1)),
        ("no_parcels", not supply.travels),
        ("no_history", supply.begun is None),
        ("all_handed", supply.open_m2 <= 0),
        ("few_events", moves < FEWEST_MOVES),
        ("reached", supply.counted_m2 >= target_m2),
        ("impossible", short_m2 > 0),
    )
    return tuple(Note(code, facts) for code, holds in checks if holds)[:1]


def _around(supply: Supply, on: int) -> tuple[Note, ...]:
    notes = []
    if supply.without_parcels:
        lack = supply.without_parcels
        names = ", ".join(lack[:TOLD]) + (", …" if len(lack) > TOLD else "")
        notes.append(Note("without_parcels", {"count": len(lack), "planned_ha": supply.planned_ha, "projects": names}))
    still = [one for one in supply.travels if one.days.size and not (one.days <= on).any()]
    if still and supply.begun is not None:
        area = hectares(sum(float(one.area_m2.sum()) for one in still))
        notes.append(Note("not_begun", {"count": len(still), "area_ha": area, "projects": ", ".join(one.project for one in still)}))
    if supply.begun is not None and on - supply.begun < YOUNG_DAYS:
        notes.append(Note("young", {"days": on - supply.begun, "begun": date(supply.begun)}))
    if supply.document_ratio is not None:
        notes.append(Note("documents", {"ratio": supply.document_ratio}))
    return tuple(notes)


def _drawn(
    plain: Forecast,
    supply: Supply,
    found: Sequence[Cohort],
    draws: int,
    given: Sequence[Rule],
    calibration: float,
    first: dt.date,
) -> Forecast:
    on, last = number(plain.on), number(plain.last)
    start = told_to(supply.travels, on)
    fitted = fit(found, len(supply.travels), start)
    waiting = groups(supply.travels, found, fitted, on, frozenset(rule.project for rule in given if rule.milestone >= 0))
    made = draw(waiting, fitted, start, last, last - start + BEYOND_DAYS, draws, np.random.default_rng(plain.seed), given)
    ratio = supply.document_ratio or 1.0
    young = YOUNG_WIDER * max(1 - plain.history_days / YOUNG_DAYS, 0.0)
    width = calibration * (1 + young)
    end = supply.counted_m2 + _wider(made.end.sum(axis=1), width, plain.open_m2) * ratio
    by_day = supply.counted_m2 + _rising(made.by_day, width, plain.open_m2) * ratio
    ok = end >= plain.target_m2
    return dataclasses.replace(
        plain,
        probability=float(ok.mean()) if plain.probability is None else plain.probability,
        end=_areas(end),
        reached=_dates(by_day[:, on - start :], plain.target_m2, on),
        projects=_projects(supply, made.end, width, ratio),
        parks=_parks(supply, made.end, width, ratio),
        straight_m2=straight_line_m2(supply.counted_m2, number(first) - 1, on, last),
        throughput_m2=throughput_m2(supply.travels, supply.counted_m2 / ratio, on, last) * ratio,
        drivers=_drivers(supply, made, end, ok),
        widened=width,
        draws=draws,
    )


def _wider(drawn: Floats, width: float, open_m2: float) -> Floats:
    """Move every future away from the middle one; never below nothing, nor above what there is."""
    middle = np.median(drawn)
    return np.clip(middle + width * (drawn - middle), 0.0, max(open_m2, float(drawn.max(initial=0.0))))


def _rising(by_day: Floats32, width: float, open_m2: float) -> Floats32:
    if width == 1.0:
        return by_day
    middle = np.median(by_day, axis=0)
    moved = np.clip(middle + np.float32(width) * (by_day - middle), 0.0, open_m2)
    return np.maximum.accumulate(moved, axis=1)


def _areas(drawn: Floats) -> Areas:
    return Areas(*map(float, np.quantile(drawn, SHARES)))


def _dates(by_day: Floats32, target_m2: float, on: int) -> Dates:
    reached = (by_day >= target_m2).argmax(axis=1).astype(np.float64)
    reached[by_day[:, -1] < target_m2] = np.inf
    days = np.sort(reached)[np.ceil(np.array(SHARES) * len(reached)).astype(int) - 1]
    return Dates(*(date(on + 1 + int(day)) if np.isfinite(day) else None for day in days))


def _part(id_: str, counted_m2: float, open_m2: float, drawn: Floats, width: float, ratio: float) -> Part:
    return Part(id_, counted_m2, open_m2, _areas(counted_m2 + _wider(drawn, width, open_m2) * ratio))


def _open(supply: Supply) -> list[float]:
    return [float(one.area_m2[one.days[-1] == NEVER].sum()) for one in supply.travels]


def _projects(supply: Supply, end: Floats, width: float, ratio: float) -> tuple[Part, ...]:
    rows = zip(supply.travels, supply.counted_by_project_m2, _open(supply), end.T, strict=True)
    return tuple(_part(one.project, counted, open_m2, drawn, width, ratio) for one, counted, open_m2, drawn in rows)


def _parks(supply: Supply, end: Floats, width: float, ratio: float) -> tuple[Part, ...]:
    park, open_m2, counted = np.array(supply.parks), np.array(_open(supply)), np.array(supply.counted_by_project_m2)
    found = []
    for id_ in sorted(set(supply.parks)):
        mine = park == id_
        drawn = end[:, mine].sum(axis=1)
        found.append(_part(id_, float(counted[mine].sum()), float(open_m2[mine].sum()), drawn, width, ratio))
    return tuple(found)


def _drivers(supply: Supply, made: Draws, end: Floats, ok: Mask) -> tuple[Driver, ...]:
    """Compare the futures in which a project, or a step, goes well with the other half.

    *Method*: conditional probability in the draws, split at the median; no cause is proved by it.
    """
    found = [
        _driver("project", one.project, made.end[:, n] > np.median(made.end[:, n]) + SAME_M2, end, ok)
        for n, one in enumerate(supply.travels)
    ] + [
        _driver("step", "+".join(one.stages), made.took[:, n] < np.median(made.took[:, n]), end, ok)
        for n, one in enumerate(milestones())
    ]
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda d: (-round(abs(d.high - d.low), 3), -abs(d.high_m2 - d.low_m2), d.id)))[: 2 * TOLD]


def _driver(kind: str, id_: str, well: Mask, end: Floats, ok: Mask) -> Driver | None:
    if not well.any() or well.all():
        return None
    parts = (float(values[mask].mean()) for values in (ok, end) for mask in (well, ~well))
    return Driver(kind, id_, *parts)
