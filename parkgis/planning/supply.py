"""What a forecast stands on: how far every piece of land is on its way, and what counts already."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from parkgis.planning.milestones import milestones, travel
from parkgis.rules import counting_stage
from parkgis.status.fold import NEVER, row_of
from parkgis.status.patches import OUTSIDE, area_m2
from parkgis.units import Basis

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from parkgis.model import Project
    from parkgis.planning.milestones import Floats, Travel
    from parkgis.status import Definition, ProjectStatus, Snapshot
    from parkgis.status.fold import Days, Fold
    from parkgis.status.patches import Ground, Patch

HALF = 0.5
RATIO = (0.8, 1.25)
"""Documents that differ more than this from the map are in error, and no guide to what later ones will state."""


@dataclasses.dataclass(frozen=True)
class Supply:
    """The land of the projects asked about, as of a day, as known at an hour.

    Attributes
    ----------
    travels : tuple of Travel
        One a project that has parcels, by its id. Areas in m2, basis grid.
    parks : tuple of str
        Park of each.
    counted_m2 : float
        Counts toward the year's target already, on the basis of the definition.
    counted_by_project_m2 : tuple of float
        The same for each of ``travels``.
    without_parcels : tuple of str
        Projects within the target that have no parcel layer: nothing is forecast for them.
    planned_ha : float
        Planned area of those.
    document_ratio : float or None
        On basis document: what documents have stated for each m2 of the map so far; None on basis grid.
    final : bool
        Whether the definition counts hand-over to the developer: the only stage that is forecast.
    """

    travels: tuple[Travel, ...]
    parks: tuple[str, ...]
    counted_m2: float
    counted_by_project_m2: tuple[float, ...]
    without_parcels: tuple[str, ...] = ()
    planned_ha: float = 0.0
    document_ratio: float | None = None
    final: bool = True

    @property
    def open_m2(self) -> float:
        """Area not yet handed over, basis grid."""
        return float(sum(one.area_m2[one.days[-1] == NEVER].sum() for one in self.travels))

    @property
    def begun(self) -> int | None:
        """Day number of the first step taken anywhere; None where none was."""
        return first_step(self.travels)


def first_step(travels: Sequence[Travel]) -> int | None:
    """Return the day number of the first step taken anywhere; None where none was."""
    first = [int(one.days.min()) for one in travels if one.days.size and (one.days != NEVER).any()]
    return min(first, default=None)


def supply(snapshot: Snapshot, park: str = "", project: str = "") -> Supply:
    """Gather what a forecast needs from a snapshot.

    Parameters
    ----------
    snapshot : Snapshot
    park, project : str
        Only this park, or only this project; the whole province where both are empty.
    """
    definition = snapshot.definition
    asked = [
        status
        for status in sorted(snapshot.projects, key=lambda s: s.project.id)
        if _within(status.project, definition, park, project)
    ]
    have, lack = [s for s in asked if s.fold.active.any()], [s for s in asked if not s.fold.active.any()]
    counted = snapshot.counted.area_m2 if not (park or project) else _counted(snapshot, park, asked)
    document = definition.basis is Basis.DOCUMENT
    return Supply(
        travels=tuple(travel_of(status.project.id, status.fold, status.patches) for status in have),
        parks=tuple(status.project.park_id for status in have),
        counted_m2=counted,
        counted_by_project_m2=tuple(status.counted.area_m2 for status in have),
        without_parcels=tuple(status.project.id for status in lack),
        planned_ha=sum(status.project.planned_ha for status in lack),
        document_ratio=_ratio(snapshot) if document else None,
        final=definition.stage in milestones()[-1].stages,
    )


def travels_of(grounds: Sequence[Ground], definition: Definition, park: str = "", project: str = "") -> tuple[Travel, ...]:
    """Return how far the land is that :func:`supply` gathers, of projects that were folded and no more."""
    asked = [one for one in grounds if _within(one.site.project, definition, park, project) and one.fold.active.any()]
    order = sorted(asked, key=lambda one: one.site.project.id)
    return tuple(travel_of(one.site.project.id, one.fold, one.patches) for one in order)


def _within(one: Project, definition: Definition, park: str, project: str) -> bool:
    return one.group in definition.groups and park in ("", one.park_id) and project in ("", one.id)


def _counted(snapshot: Snapshot, park: str, asked: Collection[ProjectStatus]) -> float:
    if park:
        return sum(one.counted.area_m2 for one in snapshot.parks if one.park.id == park)
    return sum(status.counted.area_m2 for status in asked)


def _ratio(snapshot: Snapshot) -> float:
    counted = snapshot.counted
    if not counted.entries or counted.unstated or counted.geometry_m2 <= 0:
        return 1.0
    return float(np.clip(counted.documents_m2 / counted.geometry_m2, *RATIO))


def travel_of(project: str, fold: Fold, patches: Sequence[Patch]) -> Travel:
    """Return how far the land of a project is; a parcel of which a part was handed over is two pieces.

    Parcels that tranches cover by half count as having reached a stage before hand-over. Land in no parcel is part of it only
    once it was handed over.
    """
    area, days = fold.columns.area_in_m2.astype(np.float64), fold.days.copy()
    final = row_of(counting_stage().code)
    pieces: list[tuple[float, Days]] = []
    for (row, stage), drawn in _by_place(patches).items():
        if row != OUTSIDE and (days[stage, row] != NEVER or not fold.active[row]):
            continue
        drawn_m2, last = area_m2(drawn), max(p.day for p in drawn)
        if stage == final:
            path = days[:, row].copy() if row != OUTSIDE else np.full(len(days), NEVER, np.int32)
            path[final] = last
            pieces.append((drawn_m2, path))
            if row != OUTSIDE:
                area[row] = max(area[row] - drawn_m2, 0.0)
        elif row != OUTSIDE and drawn_m2 >= HALF * fold.columns.area_in_m2[row]:
            days[stage, row] = last
    there = fold.active & (area > 0)
    return _with_pieces(project, area[there], days[:, there], pieces)


def _with_pieces(project: str, area: Floats, days: Days, pieces: list[tuple[float, Days]]) -> Travel:
    if pieces:
        area = np.concatenate([area, [m2 for m2, _ in pieces]])
        days = np.concatenate([days, np.column_stack([path for _, path in pieces])], axis=1)
    return travel(project, area, days)


def _by_place(patches: Sequence[Patch]) -> dict[tuple[int, int], list[Patch]]:
    """Gather patches by parcel and stage, lower stages first, so that a handed-over part knows its way."""
    found: dict[tuple[int, int], list[Patch]] = {}
    for patch in sorted(patches, key=lambda p: p.stage):
        found.setdefault((patch.row, patch.stage), []).append(patch)
    return found
