"""The shipped letter template, made by code: what Decree 30/2020/ND-CP, Appendix I, says of paper, margins and letters."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, Reason
from parkgis.outputs.letter.parts import fixed

try:
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor
except ModuleNotFoundError as error:
    raise ExtraMissing(what=Reason("extra_letter", "A letter in Word"), extra="office") from error

if TYPE_CHECKING:
    from collections.abc import Sequence

FONT = "Times New Roman"
A4_MM, A3_MM = (210.0, 297.0), (297.0, 420.0)
MARGINS_MM = {"top_margin": 20.0, "bottom_margin": 25.0, "left_margin": 30.0, "right_margin": 15.0}
HEADER_MM, FOOTER_MM = 9.0, 7.0
LEFT_MM, RIGHT_MM = 73.0, 92.0  # the two columns of the head
MOTTO_MM = 57.0  # the motto in 13 pt bold: the rule below it is as long
BLACK, RED = RGBColor(0, 0, 0), RGBColor(0xB0, 0, 0)

CENTER, LEFT, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY

# name: size, bold, italic, alignment, first line (mm), before, after (pt), kept with the next
STYLES: dict[str, tuple[float, bool, bool, Any, float, float, float, bool]] = {
    "Heading 1": (14, True, False, JUSTIFY, 12.7, 6, 6, True),
    "Heading 2": (14, True, False, JUSTIFY, 12.7, 4, 6, True),
    "Caption": (12, False, True, CENTER, 0, 3, 6, False),
    "parkgis body": (14, False, False, JUSTIFY, 12.7, 0, 6, False),
    "parkgis item": (14, False, False, JUSTIFY, 12.7, 0, 6, False),
    "parkgis note": (10, False, True, JUSTIFY, 0, 0, 3, False),
    "parkgis table caption": (12, True, False, CENTER, 0, 6, 3, True),
    "parkgis cell": (11, False, False, LEFT, 0, 0, 0, False),
    "parkgis picture": (12, False, False, CENTER, 0, 6, 0, True),
    "parkgis annex": (14, True, False, CENTER, 0, 0, 0, True),
    "parkgis annex reference": (12, False, True, CENTER, 0, 0, 6, True),
    "parkgis head": (12, False, False, CENTER, 0, 0, 0, False),
    "parkgis foot": (7.5, False, False, LEFT, 0, 0, 0, False),
}


@functools.cache
def template() -> bytes:
    """Return the shipped template as a .docx: placeholders in double braces, styles to change in Word.

    Returns
    -------
    bytes
        The same in every run.
    """
    document = docx.Document()
    _without_thumbnail(document)
    _styles(document)
    _page(document)
    _head(document)
    for text, size in (("{{ kind }}", 14), ("{{ summary }}", 14), ("{{ summary_on }}", 13)):
        _line(document.add_paragraph(style="parkgis head"), text, size, bold=size == 14, italic=size != 14)
    rule = document.add_paragraph(style="parkgis head")
    _rule(rule, (165.0 - 45.0) / 2)
    rule.paragraph_format.space_after = Pt(8)
    _line(document.add_paragraph(style="parkgis head"), "{{ to }}", 14).paragraph_format.space_after = Pt(10)
    document.add_paragraph("{{ body }}", style="parkgis body")
    _close(document)
    out = io.BytesIO()
    document.save(out)
    return fixed(out.getvalue())


def _without_thumbnail(document: Any) -> None:
    rels = document.part.package.rels
    for key in [key for key, rel in rels.items() if rel.reltype.endswith("/thumbnail")]:
        del rels[key]


# -- styles --------------------------------------------------------------------------------------------------


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, 14)
    normal.paragraph_format.space_after = Pt(0)
    known = {style.name for style in document.styles}
    for name, look in STYLES.items():
        style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _look(style, *look)


def _look(
    style: Any, size: float, bold: bool, italic: bool, align: Any, first_mm: float, before: float, after: float, kept: bool
) -> None:
    _font(style, size)
    style.font.bold, style.font.italic = bold, italic
    form = style.paragraph_format
    form.alignment, form.first_line_indent = align, Mm(first_mm)
    form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), kept
    form.line_spacing_rule, form.widow_control = WD_LINE_SPACING.SINGLE, True


def _font(style: Any, size: float) -> None:
    """Set family, size and colour; every script's family by name, or Word takes the theme's."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
        fonts.attrib.pop(qn(f"w:{script}Theme"), None)


