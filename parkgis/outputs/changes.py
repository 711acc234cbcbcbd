"""Draw what a newer parcel layer would change, as a GeoPackage layer that QGIS opens styled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from parkgis.intake.vintages import FATES, Fate
from parkgis.outputs import gis
from parkgis.outputs.qgis import Style

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.intake.succession import Proposal
    from parkgis.words.catalogue import Words

COLOURS = {
    Fate.UNCHANGED: "#f2f2f2", Fate.ATTRIBUTES: "#d9d2e9", Fate.MOVED: "#fff2ae", Fate.AREA: "#fdcdac", Fate.RENUMBERED: "#b3cde3",
    Fate.SPLIT: "#80b1d3", Fate.MERGED: "#8da0cb", Fate.REARRANGED: "#bc80bd", Fate.VANISHED: "#e31a1c", Fate.NEW: "#b2df8a",
}  # fmt: skip
LAYER = "changes"


def frame(proposal: Proposal, words: Words) -> gpd.GeoDataFrame:
    """Return a row a parcel of the newer layer, and one a parcel that is no more; areas in m2, grid."""
    comparison = proposal.comparison
    names = {fate: words(f"vintage.is_{fate}") for fate in FATES}
    partners = {key: " + ".join(old) for fate, old, new in comparison.groups(*FATES[1:]) for key in new}
    parts = []
    for side, group in ((comparison.new, comparison.new_group), (comparison.old, comparison.old_group)):
        rows = (
            np.arange(len(side))
            if side is comparison.new
            else np.flatnonzero(comparison.fates[group] == FATES.index(Fate.VANISHED))
        )
        fates = [FATES[code] for code in comparison.fates[group[rows]]]
        keys = side["key"].iloc[rows].tolist()
        parts.append(
            gpd.GeoDataFrame(
                {
                    "fate": [str(fate) for fate in fates], "fate_name": [names[fate] for fate in fates], "key": keys,
                    "old_keys": [partners.get(key, key) if side is comparison.new else key for key in keys],
                    "area_grid_m2": np.round(side["area_grid_m2"].to_numpy(float)[rows], 2),
                    "moved_m": np.round(comparison.moved_m, 3) if side is comparison.new else np.full(len(rows), np.nan),
                },
                geometry=np.asarray(side.geometry.values)[rows], crs=side.crs,
            )
        )  # fmt: skip
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=comparison.new.crs)


def write(proposal: Proposal, path: Path, words: Words, *, demo: bool) -> None:
    """Write the changes of a proposal, whole or not at all.

    Raises
    ------
    OutputFailed
    """
    mark = f"{words('word.demo')}: " if demo else ""
    style = Style.by_value("fate", {str(fate): (words(f"vintage.is_{fate}"), COLOURS[fate]) for fate in FATES})
    about = words("vintage.look_about", mark=mark, id=proposal.id)
    named = {LAYER: (frame(proposal, words), words("vintage.look_layer"), style)}
    gis.geopackage(path, named, about, stamp="2000-01-01T00:00:00.000Z")
