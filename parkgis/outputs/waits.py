"""What a parcel that is not handed over waits for, in words: for the terminal and for every format of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parkgis.outputs.blockwords import due
from parkgis.rules import stage

if TYPE_CHECKING:
    from parkgis.planning.board import Waits
    from parkgis.words.catalogue import Words


class Told(NamedTuple):
    """Stage reached, open obstacles, next step by law, who has to act, time limit; a dash where there is none."""

    stage: str
    obstacle: str
    next: str
    office: str
    due: str


def told(waits: Waits, words: Words, *, short: bool = False) -> Told:
    """Say what a parcel waits for; ``short`` names of the next step fit a terminal."""
    lang, none = words.lang, words("word.none")
    following = stage(waits.next_stage) if waits.next_stage else None
    return Told(
        stage(waits.stage).short(lang) if waits.stage else words("blocks.no_stage"),
        "; ".join(waits.obstacle_names(lang)) or none,
        none if following is None else following.short(lang) if short else following.name(lang),
        waits.office(lang) or none,
        due(waits, words) or none,
    )
