"""The page's JavaScript is code too: its types are checked, its tests run, its modules fit together as one script."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from parkgis.outputs.webmap.page import MODULES, our_script

WEB = Path(__file__).parent / "web"
MODULE_FOLDER = Path(__file__).parents[1] / "parkgis" / "outputs" / "webmap"
INSTALL = "npm --prefix tests/web install --no-package-lock --no-audit --no-fund"
LINES_OF_AN_EVENING = 4500


def node() -> str:
    found = shutil.which("node")
    if found is None:
        _without("node is not on the PATH: apt-get install nodejs")
    return str(found)


def _without(why: str) -> None:
    tell = pytest.fail if os.environ.get("CI") else pytest.skip
    tell(why)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=WEB, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_types_of_the_comments_hold() -> None:
    compiler = WEB / "node_modules" / "typescript" / "bin" / "tsc"
    if not compiler.exists():
        _without(f"TypeScript is not installed: {INSTALL}")
    found = run(node(), str(compiler), "--project", ".")
    assert found.returncode == 0, found.stdout


def test_unit_tests_of_the_modules_pass() -> None:
    files = sorted(str(path) for path in WEB.glob("*.test.js"))
    found = run(node(), "--test", *files)
    assert files and found.returncode == 0, found.stdout[-4000:]


def test_modules_become_one_script_without_a_name_twice(tmp_path: Path) -> None:
    whole = tmp_path / "whole.mjs"
    whole.write_text(our_script(), encoding="utf-8")
    found = run(node(), "--check", str(whole))
    assert found.returncode == 0, found.stderr


def test_every_module_is_in_the_page_and_all_can_be_read_in_an_evening() -> None:
    modules = {path.name: path.read_text(encoding="utf-8").splitlines() for path in MODULE_FOLDER.glob("*.js")}
    assert set(modules) == set(MODULES)
    assert max(map(len, modules.values())) <= 400
    assert sum(map(len, modules.values())) <= LINES_OF_AN_EVENING
