"""Commands that ask: status, check, ledger log, ledger verify. None of them writes."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.cli.record import fields

if TYPE_CHECKING:
    from parkgis.model import Cut
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace


class FailOn(enum.StrEnum):
    info = "info"
    warning = "warning"
    error = "error"
    never = "never"


FailOption = Annotated[FailOn, typer.Option("--fail-on", help="Exit with 1 when a finding is at least this bad.")]


class By(enum.StrEnum):
    project = "project"
    park = "park"
    commune = "commune"


def status(
    by: Annotated[By, typer.Option("--by", help="A row a project, a park, or a former commune within a project.")] = By.project,
    overdue: Annotated[bool, typer.Option("--overdue", help="List parcels past or near a legal time limit instead.")] = False,
    within: Annotated[int, typer.Option("--within", min=0, help="With --overdue: how many days ahead is near.")] = 10,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Say how many hectares are handed over toward the target, and where every project stands.

    Example: parkgis status --on 2026-06-30 --known 2026-06-30T17:00+07:00

    Example: parkgis status --overdue --within 15
    """
    from parkgis.briefing import brief
    from parkgis.outputs import plain

    found = options.workspace(directory)
    if overdue:
        _overdue(found, options.cut(found, on, known), within, form, options.words(lang, found))
        return
    briefing = brief(found, found.snapshot(options.cut(found, on, known)), papers=False)
    words = options.words(lang, found)
    if form is options.Format.json:
        typer.echo(plain.status_json(briefing, words.lang))
    elif form is options.Format.csv:
        typer.echo(plain.status_csv(briefing, words.lang, by.value), nl=False)
    else:
        tables.print_status(briefing, words, by.value)


def _overdue(found: Workspace, cut: Cut, within: int, form: options.Format, words: Words) -> None:
    from parkgis.cli import matters as shown
    from parkgis.outputs import matters

    held = found.overdue(found.snapshot(cut), within)
    if form is options.Format.json:
        typer.echo(matters.overdue_json(held, words))
    elif form is options.Format.csv:
        typer.echo(matters.overdue_csv(held, words), nl=False)
    else:
        shown.print_overdue(held, found.config.name, words)


def check(
    file: Annotated[Path | None, typer.Argument(help="A file to judge as `add` would, writing nothing.")] = None,
    project: Annotated[str | None, typer.Option("--project", help="Project the file belongs to.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="The file's own coordinate system.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Encoding of its text.")] = None,
    layer: Annotated[str | None, typer.Option("--layer", help="Layer, where the file holds several.")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="ROLE=COLUMN.")] = None,
    swap_xy: Annotated[bool, typer.Option("--swap-xy", help="The file's X is the northing.")] = False,
    accept: Annotated[list[str] | None, typer.Option("--accept", help="Code of a finding to let pass.")] = None,
    fail_on: FailOption = FailOn.error,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """List what a person should look at: in a file before it is added, or in the workspace.

    Example: parkgis check thua-dat.shp --project NSHL

    Example: parkgis check --fail-on warning
    """
    from parkgis.errors import Reason, UsageError
    from parkgis.intake import add, inspect
    from parkgis.outputs import plain

    found = options.workspace(directory)
    words = options.words(lang, found)
    if file is not None:
        if project is None:
            raise UsageError(why=Reason("which_project", "which project does the file belong to? Pass --project ID"))
        told = add.Options(layer, crs, encoding, swap_xy, fields(field), tuple(accept or ()))
        with tables.progress(words) as progress:
            findings = inspect.file_findings(found, project, file, told, progress)
    else:
        findings = inspect.workspace_findings(found, options.cut(found, on, known))
    if form is options.Format.text:
        tables.print_findings(findings, words)
    else:
        typer.echo(plain.findings(findings, words, form.value), nl=form is options.Format.json)
    worst = max((f.severity for f in findings), default=0)
    if fail_on is not FailOn.never and worst >= inspect.LEVELS[fail_on.value]:
        raise typer.Exit(1)


def log(
    on: options.OnOption = None,
    known: options.KnownOption = None,
    last: Annotated[int | None, typer.Option("--last", min=1, help="Only the last so many entries.")] = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """List the entries of the ledger in the order they were recorded.

    Example: parkgis ledger log --last 20
    """
    from collections import deque

    from parkgis.outputs import plain

    found = options.workspace(directory)
    words = options.words(lang, found)
    entries = deque(found.store.events(options.cut(found, on, known)), maxlen=last)
    if form is options.Format.text:
        tables.print_entries(entries, found.store.find(e.event.refers for e in entries if e.event.refers), words)
    else:
        typer.echo(plain.entries(entries, form.value), nl=form is options.Format.json)


def verify(
    form: options.FormatOption = options.Format.text, lang: options.LangOption = None, directory: options.DirOption = Path()
) -> None:
    """Recompute the digest chain and the files behind it; exit with 31 when something was changed.

    Example: parkgis ledger verify
    """
    from parkgis.intake import inspect
    from parkgis.outputs import plain

    found = options.workspace(directory)
    words = options.words(lang, found)
    with tables.progress(words) as progress:
        progress("verify", 0.0)
        findings = inspect.ledger_findings(found)
    head = found.store.head()
    if form is not options.Format.text:
        typer.echo(plain.findings(findings, words, form.value), nl=form is options.Format.json)
    elif findings:
        tables.print_findings(findings, words)
    else:
        typer.echo(words("cli.verified", entries=head.seq, digest=head.digest[:12] or "–"))
    if findings:
        raise typer.Exit(31)
