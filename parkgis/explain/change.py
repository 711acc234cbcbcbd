"""What an explanation is: frozen, exact, and rounded only for print."""

from __future__ import annotations

import dataclasses
import enum
import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from parkgis.explain.figures import Moved
    from parkgis.model import Cut


class Cause(enum.StrEnum):
    """Why a counted figure changes, in the order in which a reader is told."""

    NEW = "new"  # minutes of a day after the first question's
    LATE = "late"  # minutes of a day before, learned after
    CORRECTION = "correction"  # struck out and recorded again
    VOID = "void"  # struck out and not recorded again
    LAYER = "layer"  # parcels or a boundary of another vintage
    CONFIRMED = "confirmed"  # a second person confirmed
    DEFINITION = "definition"  # what a countable hectare is
    YEAR = "year"  # another year's target


@dataclasses.dataclass(frozen=True, slots=True)
class Backing:
    """A document behind a part.

    Attributes
    ----------
    entries : int
        Entries of the ledger that it backs.
    stated_m2 : float or None
        By how much it moves what documents state (basis document), less what was struck out; None when it
        states nothing. It need not add up to the part, which is measured as the definition says.
    """

    number: str
    date: dt.date
    project: str
    entries: int
    stated_m2: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """What one cause did to a figure, exactly, and the documents behind it."""

    cause: Cause
    exact_m2: Fraction
    papers: tuple[Backing, ...]

    @property
    def area_m2(self) -> float:
        return float(self.exact_m2)


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A counted figure at both questions, and its parts: one a cause, zeros too, in the order of :class:`Cause`."""

    exact_before_m2: Fraction
    exact_after_m2: Fraction
    parts: tuple[Part, ...]

    @property
    def exact_m2(self) -> Fraction:
        return self.exact_after_m2 - self.exact_before_m2

    def units(self, unit_m2: float) -> int:
        """Return the difference by itself in units, to the nearest (ties up): as tables print it without the two levels."""
        return math.floor(self.exact_m2 / Fraction(unit_m2) + Fraction(1, 2))


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """The change of the counted figure between two questions.

    Attributes
    ----------
    a, b : Cut
    years : (int, int)
        Whose target is counted, at either question.
    heads : (int, int)
        The newest entry known at either question.
    digests : (str, str)
        Of the two snapshots: whose figures these are.
    total : Change
    projects : mapping of str to Change
        Every project, in the workspace's order.
    overlap : Change
        Land that two projects claim counts once: what the total has less than its projects together.
    demo : bool
    figures : mapping of str to tuple of Moved
        What stands beside the hectares, of every project of which any of it is known (:mod:`parkgis.explain.figures`).
    """

    a: Cut
    b: Cut
    years: tuple[int, int]
    heads: tuple[int, int]
    digests: tuple[str, str]
    total: Change
    projects: Mapping[str, Change]
    overlap: Change
    demo: bool
    figures: Mapping[str, tuple[Moved, ...]] = dataclasses.field(default_factory=dict)


def rounded(change: Change, unit_m2: float) -> tuple[int, int, list[int]]:
    """Round a change for print so that it still adds up.

    Parameters
    ----------
    change : Change
    unit_m2 : float
        What is counted in: 100.0 for hectares with two decimals.

    Returns
    -------
    before, after : int
        In units, each rounded to the nearest (ties up).
    parts : list of int
        In units, the largest remainders rounded up so that they add up to ``after - before``; zero stays zero.
    """
    unit = Fraction(unit_m2)
    before, after = (math.floor(level / unit + Fraction(1, 2)) for level in (change.exact_before_m2, change.exact_after_m2))
    shares = [part.exact_m2 / unit for part in change.parts]
    parts = [math.floor(share) for share in shares]
    by_rest = sorted(range(len(parts)), key=lambda n: parts[n] - shares[n])
    for number in by_rest[: after - before - sum(parts)]:
        parts[number] += 1
    return before, after, parts
