"""Prove that no name or ID number on file stands in a file that is to be made public.

*Method.* Every name and number is written in all its forms (composed and decomposed accents, as it is, upper,
lower and title case, without accents) and searched for in the raw bytes of the file: what is not found there
cannot be read there. Forms share a table of their first six bytes, so that the file is walked once however
many names there are (3 s for 40,000 people and 50 MB on one core). A value shorter than six bytes would be found by
chance in any binary file: it is compared with whole cells instead.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from parkgis.layers.holders import Holder

    Windows = npt.NDArray[np.uint64]

PREFIX = 6
CHUNK = 1 << 20
SLOTS = 22  # bits of the table of prefixes
FEWEST_LETTERS, FEWEST_DIGITS = 2, 6


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """What was searched for in a file, and who was found.

    Attributes
    ----------
    persons, values : int
        People on file; their names and ID numbers, each different one once.
    unsearched : int
        Values that are neither a name (two letters or more) nor a number (six digits or more).
    found : tuple of str
        Pseudonyms whose name or number stands in the file. Empty is what a public file needs.
    """

    persons: int
    values: int
    unsearched: int
    found: tuple[str, ...]


def prove(content: bytes, cells: Collection[str], people: Sequence[Holder]) -> Proof:
    """Search a file for everybody on file.

    Parameters
    ----------
    content : bytes
        The file as it was written.
    cells : collection of str
        Its texts, each cell whole: where short values are looked for.
    people : sequence of Holder
    """
    owners: dict[str, list[str]] = {}
    for holder in people:
        for value in (holder.name, holder.id_number):
            if value:
                owners.setdefault(value, []).append(holder.pseudonym)
    searched = [value for value in owners if _tells(value)]
    hits = _in_bytes(content, searched) | _in_cells(cells, searched)
    found = sorted({pseudonym for value in hits for pseudonym in owners[value]})
    return Proof(len(people), len(searched), len(owners) - len(searched), tuple(found))


def _tells(value: str) -> bool:
    return sum(map(str.isalpha, value)) >= FEWEST_LETTERS or sum(map(str.isdigit, value)) >= FEWEST_DIGITS


def bare(text: str) -> str:
    """Write Vietnamese without accents.

    Examples
    --------
    >>> bare("Đặng Thị Ất")
    'Dang Thi At'
    """
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def forms(value: str) -> set[str]:
    """Return every way in which a name or number may be written.

    Examples
    --------
    >>> sorted(forms("012 345 678"))
    ['012 345 678', '012345678', '12345678']
    """
    if not any(map(str.isalpha, value)):
        digits = re.sub(r"[\s.\-]", "", value)
        return {value, digits, *([short] if len(short := digits.lstrip("0")) >= FEWEST_DIGITS else [])}
    cased = {way for text in (value, bare(value)) for way in (text, text.upper(), text.lower(), text.title())}
    return {unicodedata.normalize(form, text) for text in cased for form in ("NFC", "NFD")}


def _in_cells(cells: Collection[str], values: Iterable[str]) -> set[str]:
    there = {unicodedata.normalize("NFC", cell).strip().casefold() for cell in cells}
    return {value for value in values if any(unicodedata.normalize("NFC", form).casefold() in there for form in forms(value))}


def _in_bytes(content: bytes, values: Iterable[str]) -> set[str]:
    patterns: dict[bytes, str] = {}
    for value in values:
        patterns.update((raw, value) for form in forms(value) if len(raw := form.encode()) >= PREFIX)
    return {patterns[pattern] for pattern in _search(content, patterns)} if patterns else set()


def _search(content: bytes, patterns: Mapping[bytes, str]) -> set[bytes]:
    """Return the patterns that stand anywhere in ``content``; each has :data:`PREFIX` bytes or more."""
    lengths: dict[int, set[int]] = {}
    for pattern in patterns:
        lengths.setdefault(int.from_bytes(pattern[:PREFIX], "little"), set()).add(len(pattern))
    prefixes = np.fromiter(lengths, np.uint64, len(lengths))
    table = np.zeros(1 << SLOTS, bool)
    table[_slot(prefixes)] = True
    found: set[bytes] = set()
    for start in range(0, len(content), CHUNK):
        windows = _windows(content[start : start + CHUNK + PREFIX - 1])
        likely = np.flatnonzero(table[_slot(windows)])
        for at in likely[np.isin(windows[likely], prefixes)].tolist():
            ways = {content[start + at : start + at + length] for length in lengths[int(windows[at])]}
            found |= ways & patterns.keys()
    return found


def _windows(part: bytes) -> Windows:
    """Return the six bytes at every place as one number, shape (len - 5,)."""
    letters = np.frombuffer(part, np.uint8).astype(np.uint64)
    count = max(len(letters) - PREFIX + 1, 0)
    windows = np.zeros(count, np.uint64)
    for place in range(PREFIX):
        windows |= letters[place : place + count] << np.uint64(8 * place)
    return windows


def _slot(prefixes: Windows) -> Windows:
    return (prefixes * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - SLOTS)
