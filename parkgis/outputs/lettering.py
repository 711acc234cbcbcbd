"""How many lines a text of Times New Roman takes: rows of a workbook are as high as somebody says, and no program asks the font."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FULL = 0.96
"""So much of a line is filled at most: Excel and LibreOffice round letters to pixels, each in its own way."""
DIGIT = 500
PIECE = re.compile(r"[^/-]*[/-]+|[^/-]+")
WIDE: dict[str, int] = {
    letter: width
    for width, letters in {
        180: "'", 200: "|", 250: " ,.", 278: "/:;\\ijlt", 333: "!()-I[]`fr", 389: "Js", 408: '"', 444: "?acez“”", 469: "^",
        480: "{}", 541: "~", 556: "FPS", 564: "+<=>", 611: "ELTZ", 667: "BCR", 722: "ADGHKNOQUVXYwĐ", 778: "&m", 833: "%",
        889: "M", 921: "@", 944: "W", 1000: "—…",
    }.items()
    for letter in letters
}  # fmt: skip
"""Widths in thousandths of the height, of all letters that are not as wide as a digit; *source*: Adobe's metrics of Times Roman."""


@functools.cache
def _letter(letter: str) -> int:
    """Return the width of a letter; accents take no room of their own, and an investor may write in Korean."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 2 * DIGIT
    return WIDE.get(unicodedata.normalize("NFD", letter)[0], DIGIT)


def width(text: str) -> float:
    """Return the width of a text in digits, by which columns of a workbook are measured.

    Examples
    --------
    >>> width("2026"), width("Mẫu")
    (4.0, 3.666)
    """
    return sum(map(_letter, text)) / DIGIT


def lines(text: str, room: float) -> int:
    """Return how many lines a text takes, broken between words where a line has room for so many digits.

    LibreOffice breaks words behind a slash or a hyphen as well, Excel not behind a slash: whichever takes more lines.

    Examples
    --------
    >>> lines("thu hồi đất", 20), lines("thu hồi đất", 8)
    (1, 2)
    """
    room, words = max(room * FULL, 3.0), text.split()
    return max(_wrapped([[word] for word in words], room), _wrapped([PIECE.findall(word) for word in words], room))


def _wrapped(words: Sequence[Sequence[str]], room: float) -> int:
    """Return how many lines words take that may be broken between their pieces."""
    count, filled = 1, 0.0
    for word in words:
        space = width(" ")
        for piece in word:
            long = width(piece)
            if filled and filled + space + long > room:
                count, filled = count + 1, 0.0
            filled += long + (space if filled else 0.0)
            if filled > room:  # a piece longer than the line is broken anywhere
                count, filled = count + int(filled // room), filled % room
            space = 0.0
    return count
