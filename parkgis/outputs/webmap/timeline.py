"""Days: which the slider can stand on, what was handed over by each, and what the ledger says of a parcel."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from parkgis.outputs.webmap.tables import DAY_ZERO
from parkgis.rules import counting_stage, stages
from parkgis.status.fold import NEVER, number
from parkgis.units import year

if TYPE_CHECKING:
    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.shapes import Shapes, Steps

Json = dict[str, Any]


def day(value: int | dt.date) -> int:
    """Return a day as the page counts it."""
    return (number(value) if isinstance(value, dt.date) else int(value)) - DAY_ZERO


def times(shapes: Shapes, briefing: Briefing, definition: MapDefinition, compare: int | None) -> Json:
    """Return the days of the page: of its figures, of the ledger, and the earlier one it compares with."""
    on = number(briefing.on)
    found = {d for d in ledger_days(shapes, definition) if d < on}
    return {
        "on": day(on),
        "days": [day(d) for d in sorted({*found, on})] if definition.slider else [day(on)],
        "compare": None if compare is None else day(compare),
        "unseen": [day(d) for d in shapes.history.unseen] if definition.shows("parcels") else [],
        "counted": _steps(shapes.history.counted),
        "handed": {name: _steps(steps) for name, steps in shapes.history.handed.items()},
    }


def ledger_days(shapes: Shapes, definition: MapDefinition) -> set[int]:
    """Return the days on which this map changes."""
    found = {d for steps in shapes.history.handed.values() for d, _ in steps}
    if definition.shows("parcels", "tranches"):
        for stage in stages():
            found.update(np.unique(np.asarray(shapes.parcels[f"day_{stage.code}"], dtype=np.int64)).tolist())
        found.update(int(d) for d in shapes.tranches["day"])
        found.update(d for life in shapes.history.lives.values() for d in life)
    return found - {0, NEVER}


def _steps(steps: Steps) -> list[list[float]]:
    return [[day(on), round(area, 2)] for on, area in steps]


def target(briefing: Briefing) -> Json:
    """Return what the headline measures against."""
    period = year(briefing.target.year)
    return {
        "year": briefing.target.year,
        "m2": briefing.target.area_ha * 10_000,
        "from": day(period.start),
        "to": day(period.end),
        "stage": stages().index(counting_stage()) + 1,
        "documents_m2": round(briefing.counted.documents_m2, 2),
        "counted_m2": round(briefing.counted.area_m2, 2),
    }


def history(shapes: Shapes, briefing: Briefing, definition: MapDefinition) -> Json:
    """Return what stands behind parcels: documents by project, stage and day, notes, disputed figures; none in public."""
    if definition.public or not definition.shows("parcels", "tranches"):
        return {"papers": [], "notes": [], "disputed": []}
    place = {stage.code: i for i, stage in enumerate(stages(), start=1)}
    of = shapes.history
    return {
        "papers": [
            [paper.project, place[paper.stage], day(paper.day), paper.number, paper.date.isoformat()]
            for paper in briefing.papers
            if paper.stage in place
        ],
        "notes": [[n.project, n.parcel, n.kind, day(n.day), n.code, n.document, n.open] for n in of.notes],
        "disputed": [[project, key, round(area, 2)] for (project, key), area in sorted(of.disputed.items())],
    }
