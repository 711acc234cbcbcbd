"""A made-up workspace: a believable cadastre and clearance history from a seed, for all that has no public data.

Nothing in it is true but where the parks are. The names of parks and projects begin with DEMO, public
statements are left out, and ``demo = true`` marks whatever is drawn from it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from parkgis import crs, vn2000, workspace
from parkgis.demo import cadastre, minutes, oddities, schedule, statements, troubles
from parkgis.demo.cadastre import GRID, Cadastre
from parkgis.demo.minutes import Minutes
from parkgis.demo.oddities import Story
from parkgis.demo.schedule import Pace
from parkgis.errors import OutputFailed, UsageError
from parkgis.layers import write
from parkgis.model import Kind
from parkgis.words.catalogue import LANGUAGES, Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from parkgis.model import Document, Event, Project

    Progress = Callable[[str, float], None]

NAME = "DEMO Bắc Ninh"
PREFIX = "DEMO "
REAL = ("developer", "decision", "note")  # true investors and decisions do not belong beside invented hand-overs
FEWEST = 100
SITE_PARCELS = 40  # fewer parcels than this a project, and there are fewer projects
APPEND = 100_000
REPORTS = (statements.REPORT_FORM, troubles.FORM)  # numbered apart, so that they change no other paper's number
LAYERS_DAY = dt.date(2025, 4, 28)

SITES = (
    Pace("NSHL", dt.date(2025, 6, 9), span=500, slow=1.3),
    Pace("YP2-A", dt.date(2025, 5, 5), span=270, slow=0.8),
    Pace("QVMR2", dt.date(2025, 5, 20), span=370, slow=0.9),
    Pace("QV3-2", dt.date(2025, 9, 1), span=460, slow=1.6),
    Pace("GB2", dt.date(2025, 10, 13), span=400, paid_early=True),
    Pace("TT1", dt.date(2025, 11, 3), span=400, slow=1.2),
    Pace("QV2-2", dt.date(2026, 3, 9), span=330, slow=1.3),
    Pace("TT3-C", dt.date(2025, 12, 8), span=400, slow=1.6),
)
"""Projects under clearance whose centre is known, each at a pace of its own."""


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at


def make(folder: Path, seed: int = 2026, parcels: int = 6000, progress: Progress | None = None) -> Workspace:
    """Make a demo workspace.

    Parameters
    ----------
    folder : Path
        Must not exist, or be empty.
    seed : int
        The same seed and number of parcels give the same bytes in every file.
    parcels : int
        Parcels over all projects, 100 or more. At some ten thousands the land outgrows the parks, and
        projects are moved apart so that none overlaps another.
    progress : callable, optional
        Called with the key of a step (its words are ``demo.step_KEY``) and the share of it done, 0 to 1.

    Returns
    -------
    Workspace
        Its clock stands at the last entry of the ledger: ``cut()`` knows all of it.

    Raises
    ------
    WorkspaceExists, OutputFailed, UsageError
        The folder is then as it was.
    """
    if parcels < FEWEST:
        raise UsageError(why=f"a demo needs {FEWEST} parcels or more, not {parcels}")
    there = folder.exists()
    workspace.new(folder)
    try:
        return _fill(folder, np.random.default_rng(seed), parcels, progress or (lambda _step, _share: None))
    except BaseException:  # Ctrl-C too: half a demo is no demo
        shutil.rmtree(folder, ignore_errors=True)
        if there:
            folder.mkdir(exist_ok=True)
        raise


def _fill(folder: Path, rng: np.random.Generator, parcels: int, tell: Progress) -> Workspace:
    _mark(folder)
    clock = Clock(dt.datetime.combine(LAYERS_DAY, minutes.RECORDED_UTC))
    made = Workspace(folder, clock)
    lands = _cadastres(made, rng, parcels, tell)
    stories = [_story(one, land, pace) for one, land, pace in zip(rng.spawn(len(lands)), lands, SITES, strict=False)]
    oddities.tell(stories)
    statements.tell(stories)
    troubles.tell(stories)
    for done, story in enumerate(stories):
        story.papers[:0] = _layers(made, story.cadastre)
        tell("layers", (done + 1) / len(stories))
    _record(made, clock, stories, tell)
    return made


# -- marks ---------------------------------------------------------------------------------------------


def _mark(folder: Path) -> None:
    """Say DEMO wherever the workspace says who it is; leave out what was really said of the parks."""
    try:
        _mark_config(folder / workspace.MARK)
        for name in ("parks.csv", "projects.csv"):
            _mark_names(folder / "layers" / name)
        statements = folder / "layers" / "statements.csv"
        _save(statements, statements.read_text(encoding="utf-8").splitlines()[0] + "\n")
        _save(folder / "layers" / "README.md", "\n".join(Words(lang)("demo.readme") for lang in LANGUAGES))
    except OSError as error:
        raise OutputFailed(path=folder, why=error.strerror or str(error)) from error


def _mark_config(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^name = .*$", f'name = "{NAME}"', text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^demo = false(.*)$", rf"demo = true \1\ndemo_on = {schedule.ON}", text, count=1, flags=re.MULTILINE)
    _save(path, text)


def _mark_names(path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row.update({column: PREFIX + row[column] for column in ("name_vi", "name_en")})
        row.update({column: "" for column in REAL if column in row})
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    _save(path, text.getvalue())


def _save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


# -- land ----------------------------------------------------------------------------------------------


def _cadastres(made: Workspace, rng: np.random.Generator, parcels: int, tell: Progress) -> list[Cadastre]:
    sites = SITES[: min(max(parcels // SITE_PARCELS, 1), len(SITES))]
    projects = [made.project(site.project) for site in sites]
    counts = _share_out(parcels, [p.planned_ha for p in projects])
    rngs = rng.spawn(len(projects))
    grounds = []
    for done, (project, count, one) in enumerate(zip(projects, counts, rngs, strict=True)):
        tell("cadastre", done / len(projects))
        grounds.append(cadastre.clear(one, project.id, count))
    places = cadastre.settle(_centres(projects), np.array([ground.reach_m for ground in grounds]))
    first = np.cumsum([1, *map(cadastre.households, counts)])
    lands = []
    for number, (ground, one) in enumerate(zip(grounds, rngs, strict=True)):
        codes = [f"{9900 + 2 * number + half:05d}" for half in (1, 2)]  # invented
        lands.append(cadastre.register(one, ground, places[number], codes, int(first[number])))
    tell("cadastre", 1.0)
    return lands


def _share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number out by weights; the shares add up to it."""
    ends = np.round(np.cumsum(weights) / np.sum(weights) * total).astype(int)
    shares: list[int] = np.diff(ends, prepend=0).tolist()
    return shares


