"""Make drawings as cadastral offices send them: lines and texts on levels, in DXF and DGN V7."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely
from make import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Level = str
Points = "Sequence[tuple[float, float]]"
Line = tuple[Level, "Sequence[tuple[float, float]]"]
Note = tuple[Level, str, tuple[float, float]]

SQUARES: list[Line] = [
    ("10", [(0, 0), (60, 0), (60, 30), (0, 30), (0, 0)]),
    ("10", [(30, 0), (30, 30)]),
]
"""Two fields of 30 m x 30 m: an outline and the line between them. Metres from ORIGIN."""
NUMBERS: list[Note] = [("13", "345", (15, 15)), ("13", "346", (45, 15))]


def _at(point: tuple[float, float]) -> tuple[float, float]:
    return point[0] + ORIGIN[0], point[1] + ORIGIN[1]


def dxf(
    path: Path, lines: Sequence[Line], texts: Sequence[Note] = (), *, version: str = "AC1009", encoding: str = "latin-1"
) -> Path:
    """Write polylines and texts; a line break in a text is written as MTEXT's ``\\P``."""
    rows: list[tuple[int, object]] = [(0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, version), (0, "ENDSEC")]
    rows += [(0, "SECTION"), (2, "ENTITIES")]
    for level, points in lines:
        rows += [(0, "POLYLINE"), (8, level), (66, 1), (70, 0)]
        for x, y in map(_at, points):
            rows += [(0, "VERTEX"), (8, level), (10, x), (20, y), (30, 0.0)]
        rows += [(0, "SEQEND")]
    for level, text, place in texts:
        x, y = _at(place)
        kind = "MTEXT" if "\n" in text else "TEXT"
        rows += [(0, kind), (8, level), (10, x), (20, y), (30, 0.0), (40, 1.0), (1, text.replace("\n", "\\P"))]
    rows += [(0, "ENDSEC"), (0, "EOF")]
    path.write_bytes("".join(f"{code}\n{value}\n" for code, value in rows).encode(encoding))
    return path


def dgn(path: Path, lines: Sequence[Line], texts: Sequence[Note] = (), *, encoding: str = "latin-1") -> Path:
    """Write line strings and texts on levels 0-63.

    GDAL writes the file and its line strings; levels are set, and texts added, after the published format: a
    36-byte header, then font, justification, size, angle, place and letters.
    """
    plain = gpd.GeoDataFrame(geometry=[shapely.LineString([_at(p) for p in points]) for _, points in lines], crs=9209)
    plain.to_file(path, driver="DGN", engine="pyogrio")
    content = bytearray(path.read_bytes())
    drawn = [at for at in _elements(content) if content[at + 1] & 0x7F in (3, 4)]
    assert len(drawn) == len(lines)
    for at, (level, _) in zip(drawn, lines, strict=True):
        content[at] = content[at] & 0xC0 | int(level)
    end = content.rindex(b"\xff\xff")
    grid = _grid(content, drawn[0], [_at(p) for p in lines[0][1]])
    notes = b"".join(_text(int(level), text.encode(encoding), _at(place), grid) for level, text, place in texts)
    path.write_bytes(bytes(content[:end]) + notes + b"\xff\xff")
    return path


def _elements(content: bytes | bytearray) -> list[int]:
    found, at = [], 0
    while content[at : at + 2] != b"\xff\xff":
        found.append(at)
        at += 4 + 2 * int.from_bytes(content[at + 2 : at + 4], "little")
    return found


def _grid(content: bytearray, at: int, points: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return units a metre and the two offsets, from a line whose coordinates are known."""
    start = at + (36 if content[at + 1] & 0x7F == 3 else 38)
    raw = [_int(content[start + 4 * i : start + 4 * i + 4]) for i in range(2 * min(len(points), 3))]
    units = [(b[0], a[0], b[1], a[1]) for a, b in zip([(raw[0], raw[1])] * 2, zip(raw[2::2], raw[3::2], strict=True), strict=False)]
    scale = next(
        (bx - ax) / (points[i + 1][0] - points[0][0]) if bx != ax else (by - ay) / (points[i + 1][1] - points[0][1])
        for i, (bx, ax, by, ay) in enumerate(units)
        if bx != ax or by != ay
    )
    return scale, raw[0] - scale * points[0][0], raw[1] - scale * points[0][1]


def _int(pair: bytes | bytearray) -> int:
    high, low = struct.unpack("<HH", pair)
    return int(struct.unpack("<i", struct.pack("<I", high << 16 | low))[0])


def _bytes(value: float) -> bytes:
    whole = struct.unpack("<I", struct.pack("<i", round(value)))[0]
    return struct.pack("<HH", whole >> 16, whole & 0xFFFF)


def _text(level: int, text: bytes, place: tuple[float, float], grid: tuple[float, float, float]) -> bytes:
    scale, east, north = grid
    x, y = place[0] * scale + east, place[1] * scale + north
    body = bytes([0, 0]) + _bytes(1000) * 2 + _bytes(0) + _bytes(x) + _bytes(y) + bytes([len(text), 0]) + text
    body += b"\0" * (len(body) % 2)
    bounds = b"".join(struct.pack("<HH", *divmod((round(v) + 2**31) % 2**32, 2**16)) for v in (x, y, -(2.0**31), x, y, -(2.0**31)))
    head = (
        bytes([level, 17])
        + struct.pack("<H", (36 + len(body) - 4) // 2)
        + bounds
        + struct.pack("<HHHH", 0, len(body) // 2 + 2, 0, 0)
    )
    return head + body
