"""A workspace in which everything a report can say has happened: plan, money, obstacles, two periods, parcels with users."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import make

from parkgis import reporting
from parkgis.layers.write import write_parcels
from parkgis.model import Kind
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.briefing import Briefing
    from parkgis.reporting import Beside, Scope

ON = dt.date(2026, 7, 3)  # a Friday
KNOWN = make.at("2026-07-03T12:00")
COUNTS = {
    "households_total": 10, "organisations_total": 1, "graves_total": 219, "graves_moved": 184, "resettle_lots_needed": 60,
    "resettle_lots_ready": 24,
}  # fmt: skip
KEYS = list(make.grid(5, 4, 30.0))
OTHERS = list(make.grid(2, 2, 30.0, west=500.0, commune="11"))


def workspace(folder: Path) -> Workspace:
    """QV: 20 parcels of 900 m2, 4 handed over in May, 3 in the week before ON, early; YP-1: 4 parcels, nothing since April."""
    made = make.workspace(folder)
    users = [f"P{n // 2}" for n in range(len(KEYS))]
    _layer(made, "QV", make.grid(5, 4, 30.0), users)
    _layer(made, "YP-1", make.grid(2, 2, 30.0, west=500.0, commune="11"), ["", "", "", ""])
    made.store.append(
        [
            *(make.reached(key, "recovered", "2026-04-10", project="QV", paper="77/QĐ") for key in KEYS[:5]),
            *(make.reached(key, "paid", "2026-04-20", project="QV", paper="78/QĐ") for key in KEYS[:6]),
            *(make.reached(key, on="2026-05-04", project="QV", paper="01/BB", area_m2=900.0) for key in KEYS[:4]),
            *(make.reached(key, on="2026-07-01", project="QV", paper="=02/BB", area_m2=901.0) for key in KEYS[4:7]),
            *(make.reached(key, "paid", "2026-04-01", project="YP-1", paper="05/QĐ") for key in OTHERS),
            *(_planned("QV", month, area) for month, area in (("2026-05", 3000.0), ("2026-06", 2000.0), ("2026-08", 13_000.0))),
            _paid("QV", "2026-04-20", 2_500_000_000, 3), _paid("QV", "2026-07-02", 400_000_001, 1),
            _approved("2026-04-01", 3_000_000_000, 4, 5400.0), _approved("2026-06-30", 1_000_000_000, 2, 3600.0),
            *(_count("2026-06-30", what, value) for what, value in COUNTS.items()), _count("2026-03-31", "graves_moved", 11),
            _obstacle("price", "2026-06-01", parcel=KEYS[9], due="2026-06-20"), _obstacle("graves", "2026-06-02"),
        ]
    )  # fmt: skip
    return Workspace(made.root, make.clock(start=KNOWN, step=dt.timedelta(seconds=1)))


def gathered(found: Workspace, scope: Scope = reporting.WHOLE, period: str = "week") -> tuple[Briefing, Beside]:
    snapshot = found.snapshot(found.cut(ON, KNOWN))
    return reporting.gather(found, snapshot, reporting.ask(found, snapshot.cut, period, scope))


def _layer(made: Workspace, project: str, boxes: dict[str, make.Box], users: list[str]) -> None:
    frame = make.parcels(boxes)
    frame["holder"] = users
    path = f"layers/parcels/{project}-1.gpkg"
    made.store.append([make.layer_entry("parcels", path, write_parcels(frame, made.root / path, make.START), project)])


def _planned(project: str, month: str, area_m2: float) -> Any:
    return make.entry(Kind.PLANNED, "2026-01-05", project, "01/KH", {"month": month, "baseline": 1}, area_m2=area_m2)


def _paid(project: str, on: str, amount_vnd: int, households: int) -> Any:
    return make.entry(Kind.PAYMENT, on, project, "09/CT", {"amount_vnd": amount_vnd, "households": households})


def _approved(on: str, amount_vnd: int, households: int, area_m2: float) -> Any:
    return make.entry(Kind.APPROVAL, on, "QV", "210/QĐ", {"amount_vnd": amount_vnd, "households": households}, area_m2=area_m2)


def _count(on: str, what: str, value: int) -> Any:
    return make.entry(Kind.COUNT, on, "QV", "31/BC-TTPTQĐ", {"what": what, "value": value})


def _obstacle(code: str, on: str, due: str = "", **more: Any) -> Any:
    facts = {"code": code, "owner": "UBND phường Quế Võ", **({"due": due} if due else {})}
    return make.entry(Kind.OBSTACLE, on, "QV", "12/BC", facts, note="bà Nguyễn Thị X", **more)
