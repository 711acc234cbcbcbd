"""Draw a deck as a PPTX: texts into the placeholders of the template, charts, tables and the map into their rooms."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, Reason
from parkgis.outputs.deck.charts import bars_chart, lines_chart
from parkgis.outputs.deck.fit import EMU_PT, fitted, plain
from parkgis.outputs.deck.model import Bars, Lines, Picture, Table
from parkgis.outputs.deck.pack import packed
from parkgis.outputs.deck.tables import table

try:
    from pptx.oxml.ns import qn
    from pptx.util import Emu, Pt
except ImportError as error:
    raise ExtraMissing(what=Reason("extra_slides", "Slides"), extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parkgis.outputs.deck.master import Template
    from parkgis.outputs.deck.model import Deck, Slide, Visual

USUAL_PT = 18.0
ALONE = 1.5  # by how much lines are larger on a slide that has nothing else
UNIT_SHARE = 0.32  # letters beside the one number, as a share of its own
LOCALES = {"vi": "vi-VN", "en": "en-GB"}


def draw(deck: Deck, template: Template) -> bytes:
    """Draw a deck.

    Parameters
    ----------
    deck : Deck
    template : Template
        Freshly loaded: its slides become the deck's.

    Returns
    -------
    bytes
        PPTX; the same for the same deck and template.
    """
    presentation = template.presentation
    for n, slide in enumerate(deck.slides, start=1):
        _slide(presentation, template, deck, slide, f"{n}/{len(deck.slides)}")
    about = presentation.core_properties
    stamp = deck.at.astimezone(dt.UTC).replace(tzinfo=None, microsecond=0)
    about.title, about.author, about.last_modified_by, about.language = plain(deck.title), plain(deck.author), "", deck.lang
    about.subject, about.keywords, about.comments, about.revision = plain(deck.foot), plain(deck.mark), "", 1
    about.created = about.modified = stamp
    buffer = io.BytesIO()
    presentation.save(buffer)
    return packed(buffer.getvalue(), f"{stamp.isoformat()}Z")


def _slide(presentation: Any, template: Template, deck: Deck, slide: Slide, number: str) -> None:
    drawn = presentation.slides.add_slide(template.layouts[slide.layout])
    held = {place.placeholder_format.idx: place for place in drawn.placeholders}
    like = template.places[slide.layout]
    wanted = {name: place.placeholder_format.idx for name, place in like.items()}
    places = {name: held[at] for name, at in wanted.items() if at in held}
    texts = {"title": [slide.title], "lines": slide.lines, "foot": [f"{deck.foot} · {number}"], "mark": [deck.mark]}
    used = {name: [plain(text) for text in said if text] for name, said in texts.items()}
    used["number"] = [slide.number] if slide.number else []
    room = _box(places["main"])
    if slide.main is None and "lines" in places:
        _stretch(places["lines"], room[0] + room[2], room[1] + room[3])
    for name, place in places.items():
        if name == "number" and used["number"]:
            _number(place, like[name], slide, deck.lang)
        elif used.get(name):
            _write(place, like[name], used[name], deck.lang, ALONE if name == "lines" and slide.main is None else 1.0)
        else:
            place._element.getparent().remove(place._element)
    if slide.main is not None:
        _visual(drawn, room, slide.main, deck.lang)
    _notes(drawn, slide.notes, deck.lang)


def _box(place: Any) -> tuple[int, int, int, int]:
    return place.left, place.top, place.width, place.height


def _stretch(place: Any, right: int, bottom: int) -> None:
    """Let a placeholder take the room of the picture that is not there; one without a place of its own needs all four numbers."""
    left, top, width, _ = _box(place)
    place.left, place.top, place.width, place.height = left, top, Emu(max(right - left, width)), Emu(max(bottom - top, 0))


# -- text ----------------------------------------------------------------------------------------------------


def _write(place: Any, like: Any, texts: Sequence[str], lang: str, larger: float) -> None:
    """Write paragraphs in the size of the layout, ``larger`` times, or as small as it takes."""
    size, bold, gap_pt = _look(like)
    room = (place.width / EMU_PT, place.height / EMU_PT)
    fit, shown = fitted(texts, room, size * larger, bold=bold, gap=gap_pt / size)
    _paragraphs(place.text_frame, shown, lang)
    if fit != size or shown != list(texts):
        for paragraph in place.text_frame.paragraphs:
            paragraph.runs[0].font.size = Pt(fit)


def _number(place: Any, like: Any, slide: Slide, lang: str) -> None:
    """Write the number as large as it fits on its line, and below it what it is a number of."""
    largest, bold, _ = _look(like)
    width, height = place.width / EMU_PT, place.height / EMU_PT
    size, shown = fitted([plain(slide.number)], (width, height * 0.65), largest, bold=bold)
    small, unit = fitted([plain(slide.unit)], (width, height * 0.35), max(size * UNIT_SHARE, 12.0))
    _paragraphs(place.text_frame, [*shown, *unit], lang)
    first, second = place.text_frame.paragraphs
    first.runs[0].font.size, second.runs[0].font.size, second.runs[0].font.bold = Pt(size), Pt(small), False


def _paragraphs(frame: Any, texts: Sequence[str], lang: str) -> None:
    frame.clear()
    for n, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        run._r.get_or_add_rPr().set("lang", LOCALES[lang])


def _look(layout: Any) -> tuple[float, bool, float]:
    """Return size (pt), weight and gap (pt) of the text of a layout's placeholder as the layout says, else as its master does."""
    master = layout.part.slide_layout.slide_master._element
    style = "p:titleStyle" if layout.placeholder_format.type is not None and layout.placeholder_format.idx == 0 else "p:bodyStyle"
    levels = [layout._element.find(f".//{qn('a:lstStyle')}/{qn('a:lvl1pPr')}"), master.find(f".//{qn(style)}/{qn('a:lvl1pPr')}")]
    runs = [level.find(qn("a:defRPr")) for level in levels if level is not None]
    size = next((int(run.get("sz")) / 100 for run in runs if run is not None and run.get("sz")), USUAL_PT)
    weight = next((run.get("b") for run in runs if run is not None and run.get("b")), "0")
    gaps = [level.find(f"{qn('a:spcBef')}/{qn('a:spcPts')}") for level in levels if level is not None]
    gap = next((int(found.get("val")) / 100 for found in gaps if found is not None), 0.0)
    return size, weight in ("1", "true"), gap


