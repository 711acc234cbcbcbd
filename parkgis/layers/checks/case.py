"""What a check is given and what it gives back: a case, and marks on it."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from parkgis.layers.checks.limits import Bools, Floats, Ints, Shapes
from parkgis.layers.checks.pairs import Overlaps, overlaps
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

SHOWN = 5  # rows named in one finding
KEY = ("commune", "sheet", "parcel")
NOBODY = -1  # in place of a row, where a mark belongs to no parcel or to no second one


@dataclasses.dataclass(frozen=True)
class Case:
    """A parcel layer and what is known around it; every costly step is done once, when the first check asks.

    Attributes
    ----------
    frame : GeoDataFrame
        Parcels with ``commune``, ``sheet``, ``parcel`` at the door; all of :data:`parkgis.frames.PARCELS` later.
    fence : geometry or None
        The project's surveyed boundary, in the frame's grid.
    planned_m2 : float or None
        Area of the decision.
    on : date or None
        The day land-use codes are looked up for; None: any day will do.
    recorded : collection of str or None
        Keys the ledger speaks of; None: not asked.
    tolerance_parcel, tolerance_total : float
        Share (0-1) by which documents and measurement may differ; those of the definition of a countable hectare.
    """

    frame: gpd.GeoDataFrame
    fence: BaseGeometry | None = None
    planned_m2: float | None = None
    on: dt.date | None = None
    recorded: Collection[str] | None = None
    tolerance_parcel: float = 0.01
    tolerance_total: float = 0.001

    @functools.cached_property
    def shapes(self) -> Shapes:
        """The geometries as they came."""
        return np.asarray(self.frame.geometry.values)

    @functools.cached_property
    def there(self) -> Bools:
        """Whether a row has a shape at all."""
        return np.asarray(~(shapely.is_missing(self.shapes) | shapely.is_empty(self.shapes)))

    @functools.cached_property
    def broken(self) -> Ints:
        """Rows whose shape is invalid."""
        return np.flatnonzero(self.there & ~shapely.is_valid(self.shapes))

    @functools.cached_property
    def sound(self) -> Shapes:
        """The geometries, the invalid ones mended so that they can be measured."""
        if not len(self.broken):
            return self.shapes
        shapes = self.shapes.copy()
        shapes[self.broken] = shapely.make_valid(shapes[self.broken], method="structure", keep_collapsed=False)
        return shapes

    def mended(self, rows: Ints) -> Shapes:
        """Return ``sound`` of some rows, without asking all the others."""
        return Case(self.frame.iloc[rows]).sound

    @functools.cached_property
    def numbered(self) -> Mapping[str, tuple[Ints, pd.Index]]:
        """Of each part of a key: each row's text as the number of a distinct text; a million rows hold a few thousand of them."""
        return {part: pd.factorize(self.frame[part], use_na_sentinel=False) for part in KEY}

    @functools.cached_property
    def tree(self) -> shapely.STRtree:
        """Over ``sound``."""
        return shapely.STRtree(self.sound)

    @functools.cached_property
    def overlaps(self) -> Overlaps:
        return overlaps(self.sound, self.tree)

    def keys(self, rows: Ints) -> list[str]:
        """Name some rows: by key where the frame has keys, else by number, counted from 1."""
        if "key" in self.frame:
            return [str(key) for key in self.frame["key"].iloc[rows]]
        return [str(row + 1) for row in rows.tolist()]


@dataclasses.dataclass(frozen=True, eq=False)
class Marks:
    """What one check found: n places, each with the parcel it belongs to, a shape and a number.

    Attributes
    ----------
    code : str
        Key of the text and the remedy in ``words/*/finding.toml``, of the line a place in ``words/*/check.toml``.
    severity : Severity
    rows : ndarray of int, shape (n,)
        The parcel; -1 where it belongs to none.
    shapes : ndarray of geometry, shape (n,)
        Where to look, in the frame's system: a point, a line or a polygon; None where nothing can be shown.
    measures : ndarray of float64, shape (n,)
        How bad it is, in ``unit``; NaN where it is not a matter of size.
    unit : str
        ``m2``, ``m``, ``deg`` or empty.
    others : ndarray of int, shape (n,), or None
        The second parcel.
    details : mapping of str to sequence
        More facts, a value a place.
    facts : mapping
        Facts of the whole finding beside ``count``, ``example`` and the sum of the measures.
    """

    code: str
    severity: Severity
    rows: Ints
    shapes: Shapes
    measures: Floats
    unit: str = ""
    others: Ints | None = None
    details: Mapping[str, Sequence[Any]] = dataclasses.field(default_factory=dict)
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def worst_first(self) -> Ints:
        """Return the places in the order a person should look at them: the largest measure first, then by row."""
        size = np.where(np.isnan(self.measures), -np.inf, np.abs(self.measures))
        return np.lexsort((self.rows, -size))

    def parcels(self) -> Ints:
        """Return the rows it is about, each once."""
        rows = self.rows if self.others is None else np.concatenate([self.rows, self.others])
        return np.unique(rows[rows != NOBODY])


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """An entry in a list of checks: what it may find, and the function that looks.

    Attributes
    ----------
    finds : mapping of str to Severity
    run : callable
        Case -> marks, one object a code at most.
    """

    finds: Mapping[str, Severity]
    run: Callable[[Case], Iterator[Marks]]


def listed(rows: Ints | Sequence[int]) -> str:
    """Name some rows, counted from 1 as a person counts."""
    return shown([str(int(row) + 1) for row in rows[: SHOWN + 1]])


def shown(texts: Sequence[str]) -> str:
    """List some texts, and say whether there are more."""
    return ", ".join(texts[:SHOWN]) + (", …" if len(texts) > SHOWN else "")


def named(case: Case, found: Marks, place: int) -> str:
    """Name the parcel of a place, and the second one beside it."""
    rows = [int(found.rows[place]), NOBODY if found.others is None else int(found.others[place])]
    return " – ".join(case.keys(np.array([row for row in rows if row != NOBODY], np.intp)))


def summary(found: Marks, case: Case) -> Finding:
    """Return marks as one finding: how many parcels, the worst of them as the example, the sum of the areas."""
    worst = int(found.worst_first()[0])
    example, parcels = named(case, found, worst), found.parcels()
    facts: dict[str, Any] = {"count": len(parcels), "places": len(found), "example": example}
    if found.unit == "m2":
        facts["area_m2"] = float(np.nansum(found.measures))
    facts["rows"] = listed(found.rows) if "key" not in case.frame else shown(case.keys(parcels[: SHOWN + 1]))
    where = f"row {int(found.rows[worst]) + 1}" if "key" not in case.frame else example
    return Finding(found.code, found.severity, where=where, facts={**facts, **found.facts})


def on_parcels(
    case: Case, code: str, severity: Severity, rows: Ints, measures: Floats | None = None, unit: str = "", **facts: Any
) -> Iterator[Marks]:
    """Yield marks on whole parcels, or nothing where there is no row."""
    if len(rows):
        sizes = np.full(len(rows), np.nan) if measures is None else np.asarray(measures, float)
        yield Marks(code, severity, rows, case.shapes[rows], sizes, unit, facts=facts)
