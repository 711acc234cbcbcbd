"""The classes of every legend, fixed: a class without land is still shown.

Both ramps darken steadily, so that they can be read in grey and with any colour vision: land handed over is
ColorBrewer's YlGnBu, stages are matplotlib's plasma from its light end.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.rules import stages

if TYPE_CHECKING:
    from parkgis.briefing import Briefing, ProjectLine

NO_DATA = "#c9ced6"
RAMP = ("#fff7bc", "#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494")
STAGE_RAMP = ("#f0f724", "#fecc27", "#fba238", "#ee7b51", "#d8576b", "#b8328a", "#8f0da4", "#5c01a6", "#0d0887")
NO_STAGE = "#e8eaee"


@dataclasses.dataclass(frozen=True, slots=True)
class Class:
    """A class of a legend: ``code`` names it in words and data; ``up_to`` is a share, inclusive, for shares."""

    code: str
    colour: str
    up_to: float = 0.0


# Upper limits are inclusive but for the last but one: 100 % has a class of its own.
SHARES = (
    Class("unknown", NO_DATA),
    Class("zero", RAMP[0], 0.0),
    Class("to_25", RAMP[1], 0.25),
    Class("to_50", RAMP[2], 0.50),
    Class("to_75", RAMP[3], 0.75),
    Class("below_100", RAMP[4], 1.0),
    Class("full", RAMP[5], float("inf")),
)
NONE = Class("none", NO_STAGE)

CHANGES = (Class("same", NO_STAGE), Class("moved", "#fba238"), Class("handed", RAMP[5]))
"""Between two days: nothing, a step of clearance, handed over to the developer."""

SIZES = (
    Class("to_1", RAMP[0], 1.0),
    Class("to_5", RAMP[1], 5.0),
    Class("to_20", RAMP[2], 20.0),
    Class("to_50", RAMP[4], 50.0),
    Class("large", RAMP[5], float("inf")),
)
"""Of the usable land of a block, in hectares."""
REST = Class("rest", "#d3c4b4")
"""Handed over and not usable: no step of the ramp, so that it is not read as little."""

READY = (REST, Class("usable", "#9ecae1"))
"""Under other land: quiet."""

GAIN_RAMP = ("#fee391", "#fec44f", "#fe9929", "#d95f0e", "#8c2d04")  # ColorBrewer's YlOrBr
GAINS = (
    Class("to_02", GAIN_RAMP[0], 0.2),
    Class("to_05", GAIN_RAMP[1], 0.5),
    Class("to_1", GAIN_RAMP[2], 1.0),
    Class("to_5", GAIN_RAMP[3], 5.0),
    Class("much", GAIN_RAMP[4], float("inf")),
)
"""Usable hectares that a parcel unlocks alone."""
UNRANKED = Class("unranked", NO_STAGE)
LIT = "#00a37a"
"""The block that a ticked parcel would open."""


def stage_classes() -> tuple[Class, ...]:
    """Return "no stage yet" and every stage by rank."""
    return (NONE, *(Class(stage.code, colour) for stage, colour in zip(stages(), STAGE_RAMP, strict=True)))


def share_class(line: ProjectLine, briefing: Briefing) -> Class:
    """Return the class of a project by the share of its planned area handed over to the developer, ever.

    A project of which no document is recorded is *unknown*, not 0 %: nobody said that nothing was handed over.
    """
    if line.share is None or not any(paper.project == line.id for paper in briefing.papers):
        return SHARES[0]
    if line.share > 1 - 1e-9:  # the sum of a thousand areas may miss the whole by a rounding
        return SHARES[-1]
    return next(c for c in SHARES[1:] if line.share <= c.up_to)
