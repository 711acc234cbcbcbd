"""Finds blocks for the maps that show them; they are the one part of a map that needs the extra ``planning``."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.errors import ExtraMissing
from parkgis.outputs.map_schema import LAID

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.shapes import Shapes
    from parkgis.status import Snapshot
    from parkgis.workspace import Workspace


def laid(
    found: Workspace, snapshot: Snapshot, wanted: Sequence[MapDefinition], land: Shapes, progress: Callable[[str, float], None]
) -> Shapes:
    """Find blocks and what holds land back, where a map shows them.

    Raises
    ------
    ExtraMissing
    """
    if not any(definition.shows(*LAID) for definition in wanted):
        return land
    from parkgis.blockmap import block_map

    blockers = any(definition.shows("blockers") for definition in wanted)
    step = "blockers" if blockers else "blocks"
    progress(step, 0.0)
    blocks = block_map(found, snapshot, blockers=blockers, progress=lambda share: progress(step, share))
    return dataclasses.replace(land, blocks=blocks)


def possible(wanted: Sequence[MapDefinition]) -> tuple[list[MapDefinition], ExtraMissing | None]:
    """Leave out the maps whose part is not installed, and say which part it is."""
    try:
        import parkgis.blockmap  # noqa: F401 - only to see whether it can be
    except ExtraMissing as missing:
        return [definition for definition in wanted if not definition.shows(*LAID)], missing
    return list(wanted), None
