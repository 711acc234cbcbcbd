"""How QGIS draws findings: one colour a severity, as QML beside the file and inside it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.words.catalogue import Words

COLOURS: Mapping[str, tuple[int, int, int]] = {"error": (192, 0, 0), "warning": (217, 119, 6), "info": (37, 99, 176)}
"""Severity -> red, green, blue; told apart by the order of their brightness, too."""
SIZES: Mapping[str, str] = {"error": "3.2", "warning": "2.6", "info": "2.0"}  # millimetres on the screen
SYMBOLS: Mapping[str, tuple[str, str]] = {
    "point": ("marker", "SimpleMarker"), "line": ("line", "SimpleLine"), "area": ("fill", "SimpleFill")
}  # fmt: skip
HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def qml(shape: str, words: Words) -> str:
    """Return the style of findings that are points, lines or areas (:data:`SYMBOLS`); names are those of ``words``."""
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr="severity", enableorderby="0", symbollevels="0")
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for number, severity in enumerate(COLOURS):
        label = words(f"cli.severity_{severity}")
        ET.SubElement(categories, "category", value=severity, symbol=str(number), label=label, render="true", type="string")
        _symbol(symbols, number, shape, severity)
    ET.indent(root)
    return HEAD + ET.tostring(root, encoding="unicode") + "\n"


def _symbol(parent: ET.Element, number: int, shape: str, severity: str) -> None:
    kind, layer_class = SYMBOLS[shape]
    symbol = ET.SubElement(parent, "symbol", type=kind, name=str(number), alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for name, value in _looks(shape, severity).items():
        ET.SubElement(options, "Option", name=name, type="QString", value=value)


def _looks(shape: str, severity: str) -> dict[str, str]:
    red, green, blue = COLOURS[severity]
    full, pale = (f"{red},{green},{blue},{alpha}" for alpha in (255, 70))
    if shape == "point":
        return {"name": "circle", "color": full, "outline_color": "255,255,255,255", "size": SIZES[severity], "size_unit": "MM"}
    if shape == "line":
        return {"line_color": full, "line_width": "0.8", "line_width_unit": "MM", "line_style": "solid"}
    outline = {"outline_color": full, "outline_width": "0.6", "outline_width_unit": "MM", "outline_style": "solid"}
    return {"color": pale, "style": "solid", **outline}
