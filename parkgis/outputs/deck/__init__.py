"""The leader's briefing as slides: PPTX with native charts and tables, restyled by a template of the Board's own.

::

    template = deck.load()                             # or deck.load(Path("mau.pptx"))
    said = deck.content(briefing, deck.Extras(series=..., explanation=...), words, template.size_mm("picture", "main"))
    pptx = deck.draw(said, template)
    own = deck.make()                                  # the template, to restyle in PowerPoint

``content.py`` gathers (``province.py``, ``ahead.py``, ``parks.py`` write slides, ``notes.py`` sources), ``draw.py`` draws;
``model.py`` lies between them. ``snippet.py`` is for web sites: what to paste to show the cards.
"""

from parkgis.outputs.deck.content import content
from parkgis.outputs.deck.draw import draw
from parkgis.outputs.deck.master import load, make
from parkgis.outputs.deck.model import Deck, Extras

__all__ = ["Deck", "Extras", "content", "draw", "load", "make"]
