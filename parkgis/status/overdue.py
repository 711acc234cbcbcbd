"""Legal limits held against the days of a fold: what is late, what is near, what must still wait, what came too early.

A limit is the one in force on the day its clock started. A "max" runs to the next working day when it ends on a
day off; a "min" is a waiting time and is not lengthened. Parcels are judged as wholes; one that tranches cover
entirely counts from the day the last piece did.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from parkgis.model import Finding, Severity
from parkgis.rules import land_class, limits, limits_on, stage
from parkgis.rules.calendar import add_days, add_months, certain, roll_over
from parkgis.status.fold import NEVER, children, date, number, parents, row_of
from parkgis.status.patches import OUTSIDE, WHOLE_SHARE, area_m2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parkgis.ledger.store import Store
    from parkgis.model import Recorded
    from parkgis.rules import Limit
    from parkgis.status.fold import Days, Fold, Mask, Rows
    from parkgis.status.patches import Patch
    from parkgis.status.questions import Questions
    from parkgis.status.snapshot import ProjectStatus, Site, Snapshot
    from parkgis.status.whole import Held

    Texts = npt.NDArray[np.object_]

STATES = ("late", "near", "early", "waiting")
WITHIN_DAYS = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Deadline:
    """Parcels of one project under one limit whose clock started on one day.

    Attributes
    ----------
    state : {"late", "near", "early", "waiting"}
        Past a "max"; within the days asked of it; reached before a "min" was over; must still wait for one.
    due : datetime.date
        Last day of a "max"; first day after a "min".
    days : int
        Days late, left, too early, or still to wait.
    parcels : tuple of str
        Keys, in the order of the layer.
    area_m2 : float
        Basis grid, inside the project.
    certain : bool
        False where the holidays of the year it ends in are expected, not announced.
    """

    project: str
    limit: Limit
    state: str
    started: dt.date
    due: dt.date
    days: int
    parcels: tuple[str, ...]
    area_m2: float
    certain: bool

    def step(self, lang: str) -> str:
        """Return the step that is due or must wait."""
        return stage(self.limit.to_stage).name(lang)

    def actor(self, lang: str, authority: str = "") -> str:
        """Return who has to take it; ``authority`` is the body competent for recovery, where the workspace names it."""
        if authority and self.limit.to_stage == "recovered":
            return authority
        return stage(self.limit.to_stage).actor(lang)


@dataclasses.dataclass(frozen=True, slots=True)
class Overdue:
    """Every deadline of a snapshot: late first, then near, too early, waiting; each the worst first.

    ``unclassified`` counts parcels under notice whose land-use code has no clear class: the waiting time they are
    under is unknown, and they are judged by no limit that depends on it.
    """

    on: dt.date
    known: dt.datetime
    digest: str
    demo: bool
    within_days: int
    authority: str
    deadlines: tuple[Deadline, ...]
    unclassified: int


def end_of(limit: Limit, started: dt.date) -> dt.date:
    """Return the last day of a "max", or the first day after a "min", of a clock that started on a day.

    Examples
    --------
    >>> payment = next(limit for limit in limits() if limit.id == "payment")
    >>> end_of(payment, dt.date(2026, 1, 15))  # 14 February is a Saturday, and Tet follows
    datetime.date(2026, 2, 23)
    """
    last = add_months(started, limit.months) if limit.months else add_days(started, limit.days or 0)
    return roll_over(last) if limit.kind == "max" else last


def deadlines(snapshot: Snapshot, store: Store, within_days: int = WITHIN_DAYS, authority: str = "") -> Overdue:
    """Hold every dated limit between two stages against a snapshot.

    Parameters
    ----------
    snapshot : Snapshot
    store : Store
        The ledger it was taken from: a document issued again restarts some limits.
    within_days : int
        How near a deadline has to be to be told.
    authority : str
        Body competent for recovery.
    """
    lineage = [e for e in store.drawn(snapshot.cut) if e.event.kind != "reached"]
    found: list[Deadline] = []
    unclassified = 0
    for project in snapshot.projects:
        if project.parcels and project.site.layer is not None:
            clocks = _Clocks(project, snapshot.asked, lineage)
            found += [*_running(clocks, snapshot.cut.on, within_days), *early(project.site, project.fold)]
            unclassified += clocks.unclassified()
    order = sorted(found, key=lambda d: (STATES.index(d.state), -d.days if d.state in ("late", "early") else d.days, d.project))
    cut = snapshot.cut
    return Overdue(cut.on, cut.known, snapshot.digest, snapshot.demo, within_days, authority, tuple(order), unclassified)


class _Clocks:
    """When each parcel of a project reached each stage, as a whole, and which class of land it is."""

    def __init__(self, status: ProjectStatus, asked: Questions, lineage: Sequence[Recorded]) -> None:
        self.site, self.fold = status.site, status.fold
        self.days = whole_days(status.fold, status.patches)
        self._asked = asked
        self._lineage = [e for e in lineage if e.event.project == status.project.id]
        self._allowed: dict[str, Days] = {}
        self._of_kind: dict[str, Mask] = {}

    def of_kind(self, kind: str) -> Mask:
        """Tell which parcels are land of a class."""
        if not self._of_kind:
            classes = classes_of(self.site)
            self._of_kind = {one: classes == one for one in {*classes.tolist(), *(limit.applies for limit in _between()), ""}}
        return self._of_kind[kind]

    def started(self, limit: Limit) -> Days:
        """Return the day each parcel's clock started; NEVER where it did not."""
        first: Days = self.days[row_of(limit.from_stage)]
        if not limit.restarts:
            return first
        again = _latest(self.fold, self._asked.whole(self.site.project.id, limit.from_stage), self._lineage)
        merged: Days = np.where(again >= 0, again, first).astype(np.int32)
        return merged

    def under(self, limit: Limit, started: Days) -> Mask:
        """Tell which active parcels' clocks started while the limit was in force, for their kind of land."""
        mask: Mask = self.fold.active & (started >= number(limit.effective_from))
        mask &= started < number(limit.effective_to or dt.date.max)
        if limit.applies != "all" and mask.any():
            mask &= self.of_kind(limit.applies)
        return mask

    def allowed(self, to_stage: str) -> Days:
        """Return the first day on which each parcel may take a step, after every waiting time; 0 where none runs."""
        if to_stage not in self._allowed:
            self._allowed[to_stage] = self._first_allowed(to_stage)
        return self._allowed[to_stage]

    def _first_allowed(self, to_stage: str) -> Days:
        first = np.zeros(len(self.fold.active), np.int32)
        for limit in (found for found in _between() if found.kind == "min" and found.to_stage == to_stage):
            started = self.days[row_of(limit.from_stage)]
            mask = self.under(limit, started)
            first[mask] = np.maximum(first[mask], started[mask] + (limit.days or 0))
        return first

    def unclassified(self) -> int:
        noticed = self.fold.active & (self.days[row_of("notice")] != NEVER) & (self.days[row_of("recovered")] == NEVER)
        return int((noticed & self.of_kind("")).sum()) if noticed.any() else 0


