"""Patchwork ("mặt bằng xôi đỗ"): how much of the land handed over lies together, by park, now and month by month."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
import math
from typing import TYPE_CHECKING

from parkgis.planning.abreast import abreast
from parkgis.planning.blocks import find_blocks
from parkgis.planning.land import land_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.planning.blocks import Block, Blocks
    from parkgis.planning.ruling import Rules
    from parkgis.status import ProjectStatus, Snapshot


@dataclasses.dataclass(frozen=True)
class Patchwork:
    """Land handed over in one or several projects. A block never crosses from one project into another: they have two investors.

    Attributes
    ----------
    name : str
        Id of the park or project; empty for all together.
    handed_m2 : float
        Handed over ever, with barriers; basis grid.
    in_blocks_m2 : float
        Of it, land of blocks: without barriers.
    usable_m2 : float
    mesh_m2 : float or None
        As :attr:`parkgis.planning.blocks.Blocks.mesh_m2`; None where nothing was handed over.
    blocks, usable_blocks : int
    largest_m2 : float
        Area of the largest block.
    """

    name: str
    handed_m2: float
    in_blocks_m2: float
    usable_m2: float
    mesh_m2: float | None
    blocks: int
    usable_blocks: int
    largest_m2: float

    @property
    def usable_share(self) -> float | None:
        """Share of the handed-over land that is usable; None where nothing was handed over."""
        return self.usable_m2 / self.handed_m2 if self.handed_m2 else None


def patchwork(name: str, found: Iterable[Blocks]) -> Patchwork:
    """Add up the blocks of some projects."""
    found = list(found)
    blocks = [block for part in found for block in part.blocks]
    in_blocks = math.fsum(block.area_m2 for block in blocks)
    handed = in_blocks + math.fsum(part.barrier_m2 for part in found)
    return Patchwork(
        name=name,
        handed_m2=handed,
        in_blocks_m2=in_blocks,
        usable_m2=math.fsum(block.usable_m2 for block in blocks),
        mesh_m2=math.fsum(block.area_m2**2 for block in blocks) / handed if handed else None,
        blocks=len(blocks),
        usable_blocks=sum(block.usable_m2 > 0 for block in blocks),
        largest_m2=max((block.area_m2 for block in blocks), default=0.0),
    )


@dataclasses.dataclass(frozen=True)
class Mosaic:
    """Blocks of the chosen projects as of a snapshot.

    Attributes
    ----------
    projects : tuple of Blocks
        In the snapshot's order; only projects with parcels or drawn tranches.
    without_land : tuple of str
        Projects of which the workspace knows no parcel: nothing can be said of them.
    parks : tuple of Patchwork
    whole : Patchwork
    """

    rules: Rules
    projects: tuple[Blocks, ...]
    without_land: tuple[str, ...]
    parks: tuple[Patchwork, ...]
    whole: Patchwork

    def listed(self) -> list[tuple[str, Block]]:
        """Return every block with its project, the largest first."""
        every = [(part.land.project, block) for part in self.projects for block in part.blocks]
        return sorted(every, key=lambda pair: (-pair[1].area_m2, pair[0], pair[1].number))


def mosaic(snapshot: Snapshot, rules: Rules, *, project: str = "", park: str = "", on: dt.date | None = None) -> Mosaic:
    """Find the blocks of all projects, of one, or of a park.

    Parameters
    ----------
    snapshot : Snapshot
    rules : Rules
    project, park : str
        Ids; empty for all.
    on : date, optional
        An earlier day than the snapshot's.
    """
    chosen = chosen_projects(snapshot, project, park)
    with_land = [status for status in chosen if has_land(status)]
    found = tuple(abreast(lambda status: find_blocks(land_of(status, on or snapshot.cut.on), rules), with_land))
    of = {part.land.project: part for part in found}
    parks = [
        patchwork(line.park.id, [of[id_] for id_ in line.projects if id_ in of])
        for line in snapshot.parks
        if any(id_ in of for id_ in line.projects)
    ]
    without = tuple(status.project.id for status in chosen if not has_land(status))
    return Mosaic(rules, found, without, tuple(parks), patchwork("", found))


def chosen_projects(snapshot: Snapshot, project: str = "", park: str = "") -> list[ProjectStatus]:
    """Return the projects asked about, in the snapshot's order."""
    return [p for p in snapshot.projects if project in ("", p.project.id) and park in ("", p.project.park_id)]


def has_land(status: ProjectStatus) -> bool:
    """Tell whether anything is known of a project's ground: parcels, or tranches that were drawn."""
    return bool(status.parcels or status.patches)


def month_ends(since: dt.date, on: dt.date) -> tuple[dt.date, ...]:
    """Return the last day of every month from ``since`` on, and ``on`` itself as the last.

    Examples
    --------
    >>> [day.isoformat() for day in month_ends(dt.date(2026, 1, 15), dt.date(2026, 3, 10))]
    ['2026-01-31', '2026-02-28', '2026-03-10']
    """
    found = []
    year, month = since.year, since.month
    while (last := dt.date(year, month, calendar.monthrange(year, month)[1])) < on:
        found.append(last)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return (*found, on)


def series(
    snapshot: Snapshot, rules: Rules, days: Sequence[dt.date], *, project: str = "", park: str = ""
) -> tuple[tuple[dt.date, Patchwork], ...]:
    """Return the patchwork on earlier days, all as known at the snapshot's hour."""
    return tuple((day, mosaic(snapshot, rules, project=project, park=park, on=day).whole) for day in days)
