"""Square metres inside, hectares at the door; how an area is printed; the basis of an area; half-open periods."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum

from parkgis.errors import MixError

M2_PER_HA = 10_000.0
CENT_M2 = 100.0
"""Square metres of a hundredth of a hectare: with so many decimals hectares are printed."""
_NOISE_DIGITS = 6  # of a unit printed: below it lies what binary fractions leave, above it every surveyed area


class Basis(enum.StrEnum):
    """What an area was measured on. Areas of two bases never add, like two currencies."""

    DOCUMENT = "document"  # written in the minutes or the decision
    SURVEY = "survey"  # written in the cadastral list
    GRID = "grid"  # planar, in the legal VN-2000 TM-3 zone
    ELLIPSOID = "ellipsoid"


def hectares(area_m2: float) -> float:
    """Convert square metres to hectares, unrounded."""
    return area_m2 / M2_PER_HA


def printed(area_m2: float, unit_m2: float = CENT_M2) -> int:
    """Return an area as every form prints it, in hundredths of a hectare: to the nearest, ties away from zero as in Excel.

    Examples
    --------
    >>> printed(10_050), printed(-10_050), printed(10_049.99), printed(1.005, 0.01)
    (101, -101, 100, 101)
    """
    units = decimal.Decimal(str(round(area_m2 / unit_m2, _NOISE_DIGITS)))
    return int(units.to_integral_value(decimal.ROUND_HALF_UP))


def apart(later_m2: float, earlier_m2: float, unit_m2: float = CENT_M2) -> int:
    """Return by how many hundredths of a hectare two areas differ in print: what a reader gets who subtracts them.

    The one rule of every change that is shown. A change rounded by itself would contradict the levels beside it by the last digit.

    Examples
    --------
    >>> apart(23_449, 10_051), printed(23_449 - 10_051)
    (133, 134)
    """
    return printed(later_m2, unit_m2) - printed(earlier_m2, unit_m2)


@dataclasses.dataclass(frozen=True, slots=True)
class Area:
    """An area that knows its basis.

    Parameters
    ----------
    m2 : float
        Square metres.
    basis : Basis
        What it was measured on.

    Raises
    ------
    MixError
        When areas of two bases are added, subtracted or compared.

    Examples
    --------
    >>> Area(10_000, Basis.GRID) + Area(5_000, Basis.GRID)
    Area(m2=15000, basis=<Basis.GRID: 'grid'>)
    >>> Area(25_000, Basis.DOCUMENT).ha
    2.5
    """

    m2: float
    basis: Basis

    @property
    def ha(self) -> float:
        return hectares(self.m2)

    def _same(self, other: Area) -> float:
        if self.basis is not other.basis:
            raise MixError(left=f"{self.basis} area", right=f"{other.basis} area")
        return other.m2

    def __add__(self, other: Area) -> Area:
        return Area(self.m2 + self._same(other), self.basis)

    def __sub__(self, other: Area) -> Area:
        return Area(self.m2 - self._same(other), self.basis)

    def __lt__(self, other: Area) -> bool:
        return self.m2 < self._same(other)


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` up to, not including, ``end``.

    Examples
    --------
    >>> year(2026).contains(dt.date(2026, 12, 31)), year(2026).contains(dt.date(2027, 1, 1))
    (True, False)
    """

    start: dt.date
    end: dt.date

    def contains(self, day: dt.date) -> bool:
        return self.start <= day < self.end


def year(number: int) -> Period:
    """Return the calendar year as a half-open period."""
    return Period(dt.date(number, 1, 1), dt.date(number + 1, 1, 1))


def utc(moment: dt.datetime) -> dt.datetime:
    """Return ``moment`` in UTC; refuse one that does not say its zone.

    Raises
    ------
    MixError
        For a naive datetime: an hour of knowledge without a zone is no hour.
    """
    if moment.tzinfo is None:
        raise MixError(left="a time without a zone", right="UTC times")
    return moment.astimezone(dt.UTC)
