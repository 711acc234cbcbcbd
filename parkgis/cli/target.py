"""The command that holds every target against the ledger: parkgis target."""

from __future__ import annotations

from pathlib import Path

import typer

from parkgis.cli import options, tables


def target(
    on: options.OnOption = None,
    known: options.KnownOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Show every target: counted, pace needed a working day, plan by month, Earned Schedule; and the year's other goals.

    Example: parkgis target --on 2026-06-30 --format json
    """
    from parkgis.errors import Reason, UsageError
    from parkgis.outputs import targets as drawn
    from parkgis.planning.target import targets

    if form is options.Format.csv:
        raise UsageError(
            why=Reason("format_none", "--format {wrong}: this command has only {formats}", wrong="csv", formats="text, json")
        )
    found = options.workspace(directory)
    words = options.words(lang, found)
    with tables.progress(words) as progress:
        progress("target", 0.1)
        answer = targets(found, found.snapshot(options.cut(found, on, known)))
    typer.echo(drawn.as_json(answer) if form is options.Format.json else drawn.text(answer, words))
