"""What the ledger learned between two questions, and the documents behind it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from parkgis.explain.change import Backing, Cause
from parkgis.ledger.store import voided
from parkgis.model import LAND_KINDS, Cut, Kind, Recorded

if TYPE_CHECKING:
    from parkgis.ledger.store import Paper, Store


@dataclasses.dataclass(frozen=True)
class News:
    """What the ledger learned between two questions.

    Attributes
    ----------
    known, newest : int
        Newest entry known at either question.
    voids : tuple of Recorded
        Voids without a replacement of what they struck out; voids of what is itself new, too.
    corrections : tuple of Recorded
        Voids whose entry was recorded again.
    replacements : tuple of Recorded
        What was recorded in its place.
    others : tuple of Recorded
        Splits and merges of days up to ``b.on``, layers, confirmations and definitions; none that is void by now.
    struck : mapping of str to Recorded
        What new voids strike out of the first question, by id: land entries that held, and voids that did.
    """

    known: int
    newest: int
    voids: tuple[Recorded, ...] = ()
    corrections: tuple[Recorded, ...] = ()
    replacements: tuple[Recorded, ...] = ()
    others: tuple[Recorded, ...] = ()
    struck: Mapping[str, Recorded] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def every(self) -> frozenset[int]:
        return frozenset(range(self.known + 1, self.newest + 1))

    def of(self, *kinds: Kind) -> list[Recorded]:
        return [entry for entry in self.others if entry.event.kind in kinds]


def learned(store: Store, a: Cut, b: Cut) -> News:
    """Return what was learned after the hour of ``a`` and by that of ``b``, sorted by what it does."""
    known, newest = (store.head_at(cut.known).seq for cut in (a, b))
    if newest == known:
        return News(known, newest)
    always = dataclasses.replace(b, on=b.on.max)
    kinds = (Kind.VOID, Kind.SPLIT, Kind.MERGE, Kind.LAYER, Kind.CONFIRMED, Kind.DEFINED)
    odd = list(store.events(always, kinds))
    fresh = [entry for entry in odd if entry.seq > known]
    voids = [entry for entry in fresh if entry.event.kind is Kind.VOID]
    referred = store.find(entry.event.refers for entry in voids)
    out = voided(odd)
    held = _held(a, [e for e in odd if e.seq <= known], referred.values()) & out
    replaced = _replaced(store, always, known, [entry for id_, entry in referred.items() if id_ in held])
    reinstating = {id_ for id_, entry in referred.items() if entry.seq <= known and entry.event.kind is Kind.VOID}
    replacements = {r.seq: r for several in replaced.values() for r in several}
    others = (e for e in fresh if e.event.kind is not Kind.VOID and e.event.id not in out and e.seq not in replacements)
    return News(
        known=known,
        newest=newest,
        voids=tuple(v for v in voids if v.event.refers not in replaced),
        corrections=tuple(v for v in voids if v.event.refers in replaced),
        replacements=tuple(replacements.values()),
        others=tuple(e for e in others if e.event.day <= b.on or e.event.kind not in LAND_KINDS),
        struck={id_: entry for id_, entry in referred.items() if id_ in held | reinstating},
    )


def _held(cut: Cut, before: Iterable[Recorded], struck: Iterable[Recorded]) -> set[str]:
    """Return the ids of land entries that held at the first question, out of those that new voids refer to."""
    out = voided(before)
    found = (e for e in struck if e.event.kind in LAND_KINDS and e.at <= cut.known and e.event.day <= cut.on)
    return {e.event.id for e in found if e.event.id not in out}


def _replaced(store: Store, always: Cut, known: int, gone: Sequence[Recorded]) -> dict[str, list[Recorded]]:
    """Return what was newly recorded in the place of entries that are gone, by the id of the gone one."""
    if not gone:
        return {}
    fresh = dataclasses.replace(always, without=frozenset(range(1, known + 1)), confirmed_only=False)
    by_mark: dict[tuple[str, ...], list[Recorded]] = {}
    for entry in _candidates(store, fresh, gone):
        for mark in _marks(entry):
            by_mark.setdefault(mark, []).append(entry)
    found = {entry.event.id: [r for mark in _marks(entry) for r in by_mark.get(mark, [])] for entry in gone}
    return {id_: several for id_, several in found.items() if several}


def _candidates(store: Store, fresh: Cut, gone: Sequence[Recorded]) -> Sequence[Recorded]:
    """Return new standing entries, all that can stand in the place of one that is gone.

    Whole parcels are looked for in columns: only where one came back are they made into objects (15 microseconds
    each, of a hundred thousand new ones).
    """
    whole = {(e.event.project, e.event.stage, e.event.parcel) for e in gone if e.event.kind is Kind.REACHED and e.event.parcel}
    groups = {(project, stage) for project, stage, _ in whole}
    for batch in store.reached(fresh) if whole else ():
        place = (batch.project, batch.stage)
        if place in groups and any((*place, key) in whole for key in batch.keys):
            return store.standing(fresh, LAND_KINDS)
    return store.drawn(fresh)


def _marks(entry: Recorded) -> list[tuple[str, ...]]:
    """Return by what a replacement is known: the id given to minutes that come again, or the same land and stage.

    A tranche or an area alone is drawn anew with another polygon, so that there the minutes decide.
    """
    event = entry.event
    land = (event.parcel,) if event.parcel else ("", event.source.number, event.source.date.isoformat())
    return [(event.id.partition("~")[0],), (event.kind.value, event.project, event.stage, *land)]


# -- documents ---------------------------------------------------------------------------------------------


def papers(store: Store, a: Cut, b: Cut, news: News, stage: str) -> list[tuple[Cause, Backing]]:
    """Return the documents behind each cause: minutes of the counting ``stage``, and what else bears on the figure."""
    told = [entry for entry in news.others if entry.event.kind is not Kind.CONFIRMED or b.confirmed_only]
    found = [*_minutes(store, a, b, news, stage), *((_cause(entry, a), _backing(entry, None)) for entry in told)]
    for cause, voids in ((Cause.VOID, news.voids), (Cause.CORRECTION, news.corrections)):
        for void in voids:
            target = news.struck.get(void.event.refers)
            if target and _bears(target, stage):
                area = target.event.area_m2
                found.append((cause, _backing(void, None if area is None else -area)))
    again = (entry for entry in news.replacements if _bears(entry, stage) and entry.event.day <= b.on)
    return [*found, *((Cause.CORRECTION, _backing(entry, entry.event.area_m2)) for entry in again)]


def _minutes(store: Store, a: Cut, b: Cut, news: News, stage: str) -> Iterator[tuple[Cause, Backing]]:
    if news.every:
        fresh = dataclasses.replace(b, without=frozenset(range(1, news.known + 1)) | seqs(news.replacements))
        for paper in store.papers(fresh, stage):
            yield (Cause.NEW if paper.day > a.on else Cause.LATE), _of_paper(paper)
    if b.on > a.on:  # known before, of a day to come
        heard = seqs([*news.voids, *news.corrections, *news.of(Kind.CONFIRMED)])
        for paper in store.papers(dataclasses.replace(b, without=news.every - heard), stage, a.on):
            yield Cause.NEW, _of_paper(paper)


def _of_paper(paper: Paper) -> Backing:
    return Backing(paper.number, paper.date, paper.project, paper.entries, paper.stated_m2)


def _cause(entry: Recorded, a: Cut) -> Cause:
    kinds = {Kind.LAYER: Cause.LAYER, Kind.CONFIRMED: Cause.CONFIRMED, Kind.DEFINED: Cause.DEFINITION}
    return kinds.get(entry.event.kind) or (Cause.NEW if entry.event.day > a.on else Cause.LATE)


def _bears(entry: Recorded, stage: str) -> bool:
    return entry.event.kind in (Kind.SPLIT, Kind.MERGE, Kind.VOID) or (
        entry.event.kind is Kind.REACHED and entry.event.stage == stage
    )


def _backing(entry: Recorded, stated_m2: float | None) -> Backing:
    event = entry.event
    entries = len(event.into) if event.kind is Kind.CONFIRMED else 1
    return Backing(event.source.number, event.source.date, event.project, entries, stated_m2)


def seqs(entries: Iterable[Recorded]) -> frozenset[int]:
    """Return the numbers of entries."""
    return frozenset(entry.seq for entry in entries)
