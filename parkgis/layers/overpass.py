"""Ask an Overpass API for one OpenStreetMap way or multipolygon, and believe nothing of the answer.

One request, small, named: the public services are run for everybody. What comes back is under the Open Database
Licence 1.0: whoever shows it says "© OpenStreetMap contributors".
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

import shapely

from parkgis.errors import Reason, ServiceFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TIMEOUT_S = 60.0
MOST_BYTES = 8 << 20  # the outline of a park is some kilobytes
REFERENCE = re.compile(r"^(?:(way|relation)/|([wr]))?(\d{1,18})$")
BUSY = {429: "osm_busy", 503: "osm_busy", 504: "osm_slow"}


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """One element of OpenStreetMap: ``kind`` is ``way`` or ``relation``."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind}/{self.number}"


@dataclasses.dataclass(frozen=True, slots=True)
class Outline:
    """What came back.

    Attributes
    ----------
    shape : Polygon or MultiPolygon
        WGS 84 (EPSG:4326), degrees, longitude first; valid.
    references : tuple of Reference
    versions : tuple of int
        Of each element; 0 where the answer does not say.
    day : datetime.date
        Up to which the service's data goes.
    raw : bytes
        The answer as it came.
    """

    shape: shapely.Polygon | shapely.MultiPolygon
    references: tuple[Reference, ...]
    versions: tuple[int, ...]
    day: dt.date
    raw: bytes


def references(text: str) -> tuple[Reference, ...]:
    """Read what stands in ``osm_way``: ``28473576``, ``way/28473576``, ``relation/123`` or ``r123``, several with ``;``.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> [str(r) for r in references("28473576; r12")]
    ['way/28473576', 'relation/12']
    """
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = REFERENCE.match(part)
        if match is None:
            raise ValueError(part)
        found.append(Reference("relation" if (match[1] or match[2] or "w")[0] == "r" else "way", int(match[3])))
    return tuple(found)


def fetch(endpoint: str, wanted: Sequence[Reference], agent: str, timeout_s: float = TIMEOUT_S) -> Outline:
    """Get the outline that some elements draw together.

    Parameters
    ----------
    endpoint : str
        Address of an Overpass API, ``https://…/api/interpreter``.
    agent : str
        Who asks, for the service's own log.

    Raises
    ------
    ServiceFailed
        No connection, a refusal, an answer that is no JSON, is too long, lacks an element, or draws no valid polygon.
    """
    raw = _asked(endpoint, _query(wanted, timeout_s), agent, timeout_s)
    try:
        answer = json.loads(raw)
        elements = {(e["type"], e["id"]): e for e in answer["elements"]}
        day = dt.date.fromisoformat(str(answer["osm3s"]["timestamp_osm_base"])[:10])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _failed(endpoint, "osm_answer", "its answer is no Overpass JSON: {sample}", sample=_sample(raw)) from error
    if remark := answer.get("remark"):
        raise _failed(endpoint, "osm_remark", "it says: {remark}", remark=str(remark)[:200])
    missing = [str(r) for r in wanted if (r.kind, r.number) not in elements]
    if missing:
        raise _failed(endpoint, "osm_missing", "OpenStreetMap has no {elements} (any more)", elements=", ".join(missing))
    drawn = [elements[r.kind, r.number] for r in wanted]
    try:
        versions = tuple(int(element.get("version", 0)) for element in drawn)
        shape = _outline(drawn)
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise _failed(endpoint, "osm_geometry", "its answer holds no usable coordinates: {sample}", sample=_sample(raw)) from error
    _demand_sound(endpoint, shape, wanted)
    return Outline(shape, tuple(wanted), versions, day, raw)


def _query(wanted: Iterable[Reference], timeout_s: float) -> str:
    parts = "".join(f"{r.kind}({r.number});" for r in wanted)
    return f"[out:json][timeout:{int(timeout_s)}];({parts});out meta geom;"


def _asked(endpoint: str, query: str, agent: str, timeout_s: float) -> bytes:
    if urllib.parse.urlsplit(endpoint).scheme not in ("http", "https"):
        raise _failed(endpoint, "osm_scheme", "is no http:// or https:// address")
    body = urllib.parse.urlencode({"data": query}).encode()
    request = urllib.request.Request(endpoint, body, {"User-Agent": agent, "Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:
            raw: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            code = BUSY.get(error.code, "osm_status")
        raise _failed(endpoint, code, "it answers with status {status}", status=str(error.code)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise _failed(endpoint, "osm_unreachable", "it cannot be reached ({error})", error=str(why)) from error
    if len(raw) > MOST_BYTES:
        raise _failed(endpoint, "osm_long", "its answer is longer than {megabytes} MB", megabytes=str(MOST_BYTES >> 20))
    return raw


def _failed(endpoint: str, code: str, sentence: str, **facts: Any) -> ServiceFailed:
    return ServiceFailed(path=endpoint, why=Reason(code, sentence, **facts))


def _sample(raw: bytes) -> str:
    return " ".join(raw[:80].decode("utf-8", "replace").split())


# -- coordinates to polygons ---------------------------------------------------------------------------------


def _outline(elements: Sequence[Mapping[str, Any]]) -> Any:
    """Close the lines of ways and of relations' members into polygons; inner rings are holes."""
    outer: list[shapely.LineString] = []
    inner: list[shapely.LineString] = []
    for element in elements:
        for member in element["members"] if element["type"] == "relation" else [element]:
            if member.get("type", "way") == "way":
                (inner if member.get("role") == "inner" else outer).append(_line(member["geometry"]))
    land = _polygons(outer)
    return shapely.difference(land, _polygons(inner)) if inner and land is not None else land


def _line(corners: Sequence[Mapping[str, float]]) -> Any:
    return shapely.LineString([(float(c["lon"]), float(c["lat"])) for c in corners])


def _polygons(lines: Sequence[Any]) -> Any:
    """Return what lines enclose, joined end to end; None where they stay open. A ring is taken as it is, crossing or not."""
    rings = [line for line in lines if line.is_closed]
    merged = shapely.line_merge(shapely.union_all([line for line in lines if not line.is_closed]))
    joined = [line for line in shapely.get_parts(merged) if not line.is_empty]
    if (not rings and not joined) or not all(line.is_closed for line in joined):
        return None
    polygons = [shapely.Polygon(line) for line in (*rings, *joined)]
    return (
        polygons[0]
        if len(polygons) == 1
        else shapely.union_all(polygons)
        if all(p.is_valid for p in polygons)
        else shapely.MultiPolygon(polygons)
    )


def _demand_sound(endpoint: str, shape: Any, wanted: Sequence[Reference]) -> None:
    names = ", ".join(map(str, wanted))
    if shape is None:
        raise _failed(endpoint, "osm_open", "{elements} is not closed: a line, not an area", elements=names)
    if not shape.is_valid:
        where = shapely.is_valid_reason(shape)
        raise _failed(endpoint, "osm_invalid", "the ring of {elements} crosses itself ({where})", elements=names, where=where)
    if shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise _failed(endpoint, "osm_empty", "{elements} encloses nothing", elements=names)
