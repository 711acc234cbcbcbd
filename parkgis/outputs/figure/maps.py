"""Static maps: one sheet as PNG, SVG or PDF, or a PDF of one page a park; the same map as the web map."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from typing import TYPE_CHECKING, Any

from parkgis.outputs.figure.canvas import About, draw, pages
from parkgis.outputs.figure.fonts import FONT
from parkgis.outputs.figure.page import Heading, Inset, how_many, paint, scale_of
from parkgis.outputs.figure.scene import scene
from parkgis.status.fold import number
from parkgis.units import year

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.briefing import Briefing, ParkLine
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.outputs.figure.scene import Scene
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

A4, A3 = (297.0, 210.0), (420.0, 297.0)
SHORT_DIGEST = 12


def figure(
    briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition, size_mm: tuple[float, float] = A4, dpi: int = 300,
    form: str = "png", font: str = FONT, since: dt.date | None = None,
) -> bytes:  # fmt: skip
    """Draw a map on one sheet.

    Parameters
    ----------
    briefing : Briefing
    shapes : Shapes
        Of the same snapshot.
    words : Words
    definition : MapDefinition
        The web map's; a layer that only the web map draws is refused.
    size_mm : (width, height)
    dpi : int
        For PNG.
    form : {"png", "svg", "pdf"}
    font : str
        Family with every Vietnamese letter.
    since : datetime.date, optional
        The earlier day of a map of changes; else the definition's, else the day before the target's year.

    Returns
    -------
    bytes
        The same for the same briefing.

    Raises
    ------
    UsageError, FontUnfit
    """
    definition = _dated(definition, briefing, since)
    about = About(_title(briefing, definition, words), map_alt(briefing, words, definition), words.lang)
    return draw(_province(briefing, shapes, words, definition), size_mm, dpi, form, about, font=font)


def series(
    briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition, size_mm: tuple[float, float] = A4,
    font: str = FONT, since: dt.date | None = None,
) -> bytes:  # fmt: skip
    """Draw a PDF of maps: the whole first, then one page a park that has land on the map, with bookmarks."""
    definition = _dated(definition, briefing, since)
    drawn = set(shapes.projects["project"]) | set(shapes.parcels["project"].unique())
    parks = [park for park in briefing.parks if not drawn.isdisjoint(park.projects)]
    sheets: list[tuple[str, Callable[[Sheet], None]]] = [
        (words("figure.whole"), _province(briefing, shapes, words, definition)),
        *((park.name(words.lang), _park(briefing, shapes, words, definition, park)) for park in parks),
    ]
    about = About(_title(briefing, definition, words), map_alt(briefing, words, definition), words.lang)
    return pages(sheets, size_mm, 300, about, font=font)


def map_alt(briefing: Briefing, words: Words, definition: MapDefinition) -> str:
    """Say the map in words, for who cannot see it."""
    with_land = [p for p in briefing.projects if p.handed.area_m2 > 0]
    said = words(
        "figure.alt", title=definition.title[words.lang], on=briefing.on, parks=len(briefing.parks),
        projects=len(briefing.projects), counted=words.ha(briefing.counted.area_m2),
        target=words.number(briefing.target.area_ha), year=briefing.target.year,
        handed=len(with_land),
    )  # fmt: skip
    return f"{words('word.demo')}. {said}" if briefing.demo else said


def _dated(definition: MapDefinition, briefing: Briefing, since: dt.date | None) -> MapDefinition:
    """Give a map of changes its earlier day, and say it in the title."""
    if not any(layer.colour == "change" for layer in definition.layers):
        return definition
    day = since or definition.compare or year(briefing.target.year).start - dt.timedelta(days=1)
    title = {lang: f"{text} ({day:%d/%m/%Y} – {briefing.on:%d/%m/%Y})" for lang, text in definition.title.items()}
    return dataclasses.replace(definition, compare=day, title=title)


class _Same:
    """An object as a key: equal to itself alone, and kept as long as the key is."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


def _scene(
    briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition, park: str = "", extent: str = ""
) -> Scene:  # fmt: skip
    """Put together what a map draws; the sheets of one report show the same, and it is put together once."""
    return _kept(_Same(briefing), _Same(shapes), _Same(words), _Same(definition), park, extent)


@functools.lru_cache(maxsize=8)  # a map and its insets
def _kept(briefing: _Same, shapes: _Same, words: _Same, definition: _Same, park: str, extent: str) -> Scene:
    told: MapDefinition = definition.it
    shown = dataclasses.replace(told, extent=extent) if extent else told
    return scene(briefing.it, shapes.it, words.it, shown, park, number(told.compare) if told.compare else 0)


