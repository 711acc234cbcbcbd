"""Gather a deck: each function of :data:`PARTS` gives its slides, in the order in which a chairman is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs.deck.ahead import blockers, outlook
from parkgis.outputs.deck.model import Deck
from parkgis.outputs.deck.notes import Told
from parkgis.outputs.deck.parks import obstacles, parks
from parkgis.outputs.deck.province import change, map_, province, stages, titled

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.briefing import Briefing
    from parkgis.outputs.deck.model import Extras, Slide
    from parkgis.words.catalogue import Words

PARTS: tuple[Callable[[Told], list[Slide]], ...] = (province, change, outlook, parks, obstacles, blockers, stages, map_)
SHORT_DIGEST = 12


def content(briefing: Briefing, extras: Extras, words: Words, map_mm: tuple[float, float]) -> Deck:
    """Write every slide of a deck.

    Parameters
    ----------
    briefing : Briefing
        With its documents.
    extras : Extras
    words : Words
    map_mm : (width, height)
        The room of the map on its slide (``Template.size_mm("picture", "main")``).
    """
    told = Told(briefing, extras, words, map_mm)
    board = " · ".join(filter(None, [briefing.board(words.lang), told.scope]))  # no slide may pass for the province's
    digest = briefing.digest[:SHORT_DIGEST] or words("word.none")
    return Deck(
        lang=words.lang,
        title=titled(told, words("deck.title", on=briefing.on)),
        author=briefing.board(words.lang),
        at=briefing.known,
        mark=words("word.demo") if briefing.demo else "",
        foot=words("deck.foot", on=briefing.on, head_seq=briefing.head_seq, digest=digest, board=board),
        slides=tuple(slide for part in PARTS for slide in part(told)),
    )
