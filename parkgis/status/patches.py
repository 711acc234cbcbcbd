"""The geometry of a fold: tranches cut along parcels, and parcels that overlap their neighbours.

A *patch* is a piece of land, in one parcel or in none, that reached a stage on a day and whose area the
layer's columns cannot tell. Areas of patches are areas of unions.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.errors import CrsMixed
from parkgis.model import Finding, Severity
from parkgis.status.fold import NEVER, number, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from parkgis.model import Recorded
    from parkgis.status.fold import Fold, Mask
    from parkgis.status.snapshot import Site

WHOLE_SHARE = 0.999  # covered to this share by tranches, a parcel is among those that reached a stage
MEASURABLE_M2 = 0.01
OUTSIDE = -1
"""Row of a patch that lies in no parcel."""


@dataclasses.dataclass(frozen=True, slots=True)
class Patch:
    """A piece of land that reached ``stage`` (row of the day matrix) on ``day`` (day number)."""

    row: int
    stage: int
    day: int
    shape: BaseGeometry


@dataclasses.dataclass(frozen=True)
class Ground:
    """A project folded: its columns and its patches, from which every area is taken."""

    site: Site
    fold: Fold
    patches: Sequence[Patch]
    _covers: dict[tuple[int, int], BaseGeometry | None] = dataclasses.field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def cover(self, stage: int, day: int) -> BaseGeometry | None:
        """Return the union of :meth:`beside_columns`, None for nothing; every pair of projects asks for it again."""
        if (stage, day) not in self._covers:
            found = self.beside_columns(stage, day)
            self._covers[stage, day] = shapely.union_all([p.shape for p in found]) if found else None
        return self._covers[stage, day]

    def beside_columns(self, stage: int, day: int) -> list[Patch]:
        """Return the patches of a stage by a day that the columns do not already count as whole parcels."""
        whole = self.fold.active & ~self.fold.columns.irregular & (self.fold.days[stage] <= day)
        return [p for p in self.patches if p.stage == stage and p.day <= day and (p.row == OUTSIDE or not whole[p.row])]

    def reached(self, stage: int, among: Mask, day: int, *, outside: bool) -> tuple[float, int]:
        """Measure what reached a stage by a day.

        Parameters
        ----------
        stage : int
            Row of the day matrix.
        among : ndarray of bool, shape (parcels,)
        day : int
        outside : bool
            Whether land in no parcel belongs to the question.

        Returns
        -------
        area_m2 : float
            Basis grid; patches by the area of their union.
        parcels : int
            Reached as a whole, or covered by tranches to :data:`WHOLE_SHARE`.
        """
        columns = self.fold.columns
        whole = self.fold.active & among & (self.fold.days[stage] <= day)
        rest = [p for p in self.beside_columns(stage, day) if (outside if p.row == OUTSIDE else among[p.row])]
        covered: dict[int, list[Patch]] = {}
        for patch in rest:
            if patch.row != OUTSIDE and not whole[patch.row]:
                covered.setdefault(patch.row, []).append(patch)
        full = sum(area_m2(group) >= WHOLE_SHARE * columns.area_in_m2[row] for row, group in covered.items())
        return float(columns.area_in_m2[whole & ~columns.irregular].sum()) + area_m2(rest), int(whole.sum() + full)


def parse_ewkt(text: str) -> tuple[int, BaseGeometry]:
    """Split ``SRID=9209;POLYGON (...)`` into its EPSG code and what of its geometry has area, valid.

    `record` draws only sound polygons; an entry that came otherwise may hold any text: see :func:`unsound`.
    """
    head, _, body = text.partition(";")
    shape = _drawn(body)
    if shape is None:
        return int(head.removeprefix("SRID=")), shapely.Polygon()
    sound = shape if shape.is_valid else shapely.make_valid(shape, method="structure")
    return int(head.removeprefix("SRID=")), polygons(sound)


def _drawn(body: str) -> BaseGeometry | None:
    """Read WKT; None for what is none, or has corners at infinity."""
    with np.errstate(over="ignore"):
        shape: BaseGeometry | None = shapely.from_wkt(body, on_invalid="ignore")
    return shape if shape is not None and np.isfinite(shapely.get_coordinates(shape)).all() else None


def unsound(tranches: Iterable[Recorded]) -> list[Finding]:
    """Report tranche polygons that cross themselves (measured as mended), or that cannot be read and measure nothing."""
    found = []
    for entry in tranches:
        shape = _drawn(entry.event.geometry.partition(";")[2])
        code = "tranche_unreadable" if shape is None or parse_ewkt(entry.event.geometry)[1].is_empty else "tranche_invalid"
        if shape is None or not shape.is_valid or code == "tranche_unreadable":
            facts = {"seq": entry.seq, "document": entry.event.source.number}
            found.append(Finding(code, Severity.WARNING, where=f"ledger:{entry.seq}", facts=facts))
    return found


def polygons(shape: BaseGeometry) -> BaseGeometry:
    """Keep what has area: an intersection may leave points and lines behind."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = np.asarray(shapely.get_parts(shape))
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def cut(site: Site, folded: Fold, tranches: Iterable[tuple[int, Recorded]]) -> list[Patch]:
    """Cut tranches along parcels; add irregular parcels reached as a whole, and what parts of merged ones had reached.

    Parameters
    ----------
    site : Site
    folded : Fold
    tranches : iterable of (int, Recorded)
        Row of the stage, and the entry that draws the polygon.

    Returns
    -------
    list of Patch
        In the site's grid, clipped to its surveyed boundary where there is one. Cost: one index look-up a
        tranche, one intersection a touched parcel.

    Raises
    ------
    CrsMixed
        When the layer was measured in another grid than the workspace's legal one.
    """
    if site.layer is not None and site.layer.srid != site.srid:
        raise CrsMixed(left=f"EPSG:{site.layer.srid} ({site.layer.path.name})", right=f"EPSG:{site.srid} (parkgis.toml)")
    fence = shapely.from_wkb(site.fence_wkb) if site.fence_wkb else None
    patches = [*_irregular(site, folded, fence), *_kept(site, folded, fence)]
    for stage, entry in tranches:
        shape = _tranche(site, entry, fence)
        if not shape.is_empty:
            patches.extend(_along_parcels(site, folded, stage, number(entry.event.day), shape))
    return patches


