"""The web map: one HTML file that opens from disk, without any network, and runs no text it was given.

``content.py`` puts a briefing into words of both languages, ``blocks.py`` and ``encode.py`` its shapes into a
few hundred kilobytes, ``page.py`` both into one page; the modules ``*.js`` beside them draw it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from parkgis.outputs.map_definition import MapDefinition, read
from parkgis.outputs.webmap.about import title
from parkgis.outputs.webmap.blocks import blocks
from parkgis.outputs.webmap.content import Drawn, content
from parkgis.outputs.webmap.encode import encode
from parkgis.outputs.webmap.projects import listed
from parkgis.status.fold import number
from parkgis.workspace import shipped

if TYPE_CHECKING:
    import datetime as dt

    from parkgis.briefing import Briefing
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

__all__ = ["draw", "overview"]


def draw(
    briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition | None = None, *,
    compare: dt.date | None = None, **brought: Any,
) -> str:  # fmt: skip
    """Draw the map of a briefing.

    Parameters
    ----------
    briefing : Briefing
    shapes : Shapes
        In the legal VN-2000 grid, metres; any of its frames may be empty.
    words : Words
        Language the page opens in; it holds both.
    definition : MapDefinition, optional
        What to show; the shipped overview unless given.
    compare : datetime.date, optional
        The earlier of two days, whose difference the page shows.
    **brought
        ``outlines``, ``tiles``, ``embed``, ``origins`` as :class:`~parkgis.outputs.webmap.content.Drawn` has them.

    Returns
    -------
    str
        The whole HTML file; the same briefing gives the same text.
    """
    definition = definition or overview()
    if definition.parks:
        shapes = shapes.narrowed({line.id for line in listed(briefing, definition)})
    earlier = compare or definition.compare
    made = Drawn(briefing, shapes, definition, words, number(earlier) if earlier else None, **brought)
    tables = {name: encode(table) for name, table in blocks(shapes, briefing.legal_crs, definition).items()}
    drawing = importlib.import_module("parkgis.outputs.webmap.page")  # folium: a third of a second figures need not wait for
    html: str = drawing.page(content(made), tables, title(briefing, definition, words), made.tiles.host if made.tiles else "")
    return html


def overview() -> MapDefinition:
    """Return the shipped map of everything."""
    return read(shipped() / "maps" / "overview.toml")
