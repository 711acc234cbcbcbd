"""What a file says it holds against what came back: GDAL has been seen to drop half a map without a word."""

from __future__ import annotations

import dataclasses
import mmap
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis.layers import formats
from parkgis.layers.dgn import elements
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

TAIL = 256  # bytes in which a file's end is looked for
SHP_HEADER = 100
DBF_HEADER = 32
DELETED = ord("*")
EXTENT_SHARE = 0.001  # of the larger side by which an extent may differ: GeoPackage extents only ever grow

_MEMBERS = {
    "GeoJSON": re.compile(rb'"type"\s{0,4}:\s{0,4}"Feature"'),
    "TopoJSON": re.compile(rb'"type"\s{0,4}:\s{0,4}"(?:Multi)?(?:Polygon|Point|LineString)"'),
    "EsriJSON": re.compile(rb'"attributes"\s{0,4}:\s{0,4}\{'),
    "KML": re.compile(rb"<(?:\w+:)?Placemark[\s>]"),
    "GML": re.compile(rb"<(?:gml:featureMember|wfs:member)[\s>]"),
}
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)[\s/>]")
_ENTITY = re.compile(rb"\n[ \t]*0\r?\n([A-Z][A-Z0-9_]{2,30})(?=\r?\n)")
_NO_ENTITY = frozenset({"ENDSEC", "SECTION", "VERTEX", "SEQEND", "ATTRIB", "VIEWPORT", "EOF"})


@dataclasses.dataclass(frozen=True, slots=True)
class Came:
    """What came back from a file.

    Attributes
    ----------
    frame : GeoDataFrame
    layer : str
    layers : int
        How many layers of shapes the file has: counts of the whole file say nothing of one of several.
    stated : int
        Rows as the driver states them; -1 where it would have to count.
    """

    frame: gpd.GeoDataFrame
    layer: str
    layers: int
    stated: int


def look(path: Path, form: formats.Format, came: Came) -> tuple[Finding, ...]:
    """Compare what a file says it holds with what came back.

    Parameters
    ----------
    path : Path
    form : Format
    came : Came

    Returns
    -------
    tuple of Finding
        ``count_differs`` (error: fewer rows than stated), ``count_more`` (warning), ``file_cut`` (error),
        ``dgn_rest_unread`` (error), ``dgn_holes``, ``dxf_left_out``, ``extent_differs`` (warning),
        ``coordinates_rounded``, ``rows_deleted`` (info).
    """
    try:
        return tuple(SAID.get(form.name, _stated)(path, form, came))
    except (OSError, ValueError, IndexError, sqlite3.Error) as error:
        facts = {"why": str(error)[:200]}
        return (Finding("count_unknown", Severity.WARNING, facts=facts),)


def compared(source: str, said: int, read: int, where: str = "") -> Iterator[Finding]:
    """Yield a finding when two counts differ; fewer than stated is an error, more a warning."""
    if said != read:
        severity, code = (Severity.ERROR, "count_differs") if read < said else (Severity.WARNING, "count_more")
        yield Finding(code, severity, where=where, facts={"source": source, "said": said, "read": read})


def cut(said: int, present: int, where: str = "") -> Iterator[Finding]:
    """Yield a finding when a file is shorter than it says (bytes)."""
    if present < said:
        yield Finding("file_cut", Severity.ERROR, where=where, facts={"said": said, "read": present})


def _stated(_path: Path, _form: formats.Format, came: Came) -> Iterator[Finding]:
    if came.stated >= 0:
        yield from compared("header", came.stated, len(came.frame))


# -- Shapefile and MapInfo ---------------------------------------------------------------------------------


def _shapefile(path: Path, _form: formats.Format, came: Came) -> Iterator[Finding]:
    with path.open("rb") as file:
        said = int.from_bytes(file.read(28)[24:28], "big") * 2
    yield from cut(said, path.stat().st_size)
    index = formats.companion(path, ".shx")
    shapes = (index.stat().st_size - SHP_HEADER) // 8 if index else len(came.frame)
    table = formats.companion(path, ".dbf")
    rows, deleted = _dbf(table) if table else (shapes, 0)
    if table:
        yield from compared(".dbf / .shx", rows, shapes, table.name)
        yield from cut(_dbf_bytes(table), table.stat().st_size, table.name)
    if deleted:
        yield Finding("rows_deleted", Severity.INFO, facts={"count": deleted})
    yield from compared(".shx", shapes - min(deleted, shapes), len(came.frame))


def _dbf_head(path: Path) -> tuple[int, int, int]:
    """Return rows, bytes of the header and bytes of a row, as a dBase table states them."""
    with path.open("rb") as file:
        head = file.read(DBF_HEADER)
    return int.from_bytes(head[4:8], "little"), int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")


def _dbf_bytes(path: Path) -> int:
    rows, start, width = _dbf_head(path)
    return start + rows * width


