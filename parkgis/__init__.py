"""parkgis: from farmland to industrial park, every hectare backed by a dated document.

Floors (a module imports only from its own floor or one below; ``tests/test_floors.py`` holds this)::

    1  errors
    2  units  words
    3  model  crs
    4  rules  frames  ledger
    5  layers  status
    6  planning  scale  workspace
    7  demo  briefing
    8  outputs
    9  cli
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("parkgis")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+checkout"
