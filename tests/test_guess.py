"""In which encoding a column was written: syllables decide, and too few of them decide nothing."""

from __future__ import annotations

import pytest
import vietnamese

from parkgis.layers import guess
from parkgis.words.syllables import is_syllable

SURE = 0.9


@pytest.mark.parametrize("encoding", guess.WRITTEN)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", [vietnamese.names, vietnamese.addresses], ids=["names", "addresses"])
def test_a_dozen_values_are_enough_to_know_the_encoding(encoding: str, seed: int, kind: object) -> None:
    """VPS and VISCII share many codes: with five names of few letters they cannot be told apart."""
    values = [vietnamese.raw(text, encoding) for text in kind(12, seed)]  # type: ignore[operator]
    best = guess.rank(guess.words(values), raw=True)[0]
    assert (best.reading, best.confidence >= SURE) == (encoding, True)


@pytest.mark.parametrize("encoding", guess.WRITTEN)
def test_one_or_two_words_are_never_sure(encoding: str) -> None:
    for text in ("Đào", "Nguyễn Thị", "thửa đất"):
        words = guess.words([vietnamese.raw(text, encoding)])
        assert guess.rank(words, raw=True)[0].confidence < SURE


def test_no_confident_guess_is_wrong() -> None:
    for encoding in guess.WRITTEN:
        for seed in range(12):
            for count in (1, 2, 3, 5):
                values = [vietnamese.raw(text, encoding) for text in vietnamese.names(count, seed)]
                best = guess.rank(guess.words(values), raw=True)[0]
                assert best.confidence < SURE or best.reading == encoding, (encoding, values)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "vps", "viscii", "cp1258"])
def test_old_bytes_shown_as_windows_1252_in_a_unicode_file(encoding: str) -> None:
    shown = [
        "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in vietnamese.written(text, encoding))
        for text in vietnamese.names(10, 1)
    ]
    best = guess.rank(guess.words(shown), raw=False)[0]
    assert (best.reading, best.confidence >= SURE) == (encoding, True)


@pytest.mark.parametrize("seed", range(5))
def test_unicode_that_is_right_is_left_as_it_is(seed: int) -> None:
    found = guess.words([*vietnamese.names(30, seed), *vietnamese.addresses(30, seed), "Công ty TNHH Müller – Café, 25 m²"])
    assert guess.rank(found, raw=False)[0].reading == guess.AS_IS


def test_mojibake_and_halfway_words_are_told_apart() -> None:
    mojibake = ["".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in t.encode()) for t in vietnamese.names(10, 2)]
    assert guess.rank(guess.words(mojibake), raw=False)[0].reading == guess.MOJIBAKE
    mixed = [*vietnamese.names(20, 2), "UBND x·", "Trưªng Văn Do·n", "ĐÆng Thị L·"]
    assert guess.rank(guess.words(mixed), raw=False)[0].reading == "mixed-tcvn3"


@pytest.mark.parametrize(
    "word",
    [
        "nghiêng",
        "quốc",
        "giếng",
        "gì",
        "khuỷu",
        "thuở",
        "Quỳnh",
        "hoà",
        "hòa",
        "yêu",
        "ƯỚC",
        "thoắt",
        "nguệch",
        "xoong",
        "quyển",
        "Đắc",
    ],
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["kà", "ngiêng", "ghà", "cết", "các̀", "bàt", "xưông", "Trưªng", "·", "êu2", "wá", "cẹ", "sôu"])
def test_what_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)
