"""How large a text may be to fit its room: measured in a font wider than those slides are set in, so that any fits."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from parkgis.outputs.figure.fonts import FONT, advances, letters_of
from parkgis.outputs.tables import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

EMU_PT = 12_700
LEADING = 1.2  # height of a line in letter sizes
SMALLEST_PT = 9.0
ELLIPSIS = "…"
TAIL = 0.3  # of what is left of a shortened text
_UNIT = re.compile(r"(?<=\d) (?=(?:%|ha|tỷ)(?!\w))")
NO_BREAK = "\u00a0"


def plain(text: str) -> str:
    """Return text as one line that a slide can hold: no controls or line breaks, letters composed, units at their numbers."""
    return _UNIT.sub(NO_BREAK, " ".join(clean(unicodedata.normalize("NFC", text)).split()))


def width_pt(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Measure a line of text; a letter the measuring font lacks is taken to be a square."""
    widths, known = advances(FONT, bold), letters_of(FONT)
    return sum(widths[letter] if ord(letter) in known else 1.0 for letter in text) * size_pt


def lines(text: str, room_pt: float, size_pt: float, *, bold: bool = False) -> int:
    """Count the lines a text takes when it is broken between words, and within those that are wider than a line."""
    count, used, room_pt = 1, 0.0, max(room_pt, size_pt)  # a letter a line at least
    space = width_pt(" ", size_pt, bold=bold)
    for word in text.split(" "):
        wide = width_pt(word, size_pt, bold=bold)
        if used and used + space + wide > room_pt:
            count, used = count + 1, 0.0
        if wide > room_pt:
            more = int(wide // room_pt)
            count, used = count + more, wide - more * room_pt
        else:
            used += wide + (space if used else 0.0)
    return count


def shortened(text: str, room_pt: float, size_pt: float, most: int, *, bold: bool = False) -> str:
    """Return the text, or as much of it as ``most`` lines hold: an ellipsis in it, its end kept.

    Names of phases differ at their ends: "..., phase 1" and "..., phase 2" cut there would be one name.
    """
    if lines(text, room_pt, size_pt, bold=bold) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if lines(_without_middle(text, middle), room_pt, size_pt, bold=bold) <= most:
            low = middle
        else:
            high = middle - 1
    return _without_middle(text, low)


def _without_middle(text: str, kept: int) -> str:
    tail = round(kept * TAIL)
    return text[: kept - tail].rstrip(" ,;–-(") + ELLIPSIS + text[len(text) - tail :].lstrip()


def fitted(
    texts: Sequence[str], room_pt: tuple[float, float], largest_pt: float, *, bold: bool = False, gap: float = 0.0,
    smallest_pt: float = SMALLEST_PT,
) -> tuple[float, list[str]]:  # fmt: skip
    """Return the largest size at which paragraphs fit, and the paragraphs: shortened where even the smallest does not do.

    Parameters
    ----------
    texts : sequence of str
    room_pt : (width, height)
        In points.
    largest_pt, smallest_pt : float
    bold : bool
    gap : float
        Between paragraphs, in letter sizes.
    """
    width, height = room_pt
    size = largest_pt
    while size > smallest_pt:
        if _height(texts, width, size, bold, gap) <= height:
            return size, list(texts)
        size = max(size - 0.5, smallest_pt)
    if _height(texts, width, size, bold, gap) <= height:
        return size, list(texts)
    each = max(int(height / max(len(texts), 1) / (size * (LEADING + gap))), 1)
    return size, [shortened(text, width, size, each, bold=bold) for text in texts]


def _height(texts: Sequence[str], width: float, size: float, bold: bool, gap: float) -> float:
    return sum(lines(text, width, size, bold=bold) * size * LEADING + size * gap for text in texts)
