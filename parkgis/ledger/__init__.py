"""The append-only ledger: what happened on the land, each entry backed by a document, chained by digest."""

from parkgis.ledger.store import Batch, MemoryStore, Store, replay

__all__ = ["Batch", "MemoryStore", "Store", "replay"]
