"""The command that explains: ledger diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables

if TYPE_CHECKING:
    from parkgis.model import Cut
    from parkgis.workspace import Workspace


def diff(
    start: Annotated[str, typer.Option("--from", help="Day of the earlier figure: 2026-06-30 or 30/06/2026.")],
    end: Annotated[str | None, typer.Option("--to", help="Day of the later figure. Default: today.")] = None,
    from_known: Annotated[
        str | None, typer.Option("--from-known", help="Hour of knowledge of the earlier one. Default: the end of its day.")
    ] = None,
    to_known: Annotated[
        str | None,
        typer.Option("--to-known", help="Hour of knowledge of the later one. Default: the end of its day; now for today."),
    ] = None,
    from_year: Annotated[
        int | None, typer.Option("--from-year", min=1, max=9998, help="Target year the earlier one counted.")
    ] = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Explain a change of the counted figure: new and late minutes, corrections, voids, layers; the parts add up.

    Example: parkgis ledger diff --from 2026-06-30 --to 2026-07-31
    """
    from parkgis.explain import explain
    from parkgis.outputs import difference

    found = options.workspace(directory)
    words = options.words(lang, found)
    years = (from_year, found.config.target.year) if from_year else None
    with tables.progress(words) as progress:
        progress("status", 0.1)
        told = explain(found, _cut(found, start, from_known), _cut(found, end, to_known), years)
    if form is options.Format.json:
        typer.echo(difference.as_json(told))
    elif form is options.Format.csv:
        typer.echo(difference.as_csv(told), nl=False)
    else:
        typer.echo(difference.text(told, words))


def _cut(found: Workspace, on: str | None, known: str | None) -> Cut:
    """Read a question; without an hour, a day is known at its own end in the workspace's zone."""
    from parkgis.explain import end_of

    if on is None or known is not None:
        return options.cut(found, on, known)
    return end_of(found, options.day(on))
