"""Tiles from the network, where a map asks for them: the address, and the one host that the page may load from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import xyzservices.providers

from parkgis.errors import Reason
from parkgis.outputs.webmap.legends import TileServer

if TYPE_CHECKING:
    from parkgis.outputs.map_definition import MapDefinition

BLANK = "<insert"  # how xyzservices marks what the user has to bring


def tile_server(definition: MapDefinition) -> TileServer | None:
    """Return where a map's tiles come from, or None where it has none.

    Raises
    ------
    MapInvalid
        For a service that needs a key the definition does not give.
    """
    wanted = definition.tiles
    if wanted is None:
        return None
    provider = xyzservices.providers.flatten()[wanted.provider].copy()
    blanks = [name for name, value in provider.items() if str(value).startswith(BLANK)]
    if blanks and not wanted.key:
        why = Reason("map_tiles_key", "the tiles {provider} need a key of yours: write key = in [tiles]", provider=wanted.provider)
        raise definition.refuse(("tiles",), why)
    for name in blanks:
        provider[name] = quote(wanted.key, safe="")
    url = str(provider.build_url(x="{x}", y="{y}", z="{z}", scale_factor="")).replace("http://", "https://", 1)
    host = f"https://{urlsplit(url).netloc}"
    return TileServer(url, host, str(provider.get("attribution", wanted.provider)), int(provider.get("max_zoom", 18)))
