"""Lists of land: record them from a table, write a template, compare the ledger with somebody else's list."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import OutputFailed, Reason, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.intake.compare import Comparison
    from parkgis.intake.minutes import Outcome
    from parkgis.ledger.sheets import Given, Reading, Understood
    from parkgis.ledger.sheets.headers import Column
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

    Echo = Callable[[str], None]

SHOWN = 20  # lines of a group in the terminal


def given(
    project: str | None, stage: str | None, day: str | None, document: str | None, document_date: str | None, kind: str = ""
) -> Given:
    """Return what the options of ``record`` say of every row."""
    from parkgis.ledger.sheets import Given

    return Given(
        project or "", stage or "", options.day(day) if day else None, document or "",
        options.day(document_date) if document_date else None, kind_code(kind) if kind else "",
    )  # fmt: skip


def kind_code(said: str) -> str:
    """Return the code of a kind of entry, however it was named.

    Raises
    ------
    UsageError
    """
    from parkgis.intake.kinds import kind_of
    from parkgis.rules.kinds import sheet_kinds

    found = kind_of(said)
    if found is None:
        kinds = ", ".join(sheet_kinds())
        raise UsageError(why=Reason("kind_unknown", "there is no kind {kind}; the kinds are: {kinds}", kind=said, kinds=kinds))
    return found.value


def record_table(found: Workspace, table: Path, told: Given, by: str, words: Words, *, dry_run: bool) -> Outcome | None:
    """Show what a table was understood to say, then record all of it or nothing; None when only shown.

    Raises
    ------
    RowsRefused
    """
    from parkgis.intake import minutes
    from parkgis.intake.rows import plan_file
    from parkgis.ledger import sheets

    with tables.progress(words) as progress:
        progress("read", 0.0)
        understood = sheets.understood(table, told)
        progress("check", 0.5)
        planned = plan_file(found, understood, by)
    print_understood(understood, words, err=not dry_run)  # beside the result, unless it is the result
    if not dry_run:
        return minutes.record_plan(found, planned, table)
    typer.echo("")
    if planned.findings:
        tables.print_findings(planned.findings, words)
    if planned.refused:
        typer.echo(words("sheets.dry_refused", count=len(planned.refused)))
        raise typer.Exit(1)
    typer.echo(words("sheets.dry_run", count=len(planned.events), already=planned.already))
    return None


def write_template(found: Workspace, path: Path, project: str | None, words: Words, kind: str = "") -> None:
    """Write an empty workbook for minutes; an existing file is left alone.

    Raises
    ------
    ProjectUnknown, OutputFailed, ExtraMissing
    """
    from parkgis.outputs import template

    if project:
        found.project(project)
    content = template.build(found.projects, words, demo=found.config.demo, project=project or "", kind=kind_code(kind))
    _write(path, content, new=True)
    tables.print_written([path], "text", words)


def _write(path: Path, content: bytes, *, new: bool = False) -> None:
    try:
        with path.open("xb" if new else "wb") as file:
            file.write(content)
    except OSError as error:
        raise OutputFailed(path=path, why=error.strerror or str(error)) from error


# -- what was understood -----------------------------------------------------------------------------------


def print_understood(understood: Understood, words: Words, *, err: bool = False) -> None:
    """Print heading, columns, rows and totals of every sheet, and what was left out."""
    echo = functools.partial(typer.echo, err=err)
    rows, parcels = (sum(getattr(s, name) for s in understood.sheets) for name in ("rows", "parcels"))
    echo(words("sheets.file", file=understood.file, sheets=len(understood.sheets), rows=rows, parcels=parcels))
    for reading in understood.sheets:
        if reading.state != "read":
            echo(words(f"sheets.state_{reading.state}", name=reading.name))
        else:
            _print_reading(reading, words, echo)


def _print_reading(reading: Reading, words: Words, echo: Echo) -> None:
    heading = reading.heading
    assert heading is not None
    echo(words("sheets.sheet_read", name=reading.name) if reading.name else words("sheets.sheet_csv"))
    one = heading.first == heading.last
    key, last = ("heading_one", {}) if one else ("heading_more", {"row_last": heading.last})
    echo(words(f"sheets.{key}", row_first=heading.first, **last))
    for column in heading.roles().values():
        key = "sheets.column_ha" if column.role == "area_m2" and column.unit in ("ha", "hecta") else "sheets.column"
        echo(words(key, column=column.label, role=words(f"sheets.{column.role}")))
    _print_left_out(heading.columns, words, echo)
    if reading.paper:
        echo(words("sheets.paper", number=reading.paper[0], date=reading.paper[1]))
    _print_rows(reading, words, echo)


def _print_left_out(columns: Sequence[Column], words: Words, echo: Echo) -> None:
    known = [c for c in columns if c.role in ("index", "land", "address", "area_other")]
    for key, left in (
        ("left_out", known),
        ("personal_out", [c for c in columns if c.role == "personal"]),
        ("unknown_columns", [c for c in columns if not c.role]),
    ):
        if left:
            echo(words(f"sheets.{key}", columns=", ".join(c.label for c in left)))


def _print_rows(reading: Reading, words: Words, echo: Echo) -> None:
    if not reading.rows:
        echo(words("sheets.rows_none"))
    else:
        area = words("word.unknown") if reading.area_m2 is None else words.number(reading.area_m2, 1)
        echo(
            words(
                "sheets.rows", row_first=reading.first, row_last=reading.last, rows=reading.rows, parcels=reading.parcels, area=area
            )
        )
    if reading.places:
        echo(words("sheets.places", places=", ".join(reading.places)))
    for total in reading.totals:
        state = {True: "good", False: "bad", None: "unchecked"}[total.agrees]
        facts = {"row": total.row, "label": f"“{total.label}”"}
        if total.stated_m2 is not None and state != "unchecked":
            facts["stated"] = words.number(total.stated_m2, 1)
        if total.summed_m2 is not None and state == "bad":
            facts["summed"] = words.number(total.summed_m2, 1)
        echo(words(f"sheets.total_{state}", **facts))
    if reading.skipped:
        said = [f"{row} {text}".strip() for row, text in reading.skipped[:SHOWN]]
        echo(words("sheets.skipped", rows="; ".join(said) + (" …" if len(reading.skipped) > SHOWN else "")))


# -- comparing ---------------------------------------------------------------------------------------------


def compare(
    other: Annotated[Path, typer.Argument(help="The commune's or developer's list: XLSX, CSV, GeoPackage, or another ledger.")],
    project: Annotated[str | None, typer.Option("--project", help="Id of the project. Default: all of them.")] = None,
    stage: Annotated[str | None, typer.Option("--stage", help="Stage reached. Default: the one that counts.")] = None,
    layer: Annotated[str | None, typer.Option("--layer", help="Layer, where the file holds several.")] = None,
    field: Annotated[
        list[str] | None, typer.Option("--field", help="ROLE=COLUMN of a layer; roles: sheet parcel area commune.")
    ] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Also write a page to print and sign: FILE.html.")] = None,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Compare the ledger with somebody else's list: matched, area differs, only here, only there, ambiguous.

    Example: parkgis ledger compare danh-sach-xa.xlsx --project NSHL --page doi-chieu.html
    """
    from parkgis.intake.reconcile import reconcile
    from parkgis.outputs import comparison as drawn

    found = options.workspace(directory)
    words = options.words(lang, found)
    with tables.progress(words) as progress:
        progress("read", 0.0)
        compared = reconcile(found, other, options.cut(found, on, known), project or "", stage or "", layer, options.fields(field))
    if form is options.Format.json:
        typer.echo(drawn.as_json(compared))
    elif form is options.Format.csv:
        typer.echo(drawn.as_csv(compared), nl=False)
    else:
        print_comparison(compared, words)
    if page is not None:
        name = found.project(project).name(words.lang) if project else ""
        _write(page, drawn.page(compared, words, found.config.board(words.lang), name).encode())
        tables.say_written(page, words, err=True)


