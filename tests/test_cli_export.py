"""``parkgis export`` and the private roles of ``parkgis add``, as real processes."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from commands import parkgis
from files import cadastre, saved

NAMES = ["Nguyễn Thị Ất", "Đặng Văn Bính", "Lý Dần", "Trần Văn Cả"]
NUMBERS = ["012345678901", "109876543210", "", "023456789"]
ROLES = ["--field", "holder=TENCHU", "--field", "id_number=CCCD"]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A workspace with four people on file, and all that `add` said."""
    folder = tmp_path_factory.mktemp("named")
    parkgis("new", "w", cwd=folder)
    path = saved(cadastre(TENCHU=NAMES, CCCD=NUMBERS, KHLOAIDAT=["LUC", "LUC", "LUC", "LUC"]), folder / "thua.gpkg")
    done = parkgis("add", str(path), "--as", "parcels", "--project", "QV", *ROLES, cwd=folder / "w")
    assert done.returncode == 0, done.stderr
    return folder / "w", done.stdout + done.stderr


def test_help_has_an_example(tmp_path: Path) -> None:
    done = parkgis("export", "--help", cwd=tmp_path)
    assert (done.returncode, "Ví dụ: parkgis export --public" in re.sub(r"\s+", " ", done.stdout)) == (0, True)
    assert "--lang" in done.stdout


def test_add_says_where_the_names_are_and_no_name(named: tuple[Path, str]) -> None:
    folder, said = named
    assert "private/holders.sqlite" in said and "holder=TENCHU" in said
    assert [name for name in NAMES if name in said] == []
    assert (folder / "private" / "holders.sqlite").is_file()


def test_public_prints_its_proof(named: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "công khai.gpkg"
    done = parkgis("export", "--public", str(path), "--on", "2026-06-30", cwd=named[0])
    assert done.returncode == 0, done.stderr
    assert "đã tìm 7 họ tên và số giấy tờ của 4 người" in done.stdout
    assert ": 0 xuất hiện" in done.stdout
    assert hashlib.sha256(path.read_bytes()).hexdigest() in done.stdout


def test_without_public_it_says_so(named: tuple[Path, str], tmp_path: Path) -> None:
    done = parkgis("export", str(tmp_path / "o.txt"), "--format", "csv", "--lang", "en", cwd=named[0])
    assert done.returncode == 0
    assert "not a public edition" in done.stdout
    text = (tmp_path / "o.txt").read_text(encoding="utf-8-sig")
    assert text.startswith("layer,park,project") and re.search(r"H\d{6}", text)


def test_a_name_found_is_exit_80_and_no_file(named: tuple[Path, str], tmp_path: Path) -> None:
    path = saved(cadastre(KHLOAIDAT=["LUC", "LUC", f"của {NAMES[2]}", "LUC"]), tmp_path / "b.gpkg")
    parkgis("new", "v", cwd=tmp_path)
    folder = tmp_path / "v"
    parkgis("add", str(path), "--as", "parcels", "--project", "TS", cwd=folder)
    (folder / "private").mkdir()
    (folder / "private" / "holders.sqlite").write_bytes((named[0] / "private" / "holders.sqlite").read_bytes())
    done = parkgis("export", "--public", "o.geojson", cwd=folder)
    assert done.returncode == 80
    assert done.stderr.startswith("Lỗi: ") and "H" in done.stderr
    assert NAMES[2] not in done.stderr + done.stdout
    assert not (folder / "o.geojson").exists()


@pytest.mark.parametrize(("words", "code"), [(["o.shp"], 2), (["o.gpkg", "--format", "dwg"], 2)])
def test_wrong_usage(named: tuple[Path, str], words: list[str], code: int) -> None:
    done = parkgis("export", *words, cwd=named[0])
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (code, "", False)


def test_a_name_column_in_another_role_is_refused(named: tuple[Path, str]) -> None:
    done = parkgis("check", "../thua.gpkg", "--project", "QV", "--field", "land=TENCHU", cwd=named[0])
    assert done.returncode == 1
    assert "personal_column" in done.stdout
    assert [name for name in NAMES if name in done.stdout + done.stderr] == []
