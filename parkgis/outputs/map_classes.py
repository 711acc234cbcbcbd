"""Classes of a map's own leave no land without a colour, and give none two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.errors import Reason
from parkgis.outputs.map_schema import LIMITED, Wrong, stage_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.outputs.map_definition import Class
    from parkgis.outputs.map_lines import Place


def demand_complete(classes: Sequence[Class], colour: str, place: Place) -> None:
    """Refuse classes that leave some land without a colour, or give it two."""
    if not classes:
        return
    if colour == "stage":
        _demand_every_stage(classes, place)
    elif colour in LIMITED:
        _demand_limits(classes, colour, place)
        _demand_growing([one.to for one in classes], place)
    else:
        raise Wrong(place, Reason("map_classes_colour", "colour = {colour} has classes of its own; take these out", colour=colour))


def _demand_every_stage(classes: Sequence[Class], place: Place) -> None:
    named = [stage for one in classes for stage in one.stages]
    odd = [stage for stage in stage_codes() if named.count(stage) != 1]
    if odd:
        raise Wrong(
            place,
            Reason("map_class_stages", "each stage belongs to one class; in none, or in two: {stages}", stages=", ".join(odd)),
        )


def _demand_limits(classes: Sequence[Class], colour: str, place: Place) -> None:
    for i, one in enumerate(classes):
        if one.stages:
            why = Reason("map_class_limits", "classes of {colour} go by `to`, not by stages", colour=colour)
            raise Wrong((*place, i), why)


def _demand_growing(limits: Sequence[float | None], place: Place) -> None:
    for i, limit in enumerate(limits):
        last = i == len(limits) - 1
        if limit is None and not last:
            why = Reason("map_class_open", "only the last class may go without `to`: this one takes all that is above")
            raise Wrong((*place, i), why)
        if last and limit is not None:
            why = Reason(
                "map_class_gap", "what lies above {limit} would have no class: leave `to` out of the last one", limit=f"{limit:g}"
            )
            raise Wrong((*place, i), why)
        before = limits[i - 1] if i else None
        if limit is not None and before is not None and limit <= before:
            why = Reason(
                "map_class_order", "the limits must grow: {limit} stands after {before}", limit=f"{limit:g}", before=f"{before:g}"
            )
            raise Wrong((*place, i), why)
