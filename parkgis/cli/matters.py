"""What a person reads of obstacles, payments, plans and legal limits."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import typer

from parkgis.cli.layout import show
from parkgis.cli.layout import table as grid
from parkgis.outputs.matters import between, count_name, obstacle_name
from parkgis.units import apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.briefing import Briefing
    from parkgis.model import Event, Recorded
    from parkgis.rules import Limit
    from parkgis.status import Deadline, Matters, Obstacle, Overdue
    from parkgis.words.catalogue import Words

SHOWN_OBSTACLES = 15
SHOWN_DEADLINES = 40
VND_PER_BILLION = 1_000_000_000


def print_matters(briefing: Briefing, words: Words) -> None:
    """Print the definition, then obstacles, payments and the plan, where there are any."""
    matters = briefing.matters
    if matters.obstacles:
        typer.echo(words("enter.obstacles", count=len(matters.obstacles), overdue=matters.overdue))
        _print_obstacles(matters.obstacles[:SHOWN_OBSTACLES], words)
        if len(matters.obstacles) > SHOWN_OBSTACLES:
            typer.echo(words("cli.more_findings", count=len(matters.obstacles) - SHOWN_OBSTACLES))
    _print_stated(matters, words)
    if matters.paid.entries:
        amount = matters.paid.amount_vnd / VND_PER_BILLION
        typer.echo(words("enter.paid", amount=amount, households=matters.paid.households, entries=matters.paid.entries))
    if matters.plan:
        _print_plan(briefing, words)
    typer.echo(words("enter.definition", text=briefing.defined(words)))
    typer.echo("")


def _print_stated(matters: Matters, words: Words) -> None:
    """Print money approved and what is counted, each as far as documents state it."""
    plans = matters.approved
    if plans.entries:
        amount, share = plans.amount_vnd / VND_PER_BILLION, words.percent(matters.paid_share)
        typer.echo(words("enter.approved", amount=amount, households=plans.households, entries=plans.entries, share=share))
    for count in matters.counts:
        facts = {"what": count_name(count.what, words.lang), "value": count.value, "day": count.day, "projects": count.projects}
        typer.echo(words("enter.count_unknown" if count.value is None else "enter.count", **facts))
    if matters.counts or matters.homes.paid:
        facts = {"paid": between(matters.homes.paid, words), "remaining": between(matters.homes.remaining, words)}
        typer.echo(words("enter.homes", **facts))


def _print_obstacles(found: Sequence[Obstacle], words: Words) -> None:
    columns = [(words(f"enter.{name}"), "") for name in ("entry", "where", "obstacle", "owner", "since", "due")]
    table = grid(words("enter.obstacle"), columns)
    for one in found:
        due = words("cli.no_due") if one.due is None else words.day(one.due)
        late = f" ({words('enter.past')})" if one.overdue else ""
        where = f"{one.project} {one.parcel}".strip()
        table.add_row(str(one.seq), where, obstacle_name(one.code, words.lang), one.owner, words.day(one.since), due + late)
    show(table)


def _print_plan(briefing: Briefing, words: Words) -> None:
    title = words("enter.plan", year=briefing.target.year)
    columns = [(words("enter.month"), ""), (words("enter.planned"), "right"), (words("enter.cumulative"), "right")]
    table = grid(title, columns)
    for month in briefing.matters.plan:
        table.add_row(words.partial_day(month.month), words.ha(month.planned_m2), words.ha(month.cumulative_m2))
    show(table)
    planned, counted = briefing.matters.planned_to_date_m2, briefing.counted.area_m2
    gap = words.number(apart(counted, planned) / 100)
    typer.echo(words("enter.plan_to_date", planned=words.ha(planned), counted=words.ha(counted), difference=gap))


def print_overdue(overdue: Overdue, workspace: str, words: Words) -> None:
    """Print deadlines by state, the worst first, each with its article."""
    if overdue.demo:
        typer.echo(f"*** {words('word.demo')} ***")
    typer.echo(words("enter.overdue_head", workspace=workspace, on=overdue.on, known=overdue.known))
    typer.echo("")
    if not overdue.deadlines:
        typer.echo(words("enter.overdue_none", within=overdue.within_days))
    for state, found in groupby(overdue.deadlines, key=lambda d: d.state):
        typer.echo(words(f"enter.overdue_{state}", within=overdue.within_days))
        typer.echo("")
        kinds: dict[Limit, list[Deadline]] = {}
        for one in found:
            kinds.setdefault(one.limit, []).append(one)
        for group in kinds.values():
            _print_limit(group, overdue.authority, words)
    if any(not found.certain for found in overdue.deadlines):
        typer.echo(words("enter.overdue_expected"))
    if overdue.unclassified:
        typer.echo(words("enter.overdue_unclassified", count=overdue.unclassified))


def _print_limit(found: Sequence[Deadline], authority: str, words: Words) -> None:
    """Print the deadlines of one limit: what the law says, who has to do what, then project by project."""
    limit = found[0].limit
    typer.echo(f"{limit.name(words.lang)} ({limit.cited(words.lang)})")
    typer.echo(words("enter.overdue_step", step=found[0].step(words.lang), actor=found[0].actor(words.lang, authority)))
    if limit.when(words.lang):
        typer.echo(words("enter.overdue_when", condition=limit.when(words.lang)))
    names = [(words("word.project"), ""), (words("cli.parcels"), "right"), (words("cli.area_ha"), "right")]
    table = grid("", [*names, *((words(f"enter.{name}"), "right") for name in ("started", "deadline", "days"))])
    for one in found[:SHOWN_DEADLINES]:
        due = words.day(one.due) + ("" if one.certain else " *")
        parcels = words.number(len(one.parcels), 0)
        table.add_row(one.project, parcels, words.ha(one.area_m2), words.day(one.started), due, words.number(one.days, 0))
    show(table)
    if len(found) > SHOWN_DEADLINES:
        typer.echo(words("enter.overdue_more", count=len(found) - SHOWN_DEADLINES))


# -- lines of the ledger -----------------------------------------------------------------------------------


def _where(event: Event, words: Words) -> str:
    return event.parcel or words("cli.whole_project")


def obstacle_line(event: Event, words: Words) -> str:
    """Say an obstacle in one line."""
    from parkgis.status.matters import day_of, text_of

    due = day_of(event, "due")
    return words(
        "cli.obstacle",
        what=obstacle_name(text_of(event, "code"), words.lang),
        where=_where(event, words),
        owner=text_of(event, "owner") or words("word.unknown"),
        due=words("cli.no_due") if due is None else words.day(due),
    )


def lifted_line(event: Event, others: Mapping[str, Recorded], words: Words) -> str:
    """Say which obstacle is gone."""
    return words("cli.lifted", seq=others[event.refers].seq if event.refers in others else 0)


def payment_line(event: Event, words: Words) -> str:
    """Say a payment in one line."""
    return words(
        "cli.payment", amount=event.fact("amount_vnd") or 0, households=event.fact("households") or 0, where=_where(event, words)
    )


def approval_line(event: Event, words: Words) -> str:
    """Say an approved plan in one line."""
    facts = {"amount": event.fact("amount_vnd") or 0, "households": event.fact("households") or 0}
    batch = event.fact("batch")
    return words("cli.approval_batch", batch=batch, **facts) if batch else words("cli.approval", **facts)


def count_line(event: Event, words: Words) -> str:
    """Say what a document counts in one line."""
    return words("cli.count", what=count_name(str(event.fact("what")), words.lang), value=event.fact("value"))


def attested_line(event: Event, stage: str, words: Words) -> str:
    """Say an attestation in one line; its area stands behind it as with every entry."""
    return words("cli.attested", body=event.fact("body"), stage=stage, tolerance=float(event.fact("tolerance_m2") or 0.0))


def planned_line(event: Event, words: Words) -> str:
    """Say the plan of a month in one line."""
    return words("cli.planned", month=words.partial_day(str(event.fact("month"))), baseline=event.fact("baseline"))
