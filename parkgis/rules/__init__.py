"""Law as data: stages, dated limits, land-use codes."""

from parkgis.rules.read import (
    LandCode,
    Limit,
    Stage,
    counting_stage,
    land_class,
    land_codes,
    limits,
    limits_on,
    stage,
    stages,
)

__all__ = ["LandCode", "Limit", "Stage", "counting_stage", "land_class", "land_codes", "limits", "limits_on", "stage", "stages"]
