"""What travels inside the wheel: the shipped workspace file by file, and never anybody's data."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_holds_the_shipped_layers_and_nothing_else_of_the_checkout() -> None:
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    shipped = {p.relative_to(ROOT).as_posix() for p in (ROOT / "layers").iterdir() if p.is_file()} | {"parkgis.toml"}
    shipped |= {p.relative_to(ROOT).as_posix() for p in (ROOT / "maps").glob("*.toml")}
    assert set(included) == shipped
    assert all(target == f"parkgis/shipped/{source}" for source, target in included.items())


def test_every_extra_the_code_names_exists() -> None:
    source = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "parkgis").rglob("*.py"))
    extras = PROJECT["project"]["optional-dependencies"]
    assert {"office", "postgis", "planning", "test", "all"} <= set(extras)
    assert all(name in extras for name in ("office", "postgis") if f'extra="{name}"' in source)


def test_constraints_pin_every_base_dependency() -> None:
    pinned = {
        line.split("==")[0].lower() for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line
    }
    needed = {
        d.split(";")[0].split("[")[0].split(">")[0].split("=")[0].split("<")[0].lower() for d in PROJECT["project"]["dependencies"]
    }
    assert needed - {"tzdata"} <= pinned
