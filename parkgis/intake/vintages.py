"""Hold a newer parcel layer against the older one: what became of every parcel, by its ground and by its key.

*Method.* A common shift of the whole survey (the median move of parcels that kept their key) is taken off first. Parcels
with the same key and the same ground are done with. Of the rest, an old and a new parcel belong together where they share
half of either's area or more (one query of an STRtree, one vectorised intersection); the groups this makes are read by
their sizes: one to one, one to several, several to one. What no ground joins, a key may: such a parcel moved.
Cost: O(n log n); 100,000 parcels with 1 % edits take about a second.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from parkgis.intake.parcels import mended

if TYPE_CHECKING:
    import geopandas as gpd

Floats = npt.NDArray[np.float64]
Masks = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Shapes = npt.NDArray[np.object_]

HALF = 0.5
"""Share of the smaller parcel's area that two parcels must have in common to belong together."""
MOVED_M = 0.05  # a boundary that moved less stayed where it is: twice the centimetre that exchange formats round to
AREA_SHARE = 0.001  # as in splits and merges
AREA_M2 = 0.1
FEWEST = 3  # parcels that must agree before a shift is one of the whole survey
NONE = -1


class Fate(enum.StrEnum):
    """What became of a parcel; each has exactly one."""

    UNCHANGED = "unchanged"
    ATTRIBUTES = "attributes"  # same ground, other land use or document area
    MOVED = "moved"  # same key and area, a boundary elsewhere
    AREA = "area"  # same key, other area
    RENUMBERED = "renumbered"  # same ground, other key
    SPLIT = "split"
    MERGED = "merged"
    REARRANGED = "rearranged"  # several became several others
    VANISHED = "vanished"
    NEW = "new"


FATES = tuple(Fate)
ALONE = (Fate.UNCHANGED, Fate.ATTRIBUTES, Fate.MOVED, Fate.AREA)
"""Fates of a parcel that keeps its key; entries stay attached by it."""


@dataclasses.dataclass(frozen=True)
class Tally:
    """How many parcels share a fate, and their areas (m2, grid) before and after."""

    fate: Fate
    old: int
    new: int
    old_m2: float
    new_m2: float


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Two vintages of one project, parcel by parcel.

    Attributes
    ----------
    old, new : GeoDataFrame
        Holding to :data:`parkgis.frames.PARCELS`, in the same grid, in order of their rows.
    old_group, new_group : ndarray of int, shapes (len(old),) and (len(new),)
        Parcels of one number belong together; a group has parcels of at least one side.
    fates : ndarray of int8, shape (groups,)
        Index into :data:`FATES` for each group.
    moved_m : ndarray of float64, shape (len(new),)
        How far the farthest boundary of a parcel that kept its key, or was only renumbered, moved; NaN for others.
    shift_m : (float, float)
        East and north, by which the whole survey moved; (0, 0) where it did not.
    """

    old: gpd.GeoDataFrame
    new: gpd.GeoDataFrame
    old_group: Rows
    new_group: Rows
    fates: npt.NDArray[np.int8]
    moved_m: Floats
    shift_m: tuple[float, float]

    def tallies(self) -> list[Tally]:
        """Count and add up by fate, every fate, in the order of :data:`FATES`; the areas add up to both layers'."""
        count = len(FATES)
        of_old, of_new = self.fates[self.old_group], self.fates[self.new_group]
        sums = [
            np.bincount(of, weights, count)
            for of, frame in ((of_old, self.old), (of_new, self.new))
            for weights in (None, frame["area_grid_m2"].to_numpy(float))
        ]
        return [Tally(fate, int(o), int(n), float(om), float(nm)) for fate, o, om, n, nm in zip(FATES, *sums, strict=True)]

    def groups(self, *fates: Fate) -> list[tuple[Fate, list[str], list[str]]]:
        """Return (fate, old keys, new keys) of the groups with one of some fates, in order of their first old or new row."""
        wanted = np.isin(self.fates, [FATES.index(fate) for fate in fates])
        members: dict[int, tuple[list[str], list[str]]] = {}
        for side, (group, frame) in enumerate(((self.old_group, self.old), (self.new_group, self.new))):
            rows = np.flatnonzero(wanted[group])
            for number, key in zip(group[rows].tolist(), frame["key"].iloc[rows].tolist(), strict=True):
                members.setdefault(number, ([], []))[side].append(key)
        return [(FATES[self.fates[number]], *keys) for number, keys in members.items()]

    @property
    def quiet(self) -> bool:
        """Whether no ground and no key changed: at most what the list says of a parcel."""
        return bool(np.isin(self.fates, [FATES.index(Fate.UNCHANGED), FATES.index(Fate.ATTRIBUTES)]).all())


