"""What a deck says, apart from how it is drawn: frozen slides of finished text, tables, charts and pictures.

Every text is in the reader's language and every number printed already; beside a chart's printed labels stand its
values in hectares, which its own worksheet holds.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from parkgis.reporting.ahead import NOTHING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from parkgis.explain import Explanation
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.reporting.ahead import Ahead
    from parkgis.shapes import Shapes
    from parkgis.status.series import CountedSeries

Layout = Literal["number", "wide", "picture"]
Role = Literal["counted", "plan", "need", "target"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a deck shows beside the briefing; what is None is left out.

    Attributes
    ----------
    series : CountedSeries, optional
        :func:`parkgis.status.series.counted_by_day`; without it there is no burn-up chart.
    shapes, map : Shapes and MapDefinition, optional
        Of the same snapshot; without both there is no map.
    explanation : Explanation, optional
        From the last cut-off to this one: which parks changed, and why the figure did; None where it cannot be told.
    ahead : Ahead
        :func:`parkgis.reporting.look.looking`: what is likely by the target's last day, usable land, parcels to unlock next.
    font : str
        Family of the text in pictures, with every Vietnamese letter.
    """

    series: CountedSeries | None = None
    explanation: Explanation | None = None
    shapes: Shapes | None = None
    map: MapDefinition | None = None
    ahead: Ahead = NOTHING
    font: str = "DejaVu Sans"


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, its share of the width, and on which side its cells stand."""

    title: str
    share: float
    right: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table; ``bold`` rows are sums."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    alt: str
    bold: frozenset[int] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart over days: hectares by day, only where it has a point; its name holds its figure."""

    role: Role
    name: str
    points_ha: Mapping[dt.date, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """Lines over the days of a year."""

    start: dt.date
    end: dt.date
    lines: tuple[Line, ...]
    unit: str
    months: str  # number format of the month under the axis
    alt: str


@dataclasses.dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars under a title, the first on top: names, hectares and the printed labels; the last one stands out."""

    title: str
    names: tuple[str, ...]
    values_ha: tuple[float, ...]
    labels: tuple[str, ...]
    alt: str


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A PNG picture that fills its room, with the same said in words."""

    png: bytes
    alt: str


Visual = Table | Lines | Bars | Picture


@dataclasses.dataclass(frozen=True, slots=True)
class Slide:
    """One slide.

    Attributes
    ----------
    layout : Layout
        Which layout of the template.
    number, unit : str
        What is written largest, and what stands beside it; empty on most slides.
    lines : tuple of str
        At most a few.
    notes : tuple of str
        Paragraphs of the speaker's notes: sources.
    """

    key: str
    layout: Layout
    title: str
    main: Visual | None
    number: str = ""
    unit: str = ""
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Deck:
    """All slides, and what stands on each of them.

    Attributes
    ----------
    at : datetime.datetime
        The hour of knowledge: the only clock in the file.
    mark : str
        The mark of invented figures; empty for real ones.
    foot : str
        Day, ledger entry, digest, board.
    """

    lang: str
    title: str
    author: str
    at: dt.datetime
    mark: str
    foot: str
    slides: Sequence[Slide]
