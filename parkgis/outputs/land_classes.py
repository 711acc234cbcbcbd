"""Which class of its layer each piece of land falls into: the web map's classes, and a map's own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from parkgis.outputs.map_definition import stage_classes_of
from parkgis.outputs.webmap.colours import GAINS, SHARES, SIZES, share_class
from parkgis.rules import counting_stage, stages
from parkgis.status.fold import NEVER

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    import numpy.typing as npt

    from parkgis.briefing import Briefing, ProjectLine
    from parkgis.outputs.map_definition import Layer
    from parkgis.outputs.webmap.colours import Class

    Places = npt.NDArray[np.intp]

SAME, MOVED, HANDED = range(3)  # as :data:`parkgis.outputs.webmap.colours.CHANGES` stand


def of_project(line: ProjectLine, briefing: Briefing, layer: Layer) -> int:
    """Return the place of a project's class; the first is "unknown" where classes are of shares."""
    if layer.colour != "share":
        return 0
    shared = share_class(line, briefing)
    if not layer.classes or shared is SHARES[0]:
        return SHARES.index(shared)
    return 1 + next(n for n, one in enumerate(layer.classes) if one.to is None or (line.share or 0.0) <= one.to)


def of_land(frame: gpd.GeoDataFrame, layer: Layer, since: int) -> Places:
    """Return the place of each row's class among the layer's, shape (n,).

    Parameters
    ----------
    frame : GeoDataFrame
    layer : Layer
    since : int
        Day number of the earlier of two days, for a map of changes.
    """
    return CLASSED.get(layer.colour, _one)(frame, layer, since)


def _stage(frame: gpd.GeoDataFrame, layer: Layer, _: int) -> Places:
    rank = {"": 0, **{s.code: n for n, s in enumerate(stages(), start=1)}}
    codes, names = pd.factorize(frame["stage"])
    found = np.array([rank[name] for name in names], np.intp)[codes]
    return np.array(stage_classes_of(layer), np.intp)[found] if layer.classes else found


def _change(frame: gpd.GeoDataFrame, _: Layer, since: int) -> Places:
    final = counting_stage().code
    if "day" in frame:  # a piece of land that reached one stage
        later = frame["day"].to_numpy() > since
        return np.where(later, np.where(frame["stage"].to_numpy() == final, HANDED, MOVED), SAME)
    days = np.array([frame[f"day_{s.code}"].to_numpy() for s in stages()])
    later = (days != NEVER) & (days > since)
    handed = later[[s.code for s in stages()].index(final)]
    return np.where(handed, HANDED, np.where(later.any(axis=0), MOVED, SAME))


def _size(frame: gpd.GeoDataFrame, layer: Layer, _: int) -> Places:
    return np.where(frame["usable"], 1 + _limited(frame["size_m2"], layer, SIZES), 0)


def _gain(frame: gpd.GeoDataFrame, layer: Layer, _: int) -> Places:
    return np.where(frame["unlocked_m2"].isna(), 0, 1 + _limited(frame["unlocked_m2"].fillna(0.0), layer, GAINS))


def _limited(area_m2: Any, layer: Layer, shared: Sequence[Class]) -> Places:
    limits = [c.to for c in layer.classes] if layer.classes else [c.up_to for c in shared]
    above = np.array([math.inf if limit is None else limit for limit in limits])
    found: Places = np.searchsorted(above, area_m2.to_numpy() / 10_000, side="left")
    return found


def _ready(frame: gpd.GeoDataFrame, _: Layer, __: int) -> Places:
    found: Places = frame["usable"].to_numpy(np.intp)
    return found


def _one(frame: gpd.GeoDataFrame, _: Layer, __: int) -> Places:
    return np.zeros(len(frame), np.intp)


CLASSED: dict[str, Callable[[gpd.GeoDataFrame, Layer, int], Places]] = {
    "stage": _stage, "change": _change, "size": _size, "ready": _ready, "gain": _gain,
}  # fmt: skip