def _notes(drawn: Any, texts: Sequence[str], lang: str) -> None:
    if texts:
        _paragraphs(drawn.notes_slide.notes_text_frame, [plain(text) for text in texts], lang)


# -- charts, tables, pictures --------------------------------------------------------------------------------


def _visual(drawn: Any, room: tuple[int, int, int, int], visual: Visual, lang: str) -> None:
    frame = DRAWN[type(visual)](drawn.shapes, room, visual, LOCALES[lang])
    frame._element.xpath(".//p:cNvPr")[0].set("descr", plain(visual.alt))


def _picture(shapes: Any, room: tuple[int, int, int, int], picture: Picture, _: str) -> Any:
    """Place a picture in the middle of its room, whole and undistorted."""
    left, top, width, height = room
    found = shapes.add_picture(io.BytesIO(picture.png), left, top)
    scale = min(width / found.width, height / found.height)
    found.width, found.height = Emu(round(found.width * scale)), Emu(round(found.height * scale))
    found.left, found.top = Emu(left + (width - found.width) // 2), Emu(top + (height - found.height) // 2)
    return found


DRAWN: Mapping[type, Callable[[Any, tuple[int, int, int, int], Any, str], Any]] = {
    Table: table,
    Lines: lambda shapes, room, data, _: lines_chart(shapes, room, data),
    Bars: lambda shapes, room, data, _: bars_chart(shapes, room, data),
    Picture: _picture,
}