def classes_of(site: Site) -> Texts:
    """Return the notice class of every parcel of a site: agri, non_agri, unused, or empty."""
    codes = site.layer.land_uses() if site.layer else []
    known = {code: land_class(code) for code in set(codes)}
    return np.array([known[code] for code in codes], dtype=object)


def whole_days(folded: Fold, patches: Sequence[Patch]) -> Days:
    """Return the day matrix, filled in where patches cover a whole parcel."""
    days = folded.days.copy()
    groups: dict[tuple[int, int], list[Patch]] = {}
    for patch in patches:
        if patch.row != OUTSIDE and days[patch.stage, patch.row] == NEVER:
            groups.setdefault((patch.stage, patch.row), []).append(patch)
    for (rank, row), pieces in groups.items():
        pieces.sort(key=lambda p: p.day)
        covered = (n for n in range(1, len(pieces) + 1) if area_m2(pieces[:n]) >= WHOLE_SHARE * folded.columns.area_in_m2[row])
        if enough := next(covered, 0):
            days[rank, row] = pieces[enough - 1].day
    return days


def _latest(folded: Fold, entries: Iterable[Held], lineage: Sequence[Recorded]) -> Days:
    """Return the last day on which each parcel reached a stage, handed down through splits and merges; -1 for none."""
    index = folded.columns.index
    days = np.full(len(folded.columns.keys), -1, np.int32)
    for one in entries:
        rows = one.rows(index)
        there = rows < len(days)
        np.maximum.at(days, rows[there], one.days[there])
    for entry in lineage:
        old, new = ([index[key] for key in part(entry.event) if key in index] for part in (parents, children))
        if old and new:
            days[new] = np.maximum(days[new], days[old].min())
    return days


# -- limits that run ---------------------------------------------------------------------------------------


@functools.cache
def _between() -> tuple[Limit, ...]:
    return tuple(limit for limit in limits() if limit.from_stage and limit.to_stage)


def _running(clocks: _Clocks, on: dt.date, within_days: int) -> Iterator[Deadline]:
    """Yield what is late, near or waiting: the clock started and the step has not been taken."""
    for limit in _between():
        started = clocks.started(limit)
        pending = clocks.under(limit, started) & (started <= number(on)) & (clocks.days[row_of(limit.to_stage)] == NEVER)
        for start in np.unique(started[pending]):
            mask = pending & (started == start)
            for due in _ends(clocks, limit, date(start), mask):
                if state := _state(limit, due[0], on, within_days):
                    yield _deadline(clocks.site, clocks.fold, limit, state, (date(start), due[0]), due[1])


