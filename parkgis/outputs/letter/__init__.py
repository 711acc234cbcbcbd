"""The report as a signed letter, by the form of Decree 30/2020/ND-CP: first what it says, then a DOCX of it.

::

    said = letter.content(briefing, letter.Extras(letterhead=workspace.config.letterhead, series=series, ...), words)
    docx = letter.build(said, words)                                   # or letter.build(said, words, Path("mau-cua-ban.docx"))
    same = pdf.build(said, words)                                      # parkgis.outputs.pdf
    shipped = letter.template()                                        # to restyle in Word

``content.py`` gathers, the ``say_*`` modules write the sentences, ``document.py`` draws; ``model.py`` lies between them.
"""

from parkgis.outputs.letter.content import content
from parkgis.outputs.letter.document import build
from parkgis.outputs.letter.master import template
from parkgis.outputs.letter.model import Content, Extras

__all__ = ["Content", "Extras", "build", "content", "template"]
