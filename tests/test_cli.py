"""The command line as a user and a script see it: real processes, exit codes, streams."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import parkgis
from files import cadastre, saved

from parkgis.errors import tree

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ["new", "demo", "add", "check", "record", "status", "map", "report", "ledger log", "ledger verify"]
HEADER = "kind,project,sheet,parcel,stage,day,document,document_date,area_m2,by,note\n"
HANDED = "reached,QV,1,{n},handed_developer,2026-03-02,09/BB,2026-03-02,900,An,\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A new workspace, empty."""
    assert parkgis("new", str(tmp_path / "w"), cwd=tmp_path).returncode == 0
    return tmp_path / "w"


@pytest.fixture
def with_parcels(here: Path, tmp_path: Path) -> Path:
    path = saved(cadastre(), tmp_path / "thua.gpkg")
    done = parkgis("add", str(path), "--as", "parcels", "--project", "QV", cwd=here)
    assert done.returncode == 0, done.stderr
    return here


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = parkgis(*command.split(), "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Ví dụ: parkgis " + command in re.sub(r"\s+", " ", done.stdout)
    assert "--lang" in done.stdout


def test_the_shipped_workspace_answers_truthfully(here: Path) -> None:
    done = parkgis("status", "--format", "json", "--on", "2026-11-20", cwd=here)
    found = json.loads(done.stdout)["parkgis.status/v1"]
    assert (found["target"]["area_ha"], found["target"]["counted_ha"], found["demo"]) == (300.0, 0.0, False)
    groups = {g["code"]: (g["parks"], g["projects"], g["planned_ha"], g["official_ha"]) for g in found["groups"]}
    assert groups["planned16"] == (16, 24, 6240.81, 6397.68)
    assert groups["new5"] == (5, 5, 1805.0, None)
    assert done.stderr == ""


def test_status_for_people_says_why_the_figure_is_zero(here: Path) -> None:
    vi, en = parkgis("status", cwd=here).stdout, parkgis("status", "--lang", "en", cwd=here).stdout
    assert "Chưa có văn bản bàn giao nào" in vi
    assert "300,00 ha" in vi
    assert "6.240,81" in vi
    assert "6.397,68" in vi
    assert "No hand-over document is recorded" in en
    assert "6,240.81" in en
    assert "more than 236 ha" in en


def test_the_workspace_is_found_upward(here: Path) -> None:
    assert parkgis("status", cwd=here / "layers").returncode == 0
    assert parkgis("status", "-C", str(here), cwd=here.parent).returncode == 0
    done = parkgis("status", cwd=here.parent)
    assert done.returncode == 51
    assert "parkgis new" in done.stderr


def test_minutes_from_a_table_count_once(with_parcels: Path) -> None:
    table = with_parcels / "bb.csv"
    table.write_text(HEADER + HANDED.format(n=1) + HANDED.format(n=2), encoding="utf-8")
    first, again = (parkgis("record", "--from", "bb.csv", cwd=with_parcels) for _ in range(2))
    assert (first.returncode, again.returncode) == (0, 0)
    assert "Đã ghi 2 mục" in first.stdout
    assert "Đã ghi 0 mục; 2 mục đã có" in again.stdout
    found = json.loads(parkgis("status", "--format", "json", cwd=with_parcels).stdout)["parkgis.status/v1"]["target"]
    assert (found["counted_ha"], found["documents_ha"]) == (0.18, 0.18)


def test_a_bad_row_is_named_and_nothing_is_recorded(with_parcels: Path) -> None:
    (with_parcels / "bb.csv").write_text(HEADER + HANDED.format(n=1) + HANDED.format(n=77), encoding="utf-8")
    before = (with_parcels / "ledger.gpkg").read_bytes()
    done = parkgis("record", "--from", "bb.csv", cwd=with_parcels)
    assert done.returncode == 44
    assert "bb.csv:3" in done.stderr
    assert "1/77" in done.stderr
    assert "Đã ghi" not in done.stdout
    assert (with_parcels / "ledger.gpkg").read_bytes() == before


def test_by_hand_by_tranche_and_void(with_parcels: Path, tmp_path: Path) -> None:
    paper = ["--document", "09/BB", "--document-date", "2026-03-02"]
    land = ["--project", "QV", "--stage", "handed_developer", "--day", "02/03/2026", *paper]
    assert parkgis("record", "1/1", *land, cwd=with_parcels).returncode == 0
    polygon = saved(cadastre([(15, 0, 45, 30)]), tmp_path / "dot.gpkg")
    assert parkgis("record", "--tranche", str(polygon), *land, cwd=with_parcels).returncode == 0
    status = json.loads(parkgis("status", "--format", "json", cwd=with_parcels).stdout)["parkgis.status/v1"]
    assert status["target"]["counted_ha"] == 0.135  # 900 m2 and the half of the polygon beyond it
    assert parkgis("record", "--void", "2", "--reason", "nhầm", *paper, cwd=with_parcels).returncode == 0
    status = json.loads(parkgis("status", "--format", "json", cwd=with_parcels).stdout)["parkgis.status/v1"]
    assert status["target"]["counted_ha"] == 0.09
    log = parkgis("ledger", "log", cwd=with_parcels).stdout.splitlines()
    assert len(log) == 4
    assert "hủy mục 2: nhầm" in log[3]


def test_verify_finds_a_changed_byte(with_parcels: Path) -> None:
    assert parkgis("ledger", "verify", cwd=with_parcels).returncode == 0
    path = with_parcels / "ledger.gpkg"
    path.write_bytes(path.read_bytes().replace(b"thua.gpkg", b"thuA.gpkg", 1))
    done = parkgis("ledger", "verify", "--lang", "en", cwd=with_parcels)
    assert done.returncode == 31
    assert "entry 1" in done.stdout.lower()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["status", "--on", "30-06-2026"], 2),
        (["status", "--known", "hôm qua"], 2),
        (["status", "--format", "xml"], 2),
        (["add", "không có.shp", "--as", "parcels", "--project", "QV"], 11),
        (["record", "1/1"], 2),
        (
            [
                "record",
                "1/1",
                "--project",
                "QW",
                "--stage",
                "paid",
                "--day",
                "1/1/2026",
                "--document",
                "1",
                "--document-date",
                "1/1/2026",
            ],
            41,
        ),
        (
            [
                "record",
                "1/1",
                "--project",
                "QV",
                "--stage",
                "sạch",
                "--day",
                "1/1/2026",
                "--document",
                "1",
                "--document-date",
                "1/1/2026",
            ],
            42,
        ),
        (
            [
                "record",
                "1/1",
                "--project",
                "QV",
                "--stage",
                "paid",
                "--day",
                "1/1/2099",
                "--document",
                "1",
                "--document-date",
                "1/1/2026",
            ],
            2,
        ),
        (["record", "--void", "7", "--reason", "x", "--document", "1", "--document-date", "1/1/2026"], 43),
        (["record", "--from", "không có.csv"], 11),
        (["new", "."], 53),
    ],
)
def test_refusals_are_one_sentence_with_their_code(here: Path, words: list[str], code: int) -> None:
    done = parkgis(*words, cwd=here)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert code == 2 or done.stderr.startswith("Lỗi: ")


