"""What the checks marked, as rows: a line a place, in both languages, with where it lies and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from parkgis.findings import remedy
from parkgis.layers.checks import NOBODY, Marks, summary
from parkgis.words.catalogue import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.intake.inspect import Checked
    from parkgis.layers.checks import Case

MEASURED = {"m2": "area_m2", "m": "length_m", "deg": "angle_deg", "": "number"}
"""Unit of a measure -> the name it has in the texts."""
COLUMNS = ("project", "severity", "code", "key", "other", "measure", "unit", "east", "north")


def line(case: Case, marks: Marks, at: int, words: Words) -> str:
    """Say one place: what is wrong there, by how much."""
    facts: dict[str, Any] = {name: values[at] for name, values in marks.details.items()}
    if "reason" in facts:
        facts["reason"] = words(f"check.reason.{facts['reason']}")
    measure = float(marks.measures[at])
    facts[MEASURED[marks.unit]] = int(measure) if marks.unit == "" and not np.isnan(measure) else measure
    if marks.others is not None:
        facts["other"] = case.keys(marks.others[at : at + 1])[0]
    return words(f"check.place.{marks.code}", **facts)


def middles(marks: Marks) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return a point on each place (east, north in the layer's grid), shape (n, 2); NaN where there is none."""
    points = shapely.point_on_surface(marks.shapes)
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def rows(checked: Sequence[Checked]) -> gpd.GeoDataFrame:
    """Return every place of every project, the worst first.

    Returns
    -------
    GeoDataFrame
        :data:`COLUMNS`, and ``text_`` and ``remedy_`` in each language; geometry as the checks gave it, None where
        there is none. ``measure`` is in ``unit``; ``key`` and ``project`` link a place to its parcel.
    """
    tables = [_table(one, marks) for one in checked for marks in one.marks]
    if not tables:
        names = [*COLUMNS, *(f"{part}_{lang}" for lang in LANGUAGES for part in ("text", "remedy"))]
        return gpd.GeoDataFrame({name: [] for name in names}, geometry=[], crs=checked[0].case.frame.crs if checked else None)
    found = pd.concat(tables, ignore_index=True)
    rank = found["severity"].map({"error": 0, "warning": 1, "info": 2})
    ordered = found.iloc[np.argsort(rank.to_numpy(), kind="stable")].reset_index(drop=True)
    return gpd.GeoDataFrame(ordered, geometry="geometry", crs=checked[0].case.frame.crs)


def _table(one: Checked, marks: Marks) -> pd.DataFrame:
    case, order = one.case, marks.worst_first()
    east, north = middles(marks)[order].T
    finding = summary(marks, case)
    table: dict[str, Any] = {
        "project": one.project,
        "severity": marks.severity.name.lower(),
        "code": marks.code,
        "key": _keys(case, marks.rows[order]),
        "other": "" if marks.others is None else _keys(case, marks.others[order]),
        "measure": marks.measures[order],
        "unit": marks.unit,
        "east": east,
        "north": north,
    }
    for lang in LANGUAGES:
        words = Words(lang)
        table[f"text_{lang}"] = [line(case, marks, int(at), words) for at in order]
        table[f"remedy_{lang}"] = remedy(finding, words)
    return pd.DataFrame({**table, "geometry": marks.shapes[order]})


def _keys(case: Case, at: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[str]:
    there = iter(case.keys(at[at != NOBODY]))
    return [next(there) if row != NOBODY else "" for row in at.tolist()]
