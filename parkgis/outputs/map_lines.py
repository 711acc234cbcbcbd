"""Where the tables and keys of a TOML text stand: tomllib tells no lines, and a refusal has to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Place = tuple[str | int, ...]
"""Way to a key: names of tables, and in a repeated table its number from 0."""

HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")


def line_numbers(text: str) -> dict[Place, int]:
    """Return the line of each table and key of a TOML text; what a multi-line text holds may be taken for one.

    Examples
    --------
    >>> line_numbers('title = 1\\n[[layers]]\\nshow = "labels"')[("layers", 0, "show")]
    3
    """
    found: dict[Place, int] = {}
    count: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := HEADER.match(line):
            table = _entered(header[2].split("."), header[1] == "[[", count)
            found.setdefault(table, number)
            found.setdefault(table[:-1] if header[1] == "[[" else table, number)
        elif key := KEY.match(line):
            found.setdefault((*table, key[1]), number)
    return found


def _entered(names: Sequence[str], repeated: bool, count: dict[Place, int]) -> Place:
    """Return the place of a table: of a repeated one, the newest."""
    place: Place = ()
    for i, name in enumerate(names):
        place = (*place, name)
        if repeated and i == len(names) - 1:
            count[place] = count.get(place, -1) + 1
        if place in count:
            place = (*place, count[place])
    return place


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of a place, or of the nearest table around it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)
