"""Draw the letter as a DOCX: the template's placeholders filled in, then text, tables and pictures in the template's styles."""

from __future__ import annotations

import copy
import io
from typing import TYPE_CHECKING, Any

import jinja2.sandbox

from parkgis.errors import ExtraMissing, Reason
from parkgis.outputs.letter import master, parts
from parkgis.outputs.letter.model import Grid, Heading, Paragraph, Picture

try:
    import docx
    import docxtpl
    from docx.enum.section import WD_ORIENTATION, WD_SECTION
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_letter", "A letter in Word"), extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parkgis.outputs.letter.model import Annex, Block, Content
    from parkgis.words.catalogue import Words

BODY = "\ue000body\ue000"  # of the private use area: no text holds it
SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
STYLES = {"body": "parkgis body", "item": "parkgis item", "note": "parkgis note", "close": "parkgis body"}
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
PAPERS = {"A4": master.A4_MM, "A3": master.A3_MM}
SHADE = "EDEDED"
AFTER_NUMBERS = ("w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:bidi", "w:docGrid")
KEPT = 3  # rows at the end of a table that stay together: a total never stands alone on a page


def build(content: Content, words: Words, template: Path | None = None) -> bytes:
    """Draw a letter as a DOCX.

    Parameters
    ----------
    content : Content
    words : Words
        Of the content's language.
    template : Path, optional
        A .docx of the Board's own: :func:`parkgis.outputs.letter.template` restyled in Word. Styles it lacks are the shipped ones.

    Returns
    -------
    bytes
        The same for the same content and template.

    Raises
    ------
    FileMissing, FileUnreadable, TemplateInvalid
        Of the template, with what is wrong and what is allowed.
    """
    filled = docxtpl.DocxTemplate(io.BytesIO(parts.load(template) if template else master.template()))
    filled.render(_facts(content), jinja2.sandbox.SandboxedEnvironment(autoescape=True), autoescape=True)
    document = filled.docx
    if template:
        _complete(document)
    _body(document, content)
    for annex in content.annexes:
        _annex(document, annex)
    _properties(document, content, words)
    out = io.BytesIO()
    document.save(out)
    return parts.fixed(out.getvalue())


def _facts(content: Content) -> dict[str, str]:
    head, close = content.head, content.close
    return {
        "superior": head.superior, "issuer": head.issuer, "number": head.number, "nation": head.nation, "motto": head.motto,
        "place_date": head.place_date, "kind": content.kind, "summary": content.summary[0], "summary_on": content.summary[1],
        "to": content.to, "body": BODY, "recipients_title": close.recipients_title, "recipients": "\n".join(close.recipients),
        "signer": "\n".join(close.signer), "name": close.name, "cut_off": content.cut_off, "digest": content.digest,
        "definition": content.definition, "demo": content.demo,
    }  # fmt: skip


def _complete(document: Any) -> None:
    """Give a template the shipped styles that it lacks."""
    known = {style.name for style in document.styles}
    for style in docx.Document(io.BytesIO(master.template())).styles:
        if style.name in master.STYLES and style.name not in known:
            document.styles.element.append(copy.deepcopy(style.element))


def _properties(document: Any, content: Content, words: Words) -> None:
    found, moment = document.core_properties, content.at.replace(tzinfo=None)
    found.title, found.subject, found.author = content.title[:255], content.subject[:255], content.author[:255]
    found.language, found.keywords, found.comments = LANGUAGES[words.lang], "", content.demo
    found.last_modified_by, found.revision, found.version = "parkgis", 1, ""
    found.created = found.modified = moment
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None:
        for old in defaults.findall(qn("w:lang")):
            defaults.remove(old)
        language = OxmlElement("w:lang")
        for name in ("val", "eastAsia"):
            language.set(qn(f"w:{name}"), LANGUAGES[words.lang])
        defaults.append(language)


# -- the text ------------------------------------------------------------------------------------------------


def _body(document: Any, content: Content) -> None:
    """Put the blocks where the placeholder stands: each is made at the end of the document and moved there."""
    mark = next(p for p in document.paragraphs if p.text.strip() == BODY)
    end = document.element.body[-1]  # the section's properties
    first = len(document.element.body) - 1
    _blocks(document, content.blocks)
    for made in list(document.element.body)[first:]:
        if made is not end:
            mark._p.addprevious(made)
    mark._p.getparent().remove(mark._p)


def _blocks(document: Any, blocks: Sequence[Block]) -> None:
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        _block(document, block, noted=isinstance(following, Paragraph) and following.sort == "note")


