"""What documents state beside the hectares: money approved, and counts of households, graves and resettlement lots.

What no document states is None, never 0.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from parkgis.model import Finding, Kind, Severity
from parkgis.rules.counts import count_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.model import Event, Recorded

KINDS = (Kind.APPROVAL, Kind.COUNT)


@dataclasses.dataclass(frozen=True, slots=True)
class Approved:
    """Compensation plans approved by a day, added up: dong, households, organisations, m2 (basis document), entries.

    ``households`` counts a household in every plan that it stands in.
    ``organisations`` and ``area_m2`` are None unless every one of the plans states it.
    """

    amount_vnd: int = 0
    households: int = 0
    organisations: int | None = None
    area_m2: float | None = None
    entries: int = 0

    def __add__(self, other: Approved) -> Approved:
        if not self.entries or not other.entries:
            return self if self.entries else other
        return Approved(
            self.amount_vnd + other.amount_vnd, self.households + other.households,
            None if self.organisations is None or other.organisations is None else self.organisations + other.organisations,
            None if self.area_m2 is None or other.area_m2 is None else self.area_m2 + other.area_m2, self.entries + other.entries,
        )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Count:
    """What the newest documents by a day count.

    Attributes
    ----------
    what : str
        Code (``rules/counts.toml``).
    value : int or None
        None where documents of one day contradict each other. Of several projects: the sum of those known.
    day : datetime.date
        As of which; of several projects the earliest.
    documents : tuple of str
    projects : int
        Projects behind ``value``.
    contradicted : tuple of (int, str, int)
        Entry, document and value of each of the statements that contradict each other; empty for none.
    """

    what: str
    value: int | None
    day: dt.date
    documents: tuple[str, ...]
    projects: int = 1
    contradicted: tuple[tuple[int, str, int], ...] = ()


def approved(entries: Iterable[Recorded]) -> Approved:
    """Add up the approved plans among standing entries."""
    return sum((_plan(e.event) for e in entries if e.event.kind is Kind.APPROVAL), Approved())


def _plan(event: Event) -> Approved:
    organisations = event.fact("organisations")
    return Approved(
        int(event.fact("amount_vnd") or 0), int(event.fact("households") or 0),
        None if organisations is None else int(organisations), event.area_m2, 1,
    )  # fmt: skip


def counts(entries: Iterable[Recorded]) -> tuple[Count, ...]:
    """Return the newest count of everything that one project's standing entries of days up to a day state."""
    stated: dict[str, list[Recorded]] = {}
    for entry in entries:
        if entry.event.kind is Kind.COUNT:
            stated.setdefault(str(entry.event.fact("what")), []).append(entry)
    return in_order(_newest(what, found) for what, found in stated.items())


def in_order(found: Iterable[Count]) -> tuple[Count, ...]:
    places = {code: n for n, code in enumerate(count_codes())}
    return tuple(sorted(found, key=lambda count: (places.get(count.what, len(places)), count.what)))


def _newest(what: str, found: Sequence[Recorded]) -> Count:
    day = max(entry.event.day for entry in found)
    said = sorted((e for e in found if e.event.day == day), key=lambda e: e.seq)
    values = {_value(e.event) for e in said}
    papers = tuple(dict.fromkeys(e.event.source.number for e in said))
    if len(values) == 1:
        return Count(what, values.pop(), day, papers)
    return Count(what, None, day, papers, 0, tuple((e.seq, e.event.source.number, _value(e.event)) for e in said))


def _value(event: Event) -> int:
    return int(event.fact("value") or 0)


def added(parts: Iterable[Sequence[Count]]) -> tuple[Count, ...]:
    """Add the counts of several projects: of each kind those that are known."""
    found: dict[str, Count] = {}
    for count in (count for part in parts for count in part):
        there = found.get(count.what)
        found[count.what] = count if there is None else _sum(there, count)
    return in_order(found.values())


def _sum(one: Count, other: Count) -> Count:
    known = [count for count in (one, other) if count.value is not None]
    if len(known) == 1:
        return known[0]
    value = sum(count.value or 0 for count in known) if known else None
    return Count(
        one.what, value, min(one.day, other.day), tuple(dict.fromkeys((*one.documents, *other.documents))),
        one.projects + other.projects, () if known else (*one.contradicted, *other.contradicted),
    )  # fmt: skip


def common(parts: Iterable[Sequence[Count]], *codes: str) -> tuple[tuple[int, ...], int] | None:
    """Add counts over the projects that know all of the codes: sums that may be set against each other.

    Returns
    -------
    tuple of (tuple of int, int) or None
        Sums in the order of ``codes``, and of how many projects; None where no project knows them all.
    """
    rows = []
    for part in parts:
        known = {count.what: count.value for count in part}
        values = [known.get(code) for code in codes]
        if None not in values:
            rows.append([value or 0 for value in values])
    return (tuple(map(sum, zip(*rows, strict=True))), len(rows)) if rows else None


def contradictions(found: Iterable[Count]) -> list[Finding]:
    """Report documents of one day that count differently: the count is unknown until one of them is void."""
    return [
        Finding(
            "count_contradicted", Severity.WARNING, where=f"ledger:{count.contradicted[-1][0]}",
            facts={
                "counted": count.what, "day": count.day,
                "said": "; ".join(f"{document}: {value} (#{seq})" for seq, document, value in count.contradicted),
            },
        )
        for count in found if count.contradicted
    ]  # fmt: skip
