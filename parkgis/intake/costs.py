"""What is still to be paid for parcels, as a table of the compensation body states it."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

from parkgis.errors import FieldMissing, FileMissing, FileUnreadable

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("project", "parcel", "remaining_vnd")


def read_costs(path: Path) -> dict[tuple[str, str], float]:
    """Read a CSV (UTF-8) with the columns ``project``, ``parcel`` (commune/sheet/parcel) and ``remaining_vnd``.

    Raises
    ------
    FileMissing, FileUnreadable, FieldMissing
        A cell that is no number of 0 or more is refused with its line: money is never guessed.
    """
    if not path.is_file():
        raise FileMissing(path=path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
                raise FieldMissing(path=path, role=missing[0], columns=", ".join(rows.fieldnames or ()))
            return {(row["project"], row["parcel"]): _amount(row["remaining_vnd"], path, rows.line_num) for row in rows}
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileUnreadable(path=path, why=str(error)) from error


def _amount(text: str | None, path: Path, line: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise FileUnreadable(path=path, why=f"line {line}: {text!r} is no amount in VND")
    return value
