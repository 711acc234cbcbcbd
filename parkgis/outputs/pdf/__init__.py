"""The letter as a PDF, typeset by Typst without Word or LibreOffice: tagged (PDF/UA-1, PDF/A-2a), bookmarks, fonts embedded."""

from parkgis.outputs.pdf.build import build

__all__ = ["build"]