# -- page ----------------------------------------------------------------------------------------------------


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(A4_MM[0]), Mm(A4_MM[1])
    for name, size in MARGINS_MM.items():
        setattr(section, name, Mm(size))
    section.header_distance, section.footer_distance = Mm(HEADER_MM), Mm(FOOTER_MM)
    section.different_first_page_header_footer = True  # the number is hidden on page 1
    number = section.header.paragraphs[0]
    number.style = document.styles["parkgis head"]
    _field(number, "PAGE", 13)
    for header in (section.header, section.first_page_header):
        mark = header.add_paragraph() if header is section.header else header.paragraphs[0]
        mark.style = document.styles["parkgis head"]
        _line(mark, "{{ demo }}", 9, bold=True).runs[0].font.color.rgb = RED
    short, first = section.footer, section.first_page_footer
    for footer, texts in ((short, ["{{ cut_off }} · {{ digest }}"]), (first, ["{{ cut_off }} · {{ digest }}", "{{ definition }}"])):
        for n, text in enumerate(texts):
            paragraph = footer.paragraphs[0] if n == 0 else footer.add_paragraph()
            paragraph.style = document.styles["parkgis foot"]
            paragraph.add_run(text)


def _field(paragraph: Any, code: str, size: float) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run(text if kind == "text" else "")
        run.font.size = Pt(size)
        if kind == "":
            part = OxmlElement("w:instrText")
            part.text = code
            run._r.append(part)
        elif kind != "text":
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
            run._r.append(part)


# -- head and close ------------------------------------------------------------------------------------------


def _head(document: Any) -> None:
    table = _frame(document, (LEFT_MM, RIGHT_MM))
    left, right = table.rows[0].cells
    _stack(left, [("{{ superior }}", 12, False, False), ("{{ issuer }}", 12, True, False)])
    _rule(left.add_paragraph(style="parkgis head"), LEFT_MM * 0.32)
    _stack(right, [("{{ nation }}", 12, True, False), ("{{ motto }}", 13, True, False)])
    _rule(right.add_paragraph(style="parkgis head"), (RIGHT_MM - MOTTO_MM) / 2)
    below = table.add_row().cells
    _stack(below[0], [("{{ number }}", 13, False, False)])
    _stack(below[1], [("{{ place_date }}", 13, False, True)])
    document.add_paragraph(style="parkgis head")


def _close(document: Any) -> None:
    table = _frame(document, (75.0, 90.0))
    left, right = table.rows[0].cells
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    _stack(left, [("{{ recipients_title }}", 12, True, True), ("{{ recipients }}", 11, False, False)])
    for paragraph in left.paragraphs:
        paragraph.alignment = LEFT
    _stack(right, [("{{ signer }}", 14, True, False), ("", 14, False, False), ("", 14, False, False), ("", 14, False, False)])
    _line(right.add_paragraph(style="parkgis head"), "{{ name }}", 14, bold=True)


def _frame(document: Any, widths_mm: Sequence[float]) -> Any:
    """Return a table without lines that holds two columns apart."""
    table = document.add_table(1, len(widths_mm))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        part = OxmlElement(f"w:{side}")
        part.set(qn("w:w"), "0")
        part.set(qn("w:type"), "dxa")
        margins.append(part)
    table._tbl.tblPr.append(margins)
    return table


def _stack(cell: Any, lines: Sequence[tuple[str, float, bool, bool]]) -> None:
    for n, (text, size, bold, italic) in enumerate(lines):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        paragraph.style = cell.part.document.styles["parkgis head"]
        _line(paragraph, text, size, bold, italic)


def _line(paragraph: Any, text: str, size: float, bold: bool = False, italic: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.italic = Pt(size), bold, italic
    return paragraph


def _rule(paragraph: Any, indent_mm: float) -> None:
    """Make an empty paragraph a rule: its upper border, drawn in from both sides."""
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(indent_mm)
    form.line_spacing_rule, form.line_spacing, form.space_before = WD_LINE_SPACING.EXACTLY, Pt(5), Pt(3)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )  # fmt: skip
