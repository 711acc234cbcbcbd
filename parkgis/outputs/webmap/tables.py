"""The shapes of a briefing as the three tables the page carries: projects, parcels, tranches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from parkgis.outputs.webmap.encode import AREA_M2, Table, rings
from parkgis.rules import stages
from parkgis.status.fold import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import numpy.typing as npt

    from parkgis.outputs.webmap.encode import Ints, Rings
    from parkgis.shapes import History, Shapes

DAY_ZERO = 14_000
"""Day numbers travel as days after this one (2008-05-01): small, and 0 is free to mean never."""

UNKNOWN = -1


def tables(shapes: Shapes, legal: str) -> dict[str, Table]:
    """Return the tables by the name of the layer that draws them."""
    return {
        "projects": projects(shapes.projects, legal),
        "parcels": parcels(ever(shapes), legal, shapes.history.lives),
        "tranches": tranches(shapes, legal),
    }


def projects(frame: gpd.GeoDataFrame, legal: str) -> Table:
    """Return drawn projects, the largest first, so that a small one is never hidden."""
    order = np.argsort(-shapely.area(_shapes(frame)), kind="stable")
    frame = frame.iloc[order]
    return Table(_rings(frame, legal), {}, {"project": _texts(frame["project"]), "boundary": _texts(frame["boundary"])})


def ever(shapes: Shapes) -> gpd.GeoDataFrame:
    """Return the parcels of the page's day and, behind them, those that earlier days show in their place."""
    return shapes.parcels if shapes.former is None else pd.concat([shapes.parcels, shapes.former], ignore_index=True)


def parcels(frame: gpd.GeoDataFrame, legal: str, lives: Mapping[tuple[str, str], tuple[int, int]] | None = None) -> Table:
    """Return parcels: stage as its place in the legend (0 for none), days as one tuple with a place for each stage.

    ``life`` is the day from which and the day until which a split or merge has a parcel there; 0 for always.
    """
    days = [_days(frame[f"day_{s.code}"]) for s in stages()]
    block, lot = split_keys(_texts(frame["key"]))
    return Table(
        _rings(frame, legal),
        {"lot": lot, "stage": ranks(frame["stage"])},
        {"project": _texts(frame["project"]), "block": block, "land_use": _texts(frame["land_use"])},
        tuples={"days": np.column_stack(days), "life": _lives(frame, lives or {})},
        areas={"area": areas(frame["area_in_m2"].to_numpy(np.float64))},
    )


def _lives(frame: gpd.GeoDataFrame, lives: Mapping[tuple[str, str], tuple[int, int]]) -> Ints:
    found = np.zeros((len(frame), 2), np.int32)
    for row in np.flatnonzero(frame["key"].isin({key for _, key in lives})):
        since, until = lives.get((frame["project"].iat[row], frame["key"].iat[row]), (0, NEVER))
        found[row] = [max(since - DAY_ZERO, 1) if since else 0, max(until - DAY_ZERO, 1) if until != NEVER else 0]
    return found


def tranches(shapes: Shapes, legal: str) -> Table:
    """Return pieces of land that reached a stage other than as a whole parcel, later stages on top.

    ``key`` names the parcel a piece lies in, ``then`` the one it lay in on its day.

    An irregular parcel is measured by its shape and so comes with the tranches even when it was reached as a
    whole; the map already shows it among the parcels, and leaves it out here.
    """
    frame = shapes.tranches[~_whole(shapes)]
    frame = frame.iloc[np.argsort(ranks(frame["stage"]), kind="stable")]
    return Table(
        _rings(frame, legal),
        {"stage": ranks(frame["stage"]), "day": _days(frame["day"]), "shown": _days(_shown(frame, shapes.former, shapes.history))},
        {"project": _texts(frame["project"]), "key": _texts(frame["key"]), "then": _then(frame, shapes.former, shapes.history)},
        areas={"area": areas(shapely.area(_shapes(frame)))},
    )


