"""Why did the figures change? The difference of two snapshots as a sum of causes; of money and counts in ``figures.py``.

*Method.* The figure is folded again at every step of a walk from the first question to the second: the year
of the target, then the definition, then what was struck out, layers, confirmations, corrections, late
minutes, and last the passing of days with their new minutes. A part is the figure after its step less the
figure before it, kept as an exact fraction: the parts add up to the difference because they telescope, and no
part takes what the others leave. A step that has nothing to tell is not taken: its part is zero exactly. What
two causes do together (a layer and minutes on its new land) falls to the later step. Cost: one fold a step,
four for a plain month (``benchmarks/explain.py``).

``parkgis.toml`` and the tables answer as of their hour from when they were first recorded (`parkgis enter tables`); what
was never recorded both questions read as it is now. A change of the tables is a step with the layers.
"""

from parkgis.explain.change import Backing, Cause, Change, Explanation, Part, rounded, summed
from parkgis.explain.figures import Moved, Share, together
from parkgis.explain.walk import end_of, explain

__all__ = [
    "Backing", "Cause", "Change", "Explanation", "Moved", "Part", "Share", "end_of", "explain", "rounded", "summed",
    "together",
]  # fmt: skip
