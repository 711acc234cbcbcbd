"""The formats a layer may come in, as a table; what is not in it is refused by name, with the way to convert it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pyogrio
from pyogrio import core

from parkgis.errors import FileEmpty, FileMissing, FileUnreadable, Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = 4096  # bytes a format is recognised by
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclasses.dataclass(frozen=True, slots=True)
class Format:
    """A format: what its files are called, how they begin, who reads them.

    Attributes
    ----------
    name : str
        As the trade calls it; ``docs/formats.md`` has a row for each.
    suffixes : tuple of str
        Lower case, with the dot.
    fits : callable
        First :data:`HEAD` bytes -> whether a file with such a name is what it says.
    drivers : tuple of str
        GDAL drivers that may open it; empty for formats read by other means.
    needs : tuple of str
        Suffixes of the files that must lie beside it.
    utf8 : bool
        The format says that its text is Unicode; else its bytes are kept, one character each.
    options : tuple of (name, value)
        Open options of the driver.
    asked : bool
        The driver is asked what it has before it reads; not where each opening parses the whole file.
    """

    name: str
    suffixes: tuple[str, ...]
    fits: Callable[[bytes], bool]
    drivers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    utf8: bool = True
    options: tuple[tuple[str, str], ...] = ()
    asked: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Unread:
    """A format that is not read, and why: ``reason`` tells how to convert it."""

    suffixes: tuple[str, ...]
    fits: Callable[[bytes], bool]
    reason: Reason


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _anything(_head: bytes) -> bool:
    return True


def _text(head: bytes) -> bytes:
    """Return the beginning of a text without its byte-order mark and blanks, in lower case."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()


def _json(*, needs: tuple[bytes, ...] = ()) -> Callable[[bytes], bool]:
    def fits(head: bytes) -> bool:
        plain = _text(head)
        return plain.startswith((b"{", b"[", b"\x1e")) and (not needs or any(mark in plain for mark in needs))

    return fits


def _xml(*marks: bytes) -> Callable[[bytes], bool]:
    """A pointer file (OGR VRT, WFS) is XML as well: the element itself has to be there."""

    def fits(head: bytes) -> bool:
        plain = _text(head)
        pointer = any(mark in plain for mark in (b"<ogrvrt", b"<ogrwfs"))
        return plain.startswith(b"<") and any(mark in plain for mark in marks) and not pointer

    return fits


def _dgn_v7(head: bytes) -> bool:
    return len(head) > 8 and head[:2] in (b"\x08\x09", b"\xc8\x09") and head[2:4] == b"\xfe\x02"


def _dxf(head: bytes) -> bool:
    plain = _text(head)
    return plain[:1].isdigit() and (b"section" in plain or plain.startswith(b"999"))


def _tab(head: bytes) -> bool:
    """Take tables with shapes of their own; views, seamless and linked tables point to other files."""
    plain = head.lower()
    return b"!table" in plain and b"type native" in plain and b"seamless" not in plain


ESRI = (b"esrigeometry", b"spatialreference", b"fieldaliases", b"rings")

FORMATS: tuple[Format, ...] = (
    Format("Shapefile", (".shp",), _starts(b"\x00\x00\x27\x0a"), ("ESRI Shapefile",), (".shx",), utf8=False),
    Format("GeoPackage", (".gpkg",), _starts(b"SQLite format 3\0"), ("GPKG",)),
    Format("FlatGeobuf", (".fgb",), _starts(b"fgb\x03fgb"), ("FlatGeobuf",)),
    Format("TopoJSON", (".topojson", ".json"), _json(needs=(b'"topology"',)), ("TopoJSON",)),
    Format("EsriJSON", (".json", ".esrijson"), _json(needs=ESRI), ("ESRIJSON",)),
    Format("GeoJSON", (".geojson", ".json", ".geojsonl", ".geojsons"), _json(), ("GeoJSON", "GeoJSONSeq", "JSONFG")),
    Format("MapInfo TAB", (".tab",), _tab, ("MapInfo File",), (".dat", ".map", ".id"), utf8=False),
    Format("MapInfo MIF", (".mif",), lambda head: _text(head).startswith(b"version"), ("MapInfo File",), (".mid",), utf8=False),
    Format("DGN V7", (".dgn",), _dgn_v7, ("DGN",), utf8=False),
    Format("DXF", (".dxf",), _dxf, ("DXF",), utf8=False),
    Format("KML", (".kml",), _xml(b"<kml", b":kml"), ("LIBKML", "KML"), asked=False),
    Format(
        "GML", (".gml", ".xml"), _xml(b"opengis.net/gml", b"opengis.net/wfs"), ("GML",),
        options=(("DOWNLOAD_SCHEMA", "NO"), ("WRITE_GFS", "NO"), ("USE_SCHEMA_IMPORT", "NO")),
    ),
    Format("GeoParquet", (".parquet", ".geoparquet"), _starts(b"PAR1")),
    Format("CSV", (".csv", ".txt"), lambda head: b"\0" not in head),
    Format("Excel", (".xlsx", ".xlsm"), _starts(b"PK\x03\x04")),
)  # fmt: skip

FILEGDB = Format("FileGDB", (".gdb",), _anything, ("OpenFileGDB",))
"""A folder, not a file."""

ARCHIVES = (".zip", ".kmz", ".shz")

