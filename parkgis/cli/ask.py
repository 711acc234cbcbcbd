"""Commands that ask: status, ledger log, ledger verify. None of them writes."""

from __future__ import annotations

import enum
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.model import Cut
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace


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
        shown.print_overdue(held, found.as_known(held.known).config.name, words)


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
    digest: Annotated[
        str | None,
        typer.Option("--digest", help="A digest noted elsewhere (12 digits or more): is everything before it unchanged?"),
    ] = None,
    against: Annotated[Path | None, typer.Option("--against", help="An older dump: is every entry of it here as it was?")] = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Recompute the digest chain and the files behind it; exit with 31 when something was changed.

    Example: parkgis ledger verify

    Example: parkgis ledger verify --digest 9c1f03aa77e2

    Example: parkgis ledger verify --against so-theo-doi-2026-06-30.txt
    """
    from parkgis.intake import inspect
    from parkgis.ledger import dump
    from parkgis.ledger.verify import against_entries, digest_findings
    from parkgis.outputs import plain

    found = options.workspace(directory)
    words = options.words(lang, found)
    _demand_digest(digest)
    with tables.progress(words) as progress:
        progress("verify", 0.0)
        findings = [*inspect.ledger_findings(found)]
        held, gone = digest_findings(found.store, digest) if digest else (None, [])
        findings += gone
        findings += against_entries(found.store, dump.entries(against)) if against else []
    if form is not options.Format.text:
        typer.echo(plain.findings(findings, words, form.value), nl=form is options.Format.json)
    elif findings:
        tables.print_findings(findings, words)
    else:
        _say_verified(found, held, against, words)
    if findings:
        raise typer.Exit(31)


def _demand_digest(digest: str | None) -> None:
    if digest is not None and not re.fullmatch("[0-9a-fA-F]{12,64}", digest.strip()):
        raise UsageError(why=Reason("digest_form", "{text} is no digest: write at least its first 12 digits", text=digest))


def _say_verified(found: Workspace, held: int | None, against: Path | None, words: Words) -> None:
    head = found.store.head()
    typer.echo(words("cli.verified", entries=head.seq, digest=head.digest[:12] or "–"))
    if held is not None:
        typer.echo(words("cli.verified_digest", seq=held))
    if against is not None:
        typer.echo(words("cli.verified_against", file=against.name))
    if held is None and against is None and head.seq:
        typer.echo(words("cli.verified_alone", digest=head.digest[:12]))
