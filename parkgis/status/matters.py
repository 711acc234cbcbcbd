"""What stands beside the hectares: open obstacles, money approved and paid, counts, plans by month, what others attested."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from parkgis.model import Finding, Kind, Severity
from parkgis.status import stated
from parkgis.status.homes import Homes, homes
from parkgis.status.stated import Approved, Count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from parkgis.model import Event, Recorded

KINDS = (Kind.OBSTACLE, Kind.LIFTED, Kind.PAYMENT, Kind.ATTESTED, Kind.PLANNED, *stated.KINDS)
ROUNDING_M2 = 1e-6  # a figure equal to the limit of a tolerance satisfies it, whatever the last bit says


@dataclasses.dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that stands in the way as of a day; ``parcel`` is empty where it is the whole project's.

    ``due`` is the day by which the owner has to clear it, None where none was set; ``overdue`` counts from then.
    """

    seq: int
    id: str
    project: str
    parcel: str
    code: str
    owner: str
    since: dt.date
    due: dt.date | None
    overdue: bool
    document: str
    note: str


@dataclasses.dataclass(frozen=True, slots=True)
class Money:
    """Compensation paid by a day, as standing entries say: VND, households, entries.

    ``households`` adds the lists of payment up, so a household counts on every list it is on: :class:`Homes` counts it once.
    """

    amount_vnd: int = 0
    households: int = 0
    entries: int = 0

    def __add__(self, other: Money) -> Money:
        return Money(
            self.amount_vnd + other.amount_vnd, self.households + other.households, self.entries + other.entries
        )  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class PlanMonth:
    """Area planned to be handed over in a month ("2026-05"), and from the year's start to its end."""

    month: str
    planned_m2: float
    cumulative_m2: float

    @property
    def last(self) -> dt.date:
        """The last day of the month."""
        number, month = map(int, self.month.split("-"))
        return dt.date(number, month, calendar.monthrange(number, month)[1])


@dataclasses.dataclass(frozen=True, slots=True)
class Matters:
    """Obstacles, payments and the plan of a project, a park or the province, as of a day.

    Attributes
    ----------
    obstacles : tuple of Obstacle
        Open ones, the first due first.
    paid : Money
    plan : tuple of PlanMonth
        Months of the target's year, in order; by the newest baseline known.
    planned_to_date_m2 : float
        Planned for the months that have ended by the day.
    baseline : int or None
        Number of the newest baseline; None where there is no plan, and for parks and the province.
    approved : Approved
        Compensation plans approved.
    paid_of_approved_vnd : int
        Paid in projects with an approved plan.
    counts : tuple of Count
        What the newest documents count, in the order of ``rules/counts.toml``.
    homes : Homes
        Households affected, paid, remaining.
    divided : bool
        False for a part of a project, to which money, counts and plan cannot be assigned: they are unknown, not missing.
    """

    obstacles: tuple[Obstacle, ...] = ()
    paid: Money = Money()
    plan: tuple[PlanMonth, ...] = ()
    planned_to_date_m2: float = 0.0
    baseline: int | None = None
    approved: Approved = dataclasses.field(default_factory=Approved)
    paid_of_approved_vnd: int = 0
    counts: tuple[Count, ...] = ()
    homes: Homes = dataclasses.field(default_factory=Homes)
    divided: bool = True

    @property
    def paid_share(self) -> float | None:
        """Paid over approved, of projects with an approved plan; None where there is none."""
        return self.paid_of_approved_vnd / self.approved.amount_vnd if self.approved.amount_vnd else None

    def count(self, what: str) -> int | None:
        """Return the count of a code; None where no document states it, or documents contradict each other."""
        return next((count.value for count in self.counts if count.what == what), None)

    @property
    def overdue(self) -> int:
        return sum(obstacle.overdue for obstacle in self.obstacles)


def gather(
    entries: Sequence[Recorded], on: dt.date, target_year: int, user_of: Callable[[str], str] = lambda _: ""
) -> Matters:  # fmt: skip
    """Gather one project's matters from its standing entries of days up to ``on``.

    ``user_of`` says whose a parcel is: parcel key -> pseudonym of its land user, empty where none is known.
    """
    months, baseline = _months(entries, target_year)
    payments = payments_of(entries)
    paid = sum((_money(event) for event in payments), Money())
    approved, counts = stated.approved(entries), stated.counts(entries)
    return Matters(
        obstacles=_open(entries, on),
        paid=paid,
        plan=_cumulated(months),
        planned_to_date_m2=_ended(_cumulated(months), on),
        baseline=baseline,
        approved=approved,
        paid_of_approved_vnd=paid.amount_vnd if approved.entries else 0,
        counts=counts,
        homes=homes(payments, counts, user_of),
    )


