"""What other processes do to a ledger. Apart from the tests and light, so that a real process (spawn) starts fast."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from parkgis.ledger.gpkg import GpkgStore
from parkgis.model import Document, Event, Kind, mint

if TYPE_CHECKING:
    from pathlib import Path

BATCH = 50
DAY = dt.date(2026, 3, 2)


def reached(parcel: str) -> Event:
    return Event(
        id=mint(parcel), kind=Kind.REACHED, day=DAY, project="P", source=Document("01/BB", DAY), by="An",
        stage="paid", parcel=parcel, note="x" * 500,
    )  # fmt: skip


def append_one_by_one(path: Path, writer: int, count: int) -> int:
    """Append ``count`` entries, each in a transaction of its own; return how many were new."""
    store = GpkgStore(path)
    return sum(len(store.append([reached(f"{writer}/1/{n}")])) for n in range(count))


def append_for_ever(path: Path) -> None:
    """Append batches of :data:`BATCH` until killed."""
    store = GpkgStore(path)
    number = store.head().seq
    while True:
        store.append([reached(f"09/{number}/{n}") for n in range(BATCH)])
        number += BATCH
