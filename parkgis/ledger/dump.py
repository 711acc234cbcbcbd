"""A ledger as text: one readable line an entry, to keep beside, compare, mail; and back again.

::

    {"parkgis.ledger/v1":{"entries":2,"digest":"9c1f..."}}
    {"seq":1,"at":"2026-03-01T02:00:00.000000Z","id":...,"note":"","digest":"47d0..."}
    {"seq":2,...}

Each line is the canonical form that the digest is taken over (:mod:`parkgis.ledger.text`), with the digest
behind it. UTF-8, a line ends with LF; mail may turn that into CR LF or put a byte-order mark in front.
"""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
from typing import TYPE_CHECKING

from parkgis.errors import EventConflict, FileMissing, FileUnreadable, InputError, LedgerError, Reason
from parkgis.ledger import text
from parkgis.ledger.store import rejoin
from parkgis.model import Head, Kind, Recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from parkgis.ledger.store import Store
    from parkgis.model import Event

FORMAT = "parkgis.ledger/v1"


@dataclasses.dataclass(frozen=True, slots=True)
class Brought:
    """What came into a ledger from another.

    Attributes
    ----------
    restored : int
        Entries put in as they were, with their own seq, instant and digest.
    learned : int
        Entries of a ledger with another history, recorded as newly learned.
    already : int
        Entries that were there before.
    left_out : int
        Layers of the other workspace: their files are not here.
    """

    restored: int
    learned: int
    already: int
    left_out: int


def dump(store: Store) -> Iterator[str]:
    """Yield a ledger as lines of text, each with its line feed.

    Raises
    ------
    LedgerTampered
        At an entry that is not as it was written: what is passed on holds.
    """
    head = store.head()
    yield _header(head) + "\n"
    for row, entry in rejoin(Head(0, ""), itertools.islice(store.events(), head.seq), store.place):
        yield _entry_line(row, entry.digest) + "\n"


def _header(head: Head) -> str:
    return json.dumps({FORMAT: {"entries": head.seq, "digest": head.digest}}, separators=(",", ":"))


def _entry_line(row: text.Row, digest: str) -> str:
    return f'{text.line(row)[:-1]},"digest":"{digest}"}}'


def load(store: Store, path: Path) -> Brought:
    """Take a dump into a ledger, all of it or nothing.

    Into an empty ledger, or one that the dump continues, entries come with their own seq, instant and digest.
    Into a ledger with another history come the events whose id is not there, as newly learned; when and as
    what the other ledger learned them stands in their note. Layers of the other workspace stay out.

    Raises
    ------
    FileMissing, FileUnreadable, InputError
        Naming the line that is not as it was written.
    EventConflict
        When an id is there with other content.
    LedgerStale
        When somebody recorded in the meantime.
    """
    with _readable(path):
        end = read_head(path)
        return _bring(store, lambda: entries(path), end) or _learn(store, list(entries(path)))


def copy(source: Store, target: Store) -> Brought:
    """Put a ledger into another store; digests stay what they were.

    Raises
    ------
    LedgerError
        When the other store holds a ledger that this one does not continue.
    """
    brought = _bring(target, source.events, source.head())
    if brought is None:
        why = Reason("copy_differs", "it holds another ledger; to bring in what it lacks, use dump and load")
        raise LedgerError(path=target.place, why=why)
    return brought


def _bring(store: Store, others: Callable[[], Iterator[Recorded]], end: Head) -> Brought | None:
    """Restore what the other ledger, which ends with ``end``, has more; None when their histories differ."""
    head = store.head()
    shared = min(head.seq, end.seq)
    if shared:
        theirs, ours = next(itertools.islice(others(), shared - 1, None)), store.get(shared)
        if ours is None or ours.digest != theirs.digest:
            return None
    if end.seq <= head.seq:
        for _ in others():  # nothing to add, but a changed line is still refused
            pass
        return Brought(0, 0, end.seq, 0)
    return Brought(store.restore(itertools.islice(others(), head.seq, end.seq)), 0, head.seq, 0)


def _learn(store: Store, others: Sequence[Recorded]) -> Brought:
    head = store.head()
    there = store.find(entry.event.id for entry in others)
    for entry in others:
        ours = there.get(entry.event.id)
        if ours and (names := text.differs(ours.event, text.normal(entry.event))):
            raise EventConflict(path=store.place, seq=ours.seq, differs=", ".join(names))
    missing = [entry for entry in others if entry.event.id not in there]
    new = store.append([_noted(entry) for entry in missing if entry.event.kind is not Kind.LAYER], after=head.seq)
    return Brought(0, len(new), len(others) - len(missing), len(missing) - len(new))


def _noted(entry: Recorded) -> Event:
    """Return the event with a note of when, and as which entry, the other ledger learned it."""
    mark = f"[at {text.instant(entry.at)}, seq {entry.seq}]"
    return dataclasses.replace(entry.event, note=f"{entry.event.note} {mark}".strip())


# -- reading -----------------------------------------------------------------------------------------------


def read_head(path: Path) -> Head:
    """Read the first line of a dump: how many entries it holds and the digest of the last.

    Raises
    ------
    InputError
    """
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        first = file.readline().rstrip("\r\n")
    try:
        facts = json.loads(first)[FORMAT]
        head = Head(facts["entries"], facts["digest"])
    except (ValueError, TypeError, KeyError, RecursionError):
        head = Head(-1, "")
    if type(head.seq) is not int or _header(head) != first or head.seq < 0:
        raise InputError(
            path=path, why=Reason("dump_header", "line 1 is not the header of a ledger dump ({format})", format=FORMAT)
        )
    return head


def entries(path: Path) -> Iterator[Recorded]:
    """Yield the entries of a dump, each held against the chain.

    Raises
    ------
    InputError
        At the line that is not as it was written; at the end, when the end was cut off.
    """
    end, previous, seq = read_head(path), "", 0
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        lines = (line.rstrip("\r\n") for line in file)
        for number, line in enumerate(itertools.islice(lines, 1, None), start=2):
            if not line:
                continue
            entry, right = _read(path, number, line, previous)
            seq += 1
            if entry.seq != seq:
                place = "line {line}: entry {seq} stands where entry {expected} belongs"
                raise InputError(path=path, why=Reason("dump_order", place, line=number, seq=entry.seq, expected=seq))
            if entry.digest != right:
                changed = "line {line}: entry {seq} is not as it was written; ask for the file again"
                raise InputError(path=path, why=Reason("dump_changed", changed, line=number, seq=seq))
            previous = entry.digest
            yield entry
    if (seq, previous) != (end.seq, end.digest):
        cut = "it ends with entry {head}, but its header says {expected} entries: its end was cut off or the header changed"
        raise InputError(path=path, why=Reason("dump_cut", cut, head=seq, expected=end.seq))


def _read(path: Path, number: int, line: str, previous: str) -> tuple[Recorded, str]:
    """Read one line; return its entry, and the digest that it should have after the one before."""
    try:
        facts = json.loads(line)
        row = tuple(facts[name] for name in text.COLUMNS)
        entry = text.from_row(row)
        if _entry_line(row[:-1], entry.digest) == line:  # any other spelling is somebody's change
            return entry, text.chain(previous, row[:-1])
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        pass
    raise InputError(path=path, why=Reason("dump_line", "line {line} is not an entry of a ledger as it was written", line=number))


@contextlib.contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say in our words what the system says of a file."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(path=path) from error
    except UnicodeDecodeError as error:
        raise InputError(path=path, why=Reason("not_utf8", "not UTF-8")) from error
    except OSError as error:
        raise FileUnreadable(path=path, why=error.strerror or str(error)) from error
