"""Checks of parcels against their project: its boundary, its decision, the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers.checks.case import NOBODY, Marks, on_parcels
from parkgis.layers.checks.limits import limit
from parkgis.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.layers.checks.case import Case


def outside(case: Case) -> Iterator[Marks]:
    """Find parcels that lie outside the project's boundary."""
    rows = np.flatnonzero((case.frame["area_in_m2"] <= limit("overlap")).to_numpy())
    yield from on_parcels(case, "outside_boundary", Severity.WARNING, rows, case.frame["area_grid_m2"].to_numpy()[rows], "m2")


def crosses(case: Case) -> Iterator[Marks]:
    """Find parcels that the project's boundary cuts, by the area that lies outside it."""
    inside, whole = case.frame["area_in_m2"].to_numpy(), case.frame["area_grid_m2"].to_numpy()
    rows = np.flatnonzero((inside > limit("overlap")) & (inside < whole - limit("overlap")))
    if len(rows):
        sound = case.mended(rows)
        shapes = sound if case.fence is None else np.asarray(shapely.difference(sound, case.fence))
        yield Marks("crosses_boundary", Severity.INFO, rows, shapes, (whole - inside)[rows], "m2")


def decision(case: Case) -> Iterator[Marks]:
    """Hold the parcels inside the boundary against the area of the decision."""
    if case.planned_m2 is None or not len(case.frame):
        return
    area = float(case.frame["area_in_m2"].sum())
    off = area - case.planned_m2
    if abs(off) > limit("decision") * case.planned_m2:
        facts = {"inside_m2": area, "planned_m2": case.planned_m2, "difference_m2": off, "tolerance": limit("decision")}
        nobody = np.array([NOBODY], np.intp)
        yield Marks("decision_differs", Severity.INFO, nobody, np.array([case.fence], object), np.array([off]), "m2", facts=facts)


def unrecorded(case: Case) -> Iterator[Marks]:
    """Find parcels the ledger says nothing of."""
    if case.recorded is not None:
        known = frozenset(case.recorded)
        rows = np.flatnonzero([key not in known for key in case.frame["key"]])
        yield from on_parcels(case, "parcel_without_event", Severity.INFO, rows)