def print_comparison(compared: Comparison, words: Words) -> None:
    """Print the sums of each group, then what does not agree."""
    from parkgis.outputs import comparison as drawn
    from parkgis.rules import stage

    if compared.demo:
        typer.echo(f"*** {words('word.demo')} ***")
    typer.echo(words("sheets.subject", stage=stage(compared.stage).name(words.lang), on=compared.on))
    typer.echo(words("sheets.source_here", head_seq=compared.head_seq, known=compared.known, digest=compared.digest[:12]))
    typer.echo(words("sheets.source_there", file=compared.file, sha256=compared.sha256[:12]))
    titles = ("group", "here_parcels", "here_document", "here_grid", "there_parcels", "there_area", "unknown")
    rows = [
        (words("sheets.all" if code == "all" else f"sheets.group_{code}"), *cells) for code, cells in drawn.sums(compared, words)
    ]
    tables.print_table("", [(words(f"sheets.{t}"), "right" if n else "") for n, t in enumerate(titles)], rows)
    for group in compared.groups:
        if group.code != "matched" and group.here + group.there:
            _print_group(compared, group.code, words)
    if compared.findings:
        tables.print_findings(compared.findings, words)


def _print_group(compared: Comparison, code: str, words: Words) -> None:
    from parkgis.outputs import comparison as drawn

    lines = [line for line in compared.lines if line.group == code]
    titles = ("key", "line_project", "here_area", "basis", "there_area", "difference", "place_there")
    columns = [(words(f"sheets.{t}"), "right" if t in ("here_area", "there_area", "difference") else "") for t in titles]
    tables.print_table(words(f"sheets.group_{code}"), columns, [drawn.cells(compared, line, words) for line in lines[:SHOWN]])
    if len(lines) > SHOWN:
        typer.echo(words("sheets.more_lines", count=len(lines) - SHOWN))
