"""In which encoding was this text written? Every reading is tried, and the one that gives Vietnamese syllables ranks first.

A word speaks for a reading when it is a syllable in it (onset, rime and tone fit) and against it when not; equal
words count once. Nothing is chosen here: :mod:`parkgis.layers.text` says what was found and what to pass.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from typing import TYPE_CHECKING

from parkgis.words import legacy, syllables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

AS_IS = "as-is"
MOJIBAKE = "mojibake"
MIXED = "mixed-"
WRITTEN = ("utf-8", "tcvn3", "vni", "vps", "viscii", "cp1258")
"""Encodings a text may be written in."""

RAW = WRITTEN
UNICODE = (AS_IS, MOJIBAKE, "mixed-tcvn3", "mixed-vni", "tcvn3", "vni", "vps", "viscii", "cp1258")
"""Readings of text that is Unicode already: right, or bytes of another encoding taken for Windows-1252."""

STEPS: dict[str, Callable[[str], str]] = {
    MOJIBAKE: legacy.unmojibake,
    "capitals": legacy.restore_capitals,
    "names": legacy.restore_names,
    AS_IS: lambda text: text,
}

WORDS = 4000  # distinct words looked at
RIGHT = 0.95  # share of words of a real list that are syllables, read rightly (measured: 0.85-1.00)
WRONG = 0.10  # read wrongly (measured: 0.00-0.15)
FEW = 3  # distinct words that nothing is sure with fewer of

_SPLIT = re.compile(r"[\s!-@\[-`{-~]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Guess:
    """One reading of a text: how sure (0-1), the share of its words that are syllables, of how many words."""

    reading: str
    confidence: float
    share: float
    words: int


@functools.lru_cache(maxsize=64)
def check(reading: str) -> str:
    """Return a reading by its one name: encodings and steps joined by ``+``, as ``tcvn3+names``.

    Raises
    ------
    LookupError
        For a part nobody knows.

    Examples
    --------
    >>> check("ABC + names"), check("mixed-TCVN3")
    ('tcvn3+names', 'mixed-tcvn3')
    """
    return "+".join(_part(part.strip()) for part in reading.split("+"))


def _part(name: str) -> str:
    plain = name.lower()
    if plain in STEPS:
        return plain
    if plain.startswith(MIXED):
        inner = legacy.canonical(plain.removeprefix(MIXED))
        legacy.table(inner)
        return MIXED + inner
    return legacy.canonical(plain)


def read(text: str, reading: str, *, raw: bool, errors: legacy.Errors = "strict") -> str:
    """Read a text anew.

    Parameters
    ----------
    text : str
        One character a byte if ``raw``; else Unicode.
    reading : str
        From :func:`check`.
    raw : bool
    errors : {"strict", "keep"}
        As in :func:`parkgis.words.legacy.decode`.

    Raises
    ------
    UnicodeError
        With ``strict``, for text that cannot have been written so.
    """
    for part in reading.split("+"):
        if part in STEPS:
            text = STEPS[part](text)
        elif part.startswith(MIXED):
            text = legacy.mend(text, part.removeprefix(MIXED))
        else:
            data = text.encode(legacy.BYTES) if raw else legacy.shown(text)
            text, raw = legacy.decode(data, part, errors), False
            text = legacy.restore_capitals(text) if part == "tcvn3" else text
    return text


def words(values: Iterable[str]) -> list[str]:
    """Return the distinct words beyond ASCII of some texts, in the order of their letters."""
    found = {word.strip(legacy.SIGNS) for text in values if not text.isascii() for word in _SPLIT.split(text) if not word.isascii()}
    return _spread(sorted(word for word in found if not word.isascii()))


def _spread(found: list[str]) -> list[str]:
    return found if len(found) <= WORDS else [found[int(at * len(found) / WORDS)] for at in range(WORDS)]


def _speaks(word: str, reading: str, *, raw: bool) -> bool:
    try:
        text = read(word, reading, raw=raw)
    except UnicodeError:
        return False
    return reading == "utf-8" or syllables.plausible(text.strip(legacy.SIGNS))  # bytes are not UTF-8 by chance


def rank(found: Sequence[str], *, raw: bool, prior: Mapping[str, float] | None = None) -> list[Guess]:
    """Rank the readings of words.

    Parameters
    ----------
    found : sequence of str
        From :func:`words`.
    raw : bool
        One character a byte.
    prior : mapping, optional
        Reading -> words it is ahead by: what other columns of the file said.

    Returns
    -------
    list of Guess
        Surest first; equal ones in the order of :data:`RAW` or :data:`UNICODE`. Confidences add up to 1 at most: they
        shrink with the share of words that no reading makes syllables.

    Method
    ------
    Naive Bayes over distinct words, each a syllable with probability :data:`RIGHT` in the right reading and
    :data:`WRONG` in a wrong one. About 7 µs a word and reading.
    """
    readings = RAW if raw else UNICODE
    count = max(len(found), 1)
    if not raw and all(_speaks(word, AS_IS, raw=raw) for word in found):
        return [Guess(AS_IS, 1.0, 1.0, len(found))]
    good = {reading: sum(_speaks(word, reading, raw=raw) for word in found) for reading in readings}
    ahead = {reading: good[reading] + (prior or {}).get(reading, 0.0) for reading in readings}
    weight = math.log(RIGHT / WRONG) + math.log((1 - WRONG) / (1 - RIGHT))
    top = max(ahead.values())
    odds = {reading: math.exp((ahead[reading] - top) * weight) for reading in readings}
    for reading in readings:  # a converter that stopped halfway is no better a story than one encoding throughout
        if reading.startswith(MIXED) and good[reading.removeprefix(MIXED)] >= good[reading]:
            odds[reading] = 0.0
    if not raw and ahead[AS_IS] == top:  # nothing makes it better: it is what it is
        odds = {reading: float(reading == AS_IS) for reading in readings}
    total, enough = sum(odds.values()), min(1.0, len(found) / FEW + bool(prior))
    guesses = [
        Guess(reading, odds[reading] / total * enough * min(1.0, good[reading] / count / 0.8), good[reading] / count, len(found))
        for reading in readings
    ]
    return sorted(guesses, key=lambda g: (-odds[g.reading], readings.index(g.reading)))
