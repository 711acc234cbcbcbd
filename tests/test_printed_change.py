"""A change is that of the two printed levels, in every form: 119.0650 ha and 123.4349 ha are 4.36 apart, by themselves 4.37."""

from __future__ import annotations

import dataclasses
import io
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import busy
import openpyxl
import pytest
from test_pages import Read
from test_workbook import header_row, recalculated

from parkgis.explain import Cause, Change, Part
from parkgis.outputs import charts, compared, difference, pages, workbook
from parkgis.outputs.deck import province
from parkgis.outputs.deck.model import Extras as Shown
from parkgis.outputs.deck.model import Table
from parkgis.outputs.deck.notes import Told as Slides
from parkgis.outputs.letter import annex, say_change
from parkgis.outputs.letter.model import Extras, Grid
from parkgis.outputs.letter.say import Told
from parkgis.units import apart, printed
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.briefing import Briefing
    from parkgis.letterhead import Letterhead
    from parkgis.reporting import Beside

VI = Words("vi")
QV = (190_650.0, 234_349.0)  # m2: 19.07 and 23.43 ha in print
ALL = (1_190_650.0, 1_234_349.0)
NAME = "KCN Quế Võ (I và mở rộng)"


def change(before_m2: float, after_m2: float) -> Change:
    new = Fraction(after_m2 - before_m2) - 3_699
    areas = {Cause.NEW: new, Cause.LATE: Fraction(3_699)}
    return Change(Fraction(before_m2), Fraction(after_m2), tuple(Part(c, areas.get(c, Fraction(0)), ()) for c in Cause))


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> tuple[Letterhead, Briefing, Beside]:
    """A report whose figures print one hundredth closer than they lie."""
    found = busy.workspace(tmp_path_factory.mktemp("busy") / "w")
    briefing, beside = busy.gathered(found)
    then, told = beside.earlier, beside.explanation
    assert then is not None and told is not None

    def counting(one: Any, area_m2: float) -> Any:
        return dataclasses.replace(one, counted=dataclasses.replace(one.counted, area_m2=area_m2, geometry_m2=area_m2))

    lines = tuple(counting(line, QV[1]) if line.id == "QV" else line for line in briefing.projects)
    projects = {**then.projects, "QV": dataclasses.replace(then.projects["QV"], counted_m2=QV[0])}
    earlier = dataclasses.replace(then, total=dataclasses.replace(then.total, counted_m2=ALL[0]), projects=projects)
    explanation = dataclasses.replace(told, total=change(*ALL), projects={**told.projects, "QV": change(*QV)})
    made = dataclasses.replace(beside, earlier=earlier, explanation=explanation)
    return found.config.letterhead, dataclasses.replace(counting(briefing, ALL[1]), projects=lines), made


@pytest.fixture(scope="module")
def book(head: tuple[Letterhead, Briefing, Beside]) -> bytes:
    return workbook.build(head[1], VI, head[2])


def cells(content: bytes, sheet: str, first: str, label: str) -> dict[str, Any]:
    """Return the row of a sheet in which a label stands, by column title."""
    page = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[sheet]
    top = header_row(page, first)
    titles = [str(cell.value) for cell in page[top]]
    row = next(r for r in page.iter_rows(min_row=top + 1, values_only=True) if label in r)
    return dict(zip(titles, row, strict=True))


def test_the_rule() -> None:
    assert [printed(area) for area in (*ALL, ALL[1] - ALL[0])] == [11_907, 12_343, 437]
    assert apart(ALL[1], ALL[0]) == change(*ALL).cents == 436


@pytest.mark.parametrize("label", [NAME, "TỔNG CỘNG"])
def test_the_workbook_writes_the_difference_of_what_it_prints(book: bytes, label: str) -> None:
    since = cells(book, "So với kỳ trước", "Mã dự án", label)
    made = cells(book, "Tiến độ", "TT", label)
    for row, now in ((since, "Được tính, kỳ này (ha)"), (made, "Được tính năm 2026 (ha)")):
        assert row["Trong kỳ (ha)"] == pytest.approx(4.36, abs=1e-9)
        assert round(row[now], 2) - round(row["Được tính, kỳ trước (ha)"] + 1e-9, 2) == pytest.approx(4.36)
    step = cells(book, "Theo bước", "Bước", "Được tính vào nhiệm vụ năm 2026")
    assert step["Trong kỳ (ha)"] == pytest.approx(4.36, abs=1e-9)


