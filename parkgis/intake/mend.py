"""``parkgis repair``: a mended copy of a layer and its receipt; the source file and the ledger are never touched."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from parkgis import crs
from parkgis.errors import FieldMissing, Reason, UsageError
from parkgis.intake import parcels as intake
from parkgis.intake.add import near
from parkgis.layers import detect
from parkgis.layers.frame import frame_of
from parkgis.layers.read import read
from parkgis.layers.repair import Plan, Receipt, repair

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from parkgis.workspace import Workspace


@dataclasses.dataclass(frozen=True, eq=False)
class Mended:
    """A layer mended.

    Attributes
    ----------
    frame : GeoDataFrame
        Every row and column of the source, in its own system and order; only mended shapes differ.
    keys : list of str
        Key of each row; empty where the file has no sheet and parcel number.
    receipt : Receipt
    """

    frame: gpd.GeoDataFrame
    keys: list[str]
    receipt: Receipt

    def rows(self) -> pd.DataFrame:
        """Return a row for each parcel that was mended or left alone, the largest change first.

        ``row`` counts from 1; ``state`` is ``mended`` or ``left``; areas in m2, ``change_m2`` of what was left is what
        mending would have changed.
        """
        receipt = self.receipt
        at = np.flatnonzero(receipt.changed | receipt.left)
        change = np.where(receipt.left, receipt.proposed_m2, receipt.after_m2 - receipt.before_m2)[at]
        table = pd.DataFrame(
            {
                "row": at + 1,
                "key": [self.keys[row] for row in at],
                "state": np.where(receipt.left[at], "left", "mended"),
                "steps": receipt.steps[at],
                "before_m2": receipt.before_m2[at],
                "after_m2": receipt.after_m2[at],
                "change_m2": change + 0.0,
            }
        )
        return table.iloc[np.lexsort((at, -np.abs(change)))].reset_index(drop=True)


def mend_file(
    workspace: Workspace, path: Path, plan: Plan, *, project: str | None, layer: str | None, told: str | None,
    encoding: str | None, fields: Mapping[str, str],
) -> Mended:  # fmt: skip
    """Mend a file as it is, before it is added.

    Raises
    ------
    InputError, CrsError, ProjectUnknown
    UsageError
        For a plan in metres and a file in degrees.
    """
    incoming = read(path, layer, encoding)
    west, south, east, north = (float(v) for v in incoming.frame.total_bounds)
    ours = workspace.project(project) if project else workspace.projects[0]
    system = detect.settle(
        path, (west, south, east, north), incoming.declared, crs.parse(told) if told else None, near(workspace, ours),
        accept_far=True,
    )  # fmt: skip
    shapes = np.asarray(incoming.frame.geometry.values)
    try:
        labelled = intake.labelled(incoming, intake.match_fields(incoming, fields))
        keys = list(labelled["commune"] + "/" + labelled["sheet"] + "/" + labelled["parcel"])
    except FieldMissing:
        keys = [""] * len(shapes)
    if system.is_projected:
        receipt = repair(shapes, plan)
    elif plan.snap_m or plan.close_m2:
        raise UsageError(
            why=Reason("repair_degrees", "{path}: its coordinates are degrees; snapping and closing gaps need metres", path=path)
        )
    else:
        legal = workspace.config.legal
        receipt = repair(shapes, plan, lambda found: intake.to_legal(np.asarray(shapely.force_2d(found)), system, legal))
    frame = incoming.frame.set_geometry(list(receipt.shapes), crs=system)
    return Mended(frame, keys, receipt)


def mend_project(workspace: Workspace, project: str, plan: Plan) -> Mended:
    """Mend the parcels a project has; the vintage stays as it is.

    Raises
    ------
    ProjectUnknown
    UsageError
        When it has none.
    """
    workspace.project(project)
    site = next(s for s in workspace.sites(workspace.cut().known) if s.project.id == project)
    if site.layer is None:
        raise UsageError(why=Reason("repair_no_parcels", "project {project} has no parcels to mend", project=project))
    frame = frame_of(site.layer)
    receipt = repair(np.asarray(frame.geometry.values), plan)
    return Mended(frame.set_geometry(list(receipt.shapes), crs=frame.crs), list(frame["key"]), receipt)