def _then(frame: gpd.GeoDataFrame, former: gpd.GeoDataFrame | None, history: History) -> list[str]:
    """Return the key of the parcel each piece lay in on its day: that of a mother, where it was recorded before a split."""
    keys = _texts(frame["key"])
    if former is None:
        return keys
    within = shapely.STRtree(_shapes(former)).query(shapely.point_on_surface(_shapes(frame)), predicate="within")
    projects, days, mothers = (
        frame["project"].tolist(),
        frame["day"].tolist(),
        list(zip(former["project"], former["key"], strict=True)),
    )
    for piece, at in within.T.tolist():
        since, until = history.lives.get(mothers[at], (0, 0))
        if mothers[at][0] == projects[piece] and since <= days[piece] < until:
            keys[piece] = mothers[at][1]
    return keys


def _shown(frame: gpd.GeoDataFrame, former: gpd.GeoDataFrame | None, history: History) -> Iterable[int]:
    """Return from which day on each piece is drawn: what was a whole parcel until a merge, only as its part of the new one."""
    if former is None:
        return list(frame["day"])
    until: dict[tuple[Any, ...], int] = {}
    for stage in stages():
        known = zip(former["project"], former["key"], former.geometry, former[f"day_{stage.code}"], strict=True)
        until |= {(p, stage.code, day, shape.bounds): history.lives[p, key][1] for p, key, shape, day in known if day != NEVER}
    pieces = zip(frame["project"], frame["stage"], frame["day"], frame.geometry, strict=True)
    return [max(day, until.get((project, stage, day, shape.bounds), day)) for project, stage, day, shape in pieces]


def _whole(shapes: Shapes) -> npt.NDArray[np.bool_]:
    parcel = shapes.parcels[shapes.parcels["key"].isin(shapes.tranches["key"])]
    reached = set()
    for stage in stages():
        there = parcel[parcel[f"day_{stage.code}"].to_numpy() != NEVER]
        reached |= {(project, key, stage.code) for project, key in zip(there["project"], there["key"], strict=True)}
    of = shapes.tranches
    return np.array([row in reached for row in zip(of["project"], of["key"], of["stage"], strict=True)], dtype=bool)


def _shapes(frame: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    return np.asarray(frame.geometry.to_numpy(), dtype=object)


def _rings(frame: gpd.GeoDataFrame, legal: str) -> Rings:
    return rings(_shapes(frame), legal)


def _texts(values: Iterable[object]) -> list[str]:
    return ["" if value is None or value != value else str(value) for value in np.asarray(values, dtype=object).tolist()]


def ranks(codes: Iterable[str]) -> Ints:
    """Return stages as their place in the legend; 0 for none."""
    place = {"": 0, **{stage.code: i for i, stage in enumerate(stages(), start=1)}}
    return np.array([place[code] for code in np.asarray(codes, dtype=object).tolist()], dtype=np.int32)


def _days(days: Iterable[int]) -> Ints:
    numbers = np.asarray(days, dtype=np.int64)
    return np.where(numbers == NEVER, 0, numbers - DAY_ZERO).astype(np.int32)


def areas(area_m2: npt.NDArray[np.float64]) -> Ints:
    """Return square metres as they travel."""
    return np.where(np.isfinite(area_m2), np.round(area_m2 / AREA_M2), UNKNOWN).astype(np.int32)


def split_keys(keys: list[str]) -> tuple[list[str], Ints]:
    """Take the parcel's number off its key where it is a plain number; else the key stays whole, number -1."""
    cut = [key.rpartition("/") for key in keys]
    number = {lot: int(lot) if _is_plain(lot) else UNKNOWN for lot in {lot for _, _, lot in cut}}  # a few hundred, over and over
    lots = [number[lot] for _, _, lot in cut]
    block = [head if lot >= 0 else key for (head, _, _), lot, key in zip(cut, lots, keys, strict=True)]
    return block, np.array(lots, dtype=np.int32)


def _is_plain(lot: str) -> bool:
    return lot.isascii() and lot.isdigit() and len(lot) < 10 and str(int(lot)) == lot