UNREAD: tuple[Unread, ...] = (
    Unread((".dgn",), _starts(OLE), Reason(
        "unread_dgn_v8",
        "DGN V8, which is not read: in MicroStation choose File > Save As > type “MicroStation V7 DGN (*.dgn)” or “AutoCAD DXF”, "
        "and add that file")),
    Unread((".dwg",), _anything, Reason(
        "unread_dwg",
        "DWG, which is not read: in AutoCAD choose Save As > “AutoCAD 2010 DXF (*.dxf)”, or convert it with the free ODA File "
        "Converter, and add the .dxf")),
    Unread((".mdb", ".accdb"), _anything, Reason(
        "unread_mdb", "an Access database, which is not read: export it from ArcGIS as a Shapefile or File Geodatabase")),
    Unread((".tif", ".tiff", ".img", ".ecw", ".jp2", ".jpg", ".jpeg", ".png", ".bmp", ".sid"), _anything, Reason(
        "unread_picture", "a picture, which holds no parcels: draw the boundaries in QGIS and add the GeoPackage")),
    Unread((".pdf",), _anything, Reason(
        "unread_pdf", "a PDF, which is not read: ask for the drawing (DXF, DGN V7) or the list of corner points")),
    Unread((".xls",), _anything, Reason(
        "xls_old", "an old .xls or a workbook with a password: save it as .xlsx without a password")),
    Unread((".rar", ".7z", ".tar", ".gz", ".tgz"), _anything, Reason(
        "unread_packed", "an archive of a kind that is not opened: unpack it, or pack it as .zip")),
    Unread((".vrt", ".wor", ".qgs", ".qgz", ".mxd", ".aprx", ".mpk", ".lyr", ".lyrx", ".gdalg", ".json"), lambda head:
        b"gdal_streamed_alg" in head.lower() or _text(head)[:1] not in (b"{", b"["), Reason(
        "unread_pointer", "a project or a pointer to other files, not a layer: add the file that holds the shapes")),
)  # fmt: skip

CONFIG = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "NO",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",  # /vsicurl/ may open this one name, which is not there
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",  # the discard port: whatever slips through reaches nobody
    "GDAL_HTTPS_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "LIBKML_RESOLVE_STYLE": "NO",
    "LIBKML_EXTERNAL_STYLE": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "500",  # MB of one feature
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "SQLITE_LIST_ALL_TABLES": "NO",
}


def drivers() -> tuple[str, ...]:
    """Return every GDAL driver a file may be opened with."""
    return tuple(dict.fromkeys(driver for form in (*FORMATS, FILEGDB) for driver in form.drivers))


def _fence() -> None:
    """Let GDAL forget every driver that is not in the table, and every way to a network.

    GDAL chooses a driver by content: an OGR VRT named ``.shp`` would otherwise be followed wherever it points.
    """
    keep = {*drivers(), "MEM"}
    pyogrio.set_gdal_config_options({**CONFIG, "GDAL_SKIP": ",".join(d for d in pyogrio.list_drivers() if d not in keep)})
    core._register_drivers()  # registers again, and only then minds GDAL_SKIP


_fence()


def of(path: Path) -> Format:
    """Return the format of a file by its name and its first bytes.

    Parameters
    ----------
    path : Path
        A file, or a folder ``*.gdb``.

    Raises
    ------
    FileMissing, FileEmpty
    FileUnreadable
        For a format that is not read, naming the way to convert it, and for a file that is not what its name says.
    """
    if path.is_dir() and path.suffix.lower() == ".gdb":
        return FILEGDB
    if not path.is_file():
        raise FileMissing(path=path)
    try:
        head = _head(path)
    except OSError as error:
        raise FileUnreadable(path=path, why=error.strerror or str(error)) from error
    if not head:
        raise FileEmpty(path=path, what="bytes")
    suffix = path.suffix.lower()
    for unread in UNREAD:
        if suffix in unread.suffixes and unread.fits(head):
            raise FileUnreadable(path=path, why=unread.reason)
    known = [form for form in FORMATS if suffix in form.suffixes]
    if not known:
        names = ", ".join(sorted({s for form in (*FORMATS, FILEGDB) for s in form.suffixes} | set(ARCHIVES)))
        raise FileUnreadable(path=path, why=Reason("format_unknown", "no format that is read; these are: {formats}", formats=names))
    fits = next((form for form in known if form.fits(head)), None)
    if fits is None:
        why = Reason("format_other", "it does not begin as a file of {name} does: damaged, encrypted, or of another kind",
                     name=" / ".join(dict.fromkeys(form.name for form in known)))  # fmt: skip
        raise FileUnreadable(path=path, why=why)
    demand_companions(path, fits)
    return fits


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def companion(path: Path, suffix: str) -> Path | None:
    """Return the file of the same name with another suffix, whatever its case; None where there is none."""
    wanted = (path.stem + suffix).lower()
    exact = path.with_suffix(suffix)
    if exact.is_file():
        return exact
    return next((p for p in path.parent.iterdir() if p.name.lower() == wanted and p.is_file()), None)


def demand_companions(path: Path, form: Format) -> None:
    """Refuse a file that came without the others it is made of.

    Raises
    ------
    FileUnreadable
    """
    gone = [suffix for suffix in form.needs if companion(path, suffix) is None]
    if gone:
        why = Reason("companions_gone", "{files} must lie beside it: ask for the whole set of files, or for a .zip of it",
                     files=", ".join(path.stem + suffix for suffix in gone))  # fmt: skip
        raise FileUnreadable(path=path, why=why)
