"""Which tables of shapes a map's layers need; nothing that no layer shows travels with the page."""

from __future__ import annotations

import dataclasses
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
    """Return pieces of land handed over that lie together."""
    frame = land.usable(shapes)
    area = tables.areas(frame["area_m2"].to_numpy(np.float64))
    ints = {"parcels": frame["parcels"].to_numpy(np.int32)}
    return Table(_rings(frame, legal), ints, {"projects": frame["projects"].tolist()}, areas={"area": area})


def _rings(frame: gpd.GeoDataFrame, legal: str) -> Rings:
    return rings(np.asarray(frame.geometry.to_numpy(), dtype=object), legal)


BUILDS: Mapping[str, Build] = {
    "projects": lambda shapes, legal, _: tables.projects(shapes.projects, legal),
    "parcels": lambda shapes, legal, _: tables.parcels(tables.ever(shapes), legal, shapes.history.lives),
    "tranches": lambda shapes, legal, _: tables.tranches(shapes, legal),
    "stages": stage_areas,
    "usable": usable,
}


def blocks(shapes: Shapes, legal: str, definition: MapDefinition) -> dict[str, Table]:
    """Return the tables of a map by name; the projects always, since lists and labels point at them."""
    wanted = ["projects", *(layer.show for layer in definition.layers if layer.show in BUILDS and layer.show != "projects")]
    return {name: BUILDS[name](shapes, legal, definition) for name in wanted}


def chosen(shapes: Shapes, projects: set[str]) -> Shapes:
    """Return the shapes of some projects only."""
    return dataclasses.replace(
        shapes,
        projects=shapes.projects[shapes.projects["project"].isin(projects)],
        parcels=shapes.parcels[shapes.parcels["project"].isin(projects)],
        tranches=shapes.tranches[shapes.tranches["project"].isin(projects)],
        former=None if shapes.former is None else shapes.former[shapes.former["project"].isin(projects)],
        history=dataclasses.replace(
            shapes.history,
            handed={name: steps for name, steps in shapes.history.handed.items() if name in projects},
            notes=tuple(note for note in shapes.history.notes if note.project in projects),
            disputed={key: area for key, area in shapes.history.disputed.items() if key[0] in projects},
        ),
    )
