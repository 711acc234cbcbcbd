"""Checks of what names a parcel: complete, without the separator, and there once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from parkgis.layers.checks.case import KEY, on_parcels
from parkgis.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.layers.checks.case import Case, Marks
    from parkgis.layers.checks.limits import Bools


def incomplete(case: Case) -> Iterator[Marks]:
    """Find keys without sheet or parcel number, or with the separator of a key inside."""
    rows = np.flatnonzero(_lacking(case) | _separated(case))
    yield from on_parcels(case, "key_incomplete", Severity.ERROR, rows)


def duplicate(case: Case) -> Iterator[Marks]:
    """Find complete keys that stand for several parcels, in one pass over numbered texts."""
    number = np.zeros(len(case.frame), np.int64)
    for part in KEY:
        codes, values = case.numbered[part]
        number = pd.factorize(number * len(values) + codes)[0]
    again = pd.Series(number).duplicated(keep=False).to_numpy() & ~_lacking(case)
    rows = np.flatnonzero(again)
    if len(rows):
        example = "/".join(str(case.frame[part].iloc[rows[0]]) for part in KEY)
        further = int(pd.Series(number[rows]).duplicated().sum())
        yield from on_parcels(case, "key_duplicate", Severity.ERROR, rows, example=example, further=further)


def _lacking(case: Case) -> Bools:
    return np.asarray((case.frame["sheet"] == "") | (case.frame["parcel"] == ""), dtype=bool)


def _separated(case: Case) -> Bools:
    found = np.zeros(len(case.frame), bool)
    for part in KEY:
        codes, values = case.numbered[part]
        found |= np.fromiter(("/" in str(value) for value in values), bool, len(values))[codes]
    return found
