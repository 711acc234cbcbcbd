"""Reports as they were sent: ``reports/kept/0001/``, ``0002/`` ... each with its files and ``report.json``.

A folder is put in its place whole and never written again. Its ``report.json`` names every file by SHA-256, the question
it answered, the ledger it rests on, and the SHA-256 of the ``report.json`` before: a report that was changed, or taken
out, is found by :func:`verify`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parkgis.errors import FileMissing, FileUnreadable, OutputFailed, Reason
from parkgis.layers.write import write_bytes
from parkgis.model import Cut, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parkgis.briefing import Briefing
    from parkgis.reporting.beside import Beside

ROOT = "parkgis.kept/v1"
NAME = "report.json"
FOLDER = ("reports", "kept")
_TRIES = 20  # others may keep a report at the same moment


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A report as it was sent.

    Attributes
    ----------
    number : int
        From 1, without gaps.
    at : datetime.datetime
        When it was kept (UTC).
    on, known : the two times of its question.
    files : mapping of str to str
        SHA-256 by name.
    before : str
        SHA-256 of the ``report.json`` of the number before; empty for the first.
    """

    number: int
    folder: Path
    at: dt.datetime
    by: str
    on: dt.date
    known: dt.datetime
    period: str
    scope: str
    head_seq: int
    digest: str
    files: Mapping[str, str]
    before: str

    @property
    def cut(self) -> Cut:
        return Cut(self.on, self.known)


def listed(root: Path) -> list[Kept]:
    """Return every report kept in a workspace, in order.

    Raises
    ------
    FileUnreadable
        When a ``report.json`` is none.
    """
    folder = root.joinpath(*FOLDER)
    numbers = sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit()) if folder.is_dir() else []
    return [_read(folder / f"{number:04}") for number in numbers]


def _read(folder: Path) -> Kept:
    path = folder / NAME
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))[ROOT]
        return Kept(
            int(facts["number"]), folder, dt.datetime.fromisoformat(facts["at"]), facts["by"], dt.date.fromisoformat(facts["on"]),
            dt.datetime.fromisoformat(facts["known"]), facts["period"], facts["scope"], facts["head_seq"], facts["digest"],
            dict(facts["files"]), facts["before"],
        )  # fmt: skip
    except FileNotFoundError as error:
        raise FileMissing(path=path) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileUnreadable(path=path, why=Reason("kept_form", "it is no record of a kept report")) from error


def latest(root: Path, period: str, scope: str, cut: Cut) -> Kept | None:
    """Return the newest report of a period and scope that was sent for an earlier day, known no later."""
    mine = (k for k in listed(root) if (k.period, k.scope) == (period, scope) and k.on < cut.on and k.known <= cut.known)
    return max(mine, key=lambda k: (k.on, k.number), default=None)


def keep(root: Path, files: Mapping[str, bytes], briefing: Briefing, beside: Beside, at: dt.datetime, by: str) -> Kept:
    """Keep a report as it is sent; whole, or not at all.

    Raises
    ------
    OutputFailed
    """
    folder = root.joinpath(*FOLDER)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside_it = Path(tempfile.mkdtemp(prefix=".kept-", dir=folder))
    except OSError as error:
        raise OutputFailed(path=folder, why=error.strerror or str(error)) from error
    try:
        for name, content in files.items():
            write_bytes(beside_it / name, content)
        return _number(folder, beside_it, files, briefing, beside, at, by)
    finally:
        shutil.rmtree(beside_it, ignore_errors=True)


def _number(
    folder: Path, made: Path, files: Mapping[str, bytes], briefing: Briefing, beside: Beside, at: dt.datetime, by: str
) -> Kept:  # fmt: skip
    """Give a report the next number; somebody who takes it first makes us take the one after."""
    scope = beside.scope
    facts: dict[str, Any] = {
        "at": at.isoformat(), "by": by, "on": briefing.on.isoformat(), "known": briefing.known.isoformat(),
        "period": beside.period, "scope": f"{scope.kind}:{scope.id}", "head_seq": briefing.head_seq, "digest": briefing.digest,
        "demo": briefing.demo, "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }  # fmt: skip
    why = ""
    for _ in range(_TRIES):
        before = listed(folder.parent.parent)
        number = before[-1].number + 1 if before else 1
        chain = _sha256(before[-1].folder / NAME) if before else ""
        body = {ROOT: {"number": number, **facts, "before": chain}}
        write_bytes(made / NAME, (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode())
        try:
            made.chmod(0o755)
            made.rename(folder / f"{number:04}")  # refused where the number is taken: the folder there is not empty
            return _read(folder / f"{number:04}")
        except OSError as error:
            why = error.strerror or str(error)
    raise OutputFailed(path=folder, why=why)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify(root: Path) -> tuple[Finding, ...]:
    """Return what is not as it was sent: a number that is missing, a record or a file that was changed or taken out."""
    return tuple(_wrong(listed(root)))


def _wrong(kept: list[Kept]) -> Iterator[Finding]:
    expected, chain = 1, ""
    for report in kept:
        if report.number != expected:
            yield Finding("kept_missing", Severity.ERROR, where=str(expected), facts={"number": expected})
        elif report.before != chain:
            yield Finding("kept_changed", Severity.ERROR, where=report.folder.name, facts={"file": NAME, "number": report.number})
        for name, digest in report.files.items():
            path = report.folder / name
            if not path.is_file() or _sha256(path) != digest:
                yield Finding(
                    "kept_changed", Severity.ERROR, where=report.folder.name, facts={"file": name, "number": report.number}
                )
        expected, chain = report.number + 1, _sha256(report.folder / NAME)
