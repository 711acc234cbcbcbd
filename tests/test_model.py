"""Facts are frozen, know their document, and mint their own ids."""

from __future__ import annotations

import dataclasses
import datetime as dt

import make
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parkgis.errors import MixError
from parkgis.model import Cut, Document, Event, ParcelKey, Severity, mint

part = st.text(st.characters(exclude_characters="/"), max_size=5)


@given(part, part, part)
def test_a_parcel_key_reads_back(commune: str, sheet: str, parcel: str) -> None:
    key = ParcelKey(commune, sheet, parcel)
    assert ParcelKey.parse(str(key)) == key


@pytest.mark.parametrize("number", ["", "  ", "\t\n", "\u00a0"])
def test_a_document_without_a_number_backs_nothing(number: str) -> None:
    with pytest.raises(ValueError, match="without a number"):
        Document(number, dt.date(2026, 1, 1))


@pytest.mark.parametrize("area", [float("nan"), float("inf"), float("-inf")])
def test_an_area_is_a_number_or_none(area: float) -> None:
    """SQLite keeps NaN as NULL: the chain broke at once."""
    with pytest.raises(ValueError, match="no area"):
        make.reached("09/1/1", area_m2=area)


def test_the_same_minutes_mint_the_same_id() -> None:
    assert mint("reached", "QV", 1) == mint("reached", "QV", "1")
    assert len(mint()) == 32
    assert len({mint("ab", "c"), mint("a", "bc"), mint("abc"), mint("c", "ab")}) == 4


def test_facts_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        make.reached("09/1/1").parcel = "09/1/2"  # type: ignore[misc]


def test_an_event_is_made_by_name_only() -> None:
    assert all(field.kw_only for field in dataclasses.fields(Event))


def test_a_cut_keeps_its_hour_in_utc_and_refuses_one_without_zone() -> None:
    hanoi = dt.timezone(dt.timedelta(hours=7))
    cut = Cut(make.day("2026-06-30"), dt.datetime(2026, 7, 1, 3, tzinfo=hanoi))
    assert (cut.known.hour, cut.known.utcoffset()) == (20, dt.timedelta(0))
    with pytest.raises(MixError):
        Cut(make.day("2026-06-30"), dt.datetime(2026, 7, 1))  # noqa: DTZ001


def test_severities_compare() -> None:
    assert Severity.INFO < Severity.WARNING < Severity.ERROR


def test_parks_and_projects_have_a_name_in_both_languages() -> None:
    assert (make.PARK.name("vi"), make.PARK.name("en")) == ("KCN Thử", "Trial Park")
    assert (make.project().name("vi"), make.project().name("en")) == ("Dự án thử", "Trial project")
