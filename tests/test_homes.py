"""Households paid: a household on two lists counts once, and what the papers leave open is said as bounds, never as a sum."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_matters import payment
from test_stated import approval, broken, count

from parkgis.findings import remedy, sentence
from parkgis.layers.write import write_parcels
from parkgis.model import Cut, Kind
from parkgis.outputs.matters import between
from parkgis.status.homes import Between, Homes, homes
from parkgis.status.stated import counts
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from parkgis.model import Event, Finding

VI, EN = Words("vi"), Words("en")
NOBODY: Callable[[str], str] = lambda _: ""  # noqa: E731 - a layer that names no land user


def told(*events: Event, user_of: Callable[[str], str] = NOBODY, on: str = "2026-12-31") -> Homes:
    entries = make.memory(*events).standing(Cut(make.day(on), make.FOREVER), list(Kind))
    return homes([e.event for e in entries if e.event.kind is Kind.PAYMENT], counts(entries), user_of)


def listed(households: int, on: str = "2026-03-01", paper: str = "01/DS", parcel: str = "") -> Event:
    return payment(1_000_000, households, on=on, paper=paper, parcel=parcel)


# -- examples ------------------------------------------------------------------------------------------------


def test_two_instalments_are_not_twice_as_many_households() -> None:
    first, second = listed(120), listed(90, on="2026-05-01", paper="02/DS")
    assert told(first).paid == Between(120, 120)
    assert told(first, second).paid == Between(120, 210), "nobody knows how many of the 90 are of the 120"
    assert told(first, second, make.void(second)).paid == Between(120, 120)
    assert told(first, second, on="2026-04-30").paid == Between(120, 120)


def test_no_more_are_paid_than_are_affected() -> None:
    lists = listed(120), listed(90, on="2026-05-01", paper="02/DS")
    assert told(*lists, count("households_total", 150)) == Homes(150, Between(120, 150), Between(0, 30))
    assert told(*lists, count("households_total", 100)).paid == Between(120, 120), "a contradiction, which the report says"


def test_a_report_of_all_paid_to_date_settles_it_and_later_lists_only_add() -> None:
    lists = listed(120), listed(90, on="2026-05-01", paper="02/DS")
    report = count("households_paid", 150, on="2026-05-01"), count("households_total", 200)
    assert told(*lists, *report) == Homes(200, Between(150, 150), Between(50, 50))
    later = listed(20, on="2026-06-01", paper="03/DS")
    assert told(*lists, *report, later).paid == Between(150, 170)
    assert told(*lists, *report, later, count("households_paid", 162, on="2026-06-30")).paid == Between(162, 162)
    odd = count("households_paid", 151, on="2026-05-01", paper="7/BC")
    assert told(*lists, *report, odd).paid == Between(120, 200), "two reports that contradict each other tell nothing"


def test_a_parcel_paid_twice_is_one_household_and_so_are_two_parcels_of_one_pseudonym() -> None:
    lists = [listed(1, on=f"2026-0{n}-01", paper=f"{n}/DS", parcel=key) for n, key in enumerate(("a", "a", "b", "c"), 3)]
    assert told(*lists[:2]).paid == Between(1, 1)
    assert told(*lists).paid == Between(1, 3), "whose the parcels are is not known"
    users = {"a": "H1", "b": "H1", "c": "H2"}
    assert told(*lists, user_of=users.__getitem__).paid == Between(2, 2)
    assert told(*lists, listed(5), user_of=users.__getitem__).paid == Between(5, 7), "a list of the project may name them again"


def test_payments_that_name_no_household_say_nothing_of_households() -> None:
    assert told(listed(0), count("households_total", 9)) == Homes(9, None, None)
    assert told().paid is None
    assert told(count("households_paid", 0)).paid == Between(0, 0), "a document that says none was paid"


# -- the law ---------------------------------------------------------------------------------------------------


class Paid(NamedTuple):
    """A list: who is on it (households by number), on which day of the year, and whether it is of their first parcel."""

    who: frozenset[int]
    day: int
    parcel: bool


PAID = st.builds(Paid, st.frozensets(st.integers(0, 7), min_size=1, max_size=5), st.integers(0, 9), st.booleans())


def _events(lists: Sequence[Paid]) -> list[Event]:
    made = []
    for n, one in enumerate(lists):
        on = (dt.date(2026, 1, 1) + dt.timedelta(one.day)).isoformat()
        if one.parcel:
            made += [listed(1, on=on, paper=f"{n}-{who}/DS", parcel=str(who)) for who in sorted(one.who)]
        else:
            made.append(listed(len(one.who), on=on, paper=f"{n}/DS"))
    return made


def _all(lists: Sequence[Paid]) -> frozenset[int]:
    return frozenset().union(*(one.who for one in lists))


@settings(max_examples=150)
@given(st.lists(PAID, max_size=6), st.integers(-1, 9), st.booleans(), st.booleans(), st.randoms())
def test_the_true_number_lies_between_the_bounds_and_more_papers_never_part_them(
    lists: list[Paid], reported: int, total: bool, named: bool, random: object
) -> None:
    """Who is on which list is known here and not to the fold; whatever papers it is given, the truth is within its bounds."""
    events, truth = _events(lists), len(_all(lists))
    papers = [count("households_total", 8)] if total else []
    if reported >= 0:
        on = (dt.date(2026, 1, 1) + dt.timedelta(reported)).isoformat()
        papers.append(count("households_paid", len(_all([one for one in lists if one.day <= reported])), on=on))
    user_of: Callable[[str], str] = (lambda key: f"H{key}") if named else NOBODY
    found = told(*events, *papers, user_of=user_of)
    shuffled = [*events, *papers]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(*shuffled, user_of=user_of) == found, "the order of arrival does not matter"
    bare = told(*events)
    if found.paid is None:
        assert truth == 0
        return
    assert found.paid.least <= truth <= found.paid.most
    if bare.paid is not None:
        assert bare.paid.least <= found.paid.least <= found.paid.most <= bare.paid.most or reported >= 0
    if reported == 9 or (named and all(one.parcel for one in lists)):
        assert found.paid.exact == truth, "told by a report of the last day, or parcel by parcel"
    if found.remaining is not None:
        assert found.remaining.least <= 8 - truth <= found.remaining.most


@given(st.lists(st.builds(Between, st.integers(0, 9), st.integers(9, 20)), min_size=1))
def test_bounds_of_projects_add_up(parts: list[Between]) -> None:
    whole = sum((Homes(20, one, Between(20 - one.most, 20 - one.least)) for one in parts), Homes())
    assert whole.paid == Between(sum(p.least for p in parts), sum(p.most for p in parts))
    assert whole.remaining == Between(20 * len(parts) - whole.paid.most, 20 * len(parts) - whole.paid.least)


# -- in the snapshot, and what is said --------------------------------------------------------------------------


def _found(tmp_path: Path, *events: Event) -> tuple[Homes, list[Finding]]:
    made = make.workspace(tmp_path / "w")
    frame = make.parcels(make.grid(2, 2))
    frame["holder"] = ["P1", "P1", "P2", ""]
    path = "layers/parcels/QV-1.gpkg"
    made.store.append([make.layer_entry("parcels", path, write_parcels(frame, made.root / path, make.START), "QV"), *events])
    status = made.snapshot(made.cut(make.day("2026-06-30"), make.FOREVER)).project("QV")
    return status.matters.homes, [f for f in status.findings if f.code.startswith("homes_paid")]


def test_the_snapshot_knows_whose_a_parcel_is(tmp_path: Path) -> None:
    keys = list(make.grid(2, 2))
    lists = [payment(5, 1, paper=f"{n}/DS", parcel=key, project="QV") for n, key in enumerate(keys)]
    assert _found(tmp_path, *lists[:3]) == (Homes(None, Between(2, 2), None), []), "three parcels of two users"
    gone = payment(5, 1, paper="9/DS", parcel="/9/9", project="QV")
    found, (finding,) = _found(tmp_path / "more", *lists, gone)
    assert found.paid == Between(2, 4), "a parcel without a user, and one that the layer does not hold"
    assert (finding.code, finding.facts["least"], finding.facts["most"]) == ("homes_paid_open", 2, 4)
    assert "từ 2 đến 4 hộ" in sentence(finding, VI) and "households_paid" in remedy(finding, VI)


def test_a_report_below_a_single_list_is_a_finding(tmp_path: Path) -> None:
    lists = [payment(5, 40, project="QV"), payment(5, 90, on="2026-06-01", paper="2/DS", project="QV")]
    found, findings = _found(tmp_path, *lists, count("households_paid", 12, on="2026-03-31", project="QV"))
    assert (found.paid, [f.code for f in findings]) == (Between(90, 102), ["homes_paid_open", "homes_paid_under"])
    assert "31/BC" in sentence(findings[1], EN) and "fewer than the 40" in sentence(findings[1], EN)


@pytest.mark.parametrize(
    ("paid", "plans", "affected", "codes"),
    [
        ((7,), (7,), 7, []),
        ((7, 7), (7,), 7, []),
        ((8,), (7,), 9, ["report_homes_over_plans"]),
        ((8,), (8,), 7, ["report_homes_over", "report_plans_over"]),
        ((3, 8), (5, 4), 8, ["report_plans_over"]),
    ],
)
def test_paid_are_within_the_plans_and_the_plans_within_those_affected(
    tmp_path: Path, paid: tuple[int, ...], plans: tuple[int, ...], affected: int, codes: list[str]
) -> None:
    events = [
        *(payment(1, n, paper=f"{i}/DS", project="QV") for i, n in enumerate(paid)),
        *(approval(100, n, paper=f"{i}/QĐ", project="QV") for i, n in enumerate(plans)),
        count("households_total", affected, project="QV"),
    ]
    assert [code for code, _ in broken(tmp_path, *events)] == codes


def test_it_is_said_as_an_officer_would() -> None:
    assert (between(Between(4, 4), VI), between(None, VI)) == (4, None)
    assert (between(Between(3, 1200), VI), between(Between(3, 1200), EN)) == ("từ 3 đến 1.200", "between 3 and 1,200")
