"""What a snapshot is: frozen answers about projects, parks and the province."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, NamedTuple

from parkgis.layers.vintage import ParcelColumns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.layers.vintage import ParcelLayer
    from parkgis.model import Boundary, Cut, Finding, Head, Park, Project, Target
    from parkgis.status.definition import Definition
    from parkgis.status.fold import Fold
    from parkgis.status.matters import Matters
    from parkgis.status.patches import Patch
    from parkgis.status.questions import Questions


class StageArea(NamedTuple):
    """Area (basis grid, m2) and whole parcels that have reached a stage: cumulative, not a stock."""

    code: str
    area_m2: float
    parcels: int


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """What counts toward the year's target, and what the documents say of the same land.

    Attributes
    ----------
    area_m2 : float
        On the basis of the definition in force: ``geometry_m2`` as shipped.
    documents_m2 : float
        Sum of what the documents of these entries state (basis document).
    entries : int
        Entries behind it.
    unstated : int
        Entries whose document states no area.
    unmapped_m2 : float
        Stated by documents that name no parcel and draw nothing: shown; counted only where the definition says so.
    geometry_m2 : float
        Geometric (basis grid): reached by ``on`` less reached before the year began.
    """

    area_m2: float = 0.0
    documents_m2: float = 0.0
    entries: int = 0
    unstated: int = 0
    unmapped_m2: float = 0.0
    geometry_m2: float = 0.0


@dataclasses.dataclass(frozen=True)
class Site:
    """What the workspace knows of a project's ground, as known at the cut's hour.

    ``boundary_wkb`` is for drawing; only :attr:`fence_wkb`, a surveyed boundary, may clip or measure.
    """

    project: Project
    boundary: Boundary = "none"
    srid: int = 0
    layer: ParcelLayer | None = None
    layer_sha256: str = ""
    boundary_wkb: bytes | None = None
    boundary_sha256: str = ""

    @property
    def fence_wkb(self) -> bytes | None:
        return self.boundary_wkb if self.boundary == "survey" else None

    @functools.cached_property
    def columns(self) -> ParcelColumns:
        return self.layer.columns() if self.layer else ParcelColumns.empty()

    def user_of(self, parcel: str) -> str:
        """Return the pseudonym of a parcel's land user; empty where the layer names none, or does not hold the parcel."""
        row = self.columns.index.get(parcel)
        return "" if row is None or self.layer is None else self.layer.holders()[row]


@dataclasses.dataclass(frozen=True, slots=True)
class ProjectStatus:
    """One project as of a cut: its stage areas, what counts, what stands beside it, and the columns behind them.

    ``communes`` maps an old commune code to its stage areas; the empty code holds tranche land that lies in
    no parcel (lanes, canals) and parcels without a commune. ``proposed_m2`` would count as well if a second
    person confirmed it.
    """

    project: Project
    site: Site
    parcels: int
    parcels_m2: float
    without_event: int
    stages: tuple[StageArea, ...]
    communes: Mapping[str, tuple[StageArea, ...]]
    counted: Counted
    findings: tuple[Finding, ...]
    fold: Fold
    patches: Sequence[Patch]
    matters: Matters
    proposed_m2: float = 0.0

    @property
    def boundary(self) -> Boundary:
        return self.site.boundary

    def stage(self, code: str) -> StageArea:
        return next(s for s in self.stages if s.code == code)


@dataclasses.dataclass(frozen=True, slots=True)
class ParkStatus:
    """One park as of a cut: its projects together; land of two projects that overlaps counts once."""

    park: Park
    projects: tuple[str, ...]
    planned_ha: float
    stages: tuple[StageArea, ...]
    counted: Counted
    matters: Matters
    proposed_m2: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything known of the land on a day, as known at an hour. Immutable; every answer is taken from it."""

    cut: Cut
    head: Head
    digest: str
    demo: bool
    target: Target
    counted: Counted
    stages: tuple[StageArea, ...]
    parks: tuple[ParkStatus, ...]
    projects: tuple[ProjectStatus, ...]
    findings: tuple[Finding, ...]
    definition: Definition
    matters: Matters
    asked: Questions = dataclasses.field(repr=False, compare=False)  # what it read of the ledger: nobody need ask again
    proposed_m2: float = 0.0

    @property
    def remaining_m2(self) -> float:
        """Area still to hand over this year; never below zero."""
        return max(self.target.area_ha * 10_000 - self.counted.area_m2, 0.0)

    def project(self, id_: str) -> ProjectStatus:
        return next(p for p in self.projects if p.project.id == id_)
