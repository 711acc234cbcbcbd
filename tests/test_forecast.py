"""A forecast: reproducible, monotone, blind to later days, silent where there is no ground."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
import ways
from hypothesis import given, settings
from hypothesis import strategies as st

from parkgis.planning.forecast import Forecast, forecast
from parkgis.planning.supply import Supply
from parkgis.planning.suppose import parse
from parkgis.status.fold import NEVER, number

WHOLE = ways.grown(11)
BASE = ways.supply(ways.known(WHOLE))
DRAWS = 300


def ask(supply: Supply = BASE, target_m2: float | None = None, seed: int = 1, on: dt.date = ways.ON, **more: object) -> Forecast:
    wanted = BASE.counted_m2 + BASE.open_m2 * 0.6 if target_m2 is None else target_m2
    return forecast(supply, wanted, on, more.pop("last", ways.LAST), draws=DRAWS, seed=seed, **more)  # type: ignore[arg-type]


def codes(found: Forecast) -> list[str]:
    return [note.code for note in found.notes]


# -- laws ------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_forecast() -> None:
    assert ask() == ask()
    assert ask() != ask(seed=2)


def test_the_parts_are_in_order() -> None:
    found = ask()
    assert found.end is not None and found.probability is not None and found.reached is not None
    assert list(found.end) == sorted(found.end)
    assert BASE.counted_m2 <= found.end.p10 and found.end.p90 <= BASE.counted_m2 + BASE.open_m2
    days = [day or dt.date.max for day in found.reached]
    assert days == sorted(days) and all(day > ways.ON for day in days)
    assert {p.id for p in found.projects} == {"P0", "P1", "P2"}


@settings(max_examples=15, deadline=None)
@given(st.floats(0.0, 1.5), st.floats(0.0, 1.5), st.integers(0, 5))
def test_a_higher_target_is_never_likelier(one: float, other: float, seed: int) -> None:
    low, high = (BASE.counted_m2 + BASE.open_m2 * share for share in sorted((one, other)))
    probabilities = [ask(target_m2=target, seed=seed).probability for target in (low, high)]
    assert probabilities[0] is not None and probabilities[1] is not None and probabilities[0] >= probabilities[1]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_parcels_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mixed = []
    for one in BASE.travels:
        order = rng.permutation(len(one.area_m2))
        mixed.append(dataclasses.replace(one, area_m2=one.area_m2[order], days=one.days[:, order]))
    found, plain = ask(dataclasses.replace(BASE, travels=tuple(mixed))), ask()
    assert found.end == pytest.approx(plain.end, rel=1e-5) and found.probability == pytest.approx(plain.probability, abs=0.01)


def test_what_happened_after_the_day_is_not_looked_at() -> None:
    """The trap: all land is handed over the day after the question; nobody may know."""
    trap = []
    for one in WHOLE:
        days = one.days.copy()
        days[:, days[-1] > number(ways.ON)] = np.minimum(days[:, days[-1] > number(ways.ON)], number(ways.ON) + 1)
        trap.append(dataclasses.replace(one, days=days))
    assert ask(ways.supply(ways.known(trap))) == ask()


def test_the_truth_lies_in_the_band_more_often_than_not() -> None:
    inside = 0
    for seed in range(8):
        whole = ways.grown(100 + seed, projects=4, batches=14)
        found = ask(ways.supply(ways.known(whole)))
        truth = ways.supply(ways.known(whole, ways.LAST), ways.LAST).counted_m2
        inside += found.end is not None and found.end.p10 <= truth <= found.end.p90
    assert inside >= 4


# -- suppositions and width ------------------------------------------------------------------------------


def test_a_promise_kept_raises_the_chance() -> None:
    plain, given_ = ask(), ask(supposed=[parse("project=P0, paid by 2026-07-31"), parse("project=P1, paid by 2026-07-31")])
    assert plain.probability is not None and given_.probability is not None and given_.probability > plain.probability
    assert given_.supposed == ("project=P0, paid by 2026-07-31", "project=P1, paid by 2026-07-31")


def test_calibration_widens_and_keeps_the_middle() -> None:
    plain, wide = ask(), ask(calibration=1.5)
    assert plain.end is not None and wide.end is not None
    assert wide.end.p90 - wide.end.p10 > 1.2 * (plain.end.p90 - plain.end.p10)
    assert wide.end.p50 == pytest.approx(plain.end.p50, rel=0.02)


def test_a_young_ledger_says_so_and_widens() -> None:
    moved = tuple(dataclasses.replace(t, days=np.where(t.days == NEVER, NEVER, np.maximum(t.days, number(dt.date(2026, 1, 5))))
                                      .astype(np.int32)) for t in BASE.travels)  # fmt: skip
    found = ask(dataclasses.replace(BASE, travels=moved))
    assert "young" in codes(found) and found.widened > 1.2


def test_drivers_say_what_moves_the_probability() -> None:
    found = ask()
    assert {one.kind for one in found.drivers} == {"project", "step"}
    assert found.drivers[0].high_m2 > found.drivers[0].low_m2
    spread = [round(abs(one.high - one.low), 3) for one in found.drivers]
    assert spread == sorted(spread, reverse=True)


# -- no ground for a number ------------------------------------------------------------------------------

NONE = ways.supply([])
IDLE = ways.supply([ways.travel("P", (5, 1e4, [NEVER] * ways.STEPS))])
ONE = ways.supply([ways.travel("P", (5, 1e4, ways.way(20)))])
DONE = ways.supply([ways.travel("P", (5, 1e4, ways.way(*[10] * 6)))])


@pytest.mark.parametrize(
    ("supply", "code"), [(NONE, "no_parcels"), (IDLE, "no_history"), (ONE, "few_events"), (DONE, "all_handed")]
)  # fmt: skip
def test_without_ground_there_is_a_note_and_no_band(supply: Supply, code: str) -> None:
    target = supply.counted_m2 + 1e4 if code in ("all_handed", "no_parcels") else 2e4
    found = ask(supply, target)
    assert codes(found)[0] == code and found.end is None and found.reached is None
    assert found.probability == (0.0 if code == "all_handed" else None)


def test_a_target_in_the_past_is_no_forecast() -> None:
    found = ask(last=ways.ON)
    assert (codes(found)[0], found.probability, found.end) == ("past", 0.0, None)


def test_an_impossible_target_says_what_is_missing() -> None:
    found = ask(target_m2=BASE.counted_m2 + BASE.open_m2 + 123e4)
    assert codes(found)[0] == "impossible" and found.probability == 0.0 and found.end is not None
    assert found.notes[0].facts["short_ha"] == pytest.approx(123.0)


def test_a_target_already_reached_is_certain() -> None:
    found = ask(target_m2=BASE.counted_m2)
    assert (codes(found)[0], found.probability) == ("reached", 1.0)


def test_another_stage_that_counts_is_not_forecast() -> None:
    found = ask(dataclasses.replace(BASE, final=False))
    assert codes(found)[0] == "other_stage" and found.probability is None


def test_projects_without_parcels_or_notice_are_named() -> None:
    fresh = ways.travel("Q", (3, 1e4, [NEVER] * ways.STEPS))
    found = ask(ways.supply([*BASE.travels, fresh], without_parcels=("A", "B"), planned_ha=80.0))
    assert codes(found) == ["without_parcels", "not_begun"]
    assert found.notes[0].facts["count"] == 2 and found.notes[1].facts["projects"] == "Q"


def test_documents_scale_what_is_open() -> None:
    plain, stated = ask(), ask(dataclasses.replace(BASE, document_ratio=1.1))
    assert plain.end is not None and stated.end is not None and "documents" in codes(stated)
    assert stated.end.p50 - BASE.counted_m2 == pytest.approx(1.1 * (plain.end.p50 - BASE.counted_m2))
