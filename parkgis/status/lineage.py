"""Splits and merges must conserve land: the same area within 0.1 %, the same shape; and from when until when parcels are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.model import Finding, Severity
from parkgis.status.fold import NEVER, children, parents

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from parkgis.model import Event, Recorded
    from parkgis.status.fold import Fold, Mask
    from parkgis.status.snapshot import ProjectStatus, Site

TOLERANCE = 0.001
"""Share of the old parcels' area by which the new ones may differ."""


def breaches(event: Event, shapes: Mapping[str, BaseGeometry], severity: Severity, where: str) -> list[Finding]:
    """Say how a split or merge fails to conserve its land.

    Parameters
    ----------
    event : Event
        Of kind ``split`` or ``merge``.
    shapes : mapping of str to geometry
        The parcels it names, valid, in the legal grid (metres).

    Returns
    -------
    list of Finding
        ``lineage_area``: the sums of the areas differ by more than :data:`TOLERANCE`. ``lineage_shape``: the
        sums agree, and yet the new parcels lie elsewhere, or over each other.
    """
    old, new = ([shapes[key] for key in part(event)] for part in (parents, children))
    before, after = float(shapely.area(old).sum()), float(shapely.area(new).sum())
    facts = {"old": ", ".join(parents(event)), "new": ", ".join(children(event)), "before_m2": before, "after_m2": after}
    if abs(after - before) > TOLERANCE * before:
        return [Finding("lineage_area", severity, where=where, facts={**facts, "difference_m2": after - before})]
    off = float(shapely.symmetric_difference(shapely.union_all(old), shapely.union_all(new)).area)
    if off > TOLERANCE * before:
        return [Finding("lineage_shape", severity, where=where, facts={**facts, "area_m2": off})]
    return []


def family(event: Event) -> tuple[str, ...]:
    """Return every key a split or merge names, old ones first."""
    return (*parents(event), *children(event))


def shapes_of(site: Site, keys: Sequence[str]) -> dict[str, BaseGeometry]:
    """Read the valid shapes of some parcels of a site, by key; keys the layer does not hold are left out."""
    index = site.columns.index
    known = [key for key in dict.fromkeys(keys) if key in index]
    if site.layer is None or not known:
        return {}
    drawn = shapely.make_valid(shapely.from_wkb(site.layer.wkb([index[key] for key in known])), method="structure")
    return dict(zip(known, drawn, strict=True))


def findings(site: Site, lineage: Sequence[Recorded], on: dt.date) -> list[Finding]:
    """Report splits and merges up to ``on`` that lose or gain land. Reads the geometry of their parcels only."""
    told = [e for e in lineage if e.event.day <= on and all(key in site.columns.index for key in family(e.event))]
    shapes = shapes_of(site, [key for entry in told for key in family(entry.event)])
    return [f for e in told for f in breaches(e.event, shapes, Severity.WARNING, f"ledger:{e.seq}")]


# -- from when until when ----------------------------------------------------------------------------------


def retired(fold: Fold) -> Mask:
    """Tell which parcels are gone and stood on an earlier day, shape (parcels,)."""
    gone: Mask = ~fold.active & (fold.until != NEVER) & (fold.since < fold.until)
    return gone


def lives(status: ProjectStatus) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
    """Yield (project, key) and the day numbers since and until which it is there, of parcels that a split or merge touched."""
    since, until = status.fold.since, status.fold.until
    for row in np.flatnonzero((since > 0) | (until != NEVER)):
        yield (status.project.id, status.fold.columns.keys[row]), (int(since[row]), int(until[row]))


def unseen(status: ProjectStatus, event: Event) -> bool:
    """Tell whether a split or merge made parcels of the layer out of parcels that the layer does not hold."""
    index = status.fold.columns.index
    made = [index[key] for key in children(event) if key in index]
    return any(key not in index for key in parents(event)) and bool(status.fold.active[made].any())
