"""Minutes that arrive as a table (CSV or XLSX): what the file says, read without guessing.

``read`` opens the file, ``headers`` finds the heading, ``body`` reads the rows, ``understand`` puts them
together and checks the totals; ``cells`` knows what one cell says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.errors import RowsRefused
from parkgis.ledger.sheets.cells import SheetRow, day, month, number, numbers, parcels, shown, whole
from parkgis.ledger.sheets.read import read as read_sheets
from parkgis.ledger.sheets.understand import NEEDED, Given, Reading, Understood, understand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def understood(path: Path, given: Given | None = None, needed: Sequence[str] = NEEDED) -> Understood:
    """Open a table and say what it means; see :func:`understand`.

    Raises
    ------
    FileMissing, FileEmpty, FileUnreadable, ExtraMissing
    """
    return understand(path.name, read_sheets(path), given, needed)


def rows(path: Path, given: Given | None = None) -> list[SheetRow]:
    """Read every row of a table of minutes.

    Parameters
    ----------
    path : Path
        ``.csv`` (UTF-8) or ``.xlsx``, every sheet of it.
    given : Given, optional
        Fills what the list does not say.

    Raises
    ------
    FileMissing, FileEmpty, FileUnreadable, ExtraMissing
    RowsRefused
        When anything that is needed cannot be read.
    """
    found = understood(path, given)
    if found.refused:
        raise RowsRefused(found.refused, path=path)
    return list(found.rows)


__all__ = [
    "NEEDED", "Given", "Reading", "SheetRow", "Understood", "day", "month", "number", "numbers", "parcels", "rows", "shown",
    "understand", "understood", "whole",
]  # fmt: skip
