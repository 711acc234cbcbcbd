"""How much room letters take, held to the metrics that Adobe published for Times Roman."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
import pytest

from parkgis.outputs import lettering

METRICS = Path(mpl.get_data_path()) / "fonts" / "afm" / "ptmr8a.afm"
ODD = {39: "'", 96: "`"}  # in these two places Adobe's encoding has other marks


def test_every_letter_of_ascii_is_as_wide_as_its_maker_says() -> None:
    said = re.findall(r"^C (\d+) ; WX (\d+) ;", METRICS.read_text(encoding="latin-1"), re.MULTILINE)
    known = {chr(int(code)): int(wide) for code, wide in said if 32 <= int(code) < 127 and int(code) not in ODD}
    assert len(known) == 93
    assert {letter: round(lettering.width(letter) * lettering.DIGIT) for letter in known} == known


@pytest.mark.parametrize(("marked", "plain"), [("ậ", "a"), ("Ờ", "O"), ("ữ", "u"), ("ỵ", "y"), ("Ế", "E")])
def test_accents_take_no_room(marked: str, plain: str) -> None:
    assert lettering.width(marked) == lettering.width(plain)


def test_letters_of_the_east_are_square() -> None:
    assert lettering.width("한국산업단지") == 12


def test_a_line_is_full_a_little_before_its_end() -> None:
    assert lettering.lines("0" * 9 + " " + "0" * 9, 18.4) == 2
    assert lettering.lines("0" * 9 + " " + "0" * 9, 19.5) == 1


def test_a_word_longer_than_the_line_is_broken_and_empty_text_is_one_line() -> None:
    assert lettering.lines("0" * 25, 10) == 3
    assert lettering.lines("", 10) == 1


def test_an_address_takes_the_lines_of_its_pieces() -> None:
    """As LibreOffice breaks it: https:// | en.baobacgiang.vn/bg/ | business/400984/first- | phase-of-expanded- | hoa-phu."""
    assert lettering.lines("https://en.baobacgiang.vn/bg/business/400984/first-phase-of-expanded-hoa-phu", 19.0) == 5
    assert lettering.lines("0000/000000", 8) == 2
