"""The ledger in memory keeps the promise of every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store_contract import StoreContract

from parkgis.ledger import MemoryStore

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable


class TestMemoryStore(StoreContract):
    def open(self, clock: Callable[[], dt.datetime]) -> MemoryStore:
        return MemoryStore(clock)
