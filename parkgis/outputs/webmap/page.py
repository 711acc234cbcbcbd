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
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, Figure
from folium.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAFLET = ("js_lib_leaflet", "static", "js_lib_leaflet")
MODULES = ("dom.js", "words.js", "table.js", "canvas.js", "layers.js", "projects.js", "popup.js", "panel.js", "main.js")
STYLES = ("map.css",)
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


def page(content: Mapping[str, Any], blocks: Mapping[str, str], title: str, no_script: str) -> str:
    """Put a page together.

    Parameters
    ----------
    content : mapping
        Goes into the page as JSON (:func:`parkgis.outputs.webmap.content.content`).
    blocks : mapping of str to str
        Base64 tables by name (:func:`parkgis.outputs.webmap.encode.encode`).
    title, no_script : str
        Plain text; escaped here.

    Returns
    -------
    str
        The whole HTML.
    """
    figure = Page(content["lang"], "demo" if content["demo"] else "")
    options: dict[str, Any] = {"attribution_control": False, "zoom_snap": 0.25, "max_zoom": 21, "fade_animation": False}
    chart = folium.Map(location=[0, 0], tiles=None, zoom_control=False, **options)
    chart._id = "parkgis"  # folium names elements at random: two runs would differ
    figure.add_child(chart)
    for child in figure._children.values():
        child.render()  # fills header, body and script
    scripts = [leaflet_js(), figure.script.render(), our_script()]
    styles = [leaflet_css(), *map(_read, STYLES)]
    figure.header._children.clear()
    _head(figure, scripts, styles, title)
    _body(figure, scripts, content, blocks, no_script)
    return str(figure._template.render(this=figure, kwargs={}))


def _head(figure: Page, scripts: Sequence[str], styles: Sequence[str], title: str) -> None:
    for line in (
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy(scripts, styles)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<link rel="icon" href="data:,">',  # else the browser asks for /favicon.ico
        f"<title>{html.escape(title)}</title>",
        *(f"<style>{style}</style>" for style in styles),
    ):
        _add(figure.header, line)


def _body(figure: Page, scripts: Sequence[str], content: Mapping[str, Any], blocks: Mapping[str, str], no_script: str) -> None:
    leaflet, start, ours = scripts
    _add(figure.html, f"<noscript><p>{html.escape(no_script)}</p></noscript>")
    _add(figure.html, f'<script type="application/json" id="content">{escaped_json(content)}</script>')
    for name, block in blocks.items():
        _add(figure.html, f'<script type="application/octet-stream" id="{name}">{block}</script>')
    _add(figure.html, f"<script>{leaflet}</script>")
    _add(figure.html, f"<script>{start}</script>")
    _add(figure.html, f'<script type="module">{ours}</script>')


def _add(parent: Element, text: str) -> None:
    parent.add_child(Verbatim(text))


class Verbatim(Element):
    """Text as it is: a plain branca element would take braces in it for a template of its own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:
        return self.text


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return a content security policy that runs exactly these scripts and loads nothing."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(map(digest, scripts)),
            "style-src " + " ".join(map(digest, styles)),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def digest(text: str) -> str:
    """Return how a policy names a script or style: by the SHA-256 of its text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def escaped_json(value: Any) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


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
