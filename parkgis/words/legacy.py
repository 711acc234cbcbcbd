"""Text from before Unicode: TCVN3 (ABC), VNI, VPS, VISCII and cp1258 to Unicode NFC and back.

The tables stand in ``encodings.toml``, with their sources. UTF-8 and everything else Python knows goes through its
own codecs. Nothing here chooses an encoding: :mod:`parkgis.layers.text` proposes, a person says.

Two more readings mend what went wrong once already: :func:`unmojibake` (UTF-8 taken for Windows-1252, once or
twice) and :func:`mend` (letters that a converter left as bytes: ``UBND x·``, ``ĐÆng``).
"""

from __future__ import annotations

import codecs
import dataclasses
import functools
import importlib.resources
import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Literal

from parkgis.words import syllables

if TYPE_CHECKING:
    from collections.abc import Mapping

Errors = Literal["strict", "keep"]

ALIASES = {"abc": "tcvn3", "tcvn": "tcvn3", "vni-win": "vni", "windows-1258": "cp1258", "utf8": "utf-8"}
BYTES = "ISO-8859-1"  # one character a byte
LOST = frozenset("áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ")
"""Vowels of TCVN3 that are capitals in another font (.VnTimeH), in the same bytes; ă â ê ô ơ ư have their own capitals too."""


@dataclasses.dataclass(frozen=True)
class Table:
    """One encoding: what each sequence of bytes (as Latin-1 text) means, and what a letter is written as."""

    letters: Mapping[str, str]
    written: Mapping[str, str]
    sequence: re.Pattern[str]


@functools.cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(importlib.resources.files(__package__).joinpath("encodings.toml").read_text(encoding="utf-8"))


@functools.cache
def table(name: str) -> Table:
    """Return the table of an encoding that has one.

    Raises
    ------
    LookupError
        For any other name.
    """
    found = _tables()
    if name not in found or name == "letters":
        raise LookupError(name)
    small = found["letters"]["lower"].split()
    cells = zip([*small, *(c.upper() for c in small)], [*found[name]["lower"].split(), *found[name]["upper"].split()], strict=True)
    written = {letter: bytes.fromhex(cell).decode(BYTES) for letter, cell in cells if cell != "--"}
    taken = {sequence[0] for sequence in written.values()} | {sequence[-1] for sequence in written.values()}
    for code in _rest(found[name]["rest"]):
        shown = bytes([code]).decode("cp1252", "ignore")
        if shown and chr(code) not in taken:
            written[shown] = chr(code)
    letters = {sequence: letter for letter, sequence in written.items()}
    for sequence, letter in list(letters.items()):  # VNI: a capital with the small mark behind it is common in headings
        if len(sequence) == 2 and sequence[0].isupper():
            letters.setdefault(sequence[0] + sequence[1].lower(), letter)
    ways = "|".join(re.escape(s) for s in sorted(letters, key=lambda s: (-len(s), s)))
    return Table(letters, written, re.compile(f"{ways}|[\x80-\xff]"))


def _rest(text: str) -> list[int]:
    pairs = [part.split("-") for part in text.split()]
    return [code for pair in pairs for code in range(int(pair[0], 16), int(pair[-1], 16) + 1)]


@functools.lru_cache(maxsize=64)
def canonical(name: str) -> str:
    """Return the one name of an encoding.

    Raises
    ------
    LookupError
        When neither a table nor Python knows it.

    Examples
    --------
    >>> canonical("ABC"), canonical("utf8"), canonical("windows-1258")
    ('tcvn3', 'utf-8', 'cp1258')
    """
    plain = name.strip().lower().replace("_", "-")
    plain = ALIASES.get(plain, plain)
    if plain in _tables() and plain != "letters":
        return plain
    return codecs.lookup(plain).name


def decode(data: bytes, encoding: str, errors: Errors = "strict") -> str:
    """Read bytes in an encoding.

    Parameters
    ----------
    data : bytes
    encoding : str
    errors : {"strict", "keep"}
        What to do with a byte the encoding does not have: raise, or keep it as its Latin-1 character.

    Returns
    -------
    str
        In NFC.

    Raises
    ------
    UnicodeDecodeError
    LookupError
        For an encoding nobody knows.

    Examples
    --------
    >>> decode(bytes.fromhex("a7696e682056a86e2041"), "tcvn3")
    'Đinh Văn A'
    """
    name = canonical(encoding)
    try:
        how = table(name)
    except LookupError:
        text = data.decode(name) if errors == "strict" else data.decode(name, "replace")
        return unicodedata.normalize("NFC", text)

    def one(match: re.Match[str]) -> str:
        sequence = match.group()
        if sequence in how.letters:
            return how.letters[sequence]
        if errors == "keep":
            return sequence
        raise UnicodeDecodeError(name, data, match.start(), match.end(), "no letter of this encoding")

    return how.sequence.sub(one, data.decode(BYTES))


def encode(text: str, encoding: str) -> bytes:
    """Write text in an encoding: the inverse of :func:`decode`.

    Raises
    ------
    UnicodeEncodeError
        At the first letter the encoding cannot write (capitals with a tone in TCVN3).
    LookupError
    """
    name = canonical(encoding)
    text = unicodedata.normalize("NFC", text)
    if name == "cp1258":
        return "".join(_split(letter) for letter in text).encode(name)
    try:
        how = table(name)
    except LookupError:
        return text.encode(name)
    used = set("".join(how.letters))
    for at, letter in enumerate(text):
        if letter not in how.written and (letter > "\x7f" or (letter in used and letter < " ")):
            raise UnicodeEncodeError(name, text, at, at + 1, "no letter of this encoding")
    return "".join(how.written.get(letter, letter) for letter in text).encode(BYTES)


