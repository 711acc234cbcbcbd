"""A workspace: a folder with ``parkgis.toml``; the only place that wires stores, layers and status.

::

    parkgis.toml              name, language, legal grid, target, store
    ledger.gpkg               the append-only ledger (made by the first record)
    layers/parks.csv          parks
    layers/projects.csv       projects (phases)
    layers/statements.csv     dated public statements
    layers/kept/NAME-n.*      vintage n of parkgis.toml and of the tables above, once `parkgis enter tables` recorded them
    layers/parcels/ID-n.gpkg  vintage n of the parcels of project ID, never changed once written
    layers/boundaries/ID-n.gpkg
    maps/  reports/           what is drawn

Which vintage holds at an hour is itself in the ledger (entries of kind ``layer``), so that an old
report finds the old parcels, and the target, parks and statements of then.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import difflib
import functools
import importlib.resources
import shutil
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from parkgis import status
from parkgis.config import Config as Config  # a workspace is made of it
from parkgis.config import read_config as read_config
from parkgis.errors import (
    OutputFailed,
    ProjectUnknown,
    WorkspaceExists,
    WorkspaceMissing,
)
from parkgis.layers import tables
from parkgis.layers.vintage import ParcelLayer, boundary_wkb
from parkgis.ledger.gpkg import GpkgStore
from parkgis.ledger.store import utc_now, voided
from parkgis.model import Boundary, Cut, Finding, Kind, Park, Project, Severity
from parkgis.status import definition as definitions
from parkgis.status.definition import Definition
from parkgis.status.earlier import Earlier
from parkgis.status.overdue import WITHIN_DAYS, Overdue, deadlines

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.ledger.store import Clock, Kept
    from parkgis.model import Recorded
    from parkgis.status import Site, Snapshot
    from parkgis.status.patches import Ground
    from parkgis.status.whole import Reading

MARK = "parkgis.toml"
TABLES = {
    "parkgis": MARK, "parks": "layers/parks.csv", "projects": "layers/projects.csv", "statements": "layers/statements.csv",
    "indicators": "layers/indicators.csv",
}  # fmt: skip
"""Texts of a workspace that have a past once it is recorded, by the second half of their role: ``table:projects``."""

SCHEMES = ("postgresql://", "postgres://")


@dataclasses.dataclass(frozen=True, slots=True)
class LayerVintage:
    """A layer of a project as the ledger knows it."""

    project: str
    role: str  # parcels | boundary:survey | boundary:osm | table:NAME, with an empty project
    path: str
    sha256: str
    seq: int


class Workspace:
    """Open a workspace folder.

    Parameters
    ----------
    root : Path
        The folder that holds ``parkgis.toml``.
    clock : callable, optional
        Present instant, UTC.

    Raises
    ------
    WorkspaceMissing, WorkspaceInvalid
    """

    def __init__(self, root: Path, clock: Clock = utc_now) -> None:
        self.root = root.absolute()
        self.clock = clock
        self.config = self._written = read_config(self.root / MARK)
        self._texts: dict[str, Path] | None = None  # None: the newest
        self._layers: dict[tuple[str, str], ParcelLayer] = {}  # a vintage never changes: it is read once
        self._boundaries: dict[tuple[str, str], bytes] = {}

    @classmethod
    def find(cls, start: Path) -> Workspace:
        """Find the workspace that ``start`` lies in, upward, as git finds its own."""
        for folder in (start.absolute(), *start.absolute().parents):
            if (folder / MARK).is_file():
                return cls(folder)
        raise WorkspaceMissing(path=start.absolute())

    @functools.cached_property
    def store(self) -> Kept:
        return open_ledger(self.config.store, self.root, self.clock)

    @functools.cached_property
    def parks(self) -> tuple[Park, ...]:
        return tables.read_parks(self.text("parks"))

    @functools.cached_property
    def projects(self) -> tuple[Project, ...]:
        return tables.read_projects_of(self.text("projects"), self.parks)

    @functools.cached_property
    def statements(self) -> tuple[tables.Statement, ...]:
        return tables.read_statements(self.text("statements"))

    def text(self, name: str) -> Path:
        """Return where one of :data:`TABLES` is read: the vintage in force, or the file itself where none was recorded."""
        if self._texts is None:
            self._texts = self._kept(dt.datetime.max.replace(tzinfo=dt.UTC))
        return self._texts.get(name, self.root / TABLES[name])

    def project(self, id_: str) -> Project:
        """Return a project by its id.

        Raises
        ------
        ProjectUnknown
            With the nearest ids and names.
        """
        for project in self.projects:
            if project.id == id_:
                return project
        ids = [p.id for p in self.projects]
        near = difflib.get_close_matches(id_.upper(), ids, n=3, cutoff=0.3) or ids[:5]
        raise ProjectUnknown(project=id_, near=", ".join(near))

    # -- time ----------------------------------------------------------------------------------------

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.config.time_zone)

    def today(self) -> dt.date:
        """Return the present day in the workspace's time zone."""
        return self.clock().astimezone(self.zone).date()

    def cut(self, on: dt.date | None = None, known: dt.datetime | None = None) -> Cut:
        """Return the two times of a question: today and now unless said otherwise."""
        return Cut(on or self.today(), known or self._now())

    def _now(self) -> dt.datetime:
        """Return the present instant, not before the newest entry: a clock set back must hide nothing.

        To the microsecond: a rounded-up ``known`` would let in what others record within the same second.
        """
        now, newest = self.clock(), self.store.head().at
        return max(now, newest) if newest else now

    def as_known(self, known: dt.datetime) -> Workspace:
        """Return the workspace with parkgis.toml and its tables as they were known at an hour.

        Before the first vintage of a text was recorded it is read as that one has it: the nearest to what it was. Where
        the answer is written and how (store, language, time zone) is the file's own, as it is now; the definition has
        entries of its own.
        """
        view = copy.copy(self)
        view._texts = self._kept(known)
        for name in ("parks", "projects", "statements"):
            view.__dict__.pop(name, None)
        if "parkgis" in view._texts:
            now = self._written
            own = {name: getattr(now, name) for name in ("store", "language", "time_zone", "definition")}
            view.config = dataclasses.replace(read_config(view._texts["parkgis"]), **own)
        else:
            view.config = self._written
        return view

    def _kept(self, known: dt.datetime) -> dict[str, Path]:
        """Return the vintage of each text that holds at an hour, the first one before its time."""
        return {name: self.root / vintage.path for name, vintage in self.kept_tables(known).items()}

    def kept_tables(self, known: dt.datetime) -> dict[str, LayerVintage]:
        """Return the newest vintage of each of :data:`TABLES` known at an hour; before the first, the first."""
        found: dict[str, LayerVintage] = {}
        for entry in self._layer_entries(dt.datetime.max.replace(tzinfo=dt.UTC)):
            role, _, name = entry.event.into[0].partition(":")
            if role == "table" and (name not in found or entry.at <= known):
                found[name] = _vintage(entry)
        return found

    # -- layers --------------------------------------------------------------------------------------

    def _layer_entries(self, known: dt.datetime) -> list[Recorded]:
        entries = list(self.store.events(Cut(dt.date.max, known), [Kind.LAYER, Kind.VOID]))
        struck = voided(entries)
        return [entry for entry in entries if entry.event.kind is Kind.LAYER and entry.event.id not in struck]

    def vintages(self, known: dt.datetime) -> dict[tuple[str, str], LayerVintage]:
        """Return the newest layer of each (project, "parcels" or "boundary") known at an hour."""
        found = {}
        for entry in self._layer_entries(known):
            kind = entry.event.into[0].partition(":")[0]
            if kind != "table":
                found[entry.event.project, kind] = _vintage(entry)
        return found

    def sites(self, known: dt.datetime) -> list[Site]:
        """Return every project with the layers known at an hour."""
        vintages, there = self.vintages(known), self.as_known(known)
        return [there._site(p, vintages.get((p.id, "parcels")), vintages.get((p.id, "boundary"))) for p in there.projects]

    def legal(self, project: Project) -> str:
        """Return the zone a project's land is measured in: its own, else the province's."""
        return project.legal_crs or self.config.legal

    def _site(self, project: Project, parcels: LayerVintage | None, boundary: LayerVintage | None) -> Site:
        kind: Boundary = "schematic" if project.lat is not None else "none"
        if boundary:
            (kind,) = (k for k in get_args(Boundary) if k == boundary.role.partition(":")[2])
        return status.Site(
            project=project,
            boundary=kind,
            srid=int(self.legal(project).removeprefix("EPSG:")),
            layer=self._layer(parcels) if parcels else None,
            layer_sha256=parcels.sha256 if parcels else "",
            boundary_wkb=self._boundary(boundary) if boundary else None,
            boundary_sha256=boundary.sha256 if boundary else "",
        )

    def _layer(self, vintage: LayerVintage) -> ParcelLayer:
        return self._layers.setdefault((vintage.path, vintage.sha256), ParcelLayer(self.root / vintage.path))

    def _boundary(self, vintage: LayerVintage) -> bytes:
        key = vintage.path, vintage.sha256
        if key not in self._boundaries:
            self._boundaries[key] = boundary_wkb(self.root / vintage.path)
        return self._boundaries[key]

    def recorded_definition(self, known: dt.datetime) -> Definition | None:
        """Return the newest definition of a countable hectare that the ledger knew at an hour; None for none."""
        entries = self.store.standing(Cut(dt.date.max, known), [Kind.DEFINED])
        return definitions.of_facts(max(entries, key=lambda e: e.seq).event.facts) if entries else None

    def _definition(self, known: dt.datetime) -> tuple[Definition, list[Finding]]:
        """Return the definition in force and, where the file says otherwise, the finding.

        The file has no past: it is in force once it is recorded, before that the definition as shipped is; and only a
        question that knows everything recorded is told of the difference. So an old report stays as it was.
        """
        in_force, file = self.recorded_definition(known) or Definition(), self._written.definition
        if in_force == file:
            return in_force, []
        newest = self.store.head().at
        facts = {"version": in_force.version, "file_version": file.version}
        told = [Finding("definition_unrecorded", Severity.WARNING, where=MARK, facts=facts)]
        return in_force, told if newest is None or known >= newest else []

    def _changed(self, known: dt.datetime) -> list[Finding]:
        """Say which texts differ from what is recorded of them, to a question that knows everything recorded."""
        newest = self.store.head().at
        if newest is None or known < newest:
            return []
        return [
            Finding("table_unrecorded", Severity.WARNING, where=TABLES[name], facts={"file": TABLES[name], "seq": kept.seq})
            for name, kept in self.kept_tables(known).items()
            if self.differs(name, kept)
        ]

    def differs(self, name: str, kept: LayerVintage) -> bool:
        """Tell whether a text says otherwise than its newest vintage."""
        path = self.root / TABLES[name]
        if name == "parkgis":
            return self.as_known(dt.datetime.max.replace(tzinfo=dt.UTC)).config != self._written
        return not path.is_file() or tables.sha256(path) != kept.sha256

    def snapshot(self, cut: Cut, reading: Reading | None = None) -> Snapshot:
        """Fold the ledger as of the cut; where a second person must confirm, only what one has confirmed.

        ``reading`` is what a later snapshot read of the ledger, ``asked.reading``: so it need not be read again.
        """
        there = self.as_known(cut.known)
        config = there.config
        if config.approval:
            cut = dataclasses.replace(cut, confirmed_only=True)
        definition, told = self._definition(cut.known)
        told += self._changed(cut.known)
        return status.take(
            self.store, self.sites(cut.known), there.parks, cut, config.target, demo=config.demo, definition=definition, told=told,
            reading=reading,
        )  # fmt: skip

    def earlier(self, cut: Cut, reading: Reading | None = None) -> Callable[[Cut], tuple[list[Ground], Definition]]:
        """Return what folds cuts no later than one from a single reading: every project as :meth:`snapshot` has it, less the sums.

        With it comes the definition in force at the cut's hour.
        """
        past = Earlier(self.store, cut, reading)

        def fold(then: Cut) -> tuple[list[Ground], Definition]:
            if self.as_known(then.known).config.approval:
                then = dataclasses.replace(then, confirmed_only=True)
            return past.grounds(self.sites(then.known), then), self.recorded_definition(then.known) or Definition()

        return fold

    def overdue(self, snapshot: Snapshot, within_days: int = WITHIN_DAYS) -> Overdue:
        """Hold the law's time limits against a snapshot of this workspace."""
        return deadlines(snapshot, self.store, within_days, self.as_known(snapshot.cut.known).config.authority_recovery)

    # -- making --------------------------------------------------------------------------------------

    def output(self, *parts: str) -> Path:
        """Return a path below the workspace, making its folder."""
        path = self.root.joinpath(*parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputFailed(path=path.parent, why=error.strerror or str(error)) from error
        return path


def _vintage(entry: Recorded) -> LayerVintage:
    role, sha256 = entry.event.into
    return LayerVintage(entry.event.project, role, entry.event.refers, sha256, entry.seq)


def open_ledger(place: str, folder: Path, clock: Clock = utc_now) -> Kept:
    """Open a ledger where ``store`` of ``parkgis.toml`` says.

    Parameters
    ----------
    place : str
        A file, from ``folder``, or ``postgresql://USER@HOST/DATABASE``.
    folder : Path
    clock : callable, optional
        Present instant; a database goes by its own clock, which all who share it have, unless given another.

    Raises
    ------
    ExtraMissing
        Without psycopg, for a database.
    LedgerError
        When ``place`` is no connection string.
    """
    if not place.startswith(SCHEMES):
        return GpkgStore(folder / place, clock)
    postgis = importlib.import_module("parkgis.ledger.postgis")  # 60 ms that a ledger in a file need not wait for
    store: Kept = postgis.PostgisStore(place, None if clock is utc_now else clock)
    return store


def shipped() -> Path:
    """Return the Bac Ninh workspace that travels with the package (or the checkout itself)."""
    inside = Path(str(importlib.resources.files("parkgis"))) / "shipped"
    return inside if inside.is_dir() else Path(__file__).resolve().parent.parent


def new(folder: Path) -> Workspace:
    """Make a workspace from the shipped layers.

    Raises
    ------
    WorkspaceExists
        When the folder holds anything.
    OutputFailed
        ``folder`` is as it was.
    """
    there = folder.exists()
    if there and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceExists(path=folder)
    try:
        _copy_shipped(folder)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if there:
            folder.mkdir()
        if isinstance(error, OSError):
            raise OutputFailed(path=folder, why=error.strerror or str(error)) from error
        raise
    return Workspace(folder)


def _copy_shipped(folder: Path) -> None:
    source = shipped()
    (folder / "layers").mkdir(parents=True)
    (folder / "maps").mkdir()
    for path in [source / MARK, *sorted((source / "layers").glob("*.*")), *sorted((source / "maps").glob("*.toml"))]:
        shutil.copyfile(path, folder / path.relative_to(source))
