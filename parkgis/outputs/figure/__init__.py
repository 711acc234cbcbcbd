"""Static maps, the twins of the web map: on paper of a given size in millimetres, with the same classes and colours.

``scene.py`` says what is drawn, ``page.py`` where on the sheet, ``canvas.py`` knows matplotlib and the file formats.
"""

from parkgis.outputs.figure.maps import A3, A4, figure, map_alt, series

__all__ = ["A3", "A4", "figure", "map_alt", "series"]
