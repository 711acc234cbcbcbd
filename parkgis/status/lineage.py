"""Splits and merges must conserve land: the same area within 0.1 %, the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from parkgis.model import Finding, Severity
from parkgis.status.fold import children, parents

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from parkgis.model import Event, Recorded
    from parkgis.status.snapshot import Site

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
