"""How many households were paid: between which two numbers, as lists of payment and reports say, and what they leave open.

*Method.* A list of payment says how many households are on it, not which: a household that is paid in two instalments is on two
lists. So lists of a project give two bounds: at least the longest list, at most all of them together, and never more than are
affected. Three things bring the bounds together, and where all is told they meet: a report that counts the households paid to
date (``households_paid``; lists of later days only add to it), a parcel that is paid twice (one household), and the pseudonym of
its land user (parcels of one pseudonym are one household's, those of two are not). Cost: one pass over the payments.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from parkgis.model import Event
    from parkgis.status.stated import Count

AFFECTED, PAID = "households_total", "households_paid"
Known = TypeVar("Known", int, "Between")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Between:
    """A whole number known as at least ``least`` and at most ``most``; of several projects both are summed."""

    least: int
    most: int

    @property
    def exact(self) -> int | None:
        """The number itself; None where the bounds differ."""
        return self.least if self.least == self.most else None

    def __add__(self, other: Between) -> Between:
        return Between(self.least + other.least, self.most + other.most)


@dataclasses.dataclass(frozen=True, slots=True)
class Homes:
    """Households affected (as stated), paid, and not yet paid; each None where nothing is known of it.

    Of several projects: the sum of those known; ``remaining`` only of projects in which both others are. A household with land
    in two projects is affected, and paid, in each.
    """

    total: int | None = None
    paid: Between | None = None
    remaining: Between | None = None

    def __add__(self, other: Homes) -> Homes:
        total = other.total if self.total is None else self.total + (other.total or 0)
        return Homes(total, plus(self.paid, other.paid), plus(self.remaining, other.remaining))


def plus(one: Known | None, other: Known | None) -> Known | None:
    """Return the sum of what is known of two; None where neither is."""
    return other if one is None else one if other is None else one + other


def homes(payments: Sequence[Event], counts: Iterable[Count], user_of: Callable[[str], str]) -> Homes:
    """Return one project's households.

    Parameters
    ----------
    payments : sequence of Event
        Standing ``payment`` entries of days up to the day asked about. One that names no household says nothing of households.
    counts : iterable of Count
        The newest counts by that day.
    user_of : callable
        Parcel key -> pseudonym of its land user, empty where the layer names none.
    """
    said = {count.what: count for count in counts}
    total = said[AFFECTED].value if AFFECTED in said else None
    paid = _paid(payments, said.get(PAID), total, user_of)
    return Homes(total, paid, None if total is None or paid is None else Between(total - paid.most, total - paid.least))


def _paid(payments: Sequence[Event], report: Count | None, total: int | None, user_of: Callable[[str], str]) -> Between | None:
    value = report.value if report else None
    since = None if report is None or value is None else report.day
    lists = on_lists((p for p in payments if since is None or p.day > since), user_of)
    if value is None and not lists.most:
        return None
    least, most = max(value or 0, lists.least), (value or 0) + lists.most
    return Between(least, most if total is None else max(least, min(most, total)))


def on_lists(payments: Iterable[Event], user_of: Callable[[str], str]) -> Between:
    """Return how many households the lists speak of, each counted once.

    Lists that name a parcel with a known land user are his, however many they are; what other lists name may be his again.
    """
    known: dict[str, int] = {}
    open_: dict[str, int] = {}
    for payment in payments:
        user = user_of(payment.parcel) if payment.parcel else ""
        group, key = (known, user) if user else (open_, payment.parcel or payment.id)
        group[key] = max(group.get(key, 0), int(payment.fact("households") or 0))
    least = max(sum(known.values()), max(open_.values(), default=0))
    return Between(least, sum(known.values()) + sum(open_.values()))


def findings(
    project: str, found: Homes, payments: Sequence[Event], counts: Iterable[Count], user_of: Callable[[str], str]
) -> list[Finding]:
    """Report what the papers leave open of a project's households paid, and where they cannot all be right."""
    told = []
    if found.paid is not None and found.paid.exact is None:
        facts: dict[str, object] = {"project": project, "least": found.paid.least, "most": found.paid.most}
        told.append(Finding("homes_paid_open", Severity.INFO, where=project, facts=facts))
    report = next((count for count in counts if count.what == PAID), None)
    if report is not None and report.value is not None:
        before = on_lists(_by(payments, report.day), user_of)
        if before.least > report.value:
            facts = {
                "project": project, "document": "; ".join(report.documents), "day": report.day, "stated": report.value,
                "listed": before.least,
            }  # fmt: skip
            told.append(Finding("homes_paid_under", Severity.WARNING, where=project, facts=facts))
    return told


def _by(payments: Iterable[Event], day: dt.date) -> Iterable[Event]:
    return (payment for payment in payments if payment.day <= day)
