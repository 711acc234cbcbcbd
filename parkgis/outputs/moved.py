"""Figures beside the hectares that changed, as every form draws them: what they are called, and which documents moved them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.explain import together
from parkgis.explain.figures import APPROVED, LEAST, MONEY, MOST
from parkgis.outputs.matters import count_name
from parkgis.rules.counts import count_codes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parkgis.explain import Explanation, Moved
    from parkgis.words.catalogue import Words

OWN = (APPROVED, MONEY, LEAST, MOST)
EXACT = "households_paid"


def known(found: Explanation) -> tuple[Moved, ...]:
    """Return the figures of all projects of the explanation together, money first, then as documents count."""
    places = {what: n for n, what in enumerate((*OWN, *count_codes()))}
    return tuple(sorted(together(found.figures.values()), key=lambda one: places.get(one.what, len(places))))


def changed(figures: Iterable[Moved]) -> list[Moved]:
    """Return the figures that documents moved; two bounds that moved alike are one figure."""
    found = {one.what: one for one in figures if one.shares}
    least, most = found.get(LEAST), found.get(MOST)
    if least and most and dataclasses.replace(least, what=MOST) == most:
        found = {what: one for what, one in found.items() if what != MOST} | {LEAST: dataclasses.replace(least, what=EXACT)}
    return list(found.values())


def name(what: str, words: Words) -> str:
    """Return what a figure is called."""
    return words(f"explain.{what}") if what in OWN else count_name(what, words.lang)


def signed(value: int, words: Words) -> str:
    """Return a whole number with its sign, as a change."""
    return f"{'−' if value < 0 else '+'}{words.number(abs(value), 0)}"
