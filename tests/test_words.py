"""Both languages say the same things; numbers, areas and dates are written as each writes them."""

from __future__ import annotations

import ast
import datetime as dt
import decimal
import importlib.util
import math
import string
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from parkgis.errors import ParkgisError, Reason, tree
from parkgis.words.catalogue import LANGUAGES, Words, keys

if TYPE_CHECKING:
    from collections.abc import Iterator

VI, EN = Words("vi"), Words("en")
SPEC = importlib.util.find_spec("parkgis")
assert SPEC is not None and SPEC.origin is not None
PACKAGE = Path(SPEC.origin).parent


def placeholders(text: str) -> set[str]:
    return {name.partition(".")[0].partition("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# -- the catalogues ----------------------------------------------------------------------------------------


def test_both_languages_have_the_same_keys() -> None:
    assert set(keys("vi")) == set(keys("en"))


def test_both_languages_have_the_same_placeholders() -> None:
    vi, en = ({key: placeholders(text) for key, text in keys(lang).items()} for lang in LANGUAGES)
    assert {key: (found, en[key]) for key, found in vi.items() if found != en[key]} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_are_text_in_nfc(lang: str) -> None:
    assert [k for k, text in keys(lang).items() if not isinstance(text, str) or unicodedata.normalize("NFC", text) != text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("cls", tree(), ids=lambda cls: cls.__name__)
def test_every_error_is_said_with_its_own_facts(lang: str, cls: type[ParkgisError]) -> None:
    text = keys(lang)[f"error.{cls.__name__}"]
    assert placeholders(text) == placeholders(cls.sentence)
    assert "!" not in "".join(conversion or "" for *_, conversion in string.Formatter().parse(text))


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of ``name`` in the package, with its file and line."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", node


def first_text(call: ast.Call) -> str | None:
    return call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None  # type: ignore[return-value]


def test_every_reason_in_the_code_is_in_both_catalogues() -> None:
    """With the same facts as the English sentence that stands in the code."""
    missing = {}
    for where, call in calls("Reason"):
        code = first_text(call)
        if code is None or len(call.args) < 2 or not isinstance(call.args[1], ast.Constant):
            continue
        wanted = placeholders(str(call.args[1].value))
        for lang in LANGUAGES:
            text = keys(lang).get(f"reason.{code}")
            if text is None or placeholders(text) != wanted:
                missing[where, lang] = (code, text)
    assert missing == {}


def test_every_finding_in_the_code_has_a_text_and_a_remedy() -> None:
    codes = {(where, code) for where, call in calls("Finding") if (code := first_text(call)) is not None}
    assert len(codes) > 20
    assert {(w, c) for w, c in codes if not {f"finding.{c}.text", f"finding.{c}.remedy"} <= set(keys("vi"))} == set()


# -- numbers and dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "vi", "en"),
    [
        (1805.0, 2, "1.805,00", "1,805.00"),
        (2138.894, 2, "2.138,89", "2,138.89"),
        (0.125, 2, "0,13", "0.13"),
        (0.5, 0, "1", "1"),
        (1234567.0, 0, "1.234.567", "1,234,567"),
        (0.0, 1, "0,0", "0.0"),
        (-5.25, 1, "-5,3", "-5.3"),
        (999.995, 2, "1.000,00", "1,000.00"),
    ],
)
def test_numbers(value: float, digits: int, vi: str, en: str) -> None:
    assert (VI.number(value, digits), EN.number(value, digits)) == (vi, en)


def test_hectares_and_percent() -> None:
    assert (VI.ha(5_003_000), EN.ha(5_003_000)) == ("500,30", "500.30")
    assert (VI.percent(0.8024, 2), EN.percent(0.8024, 2)) == ("80,24 %", "80.24%")
    assert VI.percent(None) == EN.percent(None) == "–"


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_a_written_number_reads_back(value: float, digits: int) -> None:
    vi, en = VI.number(value, digits), EN.number(value, digits)
    assert abs(float(en.replace(",", "")) - value) <= 0.5 * 10**-digits + 1e-3
    assert vi == en.translate(str.maketrans(",.", ".,"))


@given(st.floats(-1e15, 1e15) | st.floats(-1e6, 1e6) | st.sampled_from([math.inf, -math.inf]), st.integers(0, 9))
def test_numbers_are_written_as_babel_writes_them(value: float, digits: int) -> None:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    with decimal.localcontext(rounding=decimal.ROUND_HALF_UP):
        written = [format_decimal(value, format=pattern, locale=lang) for lang in ("vi", "en")]
    assert [VI.number(value, digits), EN.number(value, digits)] == written or abs(value) < 0.5 * 10**-digits


def test_nothing_is_never_less_than_nothing() -> None:
    assert (VI.number(-0.001), EN.number(-0.0)) == ("0,00", "0.00")


def test_days_and_hours() -> None:
    assert VI.day(dt.date(2026, 2, 5)) == EN.day(dt.date(2026, 2, 5)) == "05/02/2026"
    assert VI.moment(dt.datetime(2026, 12, 31, 17, 5, tzinfo=dt.UTC)) == "00:05 01/01/2027", "in Vietnam it is already next year"


@pytest.mark.parametrize(("iso", "written"), [("2025", "2025"), ("2025-04", "04/2025"), ("2025-04-18", "18/04/2025")])
def test_a_partial_date_gains_no_precision(iso: str, written: str) -> None:
    assert VI.partial_day(iso) == written


def test_facts_are_written_by_their_type() -> None:
    assert VI.value("area_m2", 1234.56) == "1.234,6"
    assert VI.value("count", 12_345) == "12.345"
    assert VI.value("seq", 12_345) == "12345", "a number that names something is not grouped"
    assert VI.value("area_m2", None) == VI("word.unknown")
    assert VI.value("day", dt.date(2026, 1, 2)) == "02/01/2026"


def test_a_reason_is_said_in_the_readers_language() -> None:
    why = Reason("csv_not_utf8", "not UTF-8: in Excel, save it as 'CSV UTF-8'")
    assert EN.value("why", why) == str(why)
    assert VI.value("why", why) != str(why)


def test_the_words_of_the_law() -> None:
    assert VI("word.park") == "Khu công nghiệp" and EN("word.park") == "Industrial park"
    assert "DEMO" in VI("word.demo") and "DEMO" in EN("word.demo")
