"""Commands that enter approved compensation plans and what documents count: households, graves, resettlement lots."""

from __future__ import annotations

from typing import Annotated

import typer

from parkgis.cli.entering import Asked, demand, enters, whole_dong
from parkgis.errors import Reason, UsageError


@enters()
def approval(
    asked: Asked,
    amount: Annotated[str | None, typer.Option("--amount-vnd", help="Dong approved, digits only: 1500000000.")] = None,
    households: Annotated[int | None, typer.Option("--households", help="Households the plan covers.")] = None,
    organisations: Annotated[int | None, typer.Option("--organisations", help="Organisations it covers, where it says so.")] = None,
    area_m2: Annotated[float | None, typer.Option("--area-m2", help="Land it covers, square metres, where it says so.")] = None,
    batch: Annotated[str, typer.Option("--batch", help="Which plan, where one decision approves several.")] = "",
) -> None:
    """Enter an approved compensation plan: money, households, organisations, area; plans of a project add up.

    Example: parkgis enter approval --amount-vnd 268340000000 --households 312 --area-m2 929000 --project NSHL
    --day 05/05/2026 --document 210/QĐ-UBND --document-date 05/05/2026
    """
    from parkgis.intake import stated

    written, covered = demand(amount_vnd=amount, households=None if households is None else str(households))
    amounts = whole_dong(written), int(covered), organisations, area_m2, batch
    asked.say(stated.approval(asked.workspace, asked.paper(), *amounts))


@enters()
def count(
    asked: Asked,
    values: Annotated[list[str], typer.Argument(metavar="WHAT=NUMBER...", help="What the document counts: graves_total=219.")],
) -> None:
    """Enter what a document counts as of a day: households, organisations, graves, resettlement lots. The newest holds.

    Example: parkgis enter count graves_total=219 graves_moved=184 resettle_lots_needed=60 --project NSHL
    --day 30/06/2026 --document 31/BC-TTPTQĐ --document-date 02/07/2026
    """
    from parkgis.intake import stated

    asked.say(stated.counts(asked.workspace, asked.paper(), dict(map(_number, values))))


def _number(text: str) -> tuple[str, int]:
    what, _, number = text.partition("=")
    if not (number.isascii() and number.isdigit()):
        raise UsageError(why=Reason("enter_count", "{text} counts nothing; write graves_total=219", text=text))
    return what.strip(), int(number)
