"""The frozen facts of the domain: parks, projects, parcel keys, events, findings, cuts in time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
import hashlib
import math
import typing

from parkgis.units import utc

Boundary = typing.Literal["schematic", "osm", "survey", "none"]
"""Where the shape of a project comes from; only ``survey`` is ever used to measure."""

ATTRIBUTION: typing.Mapping[str, str] = {"osm": "© OpenStreetMap contributors, ODbL 1.0"}
"""What must stand on everything that draws a boundary of a kind; the same words in every language."""


@dataclasses.dataclass(frozen=True, slots=True)
class Park:
    """An industrial park: one or more projects."""

    id: str
    name_vi: str
    name_en: str
    group: str  # planned16 | new5 | later
    former_province: str

    def name(self, lang: str) -> str:
        return self.name_vi if lang == "vi" else self.name_en


@dataclasses.dataclass(frozen=True, slots=True)
class Project:
    """An infrastructure project (phase) of a park: own investor, own decision. Clearance is tracked here.

    ``lat`` and ``lon`` are WGS 84 degrees (EPSG:4326) of a published centre, never of a boundary;
    ``coord_grade`` A, B, C or empty says how good the centre is (see layers/README.md). ``legal_crs`` is the VN-2000 zone
    its land is measured in, ``EPSG:code``; empty for the province's own.
    """

    id: str
    park_id: str
    name_vi: str
    name_en: str
    group: str
    planned_ha: float
    developer: str
    decision: str
    status: str
    communes: str
    lat: float | None
    lon: float | None
    coord_grade: str
    osm_way: str
    source: str
    note: str
    legal_crs: str = ""

    def name(self, lang: str) -> str:
        return self.name_vi if lang == "vi" else self.name_en


class ParcelKey(typing.NamedTuple):
    """(old commune code, map sheet `to ban do`, parcel number `thua`): sheets collide after commune mergers.

    Examples
    --------
    >>> str(ParcelKey("09214", "12", "345"))
    '09214/12/345'
    >>> ParcelKey.parse("09214/12/345").sheet
    '12'
    """

    commune: str
    sheet: str
    parcel: str

    def __str__(self) -> str:
        return "/".join(self)

    @classmethod
    def parse(cls, text: str) -> ParcelKey:
        commune, sheet, parcel = text.split("/")
        return cls(commune, sheet, parcel)


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """The paper behind a fact: its number is never empty."""

    number: str
    date: dt.date
    file: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.number.strip():
            raise ValueError("a document without a number backs nothing")


class Kind(enum.StrEnum):
    """What an entry of the ledger says."""

    REACHED = "reached"  # a parcel, a tranche polygon or an area alone reached a stage
    SPLIT = "split"  # one parcel became several
    MERGE = "merge"  # several parcels became one
    OBSTACLE = "obstacle"  # something stands in the way of a parcel, or of a project
    LIFTED = "lifted"  # an obstacle is gone
    PAYMENT = "payment"  # money paid, households paid
    APPROVAL = "approval"  # a compensation plan was approved: money, households, organisations, area; batches add up
    COUNT = "count"  # a document counts households, graves or resettlement lots as of a day; the newest holds
    ATTESTED = "attested"  # an outside body certifies an area reached by a day
    PLANNED = "planned"  # hectares to hand over in a month, by a baseline
    DEFINED = "defined"  # what a countable hectare is, from now on
    CONFIRMED = "confirmed"  # a second person stands behind entries
    LAYER = "layer"  # a layer of this workspace got a new vintage
    VOID = "void"  # an earlier entry does not hold


LAND_KINDS = (Kind.REACHED, Kind.SPLIT, Kind.MERGE)
"""Kinds that move hectares; where a second person must confirm, these wait for it."""

Scalar = str | int | float

SHELF = 10
"""Digits of an id that its document gives; two documents that share them lie on one page, no more."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that became true on the land on a day, according to a document.

    Parameters
    ----------
    id : str
        Minted by the writer, so that a retry is recognised (:func:`mint`).
    kind : Kind
    day : datetime.date
        When it became true on the land; not the day we learned it.
    project : str
        Id of the project; empty only for a void.
    source : Document
    by : str
        Who recorded it.
    stage : str
        Stage code, for ``reached``.
    parcel : str
        Parcel key as text; for ``split`` the old parcel; empty for a tranche or an area alone.
    geometry : str
        Tranche polygon as EWKT, ``SRID=9209;POLYGON ((...))``, in a VN-2000 grid, metres.
    area_m2 : float or None
        Area written in the document (basis ``document``); None when it states none.
    into : tuple of str
        For ``split``: the new parcel keys. For ``merge``: the old ones. For ``confirmed``: ids of entries. For
        ``layer``: role and SHA-256 of the vintage.
    refers : str
        For ``void`` and ``lifted``: id of the entry that does not hold, or whose obstacle is gone. For
        ``layer``: the file of the vintage.
    facts : tuple of (name, value)
        What only one kind knows, by name, in order of the names: ``obstacle`` code, owner, due;
        ``payment`` amount_vnd, households; ``approval`` amount_vnd, households, organisations, batch; ``count`` what, value;
        ``attested`` tolerance_m2; ``planned`` month, baseline;
        ``defined`` the definition.
    note : str
    """

    id: str
    kind: Kind
    day: dt.date
    project: str
    source: Document
    by: str
    stage: str = ""
    parcel: str = ""
    geometry: str = ""
    area_m2: float | None = None
    into: tuple[str, ...] = ()
    refers: str = ""
    facts: tuple[tuple[str, Scalar], ...] = ()
    note: str = ""

    def fact(self, name: str) -> Scalar | None:
        """Return a fact of the event's kind, None where it has none of that name."""
        return dict(self.facts).get(name)

    def __post_init__(self) -> None:
        if list(self.facts) != sorted(dict(self.facts).items()):
            raise ValueError("facts stand in the order of their names, each once")
        if self.area_m2 is not None and not math.isfinite(self.area_m2):
            raise ValueError(f"{self.area_m2} is no area; a document that states none has None")


