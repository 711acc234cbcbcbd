"""How fast land is handed over, and how fast it has to be to reach the target."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from parkgis.status.definition import Definition
from parkgis.status.series import CountedSeries, counted_by_day

if TYPE_CHECKING:
    from parkgis.model import Cut
    from parkgis.workspace import Workspace


def counted_series(workspace: Workspace, cut: Cut) -> CountedSeries:
    """Return what counted toward the target on every day up to ``cut.on``, as :meth:`Workspace.snapshot` would say."""
    config = workspace.as_known(cut.known).config
    if config.approval:
        cut = dataclasses.replace(cut, confirmed_only=True)
    definition = workspace.recorded_definition(cut.known) or Definition()
    return counted_by_day(workspace.store, workspace.sites(cut.known), cut, config.target, definition)


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
