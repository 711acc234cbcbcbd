"""Who is behind a pseudonym: names and ID numbers of land users, in a file of their own that no output reads.

::

    private/README.txt        what the folder is, and that it is not to be passed on
    private/holders.sqlite    project, pseudonym, name, ID number; readable by its owner only (POSIX)
    private/holders.lock      held while somebody adds parcels

A parcel layer holds a pseudonym (``H000123``). Pseudonyms are drawn at random: a hash of a name can be
guessed from a list of names, a random number cannot. In one project the same name with the same ID number
keeps its pseudonym over every vintage; another project gives the person another one. Where the list states
no ID number, the name alone decides.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import tempfile
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from parkgis.errors import FileUnreadable, OutputFailed, Reason
from parkgis.words.catalogue import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    Draw = Callable[[int], int]

FOLDER, BOOK, LOCK, README = "private", "holders.sqlite", "holders.lock", "README.txt"
DIGITS = 6
CROWDED = 0.5  # of the numbers of one width taken, and pseudonyms grow by a digit
WAIT_SECONDS = 30.0
LEFT_OVER = ".holders-"  # before the name of a copy that a crash left behind
SCHEMA = """\
CREATE TABLE IF NOT EXISTS holders (
  project TEXT NOT NULL, pseudonym TEXT NOT NULL UNIQUE, name TEXT NOT NULL, id_number TEXT NOT NULL, identity TEXT NOT NULL,
  PRIMARY KEY (project, pseudonym), UNIQUE (project, identity));
"""


class Person(NamedTuple):
    """A land user as a list names one; both texts may be empty."""

    name: str
    id_number: str = ""


class Holder(NamedTuple):
    """A person with the pseudonym that stands for them in a project's parcel layer."""

    project: str
    pseudonym: str
    name: str
    id_number: str


def path_of(root: Path) -> Path:
    """Return where a workspace keeps its holders; the file need not exist."""
    return root / FOLDER / BOOK


def holders(root: Path) -> tuple[Holder, ...]:
    """Return everybody on file, by project and pseudonym; nobody where there is no file.

    Raises
    ------
    FileUnreadable
    """
    path = path_of(root)
    if not path.exists():
        return ()
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as book:
            rows = book.execute("SELECT project, pseudonym, name, id_number FROM holders ORDER BY project, pseudonym")
            return tuple(Holder(*row) for row in rows)
    except sqlite3.DatabaseError as error:
        raise FileUnreadable(path=path, why=str(error)) from error


@contextlib.contextmanager
def enrolled(root: Path, project: str, people: Sequence[Person], draw: Draw = secrets.randbelow) -> Iterator[list[str]]:
    """Hand out the pseudonyms of people and keep them on file if the block succeeds.

    The file is complete before the block runs, so that no layer ever holds a pseudonym that means nobody; if
    the block fails, the file is put back byte for byte. Others who add parcels wait meanwhile.

    Parameters
    ----------
    root : Path
        Of the workspace.
    project : str
    people : sequence of Person
    draw : callable, optional
        ``draw(n)`` returns a random number below ``n``.

    Yields
    ------
    list of str
        A pseudonym a person, in their order; empty for one without name and number.

    Raises
    ------
    OutputFailed
    """
    path = path_of(root)
    with _alone(path.parent):
        before = path.read_bytes() if path.exists() else None
        with _translated(path):
            pseudonyms = _placed(path, project, people, draw)
        try:
            yield pseudonyms
        except BaseException:  # Ctrl-C too
            _put_back(path, before)
            raise


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as error:
        raise OutputFailed(path=path, why=getattr(error, "strerror", None) or str(error)) from error


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system lets go of it when the program dies."""
    with _translated(folder):
        _furnish(folder)
        lock = sqlite3.connect(folder / LOCK, timeout=WAIT_SECONDS, isolation_level=None)
    with contextlib.closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise OutputFailed(path=folder, why=Reason("holders_held", "another program is adding parcels here")) from error
        for rest in folder.glob(f"{LEFT_OVER}*"):
            rest.unlink()
        yield


def _furnish(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = "\n".join(Words(lang)("export.private_readme") for lang in LANGUAGES)
    for name, text in ((README, about), (".gitignore", "*\n")):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _placed(path: Path, project: str, people: Sequence[Person], draw: Draw) -> list[str]:
    """Enrol people in a copy of the file and put the copy in its place; nothing is touched where all are known."""
    handle, name = tempfile.mkstemp(prefix=LEFT_OVER, dir=path.parent)  # only its owner may read it, from the start
    os.close(handle)
    copy = Path(name)
    try:
        if path.exists():
            shutil.copyfile(path, copy)
        pseudonyms, news = _enrol(copy, project, people, draw)
        if news:
            copy.replace(path)
    finally:
        copy.unlink(missing_ok=True)
    return pseudonyms


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    elif path.read_bytes() != before:
        handle, name = tempfile.mkstemp(prefix=LEFT_OVER, dir=path.parent)
        with os.fdopen(handle, "wb") as copy:
            copy.write(before)
        Path(name).replace(path)


def _enrol(book_path: Path, project: str, people: Sequence[Person], draw: Draw) -> tuple[list[str], int]:
    with contextlib.closing(sqlite3.connect(book_path)) as book, book:
        book.execute(SCHEMA)
        known = dict(book.execute("SELECT identity, pseudonym FROM holders WHERE project = ?", [project]))
        taken = {row[0] for row in book.execute("SELECT pseudonym FROM holders")}
        news, found = [], []
        for person in map(_tidy, people):
            identity = _identity(person)
            if any(person) and identity not in known:
                known[identity] = _mint(taken, draw)
                taken.add(known[identity])
                news.append((project, known[identity], *person, identity))
            found.append(known[identity] if any(person) else "")
        book.executemany("INSERT INTO holders VALUES (?, ?, ?, ?, ?)", news)
    return found, len(news)


def _tidy(person: Person) -> Person:
    return Person(*(" ".join(unicodedata.normalize("NFC", text).split()) for text in person))


def _identity(person: Person) -> str:
    """Return what makes two rows one person: name and number without regard to case or blanks."""
    return f"{person.name.casefold()}\x1f{''.join(person.id_number.split()).casefold()}"


def _mint(taken: Collection[str], draw: Draw) -> str:
    digits = DIGITS
    while len(taken) >= CROWDED * 10**digits:
        digits += 1
    while (pseudonym := f"H{draw(10**digits):0{digits}d}") in taken:
        pass
    return pseudonym
