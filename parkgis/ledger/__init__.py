"""The append-only ledger: what happened on the land, each entry backed by a document, chained by digest."""

from parkgis.ledger.memory import MemoryStore
from parkgis.ledger.store import Batch, Store, replay

__all__ = ["Batch", "MemoryStore", "Store", "replay"]
