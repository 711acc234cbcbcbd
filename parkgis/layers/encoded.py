"""What a file says of its text; where it says nothing, each byte stays one character for somebody to judge."""

from __future__ import annotations

import codecs
import dataclasses
import functools
import importlib.resources
import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from parkgis.errors import EncodingUnknown, FileUnreadable, Reason, UsageError
from parkgis.layers import formats
from parkgis.words import legacy

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

RAW = "ISO-8859-1"  # one character a byte: read so, text can be decoded here
DBF_HEADER = 32
DBF_LANGUAGE = 29  # offset of the language-driver byte
SAYS_NOTHING = frozenset({0x00, 0x01, 0x02, 0x03, 0x57})
"""Language drivers every program writes whatever the text is: none, US, West European. None can write Vietnamese."""

WESTERN = frozenset({"iso8859-1", "cp1252", "ascii", "latin-1"})
DXF_UNICODE = "AC1021"  # AutoCAD 2007: text is UTF-8 from here on


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """How the text of a file is to be read.

    Attributes
    ----------
    codec : str
        Python's name of the encoding the file declares; empty when it declares none that could hold Vietnamese.
    direct : bool
        GDAL gives right Unicode by itself.
    """

    codec: str = ""
    direct: bool = False


UNICODE = Text("utf-8", direct=True)


def declared(path: Path, form: formats.Format) -> Text:
    """Return what a file says of its text."""
    if form.utf8:
        return UNICODE
    return {"Shapefile": _shapefile, "MapInfo TAB": _mapinfo, "MapInfo MIF": _mapinfo, "DXF": _dxf}.get(form.name, _nothing)(path)


def _nothing(_path: Path) -> Text:
    return Text()


def _codec(said: str) -> str:
    """Return Python's name for an encoding as such files write it; empty for one that cannot hold Vietnamese.

    Examples
    --------
    >>> _codec("UTF-8"), _codec("ANSI 1258"), _codec("1252"), _codec("OEM")
    ('utf-8', 'cp1258', '', '')
    """
    plain = said.strip().lower().removeprefix("ansi").lstrip(" _")
    name = {"65001": "utf-8", "88591": "latin-1"}.get(plain, f"cp{plain}" if plain.isdigit() else plain)
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return "" if found in WESTERN else found


def _shapefile(path: Path) -> Text:
    page = formats.companion(path, ".cpg")
    if page is not None:
        codec = _codec(page.read_bytes()[:64].decode("ascii", "replace"))
        return UNICODE if codec == "utf-8" else Text(codec)
    table = formats.companion(path, ".dbf")
    if table is None:
        return Text()
    with table.open("rb") as file:
        head = file.read(DBF_HEADER)
    known = len(head) == DBF_HEADER and head[DBF_LANGUAGE] not in SAYS_NOTHING
    return Text("gdal", direct=True) if known else Text()


def _mapinfo(path: Path) -> Text:
    said = re.search(rb'charset\s+"?([\w-]+)"?', path.read_bytes()[: formats.HEAD], re.IGNORECASE)
    name = said[1].decode("ascii", "replace").lower() if said else "neutral"
    if name == "windowsvietnamese":
        return Text("cp1258")  # GDAL 3.12 knows no such charset and gives the bytes
    return Text("utf-8") if name == "utf-8" else (Text() if name in ("neutral", "none") else Text("gdal", direct=True))


def _dxf(path: Path) -> Text:
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    version = re.search(rb"\$ACADVER\s+1\s+(AC\d{4})", head)
    page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\w+)", head)
    if version and version[1].decode("ascii") >= DXF_UNICODE:
        return Text("utf-8")
    return Text(_codec(page[1].decode("ascii", "replace")) if page else "")


# -- from bytes to letters ---------------------------------------------------------------------------------


def texts(frame: gpd.GeoDataFrame) -> list[Any]:
    """Return the columns that hold text and nothing else: a DGN also has columns of linkage records."""
    others = [column for column in frame.columns if column != frame.geometry.name]
    return [column for column in others if pd.api.types.infer_dtype(frame[column], skipna=True) == "string"]


