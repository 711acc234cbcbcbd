"""What every command of ``enter`` asks for beside its own facts (project, day, document, who records), declared once."""

from __future__ import annotations

import dataclasses
import functools
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from typing import Any

    from parkgis.intake.enter import Paper
    from parkgis.intake.outcome import Outcome
    from parkgis.model import Document
    from parkgis.workspace import Workspace


@dataclasses.dataclass(frozen=True)
class Asked:
    """The options that commands share, as they were given; each attribute is an option."""

    project: options.ProjectOption = None
    day: options.DayOption = None
    document: options.DocumentOption = None
    document_date: options.DocumentDateOption = None
    note: options.NoteOption = ""
    by: options.ByOption = None
    lang: options.LangOption = None
    directory: options.DirOption = Path()

    @functools.cached_property
    def workspace(self) -> Workspace:
        return options.workspace(self.directory)

    @property
    def recorder(self) -> str:
        return options.user(self.by)

    def paper(self) -> Paper:
        """Return the paper behind an entry, or name every option that is missing."""
        from parkgis.intake.enter import Paper

        project, *_ = demand(project=self.project, day=self.day, document=self.document, document_date=self.document_date)
        return Paper(project, self.on(), self.source(), self.recorder, self.note)

    def source(self) -> Document:
        from parkgis.model import Document

        number, date = demand(document=self.document, document_date=self.document_date)
        return Document(number, options.day(date))

    def on(self) -> dt.date:
        """Return the day it became true; where none is given, that of the document."""
        (day,) = demand(document_date=self.day or self.document_date)
        return options.day(day)

    def say(self, outcome: Outcome) -> None:
        tables.print_outcome(outcome, options.words(self.lang, self.workspace))


def enters(*without: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of :class:`Asked`, which is its first argument; ``without`` names those it has no use for."""
    shared = [option for name, option in inspect.signature(Asked, eval_str=True).parameters.items() if name not in without]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**given: Any) -> None:
            command(Asked(**{option.name: given.pop(option.name) for option in shared}), **given)

        _, *own = inspect.signature(command, eval_str=True).parameters.values()
        vars(run)["__signature__"] = inspect.Signature([*own, *shared])  # what typer reads
        run.__annotations__ = {}
        return run

    return decorate


def demand(**given: str | None) -> list[str]:
    """Return the values, or name every option that is missing."""
    if missing := [f"--{name.replace('_', '-')}" for name, value in given.items() if not value]:
        raise UsageError(why=Reason("enter_missing", "missing {options}", options=", ".join(missing)))
    return [str(value) for value in given.values()]


def whole_dong(written: str) -> int:
    """Return dong written as digits alone, or refuse them."""
    if not (written.isascii() and written.isdigit()):
        raise UsageError(why=Reason("enter_amount", "{text} is no whole number of dong; write 1500000000", text=written))
    return int(written)
