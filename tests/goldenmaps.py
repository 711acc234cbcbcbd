"""Pictures of maps against the ones a person has looked at (``tests/golden/maps``).

All letters are given the size 0 first, so that neither the fonts of a machine nor the language move anything: one picture stands
for both languages. A quarter of the size is compared. ``PARKGIS_GOLDEN=write`` makes the tests write the pictures anew: look at
every one before it is committed.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

Picture = npt.NDArray[np.int16]

GOLDEN = Path(__file__).parent / "golden" / "maps"
SMALLER = 4
MEAN = 0.4
"""Mean difference of a colour's value, of 255, that another version of the browser may make."""
CLEARLY = 40
SHARE = 0.0005
"""Share of the pixels that may differ by more than :data:`CLEARLY`: 40 of a desktop's 78,750."""

# A style sheet made by script is not held by the page's policy. What has no letters keeps its size.
SILENT = """
async (close) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { font-size: 0 !important; letter-spacing: 0 !important; caret-color: transparent !important }
    * { transition: none !important } :focus-visible { outline: none !important } #panel { overflow: hidden !important }
    .languages { visibility: hidden }`); // which of them is pressed
  document.adoptedStyleSheets = [sheet];
  const { map, scene } = parkgis;
  map.invalidateSize({ animate: false });
  document.getElementById("tool-home").click();
  const land = ["parcels", "usable", "stages"].map((name) => parkgis.tables[name]).find((table) => table?.rows);
  if (close && land) {
    const of = land.texts("project") ? "project" : "projects";
    const rows = [...Array(land.rows).keys()].filter((row) => land.text(of, row) === land.text(of, land.rows >> 1));
    const edge = (f, i) => f(...rows.map((row) => land.box[4 * row + i])) + land.centre[i % 2];
    const at = (x, y) => L.Projection.SphericalMercator.unproject(L.point(x, y));
    const [west, south, east, north] = [edge(Math.min, 0), edge(Math.min, 1), edge(Math.max, 2), edge(Math.max, 3)];
    map.fitBounds(L.latLngBounds(at(west, south), at(east, north)), { animate: false });
  }
  document.getElementById("panel").scrollTop = 0;
  const layers = [...Object.values(scene.layers), ...Object.values(scene.earlier)];
  await Promise.all(layers.map((layer) => layer._map && layer.settled?.()));
  await new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(tell)));
}
"""


def picture(page: Page, close: bool = False) -> Image.Image:
    """Return the window without letters, a quarter as wide and high: the whole map, or ``close`` one project's land."""
    page.evaluate(SILENT, close)
    shot = page.screenshot(animations="disabled")
    page.evaluate("() => { document.adoptedStyleSheets = []; parkgis.map.invalidateSize({ animate: false }); }")
    return Image.open(io.BytesIO(shot)).convert("RGB").reduce(SMALLER)


def same(got: Image.Image, name: str, folder: Path) -> str:
    """Say how a picture differs from the golden one of its name, '' where it does not.

    Parameters
    ----------
    folder : Path
        Where the three pictures go if they differ: expected, got, and where they differ.
    """
    path = GOLDEN / f"{name}.png"
    if os.environ.get("PARKGIS_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        got.save(path, optimize=True)
    if not path.is_file():
        return f"{path} is not there: PARKGIS_GOLDEN=write makes it"
    expected = Image.open(path).convert("RGB")
    if expected.size != got.size:
        return f"{name}: {got.size} instead of {expected.size}"
    off = _off(np.asarray(expected, np.int16), np.asarray(got, np.int16))
    mean, share = float(off.mean()), float((off.max(axis=2) > CLEARLY).mean())
    if mean <= MEAN and share <= SHARE:
        return ""
    folder.mkdir(exist_ok=True)
    shown = Image.fromarray(np.minimum(off * 4, 255).astype(np.uint8))
    for kind, image in (("expected", expected), ("got", got), ("difference", shown)):
        image.save(folder / f"{name}-{kind}.png")
    return f"{name}: mean {mean:.2f}, {share:.3%} clearly off; expected, got and difference are in {folder}"


def _off(one: Picture, other: Picture) -> Picture:
    """Return how far two pictures are apart; a line may lie a pixel beside itself, as the browser happened to round it."""
    return np.maximum(_beyond(one, other), _beyond(other, one))


def _beyond(one: Picture, other: Picture) -> Picture:
    """Return how far each pixel of the first is from the nearest in colour of the nine around its place in the second."""
    height, width, _ = one.shape
    wide = np.pad(other, ((1, 1), (1, 1), (0, 0)), mode="edge")
    near = [np.abs(one - wide[y : y + height, x : x + width]) for y in range(3) for x in range(3)]
    nearest = np.argmin([of.max(axis=2) for of in near], axis=0)
    found: Picture = np.take_along_axis(np.stack(near), nearest[None, :, :, None], axis=0)[0]
    return found
