"""The web map: one HTML file that opens from disk, without any network, and runs no text it was given.

``content.py`` puts a briefing into words, ``tables.py`` and ``encode.py`` its shapes into a few hundred
kilobytes, ``page.py`` both into one page; the modules ``*.js`` beside them draw it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs.webmap.content import content, title
from parkgis.outputs.webmap.encode import encode
from parkgis.outputs.webmap.page import page
from parkgis.outputs.webmap.tables import tables

if TYPE_CHECKING:
    from parkgis.briefing import Briefing
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

__all__ = ["draw"]


def draw(briefing: Briefing, shapes: Shapes, words: Words) -> str:
    """Draw the map of a briefing.

    Parameters
    ----------
    briefing : Briefing
    shapes : Shapes
        In the legal VN-2000 grid, metres; any of its frames may be empty.
    words : Words
        Language of the edition.

    Returns
    -------
    str
        The whole HTML file; the same briefing gives the same text.
    """
    blocks = {name: encode(table) for name, table in tables(shapes, briefing.legal_crs).items()}
    return page(content(briefing, shapes, words), blocks, title(briefing, words), words("map.no_script"))
