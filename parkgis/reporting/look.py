"""Look ahead from a snapshot for a report: forecast with its back-test, usable land, parcels to unlock next; each once."""

from __future__ import annotations

import concurrent.futures
import dataclasses
from typing import TYPE_CHECKING

from parkgis.planning.abreast import give_back
from parkgis.planning.board import board
from parkgis.planning.goals import year_goal
from parkgis.planning.outlook import outlook, summary
from parkgis.planning.patchwork import mosaic
from parkgis.reporting.ahead import LISTED, NO_TARGET, NOTHING, Ahead, Usable

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.planning.goals import Goal
    from parkgis.planning.outlook import Outlook, Summary
    from parkgis.planning.patchwork import Mosaic
    from parkgis.reporting.ahead import Look
    from parkgis.reporting.scope import Scope
    from parkgis.status import Overdue, Snapshot
    from parkgis.workspace import Workspace

    Progress = Callable[[str, float], None]

SEED = 1


def looking(
    workspace: Workspace, *, forecast: bool = True, land: bool = True, progress: Progress = lambda _step, _share: None
) -> Look:
    """Return what :func:`parkgis.reporting.gather` calls to look ahead.

    Parameters
    ----------
    workspace : Workspace
    forecast, land : bool
        What to look at; the forecast with its test on the past, and the ranking of parcels, take longer than all the rest.
    progress : callable
        Called with the step's name and the share done.
    """

    def look(snapshot: Snapshot, mine: Snapshot, scope: Scope, overdue: Overdue | None) -> Ahead:
        if scope.kind == "commune":
            return Ahead(without="commune") if forecast or land else NOTHING
        # blocks are GEOS, which leaves the interpreter free; they need most memory, and only the main thread's is used again
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            told = pool.submit(_told, workspace, snapshot, mine, scope) if forecast else None
            found = _land(workspace, mine, overdue, progress) if land else NOTHING
            progress("forecast", 0.8)
            seen = _with(found, told.result()) if told else found
        give_back()
        return seen

    return look


def _told(workspace: Workspace, snapshot: Snapshot, mine: Snapshot, scope: Scope) -> Outlook:
    return outlook(workspace, snapshot, _goal(workspace, snapshot, mine, scope), seed=SEED)


def _with(found: Ahead, told: Outlook) -> Ahead:
    return dataclasses.replace(found, outlook=told, forecast=_summary(summary(told)))


def _land(workspace: Workspace, mine: Snapshot, overdue: Overdue | None, progress: Progress) -> Ahead:
    rules = workspace.as_known(mine.cut.known).config.blocks
    progress("blocks", 0.05)
    found = mosaic(mine, rules)
    progress("blockers", 0.5)
    return Ahead(usable=_usable(found), board=board(mine, rules, overdue, first=LISTED, laid=found))


def _usable(land: Mosaic) -> Usable:
    return Usable(land.rules, land.whole, land.parks, land.without_land)


def _goal(workspace: Workspace, snapshot: Snapshot, mine: Snapshot, scope: Scope) -> Goal:
    """Return the year's target; of a park or project its own of ``[[targets]]``, else its plan: nobody divided the province's."""
    year = year_goal(mine.target)
    if scope.kind == "province":
        return year
    known = workspace.as_known(snapshot.cut.known).config.targets
    own = (g for g in known if getattr(g, scope.kind) == scope.id and (g.start, g.by) == (year.start, year.by))
    park, project = (scope.id if scope.kind == kind else "" for kind in ("park", "project"))
    return next(own, dataclasses.replace(year, park=park, project=project))


def _summary(found: Summary) -> Summary:
    """Give no likelihood of reaching a target of nothing."""
    if found.target_m2:
        return found
    notes = tuple(note for note in found.notes if note[0] != "reached")
    return dataclasses.replace(found, probability=None, notes=((NO_TARGET, {}), *notes))
