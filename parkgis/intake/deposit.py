"""Write vintages and enter them in the ledger: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, get_args

import geopandas as gpd

from parkgis.layers import write
from parkgis.layers.tables import sha256
from parkgis.model import Boundary, Document, Event, Kind, mint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from parkgis.workspace import Workspace


def document_of(path: Path, digest: str = "") -> Document:
    """Return a file as the document of what is in it: its name, its day, its SHA-256, which may be known already."""
    return Document(path.name, dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date(), path.name, digest or sha256(path))


def deposit(
    workspace: Workspace,
    project_id: str,
    source: Document,
    by: str,
    after: int,
    vintages: Sequence[tuple[str, gpd.GeoDataFrame | BaseGeometry]],
    changes: Sequence[Event] = (),
) -> None:
    """Write each vintage file, then enter all of them and what they change in one append; take the files back if that fails.

    Parameters
    ----------
    source : Document
        Where the layers come from.
    by : str
    after : int
        The newest entry of the ledger when the work began.
    vintages : sequence of (role, content)
        ``parcels`` with a frame, ``boundary:KIND`` with one shape in the legal grid.
    changes : sequence of Event
        Splits and merges that the vintage brings; recorded with it.

    Raises
    ------
    LedgerStale, LedgerBusy, OutputFailed
    """
    at, legal = workspace.clock(), workspace.legal(workspace.project(project_id))
    written: list[Path] = []
    try:
        events = list(changes)
        for role, content in vintages:
            path = _free(workspace.root / "layers" / ("parcels" if role == "parcels" else "boundaries"), project_id)
            if isinstance(content, gpd.GeoDataFrame):
                sha = write.write_parcels(content, path, at)
            else:
                sha = write.write_boundary(content, project_id, _kind(role), legal, path, at)
            written.append(path)
            relative = path.relative_to(workspace.root).as_posix()
            events.append(
                Event(
                    id=mint("layer", project_id, relative, sha), kind=Kind.LAYER, day=workspace.today(), project=project_id,
                    source=source, by=by, refers=relative, into=(role, sha),
                )
            )  # fmt: skip
        workspace.store.append(events, after=after)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _kind(role: str) -> Boundary:
    kinds: tuple[Boundary, ...] = get_args(Boundary)
    return next(kind for kind in kinds if kind == role.partition(":")[2])


def _free(folder: Path, project_id: str) -> Path:
    number = 1
    while (path := folder / f"{project_id}-{number}.gpkg").exists():
        number += 1
    return path
