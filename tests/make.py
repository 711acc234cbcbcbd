"""Make events, parcels and workspaces in a line, so that a test shows its input.

Coordinates are metres east and north of :data:`ORIGIN`, a corner of Que Vo I in EPSG:9209.
"""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from parkgis.layers.vintage import ParcelLayer
from parkgis.layers.write import write_parcels
from parkgis.ledger import MemoryStore
from parkgis.model import Cut, Document, Event, Kind, Park, Project, Target, mint
from parkgis.rules import stages
from parkgis.status import Site, Snapshot, take
from parkgis.workspace import Workspace, shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from parkgis.ledger import Store

ORIGIN = (563_000.0, 2_340_000.0)
LEGAL = 9209
FOREVER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STAGES = tuple(stage.code for stage in stages())
PARK = Park("K", "KCN Thử", "Trial Park", "planned16", "Bắc Ninh")
TARGET = Target(2026, 300.0)

Box = tuple[float, float, float, float]
"""West, south, east, north: metres from :data:`ORIGIN`."""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    """Read ``2026-03-01`` or ``2026-03-01T12:00`` as an instant in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def clock(*, start: dt.datetime = START, step: dt.timedelta = dt.timedelta(days=1)) -> Callable[[], dt.datetime]:
    """Return a clock that goes one ``step`` further each time it is read: start, start + step, ..."""
    ticks = iter(range(10**9))
    return lambda: start + next(ticks) * step


def land(box: Box) -> shapely.Polygon:
    return shapely.transform(shapely.box(*box), lambda xy: xy + np.array(ORIGIN))


def ewkt(box: Box, srid: int = LEGAL) -> str:
    return f"SRID={srid};{shapely.to_wkt(land(box), rounding_precision=-1)}"


# -- events ------------------------------------------------------------------------------------------------


def reached(parcel: str = "", stage: str = "handed_developer", on: str = "2026-03-02", **more: Any) -> Event:
    """Return "a parcel, a tranche (``tranche=box``) or an area alone reached a stage"."""
    tranche: Box | None = more.pop("tranche", None)
    project, paper = more.pop("project", "P"), more.pop("paper", "01/BB")
    geometry = more.pop("geometry", ewkt(tranche) if tranche else "")
    more.setdefault("id", mint(project, stage, parcel, geometry, on, paper, more.get("area_m2")))
    return Event(
        kind=Kind.REACHED, day=day(on), project=project, source=Document(paper, day(on)), by=more.pop("by", "An"), stage=stage,
        parcel=parcel, geometry=geometry, **more,
    )  # fmt: skip


def split(parcel: str, *into: str, on: str, project: str = "P") -> Event:
    return Event(
        id=mint("split", parcel), kind=Kind.SPLIT, day=day(on), project=project, source=Document("05/TĐ", day(on)), by="An",
        parcel=parcel, into=into,
    )  # fmt: skip


def merge(*old: str, into: str, on: str, project: str = "P") -> Event:
    return Event(
        id=mint("merge", into), kind=Kind.MERGE, day=day(on), project=project, source=Document("06/TĐ", day(on)), by="An",
        parcel=into, into=old,
    )  # fmt: skip


def entry(kind: Kind, on: str = "2026-03-02", project: str = "P", paper: str = "11/BC", facts: Any = None, **more: Any) -> Event:
    """Return an entry of any kind; ``facts={...}`` are what only its kind knows."""
    known = tuple(sorted((facts or {}).items()))
    more.setdefault("id", mint(kind, on, project, paper, known, *map(str, more.values())))
    return Event(
        kind=kind, day=day(on), project=project, source=Document(paper, day(on)), by=more.pop("by", "An"), facts=known, **more
    )


def void(event: Event, on: str = "2026-06-01") -> Event:
    return Event(
        id=mint("void", event.id), kind=Kind.VOID, day=day(on), project=event.project, source=Document("09/ĐC", day(on)), by="An",
        refers=event.id, note="ghi nhầm",
    )  # fmt: skip


def layer_entry(role: str, path: str, sha256: str, project: str = "P", on: str = "2026-01-01") -> Event:
    return Event(
        id=mint("layer", path), kind=Kind.LAYER, day=day(on), project=project, source=Document(path, day(on)), by="An",
        refers=path, into=(role, sha256),
    )  # fmt: skip


# -- parcels and sites -------------------------------------------------------------------------------------


def grid(columns: int, rows: int, side: float = 10.0, west: float = 0.0, south: float = 0.0, commune: str = "09") -> dict[str, Box]:
    """Return squares ``commune/1/n`` numbered row by row from the south-west."""
    return {
        f"{commune}/1/{row * columns + column + 1}": (
            west + column * side, south + row * side, west + (column + 1) * side, south + (row + 1) * side
        )
        for row in range(rows) for column in range(columns)
    }  # fmt: skip


def parcels(boxes: Mapping[str, Box], irregular: Iterable[str] = (), fence: shapely.Geometry | None = None) -> gpd.GeoDataFrame:
    """Return a frame that holds to ``frames.PARCELS``; areas are those of the boxes."""
    shapes = np.array([land(box) for box in boxes.values()], dtype=object)
    inside = shapely.area(shapes if fence is None else shapely.intersection(shapes, fence))
    parts = [key.split("/") for key in boxes]
    odd = set(irregular)
    return gpd.GeoDataFrame(
        {
            "key": list(boxes),
            "commune": [p[0] for p in parts],
            "sheet": [p[1] for p in parts],
            "parcel": [p[2] for p in parts],
            "land_use": ["LUC"] * len(parts),
            "holder": [""] * len(parts),
            "area_document_m2": np.asarray(shapely.area(shapes), float),
            "area_grid_m2": np.asarray(shapely.area(shapes), float),
            "area_in_m2": np.asarray(inside, float),
            "irregular": np.array([key in odd for key in boxes], dtype=bool),
        },
        geometry=shapes,
        crs=LEGAL,
    )


def project(id_: str = "P", park: str = "K", **more: Any) -> Project:
    facts: dict[str, Any] = {
        "name_vi": "Dự án thử", "name_en": "Trial project", "group": "planned16", "planned_ha": 100.0, "developer": "",
        "decision": "", "status": "clearance", "communes": "", "lat": None, "lon": None, "coord_grade": "", "osm_way": "",
        "source": "", "note": "",
    }  # fmt: skip
    return Project(id=id_, park_id=park, **(facts | more))


def site(folder: Path, boxes: Mapping[str, Box] | None = None, id_: str = "P", **more: Any) -> Site:
    """Return a project's ground with a real vintage file; ``fence=box`` gives it a surveyed boundary."""
    fence_box: Box | None = more.pop("fence", None)
    fence = land(fence_box) if fence_box else None
    irregular: Iterable[str] = more.pop("irregular", ())
    facts: dict[str, Any] = {"srid": LEGAL}
    if fence is not None:
        facts |= {"boundary": "survey", "boundary_wkb": shapely.to_wkb(fence)}
    if boxes:
        path = folder / f"{id_}-1.gpkg"
        facts["layer_sha256"] = write_parcels(parcels(boxes, irregular, fence), path, START)
        facts["layer"] = ParcelLayer(path)
    return Site(project=project(id_, **more), **facts)


def memory(*events: Event) -> MemoryStore:
    """Return a ledger whose entries were learned one a day from 1 January 2026."""
    store = MemoryStore(clock())
    for event in events:
        store.append([event])
    return store


def snapshot(
    store: Store, *sites: Site, on: str = "2026-12-31", known: dt.datetime = FOREVER, parks: Sequence[Park] = (PARK,)
) -> Snapshot:
    return take(store, sites, parks, Cut(day(on), known), TARGET, demo=False)


# -- workspaces --------------------------------------------------------------------------------------------


def workspace(folder: Path, start: dt.datetime = START) -> Workspace:
    """Return a workspace with the shipped text layers and a clock that ticks a second."""
    (folder / "layers").mkdir(parents=True)
    for path in [shipped() / "parkgis.toml", *sorted((shipped() / "layers").glob("*.csv"))]:
        shutil.copyfile(path, folder / path.relative_to(shipped()))
    return Workspace(folder, clock(start=start, step=dt.timedelta(seconds=1)))
