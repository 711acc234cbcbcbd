"""Commands that enter what is no stage reached: splits, merges, obstacles, money, plans, certificates, confirmations."""

from __future__ import annotations

from typing import Annotated

import typer

from parkgis.cli import options
from parkgis.cli.entering import Asked, demand, enters, whole_dong
from parkgis.errors import Reason, UsageError

app = typer.Typer(
    help="Enter what is no stage reached: splits, merges, obstacles, payments, approved plans, counts, certificates, "
    "plans by month, the definition, confirmations.",
    no_args_is_help=True,
)

FOR_PARCEL = "SHEET/PARCEL or COMMUNE/SHEET/PARCEL"


@app.command("split")
@enters()
def split(
    asked: Asked,
    old: Annotated[str, typer.Argument(metavar="PARCEL", help=f"The old parcel: {FOR_PARCEL}.")],
    into: Annotated[list[str] | None, typer.Option("--into", help="A new parcel; once for each.")] = None,
) -> None:
    """Enter that one parcel became several; the layer must hold all of them, on the same land.

    Example: parkgis enter split 12/345 --into 12/901 --into 12/902 --project NSHL --day 05/03/2026
    --document 05/TĐ --document-date 05/03/2026
    """
    from parkgis.intake import enter

    asked.say(enter.split(asked.workspace, asked.paper(), old, into or []))


@app.command("merge")
@enters()
def merge(
    asked: Asked,
    old: Annotated[list[str], typer.Argument(metavar="PARCEL...", help=f"The old parcels: {FOR_PARCEL}.")],
    into: Annotated[str | None, typer.Option("--into", help="The new parcel.")] = None,
) -> None:
    """Enter that several parcels became one; the layer must hold all of them, on the same land.

    Example: parkgis enter merge 12/901 12/902 --into 12/950 --project NSHL --day 05/04/2026
    --document 06/TĐ --document-date 05/04/2026
    """
    from parkgis.intake import enter

    (new,) = demand(into=into)
    asked.say(enter.merge(asked.workspace, asked.paper(), old, new))


@app.command("obstacle")
@enters()
def obstacle(
    asked: Asked,
    parcels: Annotated[
        list[str] | None, typer.Argument(metavar="[PARCEL]...", help=f"{FOR_PARCEL}; none: the whole project.")
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="Which obstacle, e.g. graves; a wrong one lists them all.")] = None,
    owner: Annotated[str, typer.Option("--owner", help="Who has to clear it. Default: the body that usually does.")] = "",
    due: Annotated[str | None, typer.Option("--due", help="By which day.")] = None,
) -> None:
    """Enter what stands in the way of parcels, or of a project.

    Example: parkgis enter obstacle 12/345 --code graves --due 30/06/2026 --project NSHL --day 05/03/2026
    --document 12/BC --document-date 05/03/2026
    """
    from parkgis.intake import obstacles

    (what,) = demand(code=code)
    asked.say(obstacles.obstacle(asked.workspace, asked.paper(), what, parcels or [], owner, options.day(due) if due else None))


@app.command("lifted")
@enters("project")
def lifted(
    asked: Asked,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="Number of the entry that raised the obstacle.")],
) -> None:
    """Enter that an obstacle is gone.

    Example: parkgis enter lifted 17 --day 20/06/2026 --document 31/BC --document-date 20/06/2026
    """
    from parkgis.intake import obstacles

    demand(day=asked.day)
    asked.say(obstacles.lifted(asked.workspace, entry, asked.on(), asked.source(), asked.recorder, asked.note))


@app.command("payment")
@enters()
def payment(
    asked: Asked,
    parcel: Annotated[str, typer.Argument(metavar="[PARCEL]", help=f"{FOR_PARCEL}; none: the whole project.")] = "",
    amount: Annotated[str | None, typer.Option("--amount-vnd", help="Dong paid, digits only: 1500000000.")] = None,
    households: Annotated[int, typer.Option("--households", help="Households on the list of payment.")] = 0,
) -> None:
    """Enter compensation paid: money, and how many households are on the list.

    Example: parkgis enter payment --amount-vnd 1500000000 --households 12 --project NSHL --day 05/05/2026
    --document 44/UNC --document-date 05/05/2026
    """
    from parkgis.intake import enter

    (written,) = demand(amount_vnd=amount)
    asked.say(enter.payment(asked.workspace, asked.paper(), parcel, whole_dong(written), households))


