"""What one cell says: text, a day, an area, several parcels; never more than stands in it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 60  # characters of a value in a message
LONGEST = 32_767  # characters Excel holds in one cell
LARGEST_M2 = 1e12
LARGEST_WHOLE = 1e15

_GROUPED = re.compile(r"\d{1,3}([.,]\d{3})+", re.ASCII)
_PLAIN = re.compile(r"\d{1,15}([.,]\d{1,15})?", re.ASCII)
_BOTH = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d{1,15})|(\d{1,3}(?:,\d{3})+)\.(\d{1,15})", re.ASCII)
_DAYS = (re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII), re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII))
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
_MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*/\s*(\d{4})|(\d{4})-(\d\d)", re.ASCII | re.IGNORECASE)
_PARCEL = re.compile(r"(?:[^/\s]{1,20}/)?[^/\s]{1,20}/[^/\s]{1,20}")
_NUMBER = re.compile(r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ._()\-]{0,19}")
_BETWEEN = re.compile(r"[+;&\n]|,\s*|\s+và\s+")
_BETWEEN_AREAS = re.compile(r"[+;&\n]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_DASHES = frozenset("-–—")


class Formula(str):
    """A cell that computes: its text is kept to be named, its value is nobody's statement and is never read."""

    __slots__ = ()


class Fault(str):
    """A cell in which a formula failed: ``#N/A``, ``#REF!``."""

    __slots__ = ()


@dataclasses.dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of minutes about one parcel, or about an area alone.

    Attributes
    ----------
    where : str
        File, sheet and row: ``bb.xlsx!Thôn Đông:12``; without the sheet for a CSV.
    values : mapping
        Role of the column -> text, date or number as it came.
    headers : mapping
        Role of the column -> its letter and heading, for messages.
    together : tuple
        ``(area_m2, numbers)`` when the cell states one area for several parcels: then the row's own is unknown.
    unread : frozenset of str
        Roles whose cells were refused, or that the list lacks: already a finding, so that nothing more is said
        of them, and the row records nothing.
    """

    where: str
    values: Mapping[str, Any]
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    together: tuple[float, str] | None = None
    unread: frozenset[str] = frozenset()

    def text(self, column: str) -> str:
        """Return a cell as text in NFC; numbers without a trailing ``.0``."""
        return text(self.values.get(column))

    def column(self, role: str) -> str:
        """Return the heading of the column that plays a role."""
        return self.headers.get(role, role)


def text(value: Any) -> str:
    """Return a cell as text in NFC, numbers without a trailing ``.0``, days as dd/mm/yyyy."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, dt.datetime | dt.date):
        return f"{value:%d/%m/%Y}"
    return unicodedata.normalize("NFC", str(value)).strip()


def shown(value: Any) -> str:
    """Return a cell as a message shows it: one line, not too long, nothing invisible in it."""
    seen = _CONTROL.sub("\ufffd", " ".join(text(value).split()))
    return seen if len(seen) <= SHOWN else f"{seen[:SHOWN]}…"


def blank(value: Any) -> bool:
    """Tell whether a cell states nothing; a dash alone does not either."""
    return value is None or (isinstance(value, str) and (not value.strip() or value.strip() in _DASHES))


def unfit(value: Any) -> str:
    """Return the code of the finding a cell deserves whatever its column is, or an empty text."""
    if isinstance(value, Formula):
        return "row_formula"
    if isinstance(value, Fault):
        return "row_fault"
    if not isinstance(value, str):
        return ""
    if len(value) > LONGEST:
        return "row_too_long"
    return "row_control" if _CONTROL.search(value) else ""


