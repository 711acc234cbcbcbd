"""Walk the elements of a DGN V7: what a drawing holds, whatever a reader makes of it."""

from __future__ import annotations

import dataclasses

DGN_DRAWN = frozenset({3, 4, 6, 11, 12, 14, 15, 16, 17})
"""Element types GDAL gives as a row: line, line string, shape, curve, complex string and shape, ellipse, arc, text."""
DGN_CHAINS = frozenset({12, 14})
DGN_HEADER = 36  # bytes of an element that is drawn, before its own
DGN_HOLE = 0x80  # bit of the properties' high byte


@dataclasses.dataclass(frozen=True, slots=True)
class Elements:
    """A walk over the elements of a DGN.

    Attributes
    ----------
    drawn : int
        Elements that are a row each; the parts of a chain count once.
    holes : int
        How many of them are holes of another; GDAL cuts none out, and gives some as polygons of their own.
    end : int
        Byte after the last element.
    broken : bool
        The last element states more bytes than the file has.
    """

    drawn: int
    holes: int
    end: int
    broken: bool


def elements(content: bytes, start: int = 0) -> Elements:
    """Walk the elements of a DGN V7 from a byte to its end mark (``FFFF``) or the end of the file.

    Source: the published Intergraph Standard File Format: two bytes of level, type and flags, then the number
    of 16-bit words that follow.
    """
    at, size, drawn, holes, inside = start, len(content), 0, 0, 0
    while at + 4 <= size and content[at : at + 2] != b"\xff\xff":
        kind, gone = content[at + 1] & 0x7F, content[at + 1] & 0x80
        step = 4 + 2 * int.from_bytes(content[at + 2 : at + 4], "little")
        if at + step > size:
            return Elements(drawn, holes, at, True)
        if inside:
            inside -= 1
        elif kind in DGN_DRAWN and not gone:
            drawn += 1
            holes += bool(step >= DGN_HEADER and content[at + 33] & DGN_HOLE)
            inside = int.from_bytes(content[at + 38 : at + 40], "little") if kind in DGN_CHAINS and step >= 40 else 0
        at += step
    return Elements(drawn, holes, at, False)
