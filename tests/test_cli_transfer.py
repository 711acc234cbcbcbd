"""`parkgis ledger init, dump, load, copy` as a user runs them; a workspace whose ledger is in a database."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import make
import pytest
from commands import parkgis
from postgres import dsn

from parkgis.workspace import Workspace, new

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ["ledger init", "ledger dump", "ledger load", "ledger copy"]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A workspace with three entries in ledger.gpkg."""
    made = new(tmp_path / "w")
    made.store.append([make.reached(f"09/1/{n}", project="QV", note="Đợt 1") for n in (1, 2, 3)])
    return made.root


def with_store(root: Path, place: str) -> None:
    mark = root / "parkgis.toml"
    mark.write_text(re.sub(r'store = "[^"]*"', f'store = "{place}"', mark.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, tmp_path: Path) -> None:
    done = parkgis(*command.split(), "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Ví dụ: parkgis " + command in re.sub(r"\s+", " ", done.stdout)
    assert "--lang" in done.stdout


def test_a_ledger_goes_by_mail(here: Path, tmp_path: Path) -> None:
    done = parkgis("ledger", "dump", "so.jsonl", cwd=here)
    assert (done.returncode, done.stdout) == (0, "Đã ghi so.jsonl: 3 mục.\n")
    assert [p.name for p in here.glob("so.jsonl*")] == ["so.jsonl"]
    printed = subprocess.run(
        [sys.executable, "-m", "parkgis.cli.main", "ledger", "dump"], cwd=here, capture_output=True, check=True
    )
    assert printed.stdout == (here / "so.jsonl").read_bytes(), "byte for byte"
    other = new(tmp_path / "other").root
    first, again = (parkgis("ledger", "load", str(here / "so.jsonl"), "--lang", "en", cwd=other) for _ in range(2))
    assert first.stdout == "Restored 3 entries as they were, recorded 0 as newly learned; 0 were there already.\n"
    assert again.stdout == "Restored 0 entries as they were, recorded 0 as newly learned; 3 were there already.\n"
    assert Workspace(other).store.head() == Workspace(here).store.head()


def test_a_changed_line_is_refused(here: Path, tmp_path: Path) -> None:
    parkgis("ledger", "dump", "so.jsonl", cwd=here)
    path = here / "so.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("09/1/2", "09/1/9"), encoding="utf-8")
    other = new(tmp_path / "other").root
    done = parkgis("ledger", "load", str(path), cwd=other)
    assert (done.returncode, done.stdout) == (10, "")
    assert "dòng 3: mục 2 không còn như lúc được ghi" in done.stderr
    assert Workspace(other).store.head().seq == 0


def test_a_dump_that_cannot_be_written_leaves_the_old_one(here: Path) -> None:
    done = parkgis("ledger", "dump", "gone/so.jsonl", cwd=here)
    assert done.returncode == 61 and "Traceback" not in done.stderr


def test_from_a_file_into_a_database_and_on_with_it(here: Path, database: str) -> None:
    """Init, copy, point `store` at it, record and ask: the same numbers, the same digests."""
    before = Workspace(here).store.head()
    made = parkgis("ledger", "init", database, cwd=here)
    assert (made.returncode, made.stderr) == (0, "")
    password = database.split(":")[2].partition("@")[0]
    copied = parkgis("ledger", "copy", database, "--lang", "en", cwd=here)
    assert copied.stdout.startswith("Copied 3 entries to postgresql://postgres@127.0.0.1:")
    assert password not in made.stdout + copied.stdout + copied.stderr
    with_store(here, database)
    assert Workspace(here).store.head() == before
    assert parkgis("status", cwd=here).returncode == 0
    back = parkgis("ledger", "copy", "sao.gpkg", cwd=here)
    assert back.returncode == 0
    with_store(here, "sao.gpkg")
    assert Workspace(here).store.head() == before


def test_a_copy_into_another_ledger_is_refused(here: Path, database: str, tmp_path: Path) -> None:
    other = new(tmp_path / "other")
    other.store.append([make.reached("09/9/9", project="QV")])
    assert parkgis("ledger", "copy", database, cwd=other.root).returncode == 0
    done = parkgis("ledger", "copy", database, cwd=here)
    assert done.returncode == 30 and "sổ theo dõi khác" in done.stderr


def test_a_server_that_does_not_answer_is_one_sentence_without_the_password(here: Path, database: str) -> None:
    with_store(here, "postgresql://an:geheim@127.0.0.1:1/gpmb")
    done = parkgis("status", cwd=here)
    assert done.returncode == 30 and "không kết nối được máy chủ" in done.stderr
    with_store(here, dsn(database, database.rpartition("/")[2], password="geheim"))
    wrong = parkgis("status", "--lang", "en", cwd=here)
    assert wrong.returncode == 30 and "did not let this user in" in wrong.stderr
    assert "geheim" not in done.stderr + wrong.stderr and "Traceback" not in done.stderr + wrong.stderr


def test_init_of_a_file_and_the_script(here: Path) -> None:
    assert "ledger.gpkg" in parkgis("ledger", "init", cwd=here).stdout
    script = parkgis("ledger", "init", "--script", cwd=here).stdout
    assert script.startswith("BEGIN;") and script.rstrip().endswith("COMMIT;")
    assert "parkgis_approver" in script


def test_without_psycopg_a_database_says_what_to_install(here: Path, tmp_path: Path) -> None:
    (tmp_path / "hide").mkdir()
    (tmp_path / "hide" / "psycopg.py").write_text("raise ModuleNotFoundError(name='psycopg')\n", encoding="utf-8")
    with_store(here, "postgresql://an@127.0.0.1/gpmb")
    done = parkgis("status", "--lang", "en", cwd=here, env={"PYTHONPATH": str(tmp_path / "hide")})
    assert done.returncode == 62 and "parkgis[postgis]" in done.stderr
