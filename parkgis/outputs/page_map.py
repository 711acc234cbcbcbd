"""The map that moves, in a frame inside the page: one file still, and nothing is fetched.

The frame holds the small map of ``parkgis map --embed`` as its own document (``srcdoc``), sandboxed: its scripts run in an
origin of their own and reach nothing of the page. Such a frame inherits the page's policy beside its own, so the page lets in
the map's scripts and styles by their hashes, and nothing else. The printed map stays where no script runs, where the map says
nothing, and on paper.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from parkgis.outputs import webmap

if TYPE_CHECKING:
    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

MOST_PARCELS = 40_000
"""With more parcels the map of the page draws projects only: parcels of its own would outweigh all the rest of the page."""
PARCELS = ("parcels", "tranches")
POLICY = re.compile(r"script-src ([^;]*); style-src ([^;]*);")


@dataclasses.dataclass(frozen=True, slots=True)
class Live:
    """A map to put into a frame.

    Attributes
    ----------
    document : Markup
        The map's HTML, ready to stand in a quoted attribute.
    title : str
        What the frame shows.
    note : str
        What the map leaves out; empty where it leaves out nothing.
    scripts, styles : str
        Hashes that the page's policy has to let in.
    """

    document: Markup
    title: str
    note: str
    scripts: str
    styles: str


def live(briefing: Briefing, shapes: Shapes, words: Words, definition: MapDefinition) -> Live:
    """Draw the small map of a report.

    Parameters
    ----------
    briefing, shapes, words
    definition : MapDefinition
        Without its tiles and with at most :data:`MOST_PARCELS` parcels: a page that is sent weighs what a mail may weigh.
    """
    count = len(shapes.parcels)
    many = count > MOST_PARCELS
    if many:
        definition = dataclasses.replace(definition, layers=tuple(la for la in definition.layers if la.show not in PARCELS))
    drawn = webmap.draw(briefing, shapes, words, definition, embed=True)
    rules = POLICY.search(drawn)
    if rules is None:
        raise AssertionError("a map without a policy")  # every page of webmap has one
    note = words("report.map_many", count=count, most=MOST_PARCELS) if many else ""
    document = Markup(drawn.replace("&", "&amp;").replace('"', "&quot;"))  # nothing else ends or changes a quoted attribute
    return Live(document, words("report.map_live", on=briefing.on), note, *rules.groups())
