"""Commands that enter what is no stage reached: splits, merges, obstacles, money, plans, certificates, confirmations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.intake.enter import Paper
    from parkgis.intake.minutes import Outcome
    from parkgis.workspace import Workspace

app = typer.Typer(
    help="Enter what is no stage reached: splits, merges, obstacles, payments, approved plans, counts, certificates, "
    "plans by month, the definition, confirmations.",
    no_args_is_help=True,
)

ProjectOption = Annotated[str | None, typer.Option("--project", help="Id of the project.")]
DayOption = Annotated[str | None, typer.Option("--day", help="Day it became true: 2026-06-30 or 30/06/2026.")]
DocumentOption = Annotated[str | None, typer.Option("--document", help="Number of the document behind it.")]
DateOption = Annotated[str | None, typer.Option("--document-date", help="Its date.")]
NoteOption = Annotated[str, typer.Option("--note", help="Remark, or the reason.")]
FOR_PARCEL = "SHEET/PARCEL or COMMUNE/SHEET/PARCEL"


def demand(**given: str | None) -> list[str]:
    """Return the values, or name every option that is missing."""
    if missing := [f"--{name.replace('_', '-')}" for name, value in given.items() if not value]:
        raise UsageError(why=Reason("enter_missing", "missing {options}", options=", ".join(missing)))
    return [str(value) for value in given.values()]


def paper_of(
    project: str | None, day: str | None, document: str | None, document_date: str | None, by: str | None, note: str
) -> Paper:
    from parkgis.intake.enter import Paper
    from parkgis.model import Document

    id_, on, number, date = demand(project=project, day=day, document=document, document_date=document_date)
    return Paper(id_, options.day(on), Document(number, options.day(date)), options.user(by), note)


def whole_dong(written: str) -> int:
    """Return dong written as digits alone, or refuse them."""
    if not (written.isascii() and written.isdigit()):
        raise UsageError(why=Reason("enter_amount", "{text} is no whole number of dong; write 1500000000", text=written))
    return int(written)


def say(outcome: Outcome, lang: options.Lang | None, found: Workspace) -> None:
    tables.print_outcome(outcome, options.words(lang, found))


@app.command("split")
def split(
    old: Annotated[str, typer.Argument(metavar="PARCEL", help=f"The old parcel: {FOR_PARCEL}.")],
    into: Annotated[list[str] | None, typer.Option("--into", help="A new parcel; once for each.")] = None,
    project: ProjectOption = None,
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter that one parcel became several; the layer must hold all of them, on the same land.

    Example: parkgis enter split 12/345 --into 12/901 --into 12/902 --project NSHL --day 05/03/2026
    --document 05/TĐ --document-date 05/03/2026
    """
    from parkgis.intake import enter

    found = options.workspace(directory)
    say(enter.split(found, paper_of(project, day, document, document_date, by, note), old, into or []), lang, found)


