"""A workspace: a folder with ``parkgis.toml``; the only place that wires stores, layers and status.

::

    parkgis.toml              name, language, legal grid, target, store
    ledger.gpkg               the append-only ledger (made by the first record)
    layers/parks.csv          parks
    layers/projects.csv       projects (phases)
    layers/statements.csv     dated public statements
    layers/parcels/ID-n.gpkg  vintage n of the parcels of project ID, never changed once written
    layers/boundaries/ID-n.gpkg
    maps/  reports/           what is drawn

Which vintage holds at an hour is itself in the ledger (entries of kind ``layer``), so that an old
report finds the old parcels.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import functools
import importlib.resources
import shutil
import tomllib
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from parkgis import status
from parkgis.errors import (
    InputError,
    OutputFailed,
    ProjectUnknown,
    Reason,
    WorkspaceExists,
    WorkspaceInvalid,
    WorkspaceMissing,
)
from parkgis.layers import tables
from parkgis.layers.vintage import ParcelLayer, boundary_wkb
from parkgis.ledger.gpkg import GpkgStore
from parkgis.ledger.store import utc_now, voided
from parkgis.model import Boundary, Cut, Finding, Kind, Park, Project, Severity, Target
from parkgis.status import definition as definitions
from parkgis.status.definition import Definition, DefinitionRefused
from parkgis.status.overdue import WITHIN_DAYS, Overdue, deadlines
from parkgis.units import year
from parkgis.vn2000 import TM3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.ledger.store import Clock, Kept
    from parkgis.status import Site, Snapshot

MARK = "parkgis.toml"
SCHEMES = ("postgresql://", "postgres://")


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """What ``parkgis.toml`` says."""

    name: str
    board_vi: str
    board_en: str
    language: str
    time_zone: str
    demo: bool
    store: str
    legal: str
    target: Target
    official_planned16_ha: float | None = None
    official_planned16_source: str = ""
    demo_on: dt.date | None = None
    definition: Definition = dataclasses.field(default_factory=Definition)
    approval: bool = False
    authority_recovery: str = ""

    def board(self, lang: str) -> str:
        return self.board_vi if lang == "vi" else self.board_en


@dataclasses.dataclass(frozen=True, slots=True)
class LayerVintage:
    """A layer of a project as the ledger knows it."""

    project: str
    role: str  # parcels | boundary:survey | boundary:osm
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
        self.config = read_config(self.root / MARK)

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
        return tables.read_parks(self.root / "layers" / "parks.csv")

    @functools.cached_property
    def projects(self) -> tuple[Project, ...]:
        path = self.root / "layers" / "projects.csv"
        projects, parks = tables.read_projects(path), {park.id for park in self.parks}
        for project in projects:
            if project.park_id not in parks:  # its hectares would be in the province and in no park
                why = Reason(
                    "csv_park_unknown", "project {project}: parks.csv has no park {park}", project=project.id, park=project.park_id
                )
                raise InputError(path=path, why=why)
        return projects

    @functools.cached_property
    def statements(self) -> tuple[tables.Statement, ...]:
        return tables.read_statements(self.root / "layers" / "statements.csv")

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

    # -- layers --------------------------------------------------------------------------------------

    def vintages(self, known: dt.datetime) -> dict[tuple[str, str], LayerVintage]:
        """Return the newest layer of each (project, "parcels" or "boundary") known at an hour."""
        cut = Cut(dt.date.max, known)
        struck = voided(self.store.events(cut, [Kind.VOID]))
        found = {}
        for entry in self.store.events(cut, [Kind.LAYER]):
            if entry.event.id not in struck:
                role, sha256 = entry.event.into
                vintage = LayerVintage(entry.event.project, role, entry.event.refers, sha256, entry.seq)
                found[entry.event.project, role.partition(":")[0]] = vintage
        return found

    def sites(self, known: dt.datetime) -> list[Site]:
        """Return every project with the layers known at an hour."""
        vintages = self.vintages(known)
        srid = int(self.config.legal.removeprefix("EPSG:"))
        return [self._site(p, vintages.get((p.id, "parcels")), vintages.get((p.id, "boundary")), srid) for p in self.projects]

    def _site(self, project: Project, parcels: LayerVintage | None, boundary: LayerVintage | None, srid: int) -> Site:
        kind: Boundary = "schematic" if project.lat is not None else "none"
        if boundary:
            (kind,) = (k for k in get_args(Boundary) if k == boundary.role.partition(":")[2])
        return status.Site(
            project=project,
            boundary=kind,
            srid=srid,
            layer=ParcelLayer(self.root / parcels.path) if parcels else None,
            layer_sha256=parcels.sha256 if parcels else "",
            boundary_wkb=boundary_wkb(self.root / boundary.path) if boundary else None,
            boundary_sha256=boundary.sha256 if boundary else "",
        )

    def recorded_definition(self, known: dt.datetime) -> Definition | None:
        """Return the newest definition of a countable hectare that the ledger knew at an hour; None for none."""
        entries = self.store.standing(Cut(dt.date.max, known), [Kind.DEFINED])
        return definitions.of_facts(max(entries, key=lambda e: e.seq).event.facts) if entries else None

    def _definition(self, known: dt.datetime) -> tuple[Definition, list[Finding]]:
        """Return the definition in force and, where the file says otherwise, the finding.

        The file has no past: it is in force once it is recorded, before that the definition as shipped is; and only a
        question that knows everything recorded is told of the difference. So an old report stays as it was.
        """
        in_force, file = self.recorded_definition(known) or Definition(), self.config.definition
        if in_force == file:
            return in_force, []
        newest = self.store.head().at
        facts = {"version": in_force.version, "file_version": file.version}
        told = [Finding("definition_unrecorded", Severity.WARNING, where=MARK, facts=facts)]
        return in_force, told if newest is None or known >= newest else []

    def snapshot(self, cut: Cut) -> Snapshot:
        """Fold the ledger as of the cut; where a second person must confirm, only what one has confirmed."""
        if self.config.approval:
            cut = dataclasses.replace(cut, confirmed_only=True)
        definition, told = self._definition(cut.known)
        config = self.config
        return status.take(
            self.store, self.sites(cut.known), self.parks, cut, config.target, demo=config.demo, definition=definition, told=told
        )

    def overdue(self, snapshot: Snapshot, within_days: int = WITHIN_DAYS) -> Overdue:
        """Hold the law's time limits against a snapshot of this workspace."""
        return deadlines(snapshot, self.store, within_days, self.config.authority_recovery)

    # -- making --------------------------------------------------------------------------------------

    def output(self, *parts: str) -> Path:
        """Return a path below the workspace, making its folder."""
        path = self.root.joinpath(*parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputFailed(path=path.parent, why=error.strerror or str(error)) from error
        return path


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


def read_config(path: Path) -> Config:
    """Read ``parkgis.toml``.

    Raises
    ------
    WorkspaceMissing, WorkspaceInvalid
        Naming the line or the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise WorkspaceMissing(path=path.parent) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceInvalid(path=path, why=str(error)) from error
    try:
        table: dict[str, Any] = tomllib.loads(text)
        target = table["target"]
        official = table.get("official", {})
        config = Config(
            name=str(table["name"]),
            board_vi=str(table.get("board_vi", table["name"])),
            board_en=str(table.get("board_en", table["name"])),
            language=str(table.get("language", "vi")),
            time_zone=str(table.get("time_zone", "Asia/Ho_Chi_Minh")),
            demo=bool(table.get("demo", False)),
            store=str(table.get("store", "ledger.gpkg")),
            legal=str(table["crs"]["legal"]),
            target=Target(int(target["year"]), float(target["area_ha"]), str(target.get("authority", ""))),
            official_planned16_ha=official.get("planned16_ha"),
            official_planned16_source=official.get("planned16_source", ""),
            demo_on=table.get("demo_on"),
            definition=definitions.parse(table.get("definition", {})),
            approval=_flag(table, "ledger", "approval"),
            authority_recovery=str(table.get("authority", {}).get("recovery", "")),
        )
        zoneinfo.ZoneInfo(config.time_zone)
        year(config.target.year)
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceInvalid(path=path, why=str(error)) from error
    except KeyError as error:
        raise WorkspaceInvalid(path=path, why=f"the key {error} is missing") from error
    except DefinitionRefused as error:
        raise WorkspaceInvalid(path=path, why=error.args[0]) from error
    except (AttributeError, TypeError, ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise WorkspaceInvalid(path=path, why=str(error)) from error
    if config.language not in ("vi", "en"):
        raise WorkspaceInvalid(path=path, why=f'language = "{config.language}" is neither "vi" nor "en"')
    if config.legal not in {f"EPSG:{code}" for code in TM3}:
        why = f'crs.legal = "{config.legal}" is no VN-2000 TM-3 zone; write for example "EPSG:9209"'
        raise WorkspaceInvalid(path=path, why=why)
    return config


def _flag(table: Mapping[str, Any], part: str, key: str) -> bool:
    value = table.get(part, {}).get(key, False)
    if not isinstance(value, bool):  # "false" in quotes would be true
        raise TypeError(f"{part}.{key} = {value!r} is neither true nor false")
    return value


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
