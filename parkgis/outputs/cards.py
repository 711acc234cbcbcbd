"""Pictures for a slide or a post: the one number, the burn-up chart, the map; each with its text for who cannot see it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.outputs import charts, figure
from parkgis.outputs.charts.data import as_of
from parkgis.outputs.charts.frame import DONE, Texts, frame
from parkgis.outputs.figure.canvas import GREY, INK, RULE, About, draw
from parkgis.outputs.figure.fonts import FONT

if TYPE_CHECKING:
    from parkgis.briefing import Briefing
    from parkgis.outputs.charts import BurnUp
    from parkgis.outputs.charts.frame import Room
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

DPI = 192
PIXELS = {"slide": (1920, 1080), "social": (1200, 630), "square": (1080, 1080)}
"""Widths and heights of the cards: a 16:9 slide, a link in social media, a square post."""


@dataclasses.dataclass(frozen=True, slots=True)
class Card:
    """A picture with its alternative text and its size in pixels."""

    content: bytes
    alt: str
    width: int
    height: int


def size_mm(name: str) -> tuple[float, float]:
    """Return the millimetres that make a card's pixels at :data:`DPI`."""
    width, height = PIXELS[name]
    return width / DPI * 25.4, height / DPI * 25.4


def number_card(briefing: Briefing, words: Words, size: str = "slide", form: str = "png", font: str = FONT) -> Card:
    """Draw the one number: hectares counted this year, of how many, and how much of the year has gone.

    Parameters
    ----------
    briefing : Briefing
    words : Words
    size : {"slide", "social", "square"}
    form : {"png", "svg"}
    font : str
    """
    texts = Texts(
        words("map.headline", year=briefing.target.year),
        f"{briefing.board(words.lang)} · {words('map.cut', on=briefing.on)}",
        _notes(briefing, words),
    )

    def paint(sheet: Sheet) -> None:
        _number(sheet, frame(sheet, texts, as_of(briefing), words), briefing, words)

    alt = number_alt(briefing, words)
    return _card(draw(paint, size_mm(size), DPI, form, About(texts.title, alt, words.lang), font=font), alt, size)


def number_alt(briefing: Briefing, words: Words) -> str:
    """Say the one number in words."""
    said = words(
        "chart.number_alt", on=briefing.on, counted=words.ha(briefing.counted.area_m2), target=_target(briefing, words),
        year=briefing.target.year, share=words.percent(briefing.share), gone=words.percent(briefing.year_gone),
    )  # fmt: skip
    return _marked(said, briefing.demo, words)


def burn_up_card(data: BurnUp, words: Words, size: str = "slide", form: str = "png", font: str = FONT) -> Card:
    """Draw the burn-up chart (:func:`parkgis.outputs.charts.burn_up`) as a card."""
    alt = _marked(charts.burn_up_alt(data, words), data.as_of.demo, words)
    return _card(charts.burn_up(data, words, size_mm(size), DPI, form, font), alt, size)


def map_card(
    briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition, size: str = "slide", form: str = "png",
    font: str = FONT,
) -> Card:  # fmt: skip
    """Draw a map (:func:`parkgis.outputs.figure.figure`) as a card."""
    alt = figure.map_alt(briefing, words, definition)
    return _card(figure.figure(briefing, shapes, words, definition, size_mm(size), DPI, form, font), alt, size)


def _card(content: bytes, alt: str, size: str) -> Card:
    return Card(content, alt, *PIXELS[size])


def _marked(text: str, demo: bool, words: Words) -> str:
    return f"{words('word.demo')}. {text}" if demo else text


def _target(briefing: Briefing, words: Words) -> str:
    area = briefing.target.area_ha
    return words.number(area, 0 if area.is_integer() else 2)


def _notes(briefing: Briefing, words: Words) -> list[str]:
    return [words("map.no_document")] if not briefing.papers else []


def _number(sheet: Sheet, room: Room, briefing: Briefing, words: Words) -> None:
    """Write the number as large as it fits, and two bars below it: the target, and the year."""
    k = room.scale
    value, of = words.ha(briefing.counted.area_m2), words("figure.of_target", area=_target(briefing, words))
    size = min(60 * k, room.height * 1.15, 60 * k * room.width * 0.6 / sheet.width_mm(value, 60 * k, True))
    middle = room.top + room.height * 0.32
    sheet.text(room.left, middle, value, size, bold=True, colour=DONE, stand="center")
    across = room.left + sheet.width_mm(value, size, True) + 4 * k
    sheet.text(across, middle + size * 0.127, sheet.one_line(of, room.right - across, size * 0.34), size * 0.34, stand="baseline")
    gone = words("map.year_gone", year=briefing.target.year, gone=words.percent(briefing.year_gone))
    bars = (
        (briefing.share or 0.0, words("map.share_of_target", share=words.percent(briefing.share)), DONE, ""),
        (briefing.year_gone, gone[0].upper() + gone[1:], "#c3cad0", "////"),
    )
    top, thick = room.top + room.height * 0.6, 4.4 * k
    for n, (share, text, colour, hatch) in enumerate(bars):
        at = top + n * 9.6 * k
        sheet.text(room.left, at, text, 8 * k, colour=INK, bold=n == 0)
        sheet.box(room.left, at + 4 * k, room.width, thick, "#f0f2f4", edge=RULE, line_pt=0.5)
        sheet.box(room.left, at + 4 * k, room.width * min(share, 1.0), thick, colour, edge=GREY, hatch=hatch, line_pt=0.5)
