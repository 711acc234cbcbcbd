"""Where the land stood on earlier days, as known at earlier hours: many folds from one reading of the ledger.

*Method.* Entries of whole parcels come from one :class:`~parkgis.status.whole.Reading`. Splits, merges and what draws polygons are
few and asked for each cut. No areas are added up, and no findings are made: where those are wanted, :func:`parkgis.status.take`
has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.status.fold import fold
from parkgis.status.patches import laid
from parkgis.status.questions import Drawn
from parkgis.status.whole import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.ledger.store import Store
    from parkgis.model import Cut
    from parkgis.status.patches import Ground
    from parkgis.status.snapshot import Site
    from parkgis.status.whole import Held


class Earlier:
    """Fold a ledger as of many cuts, none of them later than one.

    Parameters
    ----------
    store : Store
    cut : Cut
        The last hour and day asked about.
    reading : Reading, optional
        What was read of the ledger already.
    """

    def __init__(self, store: Store, cut: Cut, reading: Reading | None = None) -> None:
        self._store, self._reading = store, reading.of(cut) if reading else Reading(store, cut)

    def grounds(self, sites: Iterable[Site], cut: Cut) -> list[Ground]:
        """Return each project folded as of a cut; its sites are those known at its hour."""
        drawn, held = Drawn(self._store, cut), self._reading.of(cut).held(cut)
        return [_ground(site, held.get(site.project.id, ()), drawn) for site in sites]


def _ground(site: Site, entries: Sequence[Held], drawn: Drawn) -> Ground:
    id_ = site.project.id
    folded, _ = fold(site.columns, entries, drawn.lineage(id_), drawn.cut.on, drawn.unheld(id_))
    return laid(site, folded, drawn.tranches(id_))
