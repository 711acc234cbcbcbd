"""The one door by which a file of shapes enters: read it whole, believe nothing yet."""

from __future__ import annotations

import dataclasses
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
import pyproj

from parkgis.errors import EncodingUnknown, FileEmpty, FileMissing, FileUnreadable, Reason, UsageError
from parkgis.layers.tables import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

RAW = "ISO-8859-1"  # one character a byte: read so, text can be decoded here
DBF_HEADER = 32
DBF_LANGUAGE = 29  # offset of the language-driver byte; 0 says nothing


@dataclasses.dataclass(frozen=True)
class Incoming:
    """A file as it came: nothing assumed, nothing changed.

    Attributes
    ----------
    path : Path
    layer : str
    frame : GeoDataFrame
        ``frame.crs`` is what the file declares, or None.
    sha256 : str
        Of the file (of the ``.shp`` for a Shapefile).
    """

    path: Path
    layer: str
    frame: gpd.GeoDataFrame
    sha256: str

    @property
    def declared(self) -> pyproj.CRS | None:
        crs: pyproj.CRS | None = self.frame.crs
        return crs


def read(path: Path, layer: str | None = None, encoding: str | None = None) -> Incoming:
    """Read one layer of a file that GDAL knows, through Arrow.

    Parameters
    ----------
    path : Path
    layer : str, optional
        Needed when the file holds several.
    encoding : str, optional
        Of the text, where the file does not say; e.g. ``cp1258``.

    Returns
    -------
    Incoming

    Raises
    ------
    FileMissing, FileUnreadable, FileEmpty
    EncodingUnknown
        For a Shapefile with text beyond ASCII that names no encoding: GDAL would take it for Latin-1.
    UsageError
        When the file holds several layers and none was named, or the one named is not there.
    """
    if not path.is_file():
        raise FileMissing(path=path)
    if path.stat().st_size == 0:
        raise FileEmpty(path=path, what="bytes")
    if encoding is None:
        _demand_encoding(path)
    name = _layer(path, layer)
    try:
        options: dict[str, Any] = {"encoding": RAW} if encoding else {"use_arrow": True}
        frame = pyogrio.read_dataframe(path, layer=name, **options)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, OSError) as error:
        raise FileUnreadable(path=path, why=str(error)) from error
    except (UnicodeDecodeError, LookupError, ValueError, RuntimeError) as error:  # pyarrow raises ValueError on broken text
        raise FileUnreadable(path=path, why=str(error)) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise FileEmpty(path=path, what="shapes, only a table")
    if frame.empty:
        raise FileEmpty(path=path, what="rows")
    if encoding is not None:
        frame = _decoded(frame, encoding, path)
    return Incoming(path, name, frame, sha256(path))


def _decoded(frame: gpd.GeoDataFrame, encoding: str, path: Path) -> gpd.GeoDataFrame:
    """Decode text that was read as raw bytes.

    GDAL 3.12 decodes cp1258 through iconv and loses the last letter of every value and column name (it waits
    for a combining mark that never comes); Python's codecs do not.
    """

    def decode(value: Any) -> Any:
        return unicodedata.normalize("NFC", value.encode(RAW).decode(encoding)) if isinstance(value, str) else value

    try:
        renamed = frame.rename(columns={c: decode(c) for c in frame.columns})
        for column in renamed.columns:
            if column != renamed.geometry.name and renamed[column].dtype.kind not in "fiubM":
                renamed[column] = [decode(value) for value in renamed[column]]
    except LookupError as error:
        raise UsageError(
            why=Reason("encoding_unknown", "--encoding {encoding}: no such encoding; write for example cp1258", encoding=encoding)
        ) from error
    except UnicodeError as error:
        raise FileUnreadable(
            path=path, why=Reason("encoding_wrong", "its text is not {encoding}: {error}", encoding=encoding, error=str(error))
        ) from error
    return renamed


def _layer(path: Path, wanted: str | None) -> str:
    try:
        names = [str(row[0]) for row in pyogrio.list_layers(path)]
    except (pyogrio.errors.DataSourceError, RuntimeError) as error:
        raise FileUnreadable(path=path, why=str(error)) from error
    if wanted is not None and wanted not in names:
        raise UsageError(
            why=Reason(
                "layer_missing",
                "{path}: there is no layer {layer}; the layers are: {layers}",
                path=path,
                layer=wanted,
                layers=", ".join(names),
            )
        )
    if wanted is None and len(names) > 1:
        raise UsageError(
            why=Reason(
                "layer_several", "{path}: holds several layers; name one with --layer: {layers}", path=path, layers=", ".join(names)
            )
        )
    if not names:
        raise FileEmpty(path=path, what="layer")
    return wanted or names[0]


def _demand_encoding(path: Path) -> None:
    """Refuse a Shapefile whose text is beyond ASCII and says nothing of its encoding."""
    table = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or not table.is_file() or path.with_suffix(".cpg").is_file():
        return
    raw = table.read_bytes()
    if len(raw) <= DBF_HEADER or raw[DBF_LANGUAGE] != 0:
        return
    for column, value in _dbf_text(raw):
        if any(byte > 0x7F for byte in value):
            try:
                value.decode("utf-8")
            except UnicodeDecodeError as error:
                raise EncodingUnknown(path=path, column=column, sample=repr(value.decode("latin-1").strip())) from error


def _dbf_text(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (column, value) of every cell of a dBase table, in the file's order of columns."""
    rows, start, width = (int.from_bytes(raw[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    offset = 1
    for at in range(DBF_HEADER, start - 1, 32):
        field = raw[at : at + 32]
        if len(field) < 32 or field[0] == 0x0D:
            return
        name, size = field[:11].split(b"\0")[0].decode("ascii", "replace"), field[16]
        if field[11:12] in (b"C", b"M"):
            for row in range(rows):
                cell = start + row * width + offset
                yield name, raw[cell : cell + size]
        offset += size
