"""A sheet of paper in millimetres: the one place that knows matplotlib's canvases, fonts and file formats.

No ``pyplot``: it keeps figures in a global list. The settings a sheet needs hold only while it is drawn. The
same sheet gives the same bytes: no date, no library version, names inside an SVG salted with a constant.
"""

from __future__ import annotations

import dataclasses
import functools
import html
import importlib
import io
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from parkgis.errors import ExtraMissing, Reason
from parkgis.outputs.figure.bookmarks import with_bookmarks
from parkgis.outputs.figure.fonts import FONT, advances, letters_of

try:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D
    from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle
    from matplotlib.patheffects import withStroke
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo
except ImportError as error:
    raise ExtraMissing(what=Reason("extra_figures", "Figures and charts"), extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

FORMS = ("png", "svg", "pdf")
INK, GREY, RULE, PAPER, ALARM = "#1f2933", "#56616b", "#9aa5ab", "#ffffff", "#b00020"
POINT_MM = 25.4 / 72
DROP = {"top": 0.95, "center": 0.36, "baseline": 0.0}
"""From an edge of a line down to its baseline, in letter sizes: an accent must not push its line out of the row."""
UNKNOWN_GLYPH = "\ufffd"
COMPRESSION = 4  # of zlib: as small as 6 on maps, in less time
SETTINGS: Any = {
    "text.parse_math": False,  # a name with two dollar signs is no formula
    "svg.hashsalt": "parkgis",
    "svg.fonttype": "path",  # a page without the font shows the same letters
    "pdf.fonttype": 42,  # letters stay text: search and copy work
    "pdf.compression": 6,
    "hatch.linewidth": 0.4,
    "text.hinting": "no_hinting",  # hinted letters are wider on screen than measured, and lines run over
    "path.simplify": False,
    "agg.path.chunksize": 0,
    "axes.unicode_minus": True,
    "savefig.facecolor": PAPER,
}


@dataclasses.dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself to machines and screen readers: its title, alternative text and language."""

    title: str
    text: str = ""
    lang: str = "vi"


@dataclasses.dataclass(frozen=True, slots=True)
class Size:
    """Width and height in millimetres."""

    width: float
    height: float

    @classmethod
    def of(cls, size_mm: tuple[float, float]) -> Size:
        return cls(*size_mm)


class Sheet:
    """A page to draw on; x to the right and y down from the upper left corner, in millimetres."""

    def __init__(self, size_mm: tuple[float, float], dpi: int, font: str = FONT) -> None:
        self.size = Size.of(size_mm)
        self.font, self._glyphs = font, letters_of(font)
        self.figure = Figure(figsize=(_inches(self.size.width, dpi), _inches(self.size.height, dpi)), dpi=dpi, facecolor=PAPER)

    # -- text --------------------------------------------------------------------------------------------

    def clean(self, text: str) -> str:
        """Take out what no reader sees (controls, marks of direction); show what the font cannot draw as such."""
        return _clean(text, self._glyphs)

    def _font(self, size_pt: float, bold: bool) -> FontProperties:
        return FontProperties(family=self.font, size=size_pt, weight="bold" if bold else "normal")

    def width_mm(self, text: str, size_pt: float, bold: bool = False) -> float:
        """Measure a line of text."""
        widths = advances(self.font, bold)
        return sum(widths[c] for c in self.clean(text)) * size_pt * POINT_MM

    def lines(self, text: str, width_mm: float, size_pt: float, *, bold: bool = False, most: int = 9) -> list[str]:
        """Break text into lines no wider than ``width_mm``; what goes beyond ``most`` lines ends in an ellipsis."""
        found: list[str] = []
        for word in self.clean(text).split():
            joined = f"{found[-1]} {word}" if found else word
            if found and self.width_mm(joined, size_pt, bold) <= width_mm:
                found[-1] = joined
            else:
                found.append(word)
        kept = found[:most]
        cut = len(found) > most
        return [self._short(line, width_mm, size_pt, bold, cut and n == most - 1) for n, line in enumerate(kept)]

    def _short(self, line: str, width_mm: float, size_pt: float, bold: bool, cut: bool) -> str:
        if not cut and self.width_mm(line, size_pt, bold) <= width_mm:
            return line
        while line and self.width_mm(f"{line}…", size_pt, bold) > width_mm:
            line = line[:-1]
        return f"{line.rstrip()}…"

    def one_line(self, text: str, width_mm: float, size_pt: float, *, bold: bool = False) -> str:
        """Return the text in one line, shortened where it does not fit."""
        return next(iter(self.lines(text, width_mm, size_pt, bold=bold, most=1)), "")

    def text(
        self, x_mm: float, y_mm: float, text: str, size_pt: float, *, bold: bool = False, colour: str = INK, align: str = "left",
        stand: str = "top",
    ) -> Text:  # fmt: skip
        """Write a line; ``stand`` says which edge lies at ``y_mm``: top, center or baseline."""
        x, y = x_mm / self.size.width, 1 - (y_mm + DROP[stand] * size_pt * POINT_MM) / self.size.height
        return self.figure.text(
            x, y, self.clean(text), fontproperties=self._font(size_pt, bold), color=colour, ha=align, va="baseline", zorder=9
        )  # fmt: skip

    def paragraph(
        self, x_mm: float, y_mm: float, text: str, width_mm: float, size_pt: float, *, bold: bool = False, colour: str = INK,
        most: int = 9, align: str = "left",
    ) -> float:  # fmt: skip
        """Write broken text and return the y below it."""
        step = size_pt * POINT_MM * 1.28
        at = x_mm if align == "left" else x_mm + width_mm / 2
        for line in self.lines(text, width_mm, size_pt, bold=bold, most=most):
            self.text(at, y_mm, line, size_pt, bold=bold, colour=colour, align=align)
            y_mm += step
        return y_mm

    def label(self, axes: Axes, x: float, y: float, text: str, size_pt: float, **more: Any) -> None:
        """Write into axes, in their own units, with a paper-coloured halo so that lines do not cut the letters.

        The halo is a text of its own below the letters: with an effect on them, a PDF would hold no text to search.
        """
        bold, shift = more.pop("bold", False), more.pop("shift", (0, 0))
        order = more.pop("zorder", 10)
        for below, effects in ((1, [withStroke(linewidth=size_pt / 4, foreground=PAPER)]), (0, None)):
            axes.annotate(
                self.clean(text), (x, y), xytext=shift, textcoords="offset points", fontproperties=self._font(size_pt, bold),
                annotation_clip=False, path_effects=effects, zorder=order - below / 2, **{"color": INK, **more},
            )  # fmt: skip

    # -- shapes ------------------------------------------------------------------------------------------

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return empty axes on a rectangle of the sheet."""
        page = self.size
        rect = (left / page.width, 1 - (top + height) / page.height, width / page.width, height / page.height)
        made = self.figure.add_axes(rect)
        for spine in made.spines.values():
            spine.set_color(RULE)
            spine.set_linewidth(0.5)
        return made

    def tick_font(self, axes: Axes, size_pt: float, colour: str = GREY) -> None:
        """Set the font of all tick labels."""
        axes.tick_params(labelsize=size_pt, labelcolor=colour, color=RULE, width=0.5, length=size_pt * 0.35, pad=size_pt * 0.3)
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_fontproperties(self._font(size_pt, False))

    def box(
        self, left: float, top: float, width: float, height: float, fill: str, *, edge: str = "none", hatch: str = "",
        dashed: bool = False, line_pt: float = 0.6,
    ) -> None:  # fmt: skip
        page = self.figure
        where = (left / self.size.width, 1 - (top + height) / self.size.height)
        page.add_artist(
            Rectangle(
                where, width / self.size.width, height / self.size.height, transform=page.transFigure, facecolor=fill,
                edgecolor=edge, hatch=hatch or None, linestyle="--" if dashed else "-", linewidth=line_pt if edge != "none" else 0,
                zorder=5,
            )
        )  # fmt: skip

    def line(self, x1: float, y1: float, x2: float, y2: float, *, colour: str = RULE, line_pt: float = 0.5) -> None:
        xs, ys = [x1 / self.size.width, x2 / self.size.width], [1 - y1 / self.size.height, 1 - y2 / self.size.height]
        self.figure.add_artist(Line2D(xs, ys, transform=self.figure.transFigure, color=colour, linewidth=line_pt, zorder=6))

    def triangle(self, corners: Sequence[tuple[float, float]], fill: str) -> None:
        points = [(x / self.size.width, 1 - y / self.size.height) for x, y in corners]
        made = Polygon(
            points, closed=True, transform=self.figure.transFigure, facecolor=fill, edgecolor=INK, linewidth=0.5, zorder=6
        )
        self.figure.add_artist(made)

    def badge(self, right: float, top: float, text: str, size_pt: float) -> None:
        """Draw the DEMO mark: white on red, its right upper corner at the place."""
        width, height = self.width_mm(text, size_pt, True) + size_pt * 0.5, size_pt * 0.55
        where = ((right - width) / self.size.width, 1 - (top + height) / self.size.height)
        self.figure.add_artist(
            FancyBboxPatch(
                where, width / self.size.width, height / self.size.height, boxstyle="square,pad=0",
                transform=self.figure.transFigure, facecolor=ALARM, edgecolor="none", zorder=8,
            )
        )  # fmt: skip
        self.text(right - width / 2, top + height / 2, text, size_pt, bold=True, colour=PAPER, align="center", stand="center")


def _inches(side_mm: float, dpi: int) -> float:
    """Return millimetres as inches, to a whole pixel where a hair is missing: Agg cuts off what is not whole."""
    pixels = side_mm / 25.4 * dpi
    return round(pixels) / dpi if abs(pixels - round(pixels)) < 1e-6 else side_mm / 25.4


@functools.lru_cache(maxsize=4096)  # a line is measured word by word, and again on the next sheet
def _clean(text: str, glyphs: frozenset[int]) -> str:
    shown = (" " if c in "\n\t" else c for c in unicodedata.normalize("NFC", text) if c in "\n\t" or _seen(c))
    return "".join(c if ord(c) in glyphs else UNKNOWN_GLYPH for c in shown)


@functools.cache
def _seen(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def draw(
    paint: Callable[[Sheet], None], size_mm: tuple[float, float], dpi: int, form: str, about: About, *, font: str = FONT
) -> bytes:
    """Paint one sheet and return it as a file.

    Parameters
    ----------
    paint : callable
        Draws on the :class:`Sheet` it is given.
    size_mm : (width, height)
    dpi : int
        Pixels an inch, for PNG; the other forms have none.
    form : {"png", "svg", "pdf"}
    about : About
    font : str
        Family; it must have every Vietnamese letter.

    Returns
    -------
    bytes
        The same for the same picture.

    Raises
    ------
    FontUnfit
    """
    with matplotlib.rc_context(SETTINGS):
        sheet = Sheet(size_mm, dpi, font)
        paint(sheet)
        return {"png": _png, "svg": _svg, "pdf": _pdf}[form](sheet, dpi, about)


def _png(sheet: Sheet, dpi: int, about: About) -> bytes:
    buffer = io.BytesIO()
    told = {"Title": about.title, "Description": about.text}
    canvas: Any = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    made = PngInfo()
    for name, text in told.items():
        made.add_text(name, text)
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")  # paper is opaque: a quarter less to pack
    picture.save(buffer, "png", pnginfo=made, dpi=(dpi, dpi), compress_level=COMPRESSION)
    return buffer.getvalue()


def _svg(sheet: Sheet, _dpi: int, about: About) -> bytes:
    buffer = io.StringIO()
    told = {"Date": None, "Creator": "parkgis", "Title": sheet.clean(about.title), "Language": about.lang}
    sheet.figure.savefig(buffer, format="svg", metadata=told)
    head, mark, rest = buffer.getvalue().partition("</title>")
    text = html.escape(sheet.clean(about.text), quote=False)
    head = head.replace("<svg ", f'<svg role="img" lang="{about.lang}" aria-labelledby="title desc" ', 1)
    head = head.replace("<title>", '<title id="title">', 1)
    return f'{head}{mark}\n <desc id="desc">{text}</desc>{rest}'.encode()


def _pdf(sheet: Sheet, _dpi: int, about: About) -> bytes:
    return pdf([(sheet, about.title)], about)


def pdf(sheets: Iterable[tuple[Sheet, str]], about: About) -> bytes:
    """Put sheets into one PDF, each with its bookmark; call it inside the settings of a sheet (:func:`pages`)."""
    buffer = io.BytesIO()
    told = {"CreationDate": None, "Creator": "parkgis", "Producer": "parkgis", "Title": about.title, "Subject": about.text}
    names = []
    backend = importlib.import_module("matplotlib.backends.backend_pdf")  # a fifth of a second pictures need not wait for
    with backend.PdfPages(buffer, metadata=told) as file:
        for sheet, name in sheets:
            file.savefig(sheet.figure)
            names.append(name)
    return with_bookmarks(buffer.getvalue(), names, about.lang)


def pages(
    paints: Sequence[tuple[str, Callable[[Sheet], None]]], size_mm: tuple[float, float], dpi: int, about: About, *,
    font: str = FONT,
) -> bytes:  # fmt: skip
    """Paint a PDF of several sheets, one after the other, each under its name in the bookmarks."""

    def painted() -> Iterable[tuple[Sheet, str]]:
        for name, paint in paints:
            sheet = Sheet(size_mm, dpi, font)
            paint(sheet)
            yield sheet, name

    with matplotlib.rc_context(SETTINGS):
        return pdf(painted(), about)
