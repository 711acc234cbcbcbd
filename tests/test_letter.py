"""The letter: what it says under which figures, and its form held against Decree 30/2020/ND-CP in the file's own XML."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import letters
import pytest
from docx.oxml.ns import qn
from docx.shared import Length

from parkgis.briefing import Briefing
from parkgis.errors import FontUnfit
from parkgis.model import Finding, Severity
from parkgis.outputs import letter
from parkgis.outputs.letter import master
from parkgis.outputs.letter.model import Content, Extras, Grid, Paragraph, Picture
from parkgis.outputs.letter.say import counted, joined, money, named
from parkgis.words.catalogue import Words

VI, EN = Words("vi"), Words("en")
MAP = "Bản đồ tiến độ bàn giao đất khu công nghiệp"
GOLDEN = Path(__file__).parent / "golden"
SINCE = dt.date(2026, 6, 20)


@dataclasses.dataclass(frozen=True)
class Case:
    """A letter with what it was said from."""

    briefing: Briefing
    extras: Extras
    content: Content
    docx: bytes

    @property
    def document(self) -> Any:
        return docx.Document(io.BytesIO(self.docx))


def made(briefing: Briefing, extras: Extras, words: Words = VI) -> Case:
    said = letter.content(briefing, extras, words)
    return Case(briefing, extras, said, letter.build(said, words))


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return made(*letters.gathered(letters.worked(tmp_path_factory.mktemp("w") / "w"), SINCE))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Case:
    names = {"QV": letters.HOSTILE, "GB": letters.LONG[:300]}
    return made(*letters.gathered(letters.worked(tmp_path_factory.mktemp("d") / "d", demo=True, rename=names), SINCE))


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return made(*letters.gathered(letters.untouched(tmp_path_factory.mktemp("u") / "u"), drawn=False))


def text(content: Content) -> str:
    return letters.spoken(content).replace("\u00a0", " ")


# -- what it says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", ["untouched", "worked", "one"])
def test_the_letter_reads_as_reviewed(name: str, lang: str, tmp_path: Path) -> None:
    """The golden texts were read by a person; the digest and the annexes, which other tests hold, are left out."""
    found = getattr(letters, name)(tmp_path / "w")
    content = letter.content(*letters.gathered(found, SINCE if name == "worked" else None, drawn=False), Words(lang))
    said = text(dataclasses.replace(content, annexes=(), digest=""))
    path = GOLDEN / f"letter-{name}-{lang}.txt"
    assert said == path.read_text(encoding="utf-8")


def test_a_letter_without_any_document_says_so_and_proposes_to_send_them(untouched: Case) -> None:
    said = text(untouched.content)
    assert "chưa ghi nhận văn bản bàn giao đất nào" in said
    assert "0,00 ha trên chỉ tiêu 300,00 ha" in said
    assert "Chưa có kỳ báo cáo trước để so sánh." in said
    assert "gửi biên bản bàn giao đất trên thực địa (nếu có)" in said
    assert not [block for block in untouched.content.blocks if isinstance(block, Picture)]


def test_a_burn_up_of_nothing_is_not_drawn(tmp_path: Path) -> None:
    """Nothing counts and nothing is planned: a flat line would take half a page, and push the signature onto one of its own."""
    briefing, extras = letters.gathered(letters.untouched(tmp_path / "w"))
    assert extras.series is not None
    assert not [block for block in letter.content(briefing, extras, VI).blocks if isinstance(block, Picture)]


def test_nothing_changed_since_the_last_report_is_said_as_such(tmp_path: Path) -> None:
    found = letters.worked(tmp_path / "w")
    said = text(letter.content(*letters.gathered(found, letters.ON - dt.timedelta(days=1), drawn=False), VI))
    said = said.replace("\u00a0", " ")
    assert "diện tích được tính không thay đổi (10,00 ha)." in said
    assert "Tất cả 30 dự án đều không thay đổi về diện tích được tính trong kỳ." in said


def test_the_causes_of_the_change_add_up_to_the_printed_difference(worked: Case) -> None:
    said = text(worked.content)
    gap, before, after = re.findall(r"tăng ([\d,]+) ha, từ ([\d,]+) ha lên ([\d,]+) ha", said)[0]
    parts_ = re.findall(r"^- [^\n]*: \+([\d,]+) ha \(", said, re.MULTILINE)
    number = [float(text_.replace(",", ".")) for text_ in (gap, before, after)]
    assert number[0] == pytest.approx(number[2] - number[1]) == pytest.approx(sum(float(p.replace(",", ".")) for p in parts_))


def test_a_target_of_nothing_has_no_share_and_no_pace(tmp_path: Path) -> None:
    content = letter.content(*letters.gathered(letters.one(tmp_path / "w"), drawn=False), VI)
    said = text(content)
    assert "chưa có chỉ tiêu diện tích nên không tính tỷ lệ" in said
    assert "Còn phải bàn giao" not in said


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (10.0, "Chỉ tiêu năm 2026 đã hoàn thành."),
        (9.5, "Chỉ tiêu năm 2026 đã hoàn thành, vượt 0,50 ha."),
        (28.4, "để hoàn thành chỉ tiêu, trong 184 ngày còn lại của năm phải bàn giao bình quân 0,10 ha mỗi ngày."),
    ],
)
def test_the_way_to_the_target_is_said_by_what_remains(worked: Case, target: float, said: str) -> None:
    changed = dataclasses.replace(worked.briefing, target=dataclasses.replace(worked.briefing.target, area_ha=target))
    assert said in text(letter.content(changed, dataclasses.replace(worked.extras, series=None, shapes=None), VI))


def test_a_year_that_is_over_has_no_pace(worked: Case) -> None:
    over = dataclasses.replace(worked.briefing, on=dt.date(2027, 1, 8))
    said = text(letter.content(over, dataclasses.replace(worked.extras, series=None, shapes=None), VI))
    assert "Năm 2026 đã kết thúc, còn thiếu 290,00 ha so với chỉ tiêu." in said


@pytest.mark.parametrize(("planned_ha", "said"), [(12.0, "chậm 2,00 ha"), (10.0, "đạt đúng kế hoạch"), (4.0, "vượt 6,00 ha")])
def test_the_plan_is_compared_with_the_months_that_have_ended(worked: Case, planned_ha: float, said: str) -> None:
    matters = dataclasses.replace(worked.briefing.matters, planned_to_date_m2=planned_ha * 10_000)
    changed = dataclasses.replace(worked.briefing, matters=matters)
    assert said in text(letter.content(changed, dataclasses.replace(worked.extras, series=None, shapes=None), VI))


def test_an_invariant_that_does_not_hold_stands_first_among_the_findings(worked: Case) -> None:
    facts = {"stage": "handed_developer", "earlier": "recovered", "count": 3, "example": "09/1/1"}
    broken = Finding("stage_early", Severity.ERROR, facts=facts)
    code = next(f.code for f in worked.briefing.findings)
    broken = dataclasses.replace(broken, code=code)
    bare = dataclasses.replace(worked.extras, broken=(broken,), series=None, shapes=None)
    said = text(letter.content(worked.briefing, bare, VI))
    assert "trong đó có 1 sai sót" in said
    assert "rà soát, đính chính các nội dung sai" in said


def test_a_narrowed_letter_names_its_scope_and_asks_no_pace_of_it(worked: Case) -> None:
    narrowed = dataclasses.replace(worked.extras, scope="KCN Quế Võ", series=None, shapes=None)
    content = letter.content(worked.briefing, narrowed, VI)
    said = text(content)
    assert content.summary[0].endswith("khu công nghiệp – KCN Quế Võ")
    assert "KCN Quế Võ đã bàn giao" in said
    assert "bằng 3,33 % chỉ tiêu chung của toàn tỉnh" in said
    assert "Còn phải bàn giao" not in said


def test_counted_things_agree_in_number() -> None:
    assert [counted(EN, "parcel", n) for n in (0, 1, 2)] == ["0 parcels", "1 parcel", "2 parcels"]
    assert counted(VI, "parcel", 1) == "1 thửa đất"
    assert joined(EN, []) == ""
    assert joined(EN, ["a"]) == "a"
    assert joined(VI, ["a", "b", "c"]) == "a, b và c"
    assert named(EN, ["a", "b", "a", "c", "d", "e"]) == "a, b, c and 2 other projects"
    assert money(VI, 268_340_000_000) == "268,34 tỷ đồng"
    assert money(EN, 1_500_000) == "VND 1.50 million"


def test_a_number_and_its_unit_stay_on_one_line(worked: Case) -> None:
    said = [block.text for block in worked.content.blocks if isinstance(block, Paragraph)]
    assert not [line for line in said if re.search(r"\d (ha|%|tỷ)\b", line)]
    assert any("10,00\u00a0ha" in line for line in said)


def test_what_the_workspace_does_not_say_stays_a_dotted_blank(worked: Case) -> None:
    assert worked.content.head.number == "Số: ……/BC-……"
    assert worked.content.head.place_date == "Bắc Ninh, ngày …… tháng …… năm ……"
    assert worked.content.close.name == "……………"


def test_the_letterhead_of_the_workspace_is_printed(worked: Case) -> None:
    head = dataclasses.replace(
        worked.extras.letterhead, symbol="BC-BQL", number="05", archive="VT, QLQH", recipients_vi=("Như trên;", "Trưởng ban"),
        signer_vi=("KT. Trưởng ban", "Phó Trưởng ban"), signer_name="Nguyễn Văn A",
    )  # fmt: skip
    said = letter.content(worked.briefing, dataclasses.replace(worked.extras, letterhead=head, series=None, shapes=None), VI)
    assert said.head.number == "Số: 05/BC-BQL"
    assert said.close.recipients == ("- Như trên;", "- Trưởng ban;", "- Lưu: VT, QLQH.")
    assert said.close.signer == ("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN")
    printed = "\n".join(cell.text for table in docx.Document(io.BytesIO(letter.build(said, VI))).tables for cell in table._cells)
    assert "KT. TRƯỞNG BAN\nPHÓ TRƯỞNG BAN" in printed
    assert "Nguyễn Văn A" in printed
    assert "- Trưởng ban;\n- Lưu: VT, QLQH." in printed


# -- the form, measured --------------------------------------------------------------------------------------


def mm(length: Length | None) -> float:
    return float(round((length or Length(0)).mm, 1))


def test_paper_and_margins_are_those_of_the_decree(worked: Case) -> None:
    """A4 portrait; top and bottom 20-25, left 30-35, right 15-20 mm; the annexes landscape, the map on A3."""
    body, table, listed, map_ = worked.document.sections
    assert (mm(body.page_width), mm(body.page_height)) == (210.0, 297.0)
    assert {(mm(s.page_width), mm(s.page_height)) for s in (table, listed)} == {(297.0, 210.0)}
    assert (mm(map_.page_width), mm(map_.page_height)) == (420.0, 297.0)
    for section in (body, table, listed, map_):
        assert 20 <= mm(section.top_margin) <= 25
        assert 20 <= mm(section.bottom_margin) <= 25
        assert 30 <= mm(section.left_margin) <= 35
        assert 15 <= mm(section.right_margin) <= 20


def test_every_letter_is_times_new_roman_of_13_or_14_points_in_the_body(worked: Case) -> None:
    document = worked.document
    assert document.styles["Normal"].font.name == "Times New Roman"
    for name in master.STYLES:
        fonts = document.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
        assert str(document.styles[name].font.color.rgb) == "000000"
    used = {p.style.name for p in document.paragraphs if p.text} - {"Caption"}
    sizes = {name: document.styles[name].font.size.pt for name in used}
    assert {sizes[name] for name in ("Heading 1", "Heading 2", "parkgis body", "parkgis item", "parkgis annex")} == {14.0}
    fonts = set(re.findall(r'w:ascii="([^"]+)"', document.element.xml))
    assert fonts <= {"Times New Roman"}


def test_the_body_is_justified_with_indented_first_lines_and_six_points_between(worked: Case) -> None:
    form = worked.document.styles["parkgis body"].paragraph_format
    assert form.alignment == 3  # justified
    assert mm(form.first_line_indent) in (10.0, 12.7)
    assert form.space_after.pt >= 6
    assert form.line_spacing == 1.0


def test_the_head_is_laid_out_as_the_decree_says(worked: Case) -> None:
    left, right, number, place = worked.document.tables[0]._cells
    lines = [(p.text, p.runs[0].font.size.pt, bool(p.runs[0].font.bold)) for p in (*left.paragraphs, *right.paragraphs) if p.text]
    assert lines == [
        ("UBND TỈNH BẮC NINH", 12, False),
        ("BAN QUẢN LÝ CÁC KHU CÔNG\u00a0NGHIỆP TỈNH BẮC NINH", 12, True),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True),
        ("Độc lập - Tự do - Hạnh phúc", 13, True),
    ]
    assert all(cell.paragraphs[-1]._p.find(f".//{qn('w:top')}") is not None for cell in (left, right))  # the rules below
    assert (number.text, number.paragraphs[0].runs[0].font.size.pt) == ("Số: ……/BC-……", 13)
    assert place.paragraphs[0].runs[0].font.italic
    kind, summary, _ = [p for p in worked.document.paragraphs if p.text][:3]
    assert (kind.text, kind.runs[0].font.size.pt, kind.runs[0].font.bold, kind.style.paragraph_format.alignment) == (
        "BÁO CÁO", 14, True, 1,
    )  # fmt: skip
    assert (summary.runs[0].font.size.pt, summary.runs[0].font.bold) == (14, True)


def test_recipients_and_signature_have_their_sizes(worked: Case) -> None:
    left, right = next(t._cells for t in worked.document.tables if "Nơi nhận" in t._cells[0].text)
    title, listed = left.paragraphs
    font = title.runs[0].font
    assert (title.text, font.size.pt, font.bold, font.italic) == ("Nơi nhận:", 12, True, True)
    assert listed.runs[0].font.size.pt == 11
    assert all(run.font.bold for p in (right.paragraphs[0], right.paragraphs[-1]) for run in p.runs)


def test_the_page_number_stands_centred_in_the_top_margin_hidden_on_the_first_page(worked: Case) -> None:
    """The pages of each annex are numbered from 1."""
    for n, section in enumerate(worked.document.sections):
        assert section.different_first_page_header_footer
        number = section._sectPr.find(qn("w:pgNumType"))
        assert (number is None) if n == 0 else number.get(qn("w:start")) == "1"
    first = worked.document.sections[0]
    (paragraph,) = [p for p in first.header.paragraphs if "PAGE" in p._p.xml]
    assert paragraph.style.paragraph_format.alignment == 1  # centred
    assert {run.font.size.pt for run in paragraph.runs} == {13.0}
    assert "PAGE" not in first.first_page_header._element.xml
    assert all(section.header.is_linked_to_previous for section in list(worked.document.sections)[1:])


def test_the_paragraph_that_ends_a_section_takes_no_page_for_itself(worked: Case) -> None:
    """Behind a page that is just full, an empty line as high as any other was a blank page."""
    ends = [p for p in worked.document.paragraphs if p._p.pPr is not None and p._p.pPr.find(qn("w:sectPr")) is not None]
    assert len(ends) == len(worked.content.annexes)
    assert {(p.text, p.paragraph_format.line_spacing, p.paragraph_format.space_after) for p in ends} == {("", Length(12700), 0)}


def test_the_foot_holds_day_digest_and_definition(worked: Case) -> None:
    first = worked.document.sections[0]
    foot = "\n".join(p.text for p in first.first_page_footer.paragraphs)
    assert worked.briefing.digest in foot
    assert "Số liệu chốt đến ngày 30/06/2026" in foot
    assert worked.briefing.defined(VI) in foot
    assert worked.briefing.digest in first.footer.paragraphs[0].text


def test_headings_pictures_and_tables_are_marked_as_such(worked: Case) -> None:
    document = worked.document
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert heads == ["I. KẾT QUẢ THỰC HIỆN", "II. KHÓ KHĂN, VƯỚNG MẮC", "III. ĐỀ XUẤT, KIẾN NGHỊ"]
    alts = [shape.get("descr") for shape in document.element.iter(qn("wp:docPr"))]
    assert len(alts) == 3
    assert all(alt and "30/06/2026" in alt for alt in alts)
    captions = [p.text.split(".")[0] for p in document.paragraphs if "aption" in p.style.name]
    assert captions == ["Hình 1", "Bảng 1", "Bảng 2", "Bảng 3", "Tiến độ qua từng bước theo khu công nghiệp", MAP]
    grids = [t for t in document.tables if t._tbl.find(f".//{qn('w:tblHeader')}") is not None]
    assert len(grids) == 5
    for table in grids:
        assert sum(w.w.mm for w in table._tbl.tblGrid.gridCol_lst) <= (252.1 if len(table.columns) > 9 else 165.1)


# -- the same numbers ----------------------------------------------------------------------------------------


def test_every_number_of_the_project_annex_is_the_briefings(worked: Case) -> None:
    (grid,) = [b for b in worked.content.annexes[0].blocks if isinstance(b, Grid)]
    table = worked.document.tables[-2]
    printed = [[cell.text for cell in row.cells] for row in table.rows]
    assert printed[1:] == [list(row.cells) for row in grid.rows]
    rows = {row[1]: row for row in printed}
    for project in worked.briefing.projects:
        row = rows[project.name_vi]
        assert row[2] == VI.number(project.planned_ha)
        counted_ = printed[0].index("Được tính năm 2026 (ha)")
        assert row[counted_] == VI.ha(project.counted.area_m2)
        if project.parcels:
            assert row[3:counted_] == [VI.ha(stage.area_m2) for stage in project.stages]
    assert rows["TỔNG CỘNG"][printed[0].index("Được tính năm 2026 (ha)")] == VI.ha(worked.briefing.counted.area_m2)
    assert rows["TỔNG CỘNG"][-1] == "+4,00"


def test_the_stage_table_and_the_first_sentence_hold_the_briefings_numbers(worked: Case) -> None:
    table = next(t for t in worked.document.tables if t.rows[0].cells[0].text == "Bước thực hiện")
    assert [row.cells[1].text for row in list(table.rows)[1:]] == [VI.ha(s.area_m2) for s in worked.briefing.stages]
    said = " ".join(p.text for p in worked.document.paragraphs).replace("\u00a0", " ")
    briefing = worked.briefing
    for number in (VI.ha(briefing.counted.area_m2) + " ha", VI.percent(briefing.share, 2), VI.percent(briefing.year_gone)):
        assert number in said
    assert VI.number(briefing.remaining_m2 / 10_000) + " ha" in said


# -- bytes and marks -----------------------------------------------------------------------------------------


def test_two_runs_give_the_same_bytes_without_a_clock(worked: Case) -> None:
    assert letter.build(worked.content, VI) == worked.docx
    with zipfile.ZipFile(io.BytesIO(worked.docx)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    found = worked.document.core_properties
    assert found.created == found.modified == worked.briefing.known
    assert (found.author, found.language) == ("Ban Quản lý các khu công nghiệp tỉnh Bắc Ninh", "vi-VN")
    assert b"python" not in worked.docx


def test_invented_figures_are_marked_on_every_page(demo: Case, worked: Case) -> None:
    for part in (demo.document.sections[0].header, demo.document.sections[0].first_page_header):
        assert "DEMO" in "".join(p.text for p in part.paragraphs)
    assert "DEMO" not in worked.document.element.xml
    assert "DEMO" not in "".join(p.text for p in worked.document.sections[0].header.paragraphs)


def test_hostile_and_long_names_print_as_typed(demo: Case) -> None:
    said = "\n".join(p.text for p in demo.document.paragraphs)
    cells = [cell.text for cell in demo.document.tables[-2]._cells]
    assert letters.HOSTILE in said
    assert letters.HOSTILE in cells
    assert letters.LONG[:300].strip() in [cell.strip() for cell in cells]


def test_a_font_that_is_not_there_is_refused(worked: Case) -> None:
    with pytest.raises(FontUnfit):
        letter.content(worked.briefing, dataclasses.replace(worked.extras, font="Chữ Không Có"), VI)
