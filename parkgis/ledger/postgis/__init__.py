"""The ledger in PostgreSQL + PostGIS: the store that several people share.

Appends take one advisory lock to the end of their transaction: numbers become visible in the order in which
they are given out. The password never stands in a message.
"""

from parkgis.ledger.postgis.server import ROLES, script
from parkgis.ledger.postgis.store import GUARDS, PostgisStore

__all__ = ["GUARDS", "ROLES", "PostgisStore", "script"]