def _block(document: Any, block: Block, *, noted: bool) -> None:
    """Draw a block; the end of a table that is ``noted`` stays on one page with the note below it."""
    match block:
        case Heading(level=level):
            _paragraph(document, block.full, f"Heading {level}")
        case Paragraph(text=text, sort=sort):
            _paragraph(document, text, STYLES[sort]).paragraph_format.keep_with_next = block.leads or None
        case Picture():
            _picture(document, block)
        case Grid():
            if block.caption:
                _paragraph(document, block.caption, "parkgis table caption")
            _grid(document, block, noted=noted)


def _paragraph(document: Any, text: str, style: str) -> Any:
    """Add a paragraph; given a style, python-docx would look through all of them for the default one each time (1.2)."""
    made = document.add_paragraph(text)
    made._p.style = document.styles[style].style_id
    return made


def _picture(document: Any, picture: Picture) -> None:
    paragraph = _paragraph(document, "", "parkgis picture")
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.png), Mm(picture.width_mm), Mm(picture.height_mm))
    shape._inline.docPr.set("descr", picture.alt)
    shape._inline.docPr.set("name", picture.key)
    _paragraph(document, picture.caption, "Caption")


# -- tables --------------------------------------------------------------------------------------------------


def _grid(document: Any, grid: Grid, *, noted: bool) -> None:
    """Draw a table; rows of one look are made once and copied: python-docx's own way takes 40 times as long."""
    table = document.add_table(1, len(grid.columns))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _borders(table, [column.width_mm for column in grid.columns], 0.5 if grid.small else 0.9)
    (empty,) = table._tbl.tr_lst
    table._tbl.remove(empty)
    style, looks = document.styles["parkgis cell"].style_id, {}
    for n, texts in enumerate([[column.title for column in grid.columns], *(row.cells for row in grid.rows)]):
        bold, kept = n == 0 or grid.rows[n - 1].role != "line", n == 0 or len(grid.rows) - KEPT < n < len(grid.rows) + noted
        look = (n == 0, bold, kept)
        if look not in looks:
            looks[look] = _row(copy.deepcopy(empty), grid, style, *look)
        row = copy.deepcopy(looks[look])
        for cell, text in zip(row.tc_lst, texts, strict=True):
            cell.p_lst[0].r_lst[0].text = text
        table._tbl.append(row)
    _paragraph(document, "", "parkgis cell").paragraph_format.line_spacing = Pt(4)  # apart from what follows


def _row(row: Any, grid: Grid, style: str, head: bool, bold: bool, kept: bool) -> Any:
    """Give a row of empty cells its look."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, column in zip(row.tc_lst, grid.columns, strict=True):
        _cell(cell, SIDES["center" if head else column.align], style, grid.head_pt if head else grid.size_pt, bold)
        cell.p_lst[0].get_or_add_pPr().keepNext_val = kept
    return row


def _cell(cell: Any, side: Any, style: str, size_pt: float, bold: bool) -> None:
    width = cell.get_or_add_tcPr()
    centred = OxmlElement("w:vAlign")
    centred.set(qn("w:val"), "center")
    if bold:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            shade.set(qn(f"w:{name}"), value)
        width.append(shade)
    width.append(centred)
    paragraph = cell.p_lst[0]
    paragraph.style = style
    paragraph.alignment = side
    font = paragraph.add_r().get_or_add_rPr()
    if bold:
        font._add_b()
    font.sz_val = Pt(size_pt)


def _borders(table: Any, widths_mm: Sequence[float], inner_mm: float) -> None:
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), str(int(Mm(inner_mm).twips)))
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    properties.append(borders)
    properties.append(properties.find(qn("w:tblLayout")))  # in the order of the schema: borders, layout, margins, look
    properties.append(margins)
    if (look := properties.find(qn("w:tblLook"))) is not None:
        properties.append(look)
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths_mm, strict=True):
        column.w = Mm(width)
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths_mm, strict=True):
            cell.width = Mm(width)


# -- annexes -------------------------------------------------------------------------------------------------


def _annex(document: Any, annex: Annex) -> None:
    """Add an annex in a section of its own: landscape, pages from 1, head and foot as in the letter."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _tiny(document.paragraphs[-1])
    short, long = PAPERS[annex.paper]
    section.orientation, section.page_width, section.page_height = WD_ORIENTATION.LANDSCAPE, Mm(long), Mm(short)
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(numbers, *AFTER_NUMBERS)
    title = _paragraph(document, annex.number, "parkgis annex")
    _outline(title)
    _paragraph(document, annex.title, "parkgis annex")
    _paragraph(document, annex.reference, "parkgis annex reference")
    _blocks(document, annex.blocks)


def _tiny(paragraph: Any) -> None:
    """Shrink the empty paragraph that holds a section's end: as high as a line it takes a page for itself where one is full."""
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing, form.space_before, form.space_after = WD_LINE_SPACING.EXACTLY, Pt(1), Pt(0), Pt(0)


def _outline(paragraph: Any) -> None:
    """Show a paragraph in Word's navigation as a heading of the first level."""
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().append(level)
