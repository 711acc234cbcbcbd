"""The floors in the package's docstring hold, no module imports in a circle, heavy libraries have one owner."""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
from pathlib import Path

import pytest

import parkgis

ROOT = Path(parkgis.__file__).parent
HEAVY = {
    "folium": "outputs.webmap",
    "branca": "outputs.webmap",
    "xlsxwriter": "outputs.workbook",
    "openpyxl": "ledger.sheets",
    "psycopg": "ledger.postgis",
}
TRADE = {"rasterio", "exactextract", "matplotlib", "pptx", "docx", "dask", "dask_geopandas", "lifelines", "scipy", "typer", "rich"}


@dataclasses.dataclass(frozen=True)
class Import:
    """What a module imports: at run time or for types only, at its top or inside a function."""

    target: str
    line: int
    typing: bool
    nested: bool


def floors() -> dict[str, int]:
    """Read ``{unit: floor}`` from the docstring."""
    rows = re.findall(r"^ {4}(\d)  (.+)$", parkgis.__doc__ or "", re.MULTILINE)
    return {unit: int(floor) for floor, units in rows for unit in units.split()}


def modules() -> dict[str, Path]:
    """Return every module below the package by its dotted name without ``parkgis.``; the package itself is ""."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@functools.cache
def imports(path: Path) -> list[Import]:
    found: list[Import] = []

    def walk(node: ast.AST, *, typing: bool, nested: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                found.extend(Import(name, child.lineno, typing, nested) for name in targets(child))
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                for statement in child.body:
                    walk(ast.Module([statement], []), typing=True, nested=nested)
                for statement in child.orelse:
                    walk(ast.Module([statement], []), typing=typing, nested=nested)
            else:
                walk(child, typing=typing, nested=nested or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    walk(ast.parse(path.read_text(encoding="utf-8")), typing=False, nested=False)
    return found


def targets(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    assert node.level == 0, f"line {node.lineno}: relative imports hide the floor"
    return [f"{node.module}.{alias.name}" for alias in node.names]


def module_of(target: str) -> str | None:
    """Return the module of ours that a dotted target means; None for somebody else's."""
    package, _, rest = target.partition(".")
    if package != "parkgis":
        return None
    parts = rest.split(".") if rest else []
    while parts and ".".join(parts) not in MODULES:
        parts.pop()
    return ".".join(parts)


GRAPH = {
    name: [(i, module) for i in imports(path) if (module := module_of(i.target)) is not None] for name, path in MODULES.items()
}


def unit(module: str) -> str:
    return module.partition(".")[0]


def test_every_module_stands_on_a_floor() -> None:
    assert {unit(module) for module in MODULES if module} <= set(floors())


def test_a_module_imports_only_from_its_floor_or_below() -> None:
    floor = floors()
    upward = [
        f"{name}:{found.line} imports {module}"
        for name, all_found in GRAPH.items()
        for found, module in all_found
        if name and module and not found.typing and floor.get(unit(module), 0) > floor.get(unit(name), 99)
    ]
    assert upward == []


def test_no_module_imports_itself_through_others() -> None:
    graph = {
        name: {module for found, module in all_found if not found.typing and module != name} for name, all_found in GRAPH.items()
    }
    while leaves := [name for name, needed in graph.items() if not needed & set(graph)]:
        for name in leaves:
            del graph[name]
    assert graph == {}, "what is left imports in a circle"


def test_imports_stand_at_the_top_except_in_the_cli() -> None:
    hidden = [
        f"{name}:{found.line} {found.target}"
        for name, path in MODULES.items()
        if unit(name) != "cli"
        for found in imports(path)
        if found.nested
    ]
    assert hidden == []


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_library_has_one_owner(library: str) -> None:
    owner = HEAVY[library]
    users = {name for name, path in MODULES.items() for i in imports(path) if i.target.split(".")[0] == library}
    assert {name for name in users if name != owner and not name.startswith(f"{owner}.")} == set()


def test_the_ground_knows_nothing_of_the_roof() -> None:
    """No command-line library and no plotting below the outputs; the ledger folds without geopandas."""
    for name, path in MODULES.items():
        used = {i.target.split(".")[0] for i in imports(path) if not i.typing}
        if unit(name) not in ("cli", "outputs", "planning"):
            assert used & TRADE == set(), name
        if unit(name) in ("ledger", "status", "workspace"):
            assert "geopandas" not in used and "pandas" not in used, f"{name}: start-up time"


def test_the_walk_finds_something() -> None:
    """A broken walk would pass everything."""
    assert len(MODULES) > 25
    assert any(module == "errors" for _, module in GRAPH["model"]) or any(module == "units" for _, module in GRAPH["model"])
    assert floors()["errors"] == 1 and floors()["cli"] == 9
