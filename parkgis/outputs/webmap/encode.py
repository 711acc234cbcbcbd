"""Shapes and columns as a few hundred kilobytes of text in the page.

::

    block   = text91(zlib(uint32le(len(header)) + header + column + column + ...))
    header  = JSON: rows, origin_m, grid_m, projection, texts {name: values}, tuples {name: width},
              columns [[name, length, octets, delta], ...]
    column  = zigzag of each value, or (delta) of value - value before modulo 2**32;
              all lowest octets first, then all second ones ...: what varies little stands together

Rings travel as :mod:`~parkgis.outputs.webmap.corners` describes, in the legal grid; tuples (the days of a parcel's
stages) as a place in a dictionary of different ones, since a batch shares its days; areas as what they differ from
the shape's own. ``decode.js`` reads what :func:`encode` writes; :func:`decode` does so here, for tests.
"""

from __future__ import annotations

import dataclasses
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from parkgis.outputs.webmap.corners import COLUMNS, unweave, weave
from parkgis.outputs.webmap.levels import levels
from parkgis.outputs.webmap.projection import fit
from parkgis.outputs.webmap.rings import GRID_M, Ints, Rings, rings, twice_areas
from parkgis.outputs.webmap.text91 import to_bytes, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

__all__ = ["AREA_M2", "Ints", "Rings", "Table", "decode", "encode", "rings"]

AREA_M2 = 0.1
"""Unit of :attr:`Table.areas`; cadastral areas are written to 0.1 m2."""

OWN_AREA = GRID_M * GRID_M / 2 / AREA_M2
LEVEL = 6  # of zlib: 9 takes four times as long for one part in a hundred


@dataclasses.dataclass(frozen=True)
class Table:
    """What one data block of the page holds: shapes and columns, all of the same rows.

    Attributes
    ----------
    shapes : Rings
    ints : mapping of str to ndarray of int32
    texts : mapping of str to sequence of str
        Best few different ones: each is stored once.
    tuples : mapping of str to ndarray of int32, shape (rows, width)
        Numbers that come together, as the days of all stages do.
    areas : mapping of str to ndarray of int32
        Near the shape's own area in the legal grid, in :data:`AREA_M2`.
    """

    shapes: Rings
    ints: Mapping[str, Ints]
    texts: Mapping[str, Sequence[str]]
    tuples: Mapping[str, Ints] = dataclasses.field(default_factory=dict)
    areas: Mapping[str, Ints] = dataclasses.field(default_factory=dict)


