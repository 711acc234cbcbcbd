"""``parkgis enter tables`` and ``definition``: what parkgis.toml and the tables say becomes known to the ledger."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import re
from typing import TYPE_CHECKING

from parkgis.config import read_config
from parkgis.errors import OutputFailed, Reason, RecordError
from parkgis.intake.enter import not_future
from parkgis.intake.outcome import append
from parkgis.layers import tables
from parkgis.layers.indicators import read_indicators
from parkgis.layers.write import write_bytes
from parkgis.model import Event, Kind, mint
from parkgis.status.definition import Definition
from parkgis.workspace import MARK, SCHEMES, TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.intake.outcome import Outcome
    from parkgis.model import Document
    from parkgis.workspace import LayerVintage, Workspace

_STORE = re.compile(r"(?m)^store\s*=.*$")


def enter_tables(workspace: Workspace, day: dt.date, document: Document, by: str, note: str = "") -> Outcome:
    """Keep a copy of every text that differs from what is recorded of it, and enter the copies, all or none.

    From then on a question reads the copy known at its hour; before the first one, the first.

    Raises
    ------
    InputError, WorkspaceInvalid
        A text that cannot be read is not recorded.
    RecordError
        When none differs.
    OutputFailed
    """
    not_future(workspace, day, document.date)
    _demand_readable(workspace)
    kept = workspace.kept_tables(dt.datetime.max.replace(tzinfo=dt.UTC))
    there = [name for name in TABLES if (workspace.root / TABLES[name]).is_file()]
    changed = [name for name in there if name not in kept or workspace.differs(name, kept[name])]
    if not changed:
        raise RecordError(why=Reason("tables_same", "parkgis.toml and the tables are as they are recorded"))
    written: list[Path] = []
    try:
        events = []
        for name in changed:
            path, content = _place(workspace, name), _content(workspace, name)
            write_bytes(path, content)
            written.append(path)
            events.append(_event(workspace, name, path, content, kept.get(name), (day, document, by, note)))
        return append(workspace, events)
    except BaseException:
        for path in written:
            with contextlib.suppress(OSError):
                path.unlink()
        raise


def _demand_readable(workspace: Workspace) -> None:
    read_config(workspace.root / MARK)
    parks = tables.read_parks(workspace.root / TABLES["parks"])
    tables.read_projects_of(workspace.root / TABLES["projects"], parks)
    tables.read_statements(workspace.root / TABLES["statements"])
    read_indicators(workspace.root / TABLES["indicators"])


def _content(workspace: Workspace, name: str) -> bytes:
    """Return what is kept: the file's bytes, without a connection string, in which a password may stand."""
    path = workspace.root / TABLES[name]
    try:
        content = path.read_bytes()
    except OSError as error:
        raise OutputFailed(path=path, why=error.strerror or str(error)) from error
    if name == "parkgis" and workspace.config.store.startswith(SCHEMES):
        return _STORE.sub('store = "ledger.gpkg"', content.decode()).encode()
    return content


def _place(workspace: Workspace, name: str) -> Path:
    folder, suffix = workspace.root / "layers" / "kept", TABLES[name].rpartition(".")[2]
    return next(path for n in itertools.count(1) if not (path := folder / f"{name}-{n}.{suffix}").exists())


def _event(
    workspace: Workspace,
    name: str,
    path: Path,
    content: bytes,
    before: LayerVintage | None,
    said: tuple[dt.date, Document, str, str],
) -> Event:
    day, document, by, note = said
    relative, sha = path.relative_to(workspace.root).as_posix(), hashlib.sha256(content).hexdigest()
    return Event(
        id=mint("layer", name, relative, sha, before.seq if before else 0), kind=Kind.LAYER, day=day, project="", source=document,
        by=by, refers=relative, into=(f"table:{name}", sha), note=note.strip(),
    )  # fmt: skip


def definition(workspace: Workspace, day: dt.date, document: Document, by: str, note: str = "") -> Outcome:
    """Record the definition in ``parkgis.toml``: from now on it is in force.

    Raises
    ------
    RecordError
        When it is in force already, or its version is not above the recorded one.
    """
    not_future(workspace, day, document.date)
    mine, recorded = workspace.config.definition, workspace.recorded_definition(workspace.cut().known)
    if recorded == mine:
        raise RecordError(
            why=Reason("definition_same", "this definition, version {version}, is in force already", version=mine.version)
        )
    before = recorded or Definition()  # as shipped: in force until one is recorded, and a version of its own
    if mine != before and mine.version <= before.version:
        raise RecordError(
            why=Reason(
                "definition_version",
                "version {version} in parkgis.toml is not above version {recorded}, which is in force: raise it",
                version=mine.version,
                recorded=before.version,
            )
        )
    defined = Event(
        id=mint(Kind.DEFINED.value, "", mine.version), kind=Kind.DEFINED, day=day, project="", source=document, by=by,
        note=note.strip(), facts=mine.facts(),
    )  # fmt: skip
    return append(workspace, [defined])
