"""Charts for reports and slides: the facts first (``data.py``), then their drawing.

Each drawing takes the facts, the words, a size in millimetres, a resolution and a form, and returns a file;
beside it stands a function that says the same in a sentence, for readers who cannot see it::

    data = burn_up_data(briefing, counted_by_day(snapshot))
    png = burn_up(data, words, (160, 90), 300, "png")
    alt = burn_up_alt(data, words)
    json.dumps(as_json(data))
"""

from parkgis.outputs.charts.burn_up import burn_up, burn_up_alt
from parkgis.outputs.charts.by_stage import funnel, heat, stages_alt
from parkgis.outputs.charts.change import waterfall, waterfall_alt
from parkgis.outputs.charts.data import (
    BurnUp,
    HouseholdsLeft,
    OverTime,
    Stages,
    Waterfall,
    as_json,
    burn_up_data,
    households_data,
    patchwork_data,
    stages_data,
    waterfall_data,
)
from parkgis.outputs.charts.homes import households, households_alt
from parkgis.outputs.charts.over_time import patchwork, patchwork_alt

__all__ = [
    "BurnUp", "HouseholdsLeft", "OverTime", "Stages", "Waterfall", "as_json", "burn_up", "burn_up_alt", "burn_up_data", "funnel",
    "heat", "households", "households_alt", "households_data", "patchwork", "patchwork_alt", "patchwork_data", "stages_alt",
    "stages_data", "waterfall", "waterfall_alt", "waterfall_data",
]  # fmt: skip