@app.command("merge")
def merge(
    old: Annotated[list[str], typer.Argument(metavar="PARCEL...", help=f"The old parcels: {FOR_PARCEL}.")],
    into: Annotated[str | None, typer.Option("--into", help="The new parcel.")] = None,
    project: ProjectOption = None,
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter that several parcels became one; the layer must hold all of them, on the same land.

    Example: parkgis enter merge 12/901 12/902 --into 12/950 --project NSHL --day 05/04/2026
    --document 06/TĐ --document-date 05/04/2026
    """
    from parkgis.intake import enter

    found = options.workspace(directory)
    (new,) = demand(into=into)
    say(enter.merge(found, paper_of(project, day, document, document_date, by, note), old, new), lang, found)


@app.command("obstacle")
def obstacle(
    parcels: Annotated[
        list[str] | None, typer.Argument(metavar="[PARCEL]...", help=f"{FOR_PARCEL}; none: the whole project.")
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="Which obstacle, e.g. graves; a wrong one lists them all.")] = None,
    owner: Annotated[str, typer.Option("--owner", help="Who has to clear it. Default: the body that usually does.")] = "",
    due: Annotated[str | None, typer.Option("--due", help="By which day.")] = None,
    project: ProjectOption = None,
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter what stands in the way of parcels, or of a project.

    Example: parkgis enter obstacle 12/345 --code graves --due 30/06/2026 --project NSHL --day 05/03/2026
    --document 12/BC --document-date 05/03/2026
    """
    from parkgis.intake import enter

    found = options.workspace(directory)
    (what,) = demand(code=code)
    paper = paper_of(project, day, document, document_date, by, note)
    say(enter.obstacle(found, paper, what, parcels or [], owner, options.day(due) if due else None), lang, found)


@app.command("lifted")
def lifted(
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Number of the entry that raised the obstacle.")],
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter that an obstacle is gone.

    Example: parkgis enter lifted 17 --day 20/06/2026 --document 31/BC --document-date 20/06/2026
    """
    from parkgis.intake import enter
    from parkgis.model import Document

    found = options.workspace(directory)
    on, number, date = demand(day=day, document=document, document_date=document_date)
    paper = Document(number, options.day(date))
    say(enter.lifted(found, entry, options.day(on), paper, options.user(by), note), lang, found)


@app.command("payment")
def payment(
    parcel: Annotated[str, typer.Argument(metavar="[PARCEL]", help=f"{FOR_PARCEL}; none: the whole project.")] = "",
    amount: Annotated[str | None, typer.Option("--amount-vnd", help="Dong paid, digits only: 1500000000.")] = None,
    households: Annotated[int, typer.Option("--households", help="Households paid.")] = 0,
    project: ProjectOption = None,
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter compensation paid: money and households.

    Example: parkgis enter payment --amount-vnd 1500000000 --households 12 --project NSHL --day 05/05/2026
    --document 44/UNC --document-date 05/05/2026
    """
    from parkgis.intake import enter

    found = options.workspace(directory)
    (written,) = demand(amount_vnd=amount)
    paper = paper_of(project, day, document, document_date, by, note)
    say(enter.payment(found, paper, parcel, whole_dong(written), households), lang, found)


@app.command("attested")
def attested(
    stage: Annotated[str | None, typer.Option("--stage", help="Stage certified, e.g. handed_developer.")] = None,
    area_m2: Annotated[float | None, typer.Option("--area-m2", help="Area certified, square metres.")] = None,
    tolerance_m2: Annotated[float, typer.Option("--tolerance-m2", help="By how much it may be off.")] = 0.0,
    body: Annotated[str | None, typer.Option("--body", help="Who certifies it.")] = None,
    project: ProjectOption = None,
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter what an outside body certifies of a day; every later status is held to it.

    Example: parkgis enter attested --stage handed_developer --area-m2 421700 --tolerance-m2 100 --body "UBND phường"
    --project NSHL --day 30/06/2026 --document 77/XN --document-date 02/07/2026
    """
    from parkgis.intake import enter

    found = options.workspace(directory)
    what, who, area = demand(stage=stage, body=body, area_m2=None if area_m2 is None else str(area_m2))
    paper = paper_of(project, day, document, document_date, by, note)
    say(enter.attested(found, paper, what, float(area), tolerance_m2, who), lang, found)


@app.command("planned")
def planned(
    months: Annotated[list[str], typer.Argument(metavar="MONTH=HECTARES...", help="Each month of the plan: 2026-05=12.5.")],
    baseline: Annotated[int | None, typer.Option("--baseline", min=1, help="Number of the plan; a new one needs --note.")] = None,
    project: ProjectOption = None,
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter hectares to hand over by month; a new baseline is a whole new plan, with its reason.

    Example: parkgis enter planned 2026-05=12.5 2026-06=8 --project NSHL --day 05/01/2026
    --document 03/KH --document-date 05/01/2026
    """
    from parkgis.intake import enter

    found = options.workspace(directory)
    paper = paper_of(project, day, document, document_date, by, note)
    say(enter.planned(found, paper, dict(map(_month, months)), baseline), lang, found)


def _month(text: str) -> tuple[str, float]:
    month, _, hectares = text.partition("=")
    try:
        return month.strip(), float(hectares) * 10_000
    except ValueError as error:
        raise UsageError(why=Reason("enter_month", "{text} is no month with hectares; write 2026-05=12.5", text=text)) from error


@app.command("definition")
def definition(
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter that the definition of a countable hectare in parkgis.toml is in force from now on.

    Example: parkgis enter definition --document 15/QĐ-BQL --document-date 02/01/2026
    """
    from parkgis.intake import texts
    from parkgis.model import Document

    found = options.workspace(directory)
    number, date = demand(document=document, document_date=document_date)
    paper = Document(number, options.day(date))
    say(texts.definition(found, options.day(day or date), paper, options.user(by), note), lang, found)


@app.command("tables")
def tables_(
    day: DayOption = None,
    document: DocumentOption = None,
    document_date: DateOption = None,
    note: NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Enter parkgis.toml (target, approval, names) and the tables of parks, projects and statements as they are now.

    From then on a report of an earlier hour reads them as they were recorded then.

    Example: parkgis enter tables --document 15/QĐ-BQL --document-date 02/01/2026
    """
    from parkgis.intake import texts
    from parkgis.model import Document

    found = options.workspace(directory)
    number, date = demand(document=document, document_date=document_date)
    paper = Document(number, options.day(date))
    say(texts.enter_tables(found, options.day(day or date), paper, options.user(by), note), lang, found)


@app.command("confirm")
def confirm(
    entries: Annotated[list[str] | None, typer.Argument(metavar="[ENTRY]...", help="Numbers or ranges: 17 20-25.")] = None,
    document: Annotated[str | None, typer.Option("--document", help="Every entry that rests on this document.")] = None,
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Stand behind entries that somebody else recorded; where approval is on, they count from then.

    Example: parkgis enter confirm 17 20-25 --by "Trần Thị B"

    Example: parkgis enter confirm --document 09/BB-BGTĐ
    """
    from parkgis.intake import confirm as second

    found = options.workspace(directory)
    if bool(entries) == bool(document):
        raise UsageError(
            why=Reason("confirm_what", "name entries (17 or 17-25), or their document with --document NUMBER, not both")
        )
    say(second.confirm(found, entries or [], document or "", options.user(by)), lang, found)
