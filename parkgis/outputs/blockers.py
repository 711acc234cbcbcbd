"""The blocker board as data: ``{"parkgis.blockers/v1": ...}``, CSV, and a GeoPackage of parcels and what each would open."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import shapely

from parkgis.outputs.blocks import asked, rules, write_layers
from parkgis.outputs.plain import safe
from parkgis.rules import stage
from parkgis.rules.obstacles import obstacle_codes
from parkgis.shapes import in_grid
from parkgis.units import hectares

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parkgis.planning.board import Blocker, Board, Waits, Way
    from parkgis.planning.bundles import Bundle
    from parkgis.planning.land import Land
    from parkgis.status import Snapshot

    Bundles = Sequence[tuple[Land, Bundle]]


def as_json(snapshot: Snapshot, board: Board, bundles: Bundles, way: Way | None, lang: str) -> str:
    """Return the board as JSON; areas in hectares on basis grid, shapes in the project's own VN-2000 grid."""
    body = {
        **asked(snapshot),
        "rules": rules(board.rules),
        "handed_ha": _ha(board.handed_m2),
        "usable_ha": _ha(board.usable_m2),
        "open_parcels": board.open_parcels,
        "exact": board.exact,
        "proven": board.proven,
        "rest_at_most_ha": _ha(board.rest_m2),
        "blockers": [{**row(one, lang), "opens": shapely.geometry.mapping(one.opens)} for one in board.blockers],
        "bundles": [_bundle(land, one) for land, one in bundles],
        "gap": None if way is None else _way(way),
        "projects_without_parcels": list(board.without_land),
    }
    return json.dumps({"parkgis.blockers/v1": body}, ensure_ascii=False, indent=2)


def _ha(area_m2: float) -> float:
    return round(hectares(area_m2), 6)


def row(one: Blocker, lang: str) -> dict[str, Any]:
    """Return one parcel's line."""
    waits = one.waits
    per = {"per_household_ha": one.per_household_m2, "per_billion_vnd_ha": one.per_billion_m2}
    return {
        "project": one.project,
        "parcel": one.key,
        "area_ha": _ha(one.area_m2),
        "unlocked_ha": _ha(one.unlocked_m2),
        **{name: None if value is None else _ha(value) for name, value in per.items()},
        **_waits(waits, lang),
    }


def _waits(waits: Waits, lang: str) -> dict[str, Any]:
    known, due = obstacle_codes(), waits.deadline
    return {
        "stage": waits.stage,
        "next_stage": waits.next_stage,
        "office": stage(waits.next_stage).actor(lang) if waits.next_stage else "",
        "obstacles": ", ".join(o.code for o in waits.obstacles),
        "obstacle_owners": "; ".join(o.owner or (known[o.code].owner(lang) if o.code in known else "") for o in waits.obstacles),
        "limit": due.limit.id if due else "",
        "limit_state": due.state if due else "",
        "due": due.due.isoformat() if due else "",
        "remaining_vnd": waits.cost_vnd,
    }


def _bundle(land: Land, one: Bundle) -> dict[str, Any]:
    bounded = math.isfinite(one.bound_m2)
    return {
        "project": land.project,
        "parcels": [str(land.key[piece]) for piece in one.pieces],
        "unlocked_ha": _ha(one.usable_m2),
        "at_most_ha": _ha(one.bound_m2) if bounded else None,
        "better_at_most_ha": _ha(one.gap_m2) if bounded else None,
    }


def _way(way: Way) -> dict[str, Any]:
    return {
        "missing_ha": _ha(way.gap_m2),
        "closes": way.closes,
        "area_ha": _ha(way.area_m2),
        "parcels": [{"project": project, "parcel": key, "area_ha": _ha(area)} for project, key, area, _ in way.parcels],
        "least_parcels": way.least,
        "remaining_vnd": way.cost_vnd,
    }


def as_csv(board: Board, lang: str) -> str:
    """Return the ranking as CSV, a row a parcel."""
    names = ["project", "parcel", "area_ha", "unlocked_ha", "per_household_ha", "per_billion_vnd_ha", "stage", "next_stage"]
    names += ["office", "obstacles", "obstacle_owners", "limit", "limit_state", "due", "remaining_vnd"]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe(value) for name, value in row(one, lang).items()} for one in board.blockers)
    return out.getvalue()


def write_blockers(path: Path, snapshot: Snapshot, board: Board, bundles: Bundles, legal: str) -> None:
    """Write the layers ``blockers`` (parcels), ``opens`` (the usable land each would lie in) and ``bundles``.

    Raises
    ------
    OutputFailed
    """
    rows = [{"rank": n, **row(one, "vi"), "demo": snapshot.demo} for n, one in enumerate(board.blockers, start=1)]
    srid = {one.project: one.srid for one in board.blockers}
    parcels = [in_grid(one.shape, srid[one.project], legal) for one in board.blockers]
    opens = [in_grid(one.opens, srid[one.project], legal) for one in board.blockers]
    lit = [n for n, shape in enumerate(opens) if not shape.is_empty]
    layers: dict[str, tuple[Sequence[dict[str, Any]], list[Any]]] = {
        "blockers": (rows, parcels),
        "opens": ([rows[n] for n in lit], [opens[n] for n in lit]),
    }
    chosen = [(land, one) for land, one in bundles if one.pieces]
    layers["bundles"] = (
        [{"project": land.project, "parcels": len(one.pieces), "unlocked_ha": _ha(one.usable_m2)} for land, one in chosen],
        [in_grid(shapely.union_all(land.shapes[list(one.pieces)]), land.srid, legal) for land, one in chosen],
    )
    write_layers(path, layers, legal, snapshot)
