"""The counted area day by day over the target's year, from one reading of the ledger.

*Method.* A fold holds the *day* each parcel reached each stage, so that one fold answers for every day of a
stretch in which no parcel was split or merged: such a day is where the next stretch begins. Within a stretch
each day on which minutes came in is asked of the same ground as the snapshot asks. Land of two projects is
looked for only among projects that share any by the last day, since shared land never shrinks with the days.
Cost: one fold a stretch, one measurement a project and day of minutes; no snapshot.
"""

from __future__ import annotations

import bisect
import dataclasses
import datetime as dt
import itertools
from typing import TYPE_CHECKING

import numpy as np

from parkgis.status import overlap, patches
from parkgis.status.fold import date, fold, number, row_of
from parkgis.status.patches import MEASURABLE_M2, Ground
from parkgis.units import Basis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.status.questions import Questions
    from parkgis.status.snapshot import Site, Snapshot


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """From this day on, to the next step, this area (m2, basis of the definition) is counted."""

    day: dt.date
    area_m2: float


@dataclasses.dataclass(frozen=True, slots=True)
class CountedSeries:
    """What counted toward the year's target on every day, as known at one hour.

    Attributes
    ----------
    start, end : datetime.date
        First day of the target's year; last day asked about, at most the year's last. ``end`` lies before
        ``start`` where the question lies before the year.
    total : tuple of Step
        In order; the first is ``start``; a day without a change has no step.
    projects : mapping of str to tuple of Step
        The same a project; only those within the definition's scope.
    """

    start: dt.date
    end: dt.date
    total: tuple[Step, ...]
    projects: Mapping[str, tuple[Step, ...]]

    def on(self, day: dt.date, project: str | None = None) -> float:
        """Return the area counted by a day (m2); 0 before the year, the last known after ``end``."""
        steps = self.total if project is None else self.projects.get(project, ())
        place = bisect.bisect_right([step.day for step in steps], day)
        return steps[place - 1].area_m2 if place else 0.0


def counted_by_day(snapshot: Snapshot) -> CountedSeries:
    """Measure what counted on every day of the target's year up to the snapshot's, from what it read of the ledger.

    Returns
    -------
    CountedSeries
        On any day the counted area of the snapshot of that day at the same ``known``, to the rounding of a sum.
    """
    ask = snapshot.asked
    lines = [_Line(p.site, ask) for p in snapshot.projects if p.project.group in ask.definition.groups]
    if ask.definition.basis is Basis.DOCUMENT:
        _document(lines, ask)
    days = sorted({number(ask.period.start), *itertools.chain.from_iterable(line.days for line in lines)})
    days = [day for day in days if number(ask.period.start) <= day <= ask.end]
    shared = _Shared(lines, ask) if ask.definition.basis is Basis.GRID else None
    now = [0.0] * len(lines)
    single: list[list[Step]] = [[] for _ in lines]
    total = []
    for day in days:
        for place, line in enumerate(lines):
            if day in line.days or day == days[0]:
                now[place] = line.area_m2(day)
                single[place].append(Step(date(day), now[place]))
        area_m2 = sum(now) if shared is None else max(sum(now) - shared.area_m2(day), 0.0)
        total.append(Step(date(day), area_m2))
    steps = {line.site.project.id: tuple(found) for line, found in zip(lines, single, strict=True)}
    return CountedSeries(ask.period.start, date(ask.end), tuple(total), steps)


class _Line:
    """One project through the year."""

    def __init__(self, site: Site, ask: Questions) -> None:
        self.site, self._ask = site, ask
        self.row = row_of(ask.stage)
        self._kin = ask.lineage(site.project.id)
        self._bends = sorted({number(e.event.day) for e in self._kin if e.event.day <= ask.cut.on})
        self._grounds: dict[int, Ground] = {}
        self._then: dict[int, float] = {}
        self.stated: list[tuple[int, float]] | None = None  # day and m2 of documents, where these are what counts
        self.days = {
            *self._bends,
            *itertools.chain.from_iterable(np.unique(one.days).tolist() for one in ask.whole(site.project.id, ask.stage)),
            *(number(e.event.day) for e in ask.tranches(site.project.id) if e.event.stage == ask.stage),
        }

    def ground(self, day: int) -> Ground:
        """Return the ground that answers for a day: that of the stretch which it lies in."""
        place = bisect.bisect_right(self._bends, day)
        if place not in self._grounds:
            last = self._bends[place] - 1 if place < len(self._bends) else number(self._ask.cut.on)
            self._grounds[place] = self._fold(date(last))
        return self._grounds[place]

    def _fold(self, last: dt.date) -> Ground:
        project = self.site.project.id
        entries = [one.upto(number(last)) for one in self._ask.whole(project)]
        folded, _ = fold(self.site.columns, entries, self._kin, last, self._ask.unheld(project))
        return patches.laid(self.site, folded, [e for e in self._ask.tranches(project) if e.event.day <= last])

    def area_m2(self, day: int) -> float:
        if self.stated is not None:
            return float(np.nansum([area for on, area in self.stated if on <= day]))
        ground = self.ground(day)
        key = id(ground)
        if key not in self._then:
            self._then[key] = self._reached(ground, self._ask.before)
        return max(self._reached(ground, day) - self._then[key], 0.0)

    def _reached(self, ground: Ground, day: int) -> float:
        every = np.ones(len(ground.fold.columns.keys), bool)
        return ground.reached(self.row, every, day, outside=True)[0]


def _document(lines: Sequence[_Line], ask: Questions) -> None:
    """Lay the areas that documents state, by day, beside each project."""
    for line in lines:
        line.stated = []
        if found := ask.stated(line.site.project.id):
            _, first = np.unique(np.array(list(found.keys()), dtype=object), return_index=True)
            days, areas = found.days, found.area_m2
            line.stated += [(int(days[n]), float(areas[n])) for n in first if days[n] > ask.before]
        for entry in ask.tranches(line.site.project.id):
            counts = bool(entry.event.geometry) or not ask.definition.mapped_only
            if counts and entry.event.stage == ask.stage and ask.period.contains(entry.event.day):
                line.stated.append((number(entry.event.day), entry.event.area_m2 or 0.0))
        line.days |= {day for day, _ in line.stated}


class _Shared:
    """Land that two projects claim, by day: counted once in the total."""

    def __init__(self, lines: Sequence[_Line], ask: Questions) -> None:
        self._ask = ask
        self._lines = self._sharing(lines, ask.end)
        self._then: dict[tuple[int, ...], float] = {}

    def _sharing(self, lines: Sequence[_Line], end: int) -> list[_Line]:
        if not lines or abs(overlap.shared_m2([line.ground(end) for line in lines], lines[0].row, end)) <= MEASURABLE_M2:
            return []
        pairs = [pair for pair in itertools.combinations(lines, 2) if any(line.ground(end).patches for line in pair)]
        found = [pair for pair in pairs if overlap.shared_m2([line.ground(end) for line in pair], pair[0].row, end) > 0]
        return [line for line in lines if any(line in pair for pair in found)]

    def area_m2(self, day: int) -> float:
        if not self._lines:
            return 0.0
        grounds = [line.ground(day) for line in self._lines]
        row, key = self._lines[0].row, tuple(map(id, grounds))
        if key not in self._then:
            self._then[key] = overlap.shared_m2(grounds, row, self._ask.before)
        return overlap.shared_m2(grounds, row, day) - self._then[key]
