"""parkgis: from farmland to industrial park, every hectare backed by a dated document.

Floors (a module imports only from its own floor or one below; ``tests/test_floors.py`` holds this)::

    1  errors
    2  units  words
    3  model  vn2000  crs
    4  rules  frames  ledger
    5  layers  status  findings
    6  planning  config  letterhead  workspace
    7  demo  briefing  explain  shapes  blockmap  intake  reporting
    8  outputs
    9  cli
"""
