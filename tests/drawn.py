"""What a figure is drawn from, and how to read a picture back."""

from __future__ import annotations

import dataclasses
import io
import struct
from typing import TYPE_CHECKING, NamedTuple

import briefings
import make
import numpy as np
import pdfplumber
from matplotlib.image import imread

from parkgis.blockmap import block_map
from parkgis.briefing import Briefing, brief
from parkgis.outputs import map_definition
from parkgis.shapes import Shapes, shapes
from parkgis.workspace import Workspace, shipped

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.status import Snapshot


class Drawn(NamedTuple):
    """A workspace on a day, and all that is drawn from it."""

    workspace: Workspace
    snapshot: Snapshot
    briefing: Briefing
    shapes: Shapes


def of(folder: Path) -> Drawn:
    """Gather what is drawn of a workspace made by :mod:`briefings`."""
    found = Workspace(folder, make.clock(start=briefings.KNOWN))
    snapshot = found.snapshot(found.cut(on=briefings.ON, known=briefings.KNOWN))
    land = dataclasses.replace(shapes(found, snapshot), blocks=block_map(found, snapshot, blockers=True))
    return Drawn(found, snapshot, brief(found, snapshot), land)


def worked(folder: Path, *, demo: bool = False) -> Drawn:
    briefings.worked(folder, demo=demo)
    return of(folder)


def untouched(folder: Path) -> Drawn:
    briefings.untouched(folder)
    return of(folder)


def definition(name: str) -> MapDefinition:
    return map_definition.find([shipped() / "maps"], [name])[0]


def pixels(png: bytes) -> npt.NDArray[np.uint8]:
    """Return a picture as red, green and blue, shape (rows, columns, 3)."""
    found: npt.NDArray[np.uint8] = np.round(imread(io.BytesIO(png), format="png")[:, :, :3] * 255).astype(np.uint8)
    return found


def of_colour(png: bytes, colour: str) -> npt.NDArray[np.bool_]:
    """Tell which pixels have exactly a colour ``#rrggbb``."""
    wanted = np.array([int(colour[n : n + 2], 16) for n in (1, 3, 5)])
    found: npt.NDArray[np.bool_] = (pixels(png) == wanted).all(axis=2)
    return found


def size(png: bytes) -> tuple[int, int]:
    """Return width and height as a PNG's header says them."""
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def texts(pdf: bytes) -> list[str]:
    """Return the text of each page, in one line."""
    with pdfplumber.open(io.BytesIO(pdf)) as file:
        return [" ".join((page.extract_text() or "").split()) for page in file.pages]
