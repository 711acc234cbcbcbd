"""The canonical form of an entry, and the digest chained over it.

The canonical form is one line of JSON: keys in the fixed order of :data:`FIELDS`, no spaces, text in NFC,
numbers as Python's shortest round-trip repr. Every stored column is in it, so no column can be changed
unnoticed. ``digest = SHA-256(previous digest + line)``.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import math
import unicodedata
from json.encoder import encode_basestring
from typing import Any

from parkgis.model import Document, Event, Kind, Recorded
from parkgis.units import utc

FIELDS = (
    "seq", "at", "id", "kind", "day", "project", "stage", "parcel", "area_m2", "geometry", "into", "refers",
    "facts", "document", "document_date", "file", "sha256", "by", "note",
)  # fmt: skip
COLUMNS = (*FIELDS, "digest")

Row = tuple[Any, ...]

_AREA = FIELDS.index("area_m2") - 1  # without seq
_LINE = "{" + ",".join(f'"{name}":%s' for name in FIELDS) + "}"


@functools.lru_cache(maxsize=64)  # a batch shares one instant
def instant(at: dt.datetime) -> str:
    """Write a UTC instant to the microsecond, in the one form that sorts as text.

    Raises
    ------
    MixError
        For a naive datetime.
    """
    return utc(at).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@functools.lru_cache(maxsize=64)
def parse_instant(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)


def normal(event: Event) -> Event:
    """Return the event with all text in NFC, as it will be stored."""

    def nfc(text: str) -> str:
        return unicodedata.normalize("NFC", text)

    source = Document(nfc(event.source.number), event.source.date, nfc(event.source.file), event.source.sha256)
    return Event(
        id=event.id, kind=event.kind, day=event.day, project=nfc(event.project), source=source, by=nfc(event.by),
        stage=event.stage, parcel=nfc(event.parcel), geometry=event.geometry,
        area_m2=None if event.area_m2 is None else float(event.area_m2) + 0.0,  # SQLite keeps -0.0 as 0.0
        into=tuple(map(nfc, event.into)), refers=nfc(event.refers), note=nfc(event.note),
        facts=tuple((name, nfc(value) if isinstance(value, str) else value) for name, value in event.facts),
    )  # fmt: skip


def laid_out(seq: int, at: dt.datetime, event: Event) -> tuple[Event, Row, str]:
    """Return the event as it will be stored, its row and its canonical line.

    The line tells whether all text is in NFC: it holds all of it, between marks that join with nothing.
    """
    row = to_row(seq, at, event)
    written, area = line(row), event.area_m2
    tidy_area = area is None or (type(area) is float and (area != 0 or math.copysign(1, area) > 0))
    if tidy_area and (written.isascii() or unicodedata.is_normalized("NFC", written)):
        return event, row, written  # nearly always: building a million events anew took a third of the time of an append
    event = normal(event)
    row = to_row(seq, at, event)
    return event, row, line(row)


@functools.lru_cache(maxsize=4096)
def _iso(day: dt.date) -> str:
    return day.isoformat()


def to_row(seq: int, at: dt.datetime, event: Event) -> Row:
    """Lay out an entry in the order of :data:`FIELDS`, without its digest."""
    return (
        seq, instant(at), event.id, event.kind._value_, _iso(event.day), event.project, event.stage, event.parcel,
        event.area_m2, event.geometry, "\n".join(event.into), event.refers, _facts(event),
        event.source.number, _iso(event.source.date), event.source.file, event.source.sha256, event.by, event.note,
    )  # fmt: skip


def _facts(event: Event) -> str:
    return json.dumps(dict(event.facts), ensure_ascii=False, separators=(",", ":")) if event.facts else ""


def from_row(row: Row) -> Recorded:
    """Read an entry back from its stored columns (:data:`COLUMNS`)."""
    c = dict(zip(COLUMNS, row, strict=True))
    event = Event(
        id=c["id"], kind=Kind(c["kind"]), day=dt.date.fromisoformat(c["day"]), project=c["project"], stage=c["stage"],
        parcel=c["parcel"], area_m2=c["area_m2"], geometry=c["geometry"], into=tuple(c["into"].split("\n")) if c["into"] else (),
        refers=c["refers"], facts=tuple(json.loads(c["facts"]).items()) if c["facts"] else (), by=c["by"], note=c["note"],
        source=Document(c["document"], dt.date.fromisoformat(c["document_date"]), c["file"], c["sha256"]),
    )  # fmt: skip
    return Recorded(c["seq"], parse_instant(c["at"]), event, c["digest"])


def line(row: Row) -> str:
    """Return the canonical line of an entry.

    Examples
    --------
    >>> line((1, "2026-01-01T00:00:00.000000Z", "ab", "reached") + ("",) * 15)[:60]
    '{"seq":1,"at":"2026-01-01T00:00:00.000000Z","id":"ab","kind"'
    """
    seq, *words = row
    if type(seq) is int and type(words[_AREA]) is float:  # nearly every entry; the rest of its columns is text
        words[_AREA] = ""
        try:
            told = list(map(encode_basestring, words))
        except TypeError:
            return _any_line(row)
        told[_AREA] = _json(row[_AREA + 1])
        return _LINE % (seq, *told)
    return _any_line(row)


def _any_line(row: Row) -> str:
    return _LINE % tuple([encode_basestring(value) if type(value) is str else _json(value) for value in row])


def _json(value: object) -> str:
    if value is None:
        return "null"
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, default=repr)  # a column turned into a blob has a line too, another one


def chain(previous: str, row: Row) -> str:
    """Return the digest of an entry after the digest before it."""
    return follow(previous, line(row))


def follow(previous: str, written: str) -> str:
    """Return the digest of a canonical line after the digest before it."""
    return hashlib.sha256(f"{previous}{written}".encode(errors="surrogateescape")).hexdigest()


def differs(stored: Event, offered: Event) -> tuple[str, ...]:
    """Name the fields in which two events of one id disagree; who typed it, the scan and remarks do not count."""
    names = ("kind", "day", "project", "stage", "parcel", "area_m2", "geometry", "into", "refers", "facts")
    found = [n for n in names if getattr(stored, n) != getattr(offered, n)]
    papers = {
        "document": (stored.source.number, offered.source.number),
        "document_date": (stored.source.date, offered.source.date),
    }
    return (*found, *(n for n, (left, right) in papers.items() if left != right))
