"""Why the figures beside the hectares changed: money, households, graves, lots; document by document, adding up exactly.

*Method.* As with the counted area, the figures are taken again at every step of a walk from the first question to the second, and
a share is what its step did: shares telescope to the difference. A step is one document here, for these figures rest on few
entries: first what was struck out, then new parcels (who uses which), what was struck out and recorded again, what was learned
late, and last what the days brought. The figures are those of :func:`parkgis.status.matters.gather`, so a count that
a newer document replaces, or bounds that a report brings together, are explained by the document that did it.
Cost: entries of a project times the documents that moved it; no geometry, no fold of the land.
"""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from parkgis.explain.change import Cause
from parkgis.model import Kind, Recorded
from parkgis.status import matters
from parkgis.status.homes import PAID, plus

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from parkgis.explain.news import News
    from parkgis.ledger.store import Store
    from parkgis.model import Cut
    from parkgis.status import Site

KINDS = (Kind.PAYMENT, Kind.APPROVAL, Kind.COUNT)
APPROVED, MONEY, LEAST, MOST = "approved_vnd", "paid_vnd", "households_paid_least", "households_paid_most"
ORDER = (Cause.VOID, Cause.LAYER, Cause.CORRECTION, Cause.LATE, Cause.NEW)
Levels = dict[str, int | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """By how much one document moved a figure, through how many entries."""

    cause: Cause
    number: str
    date: dt.date
    project: str
    entries: int
    difference: int


@dataclasses.dataclass(frozen=True, slots=True)
class Moved:
    """A figure at both questions, and the documents that moved it, in the order of the walk.

    Attributes
    ----------
    what : str
        ``approved_vnd``, ``paid_vnd`` (dong), ``households_paid_least``, ``households_paid_most`` (between which the households
        paid lie), or a code of ``rules/counts.toml``.
    before, after : int or None
        None where it is not known; of several projects the sum of those known.
    shares : tuple of Share
        They add up to :attr:`difference`.
    """

    what: str
    before: int | None
    after: int | None
    shares: tuple[Share, ...]

    @property
    def difference(self) -> int:
        """``after`` less ``before``, of which the unknown has nothing."""
        return (self.after or 0) - (self.before or 0)


def moved(
    store: Store, a: Cut, b: Cut, sites: tuple[Sequence[Site], Sequence[Site]], news: News
) -> dict[str, tuple[Moved, ...]]:  # fmt: skip
    """Explain the figures of every project of which any is known at either question.

    Parameters
    ----------
    sites : (sequence of Site, sequence of Site)
        The projects at either question: whose parcels are, where payments name some.
    news : News
        What was learned in between.
    """
    before, after = (_by_project(store.standing(dataclasses.replace(cut, confirmed_only=False), KINDS)) for cut in (a, b))
    at = [{site.project.id: site for site in several} for several in sites]
    found = {}
    for name in sorted({*before, *after} & {*at[0], *at[1]}):
        start, end = (_Side(side.get(name, {}), here.get(name)) for side, here in zip((before, after), at, strict=True))
        found[name] = tuple(_explained(start, _steps(name, start, end, a, news), b))
    return found


def together(parts: Iterable[Sequence[Moved]]) -> tuple[Moved, ...]:
    """Add the figures of several projects: of each kind those that are known."""
    found: dict[str, Moved] = {}
    for one in (one for part in parts for one in part):
        there = found.get(one.what)
        found[one.what] = one if there is None else _added(there, one)
    return tuple(found.values())


def _added(one: Moved, other: Moved) -> Moved:
    before, after = plus(one.before, other.before), plus(one.after, other.after)
    shares = sorted((*one.shares, *other.shares), key=lambda s: (ORDER.index(s.cause), s.date, s.number, s.project))
    return Moved(one.what, before, after, tuple(shares))


@dataclasses.dataclass(frozen=True, slots=True)
class _Side:
    """One project at a question: its standing entries by id, and its ground."""

    entries: Mapping[str, Recorded]
    site: Site | None


@dataclasses.dataclass(slots=True)
class _Step:
    """What one document takes away and brings; ``site`` where it is a layer of parcels."""

    share: Share
    gone: list[Recorded] = dataclasses.field(default_factory=list)
    came: list[Recorded] = dataclasses.field(default_factory=list)
    site: Site | None = None


def _by_project(entries: Iterable[Recorded]) -> dict[str, dict[str, Recorded]]:
    found: dict[str, dict[str, Recorded]] = {}
    for entry in entries:
        found.setdefault(entry.event.project, {})[entry.event.id] = entry
    return found


def _explained(start: _Side, steps: Iterable[_Step], b: Cut) -> Iterator[Moved]:
    """Yield every figure known at either end; the walk runs from ``start`` over ``steps``."""
    now, site = dict(start.entries), start.site
    levels = [_levels(now.values(), site, b)]
    shares: list[Share] = []
    for step in steps:
        site = step.site or site
        for entry in step.gone:
            del now[entry.event.id]
        now |= {entry.event.id: entry for entry in step.came}
        levels.append(_levels(now.values(), site, b))
        shares.append(dataclasses.replace(step.share, entries=max(len(step.gone), len(step.came), 1)))
    for what in dict.fromkeys(what for level in levels for what in level):
        values = [level.get(what) for level in levels]
        parts = [(y or 0) - (x or 0) for x, y in itertools.pairwise(values)]
        told = tuple(dataclasses.replace(s, difference=part) for s, part in zip(shares, parts, strict=True) if part)
        if told or values[0] is not None or values[-1] is not None:
            yield Moved(what, values[0], values[-1], told)


def _levels(entries: Iterable[Recorded], site: Site | None, b: Cut) -> Levels:
    """Return the figures of some standing entries; what nobody states is None."""
    user_of: Callable[[str], str] = site.user_of if site else lambda _: ""
    found = matters.gather(list(entries), b.on, b.on.year, user_of)
    approved, paid, homes = found.approved, found.paid, found.homes.paid
    return {
        APPROVED: approved.amount_vnd if approved.entries else None,
        MONEY: paid.amount_vnd if paid.entries else None,
        LEAST: homes.least if homes else None,
        MOST: homes.most if homes else None,
        **{count.what: count.value for count in found.counts if count.what != PAID},  # it is in the two above
    }


# -- the walk ------------------------------------------------------------------------------------------------


def _steps(name: str, start: _Side, end: _Side, a: Cut, news: News) -> list[_Step]:
    """Return the steps between two sides of a project in the order of the walk."""
    steps: dict[tuple[Cause, str, dt.date], _Step] = {}

    def step(cause: Cause, paper: Recorded) -> _Step:
        source = paper.event.source
        made = _Step(Share(cause, source.number, source.date, name, 0, 0))
        return steps.setdefault((cause, source.number, source.date), made)

    gone = [entry for id_, entry in start.entries.items() if id_ not in end.entries]
    came = [entry for id_, entry in end.entries.items() if id_ not in start.entries]
    again = {_again(entry): entry for entry in came}
    instead = {entry.event.id: again[_again(entry)] for entry in gone if _again(entry) in again}
    replaced = {entry.event.id for entry in instead.values()}
    struck = _struck(news)
    for entry in gone:
        new = instead.get(entry.event.id)
        paper = struck.get(entry.event.id, entry) if new is None else new
        step(Cause.VOID if new is None else Cause.CORRECTION, paper).gone.append(entry)
    for entry in came:
        cause = Cause.CORRECTION if entry.event.id in replaced else _cause(entry, a)
        step(cause, struck.get(entry.event.id, entry) if cause is Cause.VOID else entry).came.append(entry)
    layers = [e for e in news.of(Kind.LAYER) if e.event.project == name]
    if layers and end.site is not None:
        step(Cause.LAYER, layers[-1]).site = end.site
    return [steps[key] for key in sorted(steps, key=lambda key: (ORDER.index(key[0]), key[2], key[1]))]


def _again(entry: Recorded) -> str:
    """Return by what a fact that is recorded again is known: its id, without the mark of a repetition."""
    return entry.event.id.partition("~")[0]


def _struck(news: News) -> dict[str, Recorded]:
    """Return the void behind every entry that went, or that came back because its void is void."""
    found = {}
    for void in (*news.voids, *news.corrections):
        target = news.struck.get(void.event.refers)
        back = target is not None and target.event.kind is Kind.VOID
        found[target.event.refers if back and target else void.event.refers] = void
    return found


def _cause(entry: Recorded, a: Cut) -> Cause:
    if entry.event.day > a.on:
        return Cause.NEW
    return Cause.VOID if entry.at <= a.known else Cause.LATE
