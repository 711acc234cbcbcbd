"""Blocks as data: ``{"parkgis.blocks/v1": ...}``, CSV, and a GeoPackage with the blocks and what of them is usable."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
import shapely

from parkgis.layers.write import whole
from parkgis.outputs.gis import gdal
from parkgis.outputs.plain import safe
from parkgis.planning.land_use import balance
from parkgis.shapes import in_grid
from parkgis.units import hectares

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from parkgis.planning.blocks import Block
    from parkgis.planning.land_use import Balance, Lot
    from parkgis.planning.patchwork import Mosaic, Patchwork
    from parkgis.planning.ruling import Rules
    from parkgis.status import Snapshot

    Series = Sequence[tuple[dt.date, Patchwork]]


def as_json(
    snapshot: Snapshot, mosaic: Mosaic, series: Series, laid: Sequence[Lot] = (), *, rectangles: bool = True
) -> str:  # fmt: skip
    """Return blocks, parks and the series as JSON; areas in hectares on basis grid, lengths in metres."""
    body = {
        **asked(snapshot),
        "rules": rules(mosaic.rules),
        "all": _patchwork(mosaic.whole),
        "parks": [_patchwork(park) for park in mosaic.parks],
        "blocks": [block(project, one, rectangles) for project, one in mosaic.listed()],
        "projects_without_parcels": list(mosaic.without_land),
        "series": [{"on": day.isoformat(), **_patchwork(one)} for day, one in series],
        "plan": [_use(row) for row in balance(laid, snapshot.cut.on)] if laid else [],
        "lots": [_lot(lot) for lot in laid],
    }
    return json.dumps({"parkgis.blocks/v1": body}, ensure_ascii=False, indent=2)


def _use(row: Balance) -> dict[str, Any]:
    least = {"minimum_share": row.minimum, "meets": row.meets}
    counts = {"ready": row.ready, "part": row.part, "blocked": row.blocked}
    areas = {"area_ha": _ha(row.area_m2), "handed_ha": _ha(row.handed_m2), "share": round(row.share, 6)}
    return {"use": row.use, **areas, **least, **counts}


def _lot(lot: Lot) -> dict[str, Any]:
    areas = {"area_ha": _ha(lot.area_m2), "handed_ha": _ha(lot.handed_m2)}
    return {"lot": lot.name, "use": lot.use, **areas, "state": lot.state}


def asked(snapshot: Snapshot) -> dict[str, Any]:
    """Return what a question was about: the head of every answer."""
    return {
        "on": snapshot.cut.on.isoformat(),
        "known": snapshot.cut.known.isoformat(),
        "digest": snapshot.digest,
        "demo": snapshot.demo,
        "basis": "grid",
    }


def rules(found: Rules) -> dict[str, Any]:
    return {
        "min_ha": hectares(found.min_m2),
        "width_m": found.width_m,
        "lane_m": found.lane_m,
        "connectors": sorted(found.connectors),
        "barriers": sorted(found.barriers),
        "tolerance_m": found.tolerance_m,
    }


def _ha(area_m2: float) -> float:
    return round(hectares(area_m2), 6)


def _patchwork(one: Patchwork) -> dict[str, Any]:
    return {
        "id": one.name,
        "handed_ha": _ha(one.handed_m2),
        "in_blocks_ha": _ha(one.in_blocks_m2),
        "usable_ha": _ha(one.usable_m2),
        "usable_share": None if one.usable_share is None else round(one.usable_share, 6),
        "mesh_ha": None if one.mesh_m2 is None else _ha(one.mesh_m2),
        "blocks": one.blocks,
        "usable_blocks": one.usable_blocks,
        "largest_ha": _ha(one.largest_m2),
    }


def block(project: str, one: Block, rectangles: bool) -> dict[str, Any]:
    """Return one block's measures; the largest rectangle, which is sought, only when asked."""
    found = one.rectangle() if rectangles and one.usable_m2 else None
    return {
        "project": project,
        "number": one.number,
        "area_ha": _ha(one.area_m2),
        "usable_ha": _ha(one.usable_m2),
        "pieces": len(one.pieces),
        "width_m": round(one.width_m, 2),
        "compactness": round(one.compactness, 4),
        "frontage_m": round(one.frontage_m, 2),
        "rectangle_m": [round(found.length_m, 2), round(found.width_m, 2)] if found else None,
    }


def as_csv(mosaic: Mosaic) -> str:
    """Return the blocks as CSV, a row each."""
    rows = [{**block(project, one, rectangles=False), "rectangle_m": None} for project, one in mosaic.listed()]
    names = ["project", "number", "area_ha", "usable_ha", "pieces", "width_m", "compactness", "frontage_m"]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe(value) if isinstance(value, str) else value for name, value in row.items()} for row in rows)
    return out.getvalue()


def write_blocks(path: Path, snapshot: Snapshot, mosaic: Mosaic, legal: str) -> None:
    """Write blocks and usable land as the layers ``blocks`` and ``usable`` of a GeoPackage.

    Raises
    ------
    OutputFailed
    """
    of = {part.land.project: part.land.srid for part in mosaic.projects}
    listed = mosaic.listed()
    facts = [{**block(project, one, rectangles=False), "demo": snapshot.demo} for project, one in listed]
    for row in facts:
        row.pop("rectangle_m")
    shapes = [in_grid(one.shape, of[project], legal) for project, one in listed]
    usable = [(row, in_grid(one.usable, of[project], legal)) for row, (project, one) in zip(facts, listed, strict=True)]
    write_layers(
        path,
        {"blocks": (facts, shapes), "usable": ([r for r, s in usable if not s.is_empty], [s for _, s in usable if not s.is_empty])},
        legal,
        snapshot,
    )


def write_layers(
    path: Path, layers: Mapping[str, tuple[Sequence[dict[str, Any]], Iterable[Any]]], legal: str, snapshot: Snapshot
) -> None:
    """Write layers of multipolygons into one GeoPackage, whole or not at all; the same content gives the same bytes."""
    stamp = snapshot.cut.known.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with whole(path) as temporary, gdal(stamp):
        temporary.unlink()  # GDAL makes the file itself
        for name, (rows, shapes) in layers.items():
            columns = None if rows else ["project"]
            frame = gpd.GeoDataFrame(list(rows), columns=columns, geometry=[_multi(shape) for shape in shapes], crs=legal)
            pyogrio.write_dataframe(frame, temporary, layer=name, driver="GPKG", geometry_type="MultiPolygon", append=False)


def _multi(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