def mint(*parts: object) -> str:
    """Return the id of a fact from what identifies it: the same minutes give the same id.

    Returns
    -------
    str
        32 hexadecimal digits of SHA-256 over the parts.
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


@functools.lru_cache(maxsize=1024)  # a batch has few documents
def _shelf(number: str, date: dt.date) -> str:
    return mint(number, date.isoformat())[:SHELF]


def mint_of(document: Document, *parts: object) -> str:
    """Return the id of a fact that a document states: ids of one document begin alike.

    So the facts of one document lie together in an index of ids, and a batch touches a few of its pages instead of one
    a fact: at a million entries that is most of the time of an append.

    Returns
    -------
    str
        32 hexadecimal digits: :data:`SHELF` of the document, the others of all parts and the document.
    """
    return _shelf(document.number, document.date) + mint(*parts, document.number, document.date.isoformat())[SHELF:]


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its place: ``seq`` without gaps, ``at`` in UTC when we learned it, ``digest`` chained."""

    seq: int
    at: dt.datetime
    event: Event
    digest: str


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a ledger, as seen at some moment; ``seq`` 0 and an empty digest for none."""

    seq: int
    digest: str
    at: dt.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Cut:
    """The two times of a question: ``on`` the day asked about, ``known`` the hour of knowledge (UTC).

    Parameters
    ----------
    on : datetime.date
    known : datetime.datetime
        With its zone.
    confirmed_only : bool
        Leave out entries of :data:`LAND_KINDS` that no second person confirmed.
    without : frozenset of int
        Entries to leave out, by ``seq``: how a change of a figure is explained.

    Raises
    ------
    MixError
        When ``known`` is naive.
    """

    on: dt.date
    known: dt.datetime
    confirmed_only: bool = False
    without: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", utc(self.known))


class Severity(enum.IntEnum):
    """How bad a finding is; exit codes compare them."""

    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at: a value, not an exception.

    Parameters
    ----------
    code : str
        Key of the text and the remedy in ``words/*.toml``.
    severity : Severity
    where : str
        File and row, or project and parcel: where to look.
    facts : mapping
        What fills the text; numbers unrounded, areas in m2 under names ending in ``_m2``.
    """

    code: str
    severity: Severity
    where: str = ""
    facts: typing.Mapping[str, typing.Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """Hectares to hand over within a calendar year."""

    year: int
    area_ha: float
    authority: str = ""