def encode(table: Table) -> str:
    """Return the table as text; the same table gives the same text."""
    woven, first, corner = weave(table.shapes)
    own = _own_areas(table.shapes)
    coded = {name: pd.factorize(np.asarray(values, dtype=object)) for name, values in table.texts.items()}
    sets = {name: _different(values) for name, values in table.tuples.items()}
    columns = {
        **{f"shape.{name}": values for name, values in woven.items()},
        "shape.level": levels(table.shapes, first, corner),
        **{f"int.{name}": values for name, values in table.ints.items()},
        **{f"area.{name}": values - own for name, values in table.areas.items()},
        **{f"text.{name}": place for name, (place, _) in coded.items()},
        **{f"tuple.{name}": place for name, (_, place) in sets.items()},
        **{f"tuples.{name}": known.T.ravel() for name, (known, _) in sets.items()},
    }
    packed = {name: _pack(values.astype(np.int32, copy=False)) for name, values in columns.items()}
    header: dict[str, Any] = {
        "rows": len(table.shapes.rings),
        "origin_m": table.shapes.origin_m,
        "grid_m": GRID_M,
        "own_area": OWN_AREA,
        "legal": table.shapes.legal,
        "projection": dataclasses.asdict(_projection(table.shapes)),
        "texts": {name: known.tolist() for name, (_, known) in coded.items()},
        "tuples": {name: known.shape[1] for name, (known, _) in sets.items()},
        "columns": [[name, len(columns[name]), octets, delta] for name, (_, octets, delta) in packed.items()],
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    body = b"".join(data for data, _, _ in packed.values())
    return to_text(zlib.compress(struct.pack("<I", len(head)) + head + body, LEVEL))


def decode(block: str) -> Table:
    """Read a block back."""
    data = zlib.decompress(to_bytes(block))
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    columns, at = {}, 4 + length
    for name, count, octets, delta in header["columns"]:
        columns[name] = _unpack(data[at : at + count * octets], octets, delta)
        at += count * octets
    woven = {name: columns[f"shape.{name}"] for name in COLUMNS}
    east, north = header["origin_m"]
    shapes = Rings(woven["rings"], woven["points"], *unweave(woven), (east, north), header["legal"])
    own = _own_areas(shapes)
    return Table(
        shapes,
        _of("int", columns),
        {name: [known[i] for i in columns[f"text.{name}"]] for name, known in header["texts"].items()},
        {
            name: columns[f"tuples.{name}"].reshape(width, -1).T[columns[f"tuple.{name}"]]
            for name, width in header["tuples"].items()
        },
        {name: values + own for name, values in _of("area", columns).items()},
    )


def _of(kind: str, columns: Mapping[str, Ints]) -> dict[str, Ints]:
    return {name.removeprefix(f"{kind}."): values for name, values in columns.items() if name.startswith(f"{kind}.")}


def _own_areas(shapes: Rings) -> Ints:
    return np.minimum(np.floor(twice_areas(shapes) * OWN_AREA + 0.5), 2**31 - 1).astype(np.int32)


def _projection(shapes: Rings) -> Any:
    xy = np.array([shapes.origin_m, shapes.origin_m])
    if len(shapes.x):
        xy = xy + GRID_M * np.array([[shapes.x.min(), shapes.y.min()], [shapes.x.max(), shapes.y.max()]])
    return fit(xy[0], xy[1], shapes.legal)


def _different(values: Ints) -> tuple[Ints, Ints]:
    """Return the different rows in the order of their first appearance, and the place of each row among them."""
    place = np.zeros(len(values), np.int64)
    for column in values.T:
        codes, different = pd.factorize(column)
        place = pd.factorize(place * (len(different) + 1) + codes)[0]
    first = np.empty(int(place.max(initial=-1)) + 1, np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    return values[first], place.astype(np.int32)


def _pack(values: Ints) -> tuple[bytes, int, bool]:
    """Return the octets of a column, how many a value takes, and whether they hold differences: whichever tells less."""
    plain, delta = _zigzag(values), _zigzag(np.diff(values, prepend=np.int32(0)))  # wraps around, and wraps back when summed
    differs = _bits(delta) < _bits(plain)
    chosen = delta if differs else plain
    octets = max(1, -(-int(chosen.max(initial=0)).bit_length() // 8))
    return chosen.view(np.uint8).reshape(-1, 4)[:, :octets].T.tobytes(), octets, differs


def _zigzag(values: Ints) -> npt.NDArray[np.uint32]:
    return np.asarray((values << 1) ^ (values >> 31)).astype("<i4").view("<u4")


def _bits(values: npt.NDArray[np.uint32]) -> float:
    """Return the entropy of the octets, one place at a time."""
    total = 0.0
    for place in values.view(np.uint8).reshape(-1, 4).T:
        count = np.bincount(place, minlength=256)
        count = count[count > 0]
        total += float((count * np.log2(len(values) / count)).sum())
    return total


def _unpack(data: bytes, octets: int, delta: bool) -> Ints:
    whole = np.zeros((len(data) // octets, 4), np.uint8)
    whole[:, :octets] = np.frombuffer(data, np.uint8).reshape(octets, -1).T
    zigzag = whole.view("<u4").ravel()
    values = (zigzag >> np.uint32(1)).view(np.int32) ^ -(zigzag & np.uint32(1)).astype(np.int32)
    return np.cumsum(values, dtype=np.int32) if delta else values
