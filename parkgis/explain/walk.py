"""Walk from one question to the other and fold the figure at every step."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from parkgis import status
from parkgis.errors import Reason, UsageError
from parkgis.explain.change import NOTHING, Backing, Cause, Change, Explanation, Part
from parkgis.explain.figures import moved
from parkgis.explain.news import News, learned, papers, seqs
from parkgis.model import Cut, Kind, Target
from parkgis.status.definition import Definition

if TYPE_CHECKING:
    from parkgis.model import Park
    from parkgis.status import Site, Snapshot
    from parkgis.status.whole import Reading
    from parkgis.workspace import Workspace


def explain(
    workspace: Workspace, a: Cut, b: Cut, years: tuple[int, int] | None = None, folded: tuple[Snapshot, Snapshot] | None = None
) -> Explanation:  # fmt: skip
    """Explain the change of the counted figure from one question to a later one.

    Parameters
    ----------
    workspace : Workspace
    a, b : Cut
        ``b`` neither of an earlier day nor of an earlier hour of knowledge than ``a``.
    years : (int, int), optional
        Year of the target counted at either question; the workspace's target year unless given.
    folded : (Snapshot, Snapshot), optional
        The answers to ``a`` and ``b`` as :meth:`Workspace.snapshot` gave them, where they are there already: each saves a fold.

    Raises
    ------
    UsageError
        When the questions run backwards.
    """
    if b.on < a.on or b.known < a.known:
        raise UsageError(why=Reason("diff_order", "the comparison runs backwards: from {start} to {end}", start=a.on, end=b.on))
    start, end = (_state(workspace, cut, year) for cut, year in zip((a, b), years or (None, None), strict=True))
    if start.vintages == end.vintages:  # so that their columns are read once
        end = dataclasses.replace(end, sites=start.sites)
    news = learned(workspace.store, start.cut, end.cut)
    steps = list(_walk(start, end, news))
    causes, states = [cause for cause, _ in steps], [start, *(state for _, state in steps)]
    known = {0: folded[0], **({len(steps): folded[1]} if steps and states[-1] == end else {})} if folded and not years else {}
    snapshots = _snapshots(workspace, states, known)
    backed = papers(workspace.store, start.cut, end.cut, news, end.definition.stage)
    names = list(dict.fromkeys(site.project.id for site in (*start.sites, *end.sites)))
    totals = [_exact(snapshot.counted.area_m2) for snapshot in snapshots]
    singles = {name: [_single(s, name) for s in snapshots] for name in names}
    shared = [total - sum((singles[name][step] for name in names), NOTHING) for step, total in enumerate(totals)]
    return Explanation(
        a=start.cut,
        b=end.cut,
        years=(start.target.year, end.target.year),
        heads=(news.known, news.newest),
        digests=(snapshots[0].digest, snapshots[-1].digest),
        total=_change(totals, causes, backed),
        projects={name: _change(singles[name], causes, [(c, p) for c, p in backed if p.project == name]) for name in names},
        overlap=_change(shared, causes, []),
        demo=end.demo,
        figures=moved(workspace.store, start.cut, end.cut, (start.sites, end.sites), news),
    )


def end_of(workspace: Workspace, day: dt.date) -> Cut:
    """Return a day as it was known at its own end, in the workspace's time zone."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), workspace.zone)
    return workspace.cut(day, midnight - dt.timedelta(microseconds=1))


def _single(snapshot: Snapshot, name: str) -> Fraction:
    """Return what a project counts; nothing where the tables known then do not have it."""
    return next((_exact(p.counted.area_m2) for p in snapshot.projects if p.project.id == name), NOTHING)


def _exact(area_m2: float) -> Fraction:
    return Fraction(area_m2)  # a float is a fraction: nothing is rounded


def _change(levels: Sequence[Fraction], causes: Sequence[Cause], backed: Iterable[tuple[Cause, Backing]]) -> Change:
    parts = dict.fromkeys(Cause, NOTHING)
    for cause, before, after in zip(causes, levels, levels[1:], strict=False):
        parts[cause] += after - before
    behind = _together(backed)
    return Change(levels[0], levels[-1], tuple(Part(cause, parts[cause], behind[cause]) for cause in Cause))


def _together(backed: Iterable[tuple[Cause, Backing]]) -> dict[Cause, tuple[Backing, ...]]:
    """Put entries of one document together, by cause; in the order of date, number and project."""
    found: dict[Cause, dict[tuple[dt.date, str, str], Backing]] = {cause: {} for cause in Cause}
    for cause, paper in backed:
        key = (paper.date, paper.number, paper.project)
        found[cause][key] = _add(found[cause][key], paper) if key in found[cause] else paper
    return {cause: tuple(by_key[key] for key in sorted(by_key)) for cause, by_key in found.items()}


