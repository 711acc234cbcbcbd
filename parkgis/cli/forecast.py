"""The command that looks ahead: parkgis forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from parkgis.cli import options, tables


def forecast(
    on: options.OnOption = None,
    known: options.KnownOption = None,
    target: Annotated[str, typer.Option("--target", help="Id of one of [[targets]] in parkgis.toml. Default: the year's.")] = "",
    supposed: Annotated[
        list[str] | None,
        typer.Option(
            "--if", help='What if: "project=NSHL, paid by 2026-09-30" or "park=QV, nothing before 2026-10-01". Repeatable.'
        ),
    ] = None,
    if_file: Annotated[Path | None, typer.Option("--if-file", help="The same from a TOML file of [[if]] tables.")] = None,
    backtest: Annotated[bool, typer.Option("--backtest", help="Show every past month-end: forecast against what came.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave the test on the past out; the band is then untested.")] = False,
    draws: Annotated[int, typer.Option("--draws", min=200, max=100_000, help="Simulated cases.")] = 4000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same forecast.")] = 1,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Forecast where the hand-over will be by the target's day, how sure that is, and what moves it.

    Example: parkgis forecast --on 2026-06-30

    Example: parkgis forecast --backtest --if "project=NSHL, paid by 2026-09-30"
    """
    from parkgis.errors import Reason, UsageError
    from parkgis.outputs import outlook as drawn
    from parkgis.planning import suppose
    from parkgis.planning.outlook import find_goal, outlook

    if form is options.Format.csv:
        raise UsageError(
            why=Reason("format_none", "--format {wrong}: this command has only {formats}", wrong="csv", formats="text, json")
        )
    found = options.workspace(directory)
    words = options.words(lang, found)
    given = [*(suppose.parse(text) for text in supposed or ()), *(suppose.read(if_file) if if_file else ())]
    with tables.progress(words) as progress:
        progress("status", 0.05)
        snapshot = found.snapshot(options.cut(found, on, known))
        goal = find_goal(found, snapshot, target)
        answer = outlook(
            found, snapshot, goal, draws=draws, seed=seed, supposed=given, replay=backtest or not quick, progress=progress
        )  # fmt: skip
    typer.echo(drawn.as_json(answer, words) if form is options.Format.json else drawn.text(answer, words, table=backtest))