def test_the_letter_says_why_the_projects_do_not_add_up(head: tuple[Letterhead, Briefing, Beside]) -> None:
    """The whole rose by 4.37, its one project by 4.36: who adds is told that both are differences of rounded figures."""
    told = head[2].explanation
    assert told is not None
    for whole, said in ((ALL, ""), ((1_190_600.0, 1_234_300.0), "lệch 0,01 ha so với mức chung")):
        odd = dataclasses.replace(told, total=change(*whole), projects={"QV": change(*QV)})
        blocks = say_change.change(Told(head[1], Extras(letterhead=head[0], explanation=odd), VI))
        text = " ".join(getattr(block, "text", "") for block in blocks)
        assert said in text and ("lệch" in text) == bool(said)


def test_the_slide_s_notes_tell_money_and_counts_as_well(head: tuple[Letterhead, Briefing, Beside]) -> None:
    (slide,) = province.change(Slides(head[1], Shown(explanation=head[2].explanation), VI, (100.0, 100.0)))
    (told,) = (note for note in slide.notes if note.startswith("Các số liệu khác thay đổi: "))
    assert "Kinh phí bồi thường đã chi trả (đồng): 2.500.000.000 → 2.900.000.001 (+400.000.001)" in told


def test_libreoffice_comes_to_the_same(book: bytes, tmp_path: Path) -> None:
    again = recalculated(book, tmp_path)
    said, live = openpyxl.load_workbook(io.BytesIO(book), data_only=True), openpyxl.load_workbook(io.BytesIO(book))
    found = [(s, c.coordinate) for s in live for row in s.iter_rows() for c in row if "ROUND(" in str(c.value)]
    assert {"So với kỳ trước", "Tiến độ", "Theo bước", "Kế hoạch"} <= {sheet.title for sheet, _ in found}
    for sheet, place in found:
        theirs, mine = again[sheet.title][place].value, said[sheet.title][place].value
        assert theirs == (mine if isinstance(mine, str) else pytest.approx(mine, abs=1e-6)), (sheet.title, place)


def test_letter_page_slides_chart_and_command_say_the_same(head: tuple[Letterhead, Briefing, Beside]) -> None:
    letterhead, briefing, beside = head
    told = beside.explanation
    assert told is not None
    spoken = Told(briefing, Extras(letterhead=letterhead, explanation=told), VI)
    text = " ".join(getattr(block, "text", "") for block in say_change.change(spoken))
    table = annex.annexes(spoken, "")[0].blocks[0]
    assert isinstance(table, Grid)
    page = Read(pages.build(briefing, VI, beside))
    (slide,) = province.change(Slides(briefing, Shown(explanation=told), VI, (100.0, 100.0)))
    alt = charts.waterfall_alt(charts.waterfall_data(briefing, told), VI)
    assert isinstance(slide.main, Table)
    *parts, total = [row.cells[1] for row in compared.reasons(briefing, VI, beside).rows]
    assert "tăng 4,36 ha" in text and f"{NAME} (+4,36 ha)" in text
    assert [row.cells[-1] for row in table.rows if "4,3" in row.cells[-1]] == ["+4,36"] * 2
    assert page.figures["period"] == "4,36"
    assert "4,36" in slide.lines[0] and slide.main.rows[-1][1] == "+4,36"
    assert "119,07" in alt and "123,43" in alt and re.findall(r"\+\d+,\d+", alt) == ["+4,00", "+0,36"]
    assert (parts, total) == ([4.0, 0.36], 4.36)
    assert "+4,36 ha" in difference.text(told, VI)
    whole = " ".join(str(file) for file in (text, alt, page.figures, slide, difference.text(told, VI)))
    assert "4,37" not in whole
