"""``parkgis check``: what a person should look at, on the screen, in a workbook, and on the map."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError
from parkgis.findings import place, remedy, sentence
from parkgis.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.intake.inspect import Checked, Report
    from parkgis.layers.checks import Marks
    from parkgis.model import Finding
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

EXAMPLES = 3  # places shown of each finding
SUFFIXES = (".xlsx", ".gpkg", ".json")


class FailOn(enum.StrEnum):
    info = "info"
    warning = "warning"
    error = "error"
    never = "never"


def check(
    file: Annotated[Path | None, typer.Argument(help="A file to judge as `add` would, writing nothing.")] = None,
    project: options.ProjectOption = None,
    crs: options.CrsOption = None,
    encoding: options.EncodingOption = None,
    layer: options.LayerOption = None,
    field: options.FieldOption = None,
    swap_xy: options.SwapOption = False,
    accept: options.PassOption = None,
    linework: options.LineworkOption = None,
    sheet: options.SheetOption = "",
    output: Annotated[
        list[Path] | None, typer.Option("--output", help="Write every place to FILE.xlsx, FILE.gpkg (for QGIS) or FILE.json.")
    ] = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit with 1 when a finding is at least this bad.")] = FailOn.error,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """List what a person should look at: in a file before it is added, or in the workspace.

    Example: parkgis check thua-dat.shp --project NSHL

    Example: parkgis check --project NSHL --output kiem-tra.gpkg --output kiem-tra.xlsx

    Example: parkgis check --fail-on warning
    """
    from parkgis.intake import add, inspect

    for path in output or ():
        if path.suffix.lower() not in SUFFIXES:
            raise UsageError(why=Reason("check_output", "{path}: findings go to .xlsx, .gpkg or .json", path=path))
    found = options.workspace(directory)
    words = options.words(lang, found)
    with tables.progress(words) as progress:
        if file is None:
            report = inspect.workspace_report(found, options.cut(found, on, known), project, progress)
        elif project is None:
            raise UsageError(why=Reason("which_project", "which project does the file belong to? Pass --project ID"))
        else:
            told = add.Options(
                layer, crs, encoding, swap_xy, options.fields(field), tuple(accept or ()), linework=linework, sheet=sheet
            )
            report = inspect.file_report(found, project, file, told, progress)
    _say(report, form, words, demo=found.config.demo)
    for path in output or ():
        for written in _write(report, path, found, words):
            tables.say_written(written, words, err=form is not options.Format.text)
    worst = max((f.severity for f in report.findings), default=0)
    if fail_on is not FailOn.never and worst >= inspect.LEVELS[fail_on.value]:
        raise typer.Exit(1)


def _say(report: Report, form: options.Format, words: Words, *, demo: bool) -> None:
    from parkgis.outputs import plain

    if form is options.Format.csv:
        typer.echo(plain.findings(report.findings, words, form.value), nl=False)
    elif form is options.Format.json:
        typer.echo(_json(report, words))
    else:
        _print(report, words, demo=demo)


def _json(report: Report, words: Words) -> str:
    """Return the findings as ever, and beside them each place: ``{"parkgis.findings/v1": …, "parkgis.places/v1": …}``."""
    import shapely

    from parkgis.outputs import finding_text, plain

    root = json.loads(plain.findings(report.findings, words, "json"))
    rows = finding_text.rows(report.checked)
    bare = rows.drop(columns=["geometry", *(c for c in rows.columns if c.startswith("remedy_"))])
    bare["wkt"] = shapely.to_wkt(rows.geometry.values, rounding_precision=3)
    bare = bare.astype(object).where(bare.notna(), None)
    root["parkgis.places/v1"] = [dict(zip(bare.columns, row, strict=True)) for row in bare.itertuples(index=False)]
    return json.dumps(root, ensure_ascii=False, indent=2)


def _write(report: Report, path: Path, found: Workspace, words: Words) -> list[Path]:
    from parkgis.layers.write import write_bytes, write_text

    if path.suffix.lower() == ".json":
        write_text(path, _json(report, words) + "\n")
        return [path]
    from parkgis.outputs import finding_text

    rows, at, demo = finding_text.rows(report.checked), found.clock(), found.config.demo
    if path.suffix.lower() == ".gpkg":
        from parkgis.outputs import finding_layer

        return finding_layer.write(rows, path, words, at, demo=demo)
    from parkgis.outputs import finding_book

    write_bytes(path, finding_book.book(report.findings, rows, words, at, demo=demo))
    return [path]


def _print(report: Report, words: Words, *, demo: bool) -> None:
    if demo:
        typer.echo(f"*** {words('word.demo')} ***\n")
    behind = {(finding.code, finding.where): (one, marks) for finding, one, marks in _places(report)}
    groups: dict[tuple[int, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((finding.severity, finding.code), []).append(finding)
    for group in groups.values():
        _print_group(group, behind, words)
    if not report.findings:
        typer.echo(words("check.nothing"))
    counts = {level: len({f.code for f in report.findings if f.severity is level}) for level in Severity}
    places = sum(len(marks) for one in report.checked for marks in one.marks)
    if report.checked:
        parcels = sum(len(one.case.frame) for one in report.checked)
        typer.echo(words("check.checked", parcels=parcels, projects=len(report.checked)))
    typer.echo(words("check.worst", places=places, **{level.name.lower(): count for level, count in counts.items()}))


def _places(report: Report) -> Iterator[tuple[Finding, Checked, Marks]]:
    for one in report.checked:
        for finding, marks in zip(one.findings(), one.marks, strict=True):
            yield finding, one, marks


def _print_group(group: list[Finding], behind: dict[tuple[str, str], tuple[Checked, Marks]], words: Words) -> None:
    """Print what one check found in every project, and what to do about it once."""
    typer.echo(f"{words(f'cli.severity_{group[0].severity.name.lower()}')}  {group[0].code}")
    for number, finding in enumerate(group):
        typer.echo(f"    {f'{where}: ' if (where := _whose(finding, behind, words)) else ''}{sentence(finding, words)}")
        if pair := behind.get((finding.code, finding.where)):
            _print_examples(*pair, words, EXAMPLES if len(group) == 1 else 1)
        if number + 1 == len(group) or remedy(group[number + 1], words) != remedy(finding, words):
            typer.echo(f"    {words('check.todo', remedy=remedy(finding, words))}\n")


def _whose(finding: Finding, behind: dict[tuple[str, str], tuple[Checked, Marks]], words: Words) -> str:
    """Say where a finding lies: the project for one with places below it, else all it knows."""
    pair = behind.get((finding.code, finding.where))
    return pair[0].project if pair else place(finding, words)


def _print_examples(one: Checked, marks: Marks, words: Words, most: int) -> None:
    """Show the worst places; one place that says no more than its finding is not said twice."""
    import numpy as np

    from parkgis.layers.checks import NOBODY
    from parkgis.outputs.finding_text import line, middles

    order = marks.worst_first()[:most]
    if (marks.rows[order] == NOBODY).all() and marks.code != "gap":
        return
    middle = middles(marks)[order]
    for at, (east, north) in zip(order, middle, strict=True):
        key = one.case.keys(marks.rows[at : at + 1])[0] if marks.rows[at] != NOBODY else words("word.none")
        where = words("check.at", east=words.number(east, 1), north=words.number(north, 1)) if np.isfinite(east) else ""
        typer.echo(f"      {key}: {line(one.case, marks, int(at), words)}" + (f"  ({where})" if where else ""))
    if most > 1 and len(marks) > len(order):
        typer.echo(f"      {words('check.more', count=len(marks) - len(order))}")
