"""The one door by which a file of shapes enters: read it whole, believe nothing yet."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.errors import FileEmpty, FileMissing
from parkgis.layers import archive, corners, counts, encoded, linework, parquet, source
from parkgis.layers.tables import sha256

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pyproj

    from parkgis.layers.source import Source
    from parkgis.model import Finding


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
        Of the file as it was named: of the ``.shp`` for a Shapefile, of the archive for a zip.
    form : str
        Name of its format, as in :data:`parkgis.layers.formats.FORMATS`.
    findings : tuple of Finding
        What the file says it holds and did not come back, and what was left out on the way. Errors among them are
        for the caller to refuse or to accept.
    raw : bool
        Its text is one character a byte, in an encoding nobody has named: to be judged before it is used.
    """

    path: Path
    layer: str
    frame: gpd.GeoDataFrame
    sha256: str
    form: str = ""
    findings: tuple[Finding, ...] = ()
    raw: bool = False

    @property
    def declared(self) -> pyproj.CRS | None:
        crs: pyproj.CRS | None = self.frame.crs
        return crs


def read(
    path: Path, layer: str | None = None, encoding: str | None = None, *, raw: bool = False, config: Path | None = None,
    sheet: str = "",
) -> Incoming:  # fmt: skip
    """Read one layer of a file, through Arrow where GDAL offers it.

    Parameters
    ----------
    path : Path
        A file of one of :data:`parkgis.layers.formats.FORMATS`, a ``.gdb`` folder, or a zip of them.
    layer : str, optional
        Needed when the file holds several. Of a workbook, the one sheet to read.
    encoding : str, optional
        Of the text, where the file does not say; e.g. ``tcvn3``, ``cp1258``. It outranks what the file says.
    raw : bool
        Give text in an unknown encoding as one character a byte, to be judged, instead of refusing the file.
    config : Path, optional
        TOML on the levels of a drawing (:func:`parkgis.layers.linework.configured`).
    sheet : str
        Map sheet of every parcel the file itself gives none.

    Returns
    -------
    Incoming

    Raises
    ------
    FileMissing, FileUnreadable, FileEmpty, ExtraMissing
    EncodingUnknown
        For text beyond ASCII that names no encoding, unless ``raw``.
    UsageError
        When the file holds several layers and none was named, or the one named is not there.
    """
    if not path.exists():
        raise FileMissing(path=path)
    with archive.opened(path) as files:
        chosen = source.choose(path, files, layer)
        frame, findings, open_text = _read(path, chosen, encoding, layer, raw=raw)
        told = linework.configured(config, path)
    lines = linework.wanted(frame, chosen.form.name, told)
    if lines is not None:
        lines = dataclasses.replace(lines, sheet=sheet or lines.sheet)
        frame, built = linework.polygons(path, frame, chosen.form.name, lines)
        findings = [*findings, *built]
    frame = _sheeted(frame, sheet) if sheet else frame
    return Incoming(path, chosen.name, frame, sha256(path), chosen.form.name, tuple(findings), open_text)


def _read(
    path: Path, chosen: Source, encoding: str | None, layer: str | None, *, raw: bool
) -> tuple[gpd.GeoDataFrame, list[Finding], bool]:
    """Read by the way of the format; say what did not come back, and whether the text is still raw."""
    if chosen.form.name in ("CSV", "Excel"):
        frame, findings = corners.read(chosen.file, layer if chosen.form.name == "Excel" else None)
        return source.tidy(frame), findings, False
    if chosen.form.name == "GeoParquet":
        frame, stated = parquet.read(chosen.file)
        if frame.empty:
            raise FileEmpty(path=path, what="rows")
        came = counts.Came(frame, "", 1, stated)
        return source.tidy(frame), list(counts.look(chosen.file, chosen.form, came)), False
    text = encoded.Text(encoding) if encoding and not chosen.form.utf8 else encoded.declared(chosen.file, chosen.form)
    frame, stated, warned = source.read(path, chosen, text)
    if text.direct and encoded.broken(frame):  # it says UTF-8 and is not
        text = encoded.Text()
        frame, stated, warned = source.read(path, chosen, text)
    came = counts.Came(frame, chosen.layer, chosen.layers, stated)
    findings = [*warned, *counts.look(chosen.file, chosen.form, came)]
    if text.direct:
        return frame, findings, False
    if text.codec:
        return encoded.decoded(frame, text.codec, path), findings, False
    frame, unsettled = encoded.settled(frame, path, raw=raw)
    return frame, findings, unsettled


def _sheeted(frame: gpd.GeoDataFrame, sheet: str) -> gpd.GeoDataFrame:
    """Give every parcel without a map sheet the one that was told."""
    name = corners.NAMES["sheet"]
    if name not in frame.columns:
        return frame.assign(**{name: sheet})
    text = frame[name].astype("string").fillna("")
    return frame.assign(**{name: text.where(text.str.strip() != "", sheet).astype(object)})