def _ends(clocks: _Clocks, limit: Limit, started: dt.date, mask: Mask) -> Iterator[tuple[dt.date, Mask]]:
    """Yield each day on which the limit ends with the parcels it ends for: never before they may be taken at all."""
    end = end_of(limit, started)
    if limit.kind == "min":
        yield end, mask
        return
    first = np.maximum(clocks.allowed(limit.to_stage), number(end))
    for day in np.unique(first[mask]):
        yield roll_over(date(day)), mask & (first == day)


def _state(limit: Limit, due: dt.date, on: dt.date, within_days: int) -> tuple[str, int] | None:
    left = (due - on).days
    if limit.kind == "min":
        return ("waiting", left) if left > 0 else None
    if left < 0:
        return "late", -left
    return ("near", left) if left <= within_days else None


def _deadline(
    site: Site, folded: Fold, limit: Limit, state: tuple[str, int], span: tuple[dt.date, dt.date], mask: Mask
) -> Deadline:
    rows = np.flatnonzero(mask)
    started, due = span
    return Deadline(
        site.project.id, limit, state[0], started, due, state[1], tuple(folded.columns.keys[row] for row in rows),
        float(folded.columns.area_in_m2[rows].sum()), limit.kind == "min" or certain(due),
    )  # fmt: skip


# -- limits that were broken -------------------------------------------------------------------------------


class _Breach(NamedTuple):
    limit: Limit
    started: int
    taken: int
    rows: Rows


def early(site: Site, folded: Fold) -> list[Deadline]:
    """Return steps taken before their waiting time was over by the law of the day the clock started."""
    return [_as_deadline(site, folded, breach) for breach in _breaches(site, folded)]


def early_findings(site: Site, folded: Fold) -> list[Finding]:
    """Report steps taken before their waiting time was over.

    ``limit_early``: by the limit in force when the clock started, and by the one in force when the step was
    taken. ``limit_transition``: only by the former; which of the two holds is for a lawyer to say.

    Land-use codes are read only where two days lie so close that a limit may be broken.
    """
    groups: dict[tuple[str, str, str], list[_Breach]] = {}
    for breach in _breaches(site, folded):
        code = "limit_transition" if _allowed_since(breach) else "limit_early"
        groups.setdefault((code, breach.limit.id, breach.limit.citation), []).append(breach)
    return [_finding(folded, code, found) for (code, _, _), found in groups.items()]


def _finding(folded: Fold, code: str, found: Sequence[_Breach]) -> Finding:
    limit, example = found[0].limit, folded.columns.keys[int(found[0].rows[0])]
    facts = {
        "stage": limit.to_stage, "earlier": limit.from_stage, "days": limit.days, "citation": limit.citation,
        "count": sum(len(breach.rows) for breach in found), "example": example,
    }  # fmt: skip
    if code == "limit_transition":
        return Finding("limit_transition", Severity.INFO, where=example, facts=facts)
    return Finding("limit_early", Severity.WARNING, where=example, facts=facts)


def _as_deadline(site: Site, folded: Fold, breach: _Breach) -> Deadline:
    mask = np.zeros(len(folded.columns.keys), bool)
    mask[breach.rows] = True
    started, due = date(breach.started), end_of(breach.limit, date(breach.started))
    return _deadline(site, folded, breach.limit, ("early", (due - date(breach.taken)).days), (started, due), mask)


def _allowed_since(breach: _Breach) -> bool:
    """Tell whether the same limit, as in force on the day the step was taken, was over by then."""
    now = next((limit for limit in limits_on(date(breach.taken)) if limit.id == breach.limit.id), None)
    return now is not None and now is not breach.limit and end_of(now, date(breach.started)) <= date(breach.taken)


def _breaches(site: Site, folded: Fold) -> Iterator[_Breach]:
    classes: Texts | None = None
    if not folded.columns.keys:
        return
    for limit in (found for found in _between() if found.kind == "min"):
        started, taken = folded.days[row_of(limit.from_stage)], folded.days[row_of(limit.to_stage)]
        mask = folded.active & (started >= number(limit.effective_from)) & (taken != NEVER)
        mask &= started < number(limit.effective_to or dt.date.max)
        # int64: a day that is NEVER must not wrap round
        mask &= taken < started.astype(np.int64) + (limit.days or 0)
        if limit.applies != "all" and mask.any():
            classes = classes_of(site) if classes is None else classes
            mask &= classes == limit.applies
        rows = np.flatnonzero(mask)
        for start, end in sorted(set(zip(started[rows].tolist(), taken[rows].tolist(), strict=True))):
            yield _Breach(limit, start, end, rows[(started[rows] == start) & (taken[rows] == end)])