def _add(left: Backing, right: Backing) -> Backing:
    stated = [area for area in (left.stated_m2, right.stated_m2) if area is not None]
    return dataclasses.replace(left, entries=left.entries + right.entries, stated_m2=math.fsum(stated) if stated else None)


# -- the walk ----------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _State:
    """All a counted figure rests on."""

    cut: Cut
    sites: Sequence[Site] = dataclasses.field(compare=False)
    vintages: frozenset[str]
    parks: Sequence[Park] = dataclasses.field(compare=False)
    demo: bool
    target: Target
    definition: Definition


def _state(workspace: Workspace, cut: Cut, year: int | None) -> _State:
    """Return the state of a question as :meth:`Workspace.snapshot` would ask it."""
    there = workspace.as_known(cut.known)
    kept = (*workspace.vintages(cut.known).values(), *workspace.kept_tables(cut.known).values())
    target = there.config.target
    return _State(
        cut=dataclasses.replace(cut, confirmed_only=cut.confirmed_only or there.config.approval),
        sites=workspace.sites(cut.known),
        vintages=frozenset(vintage.path for vintage in kept),
        parks=there.parks,
        demo=there.config.demo,
        target=dataclasses.replace(target, year=year) if year else target,
        definition=workspace.recorded_definition(cut.known) or Definition(),
    )


def _snapshots(workspace: Workspace, states: Sequence[_State], known: Mapping[int, Snapshot]) -> list[Snapshot]:
    """Return the answer to every state; the last one is asked first, for its reading of the ledger tells of the others."""
    found, reading = dict(known), None
    for n in reversed(range(len(states))):
        if n not in found:
            found[n] = _fold(workspace, states[n], reading)
        reading = reading or found[n].asked.reading
    return [found[n] for n in range(len(states))]


def _fold(workspace: Workspace, state: _State, reading: Reading | None) -> Snapshot:
    return status.take(
        workspace.store, state.sites, state.parks, state.cut, state.target, demo=state.demo, definition=state.definition,
        reading=reading,
    )  # fmt: skip


def _walk(start: _State, end: _State, news: News) -> Iterator[tuple[Cause, _State]]:
    """Yield the steps from one state to the other, each with its cause; the last one is ``end``."""
    now = start
    if now.target != end.target:
        now = dataclasses.replace(now, target=end.target)
        yield Cause.YEAR, now
    if now.definition != end.definition or now.cut.confirmed_only != end.cut.confirmed_only:
        cut = dataclasses.replace(now.cut, confirmed_only=end.cut.confirmed_only)
        now = dataclasses.replace(now, definition=end.definition, cut=cut)
        yield Cause.DEFINITION, now
    told: frozenset[int] = frozenset()
    for cause, lesson in _lessons(news, end.cut):
        if cause is Cause.LAYER and now.vintages != end.vintages:
            now = dataclasses.replace(now, sites=end.sites, parks=end.parks, demo=end.demo, vintages=end.vintages)
            yield cause, now
        if lesson:
            told |= lesson
            cut = dataclasses.replace(now.cut, known=end.cut.known, without=end.cut.without | (news.every - told))
            now = dataclasses.replace(now, cut=cut)
            yield cause, now
    yield from _days(now, end, news)


def _lessons(news: News, cut: Cut) -> Iterator[tuple[Cause, frozenset[int]]]:
    """Yield what is learned before any minutes, in order, by ``seq``."""
    confirmed = news.of(Kind.CONFIRMED) if cut.confirmed_only else []
    yield Cause.VOID, seqs(news.voids)
    yield Cause.LAYER, frozenset()
    yield Cause.CONFIRMED, seqs(confirmed)
    yield Cause.CORRECTION, seqs([*news.corrections, *news.replacements])


def _days(now: _State, end: _State, news: News) -> Iterator[tuple[Cause, _State]]:
    """Learn everything else while the day stands still, then let the days pass."""
    if news.every:
        now = dataclasses.replace(now, cut=dataclasses.replace(end.cut, on=now.cut.on))
        yield Cause.LATE, now
    if now.cut.on != end.cut.on:
        later = seqs(entry for entry in news.replacements if entry.event.day > now.cut.on)
        yield Cause.NEW, dataclasses.replace(end, cut=dataclasses.replace(end.cut, without=end.cut.without | later))
        if later:  # recorded again with a later day: the correction is whole only now
            yield Cause.CORRECTION, end
