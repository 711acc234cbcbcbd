"""What goes otherwise than planned: tranches, a split, a late paper, a void, a paper too many.

Each is a function in :data:`ODDITIES`, story -> papers; one that finds no fitting parcel writes nothing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from parkgis.demo import minutes, schedule
from parkgis.demo.fields import AREA_M2, MM
from parkgis.demo.minutes import Minutes
from parkgis.model import Kind
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from parkgis.demo.cadastre import Cadastre
    from parkgis.demo.fields import Floats, Ints, Shapes
    from parkgis.demo.schedule import Plan

NOTES = Words("vi")  # papers are Vietnamese in every demo
DEVELOPER = "handed_developer"
LATE_DAYS = 150
TRANCHE_M = 42.0
ROAD_M = 20.0
UNMAPPED_M2 = 12_480.5


@dataclasses.dataclass
class Story:
    """A project's land, plan and papers; the papers grow as things happen."""

    rng: np.random.Generator
    cadastre: Cadastre
    plan: Plan
    papers: list[Minutes]

    @property
    def project(self) -> str:
        return self.cadastre.project

    def day_of(self, stage: int) -> Ints:
        return self.plan.reached(stage, len(self.cadastre.parcels))

    def open_rows(self) -> Ints:
        """Return rows of parcels well inside that are inventoried and not handed over, in drawn order."""
        whole = self.cadastre.parcels["area_in_m2"] == self.cadastre.parcels["area_grid_m2"]
        rows = np.flatnonzero(whole & (self.day_of(schedule.INVENTORY) >= 0) & (self.day_of(schedule.DEVELOPER) < 0))
        return self.rng.permutation(rows)

    @property
    def tranche_m(self) -> float:
        """Radius of a tranche that this land has room for, metres."""
        return min(TRANCHE_M, 0.1 * math.sqrt(self.cadastre.boundary.area))

    def paper(self, stage: str, day: dt.date, key: str, area: float | None, geometry: str = "", note: str = "") -> Minutes:
        words = NOTES(f"demo.{note}") if note else ""
        return minutes.reached(self.rng, self.project, stage, day, keys=[key], areas=[area], geometry=geometry, note=words)


def tell(stories: Sequence[Story]) -> None:
    """Let each oddity happen in its project, or in the next one that has the parcels for it."""
    for number, happen in ODDITIES:
        for step in range(len(stories)):
            story = stories[(number + step) % len(stories)]
            if papers := tuple(happen(story)):
                story.papers.extend(papers)
                break


def _tranches(story: Story) -> Iterator[Minutes]:
    """Two tranches of parts of parcels, the second over a piece of the first."""
    for row in story.open_rows()[:1]:
        centre, turn = story.cadastre.centres[row], story.rng.uniform(0, 2 * math.pi)
        step = 0.9 * story.tranche_m * np.array([math.cos(turn), math.sin(turn)])
        yield from _drawn(story, _blob(story, centre), [(DEVELOPER, dt.date(2026, 5, 12))], "note_tranche")
        yield from _drawn(story, _blob(story, centre + step), [(DEVELOPER, dt.date(2026, 8, 6))], "note_tranche")


def _early_tranche(story: Story) -> Iterator[Minutes]:
    """A tranche of the year before: it must not count to this one."""
    for row in story.open_rows()[:1]:
        shape = _blob(story, story.cadastre.centres[row])
        yield from _drawn(story, shape, [(DEVELOPER, dt.date(2025, 11, 20))], "note_tranche")


def _road(story: Story) -> Iterator[Minutes]:
    """A strip for the access road, across everybody's fields."""
    centre = np.array(story.cadastre.boundary.centroid.coords[0])
    half = 0.32 * math.sqrt(story.cadastre.boundary.area)
    turn = story.rng.uniform(0, math.pi)
    along = np.array([math.cos(turn), math.sin(turn)])
    line = shapely.LineString([centre - half * along, centre + 0.4 * half * along])
    days = [("handed_user", dt.date(2026, 6, 4)), (DEVELOPER, dt.date(2026, 6, 18))]
    yield from _drawn(story, line.buffer(ROAD_M / 2, cap_style="flat"), days, "note_road")


def _blob(story: Story, centre: Floats) -> shapely.Polygon:
    angle = np.sort(np.arange(7) + story.rng.uniform(-0.3, 0.3, 7)) * 2 * math.pi / 7
    radius = story.tranche_m * story.rng.uniform(0.75, 1.2, 7)
    return shapely.Polygon(centre + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))


def _drawn(story: Story, shape: shapely.Polygon, days: Sequence[tuple[str, dt.date]], note: str) -> Iterator[Minutes]:
    inside = shapely.intersection(shape, story.cadastre.boundary, grid_size=10.0**-MM)
    if not isinstance(inside, shapely.Polygon) or inside.is_empty:
        return
    ring = ", ".join(f"{x:.{MM}f} {y:.{MM}f}" for x, y in inside.exterior.coords)
    area = round(inside.area * (1 + story.rng.normal(0, 0.003)), 1)
    for stage, day in days:
        yield story.paper(stage, day, "", area, f"SRID=9209;POLYGON (({ring}))", note)


def _area_alone(story: Story) -> Iterator[Minutes]:
    """Minutes that state hectares and name no parcel."""
    yield story.paper(DEVELOPER, dt.date(2026, 7, 9), "", UNMAPPED_M2, note="note_area")


def _late(story: Story) -> Iterator[Minutes]:
    """A paper of the spring that turns up in autumn: changes the list, adds nothing."""
    spring = [p for p in story.papers if p.stage == DEVELOPER and dt.date(2026, 2, 20) <= p.day <= dt.date(2026, 5, 20)]
    for paper in spring[:1]:
        story.papers.remove(paper)
        yield dataclasses.replace(paper, late_days=LATE_DAYS, note=NOTES("demo.note_late"))


