"""What other processes do to a ledger; importable, so that they can be real processes (spawn)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make

from parkgis.errors import ParkgisError
from parkgis.layers.write import write_parcels
from parkgis.ledger.gpkg import GpkgStore
from parkgis.workspace import new

if TYPE_CHECKING:
    from pathlib import Path

BATCH = 50


def append_one_by_one(path: Path, writer: int, count: int) -> int:
    """Append ``count`` entries, each in a transaction of its own; return how many were new."""
    store = GpkgStore(path)
    return sum(len(store.append([make.reached(f"{writer}/1/{n}")])) for n in range(count))


def append_for_ever(path: Path) -> None:
    """Append batches of :data:`BATCH` until killed."""
    store = GpkgStore(path)
    number = store.head().seq
    while True:
        store.append([make.reached(f"09/{number}/{n}", note="x" * 500) for n in range(BATCH)])
        number += BATCH


def append_with_a_full_disk(path: Path, room: int) -> str:
    """Append 2,000 entries where no file may grow beyond ``room`` bytes; return the error's code."""
    _no_file_beyond(room)
    try:
        GpkgStore(path).append([make.reached(f"09/9/{n}", note="x" * 500) for n in range(2000)])
    except ParkgisError as error:
        return error.code
    return "written"


def write_vintage_with_a_full_disk(path: Path, room: int) -> str:
    """Write 3,000 parcels where no file may grow beyond ``room`` bytes; return the error's code."""
    _no_file_beyond(room)
    try:
        write_parcels(make.parcels(make.grid(100, 30)), path, make.START)
    except ParkgisError as error:
        return error.code
    return "written"


def new_workspace_with_a_full_disk(folder: Path, room: int) -> str:
    """Make a workspace where no file may grow beyond ``room`` bytes; return the error's code."""
    _no_file_beyond(room)
    try:
        new(folder)
    except ParkgisError as error:
        return error.code
    return "written"


def _no_file_beyond(size: int) -> None:
    import resource  # POSIX only

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
