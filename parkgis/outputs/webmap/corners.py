"""Rings as one list of corners, each stored once, and the way every ring goes along them.

A corner that neighbours share is one point of the map: simplifying or rounding it moves both sides, so that no gap
can open, however dirty the coverage (what is not shared exactly are simply two corners). Each point of a ring is one of

- *new*: its coordinates follow, less what the corners before it let expect (``x``, ``y``);
- *follow k*: the point before it was used by earlier rings too; in the k-th of those, the latest first, this one stood
  before that (neighbours run against each other);
- *jump*: a corner known from elsewhere, counted back from the newest (``jump``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parkgis.outputs.webmap.rings import firsts

if TYPE_CHECKING:
    import numpy.typing as npt

    from parkgis.outputs.webmap.rings import Ints, Rings

    Longs = npt.NDArray[np.int64]

NEW, FOLLOWS, JUMP = 0, 3, 4
COLUMNS = ("rings", "points", "step", "jump", "x", "y")


def weave(shapes: Rings) -> tuple[dict[str, Ints], Longs, Longs]:
    """Return the columns of rings, where each corner appears first, and the corner of each point."""
    size = shapes.points.astype(np.int64)
    loop = np.repeat(np.arange(len(size)), size)
    start = np.cumsum(size) - size
    at = np.arange(len(loop))
    place = at - start[loop]
    first, corner = firsts(shapes.x, shapes.y)
    new = np.zeros(len(loop), bool)
    new[first] = True
    step = _steps(corner, new, loop, place, np.where(place > 0, at - 1, start[loop] + size[loop] - 1))
    newest = np.cumsum(new)
    columns = {
        "rings": shapes.rings,
        "points": shapes.points,
        "step": step,
        "jump": (newest - corner)[step == JUMP].astype(np.int32),
        "x": _surprise(shapes.x, place)[new],
        "y": _surprise(shapes.y, place)[new],
    }
    return columns, first, corner


def _steps(corner: Longs, new: npt.NDArray[np.bool_], loop: Longs, place: Longs, before: Longs) -> Ints:
    """Say of each point how it is found; ``before`` is the place of the point before it in its ring, around."""
    earlier = _earlier(corner)
    step = np.where(new, NEW, JUMP).astype(np.int32)
    use = np.append(-1, earlier[:-1])[: len(corner)]  # the use before of the point before
    use[place == 0] = -1
    for k in range(1, FOLLOWS + 1):
        done = (use >= 0) & (loop[use] < loop)
        step[done & (step == JUMP) & (corner[before[use]] == corner)] = k
        use = np.where(use >= 0, earlier[use], -1)
    return step


def _earlier(corner: Longs) -> Longs:
    """Return for each point the last one before it on the same corner, or -1."""
    found = np.full(len(corner), -1)
    order = np.argsort(corner, kind="stable")
    same = corner[order][1:] == corner[order][:-1]
    found[order[1:][same]] = order[:-1][same]
    return found


def _surprise(values: Ints, place: Longs) -> Ints:
    """Return what coordinates differ from a parallelogram on the three points before, or from the point before."""
    expected = np.append(np.int32(0), values[:-1])[: len(values)]
    third = np.flatnonzero(place > 2)
    expected[third] += values[third - 3] - values[third - 2]  # wraps around, and back again when read
    return values - expected


def unweave(columns: dict[str, Ints]) -> tuple[Ints, Ints]:
    """Return the coordinates of every point from :data:`COLUMNS`; the plain twin of ``decode.js``, for tests."""
    points, steps = columns["points"].tolist(), columns["step"].tolist()
    jumps, fresh = iter(columns["jump"].tolist()), iter(zip(columns["x"].tolist(), columns["y"].tolist(), strict=True))
    corner: list[int] = []
    earlier: list[int] = []
    before: list[int] = []
    last: list[int] = []  # by corner
    where: list[tuple[int, int]] = []  # by corner
    for size in points:
        start = len(corner)
        for place in range(size):
            at = start + place
            if steps[at] == NEW:
                corner.append(len(where))
                where.append(_expected([where[c] for c in corner[max(start, at - 3) : at]], where, corner, at, next(fresh)))
                last.append(-1)
            elif steps[at] == JUMP:
                corner.append(len(where) - next(jumps))
            else:
                use = earlier[at - 1]
                for _ in range(steps[at] - 1):
                    use = earlier[use]
                corner.append(corner[before[use]])
            earlier.append(last[corner[at]])
            last[corner[at]] = at
            before.append(at - 1 if place else start + size - 1)
    found = np.array([where[c] for c in corner], dtype=np.int64).reshape(-1, 2)
    return found[:, 0].astype(np.int32), found[:, 1].astype(np.int32)


def _expected(
    ring: list[tuple[int, int]], where: list[tuple[int, int]], corner: list[int], at: int, by: tuple[int, int]
) -> tuple[int, int]:
    base = where[corner[at - 1]] if at else (0, 0)
    third = ring if len(ring) == 3 else [(0, 0), (0, 0)]
    return _wrap(base[0] + third[0][0] - third[1][0] + by[0]), _wrap(base[1] + third[0][1] - third[1][1] + by[1])


def _wrap(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31
