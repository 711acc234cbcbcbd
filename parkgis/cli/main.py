"""The command line: parse, call, print, exit code. No arithmetic here.

Exit codes: 0 fine; 1 findings at or above ``--fail-on``; 2 wrong usage; then a decade a cause, as drawn in
:mod:`parkgis.errors`; 130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from parkgis.cli import (
    ask,
    blocks,
    boundary,
    brief,
    check,
    draw,
    enter,
    explain,
    export,
    figure,
    forecast,
    helping,
    options,
    record,
    repair,
    report,
    sheets,
    stated,
    target,
    transfer,
    usage,
)
from parkgis.errors import InputRefused, OutputFailed, ParkgisError, RowsRefused, UsageError

INTERRUPTED = 130

app = typer.Typer(
    name="parkgis",
    help="From farmland to industrial park: parcels, clearance ledger, hectares handed over, maps and reports.\n\n"
    "Start with: parkgis status   (in a workspace)   or   parkgis new DIR",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
ledger = typer.Typer(help="Look at the append-only ledger and verify that nobody changed it.", no_args_is_help=True)

app.command("new")(record.new)
app.command("demo")(draw.demo)
app.command("add")(record.add)
app.command("check")(check.check)
app.command("repair")(repair.repair)
app.command("record")(record.record)
app.command("status")(ask.status)
app.command("target")(target.target)
app.command("forecast")(forecast.forecast)
app.command("map")(draw.map_)
app.command("report")(report.report)
app.add_typer(report.app, name="reports")
app.command("figure")(figure.figure)
app.command("brief")(brief.brief)
app.command("blocks")(blocks.blocks)
app.command("blockers")(blocks.blockers)
app.command("export")(export.export)
app.add_typer(boundary.app, name="boundary")
ledger.command("log")(ask.log)
ledger.command("verify")(ask.verify)
ledger.command("compare")(sheets.compare)
ledger.command("diff")(explain.diff)
enter.app.command("approval")(stated.approval)
enter.app.command("count")(stated.count)
app.add_typer(enter.app, name="enter")
ledger.command("init")(transfer.init)
ledger.command("copy")(transfer.copy)
ledger.command("dump")(transfer.dump)
ledger.command("load")(transfer.load)
app.add_typer(ledger, name="ledger")
for group in (report.app, boundary.app, enter.app, ledger):
    group.callback()(options.spoken)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("parkgis"))
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback has said it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    lang: options.LangOption = None,
) -> None:
    options.spoken(context, lang)


def say_error(error: ParkgisError) -> None:
    """Write an error and the findings it carries to stderr, in the user's language."""
    from parkgis.findings import remedy, sentence

    words = options.fallback_words()
    key = f"error.{error.code}"
    facts = {name: words.value(name, fact) for name, fact in error.facts.items()}
    typer.echo(f"{words('cli.error')}: {words(key, **facts) if words.has(key) else error}", err=True)
    for finding in error.findings if isinstance(error, InputRefused | RowsRefused) else ():
        typer.echo(f"  {finding.where}  {sentence(finding, words)}", err=True)
        typer.echo(f"      {remedy(finding, words)}", err=True)
    if isinstance(error, InputRefused):
        codes = " ".join(f"--accept {f.code}" for f in error.findings)
        typer.echo(f"  {words('cli.accept_hint', codes=codes)}", err=True)


def main() -> None:
    """Run the command line; every refusal becomes one clear sentence and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # Windows consoles default to a code page
    try:
        command = typer.main.get_command(app)
        helping.attach(command)
        code = command(standalone_mode=False)  # so that what it refuses comes here, too
        if code == INTERRUPTED:  # typer turns Ctrl-C into this
            typer.echo(options.fallback_words()("cli.interrupted"), err=True)
        sys.exit(code)
    except usage.HelpShown as help_:
        typer.echo(help_, err=True)
        sys.exit(UsageError.exit_code)
    except usage.Refused as refused:
        say_error(usage.told(refused))
        typer.echo(f"  {options.fallback_words()('cli.usage_hint', command=usage.place(refused))}", err=True)
        sys.exit(UsageError.exit_code)
    except ParkgisError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `parkgis ledger log | head` closed the pipe
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - so that exit does not flush into it
        sys.exit(0)
    except OSError as error:
        failed = OutputFailed(path=error.filename or "?", why=error.strerror or str(error))
        say_error(failed)
        sys.exit(failed.exit_code)


if __name__ == "__main__":
    main()
