"""The pictures of the page: the burn-up chart (SVG) and the map (PNG), which lie in the page and can run nothing.

The map is the one that is printed; over it lies, once it is drawn, the one that moves (``page_map.py``).
"""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING

from parkgis.outputs import charts, figure

if TYPE_CHECKING:
    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.reporting import Beside
    from parkgis.shapes import Shapes
    from parkgis.words.catalogue import Words

WIDE_MM, NARROW_MM, MAP_MM = (210.0, 140.0), (95.0, 95.0), (220.0, 147.0)
DPI, MAP_DPI = 96, 150


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A picture for wide and for narrow windows, as ``data:`` addresses, and what it shows in words."""

    key: str
    wide: str
    narrow: str
    alt: str


def pictures(
    briefing: Briefing, beside: Beside, words: Words, shapes: Shapes | None = None, definition: MapDefinition | None = None
) -> tuple[Picture, ...]:  # fmt: skip
    """Draw the burn-up chart where the days are known, and the map where there are shapes.

    Raises
    ------
    ExtraMissing
        Without the drawing library, where there is a chart to draw.
    """
    found = []
    if beside.series is not None and briefing.target.area_ha:
        data = charts.burn_up_data(briefing, beside.series)
        wide, narrow = (charts.burn_up(data, words, size, DPI, "svg") for size in (WIDE_MM, NARROW_MM))
        found.append(Picture("burn_up", _address(wide), _address(narrow), charts.burn_up_alt(data, words)))
    if shapes is not None and definition is not None:
        drawn = _address(figure.figure(briefing, shapes, words, definition, MAP_MM, MAP_DPI, "png"), "image/png")
        found.append(Picture("map", drawn, drawn, words("report.map_alt", on=briefing.on)))
    return tuple(found)


def _address(content: bytes, kind: str = "image/svg+xml") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
