"""Which tables of shapes a map's layers need; nothing that no layer shows travels with the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parkgis import shapes as land
from parkgis.outputs.webmap import tables
from parkgis.outputs.webmap.encode import Rings, Table, rings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd

    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.shapes import Shapes

    Build = Callable[[Shapes, str, MapDefinition], Table]


def stage_areas(shapes: Shapes, legal: str, definition: MapDefinition) -> Table:
    """Return land by project and stage, no finer than the published scale."""
    frame = land.stage_areas(shapes, definition.published_scale)
    return Table(_rings(frame, legal), {"stage": tables.ranks(frame["stage"])}, {"project": frame["project"].tolist()})


def usable(shapes: Shapes, legal: str, _: MapDefinition) -> Table:
    """Return land handed over as it lies together: a row what of a block is usable, another what is not."""
    frame = shapes.laid().land
    place = {(project, one.number): n for n, (project, one) in enumerate(shapes.laid().listed())}
    block = [place.get(pair, -1) for pair in zip(frame["project"], frame["number"], strict=True)]
    ints = {
        "block": np.array(block, np.int32),
        "usable": frame["usable"].to_numpy(np.int32),
        "size": tables.areas(frame["size_m2"].to_numpy(np.float64)),
    }
    return Table(_rings(frame, legal), ints, {"project": frame["project"].tolist()})


def blockers(shapes: Shapes, legal: str, _: MapDefinition) -> Table:
    """Return land not handed over: the blocker board first, in its order, then the rest."""
    frame = shapes.laid().demand_held().open
    block, lot = tables.split_keys(frame["key"].tolist())
    ints = {"lot": lot, "stage": tables.ranks(frame["stage"])}
    texts = {"project": frame["project"].tolist(), "block": block}
    return Table(_rings(frame, legal), ints, texts, areas={"area": tables.areas(frame["area_m2"].to_numpy(np.float64))})


def opens(shapes: Shapes, legal: str, _: MapDefinition) -> Table:
    """Return the usable land that each parcel of the board would lie in, then that of each bundle."""
    held = shapes.laid().demand_held()
    lit = np.array([*held.opens, *(bundle.opens for bundle in held.bundles)], dtype=object)
    return Table(rings(lit, legal), {}, {})


def _rings(frame: gpd.GeoDataFrame, legal: str) -> Rings:
    return rings(np.asarray(frame.geometry.to_numpy(), dtype=object), legal)


BUILDS: Mapping[str, Build] = {
    "projects": lambda shapes, legal, _: tables.projects(shapes.projects, legal),
    "parcels": lambda shapes, legal, _: tables.parcels(tables.ever(shapes), legal, shapes.history.lives),
    "tranches": lambda shapes, legal, _: tables.tranches(shapes, legal),
    "stages": stage_areas,
    "usable": usable,
    "blockers": blockers,
    "opens": opens,
}
BESIDE: Mapping[str, tuple[str, ...]] = {"blockers": ("opens",)}
"""What else a layer brings."""


def blocks(shapes: Shapes, legal: str, definition: MapDefinition) -> dict[str, Table]:
    """Return the tables of a map by name; the projects always, since lists and labels point at them."""
    shown = [name for layer in definition.layers for name in (layer.show, *BESIDE.get(layer.show, ()))]
    wanted = dict.fromkeys(["projects", *(name for name in shown if name in BUILDS)])
    return {name: BUILDS[name](shapes, legal, definition) for name in wanted}
