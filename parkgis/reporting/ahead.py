"""What a report says of the days ahead: how likely the target is, what land is usable, which parcels to unlock next.

Frozen; every format prints these figures alone. :mod:`parkgis.reporting.look` gathers them and needs the part ``planning``:
without it the report is written all the same and says what it lacks.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.planning.board import Board
    from parkgis.planning.outlook import Outlook, Summary
    from parkgis.planning.patchwork import Patchwork
    from parkgis.planning.ruling import Rules
    from parkgis.reporting.scope import Scope
    from parkgis.status import Overdue, Snapshot

    Look = Callable[[Snapshot, Snapshot, Scope, Overdue | None], "Ahead"]

LISTED = 10
"""So many parcels the board of a report lists."""
NO_TARGET = "no_target"
"""Code of the note that nobody set a target or plan for what the report is narrowed to."""


@dataclasses.dataclass(frozen=True, slots=True)
class Usable:
    """How much of the land handed over lies together; ``without_land`` are projects of which no parcel is known."""

    rules: Rules
    whole: Patchwork
    parks: tuple[Patchwork, ...]
    without_land: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Tell whether any land is known at all."""
        return bool(self.parks)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What a report says of the days ahead; what is None was not asked for, or cannot be told.

    Attributes
    ----------
    without : str
        Why nothing is told although it was asked for: ``extra`` (not installed), ``commune`` (cannot be divided so); else empty.
    forecast : Summary or None
        The figures that are printed.
    outlook : Outlook or None
        What they come from, for the slides.
    usable : Usable or None
    board : Board or None
        At most :data:`LISTED` parcels.
    """

    without: str = ""
    forecast: Summary | None = None
    outlook: Outlook | None = None
    usable: Usable | None = None
    board: Board | None = None


NOTHING = Ahead()
NOT_INSTALLED = Ahead(without="extra")
