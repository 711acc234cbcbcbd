"""Draw ledgers: events of every shape that a store must keep, for laws that hold for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
from hypothesis import strategies as st

if TYPE_CHECKING:
    from parkgis.model import Event

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=6)
PAPER = TEXT.filter(lambda text: text.strip() != "")
DAYS = st.dates(make.day("2025-11-01"), make.day("2026-03-01")).map(str)
KEYS = st.integers(1, 5).map("09/1/{}".format)
PROJECTS = st.sampled_from(["P", "Q"])
AREAS = st.none() | st.floats(0, 1e7)
REACHED = st.builds(
    make.reached,
    KEYS | st.just(""), st.sampled_from(["paid", "handed_developer"]), DAYS,
    project=PROJECTS, paper=PAPER, area_m2=AREAS, note=TEXT, by=TEXT, tranche=st.none() | st.just((0.0, 0.0, 4.0, 4.0)),
)  # fmt: skip
SPLITS = st.builds(make.split, KEYS, st.just("09/1/7"), st.just("09/1/8"), on=DAYS, project=PROJECTS)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Draw events of every kind; a void strikes any earlier one, voids too. Ids are their place in the list."""
    events: list[Event] = []
    for _ in range(draw(st.integers(0, 12))):
        if events and draw(st.integers(0, 3)) == 0:
            events.append(make.void(draw(st.sampled_from(events)), draw(DAYS)))
        else:
            events.append(draw(REACHED | SPLITS))
    return list({event.id: event for event in events}.values())
