"""Decks to look at: of a workspace where everything happens at once, and of one with 200 projects and long names."""

from __future__ import annotations

import csv
import functools
import io
from typing import TYPE_CHECKING, Any

import briefings
import drawn
import make
from pptx import Presentation

from parkgis.explain import end_of, explain
from parkgis.model import Kind
from parkgis.outputs import deck
from parkgis.reporting.ahead import Ahead
from parkgis.rules.obstacles import obstacle_codes
from parkgis.status.series import counted_by_day
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parkgis.explain import Explanation
    from parkgis.model import Cut, Event
    from parkgis.outputs.deck.model import Deck, Slide
    from parkgis.planning.outlook import Outlook
    from parkgis.status.series import CountedSeries
    from parkgis.words.catalogue import Words

SINCE = make.day("2026-04-30")
MAP_MM = (120.0, 60.0)
OWNERS = ("UBND phường Nam Sơn", "Trung tâm phát triển quỹ đất", "Sở Nông nghiệp và Môi trường", "")


def matters(projects: list[str], each: int = 1) -> Iterator[Event]:
    """Yield a plan, a payment and obstacles of every code, on projects in turn."""
    codes = list(obstacle_codes())
    for n, project in enumerate(projects):
        for month, area in (("2026-03", 40_000.0), ("2026-05", 60_000.0), ("2026-11", 500_000.0)):
            facts: dict[str, Any] = {"month": month, "baseline": 1}
            yield make.entry(Kind.PLANNED, "2026-01-05", facts=facts, area_m2=area + n, project=project)
        yield make.entry(
            Kind.PAYMENT, "2026-02-10", facts={"amount_vnd": 12_340_000_000 + n, "households": 12}, project=project, id=f"p{n}"
        )
        approved: dict[str, Any] = {"amount_vnd": 20_000_000_000, "households": 30}
        yield make.entry(Kind.APPROVAL, "2026-02-01", facts=approved, project=project, id=f"v{n}")
        for k in range(each):
            facts = {"code": codes[(n + k) % len(codes)], "owner": OWNERS[(n + k) % len(OWNERS)]}
            due = {"due": f"2026-0{4 + k % 5}-15"} if k % 4 != 3 else {}
            yield make.entry(
                Kind.OBSTACLE,
                "2026-02-20",
                facts=facts | due,
                project=project,
                parcel=f"09/1/{k + 1}" if k % 2 else "",
                id=f"o{n}-{k}",
            )


def busy(folder: Path, *, demo: bool = True) -> drawn.Drawn:
    """Return a workspace with land handed over before and after :data:`SINCE`, plans kept and missed, obstacles, payments."""
    briefings.worked(folder, demo=demo)
    Workspace(folder, make.clock(start=make.at("2026-06-01"))).store.append(list(matters(["QV", "TT1", "NSHL"], each=4)))
    return drawn.of(folder)


def many(folder: Path) -> drawn.Drawn:
    """Return a workspace of 100 parks and 200 projects with long names, all behind plan, all with obstacles."""
    made = make.workspace(folder)
    layers = made.root / "layers"
    with (layers / "projects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    long = "Khu công nghiệp, đô thị và dịch vụ Yên Phong – Thuận Thành mở rộng về phía đông nam sông Đuống"
    wide = [
        rows[0] | {"park_id": f"K{n // 2:03}", "project_id": f"K{n // 2:03}-{n % 2}", "group": "planned16",
                   "name_vi": f"{long}, giai đoạn {n}", "name_en": f"{long}, phase {n}"}
        for n in range(200)
    ]  # fmt: skip
    wide[0]["name_vi"] = wide[0]["name_en"] = briefings.LONG
    _write(layers / "projects.csv", wide)
    names = [f"{long} số {n}" if n else briefings.LONG for n in range(100)]
    parks = [
        {"park_id": f"K{n:03}", "name_vi": name, "name_en": f"{name}, park", "group": "planned16", "former_province": "Bắc Ninh"}
        for n, name in enumerate(names)
    ]
    _write(layers / "parks.csv", parks)
    with (layers / "statements.csv").open(encoding="utf-8") as file:
        header = file.readline()
    (layers / "statements.csv").write_text(header, encoding="utf-8")
    ids = [row["project_id"] for row in wide]
    handed = [
        make.reached(
            stage="handed_developer", on="2026-05-06", project=id_, paper=f"{n}/BB-BGTĐ", area_m2=4321.5, tranche=(n, 0, n + 1, 1)
        )
        for n, id_ in enumerate(ids)
    ]
    Workspace(folder, make.clock(start=make.START)).store.append([*handed, *matters(ids, each=2)])
    return drawn.of(folder)


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@functools.cache
def told(workspace: Workspace, cut: Cut) -> tuple[CountedSeries, Explanation]:
    return counted_by_day(workspace.snapshot(cut)), explain(workspace, end_of(workspace, SINCE), cut)


def extras(found: drawn.Drawn, *, outlook: Outlook | None = None, with_map: bool = True) -> deck.Extras:
    series, explanation = told(found.workspace, found.snapshot.cut)
    return deck.Extras(
        series=series,
        explanation=explanation,
        shapes=found.shapes if with_map else None,
        map=drawn.definition("overview") if with_map else None,
        ahead=Ahead(outlook=outlook),
    )


def said(found: drawn.Drawn, words: Words, **more: Any) -> Deck:
    return deck.content(found.briefing, extras(found, **more), words, MAP_MM)


def one(found: Deck, key: str) -> Slide:
    (slide,) = (slide for slide in found.slides if slide.key == key)
    return slide


def read(pptx: bytes) -> Any:
    return Presentation(io.BytesIO(pptx))


def texts_of(pptx: bytes) -> list[str]:
    """Return the text of each slide's placeholders."""
    return ["\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in read(pptx).slides]
