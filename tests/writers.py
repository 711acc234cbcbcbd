"""What other processes do to a ledger. Apart from the tests and light, so that a real process (spawn) starts fast."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING

from parkgis.errors import LedgerStale
from parkgis.ledger.gpkg import GpkgStore
from parkgis.ledger.postgis import PostgisStore
from parkgis.model import Document, Event, Kind, mint

if TYPE_CHECKING:
    from parkgis.ledger.store import Kept

BATCH = 50
DAY = dt.date(2026, 3, 2)


def reached(parcel: str) -> Event:
    return Event(
        id=mint(parcel), kind=Kind.REACHED, day=DAY, project="P", source=Document("01/BB", DAY), by="An",
        stage="paid", parcel=parcel, note="x" * 500,
    )  # fmt: skip


def opened(place: Path | str) -> Kept:
    """Open a file, or a database by its connection string."""
    return PostgisStore(place) if str(place).startswith("postgresql:") else GpkgStore(Path(place))  # type: ignore[arg-type]


def append_one_by_one(place: Path | str, writer: int, count: int) -> int:
    """Append ``count`` entries, each in a transaction of its own; return how many were new."""
    store = opened(place)
    return sum(len(store.append([reached(f"{writer}/1/{n}")])) for n in range(count))


def append_for_ever(path: Path) -> None:
    """Append batches of :data:`BATCH` until killed."""
    store = GpkgStore(path)
    number = store.head().seq
    while True:
        store.append([reached(f"09/{number}/{n}") for n in range(BATCH)])
        number += BATCH


def append_and_say_so(place: Path | str, said: Path, turn: int) -> None:
    """Append batches of :data:`BATCH` until killed; after each, write its number into a file: the user was told."""
    store = opened(place)
    out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(out, b"start\n")
    for batch in range(10_000):
        store.append([reached(f"{turn}/{batch}/{n}") for n in range(BATCH)])
        os.write(out, f"{batch}\n".encode())


def append_after(place: Path | str, writer: int, count: int) -> int:
    """Append ``count`` entries, each only if nobody else has written meanwhile; return how often it was refused."""
    store, refused, number = opened(place), 0, 0
    while number < count:
        try:
            store.append([reached(f"{writer}/1/{number}")], after=store.head().seq)
            number += 1
        except LedgerStale:
            refused += 1
    return refused
