"""Checks of parcels against each other: land that two of them claim, and land that none of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.checks.case import NOBODY, Marks
from parkgis.layers.checks.limits import limit
from parkgis.layers.checks.pairs import mean_width
from parkgis.layers.checks.segments import gaps
from parkgis.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.layers.checks.case import Case


def overlap(case: Case) -> Iterator[Marks]:
    """Find land that two parcels claim."""
    found = case.overlaps
    if len(found.left):
        details = {"width_m": mean_width(found.shapes).tolist()}
        yield Marks("overlap", Severity.WARNING, found.left, found.shapes, found.areas, "m2", found.right, details)


def gap(case: Case) -> Iterator[Marks]:
    """Find small pieces of land that parcels enclose and none of them covers; each belongs to its nearest parcel."""
    found = gaps(case.sound, case.overlaps, case.tree, limit("gap_noise"), limit("gap"))
    if not len(found):
        return
    at, row = case.tree.query_nearest(found, all_matches=False)
    rows = np.full(len(found), NOBODY, np.intp)
    rows[at] = row
    details = {"width_m": mean_width(found).tolist()}
    yield Marks("gap", Severity.WARNING, rows, found, np.asarray(shapely.area(found)), "m2", details=details)
