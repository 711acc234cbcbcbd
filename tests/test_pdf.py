"""The PDF: the same text as the DOCX in the same order, tagged, with bookmarks; nothing of a name becomes markup."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import docx
import letters
import pdfplumber
import pytest
import typst
from docx.oxml.ns import qn
from test_letter import EN, SINCE, VI, Case, made

from parkgis.errors import FontUnfit
from parkgis.outputs import letter, pdf
from parkgis.outputs.letter.model import Grid, Heading, Paragraph, Picture

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.outputs.letter.model import Content
    from parkgis.words.catalogue import Words


@dataclasses.dataclass(frozen=True)
class Printed:
    """A letter, its PDF, and the PDF read back."""

    case: Case
    pdf: bytes
    pages: tuple[str, ...]


def printed(case: Case, words: Words = VI) -> Printed:
    content = pdf.build(case.content, words)
    with pdfplumber.open(io.BytesIO(content)) as read:
        return Printed(case, content, tuple(page.extract_text(layout=False) for page in read.pages))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    return printed(made(*letters.gathered(letters.worked(tmp_path_factory.mktemp("w") / "w"), SINCE)))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """A letter whose first page is longer than usual: the name of the board has 150 letters, and so has a project's."""
    found = letters.worked(tmp_path_factory.mktemp("l") / "l", demo=True, rename={"QV": letters.LONG[:300]})
    briefing, extras = letters.gathered(found, SINCE)
    return printed(made(dataclasses.replace(briefing, board_vi=letters.LONG[:150]), extras))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    names = {"QV": letters.HOSTILE, "GB": letters.LONG[:300]}
    found = letters.worked(tmp_path_factory.mktemp("d") / "d", demo=True, rename=names)
    return printed(made(*letters.gathered(found, SINCE, drawn=False)))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    found = letters.many(tmp_path_factory.mktemp("m") / "m")
    return printed(made(*letters.gathered(found, drawn=False), EN), EN)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def texts(content: Content) -> list[str]:
    """Return the finished texts of the letter's body in order."""
    found: list[str] = []
    for block in content.blocks:
        match block:
            case Heading():
                found.append(block.full)
            case Paragraph():
                found.append(block.text)
            case Picture():
                found.append(block.caption)
            case Grid():
                found += [block.caption, *(cell for row in block.rows for cell in row.cells)]
    return found


def test_both_drawings_hold_the_same_texts_in_the_same_order(worked: Printed) -> None:
    document = docx.Document(io.BytesIO(worked.case.docx))
    drawn: list[str] = []
    for element in document.element.body:
        if element.tag == qn("w:p"):
            drawn.append("".join(t.text or "" for t in element.iter(qn("w:t"))))
        elif element.tag == qn("w:tbl"):
            drawn += ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in element.iter(qn("w:tc"))]
    body = squeezed(without_margins("\n".join(worked.pages)))
    for name, whole in (("docx", squeezed("\n".join(drawn))), ("pdf", body)):
        place = 0
        for text in texts(worked.case.content):
            wanted = squeezed(text)
            if len(wanted) < 40 and name == "pdf":
                continue  # cells of a row are read from left to right, lines of neighbours between them
            found = whole.find(wanted, place) if name == "docx" else whole.find(wanted[:30], place)
            if "|" not in text and found < 0 and is_cell(worked.case.content, text):
                continue
            assert found >= 0, (name, text)
            place = found


def is_cell(content: Content, text: str) -> bool:
    return any(text in row.cells for block in content.blocks if isinstance(block, Grid) for row in block.rows)


def without_margins(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "mã kiểm chứng" not in line and not re.fullmatch(r"\d+", line))


def test_every_number_of_the_annex_is_printed_as_in_the_docx(worked: Printed) -> None:
    (grid,) = [b for b in worked.case.content.annexes[0].blocks if isinstance(b, Grid)]
    with pdfplumber.open(io.BytesIO(worked.pdf)) as read:
        page = next(p for p in read.pages if "Phụ lục I\n" in p.extract_text())
        rows = [[(cell or "").replace("\n", " ") for cell in row] for table in page.extract_tables() for row in table]
    assert [[squeezed(cell) for cell in row] for row in rows[1:]] == [[squeezed(cell) for cell in row.cells] for row in grid.rows]


def test_the_file_is_tagged_titled_and_has_bookmarks(worked: Printed, tmp_path: Path) -> None:
    if shutil.which("pdfinfo") is None:
        pytest.skip("poppler is not installed")
    path = tmp_path / "letter.pdf"
    path.write_bytes(worked.pdf)
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert re.search(r"Tagged: +yes", told)
    assert "Báo cáo tiến độ bàn giao đất khu công nghiệp" in told
    assert b"/Lang (vi-VN)" in worked.pdf or b"(vi-VN)" in worked.pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in worked.pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in worked.pdf
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()[2:]
    assert fonts
    assert all(re.search(r"Identity-H +yes yes yes", line) for line in fonts)  # embedded, a subset, with its letters
    with pdfplumber.open(io.BytesIO(worked.pdf)) as read:
        titles = [entry[1] for entry in read.doc.get_outlines()]
    heads = [block.full for block in worked.case.content.blocks if isinstance(block, Heading)]
    assert titles == [*heads, "Phụ lục I", "Phụ lục II", "Phụ lục III"]


