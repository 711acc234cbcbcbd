"""What a web site needs to show the cards: a page for a frame, and the frame and pictures to paste, as HTML and Markdown."""

from __future__ import annotations

import base64
import dataclasses
import html
import re
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.words.catalogue import Words

FRAME = (700, 460)
PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ margin: 0; font: 16px/1.4 system-ui, sans-serif; color: #1f2933; background: #fff; }}
h1 {{ font-size: 1rem; margin: .5rem .75rem; }}
img {{ display: block; width: 100%; height: auto; margin: 0 0 .75rem; }}
.mark {{ color: #b00020; font-weight: bold; margin: .5rem .75rem 0; }}
</style>
</head>
<body>
{mark}<h1>{title}</h1>
{pictures}
</body>
</html>
"""
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~-])")


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A PNG card as a file beside the page that shows it: its name, its alternative text, its size in pixels."""

    file: str
    png: bytes
    alt: str
    width: int
    height: int


def page(cards: Sequence[Shown], title: str, mark: str, lang: str) -> str:
    """Return a small page of the cards, for a frame: no script, nothing from the network, the pictures inside it."""
    marked = f'<p class="mark">{html.escape(mark)}</p>\n' if mark else ""
    pictures = "\n".join(_image(card, f"data:image/png;base64,{base64.b64encode(card.png).decode()}") for card in cards)
    return PAGE.format(lang=lang, title=html.escape(title), mark=marked, pictures=pictures)


def image(card: Shown) -> str:
    """Return an ``<img>`` with its alternative text; the path is relative."""
    return _image(card, address(card.file))


def _image(card: Shown, source: str) -> str:
    return f'<img src="{source}" alt="{html.escape(card.alt)}" width="{card.width}" height="{card.height}">'


def frame(file: str, title: str) -> str:
    """Return an ``<iframe>`` that may do nothing but show."""
    return (
        f'<iframe src="{address(file)}" title="{html.escape(title)}" width="{FRAME[0]}" height="{FRAME[1]}" '
        'sandbox="" loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )


def address(file: str) -> str:
    """Return a file name as a relative address that no attribute, and no Markdown, is ended by."""
    return html.escape(urllib.parse.quote(file))


def as_html(cards: Sequence[Shown], file: str, title: str, words: Words) -> str:
    """Return what to paste into a web page, with a comment on each part."""
    said = words("deck.snippet_help", page=file).replace("--", "–")
    parts = [f"<!-- {said} -->", f"<!-- {words('deck.snippet_frame')} -->", frame(file, title)]
    return "\n".join([*parts, f"<!-- {words('deck.snippet_pictures')} -->", *map(image, cards)]) + "\n"


def as_markdown(cards: Sequence[Shown], title: str, mark: str) -> str:
    """Return the pictures as Markdown, under their title and the mark of invented figures."""
    pictures = (f"![{_plain(card.alt)}]({urllib.parse.quote(card.file)})" for card in cards)
    marked = [f"**{_plain(mark)}**"] if mark else []
    return "\n\n".join([f"### {_plain(title)}", *marked, *pictures]) + "\n"


def _plain(text: str) -> str:
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))
