"""Two lists of parcels reconciled: the ledger's and somebody else's. Neither is changed; neither is believed."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from parkgis.model import Finding

Floats = npt.NDArray[np.float64]

GROUPS = ("matched", "differs", "only_here", "only_there", "ambiguous")
SHARE, AREA_M2 = 0.01, 0.5
_NUMBER = re.compile(r"0*(\d.*)", re.ASCII)


class Key(NamedTuple):
    """Commune (may be empty), sheet and parcel, as two offices can be expected to agree on them."""

    commune: str
    sheet: str
    parcel: str

    def __str__(self) -> str:
        return "/".join(self).lstrip("/")


def key(commune: str, sheet: str, parcel: str) -> Key:
    """Return the numbers of a parcel without what offices write differently.

    Examples
    --------
    >>> str(key("09214", "012", " 263a "))
    '9214/12/263A'
    """
    return Key(*map(_part, (commune, sheet, parcel)))


def _part(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFC", text).split()).upper()
    found = _NUMBER.fullmatch(plain)
    return found[1] if found else plain


@dataclasses.dataclass(frozen=True, slots=True)
class Side:
    """One list, in columns that run side by side.

    Attributes
    ----------
    keys : sequence of Key
    area_m2 : ndarray of float64
        What is compared; NaN where nothing is stated.
    labels : sequence of str
        The parcel as its own list names it.
    where : sequence of str
        Project here; file, sheet and row there.
    basis : sequence of str
        Of each area: ``document``, ``grid``, or empty where there is none.
    """

    keys: Sequence[Key]
    area_m2: Floats
    labels: Sequence[str]
    where: Sequence[str]
    basis: Sequence[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """One parcel of a comparison: rows of ``here`` and ``there`` that may be the same land.

    ``difference_m2`` is there less here; None where either area is unknown or there are not just two.
    """

    group: str
    key: str
    here: tuple[int, ...]
    there: tuple[int, ...]
    here_m2: float | None
    there_m2: float | None

    @property
    def difference_m2(self) -> float | None:
        if self.here_m2 is None or self.there_m2 is None or len(self.here) != 1 or len(self.there) != 1:
            return None
        return self.there_m2 - self.here_m2


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """What a group of lines adds up to: areas of two bases never add, so that there are two sums here.

    Attributes
    ----------
    here, there : int
        Parcels.
    here_document_m2, here_grid_m2, there_m2 : float
        As documents state; as measured where they state none; as the other list states.
    measured : int
        Parcels behind ``here_grid_m2``.
    unknown : int
        Parcels without any area, here and there.
    """

    code: str
    here: int
    there: int
    here_document_m2: float
    here_grid_m2: float
    there_m2: float
    measured: int
    unknown: int


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """Two lists side by side, and what a page to sign must say of them.

    Attributes
    ----------
    here, there : Side
    lines : tuple of Line
        In the order of :data:`GROUPS`, then of the keys.
    groups : tuple of Group
    file, sha256 : str
        The other list.
    project, stage : str
        Empty for every project.
    on, known, head_seq, digest, demo
        Of the snapshot behind ``here``.
    findings : tuple of Finding
    """

    here: Side
    there: Side
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    file: str
    sha256: str
    project: str
    stage: str
    on: dt.date
    known: dt.datetime
    head_seq: int
    digest: str
    demo: bool
    findings: tuple[Finding, ...]

    def group(self, code: str) -> Group:
        return next(g for g in self.groups if g.code == code)


def match(here: Side, there: Side) -> tuple[Line, ...]:
    """Say which parcels of two lists are the same.

    Two parcels may be the same when sheet and parcel number agree and the communes do, or one list leaves the
    commune out. Where that holds of just one here and one there, they are matched; where it links more than
    two, or two of one list, the key is ambiguous, and nobody guesses.

    Parameters
    ----------
    here, there : Side

    Returns
    -------
    tuple of Line
        Each row of either side in just one line; in the order of :data:`GROUPS`, then of the keys.

    *Method*: rows are grouped by (sheet, parcel), then by commune; linear in the number of rows.
    """
    numbers: dict[tuple[str, str], list[tuple[str, bool, int]]] = {}
    for there_too, side in enumerate((here, there)):
        for row, k in enumerate(side.keys):
            numbers.setdefault((k.sheet, k.parcel), []).append((k.commune, bool(there_too), row))
    lines = [_line(members, here, there) for rows in numbers.values() for members in _linked(rows)]
    return tuple(sorted(lines, key=lambda line: (GROUPS.index(line.group), _natural(line.key), line.here, line.there)))


def _linked(rows: Sequence[tuple[str, bool, int]]) -> list[list[tuple[str, bool, int]]]:
    """Cut rows of one sheet and parcel number into those that may be the same land: one without a commune links all."""
    by_commune: dict[str, list[tuple[str, bool, int]]] = {}
    for row in rows:
        by_commune.setdefault(row[0], []).append(row)
    return [list(rows)] if "" in by_commune else list(by_commune.values())


def _line(members: Sequence[tuple[str, bool, int]], here: Side, there: Side) -> Line:
    ours = tuple(row for _, there_too, row in members if not there_too)
    theirs = tuple(row for _, there_too, row in members if there_too)
    left, right = _sum(here.area_m2, ours), _sum(there.area_m2, theirs)
    first = here.keys[ours[0]] if ours else there.keys[theirs[0]]
    if len(ours) > 1 or len(theirs) > 1:
        return Line("ambiguous", str(first._replace(commune="")), ours, theirs, left, right)
    named = max((side.keys[row] for side, found in ((here, ours), (there, theirs)) for row in found), key=lambda k: k.commune)
    if not ours or not theirs:
        return Line("only_here" if ours else "only_there", str(named), ours, theirs, left, right)
    return Line("differs" if differ(left, right) else "matched", str(named), ours, theirs, left, right)


def _sum(areas: Floats, rows: Sequence[int]) -> float | None:
    found = [float(areas[row]) for row in rows if not np.isnan(areas[row])]
    return sum(found) if found else None


def differ(left_m2: float | None, right_m2: float | None) -> bool:
    """Tell whether two areas differ beyond 1 % of the larger one and beyond 0.5 m2; unknown ones do not."""
    if left_m2 is None or right_m2 is None:
        return False
    return abs(left_m2 - right_m2) > max(AREA_M2, SHARE * max(left_m2, right_m2)) + 1e-9


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Return a sort key in which 2 comes before 10."""
    parts = re.split(r"(\d{1,18})", text, flags=re.ASCII)
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts if part]


def summed(lines: Sequence[Line], here: Side, there: Side) -> tuple[Group, ...]:
    """Count and add up each group of lines."""
    basis = np.array(here.basis, dtype=object)
    found = []
    for code in GROUPS:
        mine = [line for line in lines if line.group == code]
        left = [row for line in mine for row in line.here]
        right = there.area_m2[[row for line in mine for row in line.there]]
        areas, bases = here.area_m2[left], basis[left]
        document, grid = bases == "document", bases == "grid"
        unknown = int(np.isnan(areas).sum() + np.isnan(right).sum())
        stated, measured, told = (float(np.nansum(part)) for part in (areas[document], areas[grid], right))
        found.append(Group(code, len(left), len(right), stated, measured, told, int(grid.sum()), unknown))
    return tuple(found)