def compare(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> Comparison:
    """Tell what became of every parcel.

    Parameters
    ----------
    old, new : GeoDataFrame
        Holding to :data:`parkgis.frames.PARCELS`, each key once, in the same grid (metres).
    """
    before, after = (mended(np.asarray(frame.geometry.values))[0] for frame in (old, new))
    twin = _twins(old, new)
    shift = _shift(before, after, twin)
    placed = shapely.transform(before, lambda xy: xy + shift) if any(shift) else before
    still = np.flatnonzero((twin != NONE) & _same_ground(placed, after, twin))
    links = np.concatenate([np.column_stack([still, twin[still]]), _linked(placed, after, still, twin[still])])
    links = np.concatenate([links, _by_key(twin, links, len(new))])
    old_group, new_group, groups = _grouped(links, len(old), len(new))
    paired = _pairs(old_group, new_group, groups)
    moved = np.full(len(new), np.nan)
    moved[paired[:, 1]] = _moved(before, after, paired)
    fates = _fates(old, new, old_group, new_group, groups, moved)
    return Comparison(old, new, old_group, new_group, fates, moved, (float(shift[0]), float(shift[1])))


# -- what belongs together -----------------------------------------------------------------------------------


def _twins(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> Rows:
    """Return for each old parcel the row of the new one with its key, -1 for none."""
    rows = dict(zip(new["key"].tolist(), range(len(new)), strict=True))
    return np.array([rows.get(key, NONE) for key in old["key"].tolist()], dtype=np.intp)


def _shift(before: Shapes, after: Shapes, twin: Rows) -> Floats:
    """Return the move east and north that more than half of the parcels with their old key share; nought for none."""
    rows = np.flatnonzero(twin != NONE)
    if len(rows) < FEWEST:
        return np.zeros(2)
    moves = shapely.get_coordinates(shapely.centroid(after[twin[rows]])) - shapely.get_coordinates(shapely.centroid(before[rows]))
    shift: Floats = np.median(moves, axis=0)
    agree = np.hypot(*(moves - shift).T) <= MOVED_M
    return shift if np.hypot(*shift) > MOVED_M and agree.mean() > HALF else np.zeros(2)


def _same_ground(placed: Shapes, after: Shapes, twin: Rows) -> Masks:
    """Tell which old parcels have a twin that covers the same ground to :data:`MOVED_M`, corner by corner."""
    rows = np.flatnonzero(twin != NONE)
    same = np.zeros(len(placed), bool)
    there = after[twin[rows]]
    same[rows] = shapely.equals_exact(placed[rows], there, MOVED_M, normalize=False)
    doubtful = rows[~same[rows]]
    same[doubtful] = shapely.equals_exact(placed[doubtful], after[twin[doubtful]], MOVED_M, normalize=True)
    return same


def _linked(placed: Shapes, after: Shapes, still: Rows, taken: Rows) -> Rows:
    """Return pairs (old row, new row) of the other parcels that share :data:`HALF` of either's area."""
    left_over, right_over = (np.setdiff1d(np.arange(len(s)), done) for s, done in ((placed, still), (after, taken)))
    left, right = shapely.STRtree(after[right_over]).query(placed[left_over], predicate="intersects")
    left, right = left_over[left], right_over[right]
    shared = shapely.area(shapely.intersection(placed[left], after[right]))
    smaller = np.minimum(shapely.area(placed[left]), shapely.area(after[right]))
    belong = shared >= HALF * smaller
    return np.column_stack([left[belong], right[belong]])


def _by_key(twin: Rows, links: Rows, count: int) -> Rows:
    """Return pairs of the same key of which neither has any ground in common with another parcel: they went elsewhere."""
    bare_old, bare_new = np.ones(len(twin), bool), np.ones(count, bool)
    bare_old[links[:, 0]] = False
    bare_new[links[:, 1]] = False
    rows = np.flatnonzero(bare_old & (twin != NONE))
    rows = rows[bare_new[twin[rows]]]
    return np.column_stack([rows, twin[rows]])


def _grouped(links: Rows, old: int, new: int) -> tuple[Rows, Rows, int]:
    """Number the connected groups of parcels: each takes the least number among those it is linked to, until none changes."""
    label = np.arange(old + new)
    left, right = links[:, 0], links[:, 1] + old
    while True:
        least = np.minimum(label[left], label[right])
        following = label.copy()
        np.minimum.at(following, left, least)
        np.minimum.at(following, right, least)
        if (following == label).all():
            break
        label = following
    _, numbers = np.unique(label, return_inverse=True)
    return numbers[:old], numbers[old:], int(numbers.max(initial=-1)) + 1


def _pairs(old_group: Rows, new_group: Rows, groups: int) -> Rows:
    """Return (old row, new row) of the groups of one and one."""
    single = (np.bincount(old_group, minlength=groups) == 1) & (np.bincount(new_group, minlength=groups) == 1)
    left, right = np.flatnonzero(single[old_group]), np.flatnonzero(single[new_group])
    return np.column_stack([left[np.argsort(old_group[left])], right[np.argsort(new_group[right])]])


# -- what became of it ---------------------------------------------------------------------------------------


def _moved(before: Shapes, after: Shapes, paired: Rows) -> Floats:
    """Return how far the farthest point of a boundary moved: at least as far as the middle did."""
    old, new = before[paired[:, 0]], after[paired[:, 1]]
    moved = np.zeros(len(paired))
    other = np.flatnonzero(~shapely.equals_exact(old, new, 0.0))
    if len(other):
        far = shapely.hausdorff_distance(shapely.boundary(old[other]), shapely.boundary(new[other]))
        moved[other] = np.maximum(far, shapely.distance(shapely.centroid(old[other]), shapely.centroid(new[other])))
    return moved


def _fates(
    old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, old_group: Rows, new_group: Rows, groups: int, moved: Floats
) -> npt.NDArray[np.int8]:
    """Read each group by its sizes, those of one and one by key, area, place and list; later lines outrank earlier ones."""
    olds, news = np.bincount(old_group, minlength=groups), np.bincount(new_group, minlength=groups)
    fates = np.full(groups, FATES.index(Fate.REARRANGED), np.int8)
    fates[news == 0] = FATES.index(Fate.VANISHED)
    fates[olds == 0] = FATES.index(Fate.NEW)
    fates[(olds == 1) & (news > 1)] = FATES.index(Fate.SPLIT)
    fates[(olds > 1) & (news == 1)] = FATES.index(Fate.MERGED)
    paired = _pairs(old_group, new_group, groups)
    left, right = paired[:, 0], paired[:, 1]
    before, after = (frame["area_grid_m2"].to_numpy(float)[rows] for frame, rows in ((old, left), (new, right)))
    same_key = old["key"].to_numpy(dtype=object)[left] == new["key"].to_numpy(dtype=object)[right]
    single = np.full(len(paired), FATES.index(Fate.UNCHANGED), np.int8)
    single[_otherwise_listed(old, new, left, right)] = FATES.index(Fate.ATTRIBUTES)
    single[moved[right] > MOVED_M] = FATES.index(Fate.MOVED)
    single[np.abs(after - before) > np.maximum(AREA_SHARE * before, AREA_M2)] = FATES.index(Fate.AREA)
    single[~same_key] = FATES.index(Fate.RENUMBERED)
    fates[old_group[left]] = single
    return fates


def _otherwise_listed(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, left: Rows, right: Rows) -> Masks:
    use = old["land_use"].to_numpy(dtype=object)[left] != new["land_use"].to_numpy(dtype=object)[right]
    before, after = (frame["area_document_m2"].to_numpy(float)[rows] for frame, rows in ((old, left), (new, right)))
    same_area = (before == after) | (np.isnan(before) & np.isnan(after))
    return np.asarray(use | ~same_area, bool)
