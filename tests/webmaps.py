"""Web maps to look at: of a small demo workspace and of the shipped one, and what looks at them."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import make
import pytest

from parkgis import demo
from parkgis.blockmap import block_map
from parkgis.briefing import Briefing, brief
from parkgis.model import Cut
from parkgis.outputs import webmap
from parkgis.outputs.map_definition import MapDefinition, find, read
from parkgis.shapes import Shapes, shapes
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace, shipped

if TYPE_CHECKING:
    import datetime as dt

    from playwright.sync_api import Frame, Page

AXE = Path(__file__).parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@dataclasses.dataclass(frozen=True)
class Made:
    """A workspace as maps see it."""

    workspace: Workspace
    briefing: Briefing
    shapes: Shapes

    def draw(self, name: str = "overview", lang: str = "vi", compare: dt.date | None = None, **more: Any) -> str:
        """Draw a shipped map."""
        return webmap.draw(self.briefing, self.shapes, Words(lang), shipped_map(name), compare=compare, **more)


def shipped_map(name: str) -> MapDefinition:
    return find([shipped() / "maps"], [name])[0]


def definition(folder: Path, text: str) -> MapDefinition:
    """Return a definition from its text."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def gathered(workspace: Workspace, cut: Cut, *, blocks: bool = False) -> Made:
    """Gather what maps draw; blocks, which take a second, where they are drawn."""
    snapshot = workspace.snapshot(cut)
    laid = block_map(workspace, snapshot, blockers=True) if blocks else None
    land = dataclasses.replace(shapes(workspace, snapshot), blocks=laid)
    return Made(workspace, brief(workspace, snapshot), land)


def of_demo(folder: Path, parcels: int = 600, *, blocks: bool = False) -> Made:
    """Make a small demo workspace, as of its own last day."""
    made = demo.make(folder, 2026, parcels)
    return gathered(made, made.cut(made.config.demo_on, make.FOREVER), blocks=blocks)


def untouched(folder: Path) -> Made:
    """Return the shipped workspace: thirty projects, no parcel, no document."""
    made = make.workspace(folder)
    return gathered(made, made.cut(make.day("2026-06-30")), blocks=True)


def violations(page: Page | Frame) -> list[str]:
    """Return what axe-core finds against WCAG 2.1 levels A and AA."""
    if not AXE.is_file():
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell("axe-core is not installed: run `npm install` in tests/web")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        """async (levels) => (await axe.run(document, {runOnly: levels})).violations
             .flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 200)}`))""",
        LEVELS,
    )
    return found
