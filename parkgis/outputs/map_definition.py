"""What a map shows, as data: one TOML file a map in ``maps/``, read whole and believed in nothing.

``docs/maps.md`` is the guide to the format. Every refusal names the file, the line and what to write instead
(:mod:`parkgis.outputs.map_schema` holds what each key may be).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from parkgis.errors import MapInvalid, Reason, UsageError
from parkgis.outputs import map_schema as schema
from parkgis.outputs.map_classes import demand_complete
from parkgis.outputs.map_lines import Place, line_numbers, line_of
from parkgis.outputs.map_schema import Key, Wrong
from parkgis.rules import stages

if TYPE_CHECKING:
    from pathlib import Path

Both = Mapping[str, str]
"""A text in both languages: ``{"vi": ..., "en": ...}``."""

Extent = str | tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True)
class Class:
    """A class of a map's own: shares or hectares up to ``to`` (None: all above), or land at one of ``stages``."""

    colour: str
    label: Both
    to: float | None = None
    stages: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Layer:
    """One layer of a map, in drawing order.

    Attributes
    ----------
    show : str
        One of :data:`parkgis.outputs.map_schema.COLOURINGS`, or ``file`` for lines the user brings.
    colour : str
        How it is coloured: ``share``, ``stage``, ``change``, ``size``, or one colour ``#rrggbb``.
    classes : tuple of Class
        Empty: the classes every map of parkgis shares.
    popup : tuple of str
        What a click tells, in this order; empty: everything.
    on : bool
        Whether it is switched on when the map opens.
    file, name_field, attribution, width, dashed
        Of a ``file`` layer: a path in the workspace, the column that names a line, whom to credit.
    """

    show: str
    colour: str
    label: Both | None = None
    classes: tuple[Class, ...] = ()
    popup: tuple[str, ...] = ()
    on: bool = True
    file: str = ""
    name_field: str = ""
    attribution: str = ""
    width: float = 1.0
    dashed: bool = False


@dataclasses.dataclass(frozen=True)
class Tiles:
    """Pictures of the ground from a server: a name of xyzservices and the user's own key."""

    provider: str
    key: str = ""


@dataclasses.dataclass(frozen=True)
class MapDefinition:
    """A map: what it shows, to whom, in which words.

    Attributes
    ----------
    name : str
        Of the file, without ``.toml``; part of the name of what is drawn.
    edition : {"internal", "public"}
        A public map names no parcel, shows none below the published scale, and loads nothing.
    extent
        ``drawn``, ``parcels``, ``province``, or west, south, east, north in degrees (WGS 84).
    parks : tuple of str
        Ids of parks or projects to show; empty: all.
    compare : datetime.date or None
        The earlier of two days.
    published_scale : int
        Denominator; a public map is as fine as this scale and no finer.
    lines : mapping
        Line of each key in the file, for whoever finds it does not fit the workspace.
    """

    name: str
    path: Path
    title: Both
    layers: tuple[Layer, ...]
    note: Both | None = None
    edition: str = "internal"
    language: str | None = None
    extent: Extent = "drawn"
    parks: tuple[str, ...] = ()
    compare: dt.date | None = None
    published_scale: int = 25_000
    slider: bool = True
    tiles: Tiles | None = None
    lines: Mapping[Place, int] = dataclasses.field(default_factory=dict, compare=False)

    @property
    def public(self) -> bool:
        return self.edition == "public"

    def shows(self, *kinds: str) -> bool:
        """Tell whether any layer shows one of these."""
        return any(layer.show in kinds for layer in self.layers)

    def refuse(self, place: Place, why: Reason) -> MapInvalid:
        """Return the refusal of what stands at a place of this file."""
        return MapInvalid(path=self.path, line=line_of(self.lines, place), why=why)


def find(folders: Sequence[Path], names: Sequence[str], *, every: bool = False) -> list[MapDefinition]:
    """Read maps by name; the first folder that has one wins.

    Parameters
    ----------
    folders : sequence of Path
        ``maps/`` of the workspace, then the one that travels with parkgis.
    names : sequence of str
    every : bool
        All there are, whatever ``names`` says.

    Raises
    ------
    UsageError
        For a name that no file has, with the nearest ones.
    MapInvalid
    """
    known = {path.stem: path for folder in reversed(folders) for path in sorted(folder.glob("*.toml"))}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or sorted(known)
            raise UsageError(
                why=Reason("map_unknown", "there is no map {name} in maps/; did you mean {near}?", name=name, near=", ".join(near))
            )
    return [read(known[name]) for name in (sorted(known) if every else names)]


