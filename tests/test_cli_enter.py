"""`parkgis enter ...` and `parkgis status --overdue` as real processes."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from commands import parkgis
from files import cadastre, saved

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ["split", "merge", "obstacle", "lifted", "payment", "approval", "count", "attested", "planned", "definition", "confirm"]
BOXES = [(0, 0, 30, 30), (30, 0, 60, 30), (0, 0, 15, 30), (15, 0, 30, 30)]
PAPER = ["--document", "12/BC", "--document-date", "05/03/2026", "--by", "An"]
DATED = [*PAPER, "--day", "05/03/2026"]
QV = ["--project", "QV", *DATED]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """QV: two fields of 900 m2, and the halves of the first."""
    folder = tmp_path_factory.mktemp("enter")
    assert parkgis("new", "w", cwd=folder).returncode == 0
    path = saved(cadastre(BOXES), folder / "thua.gpkg")
    done = parkgis("add", str(path), "--as", "parcels", "--project", "QV", cwd=folder / "w")
    assert done.returncode == 0, done.stderr
    return folder / "w"


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared, tmp_path / "w")
    return tmp_path / "w"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_help_with_an_example(kind: str, tmp_path: Path) -> None:
    done = parkgis("enter", kind, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"Ví dụ: parkgis enter {kind}" in re.sub(r"\s+", " ", done.stdout)
    assert "--lang" in done.stdout


def test_every_kind_comes_in_and_stands_in_the_log(here: Path) -> None:
    for words in (
        ["split", "1/1", "--into", "1/3", "--into", "1/4", *QV],
        ["merge", "1/3", "1/4", "--into", "1/1", *QV],  # refused below: 1/1 was split
        ["obstacle", "1/2", "--code", "graves", "--due", "30/04/2026", *QV],
        ["obstacle", "--code", "funds_late", *QV],
        ["lifted", "4", *DATED],
        ["payment", "--amount-vnd", "268340000000", "--households", "312", *QV],
        ["approval", "--amount-vnd", "400000000000", "--households", "520", "--area-m2", "929000", *QV],
        ["count", "graves_total=219", "graves_moved=184", *QV],
        ["attested", "--stage", "handed_developer", "--area-m2", "0", "--body", "UBND phường", *QV],
        ["planned", "2026-02=12.5", "2026-05=1", *QV],
        ["definition", *PAPER],
    ):
        done = parkgis("enter", *words, cwd=here)
        assert done.returncode == (44 if words[0] == "merge" else 0), (words, done.stderr)
    assert parkgis("enter", "confirm", "2", "--by", "Bình", cwd=here).returncode == 0
    vi, en = (parkgis("ledger", "log", "--lang", lang, cwd=here).stdout.splitlines() for lang in ("vi", "en"))
    for line, said in zip(
        vi[1:],
        ["tách thửa /1/1 thành /1/3, /1/4", "vướng mắc: Mồ mả chưa di chuyển (/1/2)", "vướng mắc: Chủ đầu tư chậm", "ở mục 4",
         "chi trả 268.340.000.000 đồng cho 312 hộ (cả dự án)",
         "phê duyệt phương án 400.000.000.000 đồng, 520 hộ", "Số mộ phải di chuyển: 219", "Số mộ đã di chuyển: 184",
         "UBND phường xác nhận", "kế hoạch tháng 02/2026",
         "kế hoạch tháng 05/2026", "quy ước diện tích được tính, phiên bản 1", "xác nhận 1 mục"],
        strict=True,
    ):  # fmt: skip
        assert said in line
    assert "paid 268,340,000,000 VND to 312 households (whole project)" in en[5]
    assert parkgis("ledger", "verify", cwd=here).returncode == 0
    text = parkgis("status", "--lang", "en", "--on", "2026-06-01", cwd=here).stdout
    assert "Open obstacles: 1, of them 1 past their day" in text
    assert "268.34 billion VND; households on its lists, each list by itself: 312" in text
    assert "plans approved: 1, with 400.00 billion VND; households of the plans, each plan by itself: 520; paid 67.1%" in text
    assert "Graves moved: 184 (as of 05/03/2026; projects that report: 1)" in text
    assert "Households paid: 312; remaining: unknown" in text
    assert "Planned by the end of the last full month: 13.50 ha; counted: 0.00 ha" in text
    assert "Definition: What counts: land that reached" in text
    found = json.loads(parkgis("status", "--format", "json", "--on", "2026-06-01", cwd=here).stdout)["parkgis.status/v1"]
    assert [o["code"] for o in found["obstacles"]] == ["graves"]
    assert (found["payments"]["households"], found["plan"]["planned_to_date_ha"], found["definition"]["version"]) == (312, 13.5, 1)
    assert found["target"]["proposed_ha"] == 0.0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["payment", "--amount-vnd", "5", "--project", "QV"], 2, "--day, --document, --document-date"),
        (["payment", "--amount-vnd", "1.500.000", *QV], 2, "1.500.000"),
        (["approval", "--amount-vnd", "5", *QV], 2, "--households"),
        (["count", "graves_total", *QV], 2, "graves_total=219"),
        (["count", "trees=5", *QV], 40, "resettle_lots_ready"),
        (["payment", "1/77", "--amount-vnd", "5", *QV], 44, "1/77"),
        (["obstacle", "--code", "ghosts", *QV], 40, "resettlement_not_ready"),
        (["obstacle", "--code", "graves", "--project", "QV", *PAPER, "--day", "05/03/2099"], 2, "2099"),
        (["split", "1/1", "--into", "1/3", "--into", "1/2", *QV], 44, "450"),
        (["planned", "2026-05", *QV], 2, "2026-05=12.5"),
        (["planned", "May=3", *QV], 40, "2026-05=12.5"),
        (["lifted", "1", *DATED], 40, "1"),
        (["attested", "--stage", "cleared", "--area-m2", "1", "--body", "X", *QV], 42, "cleared"),
        (["confirm"], 2, "17-25"),
        (["confirm", "1", "--document", "9"], 2, "17-25"),
        (["confirm", "9"], 43, "9"),
    ],
)  # fmt: skip
def test_refusals_are_clear_and_write_nothing(prepared: Path, words: list[str], code: int, says: str) -> None:
    before = (prepared / "ledger.gpkg").read_bytes()
    done = parkgis("enter", *words, "--lang", "vi" if len(words) % 2 else "en", cwd=prepared)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert (prepared / "ledger.gpkg").read_bytes() == before


def test_overdue_as_text_json_and_csv(here: Path) -> None:
    path = here / "parkgis.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('recovery = ""', 'recovery = "UBND tỉnh"'), encoding="utf-8")
    approved = ["--project", "QV", "--stage", "plan_approved", "--day", "02/03/2026", *PAPER]
    assert parkgis("record", "1/1", "1/2", *approved, cwd=here).returncode == 0
    asked = ["status", "--overdue", "--within", "5", "--on", "2026-04-10"]
    vi, en = (parkgis(*asked, "--lang", lang, cwd=here).stdout for lang in ("vi", "en"))
    assert "Đã quá hạn" in vi and "khoản 3, khoản 4 Điều 94 Luật Đất đai 2024" in vi and "UBND tỉnh" in vi
    assert "Past the limit" in en and "only where nobody is resettled" in en
    (late, payment) = json.loads(parkgis(*asked, "--format", "json", cwd=here).stdout)["parkgis.overdue/v1"]["deadlines"]
    assert (late["limit"], late["due"], late["days"], late["actor"]) == ("recovery_decision", "2026-03-12", 29, "UBND tỉnh")
    assert (payment["limit"], payment["due"], payment["parcels"]) == ("payment", "2026-04-01", ["/1/1", "/1/2"])
    rows = list(csv.DictReader(io.StringIO(parkgis(*asked, "--format", "csv", cwd=here).stdout)))
    assert [(r["parcel"], r["limit"]) for r in rows] == [
        ("/1/1", "recovery_decision"), ("/1/2", "recovery_decision"), ("/1/1", "payment"), ("/1/2", "payment")
    ]  # fmt: skip
    assert "Không có thời hạn nào" in parkgis("status", "--overdue", "--on", "2026-03-01", "--lang", "vi", cwd=here).stdout