def test_pages_have_the_papers_and_numbers_of_the_decree(worked: Printed) -> None:
    """Portrait A4, landscape A4 for the tables, landscape A3 for the map; numbers hidden on the first page of each."""
    with pdfplumber.open(io.BytesIO(worked.pdf)) as read:
        sizes = [(round(p.width / 72 * 25.4), round(p.height / 72 * 25.4)) for p in read.pages]
        tops = [p.crop((0, 0, p.width, 16 / 25.4 * 72)).extract_text().strip() for p in read.pages]
        for page in read.pages:
            left = min(word["x0"] for word in page.extract_words()) / 72 * 25.4
            right = (page.width - max(word["x1"] for word in page.extract_words())) / 72 * 25.4
            assert left >= 29.9
            assert right >= 14.9
    body = sizes.count((210, 297))
    assert sizes == [*[(210, 297)] * body, *[(297, 210)] * 3, (420, 297)]  # projects and their chart, parcels, map
    assert tops == ["", *(str(n) for n in range(2, body + 1)), "", "2", "", ""]


def test_only_the_last_page_of_the_letter_may_be_left_empty(worked: Printed, demo: Printed) -> None:
    """A picture that does not fit leaves a hole: the letter holds one, high on its first page; the rest is text and rows."""
    for one in (worked, demo):
        with pdfplumber.open(io.BytesIO(one.pdf)) as read:
            letter_pages = [p for p in read.pages if p.height > p.width]
            filled = [_lowest(p) / p.height for p in letter_pages[:-1]]
        assert len(filled) >= 3
        assert min(filled) > 0.75


def _lowest(page: Any) -> float:
    """Return how far down the text of a page comes, its foot left out."""
    foot = page.height - 25 / 25.4 * 72
    return max(float(word["bottom"]) for word in page.extract_words() if word["bottom"] < foot)


def test_the_foot_holds_day_digest_and_definition(worked: Printed) -> None:
    first = squeezed(worked.pages[0])
    assert squeezed(worked.case.briefing.defined(VI)) in first
    assert all(worked.case.briefing.digest in page for page in worked.pages)


def test_pictures_say_what_they_show(worked: Printed) -> None:
    alts = [b.alt for b in worked.case.content.blocks if isinstance(b, Picture)]
    assert worked.pdf.count(b"/Alt") >= len(alts) + 1


def test_two_runs_give_the_same_bytes(worked: Printed) -> None:
    assert pdf.build(worked.case.content, VI) == worked.pdf


def test_names_print_as_typed(hostile: Printed) -> None:
    assert squeezed(letters.HOSTILE) in squeezed(without_margins("\n".join(hostile.pages)))
    assert all("DEMO" in page for page in hostile.pages)


def test_long_names_stay_inside_their_cells_and_pages(many: Printed) -> None:
    with pdfplumber.open(io.BytesIO(many.pdf)) as read:
        assert len(read.pages) > 20
        for page in [*read.pages[:8], read.pages[-1]]:
            words = page.extract_words()
            assert max(word["x1"] for word in words) <= page.width - 14.9 / 25.4 * 72
            assert max(word["bottom"] for word in words) <= page.height
        told = squeezed("".join(page.extract_text() for page in read.pages[-4:]))
    assert "TOTAL" in told


def test_a_font_that_is_not_there_is_refused(worked: Printed) -> None:
    with pytest.raises(FontUnfit, match="Chữ Không Có"):
        pdf.build(worked.case.content, VI, font="Chữ Không Có")


def test_the_font_inside_the_wheel_has_every_letter_the_words_use(worked: Printed) -> None:
    """So the PDF needs no font of the machine: an offline Windows PC and a fresh Debian give every Vietnamese letter."""
    letters_ = "".join(sorted({c for text in texts(worked.case.content) for c in text if not c.isspace()}))
    source = f'#set text(font: "Libertinus Serif", fallback: false)\n#"{letters_.replace(chr(34), "")}"'
    made_, warnings = typst.compile_with_warnings(source.encode(), font_paths=typst.Fonts(include_system_fonts=False), format="pdf")
    with pdfplumber.open(io.BytesIO(made_)) as read:
        assert set(squeezed(read.pages[0].extract_text())) >= set(letters_) - {'"'}
    assert not warnings


def test_libreoffice_opens_the_docx_with_the_same_pages(worked: Printed, tmp_path: Path) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "letter.docx"
    path.write_bytes(worked.case.docx)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, capture_output=True, check=True)
    with pdfplumber.open(tmp_path / "letter.pdf") as read:
        tops: list[Any] = [p.crop((0, 0, p.width, 16 / 25.4 * 72)).extract_text().strip() for p in read.pages]
        said = squeezed("".join(page.extract_text() for page in read.pages))
    assert tops[:2] == ["", "2"]
    assert (tops.count(""), tops[-1]) == (4, "")
    assert "{{" not in said
    assert abs(len(tops) - len(worked.pages)) <= 1


def test_an_empty_ledger_makes_a_whole_letter_without_pictures(tmp_path: Path) -> None:
    case = made(*letters.gathered(letters.one(tmp_path / "w"), drawn=False))
    found = printed(case)
    assert "0,00 ha" in found.pages[0].replace("\u00a0", " ")
    assert letter.build(case.content, VI) == case.docx
