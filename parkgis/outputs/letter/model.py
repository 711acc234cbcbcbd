"""The letter-form report apart from how it is drawn: frozen blocks of finished text, tables and pictures.

DOCX and PDF are two drawings of one :class:`Content`, so that they cannot disagree. Every text is already in
the reader's language and every number already printed; texts taken from files are as they came, and the drawing escapes them.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from parkgis.reporting.ahead import NOTHING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from parkgis.explain import Explanation
    from parkgis.letterhead import Letterhead
    from parkgis.model import Finding
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.planning.households import Households
    from parkgis.planning.waiting import Waiting
    from parkgis.reporting.ahead import Ahead
    from parkgis.shapes import Shapes
    from parkgis.status import Overdue
    from parkgis.status.series import CountedSeries

SMALL_PT = 9.0
Align = Literal["left", "center", "right"]
Role = Literal["line", "group", "total"]
Sort = Literal["body", "item", "note", "close"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What the letter says beside the briefing; what is None or empty is said to be unknown, or left out.

    Attributes
    ----------
    letterhead : Letterhead
        ``[letter]`` of the workspace: ``workspace.config.letterhead``.
    series : CountedSeries, optional
        :func:`parkgis.status.series.counted_by_day`; without it there is no burn-up chart.
    shapes, map : Shapes and MapDefinition, optional
        Of the same snapshot; without both there is no map annex.
    explanation : Explanation, optional
        From the last report's question to this one's; None where there is no earlier report.
    overdue : Overdue, optional
        Legal limits on the same day.
    households : sequence of Households
        :func:`parkgis.planning.households.households`; the last is of all parks together.
    waiting : sequence of Waiting
        :func:`parkgis.planning.waiting.waiting`: parcels that stand still, the longest first.
    broken : sequence of Finding
        Invariants that do not hold, beside the briefing's own findings.
    ahead : Ahead
        :func:`parkgis.reporting.ahead.look`: forecast, usable land, parcels to unlock first.
    scope : str
        What the letter is narrowed to, where the briefing does not say it itself.
    dpi : int
        Of the pictures.
    font : str
        Family of the text in pictures, with every Vietnamese letter.
    """

    letterhead: Letterhead
    series: CountedSeries | None = None
    shapes: Shapes | None = None
    map: MapDefinition | None = None
    explanation: Explanation | None = None
    overdue: Overdue | None = None
    households: Sequence[Households] = ()
    waiting: Sequence[Waiting] = ()
    broken: Sequence[Finding] = ()
    ahead: Ahead = NOTHING
    scope: str = ""
    dpi: int = 200
    font: str = "DejaVu Sans"


@dataclasses.dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its number: level 1 ``I.``, level 2 ``1.``."""

    level: Literal[1, 2]
    number: str
    text: str

    @property
    def full(self) -> str:
        return f"{self.number} {self.text}"


@dataclasses.dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; an ``item`` is one of a list and carries its own mark, ``close`` stands with the signature."""

    text: str
    sort: Sort = "body"

    @property
    def leads(self) -> bool:
        """Tell whether it must stay on one page with what follows."""
        return self.sort == "close" or self.text.endswith(":")


@dataclasses.dataclass(frozen=True, slots=True)
class GridColumn:
    """A column: its title, width in millimetres, and on which side its cells stand."""

    title: str
    width_mm: float
    align: Align = "left"


@dataclasses.dataclass(frozen=True, slots=True)
class GridRow:
    """A row: one printed text a column; the cells from 0 to ``label`` (exclusive) of a sum are one."""

    cells: tuple[str, ...]
    role: Role = "line"


@dataclasses.dataclass(frozen=True, slots=True)
class Grid:
    """A table with its caption above it; the head is repeated on each page; ``size_pt`` of the text."""

    key: str
    caption: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]
    size_pt: float = 11.0

    @property
    def small(self) -> bool:
        return self.size_pt < SMALL_PT

    @property
    def head_pt(self) -> float:
        """Size of the titles: narrow columns of small letters have smaller ones, or words would break."""
        return self.size_pt - 1 if self.small else self.size_pt


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """A PNG picture, as wide as said, its caption below it, and the same said in words."""

    key: str
    png: bytes
    width_mm: float
    height_mm: float
    caption: str
    alt: str


Block = Heading | Paragraph | Grid | Picture


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """The head of the letter: the issuing body on the left, the state on the right."""

    superior: str
    issuer: str
    number: str
    nation: str
    motto: str
    place_date: str


@dataclasses.dataclass(frozen=True, slots=True)
class Close:
    """Below the text: who receives it, who signs it."""

    recipients_title: str
    recipients: tuple[str, ...]
    signer: tuple[str, ...]
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Annex:
    """An annex in a section of its own, landscape, its pages numbered from 1."""

    number: str
    title: str
    reference: str
    paper: Literal["A4", "A3"]
    blocks: tuple[Block, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """The whole letter.

    Attributes
    ----------
    lang : str
        Of the document.
    title, subject, author : str
        Properties of the file.
    at : datetime.datetime
        The hour of knowledge: the only clock a drawing may write into its file.
    demo : str
        The mark of invented figures for every page; empty for real ones.
    cut_off, digest, definition : str
        The foot of the pages: day, ledger, what a countable hectare is.
    """

    lang: str
    title: str
    subject: str
    author: str
    at: dt.datetime
    demo: str
    head: Head
    kind: str
    summary: tuple[str, str]
    to: str
    blocks: tuple[Block, ...]
    close: Close
    annexes: tuple[Annex, ...]
    cut_off: str
    digest: str
    definition: str