def day(value: Any) -> dt.date | None:
    """Read a day: a date cell, ``2026-06-30``, or ``30/06/2026``. None when it is none of these.

    Examples
    --------
    >>> day("30/06/2026") == day("2026-06-30") == dt.date(2026, 6, 30)
    True
    >>> day("06/30/2026") is None, day("30/6/26") is None
    (True, True)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        return None
    iso, written = (form.fullmatch(value.strip()) for form in _DAYS)
    if not iso and not written:
        return None
    parts = iso.groups() if iso else written.groups()[::-1] if written else ()
    try:
        return dt.date(*map(int, parts))
    except ValueError:
        return None


def number(value: Any) -> float | None:
    """Read an area without guessing what a lone dot or comma before three digits means.

    Returns
    -------
    float or None
        None when it is no number, negative, beyond :data:`LARGEST_M2`, or ambiguous: ``1.805`` is 1805 to a
        Vietnamese and 1.805 to Excel.

    Examples
    --------
    >>> number("1805,5"), number("1.805,5"), number("1,805.5"), number("1.805"), number(1.805)
    (1805.5, 1805.5, 1805.5, None, 1.805)
    """
    if isinstance(value, bool | Formula | Fault):
        return None
    if isinstance(value, int | float):
        return float(value) if 0 <= value < LARGEST_M2 else None
    written = "".join(value.split()) if isinstance(value, str) else ""
    if both := _BOTH.fullmatch(written):
        whole, part = (both[1], both[2]) if both[1] else (both[3], both[4])
        found = float(f"{re.sub('[.,]', '', whole)}.{part}")
    elif _GROUPED.fullmatch(written) or not _PLAIN.fullmatch(written):
        return None
    else:
        found = float(written.replace(",", "."))
    return found if found < LARGEST_M2 else None


def whole(value: Any) -> int | None:
    """Read a whole number, of dong or of households: here a dot or a comma before three digits can only group them.

    Examples
    --------
    >>> whole("1.500.000.000"), whole("1,500"), whole(12.0), whole("12,5") is None, whole("-3") is None
    (1500000000, 1500, 12, True, True)
    """
    if isinstance(value, bool | Formula | Fault):
        return None
    if isinstance(value, int | float):
        return int(value) if 0 <= value < LARGEST_WHOLE and float(value).is_integer() else None
    written = "".join(value.split()) if isinstance(value, str) else ""
    if _GROUPED.fullmatch(written) and len(set(written) & set(".,")) == 1:
        written = re.sub("[.,]", "", written)
    return int(written) if _WHOLE.fullmatch(written) else None


def month(value: Any) -> str | None:
    """Read a month as ``2026-05``: a date cell, ``2026-05``, ``5/2026`` or ``Tháng 5/2026``.

    Examples
    --------
    >>> month("5/2026"), month("Tháng 05/2026"), month("2026-05"), month(dt.date(2026, 5, 1)), month("13/2026") is None
    ('2026-05', '2026-05', '2026-05', '2026-05', True)
    """
    if isinstance(value, dt.date):
        return f"{value.year:04d}-{value.month:02d}"
    found = _MONTH.fullmatch(unicodedata.normalize("NFC", value).strip()) if isinstance(value, str) else None
    if found is None:
        return None
    number, of = (found[1], found[2]) if found[1] else (found[4], found[3])
    return f"{of}-{int(number):02d}" if 1 <= int(number) <= 12 else None


def parcels(value: Any) -> list[str] | None:
    """Read parcels as ``SHEET/PARCEL`` or ``COMMUNE/SHEET/PARCEL``; None when one of them is none.

    Examples
    --------
    >>> parcels("12/901+12/902"), parcels("09214/12/345"), parcels("901+902") is None
    (['12/901', '12/902'], ['09214/12/345'], True)
    """
    parts = [part.strip() for part in _BETWEEN.split(text(value))] if not isinstance(value, Formula | Fault) else []
    return parts if parts and all(_PARCEL.fullmatch(part) for part in parts) else None


def numbers(value: Any) -> list[str] | None:
    """Read the sheet or parcel numbers in a cell; None when it holds something else.

    Examples
    --------
    >>> numbers("17+175"), numbers("17, 175"), numbers("263A"), numbers(12.0)
    (['17', '175'], ['17', '175'], ['263A'], ['12'])
    >>> numbers(17.175) is None, numbers("12/345") is None, numbers("") is None
    (True, True, True)
    """
    if isinstance(value, bool | dt.date | Formula | Fault):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None  # "17,175" typed where the comma is the decimal mark: two parcels became a number
    parts = [part.strip() for part in _BETWEEN.split(text(value))]
    return parts if all(_NUMBER.fullmatch(part) and any(map(str.isdigit, part)) for part in parts) else None


def areas(value: Any) -> list[float] | None:
    """Read the areas in a cell, one or several joined by ``+``; None when one of them is no number.

    Examples
    --------
    >>> areas("500+405,5"), areas(905.5), areas("khoảng 900") is None
    ([500.0, 405.5], [905.5], True)
    """
    parts = _BETWEEN_AREAS.split(value) if isinstance(value, str) and not isinstance(value, Formula | Fault) else [value]
    found = [area for area in map(number, parts) if area is not None]
    return found if len(found) == len(parts) else None