def _mistake(story: Story) -> Iterator[Minutes]:
    """A hand-over entered for the wrong parcel, and its void."""
    for row in story.open_rows()[:1]:
        parcel = story.cadastre.parcels.iloc[row]
        wrong = story.paper(DEVELOPER, dt.date(2026, 4, 14), parcel["key"], float(parcel["area_document_m2"]))
        yield wrong
        yield _other(story, Kind.VOID, minutes.VOID_FORM, dt.date(2026, 5, 11), voids=wrong, note=NOTES("demo.note_void"))


def _other(story: Story, kind: Kind, form: str, day: dt.date, **facts: Any) -> Minutes:
    return Minutes(project=story.project, kind=kind, form=form, day=day, signed=day, **facts)


def _twice(story: Story) -> Iterator[Minutes]:
    """One parcel handed over by two papers: the first counts."""
    later = dt.timedelta(days=21)
    handed = [p for p in story.papers if p.stage == DEVELOPER and len(p.keys) > 2 and p.day + later <= schedule.ON]
    for paper in handed[:1]:
        yield story.paper(DEVELOPER, paper.day + later, paper.keys[1], paper.areas[1], note="note_twice")


def _parted(story: Story) -> Iterator[Minutes]:
    """A household parts a double strip between its children after the inventory; one of them holds out.

    The parts come with a second vintage of the parcels, which keeps the old one beside them.
    """
    candidates = np.flatnonzero(
        (shapely.get_num_coordinates(story.cadastre.parcels.geometry.to_numpy()) == 7)
        & (story.cadastre.parcels["area_in_m2"] == story.cadastre.parcels["area_grid_m2"])
        & ~story.cadastre.parcels["irregular"]
        & (story.day_of(schedule.DEVELOPER) >= 0)
    )
    for row in candidates.tolist():
        ring = shapely.get_coordinates(story.cadastre.parcels.geometry.iloc[row])
        parts: Shapes = np.array([shapely.Polygon(ring[[0, 1, 4, 5]]), shapely.Polygon(ring[[1, 2, 3, 4]])])
        area, whole = shapely.area(parts), shapely.Polygon(ring).area
        fair = area.min() >= max(0.35 * whole, AREA_M2[0]) and math.isclose(area.sum(), whole, abs_tol=1e-6)
        if fair and shapely.is_valid(parts).all():
            return _part(story, row, parts)
    return iter(())


def _part(story: Story, row: int, parts: Shapes) -> Iterator[Minutes]:
    frame, old = story.cadastre.parcels, story.cadastre.parcels.iloc[row]
    new = _part_rows(frame, old, parts)
    day = schedule.date(int(story.day_of(schedule.INVENTORY)[row])) + dt.timedelta(days=7)
    table = pd.concat([frame, new], ignore_index=True)
    order = np.lexsort([table["parcel"].astype(int), table["sheet"].astype(int), table["commune"]])
    story.cadastre = dataclasses.replace(
        story.cadastre, vintage_2=gpd.GeoDataFrame(table.iloc[order].reset_index(drop=True), crs=frame.crs), vintage_2_day=day
    )
    story.papers[:] = [_instead(paper, old["key"], new) for paper in story.papers]
    story.papers[:] = [paper for paper in story.papers if paper.keys]
    facts = {"keys": [old["key"]], "into": tuple(new["key"]), "note": NOTES("demo.note_split")}
    return iter([_other(story, Kind.SPLIT, minutes.SPLIT_FORM, day, **facts)])


def _part_rows(frame: gpd.GeoDataFrame, old: pd.Series[Any], parts: Shapes) -> gpd.GeoDataFrame:
    """Return the new parcels: next numbers of the sheet, areas adding up to the old one's."""
    sheet = frame[(frame["commune"] == old["commune"]) & (frame["sheet"] == old["sheet"])]
    last = int(sheet["parcel"].astype(int).max())
    numbers = [str(last + 1), str(last + 2)]
    new = gpd.GeoDataFrame([old, old], geometry=parts, crs=frame.crs).reset_index(drop=True)
    new["parcel"] = numbers
    new["key"] = [f"{old['commune']}/{old['sheet']}/{n}" for n in numbers]
    area = shapely.area(parts)
    written = float(old["area_document_m2"])
    first = round(written * area[0] / area.sum(), 1)
    new["area_document_m2"] = [first, round(written - first, 1)]
    new["area_grid_m2"] = new["area_in_m2"] = area
    return new.astype(frame.drop(columns="geometry").dtypes.to_dict())


def _instead(paper: Minutes, key: str, new: gpd.GeoDataFrame) -> Minutes:
    """Put the first part, and for the posting both, where a later paper names the old parcel."""
    if key not in paper.keys or schedule.CODES.index(paper.stage) < schedule.POSTED:
        return paper
    count = 2 if paper.stage == schedule.CODES[schedule.POSTED] else 1
    rest = [(k, a) for k, a in zip(paper.keys, paper.areas, strict=True) if k != key]
    rest += list(zip(new["key"][:count], new["area_document_m2"][:count], strict=True))
    return dataclasses.replace(paper, keys=[k for k, _ in rest], areas=[a for _, a in rest])


ODDITIES: tuple[tuple[int, Callable[[Story], Iterator[Minutes]]], ...] = (
    (0, _late),  # first: of the plan's own papers
    (0, _mistake),
    (1, _early_tranche),
    (2, _twice),
    (3, _area_alone),
    (4, _tranches),
    (0, _road),
    (2, _parted),
)
"""Number of the project in :data:`parkgis.demo.SITES`, and what happens there."""
