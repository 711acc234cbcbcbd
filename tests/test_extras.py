"""A part that is not installed is asked for by name, in the reader's language; nobody sees a traceback."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from parkgis import workspace

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT = """
import sys
library = sys.argv.pop(1)
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Without())
from parkgis.cli.main import main
main()
"""


@pytest.mark.parametrize(
    ("library", "command", "extra"),
    [
        ("scipy", "forecast", "planning"),
        ("scipy", "blocks", "planning"),
        ("scipy", "blockers", "planning"),
        ("scipy", "map usable", "planning"),
        ("xlsxwriter", "report --format xlsx", "office"),
        ("docx", "report --format docx", "office"),
        ("typst", "report --format pdf", "office"),
        ("pptx", "brief --formats pptx --no-forecast", "office"),
        ("matplotlib", "figure", "office"),
        ("openpyxl", "record --from minutes.xlsx", "office"),
    ],
)
def test_a_missing_part_is_named_with_the_command_that_installs_it(library: str, command: str, extra: str, tmp_path: Path) -> None:
    workspace.new(tmp_path / "w")
    (tmp_path / "w" / "minutes.xlsx").write_bytes(b"PK\x03\x04")
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, library, *command.split()],
        cwd=tmp_path / "w",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 62, ran.stderr
    assert f'cần một phần chưa cài. Cài bằng: pip install "parkgis[{extra}]"' in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_scipy_every_other_map_is_drawn_and_the_rest_named(tmp_path: Path) -> None:
    workspace.new(tmp_path / "w")
    words = ["map", "--all", "--on", "2026-06-30", "--format", "json", "--lang", "en"]
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, "scipy", *words], cwd=tmp_path / "w", capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "Left out the maps blockers, usable: Blocks of land needs a part" in ran.stderr and "parkgis[planning]" in ran.stderr
    assert len(list((tmp_path / "w" / "maps").glob("*.html"))) == 4
