"""What in a file points to another place: such a file is refused, or the pointer spoiled in a copy, before GDAL sees it."""

from __future__ import annotations

import contextlib
import json
import mmap
import re
from typing import TYPE_CHECKING, Any

from parkgis.errors import FileUnreadable, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LONGEST = 64 * 1024  # bytes of a description of a coordinate system

_CRS = re.compile(rb'"(?:c|\\u0063)(?:r|\\u0072)(?:s|\\u0073)"\s*:\s*(?=\{)')
_SCHEMA = re.compile(rb"(?i)schemalocation")


def refuse(path: Path, form: str) -> None:
    """Refuse a file that makes its reader fetch something.

    Parameters
    ----------
    path : Path
    form : str
        Name of its format.

    Raises
    ------
    FileUnreadable
        For JSON whose coordinate system is a link: GDAL 3.12 fetches it, whatever drivers are allowed.
    """
    if form in _LOOKS and _LOOKS[form](path):
        raise FileUnreadable(path=path, why=Reason("points_elsewhere", "it points to another place, which is not followed"))


def spoil_schemas(path: Path) -> None:
    """Spoil the schema locations of a GML in place, so that nothing is fetched or opened for them."""
    with path.open("r+b") as file, contextlib.suppress(ValueError), mmap.mmap(file.fileno(), 0) as content:
        for match in _SCHEMA.finditer(content):
            content[match.start() : match.end()] = b"schemaunlinked"


def _linked_crs(path: Path) -> bool:
    with path.open("rb") as file, contextlib.closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as content:
        return any(_is_link(content[match.end() : match.end() + LONGEST]) for match in _CRS.finditer(content))


def _is_link(text: bytes) -> bool:
    """Tell whether a coordinate system in JSON is a link, or so written that nobody can tell."""
    try:
        told: Any = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))[0]
    except (ValueError, RecursionError):
        return True
    return any(name.lower() in ("href", "url") for name in _names(told)) or str(told.get("type", "")).lower() in ("link", "url")


def _names(thing: Any) -> list[str]:
    found = list(thing) if isinstance(thing, dict) else []
    return found + [name for part in (thing.values() if isinstance(thing, dict) else ()) for name in _names(part)]


_LOOKS: Mapping[str, Callable[[Path], bool]] = {"GeoJSON": _linked_crs, "TopoJSON": _linked_crs, "EsriJSON": _linked_crs}
