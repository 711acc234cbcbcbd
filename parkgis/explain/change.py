"""What an explanation is: frozen, exact, and rounded only for print."""

from __future__ import annotations

import dataclasses
import enum
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from parkgis.units import CENT_M2, apart, printed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from parkgis.explain.figures import Moved
    from parkgis.model import Cut

NOTHING = Fraction(0)


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

    @property
    def cents(self) -> int:
        """The difference in hundredths of a hectare: the two levels as printed, apart."""
        return apart(float(self.exact_after_m2), float(self.exact_before_m2))


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


def summed(changes: Sequence[Change]) -> Change:
    """Add the changes of several projects, cause by cause."""
    parts = tuple(
        Part(cause, sum((c.parts[n].exact_m2 for c in changes), NOTHING), tuple(p for c in changes for p in c.parts[n].papers))
        for n, cause in enumerate(Cause)
    )
    before, after = (sum((getattr(c, name) for c in changes), NOTHING) for name in ("exact_before_m2", "exact_after_m2"))
    return Change(before, after, parts)


def rounded(change: Change, unit_m2: float = CENT_M2) -> tuple[int, int, list[int]]:
    """Round a change for print so that it still adds up.

    Parameters
    ----------
    change : Change
    unit_m2 : float
        What is counted in: unless given, hundredths of a hectare.

    Returns
    -------
    before, after : int
        In units, each as it is printed (:func:`parkgis.units.printed`).
    parts : list of int
        In units, the largest remainders rounded up so that they add up to ``after - before``; zero stays zero.
    """
    before, after = (printed(float(level), unit_m2) for level in (change.exact_before_m2, change.exact_after_m2))
    shares = [part.exact_m2 / Fraction(unit_m2) for part in change.parts]
    parts = [math.floor(share) for share in shares]
    short = after - before - sum(parts)
    by_rest = sorted((n for n, share in enumerate(shares) if share), key=lambda n: parts[n] - shares[n])
    for number in by_rest[:short] if short >= 0 else by_rest[short:]:  # less than none only where ties are rounded apart
        parts[number] += 1 if short > 0 else -1
    return before, after, parts
