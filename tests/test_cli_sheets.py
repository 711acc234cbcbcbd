"""Lists at the command line: shown before they are recorded, all or nothing, in the reader's language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest
from commands import parkgis
from files import cadastre, saved
from lists import FIRST, rows_of, written
from make import workspace

from parkgis.intake.add import Options, add_parcels
from parkgis.ledger.gpkg import GpkgStore

if TYPE_CHECKING:
    from pathlib import Path

TOLD = ("--project", "QV", "--stage", "handed_developer", "--day", "30/06/2025")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A workspace whose project QV has parcels 1/1 to 1/4."""
    found = workspace(tmp_path / "w")
    add_parcels(found, "QV", saved(cadastre(), tmp_path / "thua.gpkg"), Options())
    return found.root


def entries(here: Path) -> int:
    return GpkgStore(here / "ledger.gpkg").head().seq


def test_shown_then_recorded_then_recognised(here: Path) -> None:
    written(here / "bb.xlsx", {"Danh sách": rows_of((1, "1+2", "900+900"), (1, 3, 900), total=2700)})
    before = entries(here)
    dry = parkgis("record", "--from", "bb.xlsx", *TOLD, "--dry-run", cwd=here)
    assert (dry.returncode, entries(here)) == (0, before)
    for said in ("Dòng tiêu đề: 5–6", "D “Thửa đất / Tờ bản đồ (số)”", "KHÔNG nạp: B “Họ và tên", "09/BB-BGTĐ ngày 30/06/2025",
                 "“Tổng cộng”: 2.700,0 m² – khớp", "Sẽ ghi 3 mục mới"):  # fmt: skip
        assert said in dry.stdout
    assert "Nguyễn" not in dry.stdout
    done = parkgis("record", "--from", "bb.xlsx", *TOLD, cwd=here)
    assert (done.returncode, entries(here)) == (0, before + 3)
    assert "Dòng tiêu đề: 5–6" in done.stderr and "Đã ghi 3 mục" in done.stdout
    again = parkgis("record", "--from", "bb.xlsx", *TOLD, "--dry-run", cwd=here)
    assert "Sẽ ghi 0 mục mới; 3 mục đã có" in again.stdout


def test_what_is_missing_or_wrong_is_said_in_both_languages(here: Path) -> None:
    written(here / "bb.xlsx", {"Thôn Đông": rows_of((1, 1, 900), (1, 99, "1.805"), total=1500)})
    before = entries(here)
    vi, en = (parkgis("record", "--from", "bb.xlsx", *TOLD, "--lang", lang, cwd=here) for lang in ("vi", "en"))
    assert (vi.returncode, en.returncode, entries(here)) == (44, 44, before)
    assert f"bb.xlsx!Thôn Đông:{FIRST + 1}  Cột F “Diện tích thu hồi (m2)”: “1.805” không phải là số" in vi.stderr
    assert f"bb.xlsx!Thôn Đông:{FIRST + 1}  Column F “Diện tích thu hồi (m2)”: “1.805” is not a number" in en.stderr
    assert "Heading rows: 5–6" in en.stderr and en.stdout == ""
    bare = parkgis("record", "--from", "bb.xlsx", "--dry-run", "--lang", "en", cwd=here)
    assert bare.returncode == 1
    assert all(f"no column for {option}" in bare.stdout for option in ("--project", "--stage", "--day"))


def test_a_round_trip_with_somebody_else_s_edit(here: Path) -> None:
    written(here / "bb.xlsx", {"A": rows_of((1, 1, 900), (1, 2, 900))})
    assert parkgis("record", "--from", "bb.xlsx", *TOLD, cwd=here).returncode == 0
    before = entries(here)
    written(here / "bb.xlsx", {"A": rows_of((1, 1, 900), (1, 2, 950), (1, 3, 900))})
    done = parkgis("record", "--from", "bb.xlsx", *TOLD, cwd=here)
    assert (done.returncode, entries(here)) == (44, before)
    assert f"A:{FIRST + 1}" in done.stderr and "mục 3 của sổ theo dõi ghi “900,00”, dòng này ghi “950,00”" in done.stderr


def test_a_template_is_written_once(here: Path) -> None:
    done = parkgis("record", "--template", "mau.xlsx", "--project", "QV", cwd=here)
    assert (done.returncode, "mau.xlsx" in done.stdout) == (0, True)
    assert openpyxl.load_workbook(here / "mau.xlsx").sheetnames == ["Biên bản", "Hướng dẫn", "Danh mục"]
    assert parkgis("record", "--template", "mau.xlsx", cwd=here).returncode == 61
    empty = parkgis("record", "--from", "mau.xlsx", cwd=here)
    assert (empty.returncode, "không có dòng nào ghi thửa đất" in empty.stderr) == (44, True)


def test_compare_in_every_form(here: Path) -> None:
    written(here / "bb.xlsx", {"A": rows_of((1, 1, 900), (1, 2, 900))})
    assert parkgis("record", "--from", "bb.xlsx", *TOLD, cwd=here).returncode == 0
    (here / "xa.csv").write_text("Tờ bản đồ;Thửa đất;Diện tích\n1;1;900\n1;2;950\n1;3;900\n", encoding="utf-8")
    asked = ("ledger", "compare", "xa.csv", "--project", "QV")
    text, table = (parkgis(*asked, "--format", form, cwd=here) for form in ("text", "csv"))
    assert (text.returncode, table.returncode) == (0, 0)
    assert "Lệch diện tích" in text.stdout and "950,0" in text.stdout
    assert len(table.stdout.splitlines()) == 4
    page = parkgis(*asked, "--page", "doi-chieu.html", "--format", "json", "--lang", "en", cwd=here)
    found = json.loads(page.stdout)["parkgis.compare/v1"]
    assert [g["there"] for g in found["groups"]] == [1, 1, 0, 1, 0] and "doi-chieu.html" in page.stderr
    assert "RECORD OF RECONCILIATION" in (here / "doi-chieu.html").read_text(encoding="utf-8")
    assert parkgis("ledger", "compare", "no.csv", cwd=here).returncode == 11


@pytest.mark.parametrize("command", ["record", "ledger compare"])
def test_help(command: str, tmp_path: Path) -> None:
    done = parkgis(*command.split(), "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"Ví dụ: parkgis {command}" in " ".join(done.stdout.split())
