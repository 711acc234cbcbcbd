"""Where the land stood on earlier days, as known at earlier hours: many folds from one reading of the ledger.

*Method.* Entries of whole parcels, nearly all of a ledger, are read once with the numbers they were recorded under; a cut takes
those of its days up to the head at its hour that had not been voided by then. Splits, merges and what draws polygons are few and
asked for each cut, and so is everything where a second person must confirm. No areas are added up, and no findings are made: where
those are wanted, :func:`parkgis.status.take` has them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parkgis.ledger.store import voided
from parkgis.model import Cut, Kind
from parkgis.status.fold import empty, folded, number, row_of
from parkgis.status.patches import laid
from parkgis.status.questions import Drawn, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from parkgis.ledger.store import Numbered, Store
    from parkgis.status.fold import Days, Rows
    from parkgis.status.patches import Ground
    from parkgis.status.snapshot import Site


class Earlier:
    """Fold a ledger as of many cuts, none of them later than one.

    Parameters
    ----------
    store : Store
    cut : Cut
        The last hour and day asked about.
    """

    def __init__(self, store: Store, cut: Cut) -> None:
        self._store = store
        voids = frozenset(e.seq for e in store.events(Cut(dt.date.max, cut.known), [Kind.VOID]))
        self._entries = _columns(store.numbered(Cut(cut.on, cut.known, without=voids)))

    def grounds(self, sites: Iterable[Site], cut: Cut) -> list[Ground]:
        """Return each project folded as of a cut; its sites are those known at its hour."""
        drawn, upto = Drawn(self._store, cut), self._store.head_at(cut.known).seq
        entries = _columns(self._store.numbered(cut)) if cut.confirmed_only else self._entries
        struck = self._struck(cut)
        return [_ground(site, entries.get(site.project.id, ()), drawn, upto, struck) for site in sites]

    def _struck(self, cut: Cut) -> npt.NDArray[np.int64]:
        """Return the numbers of the entries that had been voided by the cut's hour."""
        ids = voided(self._store.events(Cut(dt.date.max, cut.known), [Kind.VOID]))
        return np.array([entry.seq for entry in self._store.find(ids).values()], np.int64)


class _Column(NamedTuple):
    """Entries of one stage of a project, the latest day first: laid down in this order the earliest day stays."""

    stage: int
    keys: Sequence[str]
    order: Rows
    """Place of each entry in ``keys``."""
    days: Days
    seqs: npt.NDArray[np.int64]
    rows: dict[str, Rows]

    def within(self, site: Site) -> Rows:
        """Return the row of each entry's parcel in a layer, beyond its end for one that it does not hold; looked up once."""
        if site.layer_sha256 not in self.rows:
            self.rows[site.layer_sha256] = numbered(self.keys, site.columns.index)[self.order]
        return self.rows[site.layer_sha256]


def _columns(read: Sequence[Numbered]) -> dict[str, list[_Column]]:
    found: dict[str, list[_Column]] = {}
    for one in read:
        order = np.argsort(-one.days.astype(np.int64), kind="stable")
        days = one.days[order].astype(np.int32)
        found.setdefault(one.project, []).append(_Column(row_of(one.stage), one.keys, order, days, one.seqs[order], {}))
    return found


def _ground(site: Site, entries: Iterable[_Column], drawn: Drawn, upto: int, struck: npt.NDArray[np.int64]) -> Ground:
    id_, on, columns = site.project.id, drawn.cut.on, site.columns
    days = empty(columns)
    for one in entries:
        place = one.within(site)
        kept = (one.seqs <= upto) & (one.days <= number(on)) & (place < len(columns.keys))
        if len(struck):
            kept &= ~np.isin(one.seqs, struck)
        days[one.stage, place[kept]] = one.days[kept]
    fold, _ = folded(columns, days, drawn.lineage(id_), on, drawn.unheld(id_), {})
    return laid(site, fold, drawn.tranches(id_))