def laid(site: Site, folded: Fold, tranches: Iterable[Recorded]) -> Ground:
    """Put the drawn ones of some tranches beside the columns of a fold."""
    drawn = [(row_of(entry.event.stage), entry) for entry in tranches if entry.event.geometry]
    return Ground(site, folded, cut(site, folded, drawn) if drawn or folded.kept or folded.columns.irregular.any() else [])


def _tranche(site: Site, entry: Recorded, fence: BaseGeometry | None) -> BaseGeometry:
    srid, shape = parse_ewkt(entry.event.geometry)
    if srid != site.srid:  # `record` brings every tranche into the legal grid; the fold never transforms
        raise CrsMixed(left=f"EPSG:{srid} (ledger entry {entry.seq})", right=f"EPSG:{site.srid} (parkgis.toml)")
    return polygons(shapely.intersection(shape, fence)) if fence is not None else shape


def _shapes(site: Site, rows: Sequence[int]) -> list[BaseGeometry]:
    if site.layer is None or not len(rows):
        return []
    return list(shapely.make_valid(shapely.from_wkb(site.layer.wkb(rows)), method="structure"))


def _along_parcels(site: Site, folded: Fold, stage: int, day: int, tranche: BaseGeometry) -> Iterable[Patch]:
    rows = [row for row in (site.layer.rows_touching(tranche.bounds) if site.layer else []) if folded.active[row]]
    kept = site.layer.worked if site.layer else {}  # a report folds the same tranche for every day that it speaks of
    key = (tranche.wkb, tuple(rows))
    if key not in kept:
        kept[key] = _cut(tranche, rows, _shapes(site, rows))
    return (Patch(row, stage, day, piece) for row, piece in kept[key])


def _cut(tranche: BaseGeometry, rows: Sequence[int], shapes: Sequence[BaseGeometry]) -> list[tuple[int, BaseGeometry]]:
    """Return what lies in each parcel, and what lies in none."""
    pieces = shapely.intersection(np.array(shapes, dtype=object), tranche)
    found = [(row, polygons(piece)) for row, piece in zip(rows, pieces, strict=True) if piece.area > 0]
    rest = polygons(shapely.difference(tranche, shapely.union_all(shapes))) if shapes else tranche
    return [*found, *([(OUTSIDE, rest)] if rest.area > 0 else [])]


def _irregular(site: Site, folded: Fold, fence: BaseGeometry | None) -> Iterable[Patch]:
    rows = np.flatnonzero(folded.columns.irregular & folded.active & (folded.days != NEVER).any(axis=0))
    for row, shape in zip(rows.tolist(), _inside(site, rows.tolist(), fence), strict=True):
        for stage in np.flatnonzero(folded.days[:, row] != NEVER):
            yield Patch(row, int(stage), int(folded.days[stage, row]), shape)


def _inside(site: Site, rows: Sequence[int], fence: BaseGeometry | None) -> list[BaseGeometry]:
    """Return the land of parcels within the boundary; of one vintage and boundary it is worked out once."""
    kept = site.layer.worked if site.layer else {}
    lacking = [row for row in rows if (row, site.fence_wkb) not in kept]
    for row, shape in zip(lacking, _shapes(site, lacking), strict=True):
        kept[row, site.fence_wkb] = polygons(shapely.intersection(shape, fence)) if fence is not None else shape
    return [kept[row, site.fence_wkb] for row in rows]


def _kept(site: Site, folded: Fold, fence: BaseGeometry | None) -> Iterable[Patch]:
    """Cut what old parts of merged parcels had reached along the parcels that hold the land now."""
    rows = sorted({row for kept in folded.kept for row in (kept.row, *kept.heirs)})
    drawn = _shapes(site, rows)
    if fence is not None:
        drawn = [polygons(shape) for shape in shapely.intersection(np.array(drawn, dtype=object), fence)]
    shapes = dict(zip(rows, drawn, strict=True))
    for kept in folded.kept:
        rest = shapes[kept.row]
        for heir in kept.heirs:
            piece = polygons(shapely.intersection(rest, shapes[heir]))
            rest = polygons(shapely.difference(rest, shapes[heir]))
            if piece.area > 0:
                yield Patch(heir, kept.stage, kept.day, piece)
        if rest.area > MEASURABLE_M2:  # the new parcels do not cover the old one: said as a finding, the land stays
            yield Patch(OUTSIDE, kept.stage, kept.day, rest)


def area_m2(patches: Sequence[Patch]) -> float:
    """Return the area of the union: overlapping pieces count once."""
    return float(shapely.union_all([p.shape for p in patches]).area) if patches else 0.0