def _title(briefing: Briefing, definition: MapDefinition, words: Words) -> str:
    mark = f"{words('word.demo_short')} – " if briefing.demo else ""
    return f"{mark}{definition.title[words.lang]} – {briefing.workspace}, {words.day(briefing.on)}"


def _province(briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition) -> Callable[[Sheet], None]:
    def painted(sheet: Sheet) -> None:
        whole = _scene(briefing, shapes, words, definition)
        heading = _heading(briefing, words, definition.title[words.lang], _facts(briefing, words), whole.credits)
        paint(sheet, whole, heading, _insets(sheet, briefing, shapes, words, definition), words)

    return painted


def _park(
    briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition, park: ParkLine
) -> Callable[[Sheet], None]:  # fmt: skip
    def painted(sheet: Sheet) -> None:
        mine = _scene(briefing, shapes, words, definition, park.id, "drawn")
        heading = _heading(briefing, words, park.name(words.lang), _park_facts(briefing, park, words), mine.credits)
        close = _scene(briefing, shapes, words, definition, park.id, "parcels")
        insets = [Inset(words("figure.parcels"), close)] if _much_smaller(close, mine) else []
        paint(sheet, mine, dataclasses.replace(heading, board=f"{heading.board} · {definition.title[words.lang]}"), insets, words)

    return painted


def _much_smaller(close: Scene, whole: Scene) -> bool:
    """Tell whether the parcels take less than a third of the page's width: then they need a picture of their own."""
    return len(close.parcels) > 0 and (close.bounds[2] - close.bounds[0]) * 3 < whole.bounds[2] - whole.bounds[0]


def _insets(
    sheet: Sheet, briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition
) -> list[Inset]:  # fmt: skip
    """Return the parks to draw larger: those with parcels, most land handed over first, as many as find room."""
    if not any(layer.show in ("parcels", "usable") and layer.on for layer in definition.layers) or not len(shapes.parcels):
        return []
    parcels = set(shapes.parcels["project"].unique())
    parks = [park for park in briefing.parks if not parcels.isdisjoint(park.projects)]
    k = scale_of(sheet.size.width, sheet.size.height)
    room = how_many(sheet.size.width - 14 * k - (70 * k if sheet.size.width > sheet.size.height else 0), k)
    chosen = sorted(parks, key=lambda park: (-park.handed.area_m2, park.id))[:room] if len(parks) > 1 else []
    return [Inset(park.name(words.lang), _scene(briefing, shapes, words, definition, park.id, "parcels")) for park in chosen]


def _heading(
    briefing: Briefing, words: Words, title: str, facts: tuple[tuple[str, bool], ...], credits: tuple[str, ...]
) -> Heading:  # fmt: skip
    entry = words("map.entry", seq=briefing.head_seq) if briefing.head_seq else words("map.entry_none")
    digest = words("map.digest", digest=briefing.digest[:SHORT_DIGEST] or words("word.none"))
    ground = words("figure.ground", crs=briefing.legal_crs, operation=briefing.operation)
    foot = [" · ".join((words("map.known", known=briefing.known), entry, digest, ground)), "; ".join(credits)]
    mark = words("word.demo_short") if briefing.demo else ""
    warned = [words("word.demo"), *foot] if briefing.demo else foot
    return Heading(briefing.board(words.lang), title, words("map.cut", on=briefing.on), mark, facts, tuple(warned))


def _facts(briefing: Briefing, words: Words) -> tuple[tuple[str, bool], ...]:
    target = briefing.target
    if not target.area_ha:  # narrowed to what has no plan: there is nothing to hold the figure against
        return (words("map.headline", year=target.year), False), (f"{words.ha(briefing.counted.area_m2)} ha", True)
    return (
        (words("map.headline", year=target.year), False),
        (f"{words.ha(briefing.counted.area_m2)} {words('figure.of_target', area=words.number(target.area_ha, 0))}", True),
        (f"{words('map.share_of_target', share=words.percent(briefing.share))} · "
         f"{words('map.year_gone', year=target.year, gone=words.percent(briefing.year_gone))}", False),
    )  # fmt: skip


def _park_facts(briefing: Briefing, park: ParkLine, words: Words) -> tuple[tuple[str, bool], ...]:
    told = {paper.project for paper in briefing.papers}
    if told.isdisjoint(park.projects):
        return ((words("map.share_unknown"), True), (words("figure.planned", area=words.number(park.planned_ha)), False))
    return (
        (words("map.headline", year=briefing.target.year), False),
        (f"{words.ha(park.counted.area_m2)} ha", True),
        (words("figure.park_handed", handed=words.ha(park.handed.area_m2), share=words.percent(park.share)), False),
        (words("figure.planned", area=words.number(park.planned_ha)), False),
    )
