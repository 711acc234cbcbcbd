"""Letters to draw: of the shipped workspace, of one where much happened, of one project, of two hundred with long names."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Any

import make

from parkgis.briefing import Briefing, brief
from parkgis.explain import end_of, explain
from parkgis.layers.write import write_parcels
from parkgis.model import Kind
from parkgis.outputs import map_definition
from parkgis.outputs.letter.model import Content, Extras, Grid, Heading, Paragraph, Picture
from parkgis.planning.households import households
from parkgis.planning.waiting import waiting
from parkgis.reporting import WHOLE
from parkgis.reporting.look import looking
from parkgis.shapes import shapes
from parkgis.status.overdue import deadlines
from parkgis.status.series import counted_by_day
from parkgis.workspace import Workspace, shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from parkgis.outputs.letter.model import Block

ON = dt.date(2026, 6, 30)
KNOWN = make.at("2026-07-01T01:30")
COUNTS = {"households_total": 31, "graves_total": 219, "graves_moved": 184, "resettle_lots_needed": 14}
HOSTILE = 'KCN #let $x$ [a] @b \\ "c" {{ body }} *đậm* _n_ `m` <script>&amp; =1+1 // ~ %'
LONG = "Khu công nghiệp – đô thị – dịch vụ phía bắc sông Đuống " * 6


def untouched(folder: Path) -> Workspace:
    """Return the shipped workspace: no parcel, no document."""
    return _later(make.workspace(folder))


def worked(folder: Path, *, demo: bool = False, rename: dict[str, str] | None = None) -> Workspace:
    """Return a workspace with parcels of two projects at many stages, obstacles, payments, a plan and what nobody can place."""
    made = make.workspace(folder)
    if demo:
        _edit(made, lambda text: text.replace("demo = false", "demo = true"))
    if rename:
        _rows(made, lambda rows: [row | {"name_vi": rename.get(row["project_id"], row["name_vi"])} for row in rows])
    boxes = {"QV": make.grid(5, 4, 100.0), "GB": make.grid(4, 2, 100.0, west=5000.0, commune="11")}
    for project, grid in boxes.items():
        path = f"layers/parcels/{project}-1.gpkg"
        sha = write_parcels(make.parcels(grid), made.root / path, make.START)
        made.store.append([make.layer_entry("parcels", path, sha, project)])
    keys, others = list(boxes["QV"]), list(boxes["GB"])
    made.store.append(
        [
            *(make.reached(key, "notice", "2025-09-01", project="QV", paper="01/TB") for key in keys),
            *(make.reached(key, "plan_approved", "2026-02-02", project="QV", paper="05/QĐ") for key in keys[:16]),
            *(make.reached(key, "recovered", "2026-03-02", project="QV", paper="77/QĐ") for key in keys[:14]),
            *(make.reached(key, on="2026-04-06", project="QV", paper="02/BB", area_m2=10050.0) for key in keys[:6]),
            *(make.reached(key, on="2026-06-25", project="QV", paper="08/BB", area_m2=10000.0) for key in keys[6:9]),
            *(make.reached(key, "recovered", "2026-05-04", project="GB", paper="78/QĐ") for key in others[:3]),
            make.reached(others[0], on="2026-06-26", project="GB", paper="09/BB", area_m2=10000.0),
            make.reached(stage="handed_developer", on="2026-05-06", project="TT1", paper="03/BB", area_m2=4321.5),
            _obstacle("graves", "UBND phường Quế Võ", "2026-05-31", keys[15]),
            _obstacle("graves", "UBND phường Quế Võ", "2026-07-15", keys[16]),
            _obstacle("price_disagreed", "", "", keys[17]),
            _obstacle("funds_late", "Chủ đầu tư hạ tầng", "2026-08-01", project="GB"),
            make.entry(Kind.APPROVAL, "2026-02-02", "QV", "210/QĐ", {"amount_vnd": 400_150_000_000, "households": 27}),
            *(make.entry(Kind.COUNT, "2026-06-26", "QV", "31/BC", {"what": k, "value": n}) for k, n in COUNTS.items()),
            _money("2026-03-20", 268_340_000_000, 18),
            _plan("2026-03", 40_000.0),
            _plan("2026-06", 80_000.0),
            _plan("2026-12", 500_000.0),
        ]
    )
    return _later(made)


def many(folder: Path) -> Workspace:
    """Return two hundred projects with names of 300 letters, sixty of which have minutes of an area alone."""
    made = make.workspace(folder)

    def copied(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        more = [
            rows[n % len(rows)]
            | {
                "project_id": f"P{n:03}",
                "name_vi": f"{n} {LONG}"[:300].strip(),
                "name_en": f"{n} {'North of the river ' * 15}".strip(),
            }
            for n in range(len(rows), 200)
        ]
        return [*rows, *more]

    rows = _rows(made, copied)
    ids = [row["project_id"] for row in rows[:60]]
    made.store.append(
        [
            *(make.reached(on="2026-05-06", project=id_, paper=f"{id_}/BB", area_m2=4321.5) for id_ in ids),
            *(_obstacle("graves", LONG[:300], "2026-05-31", project=id_) for id_ in ids),
        ]
    )
    return _later(made)


def one(folder: Path) -> Workspace:
    """Return a workspace of one project without parcels and a target of nothing."""
    made = make.workspace(folder)
    _rows(made, lambda rows: rows[:1])
    _edit(made, lambda text: text.replace("area_ha = 300.0", "area_ha = 0.0"))
    return _later(made)


def gathered(found: Workspace, since: dt.date | None = None, *, drawn: bool = True, **more: Any) -> tuple[Briefing, Extras]:
    """Return the briefing and everything a letter may say beside it, as a command would."""
    cut = found.cut(on=ON, known=KNOWN)
    snapshot = found.snapshot(cut)
    told = explain(found, end_of(found, since), snapshot.cut) if since else None
    overdue = deadlines(snapshot, found.store)
    facts: dict[str, Any] = {
        "ahead": looking(found)(snapshot, snapshot, WHOLE, overdue),
        "letterhead": found.config.letterhead, "overdue": overdue, "households": households(snapshot),
        "waiting": waiting(snapshot), "dpi": 60, "explanation": told,
    }  # fmt: skip
    if drawn:
        facts |= {
            "series": counted_by_day(snapshot), "shapes": shapes(found, snapshot),
            "map": map_definition.find([shipped() / "maps"], ["overview"])[0],
        }  # fmt: skip
    return brief(found, snapshot), Extras(**(facts | more))


def spoken(content: Content) -> str:
    """Return the letter as plain text, block by block."""
    head = content.head
    lines = [
        head.superior, head.issuer, head.number, head.nation, head.motto, head.place_date, "", content.kind, *content.summary,
        content.to, "", *_spoken(content.blocks), "", content.close.recipients_title, *content.close.recipients,
        *content.close.signer, content.close.name,
    ]  # fmt: skip
    for annex in content.annexes:
        lines += ["", annex.number, annex.title, annex.reference, *_spoken(annex.blocks)]
    return "\n".join([*lines, "", content.cut_off, content.digest, content.definition, ""])


def _spoken(blocks: Sequence[Block]) -> list[str]:
    lines: list[str] = []
    for block in blocks:
        match block:
            case Heading():
                lines += ["", f"{'#' * block.level} {block.full}"]
            case Paragraph():
                lines.append(block.text)
            case Picture():
                lines += [f"<{block.caption}>", f"  {block.alt}"]
            case Grid():
                lines += [f"[{block.caption}]", " | ".join(column.title for column in block.columns)]
                lines += [" | ".join(row.cells) for row in block.rows]
    return lines


def _later(made: Workspace) -> Workspace:
    return Workspace(made.root, make.clock(start=KNOWN))


def _edit(made: Workspace, change: Callable[[str], str]) -> None:
    path = made.root / "parkgis.toml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def _rows(made: Workspace, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> list[dict[str, str]]:
    path = made.root / "layers" / "projects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = change(list(csv.DictReader(file)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows


def _obstacle(code: str, owner: str, due: str, parcel: str = "", project: str = "QV") -> Any:
    facts = {"code": code, "owner": owner} | ({"due": due} if due else {})
    return make.entry(Kind.OBSTACLE, "2026-05-04", project, "12/BC", {k: v for k, v in facts.items() if v}, parcel=parcel)


def _money(on: str, amount: int, households: int) -> Any:
    return make.entry(Kind.PAYMENT, on, "QV", "15/BC", {"amount_vnd": amount, "households": households})


def _plan(month: str, area_m2: float) -> Any:
    return make.entry(Kind.PLANNED, "2026-01-15", "QV", "KH-01", {"month": month, "baseline": 1}, area_m2=area_m2)