@app.command("attested")
@enters()
def attested(
    asked: Asked,
    stage: Annotated[str | None, typer.Option("--stage", help="Stage certified, e.g. handed_developer.")] = None,
    area_m2: Annotated[float | None, typer.Option("--area-m2", help="Area certified, square metres.")] = None,
    tolerance_m2: Annotated[float, typer.Option("--tolerance-m2", help="By how much it may be off.")] = 0.0,
    body: Annotated[str | None, typer.Option("--body", help="Who certifies it.")] = None,
) -> None:
    """Enter what an outside body certifies of a day; every later status is held to it.

    Example: parkgis enter attested --stage handed_developer --area-m2 421700 --tolerance-m2 100 --body "UBND phường"
    --project NSHL --day 30/06/2026 --document 77/XN --document-date 02/07/2026
    """
    from parkgis.intake import enter

    what, who, area = demand(stage=stage, body=body, area_m2=None if area_m2 is None else str(area_m2))
    asked.say(enter.attested(asked.workspace, asked.paper(), what, float(area), tolerance_m2, who))


@app.command("planned")
@enters()
def planned(
    asked: Asked,
    months: Annotated[list[str], typer.Argument(metavar="MONTH=HECTARES...", help="Each month of the plan: 2026-05=12.5.")],
    baseline: Annotated[int | None, typer.Option("--baseline", min=1, help="Number of the plan; a new one needs --note.")] = None,
) -> None:
    """Enter hectares to hand over by month; a new baseline is a whole new plan, with its reason.

    Example: parkgis enter planned 2026-05=12.5 2026-06=8 --project NSHL --day 05/01/2026
    --document 03/KH --document-date 05/01/2026
    """
    from parkgis.intake import enter

    asked.say(enter.planned(asked.workspace, asked.paper(), dict(map(_month, months)), baseline))


def _month(text: str) -> tuple[str, float]:
    month, _, hectares = text.partition("=")
    try:
        return month.strip(), float(hectares) * 10_000
    except ValueError as error:
        raise UsageError(why=Reason("enter_month", "{text} is no month with hectares; write 2026-05=12.5", text=text)) from error


@app.command("definition")
@enters("project")
def definition(asked: Asked) -> None:
    """Enter that the definition of a countable hectare in parkgis.toml is in force from now on.

    Example: parkgis enter definition --document 15/QĐ-BQL --document-date 02/01/2026
    """
    from parkgis.intake import texts

    asked.say(texts.definition(asked.workspace, asked.on(), asked.source(), asked.recorder, asked.note))


@app.command("tables")
@enters("project")
def tables(asked: Asked) -> None:
    """Enter parkgis.toml (target, approval, names) and the tables of parks, projects and statements as they are now.

    From then on a report of an earlier hour reads them as they were recorded then.

    Example: parkgis enter tables --document 15/QĐ-BQL --document-date 02/01/2026
    """
    from parkgis.intake import texts

    asked.say(texts.enter_tables(asked.workspace, asked.on(), asked.source(), asked.recorder, asked.note))


@app.command("confirm")
@enters("project", "day", "document", "document_date", "note")
def confirm(
    asked: Asked,
    entries: Annotated[list[str] | None, typer.Argument(metavar="[ENTRY]...", help="Numbers or ranges: 17 20-25.")] = None,
    document: Annotated[str | None, typer.Option("--document", help="Every entry that rests on this document.")] = None,
) -> None:
    """Stand behind entries that somebody else recorded; where approval is on, they count from then.

    Example: parkgis enter confirm 17 20-25 --by "Trần Thị B"

    Example: parkgis enter confirm --document 09/BB-BGTĐ
    """
    from parkgis.intake import confirm as second

    if bool(entries) == bool(document):
        raise UsageError(
            why=Reason("confirm_what", "name entries (17 or 17-25), or their document with --document NUMBER, not both")
        )
    asked.say(second.confirm(asked.workspace, entries or [], document or "", asked.recorder))
