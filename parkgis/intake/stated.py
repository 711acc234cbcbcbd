"""Approved compensation plans, and what documents count as of a day: households, graves, resettlement lots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.errors import Reason, RecordError
from parkgis.intake.enter import VND_LIMIT, checked, event_of, number_of
from parkgis.intake.outcome import append
from parkgis.model import Kind
from parkgis.rules.counts import count_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.intake.enter import Paper
    from parkgis.intake.outcome import Outcome
    from parkgis.model import Event, Scalar
    from parkgis.workspace import Workspace

COUNT_LIMIT = 10**7  # no park has ten million graves


def approval(
    workspace: Workspace, paper: Paper, amount_vnd: int, households: int, organisations: int | None = None,
    area_m2: float | None = None, batch: str = "",
) -> Outcome:  # fmt: skip
    """Record an approved compensation plan; see :func:`approval_event`."""
    return append(workspace, [approval_event(workspace, paper, amount_vnd, households, organisations, area_m2, batch)])


def approval_event(
    workspace: Workspace, paper: Paper, amount_vnd: int, households: int, organisations: int | None = None,
    area_m2: float | None = None, batch: str = "",
) -> Event:  # fmt: skip
    """Return the entry "a compensation plan was approved"; plans of a project add up, batch by batch.

    Parameters
    ----------
    amount_vnd : int
        Money approved, dong.
    households : int
        Households the plan covers.
    organisations : int or None
        Organisations it covers; None where the decision does not say.
    area_m2 : float or None
        Land it covers (basis ``document``); None where the decision does not say.
    batch : str
        Which plan, where one decision approves several.

    Raises
    ------
    RecordError
        An amount that is not positive or beyond belief; a negative or impossible number.
    """
    checked(workspace, paper)
    if not 0 < amount_vnd < VND_LIMIT:
        raise RecordError(
            why=Reason(
                "approval_amount", "{amount} VND is no approved sum; write dong, without dots: 1500000000", amount=str(amount_vnd)
            )
        )
    for count in (households, organisations):
        if count is not None and not 0 <= count < COUNT_LIMIT:
            raise RecordError(why=Reason("approval_count", "a plan cannot cover {count} households or organisations", count=count))
    if area_m2 is not None and not 0 < area_m2 < float("inf"):
        raise RecordError(why=Reason("approval_area", "the area of a plan is square metres above zero, or left out"))
    facts: dict[str, Scalar] = {"amount_vnd": amount_vnd, "households": households}
    facts |= {"organisations": organisations} if organisations is not None else {}
    facts |= {"batch": batch.strip()} if batch.strip() else {}
    area = None if area_m2 is None else float(area_m2)
    return event_of(paper, Kind.APPROVAL, [batch.strip(), *number_of(paper.document)], facts, area_m2=area)


def counts(workspace: Workspace, paper: Paper, values: Mapping[str, int]) -> Outcome:
    """Record what one document counts of a project as of the day; see :func:`count_event`."""
    return append(workspace, [count_event(workspace, paper, what, value) for what, value in values.items()])


def count_event(workspace: Workspace, paper: Paper, what: str, value: int) -> Event:
    """Return the entry "as of the day the document counts so many": the newest statement by a day holds, none are added.

    Parameters
    ----------
    what : str
        From ``rules/counts.toml``.
    value : int

    Raises
    ------
    RecordError
        For what is not in the list, or a number that is negative or beyond belief.
    """
    checked(workspace, paper)
    if what not in count_codes():
        codes = ", ".join(count_codes())
        raise RecordError(why=Reason("count_code", "nothing is counted as {code}; the codes are: {codes}", code=what, codes=codes))
    if not 0 <= value < COUNT_LIMIT:
        raise RecordError(why=Reason("count_value", "{value} is no number of {code}", value=str(value), code=what))
    identity = [what, paper.day.isoformat(), *number_of(paper.document)]
    return event_of(paper, Kind.COUNT, identity, {"what": what, "value": value})