def _split(letter: str) -> str:
    """Write a letter as cp1258 has it: alone, or its base and a tone behind it."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in parts if c in syllables.TONES)
        return unicodedata.normalize("NFC", "".join(c for c in parts if c not in syllables.TONES)) + tone
    return letter


# -- what went wrong once already --------------------------------------------------------------------------

_SHOWN = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)} | {chr(b): b for b in range(0x80, 0x100)}
_HIGH = re.compile("[" + re.escape("".join(_SHOWN)) + "]+")


def unmojibake(text: str) -> str:
    """Undo UTF-8 that was taken for Windows-1252 or Latin-1, as often as it happened; other text is returned as it is.

    Examples
    --------
    >>> unmojibake("HoÃ ng VÄƒn"), unmojibake("Hoàng")
    ('HoÃ ng Văn', 'Hoàng')
    """
    return unicodedata.normalize("NFC", _again(text, 3))


def _again(text: str, times: int) -> str:
    found = _HIGH.sub(_from_utf8, text)
    return found if found == text or times == 1 else _again(found, times - 1)


def _from_utf8(match: re.Match[str]) -> str:
    try:
        return bytes(_SHOWN[c] for c in match.group()).decode("utf-8")
    except UnicodeDecodeError:
        return match.group()


def shown(text: str) -> bytes:
    """Return the bytes of a text that was taken for Windows-1252 or Latin-1.

    Raises
    ------
    UnicodeEncodeError
        For a character that neither shows.

    Examples
    --------
    >>> shown("Nhµ V¨n").hex()
    '4e68b52056a86e'
    """
    for at, letter in enumerate(text):
        if letter > "\x7f" and letter not in _SHOWN:
            raise UnicodeEncodeError("cp1252", text, at, at + 1, "no character of Windows-1252")
    return bytes(_SHOWN.get(letter, ord(letter)) for letter in text)


def mend(text: str, encoding: str) -> str:
    """Read the letters that a converter left as bytes of ``encoding`` in a text that is Unicode otherwise.

    A word is read anew only when it is no Vietnamese syllable as it stands and is one then: first the characters
    that are no letters (``x·`` is ``xã`` in TCVN3), then those that are letters too (``ê`` is the byte of ``ờ``).

    Examples
    --------
    >>> mend("UBND x·", "tcvn3"), mend("ĐÆng", "tcvn3"), mend("Trưªng", "tcvn3"), mend("A · «Phú» m²", "tcvn3")
    ('UBND xã', 'Đặng', 'Trường', 'A · «Phú» m²')
    """
    how = table(encoding)
    return _TOKEN.sub(lambda match: _mended(match.group(), how), text)


_TOKEN = re.compile(r"[^\s!-/0-9:-@\[-`{-~]+")


@functools.cache
def _vietnamese() -> frozenset[str]:
    small = _tables()["letters"]["lower"].split()
    return frozenset([*small, *(c.upper() for c in small)])


def _mended(word: str, how: Table) -> str:
    if word.isascii() or not any((c.isascii() and c.isalpha()) or c in _vietnamese() for c in word):
        return word
    if syllables.plausible(word.strip(SIGNS)):
        return word

    def read(text: str, *, every: bool) -> str:
        return how.sequence.sub(
            lambda m: m.group() if not every and m.group() in _vietnamese() else how.letters.get(m.group(), m.group()), text
        )

    sure = read(word, every=False)
    guesses = (sure, read(word, every=True), read(sure, every=True))
    return next((guess for guess in guesses if syllables.plausible(guess)), word)


SIGNS = "“”‘’«»–—…°²³•"
"""What may stand around a word without being part of it."""


# -- the case that TCVN3 loses -----------------------------------------------------------------------------


def restore_capitals(text: str) -> str:
    """Write the letters whose case was lost as capitals where the others leave no doubt.

    That is between two capitals of a word (``QUáCH``), and throughout a text whose letters of known case are all
    capitals, four at least. At the end of a single word it is not known (``BUì``, ``THị``): the letter stays small.

    Examples
    --------
    >>> restore_capitals("NGUYễN THị áI"), restore_capitals("QUáCH Văn BUì"), restore_capitals("TRầN Thị")
    ('NGUYỄN THỊ ÁI', 'QUÁCH Văn BUì', 'TRẦN Thị')
    """
    known = [c for c in text if c.isalpha() and c not in LOST and c != "đ"]
    if len(known) >= 4 and all(c.isupper() for c in known):
        return text.upper()
    return _FLANKED.sub(lambda match: match.group().upper(), text)


_CAPITAL = "A-ZĐĂÂÊÔƠƯ"
_FLANKED = re.compile(f"(?<=[{_CAPITAL}])[{''.join(sorted(LOST))}]+(?=[{_CAPITAL}])")


def restore_names(text: str) -> str:
    """Write the first letter of every word as a capital where its case was lost: for columns of proper names.

    Examples
    --------
    >>> restore_names("ứng Thị ất"), restore_names("thôn ứng")
    ('Ứng Thị Ất', 'thôn Ứng')
    """
    return _TOKEN.sub(
        lambda match: match.group()[:1].upper() + match.group()[1:] if match.group()[0] in LOST else match.group(), text
    )


def case_lost(text: str) -> bool:
    """Tell whether a word begins with a small letter that may have been a capital."""
    return any(word[0] in LOST for word in _TOKEN.findall(text))
