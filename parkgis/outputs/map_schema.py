"""What each key of a map definition may be: a list of keys, each with how it is taken and an example.

A new key is an entry here and a field in :mod:`parkgis.outputs.map_definition`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import xyzservices.providers

from parkgis.errors import Reason
from parkgis.outputs.map_lines import Place
from parkgis.rules import stages
from parkgis.vn2000 import VIETNAM
from parkgis.words.catalogue import LANGUAGES

COLOURINGS: dict[str, tuple[str, ...]] = {
    "projects": ("share", "outline"),
    "parcels": ("stage", "change"),
    "tranches": ("stage", "change"),
    "stages": ("stage",),
    "usable": ("size", "ready"),
    "blockers": ("gain",),
    "labels": ("#16202c",),
}
"""What a layer can show, and by what it can be coloured; the first unless said otherwise."""

PRIVATE = ("parcels", "tranches", "usable", "blockers")
LAID = ("usable", "blockers")
"""Found by planning: needs the extra of that name."""
LIMITED = ("share", "size", "gain")
"""Colourings whose classes go by an upper limit."""
DATED = ("parcels", "tranches")

PROJECT_FIELDS = (
    "developer", "planned", "handed", "share", "counted", "documents", "unmapped", "boundary", "boundary_area", "parcels",
    "findings", "status", "communes", "decision", "source", "stages",
)  # fmt: skip
PARCEL_FIELDS = ("project", "land_use", "commune", "area", "stage", "dispute", "parts", "history")
POPUPS: dict[str, tuple[str, ...]] = {
    "projects": PROJECT_FIELDS,
    "parcels": PARCEL_FIELDS,
    "tranches": ("project", "stage", "day", "area", "documents"),
    "stages": ("project", "stage", "area"),
    "usable": ("project", "area", "usable", "width", "rectangle", "compactness", "frontage", "pieces"),
    "blockers": ("project", "rank", "unlocks", "area", "stage", "obstacle", "next", "office", "due"),
    "labels": (),
}


class Wrong(Exception):
    """Something at a place of a definition does not fit."""

    def __init__(self, place: Place, why: Reason) -> None:
        super().__init__(str(why))
        self.place, self.why = place, why


@dataclasses.dataclass(frozen=True)
class Key:
    """A key of a table: ``take`` returns its value or raises ValueError; None where a table of its own is read elsewhere."""

    name: str
    take: Callable[[Any], Any] | None
    example: str
    needed: bool = False
    attribute: str = ""
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        return self.attribute or self.name

    def taken(self, value: Any, place: Place) -> Any:
        if self.choices and value not in self.choices:
            raise not_among(place, self.name, value, self.choices)
        assert self.take is not None
        try:
            return self.take(value)
        except ValueError as error:
            raise Wrong(
                place,
                Reason(
                    "map_value",
                    "{key} = {value} does not fit; write for example {example}",
                    key=self.name,
                    value=str(value),
                    example=f"{self.name} = {self.example}",
                ),
            ) from error


def not_among(place: Place, key: str, value: object, choices: Sequence[str]) -> Wrong:
    """Return the refusal of a value that is none of the choices."""
    why = Reason("map_choice", "{key} = {value}: it can be one of {choices}", key=key, value=str(value), choices=", ".join(choices))
    return Wrong(place, why)


# -- how values are taken ----------------------------------------------------------------------------------


def text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def both(value: Any) -> dict[str, str]:
    """Take a text in both languages; a plain text is said in both."""
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, text(value))
    if not isinstance(value, Mapping) or set(value) != set(LANGUAGES):
        raise ValueError
    return {lang: text(value[lang]) for lang in LANGUAGES}


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def number(low: float, high: float) -> Callable[[Any], float]:
    def take(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError
        return float(value)

    return take


def whole(low: int, high: int) -> Callable[[Any], int]:
    def take(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError
        return value

    return take


def day(value: Any) -> dt.date:
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise ValueError
    return value


def is_colour(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None


def colour(value: Any) -> str:
    if not is_colour(value):
        raise ValueError
    return str(value).lower()


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(map(text, value))


def extent(value: Any) -> Any:
    if value in EXTENTS:
        return value
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError
    west, south, east, north = (number(-180, 180)(v) for v in value)
    if not (VIETNAM[0] <= west < east <= VIETNAM[2] and VIETNAM[1] <= south < north <= VIETNAM[3]):
        raise ValueError
    return west, south, east, north


def inside(value: Any) -> str:
    """Take a path within the workspace: a map shows no file from elsewhere on the disk."""
    path = PurePosixPath(text(value))
    if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value:
        raise ValueError
    return str(path)


def stage_list(value: Any) -> tuple[str, ...]:
    found = texts(value)
    if unknown := [code for code in found if code not in stage_codes()]:
        raise ValueError(unknown)
    return found


def stage_codes() -> tuple[str, ...]:
    """Return what a class of stages can name: ``none`` and every stage by rank."""
    return ("none", *(stage.code for stage in stages()))


def table(value: Any, place: Place) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Wrong(place, Reason("map_table", "{key} is a table: begin it with [{key}]", key=str(place[-1])))
    return value


def tables(value: Any, place: Place, *, needed: bool = False) -> list[Mapping[str, Any]]:
    """Take a list of tables, empty where there is none."""
    name = ".".join(str(part) for part in place if isinstance(part, str))
    good = isinstance(value, list) and all(isinstance(one, Mapping) for one in value)
    if (value is None and not needed) or (good and value):
        return value or []
    raise Wrong(place, Reason("map_tables", "{key} is a list of tables: begin each with [[{key}]]", key=name))


def unknown_provider(name: str) -> Reason | None:
    """Return why xyzservices has no tiles under a name, or None where it has."""
    flat = xyzservices.providers.flatten()
    if name in flat:
        return None
    near = [known for known in flat if known.split(".")[0].lower() == name.split(".")[0].lower()] or ["OpenStreetMap.Mapnik"]
    return Reason(
        "map_tiles", "xyzservices knows no tiles {provider}; it knows for example {near}", provider=name, near=", ".join(near[:5])
    )


# -- the keys ----------------------------------------------------------------------------------------------

EXTENTS = ("drawn", "parcels", "province")
WORDS = '{ vi = "Tiến độ", en = "Progress" }'

MAP = (
    Key("title", both, WORDS, needed=True),
    Key("note", both, WORDS),
    Key("edition", text, '"internal"', choices=("internal", "public")),
    Key("language", text, '"vi"', choices=LANGUAGES),
    Key("extent", extent, '"drawn", "parcels", "province" or [105.9, 21.0, 106.3, 21.3]'),
    Key("parks", texts, '["QV", "TS"]'),
    Key("compare", day, "2026-03-31"),
    Key("published_scale", whole(1_000, 1_000_000), "25000"),
    Key("slider", flag, "true"),
    Key("layers", None, "[[layers]]"),
    Key("tiles", None, "[tiles]"),
)
LAYER = (
    Key("show", text, '"parcels"', needed=True, choices=tuple(COLOURINGS)),
    Key("label", both, WORDS),
    Key("colour", text, '"stage"'),
    Key("popup", texts, '["developer", "planned", "share"]'),
    Key("on", flag, "true"),
    Key("classes", None, "[[layers.classes]]"),
)
CLASS = (
    Key("to", number(0, 1e9), "0.25"),
    Key("stages", stage_list, '["none", "notice", "handed_developer"]'),
    Key("colour", colour, '"#2c7fb8"', needed=True),
    Key("label", both, WORDS, needed=True),
)
FILE_LAYER = (
    Key("file", inside, '"layers/outlines/communes.gpkg"', needed=True),
    Key("label", both, '{ vi = "Xã, phường", en = "Communes" }', needed=True),
    Key("attribution", text, '"Sở Nông nghiệp và Môi trường tỉnh Bắc Ninh, 2025"', needed=True),
    Key("name_field", text, '"ten_xa"'),
    Key("colour", colour, '"#64748b"', needed=True),
    Key("width", number(0.2, 12), "1.5"),
    Key("dashed", flag, "true"),
    Key("on", flag, "true"),
)
TILES = (
    Key("provider", text, '"OpenStreetMap.Mapnik"', needed=True),
    Key("key", text, '"your own key of that service"'),
)