def broken(frame: gpd.GeoDataFrame) -> bool:
    """Tell whether text that should be Unicode is not: Arrow takes over the bytes and fails at first use."""
    for column in frame.columns:
        if isinstance(frame[column].dtype, pd.StringDtype):
            try:
                pa.array(frame[column].array).validate(full=True)
            except (pa.ArrowException, UnicodeError):
                return True
    return False


def decoded(frame: gpd.GeoDataFrame, encoding: str, path: Path) -> gpd.GeoDataFrame:
    """Decode text that was read as raw bytes, column names too, into NFC.

    GDAL 3.12 decodes cp1258 through iconv and loses the last letter of every value and column name (it waits
    for a combining mark that never comes); Python's codecs do not.

    Raises
    ------
    UsageError
        For an encoding that does not exist.
    FileUnreadable
        When the text is not in that encoding.
    """
    try:
        return _each(frame, lambda text: legacy.decode(text.encode(RAW), encoding))
    except LookupError as error:
        raise UsageError(
            why=Reason("encoding_unknown", "--encoding {encoding}: no such encoding; write for example cp1258", encoding=encoding)
        ) from error
    except UnicodeError as error:
        raise FileUnreadable(
            path=path, why=Reason("encoding_wrong", "its text is not {encoding}: {error}", encoding=encoding, error=str(error))
        ) from error


def settled(frame: gpd.GeoDataFrame, path: Path, *, raw: bool) -> tuple[gpd.GeoDataFrame, bool]:
    """Return a frame of raw text as far as it can be known, and whether its text is still raw.

    Text that is ASCII is what it is. Text in UTF-8 by chance does not happen. The rest is left as it is when
    ``raw``, to be judged; else it is refused.

    Raises
    ------
    EncodingUnknown
    """
    beyond = _beyond_ascii(frame)
    if beyond is None:
        return frame, False
    try:
        return _each(frame, lambda text: unicodedata.normalize("NFC", text.encode(RAW).decode("utf-8"))), False
    except UnicodeError as error:
        if raw:
            return frame, True
        raise EncodingUnknown(path=path, column=beyond[0], sample=masked(*beyond)) from error


def masked(column: str, text: str) -> str:
    """Return an example of a text as a message may show it: a cell may be a person's name, and only its odd letters matter.

    Examples
    --------
    >>> masked("TENCHU", "NguyÔn V¨n A 12"), masked("SHTHUA", "17¨")
    ("'••••Ô• •¨• • ••'", "'17¨'")
    """
    plain = text.strip()
    if column.casefold() in _harmless() or plain == column:
        return repr(plain)
    return repr("".join("•" if letter.isascii() and letter.isalnum() else letter for letter in plain))


@functools.cache
def _harmless() -> frozenset[str]:
    """Return the names of columns that are known to hold no person."""
    table = tomllib.loads(importlib.resources.files("parkgis.rules").joinpath("fields.toml").read_text(encoding="utf-8"))
    return frozenset(name.casefold() for role in ("sheet", "parcel", "area", "land", "commune") for name in table[role])


def _beyond_ascii(frame: gpd.GeoDataFrame) -> tuple[str, str] | None:
    """Return the first column and text that is not plain ASCII and not UTF-8, else any that is not ASCII."""
    seen = None
    for column in texts(frame):
        for value in (str(column), *pd.unique(frame[column])):
            if isinstance(value, str) and not value.isascii():
                seen = seen or (str(column), value)
                try:
                    value.encode(RAW).decode("utf-8")
                except UnicodeError:
                    return str(column), value
    return seen


def _each(frame: gpd.GeoDataFrame, change: Any) -> gpd.GeoDataFrame:
    """Return a frame with every text and column name changed; each distinct text once."""

    def one(value: Any) -> Any:
        return change(value) if isinstance(value, str) else value

    renamed = frame.rename(columns={c: one(c) for c in frame.columns if c != frame.geometry.name})
    for column in texts(renamed):
        codes, distinct = pd.factorize(renamed[column], use_na_sentinel=True)
        values = np.array([*(one(value) for value in distinct), None], dtype=object)
        renamed[column] = pd.Series(values[codes], index=renamed.index, dtype=renamed[column].dtype)
    return renamed
