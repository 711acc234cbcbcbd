"""Checks of what is written of a parcel: its area, its kind of land, its user, its commune."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from parkgis.layers.checks.case import NOBODY, Marks, on_parcels, shown
from parkgis.model import Severity
from parkgis.rules import land_codes
from parkgis.rules.communes import communes, new_units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parkgis.layers.checks.case import Case
    from parkgis.layers.checks.limits import Ints

_SEVERAL = re.compile(r"\s*[+;,]\s*")


def area(case: Case) -> Iterator[Marks]:
    """Hold each parcel's written area against the measured one."""
    stated, measured = (case.frame[column].to_numpy(float) for column in ("area_document_m2", "area_grid_m2"))
    yield from on_parcels(case, "document_area_missing", Severity.INFO, np.flatnonzero(np.isnan(stated)))
    rows = np.flatnonzero(np.abs(stated - measured) > case.tolerance_parcel * measured)
    off = (stated - measured)[rows]
    yield from on_parcels(case, "area_differs", Severity.WARNING, rows, off, "m2", tolerance=case.tolerance_parcel)


def total(case: Case) -> Iterator[Marks]:
    """Hold the sum of the written areas against the sum measured for the same parcels."""
    stated, measured = (case.frame[column].to_numpy(float) for column in ("area_document_m2", "area_grid_m2"))
    known = ~np.isnan(stated)
    written, drawn = float(stated[known].sum()), float(measured[known].sum())
    if known.any() and abs(written - drawn) > case.tolerance_total * drawn:
        facts = {"documents_m2": written, "geometry_m2": drawn, "difference_m2": written - drawn}
        nobody = np.array([NOBODY], np.intp)
        yield Marks(
            "area_total", Severity.WARNING, nobody, np.array([None], object), np.array([written - drawn]), "m2", facts=facts
        )


def land(case: Case) -> Iterator[Marks]:
    """Find land-use codes nobody knows, and codes that were not given on the day asked about."""
    every = {code.code for code in land_codes()}
    today = {code.code for code in land_codes() if case.on is None or code.valid_on(case.on)}
    yield from _texts(case, "land_code_unknown", Severity.WARNING, "land_use", lambda codes: not codes <= every)
    yield from _texts(case, "land_code_old", Severity.INFO, "land_use", lambda codes: codes <= every and not codes <= today)


def commune(case: Case) -> Iterator[Marks]:
    """Find commune codes that are not known, and those that stood for one place before July 2025 and for another since."""
    known = {**communes(), **new_units()}
    reused = {code for code, name in new_units().items() if communes()[code].old_name != name}
    yield from _texts(case, "commune_unknown", Severity.INFO, "commune", lambda codes: not codes <= set(known))
    yield from _texts(case, "commune_reused", Severity.INFO, "commune", lambda codes: bool(codes & reused))


def holder(case: Case) -> Iterator[Marks]:
    """Find parcels without the pseudonym of a land user."""
    yield from on_parcels(case, "holder_missing", Severity.INFO, np.flatnonzero((case.frame["holder"] == "").to_numpy()))


def _texts(case: Case, code: str, severity: Severity, column: str, wrong: Callable[[set[str]], bool]) -> Iterator[Marks]:
    """Judge each distinct text of a column once; ``a+b`` are two codes, and nothing written is nothing wrong."""
    numbers, values = pd.factorize(case.frame[column].astype(object), use_na_sentinel=False)
    texts = [str(value) for value in values]
    bad = np.array([bool(text.strip()) and wrong(set(_SEVERAL.split(text.strip()))) for text in texts], bool)
    rows: Ints = np.flatnonzero(bad[numbers]) if len(texts) else np.empty(0, np.intp)
    if len(rows):
        written = [texts[number] for number in numbers[rows]]
        sizes = np.full(len(rows), np.nan)
        facts = {"codes": shown(sorted(set(written)))}
        yield Marks(code, severity, rows, case.shapes[rows], sizes, details={"text": written}, facts=facts)
