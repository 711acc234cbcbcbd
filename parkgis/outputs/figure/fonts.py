"""Fonts: whether one has every letter of Vietnamese, and how wide its letters are."""

from __future__ import annotations

import functools
import string
import unicodedata

from parkgis.errors import ExtraMissing, FontUnfit, Reason

try:
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.ft2font import LoadFlags
except ImportError as error:
    raise ExtraMissing(what=Reason("extra_figures", "Figures and charts"), extra="office") from error

FONT = "DejaVu Sans"  # travels inside matplotlib: the same on every machine, with every Vietnamese letter
MEASURED_PT = 100.0
LETTERS = string.ascii_letters + string.digits + "ăâđêôơưĂÂĐÊÔƠƯ"
TONES = "\u0300\u0301\u0303\u0309\u0323"
VOWELS = "aăâeêioôơuưy"
VIETNAMESE = frozenset(
    LETTERS + "".join(unicodedata.normalize("NFC", f(v) + t) for v in VOWELS for t in TONES for f in (str.lower, str.upper))
) | frozenset("²–—·≤≥×°′″“”…©")


@functools.cache
def letters_of(font: str) -> frozenset[int]:
    """Return the code points a font can draw.

    Raises
    ------
    FontUnfit
        When it is not installed, or lacks a letter of Vietnamese.
    """
    try:
        path = findfont(FontProperties(family=font), fallback_to_default=False)
    except ValueError as error:
        raise FontUnfit(font=font, why=Reason("font_missing", "it is not installed")) from error
    glyphs = frozenset(get_font(path).get_charmap())
    if missing := sorted(c for c in VIETNAMESE if ord(c) not in glyphs):
        letters = " ".join(missing[:12])
        why = Reason(
            "font_letters", "it has no glyph for {count} letters, for example {letters}", count=len(missing), letters=letters
        )
        raise FontUnfit(font=font, why=why)
    return glyphs


class _Letters(dict[str, float]):
    """How far each letter moves the pen, in letter sizes; laying out a line with matplotlib takes 2 ms (3.11)."""

    def __init__(self, font: str, bold: bool) -> None:
        super().__init__()
        path = findfont(FontProperties(family=font, weight="bold" if bold else "normal"))
        self._face = get_font(path)

    def __missing__(self, letter: str) -> float:
        self._face.set_size(MEASURED_PT, 72)
        glyph = self._face.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
        self[letter] = glyph.linearHoriAdvance / 65536 / MEASURED_PT
        return self[letter]


@functools.cache
def advances(font: str, bold: bool) -> _Letters:
    """Return how far each letter of a font moves the pen, in letter sizes."""
    return _Letters(font, bold)
