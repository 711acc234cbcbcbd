"""The canonical line is plain JSON, whatever the row holds; text that is tidy already is left alone."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import unicodedata

import make
from hypothesis import given
from hypothesis import strategies as st

from parkgis.ledger import text

VALUES = st.none() | st.integers() | st.floats() | st.text() | st.binary() | st.booleans()
NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
ROWS = st.lists(VALUES, min_size=len(text.FIELDS), max_size=len(text.FIELDS)).map(tuple)


@given(ROWS)
def test_a_line_is_what_json_writes(row: text.Row) -> None:
    """Built by hand, for speed: byte for byte what the library writes, also of columns that a tamperer changed."""
    facts = dict(zip(text.FIELDS, row, strict=True))
    assert text.line(row) == json.dumps(facts, ensure_ascii=False, separators=(",", ":"), default=repr)


@given(st.text(), st.text().filter(str.strip), st.one_of(st.none(), st.integers(-5, 5), st.floats(-5, 5)))
def test_normal_text_is_in_nfc_and_stays_so(note: str, paper: str, area: float | None) -> None:
    event = dataclasses.replace(make.reached("09/1/1", paper=paper, note=note, facts=(("owner", note),)), area_m2=area)
    tidy = text.normal(event)
    assert (tidy.note, tidy.source.number) == tuple(unicodedata.normalize("NFC", t) for t in (note, paper))
    assert tidy.fact("owner") == tidy.note
    assert repr(tidy.area_m2) == repr(None if area is None else float(area) + 0.0)
    assert text.normal(tidy) == tidy
    stored, row, written = text.laid_out(1, NOON, event)
    assert stored == tidy
    assert repr(stored.area_m2) == repr(tidy.area_m2)
    assert (row, written) == (text.to_row(1, NOON, tidy), text.line(text.to_row(1, NOON, tidy)))
    assert text.laid_out(1, NOON, tidy)[0] is tidy or any(c < " " for c in tidy.note), "what is tidy is not built anew"


@given(st.floats(allow_nan=False, allow_infinity=False), st.text())
def test_an_entry_with_an_area_is_written_as_json_writes_it(area: float, note: str) -> None:
    row = text.to_row(7, NOON, dataclasses.replace(make.reached("09/1/1", note=note), area_m2=area))
    facts = dict(zip(text.FIELDS, row, strict=True))
    assert text.line(row) == json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def test_one_instant_in_two_zones_is_written_alike() -> None:
    hanoi = dt.datetime(2026, 5, 1, 7, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    assert text.instant(hanoi) == text.instant(hanoi.astimezone(dt.UTC)) == "2026-05-01T00:00:00.000000Z"
