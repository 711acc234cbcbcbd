"""What Hypothesis draws for the fold: days around New Year 2026 and rectangles around a grid of 30 m."""

from __future__ import annotations

from typing import TYPE_CHECKING

import make
from hypothesis import strategies as st

if TYPE_CHECKING:
    from make import Box

DAYS = st.dates(make.day("2025-12-20"), make.day("2026-01-15")).map(str)
EDGES = st.tuples(st.integers(-6, 36), st.integers(1, 24))


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    """Draw a rectangle of whole metres, in and around the grid."""
    west, width = draw(EDGES)
    south, height = draw(EDGES)
    return (float(west), float(south), float(west + width), float(south + height))
