"""The letter as a PDF, typeset by Typst: no Word, no LibreOffice. Tagged (PDF/UA-1, PDF/A-2a), with bookmarks and embedded fonts."""

from parkgis.outputs.pdf.build import build

__all__ = ["build"]
