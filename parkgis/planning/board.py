"""The blocker board: parcels not yet handed over, by the usable land each would unlock, with what each waits for."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely

from parkgis.planning.abreast import abreast
from parkgis.planning.blockers import Field, ranked
from parkgis.planning.land import land_of
from parkgis.planning.patchwork import chosen_projects, has_land
from parkgis.rules import stage, stages
from parkgis.rules.obstacles import obstacle_codes, owner_name
from parkgis.status.fold import NEVER
from parkgis.status.overdue import whole_days

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from parkgis.planning.blockers import Unlocked
    from parkgis.planning.ground import Ground
    from parkgis.planning.patchwork import Mosaic
    from parkgis.planning.ruling import Rules
    from parkgis.status import ProjectStatus, Snapshot
    from parkgis.status.matters import Obstacle
    from parkgis.status.overdue import Deadline, Overdue

Costs = dict[tuple[str, str], float]
"""What is still to be paid for a parcel (VND), by project and key."""


@dataclasses.dataclass(frozen=True)
class Waits:
    """What a parcel that is not handed over waits for.

    Attributes
    ----------
    stage : str
        Code of the highest stage reached; empty for none.
    next_stage : str
        Code of the first stage, by rank, not reached yet; empty where it is not known (land in no parcel).
    obstacles : tuple of Obstacle
        Open ones of the parcel itself.
    deadline : Deadline or None
        The most urgent legal limit that runs.
    households : int or None
        1 where the layer names the land user; None where nothing is known.
    cost_vnd : float or None
        Still to be paid; None where nobody told.
    """

    stage: str = ""
    next_stage: str = ""
    obstacles: tuple[Obstacle, ...] = ()
    deadline: Deadline | None = None
    households: int | None = None
    cost_vnd: float | None = None

    def office(self, lang: str) -> str:
        """Return who has to act: the owner of the open obstacle, else the office of the next step."""
        known = obstacle_codes()
        owners = [owner_name(o.owner, lang) or (known[o.code].owner(lang) if o.code in known else "") for o in self.obstacles]
        return "; ".join(filter(None, owners)) or (stage(self.next_stage).actor(lang) if self.next_stage else "")

    def obstacle_names(self, lang: str) -> list[str]:
        """Return what stands in the way; a code that is not known as it is."""
        known = obstacle_codes()
        return [known[o.code].name(lang) if o.code in known else o.code for o in self.obstacles]


@dataclasses.dataclass(frozen=True)
class Blocker:
    """A parcel, and what handing it over alone would unlock.

    Attributes
    ----------
    project, key : str
        ``key`` is empty for land in no parcel.
    area_m2 : float
        Of it, not handed over; basis grid.
    unlocked_m2 : float
        Usable land with it less usable land without it.
    srid : int
        EPSG code of the project's grid.
    shape, opens : BaseGeometry
        The parcel, and the usable land it would lie in; in the project's grid.
    """

    project: str
    key: str
    srid: int
    shape: BaseGeometry
    area_m2: float
    unlocked_m2: float
    opens: BaseGeometry
    waits: Waits

    @property
    def per_household_m2(self) -> float | None:
        return self.unlocked_m2 / self.waits.households if self.waits.households else None

    @property
    def per_billion_m2(self) -> float | None:
        """Unlocked area for a thousand million VND still to be paid."""
        cost = self.waits.cost_vnd
        return self.unlocked_m2 / (cost / 1e9) if cost else None


@dataclasses.dataclass(frozen=True)
class Board:
    """The ranking of some projects together.

    Attributes
    ----------
    blockers : tuple of Blocker
        The most first.
    exact, open_parcels : int
        How many were recomputed, and how many are not handed over.
    rest_m2 : float
        No parcel that is not listed unlocks more than this.
    without_land : tuple of str
        Projects of which no parcel is known.
    known : int
        Projects of which there is land.
    handed_m2, usable_m2 : float
        Of these projects, as things stand; without barriers.
    """

    rules: Rules
    blockers: tuple[Blocker, ...]
    exact: int
    open_parcels: int
    rest_m2: float
    without_land: tuple[str, ...]
    known: int
    handed_m2: float
    usable_m2: float

    @property
    def proven(self) -> int:
        """How many of the first are proven to be the first: nothing that is not listed can unlock more."""
        return sum(blocker.unlocked_m2 >= self.rest_m2 for blocker in self.blockers)


def board(
    snapshot: Snapshot, rules: Rules, overdue: Overdue | None = None, costs: Costs | None = None, *,
    project: str = "", park: str = "", first: int = 20, laid: Mosaic | None = None,
) -> Board:  # fmt: skip
    """Rank the parcels that are not handed over.

    Parameters
    ----------
    snapshot : Snapshot
    rules : Rules
    overdue : Overdue, optional
        Legal limits that run, of the same snapshot.
    costs : mapping, optional
    project, park : str
        Ids; empty for all.
    first : int
        How many to list.
    laid : Mosaic, optional
        Of the same snapshot by the same rules: its ground need not be laid out again.
    """
    chosen = chosen_projects(snapshot, project, park)
    with_land = [p for p in chosen if has_land(p)]
    grounds = {part.land.project: part.ground for part in laid.projects} if laid else {}
    fields = abreast(lambda status: _field(status, rules, snapshot.cut.on, grounds.get(status.project.id)), with_land)
    ranking = ranked(fields, first)
    due = _due(overdue)
    waiting = {n: Waiting(with_land[n], due, costs or {}) for n in sorted({u.field for u in ranking.first})}
    blockers = [_blocker(fields[u.field], u, waiting[u.field]) for u in ranking.first]
    return Board(
        rules=rules,
        blockers=tuple(sorted(blockers, key=lambda b: (-b.unlocked_m2, b.project, b.key))),
        exact=ranking.exact,
        open_parcels=ranking.open_pieces,
        rest_m2=ranking.rest_m2,
        without_land=tuple(p.project.id for p in chosen if not has_land(p)),
        known=len(with_land),
        handed_m2=math.fsum(field.handed_m2 for field in fields),
        usable_m2=math.fsum(field.usable_m2 for field in fields),
    )


def _field(status: ProjectStatus, rules: Rules, on: dt.date, ground: Ground | None) -> Field:
    return Field(ground.land if ground else land_of(status, on), rules, ground)


def _blocker(field: Field, unlocked: Unlocked, waits: Waiting) -> Blocker:
    land, piece = field.land, unlocked.piece
    shape, row = land.shapes[piece], int(land.row[piece])
    return Blocker(
        land.project, str(land.key[piece]), land.srid, shape, float(shape.area), unlocked.usable_m2, field.opens([piece]),
        waits.of(row),
    )  # fmt: skip


def _due(overdue: Overdue | None) -> Mapping[tuple[str, str], Deadline]:
    """Return the most urgent limit of each parcel that asks for a step or makes it wait."""
    found: dict[tuple[str, str], Deadline] = {}
    for deadline in overdue.deadlines if overdue else ():
        if deadline.state != "early":
            for key in deadline.parcels:
                found.setdefault((deadline.project, key), deadline)
    return found


class Waiting:
    """What the parcels of one project wait for, looked up by row."""

    def __init__(self, status: ProjectStatus, due: Mapping[tuple[str, str], Deadline], costs: Costs) -> None:
        self._status, self._due, self._costs = status, due, costs
        self._days = whole_days(status.fold, status.patches)
        self._holders = _holders(status)

    def of(self, row: int) -> Waits:
        if row < 0:
            return Waits()
        project, key = self._status.project.id, self._status.fold.columns.keys[row]
        codes = [s.code for s in stages()]
        reached = self._days[:, row] != NEVER
        taken = [code for code, there in zip(codes, reached, strict=True) if there]
        return Waits(
            stage=taken[-1] if taken else "",
            next_stage=next((code for code, there in zip(codes, reached, strict=True) if not there), ""),
            obstacles=tuple(o for o in self._status.matters.obstacles if o.parcel == key),
            deadline=self._due.get((project, key)),
            households=1 if self._holders[row] else None,
            cost_vnd=self._costs.get((project, key)),
        )


def _holders(status: ProjectStatus) -> Any:
    if status.site.layer is None:
        return np.empty(0, dtype=object)
    frame = pyogrio.read_dataframe(status.site.layer.path, layer="parcels", columns=["holder"], read_geometry=False)
    return frame["holder"].fillna("").to_numpy()


# -- the way to the target -----------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Way:
    """A set of parcels whose area closes the gap to a target: plain hectares, whether or not they lie together.

    Attributes
    ----------
    parcels : tuple of (project, key, area_m2, Waits)
    area_m2 : float
        Together.
    gap_m2 : float
        What was asked for.
    least : int
        No set of fewer open parcels closes the gap: proven by taking the largest, whatever they wait for.
    cost_vnd : float or None
        Together, where every one's is known.
    """

    parcels: tuple[tuple[str, str, float, Waits], ...]
    area_m2: float
    gap_m2: float
    least: int
    cost_vnd: float | None

    @property
    def closes(self) -> bool:
        return self.area_m2 >= self.gap_m2 - 1e-6


def cheapest(snapshot: Snapshot, gap_m2: float, overdue: Overdue | None = None, costs: Costs | None = None) -> Way:
    """Choose open parcels across parks that close a gap: the fewest parcels, or the least money where every cost is known.

    Only parcels without an open obstacle that stops the hand-over, and whose legal waiting time ends by the year's end, are chosen
    as long as they suffice; of these the ones nearest to hand-over first where two cost the same.

    Notes
    -----
    *Method*: by number of parcels the largest first is the optimum. By money the cheapest a square metre first, then what is not
    needed is taken out again, the dearest first. A heuristic: a cheaper set may exist.
    """
    every = list(_open(snapshot, _due(overdue), costs or {}))
    known = bool(costs) and all(w.cost_vnd is not None for *_, w in every)
    order = sorted(every, key=_by_cost if known else _by_area)
    free = [row for row in order if not _stuck(row[3], snapshot)]
    stuck = [row for row in order if _stuck(row[3], snapshot)]
    chosen = _enough([*free, *stuck], gap_m2, trim=known)
    areas = math.fsum(row[2] for row in chosen)
    money = [row[3].cost_vnd for row in chosen]
    total = None if not money or any(cost is None for cost in money) else math.fsum(c for c in money if c is not None)
    least = len(_enough(sorted(every, key=_by_area), gap_m2, trim=False)) if gap_m2 > 0 else 0
    return Way(tuple(chosen), areas, gap_m2, least, total)


Row = tuple[str, str, float, Waits]


def _open(snapshot: Snapshot, due: Mapping[tuple[str, str], Deadline], costs: Costs) -> Iterable[Row]:
    for status in snapshot.projects:
        if status.parcels and status.project.group in snapshot.definition.groups:
            land, waits = land_of(status, snapshot.cut.on), Waiting(status, due, costs)
            area = shapely.area(land.shapes)
            for row in np.flatnonzero(~land.handed & (land.row >= 0)).tolist():
                yield status.project.id, str(land.key[row]), float(area[row]), waits.of(int(land.row[row]))


def _by_area(row: Row) -> tuple[object, ...]:
    return -row[2], row[0], row[1]


def _by_cost(row: Row) -> tuple[object, ...]:
    return (row[3].cost_vnd or 0.0) / max(row[2], 1e-9), row[0], row[1]


def _stuck(waits: Waits, snapshot: Snapshot) -> bool:
    """Tell whether something stands in the way that is known not to be gone by the year's end."""
    wait = waits.deadline
    late = wait is not None and wait.limit.kind == "min" and wait.due.year > snapshot.target.year
    return bool(waits.obstacles) or late


def _enough(order: Sequence[Row], gap_m2: float, *, trim: bool) -> list[Row]:
    chosen: list[Row] = []
    total = 0.0
    for row in order:
        if total >= gap_m2:
            break
        chosen.append(row)
        total += row[2]
    for row in sorted(chosen, key=lambda r: -(r[3].cost_vnd or 0.0)) if trim else ():
        if total - row[2] >= gap_m2:
            chosen.remove(row)
            total -= row[2]
    return chosen