def payments_of(entries: Iterable[Recorded]) -> list[Event]:
    """Return the payments among standing entries."""
    return [entry.event for entry in entries if entry.event.kind is Kind.PAYMENT]


def together(parts: Iterable[Matters], on: dt.date) -> Matters:
    """Add the matters of several projects: obstacles side by side, money, counts and months summed."""
    parts = list(parts)
    months: dict[str, float] = {}
    for month in (month for part in parts for month in part.plan):
        months[month.month] = months.get(month.month, 0.0) + month.planned_m2
    return Matters(
        obstacles=tuple(sorted((o for part in parts for o in part.obstacles), key=_urgent)),
        paid=sum((part.paid for part in parts), Money()),
        plan=_cumulated(months),
        planned_to_date_m2=_ended(_cumulated(months), on),
        approved=sum((part.approved for part in parts), Approved()),
        paid_of_approved_vnd=sum(part.paid_of_approved_vnd for part in parts),
        counts=stated.added(part.counts for part in parts),
        homes=sum((part.homes for part in parts), Homes()),
        divided=all(part.divided for part in parts),
    )


def _urgent(obstacle: Obstacle) -> tuple[dt.date, int]:
    return obstacle.due or dt.date.max, obstacle.seq


def _open(entries: Sequence[Recorded], on: dt.date) -> tuple[Obstacle, ...]:
    lifted = {e.event.refers for e in entries if e.event.kind is Kind.LIFTED}
    found = [_obstacle(e, on) for e in entries if e.event.kind is Kind.OBSTACLE and e.event.id not in lifted]
    return tuple(sorted(found, key=_urgent))


def _obstacle(entry: Recorded, on: dt.date) -> Obstacle:
    event = entry.event
    due = day_of(event, "due")
    return Obstacle(
        entry.seq, event.id, event.project, event.parcel, text_of(event, "code"), text_of(event, "owner"), event.day, due,
        due is not None and due < on, event.source.number, event.note,
    )  # fmt: skip


def text_of(event: Event, name: str) -> str:
    """Return a fact as text, empty where the event has none."""
    value = event.fact(name)
    return "" if value is None else str(value)


def day_of(event: Event, name: str) -> dt.date | None:
    """Return a fact that is an ISO day."""
    written = text_of(event, name)
    return dt.date.fromisoformat(written) if written else None


def _whole(event: Event, name: str) -> int:
    return int(event.fact(name) or 0)


def _money(event: Event) -> Money:
    return Money(_whole(event, "amount_vnd"), _whole(event, "households"), 1)


def _months(entries: Sequence[Recorded], target_year: int) -> tuple[dict[str, float], int | None]:
    """Return month -> m2 of the newest baseline, which is a whole plan: a month it does not name has none."""
    planned = [e.event for e in entries if e.event.kind is Kind.PLANNED]
    if not planned:
        return {}, None
    newest = max(_whole(event, "baseline") for event in planned)
    months: dict[str, float] = {}
    for event in planned:
        month = text_of(event, "month")
        if _whole(event, "baseline") == newest and month.startswith(f"{target_year:04}-"):
            months[month] = months.get(month, 0.0) + (event.area_m2 or 0.0)
    return months, newest


def _cumulated(months: dict[str, float]) -> tuple[PlanMonth, ...]:
    found: list[PlanMonth] = []
    total = 0.0
    for month in sorted(months):
        total += months[month]
        found.append(PlanMonth(month, months[month], total))
    return tuple(found)


def _ended(plan: Sequence[PlanMonth], on: dt.date) -> float:
    return max((month.cumulative_m2 for month in plan if month.last <= on), default=0.0)


# -- what others attested ------------------------------------------------------------------------------


def broken(entries: Sequence[Recorded], area_m2: Callable[[str, dt.date], float]) -> list[Finding]:
    """Report attestations that the fold does not satisfy.

    Parameters
    ----------
    entries : sequence of Recorded
        One project's standing entries.
    area_m2 : callable
        Stage and day -> area (m2, grid) that had reached the stage by the day.
    """
    found = []
    for entry in (e for e in entries if e.event.kind is Kind.ATTESTED):
        event = entry.event
        attested, tolerance = event.area_m2 or 0.0, float(event.fact("tolerance_m2") or 0.0)
        measured = area_m2(event.stage, event.day)
        if abs(measured - attested) > tolerance + ROUNDING_M2:
            facts = {
                "seq": entry.seq, "body": text_of(event, "body"), "document": event.source.number, "stage": event.stage,
                "day": event.day, "attested_m2": attested, "tolerance_m2": tolerance, "counted_m2": measured,
                "difference_m2": measured - attested,
            }  # fmt: skip
            found.append(Finding("attestation_broken", Severity.ERROR, where=f"ledger:{entry.seq}", facts=facts))
    return found
