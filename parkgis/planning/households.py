"""Land users whose land is not yet handed over, counted by their pseudonyms: nobody is named."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from parkgis.status.fold import NEVER, row_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.status import ProjectStatus, Snapshot

PAID, LEFT = "paid", "handed_user"


@dataclasses.dataclass(frozen=True, slots=True)
class Households:
    """Land users of one park, or of all parks: each once, by pseudonym.

    Attributes
    ----------
    park : str
        Empty for all parks together.
    known : int or None
        Land users of active parcels; None where no parcel names one: then nothing is known of households.
    unpaid, remaining : int
        Those with a parcel for which no payment is recorded, and with a parcel they have not handed over. Whole
        parcels only: part of a parcel leaves its user among them.
    parcels_unnamed : int
        Active parcels without a land user: how incomplete the count is.
    """

    park: str
    known: int | None
    unpaid: int
    remaining: int
    parcels_unnamed: int


def households(snapshot: Snapshot) -> tuple[Households, ...]:
    """Count land users park by park in the snapshot's order, and last of all parks together."""
    found = {status.project.id: _users(status) for status in snapshot.projects}
    parks = [_together(park.park.id, [found[id_] for id_ in park.projects]) for park in snapshot.parks]
    return (*parks, _together("", found.values()))


@dataclasses.dataclass(frozen=True)
class _Users:
    known: frozenset[str]
    unpaid: frozenset[str]
    remaining: frozenset[str]
    unnamed: int


def _users(status: ProjectStatus) -> _Users:
    if status.site.layer is None or not status.parcels:
        return _Users(frozenset(), frozenset(), frozenset(), 0)
    holder, active, days = np.array(status.site.layer.holders(), dtype=str), status.fold.active, status.fold.days
    named = active & (holder != "")
    paid, left = (days[row_of(code)] != NEVER for code in (PAID, LEFT))
    return _Users(
        frozenset(holder[named]),
        frozenset(holder[named & ~paid & ~left]),
        frozenset(holder[named & ~left]),
        int((active & (holder == "")).sum()),
    )


def _together(park: str, parts: Iterable[_Users]) -> Households:
    parts = list(parts)
    known, unpaid, remaining = (len(_union([getattr(p, name) for p in parts])) for name in ("known", "unpaid", "remaining"))
    return Households(park, known or None, unpaid, remaining, sum(p.unnamed for p in parts))


def _union(sets: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