def test_check_fails_on_what_it_is_told_to(with_parcels: Path) -> None:
    assert parkgis("check", cwd=with_parcels).returncode == 0
    assert parkgis("check", "--fail-on", "warning", cwd=with_parcels).returncode == 1  # contradictions between statements
    assert parkgis("check", "--fail-on", "never", cwd=with_parcels).returncode == 0


def test_map_and_report_say_what_they_wrote(with_parcels: Path) -> None:
    drawn = parkgis("map", "--on", "2026-06-30", "--format", "json", cwd=with_parcels)
    (path,) = json.loads(drawn.stdout)["parkgis.written/v1"]
    assert Path(path).name == "overview-2026-06-30-vi.html"
    reported = parkgis("report", "--on", "2026-06-30", "--lang", "en", cwd=with_parcels)
    assert [p.suffix for p in sorted((with_parcels / "reports").iterdir())] == [".html", ".xlsx"]
    assert "reports" in reported.stdout


def test_output_is_utf8_whatever_the_console_says(here: Path) -> None:
    done = parkgis("status", cwd=here, env={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "LC_ALL": "C"})
    assert "Chỉ tiêu" in done.stdout


def test_the_demo_runs_the_main_job_and_says_so(tmp_path: Path) -> None:
    done = parkgis("demo", "d", "--parcels", "400", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "DEMO" in done.stdout.splitlines()[1]
    written = sorted(p.name for folder in ("maps", "reports") for p in (tmp_path / "d" / folder).iterdir() if p.suffix != ".toml")
    assert len(written) == 3
    assert all(name.startswith("DEMO-") for name in written)


def test_officers_who_record_at_the_same_moment_are_recorded_whole_or_told(with_parcels: Path) -> None:
    for n in range(1, 5):
        (with_parcels / f"{n}.csv").write_text(HEADER + HANDED.format(n=n), encoding="utf-8")
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "parkgis.cli.main", "record", "--from", f"{n}.csv"], cwd=with_parcels, stdout=subprocess.PIPE
        )
        for n in range(1, 5)
    ]
    told = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4, told
    status = json.loads(parkgis("status", "--format", "json", cwd=with_parcels).stdout)["parkgis.status/v1"]
    assert (status["target"]["counted_ha"], status["ledger"]["entries"]) == (0.36, 5)
    assert parkgis("ledger", "verify", cwd=with_parcels).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent to a process another way there")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "parkgis.cli.main", "demo", "d", "--parcels", "60000", "--lang", "en"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, encoding="utf-8")
    while not (tmp_path / "d").exists():
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert (running.returncode, "Stopped as asked" in said, "Traceback" in said) == (130, True, False)
    assert not (tmp_path / "d").exists()


def test_exit_codes_are_a_table() -> None:
    codes = [error.exit_code for error in tree()]
    assert len(codes) == len(set(codes))
