"""One HTML file from a folium map: nothing remote, every script and style pinned by its hash.

folium makes the map element and its first script; the ten links it puts into the page's head are replaced
by Leaflet's own files out of a wheel and by the modules beside this file.
"""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.resources
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure
from folium.template import Template

from parkgis.outputs.webmap.text91 import to_text
from parkgis.words.catalogue import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAFLET = ("js_lib_leaflet", "static", "js_lib_leaflet")
MODULES = (
    "dom.js", "words.js", "decode.js", "table.js", "canvas.js", "raster.js", "paths.js", "shapelayer.js", "layers.js", "vn2000.js",
    "state.js", "laid.js", "classes.js", "projects.js", "scene.js", "blockers.js", "popup.js", "inspect.js", "bar.js", "panel.js",
    "search.js", "settings.js",
    "timebar.js", "measure.js", "tools.js", "printing.js", "tableview.js", "embed.js", "main.js",
)  # fmt: skip
STYLES = ("map.css", "blocks.css")
LOOKS = ("demo", "embed", "public")
IMPORT = re.compile(r"^import [^;]+;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


class Page(Figure):
    """A branca figure with a template of ours: the language set, the title escaped, the script hashed as it stands."""

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.lang }}">\n<head>\n{{ this.header.render(**kwargs) }}\n</head>\n'
        '<body class="{{ this.look }}">\n{{ this.html.render(**kwargs) }}\n</body>\n</html>\n'
    )

    def __init__(self, lang: str, look: str) -> None:
        super().__init__()
        self.lang, self.look = lang, look


def page(content: Mapping[str, Any], blocks: Mapping[str, str], title: str, host: str = "") -> str:
    """Put a page together.

    Parameters
    ----------
    content : mapping
        Goes into the page as one block (:func:`parkgis.outputs.webmap.content.content`).
    blocks : mapping of str to str
        Tables as text by name (:func:`parkgis.outputs.webmap.encode.encode`).
    title : str
        Plain text; escaped here.
    host : str
        ``https://host`` of the tiles, where the map has any: the one place the page may load pictures from.

    Returns
    -------
    str
        The whole HTML.
    """
    figure = Page(content["lang"], " ".join(name for name in LOOKS if content[name]))
    options: dict[str, Any] = {"attribution_control": False, "zoom_snap": 0.25, "max_zoom": 21, "fade_animation": False}
    chart = folium.Map(location=[0, 0], tiles=None, zoom_control=False, **options)
    chart._id = "parkgis"  # folium names elements at random: two runs would differ
    figure.add_child(chart)
    for child in figure._children.values():
        child.render()  # fills header, body and script
    scripts = [leaflet_js(), figure.script.render(), our_script()]
    styles = [leaflet_css(), *map(_read, STYLES)]
    figure.header._children.clear()
    _head(figure, policy(scripts, styles, host), styles, title)
    _body(figure, scripts, {"content": to_text(packed(content)), **blocks})
    return str(figure._template.render(this=figure, kwargs={}))


def _head(figure: Page, rules: str, styles: Sequence[str], title: str) -> None:
    for line in (
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{rules}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="color-scheme" content="light dark">',
        '<link rel="icon" href="data:,">',  # else the browser asks for /favicon.ico
        f"<title>{html.escape(title)}</title>",
        *(f"<style>{style}</style>" for style in styles),
    ):
        _add(figure.header, line)


def _body(figure: Page, scripts: Sequence[str], blocks: Mapping[str, str]) -> None:
    leaflet, start, ours = scripts
    for lang in LANGUAGES:
        _add(figure.html, f'<noscript><p lang="{lang}">{html.escape(Words(lang)("map.no_script"))}</p></noscript>')
    for lang in LANGUAGES:  # outside the blocks: what cannot read them must still say so
        _add(figure.html, f'<p class="failed" lang="{lang}" role="alert" hidden>{html.escape(Words(lang)("map.failed"))}</p>')
    for name, block in blocks.items():
        _add(figure.html, f'<script type="application/octet-stream" id="{name}">{block}</script>')
    _add(figure.html, f"<script>{leaflet}</script>")
    _add(figure.html, f"<script>{start}</script>")
    _add(figure.html, f'<script type="module">{ours}</script>')


def packed(value: Any) -> bytes:
    """Return plain data as compressed JSON; none of its characters reaches the page's own text."""
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def _add(parent: Element, text: str) -> None:
    parent.add_child(Verbatim(text))


class Verbatim(Element):
    """Text as it is: a plain branca element would take braces in it for a template of its own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        return self.text


def policy(scripts: Sequence[str], styles: Sequence[str], host: str = "") -> str:
    """Return a content security policy that runs exactly these scripts and loads nothing but tiles from ``host``."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(map(digest, scripts)),
            "style-src " + " ".join(map(digest, styles)),
            f"img-src data: blob: {host}".strip(),
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def digest(text: str) -> str:
    """Return how a policy names a script or style: by the SHA-256 of its text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def our_script() -> str:
    """Return our modules as one: in the order of :data:`MODULES`, imports and exports taken off.

    A page opened from disk may not import one file from another; names are unique over all modules.
    """
    return "\n".join(EXPORT.sub("", IMPORT.sub("", _read(name))) for name in MODULES)


def leaflet_js() -> str:
    """Return Leaflet without the note that makes developer tools ask for a source map."""
    return re.sub(r"\n//# sourceMappingURL=.*", "", _leaflet("leaflet.js"))


def leaflet_css() -> str:
    """Return Leaflet's style without the pictures it names: none of the controls that need them is used."""
    return re.sub(r"url\((?!data:)[^)]*\)", "none", _leaflet("leaflet.css"))


def _leaflet(name: str) -> str:
    package, *folders = LEAFLET
    return importlib.resources.files(package).joinpath(*folders, name).read_text(encoding="utf-8")


def _read(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
