"""Communes and wards of the former Bac Ninh province before and since 1 July 2025.

Source of ``communes.csv``: the conversion table of administrative units of the National Statistics Office
(danhmuchanhchinh.nso.gov.vn, as republished in github.com/tranngocminhhieu/vietnamadminunits, data/interim,
commit 5f6b79f); new codes and names against Annex II of Decision 19/2025/QD-TTg as the 99 polygons of the province
carry them; which commune went where against the press table of Resolution 1658/NQ-UBTVQH15 of 16 June 2025 (first
rows). 121 old units became 41; no old unit was divided. The 58 new units of the former Bac Giang are not in the table:
a code that is not here is unknown to us, not wrong.

A new unit took over the code of one of its old ones, often with another name: 09208 was Thuy Hoa and is Tam Da.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import functools
import importlib.resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SINCE = dt.date(2025, 7, 1)
"""First day of the new units (Resolution 1658/NQ-UBTVQH15)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or town as it was until 30 June 2025, and the unit it lies in since."""

    old_code: str
    old_name: str
    new_code: str
    new_name: str


@functools.cache
def communes() -> Mapping[str, Commune]:
    """Return every old unit by its old code, in the order of the codes."""
    text = importlib.resources.files(__package__).joinpath("communes.csv").read_text(encoding="utf-8")
    return {row["old_code"]: Commune(**row) for row in csv.DictReader(text.splitlines())}


@functools.cache
def new_units() -> Mapping[str, str]:
    """Return the name of every new unit by its code."""
    return {commune.new_code: commune.new_name for commune in communes().values()}
