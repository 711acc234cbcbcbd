"""Briefings to draw: of the shipped workspace as it is, and of one where land was handed over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import make

from parkgis.briefing import Briefing, brief
from parkgis.layers.write import write_boundary, write_parcels
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

ON = dt.date(2026, 6, 30)
KNOWN = make.at("2026-07-01T01:30")
HOSTILE = "=cmd|' /C calc'!A0"
SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'
CONTROL = 'vào\x00 sổ\x1b[31m\x0b \u202eđảo _x0041_ & "ngoặc"'
LONG = "Khu công nghiệp " + "rất dài " * 35 + "hết"


def untouched(folder: Path) -> Briefing:
    """Return the briefing of the shipped workspace: no parcel, no document."""
    return _brief(make.workspace(folder))


def worked(folder: Path, *, demo: bool = False) -> Briefing:
    """Return a briefing with land of two projects that overlaps, a tranche, and minutes of an area alone.

    QV: 20 squares of 30 m; 10 handed over in 2026, each document saying 905 m2, one in 2025, and a tranche.
    QV2-1: 4 squares, of which the first two lie on the last column of QV; surveyed boundary.
    TT1: no parcel; minutes that only state 4321.5 m2.
    """
    made = make.workspace(folder)
    if demo:
        path = made.root / "parkgis.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("demo = false", "demo = true"), encoding="utf-8")
    quevo, second = make.grid(5, 4, 30.0), make.grid(2, 2, 30.0, west=120.0, commune="11")
    _layer(made, "QV", quevo)
    _layer(made, "QV2-1", second)
    box = (120.0, 0.0, 180.0, 60.0)
    sha = write_boundary(make.land(box), "QV2-1", "survey", "EPSG:9209", made.root / "layers/boundaries/QV2-1-1.gpkg", make.START)
    made.store.append([make.layer_entry("boundary:survey", "layers/boundaries/QV2-1-1.gpkg", sha, "QV2-1")])
    keys = list(quevo)
    made.store.append(
        [
            *(make.reached(key, "recovered", "2025-11-20", project="QV", paper="77/QĐ") for key in keys[:15]),
            make.reached(keys[0], "handed_developer", "2025-12-30", project="QV", paper="00/BB", area_m2=900.0),
            *(make.reached(key, "handed_developer", "2026-03-02", project="QV", area_m2=905.0) for key in keys[1:11]),
            make.reached(
                stage="handed_developer", on="2026-04-02", project="QV", paper="04/BB", tranche=(60, 90, 105, 117), area_m2=1234.5
            ),
            *(make.reached(key, "handed_developer", "2026-05-05", project="QV2-1", paper="02/BB", area_m2=900.0) for key in second),
            make.reached(stage="handed_developer", on="2026-05-06", project="TT1", paper="03/BB", area_m2=4321.5),
        ]
    )
    return _brief(Workspace(made.root, make.clock(start=KNOWN)))


def hostile(folder: Path) -> Briefing:
    """Return a briefing whose names and documents try to be formulas, markup and broken text."""
    made = make.workspace(folder)
    path = made.root / "layers" / "projects.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    for text, name in ((HOSTILE, "KCN Tiên Sơn"), (SCRIPT, "KCN Đại Đồng – Hoàn Sơn (GĐ1)"), (LONG, "KCN Yên Phong")):
        (row,) = (n for n, line in enumerate(lines) if f",{name}," in line)
        quoted = text.replace('"', '""')
        lines[row] = lines[row].replace(f",{name},", f',"{quoted}",')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    made.store.append(
        [make.reached(stage="paid", project="TS", paper=paper, area_m2=1.0) for paper in (HOSTILE, SCRIPT, CONTROL, "@SUM(1)")]
    )
    return _brief(made)


def _layer(made: Workspace, project: str, boxes: dict[str, make.Box]) -> None:
    path = f"layers/parcels/{project}-1.gpkg"
    irregular = {key for key, box in boxes.items() if 120 <= box[0] < 150 and box[1] < 60}  # where the two lie on each other
    sha = write_parcels(make.parcels(boxes, irregular), made.root / path, make.START)
    made.store.append([make.layer_entry("parcels", path, sha, project)])


def _brief(made: Workspace) -> Briefing:
    return brief(made, made.snapshot(made.cut(on=ON, known=KNOWN)))
