"""What a report says beside its briefing: which period, narrowed to what, compared with what, what does not add up.

::

    scope = find(workspace, park="QV")                       # or project=, commune=; nothing: the whole province
    question = ask(workspace, snapshot, "week", scope)       # closes the period before, by rules/cutoffs.toml
    briefing, beside = gather(workspace, snapshot, question)

``briefing`` and ``beside`` are frozen; every format is drawn from these two alone. ``gather(..., looking(workspace))`` of
:mod:`parkgis.reporting.look` also looks ahead.
"""

from parkgis.reporting import ahead
from parkgis.reporting.beside import Beside, Earlier, Question, ask, gather
from parkgis.reporting.periods import PERIODS, closing, previous
from parkgis.reporting.scope import WHOLE, Scope, find

__all__ = [
    "PERIODS", "WHOLE", "Beside", "Earlier", "Question", "Scope", "ahead", "ask", "closing", "find", "gather", "previous",
]  # fmt: skip
