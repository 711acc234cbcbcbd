"""How fast land has to be handed over to reach the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


def required_m2_a_day(remaining_m2: float, on: dt.date, end: dt.date) -> float | None:
    """Return the area to hand over on each day after ``on``, up to and with ``end``, to reach the target.

    Returns
    -------
    float or None
        None where something remains and no day is left: no pace reaches the target any more.
    """
    days = (end - on).days
    if remaining_m2 <= 0:
        return 0.0
    return remaining_m2 / days if days > 0 else None