def read(path: Path) -> MapDefinition:
    """Read one definition.

    Raises
    ------
    MapInvalid
        Naming the line, and what to write there.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MapInvalid(path=path, line=1, why=str(error)) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        why = Reason("map_toml", "this is no TOML ({error})", error=str(error))
        raise MapInvalid(path=path, line=int(found[1]) if found else text.count("\n") + 1, why=why) from error
    lines = line_numbers(text)
    try:
        return _definition(table, path, lines)
    except Wrong as wrong:
        raise MapInvalid(path=path, line=line_of(lines, wrong.place), why=wrong.why) from wrong


def _definition(table: Mapping[str, Any], path: Path, lines: Mapping[Place, int]) -> MapDefinition:
    facts = _taken(table, schema.MAP, ())
    layers = tuple(_layer(one, ("layers", i)) for i, one in enumerate(schema.tables(table.get("layers"), ("layers",), needed=True)))
    tiles = _taken(schema.table(table["tiles"], ("tiles",)), schema.TILES, ("tiles",)) if "tiles" in table else None
    made = MapDefinition(name=path.stem, path=path, layers=layers, tiles=Tiles(**tiles) if tiles else None, lines=lines, **facts)
    for check in CHECKS:
        check(made)
    return made


def _layer(table: Mapping[str, Any], place: Place) -> Layer:
    if "file" in table:
        return Layer(show="file", **_taken(table, schema.FILE_LAYER, place))
    facts = _taken(table, schema.LAYER, place)
    show = facts["show"]
    colours = schema.COLOURINGS[show]
    colour = facts.pop("colour", colours[0])
    if colour not in colours and not schema.is_colour(colour):
        raise schema.not_among((*place, "colour"), "colour", colour, (*colours, "#2c7fb8"))
    popup = facts.pop("popup", ())
    known = schema.POPUPS[show]
    for field in popup:
        if field not in known:
            raise schema.not_among((*place, "popup"), "popup", field, known)
    given = schema.tables(table.get("classes"), (*place, "classes"))
    classes = tuple(Class(**_taken(one, schema.CLASS, (*place, "classes", i))) for i, one in enumerate(given))
    demand_complete(classes, colour, (*place, "classes"))
    return Layer(colour=colour, popup=popup, classes=classes, **facts)


def _taken(table: Mapping[str, Any], keys: Sequence[Key], place: Place) -> dict[str, Any]:
    """Return the facts of a table; a key nobody knows is a slip of the pen, not a wish to be passed over."""
    known = {key.name: key for key in keys}
    for name in table:
        if name not in known:
            raise Wrong(
                (*place, name),
                Reason("map_key_unknown", "there is no key {key} here; the keys are: {keys}", key=name, keys=", ".join(known)),
            )
    found = {}
    for key in keys:
        if key.name in table and key.take is not None:
            found[key.field] = key.taken(table[key.name], (*place, key.name))
        elif key.needed and key.name not in table:
            raise Wrong(
                place,
                Reason(
                    "map_key_missing",
                    "the key {key} is missing; write for example {example}",
                    key=key.name,
                    example=f"{key.name} = {key.example}",
                ),
            )
    return found


# -- what must fit together --------------------------------------------------------------------------------


def _public_shows_no_parcel(made: MapDefinition) -> None:
    for i, layer in enumerate(made.layers):
        if made.public and layer.show in schema.PRIVATE:
            raise Wrong(
                ("layers", i, "show"),
                Reason(
                    "map_public_layer",
                    'a public map shows no {show}; show = "stages" draws the land by stage without single parcels',
                    show=layer.show,
                ),
            )


def _public_loads_nothing(made: MapDefinition) -> None:
    if made.public and made.tiles:
        raise Wrong(("tiles",), Reason("map_public_tiles", "a public map loads nothing from the network: take [tiles] out"))


def _tiles_are_known(made: MapDefinition) -> None:
    if made.tiles and (wrong := schema.unknown_provider(made.tiles.provider)):
        raise Wrong(("tiles", "provider"), wrong)


def _shown_once(made: MapDefinition) -> None:
    kinds = [layer.show for layer in made.layers]
    for i, kind in enumerate(kinds):
        if kind != "file" and kind in kinds[:i]:
            raise Wrong(("layers", i, "show"), Reason("map_layer_twice", "{show} is already a layer of this map", show=kind))


def _change_has_parcels(made: MapDefinition) -> None:
    if made.compare and not made.shows(*schema.DATED):
        raise Wrong(
            ("compare",),
            Reason("map_compare_nothing", "no layer here knows two days: show parcels or tranches, or take compare out"),
        )


CHECKS: tuple[Callable[[MapDefinition], None], ...] = (
    _public_shows_no_parcel, _public_loads_nothing, _tiles_are_known, _shown_once, _change_has_parcels,
)  # fmt: skip


def stage_classes_of(layer: Layer) -> list[int]:
    """Return for "no stage" and each stage by rank the place of its class among the layer's own."""
    return [next(i for i, one in enumerate(layer.classes) if code in one.stages) for code in ("none", *(s.code for s in stages()))]