def _dbf(path: Path) -> tuple[int, int]:
    """Return rows stated and how many of them are struck out."""
    rows, start, width = _dbf_head(path)
    present = min(rows, (path.stat().st_size - start) // width) if width else 0
    if present <= 0:
        return rows, 0
    marks = np.memmap(path, np.uint8, "r", offset=start, shape=(present, width))[:, 0]
    return rows, int(np.count_nonzero(marks == DELETED))


def _tab(path: Path, _form: formats.Format, came: Came) -> Iterator[Finding]:
    table, index = formats.companion(path, ".dat"), formats.companion(path, ".id")
    if table and index:
        rows, deleted = _dbf(table)
        yield from compared(".dat / .id", rows, index.stat().st_size // 4)
        yield from cut(_dbf_bytes(table), table.stat().st_size, table.name)
        yield from compared(".dat", rows - deleted, len(came.frame))
    yield from _rounded(came.frame)


def _mif(path: Path, _form: formats.Format, came: Came) -> Iterator[Finding]:
    table = formats.companion(path, ".mid")
    if table:
        rows = sum(1 for line in table.read_bytes().splitlines() if line.strip())
        yield from compared(".mid", rows, len(came.frame))


def _rounded(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    """Say the step of a grid of whole numbers the coordinates were rounded to, 1 cm and coarser."""
    values = np.abs(shapely.get_coordinates(np.asarray(frame.geometry.values)))
    for step in (1.0, 0.1, 0.01):
        scaled = values / step
        if len(values) and values.max() > 1000 and bool((np.abs(scaled - np.round(scaled)) < 1e-4).all()):
            yield Finding("coordinates_rounded", Severity.INFO, facts={"step": step})
            return


# -- GeoPackage --------------------------------------------------------------------------------------------


def _gpkg(path: Path, _form: formats.Format, came: Came) -> Iterator[Finding]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        stated = (
            db.execute("SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", [came.layer]) if _has_counts(db) else ()
        )
        for (count,) in stated:
            if count is not None:
                yield from compared("gpkg_ogr_contents", int(count), len(came.frame))
        extent = db.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?", [came.layer]).fetchone()
    if extent and None not in extent:
        yield from _outside([float(v) for v in extent], came.frame)


def _has_counts(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone())


def _outside(said: list[float], frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    found = frame.total_bounds
    slack = EXTENT_SHARE * max(said[2] - said[0], said[3] - said[1], 1e-9)
    if np.isfinite(found).all() and bool((np.abs(np.asarray(said) - found) > slack).any()):
        facts = {"said": _box(said), "read": _box(found)}
        yield Finding("extent_differs", Severity.WARNING, facts=facts)


def _box(bounds: np.ndarray[tuple[int], np.dtype[np.float64]] | list[float]) -> str:
    return ", ".join(f"{float(v):.10g}" for v in bounds)


# -- text formats ------------------------------------------------------------------------------------------


def _members(path: Path, form: formats.Format, came: Came) -> Iterator[Finding]:
    """Count the members a text file writes out; a file that stops in the middle has no end."""
    with path.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as content:
        whole = content[-TAIL:].rstrip(b"\0 \t\r\n\x1a").endswith(_ends(content[: formats.HEAD], form))
        said = sum(1 for _ in _MEMBERS[form.name].finditer(content))
        if not whole:
            yield Finding("file_cut_end", Severity.ERROR, facts={"read": len(came.frame), "size": len(content)})
    if came.layers == 1 and said > len(came.frame):
        yield from compared(form.name, said, len(came.frame))


def _ends(head: bytes, form: formats.Format) -> tuple[bytes, ...]:
    """Return what a text file of a format must end with: its root element closed, or a bracket."""
    if form.name not in ("KML", "GML"):
        return (b"}", b"]")
    root = _ROOT.search(head)
    return (b"</" + root[1] + b">", b"/>") if root else (b">",)


def _dxf(path: Path, _form: formats.Format, came: Came) -> Iterator[Finding]:
    with path.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as content:
        if b"EOF" not in content[-TAIL:]:
            yield Finding("file_cut_end", Severity.ERROR, facts={"read": len(came.frame), "size": len(content)})
        start = content.find(b"ENTITIES")
        end = content.find(b"ENDSEC", start)
        names: dict[str, int] = {}
        for match in _ENTITY.finditer(content, max(start, 0), end if end > 0 else len(content)) if start >= 0 else ():
            name = match[1].decode("ascii")
            names[name] = names.get(name, 0) + 1
    held = {name: count for name, count in names.items() if name not in _NO_ENTITY}
    if "INSERT" not in held and sum(held.values()) > len(came.frame):
        facts = {"said": sum(held.values()), "read": len(came.frame), "kinds": _kinds(held)}
        yield Finding("dxf_left_out", Severity.WARNING, facts=facts)


def _kinds(held: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))[:6])


# -- DGN V7 ------------------------------------------------------------------------------------------------


def _dgn(path: Path, _form: formats.Format, came: Came) -> Iterator[Finding]:
    content = path.read_bytes()
    held = elements(content)
    if held.broken:
        yield from cut(held.end + 4 + 2 * int.from_bytes(content[held.end + 2 : held.end + 4], "little"), len(content))
    rest = content[held.end + 2 :]
    if not held.broken and rest.strip(b"\0\xff"):
        more = elements(content, held.end + 2 + len(rest) - len(rest.lstrip(b"\0\xff")))
        facts = {"read": held.end, "size": len(content), "count": more.drawn}
        yield Finding("dgn_rest_unread", Severity.ERROR, facts=facts)
    if held.holes and held.drawn - held.holes <= len(came.frame) <= held.drawn:
        facts = {"said": held.drawn - held.holes, "holes": held.holes, "read": len(came.frame)}
        yield Finding("dgn_holes", Severity.WARNING, facts=facts)
    else:
        yield from compared("DGN", held.drawn - held.holes, len(came.frame))
    yield from _rounded(came.frame)


SAID: Mapping[str, Callable[[Path, formats.Format, Came], Iterator[Finding]]] = {
    "Shapefile": _shapefile,
    "GeoPackage": _gpkg,
    "MapInfo TAB": _tab,
    "MapInfo MIF": _mif,
    "DXF": _dxf,
    "DGN V7": _dgn,
    **dict.fromkeys(_MEMBERS, _members),
}
"""Format -> how what it says is found; the others are held to what their driver states."""
