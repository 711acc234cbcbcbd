"""Fold the ledger as of a day, as known at an hour: the snapshot every answer is taken from.

*Method.* Whole parcels are folded in columns (``fold.py``): a matrix of the day each parcel reached each
stage, areas from the layer's columns. Geometry is read only where columns cannot tell (``patches.py``):
tranches, since part of a parcel is normal, and irregular parcels. There an area is that of a union, so no
square metre counts twice. ``take.py`` puts both together into a :class:`Snapshot`. Beside the hectares stand
obstacles, payments, plans and attestations (``matters.py``) and the law's time limits (``overdue.py``).
``earlier.py`` folds many past cuts from one reading of the ledger, without the sums.
"""

from parkgis.status.definition import Definition
from parkgis.status.matters import Matters, Money, Obstacle, PlanMonth
from parkgis.status.overdue import Deadline, Overdue
from parkgis.status.snapshot import Counted, ParkStatus, ProjectStatus, Site, Snapshot, StageArea
from parkgis.status.take import take

__all__ = [
    "Counted", "Deadline", "Definition", "Matters", "Money", "Obstacle", "Overdue", "ParkStatus", "PlanMonth", "ProjectStatus",
    "Site", "Snapshot", "StageArea", "take",
]  # fmt: skip
