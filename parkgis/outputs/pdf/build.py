"""Hand the letter's content to Typst as data, never as markup, and compile it.

*Fonts.* Times New Roman where the machine has it (every Windows does); else Libertinus Serif, which lies inside the
``typst`` wheel and has every Vietnamese letter. Liberation Serif is not asked for: some of its packages lack them.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parkgis.errors import ExtraMissing, FontUnfit, Reason
from parkgis.outputs.letter.model import Grid, Heading, Paragraph, Picture

try:
    import typst
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_pdf", "A PDF"), extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.outputs.letter.model import Block, Content
    from parkgis.words.catalogue import Words

USUAL = "Times New Roman"
ALWAYS = "Libertinus Serif"
STANDARDS: tuple[Literal["ua-1"], Literal["a-2a"]] = ("ua-1", "a-2a")
REGIONS = {"vi": "VN", "en": "GB"}
SOURCE = "letter.typ"


def build(content: Content, words: Words, font: str = "") -> bytes:
    """Draw a letter as a PDF.

    Parameters
    ----------
    content : Content
    words : Words
        Of the content's language.
    font : str
        Family of the text; Times New Roman or Libertinus Serif unless given.

    Returns
    -------
    bytes
        The same for the same content on a machine with the same fonts.

    Raises
    ------
    FontUnfit
        When ``font`` is not installed.
    """
    if font and font not in _fonts().families():
        raise FontUnfit(font=font, why=Reason("pdf_font", "it is not installed"))
    with tempfile.TemporaryDirectory(prefix="parkgis-") as name:
        folder = Path(name)
        pictures: list[bytes] = []
        data = _data(content, words, font, pictures)
        for n, png in enumerate(pictures):
            (folder / f"{n}.png").write_bytes(png)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (folder / SOURCE).write_bytes(_source())
        made, _ = typst.compile_with_warnings(
            str(folder / SOURCE), root=str(folder), font_paths=_fonts(), format="pdf", pdf_standards=list(STANDARDS)
        )
    return bytes(made)


@functools.cache
def _fonts() -> Any:
    return typst.Fonts()


@functools.cache
def _source() -> bytes:
    return importlib.resources.files(__package__).joinpath(SOURCE).read_bytes()


def _families(font: str) -> list[str]:
    return [family for family in (font, USUAL) if family in _fonts().families()] + [ALWAYS]


def _data(content: Content, words: Words, font: str, pictures: list[bytes]) -> dict[str, Any]:
    head, close = content.head, content.close
    return {
        "title": content.title, "subject": content.subject, "author": content.author, "lang": words.lang,
        "region": REGIONS[words.lang], "at": list(content.at.timetuple()[:6]), "fonts": _families(font),
        "superior": head.superior, "issuer": head.issuer, "number": head.number, "nation": head.nation, "motto": head.motto,
        "place_date": head.place_date, "name": content.kind, "summary": content.summary[0], "summary_on": content.summary[1],
        "to": content.to, "recipients_title": close.recipients_title, "recipients": close.recipients, "signer": close.signer,
        "signed": close.name, "cut_off": content.cut_off, "digest": content.digest, "definition": content.definition,
        "demo": content.demo, "blocks": _blocks(content.blocks, pictures),
        "annexes": [
            {
                "number": annex.number, "title": annex.title, "reference": annex.reference, "paper": annex.paper,
                "blocks": _blocks(annex.blocks, pictures),
            }
            for annex in content.annexes
        ],
    }  # fmt: skip


def _blocks(blocks: Sequence[Block], pictures: list[bytes]) -> list[dict[str, Any]]:
    return [_block(block, pictures) for block in blocks]


def _block(block: Block, pictures: list[bytes]) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.full}
        case Paragraph():
            return {"kind": "paragraph", "sort": block.sort, "leads": block.leads, "text": block.text}
        case Picture():
            pictures.append(block.png)
            return {
                "kind": "picture", "file": f"{len(pictures) - 1}.png", "width": block.width_mm, "height": block.height_mm,
                "caption": block.caption, "alt": block.alt,
            }  # fmt: skip
        case Grid():
            return {
                "kind": "grid", "caption": block.caption, "size": block.size_pt, "head": block.head_pt, "small": block.small,
                "columns": [{"title": c.title, "width": c.width_mm, "align": c.align} for c in block.columns],
                "rows": [{"cells": row.cells, "bold": row.role != "line"} for row in block.rows],
            }  # fmt: skip
