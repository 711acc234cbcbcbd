"""Parcels row by row, and land users step by step: read once from the layers, nobody named."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio

from parkgis.rules import stages
from parkgis.rules.obstacles import obstacle_codes
from parkgis.status.fold import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from parkgis.status import ProjectStatus, Snapshot

COLUMNS = ["sheet", "parcel", "land_use", "area_document_m2", "holder"]
EMPTY = -1
"""Stands in :attr:`Rows.days` where a stage was not reached."""


@dataclasses.dataclass(frozen=True)
class Rows:
    """The active parcels of one project, in the layer's order.

    Attributes
    ----------
    key, commune, sheet, parcel, land_use : list of str
    area_document_m2 : ndarray of float64
        NaN where the survey states none.
    area_in_m2 : ndarray of float64
        Basis grid, inside the project.
    days : ndarray of int32, shape (stages, parcels)
        Day number by the stages in order; :data:`EMPTY` where not reached by the day asked about.
    """

    project: str
    key: list[str]
    commune: list[str]
    sheet: list[str]
    parcel: list[str]
    land_use: list[str]
    area_document_m2: npt.NDArray[np.float64]
    area_in_m2: npt.NDArray[np.float64]
    days: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.key)


@dataclasses.dataclass(frozen=True, slots=True)
class Users:
    """Land users by pseudonym: how many are known, and of how many every parcel has reached each stage, in their order.

    ``known`` is None where no parcel names a user: then nothing is known of households.
    """

    known: int | None
    reached: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Stuck:
    """Parcels of a project with an open obstacle that blocks hand-over: their number, users and area (m2, grid).

    ``users`` is None where no parcel of the project names one.
    """

    parcels: int
    users: int | None
    area_m2: float


@dataclasses.dataclass(frozen=True)
class Register:
    """All parcels, the users of the projects one by one (by id) and, under "", together, and what obstacles hold back."""

    rows: Sequence[Rows] = ()
    users: Mapping[str, Users] = dataclasses.field(default_factory=dict)
    stuck: Mapping[str, Stuck] = dataclasses.field(default_factory=dict)


def register(snapshot: Snapshot) -> Register:
    """Read the parcels of every project of a snapshot. Cost: one reading of each layer's columns, no geometry."""
    rows, holders, stuck = [], {}, {}
    for status in snapshot.projects:
        if status.site.layer is not None and status.parcels:
            made, holder = _rows(status, number(snapshot.cut.on))
            rows.append(made)
            holders[status.project.id] = (holder, made.days != EMPTY)
            stuck[status.project.id] = _stuck(status, made, holder)
    users = {id_: _users(*pair) for id_, pair in holders.items()}
    if holders:
        users[""] = _users(
            np.concatenate([holder for holder, _ in holders.values()]), np.concatenate([r for _, r in holders.values()], axis=1)
        )
    return Register(tuple(rows), users, stuck)


def _stuck(status: ProjectStatus, made: Rows, holder: npt.NDArray[Any]) -> Stuck:
    codes = obstacle_codes()
    blocked = {o.parcel for o in status.matters.obstacles if o.parcel and (o.code not in codes or codes[o.code].blocks)}
    at = [n for n, key in enumerate(made.key) if key in blocked] if blocked else []
    users = len(set(holder[at]) - {""}) if (holder != "").any() else None
    return Stuck(len(at), users, float(made.area_in_m2[at].sum()))


def _rows(status: ProjectStatus, on: int) -> tuple[Rows, npt.NDArray[Any]]:
    assert status.site.layer is not None
    _, table = pyogrio.read_arrow(status.site.layer.path, layer="parcels", columns=COLUMNS, read_geometry=False)
    columns, active = status.fold.columns, np.flatnonzero(status.fold.active)
    keep = active.tolist()

    def text(name: str) -> list[str]:
        values = table.column(name).to_pylist()
        return [values[n] or "" for n in keep]

    document = np.array(table.column("area_document_m2").to_numpy(zero_copy_only=False), float)[active]
    days = status.fold.days[:, active]
    made = Rows(
        status.project.id, [columns.keys[n] for n in keep], [columns.communes[n] for n in columns.commune[active].tolist()],
        text("sheet"), text("parcel"), text("land_use"), document, columns.area_in_m2[active],
        np.where(days <= on, days, EMPTY).astype(np.int32),
    )  # fmt: skip
    return made, np.array(text("holder"), dtype=object)


def _users(holder: npt.NDArray[Any], reached: npt.NDArray[np.bool_]) -> Users:
    named = holder != ""
    if not named.any():
        return Users(None, (0,) * len(stages()))
    _, user = np.unique(holder[named].astype(str), return_inverse=True)
    count = int(user.max()) + 1
    missing = [np.bincount(user, weights=~row, minlength=count) for row in reached[:, named]]
    return Users(count, tuple(int((m == 0).sum()) for m in missing))
