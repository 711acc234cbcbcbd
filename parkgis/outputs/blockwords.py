"""Sentences on blocks and blockers: the same in the terminal, on the map and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parkgis.planning.board import Waits
    from parkgis.planning.patchwork import Patchwork
    from parkgis.planning.ruling import Rules
    from parkgis.words.catalogue import Words


def rules(found: Rules, words: Words) -> str:
    """Return which land is usable."""
    return words(
        "blocks.rules", area=words.ha(found.min_m2), width=words.number(found.width_m, 1), lane=words.number(found.lane_m, 1),
        connectors=_codes(found.connectors), barriers=_codes(found.barriers),
    )  # fmt: skip


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes)) or "–"


def summary(one: Patchwork, words: Words) -> str:
    """Return how much of the land handed over is usable."""
    areas = {"handed": one.handed_m2, "usable": one.usable_m2, "rest": one.handed_m2 - one.usable_m2}
    return words("blocks.summary", **{name: words.ha(area) for name, area in areas.items()}, share=words.percent(one.usable_share))


def due(waits: Waits, words: Words) -> str:
    """Return the legal limit that runs for a parcel; empty where none does."""
    deadline = waits.deadline
    if deadline is None:
        return ""
    days = {} if deadline.state == "waiting" else {"days": words.number(deadline.days, 0)}
    return words(f"blocks.due_{deadline.state}", due=words.day(deadline.due), **days)