def _centres(projects: Sequence[Project]) -> np.typing.NDArray[np.float64]:
    lonlat = np.array([[p.lon, p.lat] for p in projects], dtype=np.float64)
    return crs.convert(lonlat, vn2000.WGS84, GRID)


def _layers(made: Workspace, land: Cadastre) -> Iterator[Minutes]:
    """Write a project's layers and yield the papers by which the ledger knows them."""
    vintages = [("boundary:survey", "boundaries", 1, LAYERS_DAY, None), ("parcels", "parcels", 1, LAYERS_DAY, land.parcels)]
    if land.vintage_2 is not None and land.vintage_2_day is not None:
        vintages.append(("parcels", "parcels", 2, land.vintage_2_day, land.vintage_2))
    for role, kind, vintage, day, frame in vintages:
        name = f"layers/{kind}/{land.project}-{vintage}.gpkg"
        path, at = made.output(*name.split("/")), dt.datetime.combine(day, minutes.RECORDED_UTC)
        if frame is None:
            sha256 = write.write_boundary(land.boundary, land.project, "survey", GRID, path, at)
        else:
            sha256 = write.write_parcels(frame, path, at)
        yield Minutes(
            project=land.project, day=day, form=minutes.LAYER_FORM, signed=day, kind=Kind.LAYER, refers=name, into=(role, sha256)
        )


# -- history -------------------------------------------------------------------------------------------


def _story(rng: np.random.Generator, land: Cadastre, pace: Pace) -> Story:
    plan = schedule.plan(rng, land, pace)
    return Story(rng, land, plan, minutes.from_plan(rng, land, plan))


def _record(made: Workspace, clock: Clock, stories: Sequence[Story], tell: Progress) -> None:
    """Enter every paper on its Friday, oldest first."""
    documents: dict[Minutes, Document] = {}
    clerks = {}
    for clerk, story in enumerate(stories):
        reports = [p for p in story.papers if p.form in REPORTS]
        documents |= minutes.number(story.rng, [p for p in story.papers if p.form not in REPORTS])
        documents |= minutes.number(np.random.default_rng([2, *map(ord, story.project)]), reports)
        clerks[story.project] = clerk
    papers = sorted((p for story in stories for p in story.papers), key=lambda p: (p.recorded, p.day))
    total, done = sum(len(p.keys) for p in papers), 0
    pending: list[Event] = []
    for number, paper in enumerate(papers):
        clock.at = paper.recorded
        pending += minutes.events(paper, documents, clerks[paper.project])
        last = number + 1 == len(papers) or papers[number + 1].recorded != paper.recorded
        if last or len(pending) >= APPEND:
            made.store.append(pending)
            done += len(pending)
            pending = []
            tell("history", done / total)
