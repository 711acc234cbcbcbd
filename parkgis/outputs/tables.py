"""What a table is, for workbook and page alike: columns in a list, rows of plain cells, sums worked out once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from parkgis.findings import decimals
from parkgis.units import M2_PER_HA, apart, hectares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parkgis.words.catalogue import Words

Value = str | int | float | dt.date | None
Kind = Literal["text", "code", "whole", "ha", "m2", "share", "day", "figure", "tenth", "percent", "factor"]
Role = Literal["line", "group", "total", "shared", "official", "official_gap"]
T = TypeVar("T")
NAME = 80  # characters: four lines of the progress table

UNKNOWN = "–"
LABELLED: tuple[Role, ...] = (
    "group",
    "total",
    "shared",
    "official",
    "official_gap",
)  # their label runs over the empty cells beside it
SPARSE: tuple[Role, ...] = ("shared", "official", "official_gap")  # hold a few numbers; the rest is blank, not unknown
SHARE_DIGITS = 2
_DECIMALS = 8  # of a hectare or a share: far below what is printed, above the noise of binary fractions
# Illegal in XML 1.0, lone surrogates, and the marks that make text run backwards over its neighbours.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


class Named(Protocol):
    """A project or a park."""

    @property
    def id(self) -> str: ...

    def name(self, lang: str) -> str: ...


@dataclasses.dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column of a table.

    Attributes
    ----------
    key : str
        Same in every language; names the column to other columns and to tests.
    title : str
        As the reader sees it.
    kind : str
        ``text``; ``code`` (short text or a number that names something: no thousands marked); ``whole`` number; ``ha``
        (hectares, two decimals); ``m2`` (square metres, one decimal); ``share`` (0-1, printed as percent); ``day``;
        ``figure`` (a number with the decimals it was given); of forecasts, which are known less well, ``tenth`` (hectares, one
        decimal), ``percent`` (a share without decimals), ``factor`` (two decimals).
    width : float
        Characters.
    value : callable
        Row -> cell; None means not known.
    adds : bool
        Summed in group and total rows.
    whole : float or None
        What the whole is, where it may be less than the sum of its rows because land lies in two of them.
    parts : (str, str) or None
        Keys of two columns; the cell is the first over their sum, in every row.
    apart : (str, str) or None
        Keys of two columns; the cell is the first less the second as they are printed, in every row.
    """

    key: str
    title: str
    kind: Kind
    width: float
    value: Callable[[T], Value] = lambda _: None
    adds: bool = False
    whole: float | None = None
    parts: tuple[str, str] | None = None
    apart: tuple[str, str] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells in the order of the columns and, for a sum, the rows (by index) that it adds."""

    role: Role
    cells: tuple[Value, ...]
    adds: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A captioned table; ``empty`` is what to say when it has no rows."""

    key: str
    caption: str
    columns: tuple[Column[Any], ...]
    rows: tuple[Row, ...]
    empty: str

    def at(self, key: str) -> int:
        """Return the position of a column."""
        return [c.key for c in self.columns].index(key)

    @property
    def total(self) -> int:
        """Return the index of the total row."""
        return [row.role for row in self.rows].index("total")


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook and a section of the page."""

    key: str
    name: str
    title: str
    lead: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One number of the number block."""

    key: str
    label: str
    kind: Kind
    value: Value


def table(words: Words, key: str, columns: Sequence[Column[Any]], rows: Sequence[Row]) -> Table:
    """Return a table with the caption, and the words for having no rows, of its key."""
    return Table(key, words(f"report.title_{key}"), tuple(columns), tuple(rows), words(f"report.empty_{key}"))


def without(table: Table, key: str) -> Table:
    """Return a table of lines without one of its columns; one with sums as it is, for their label stands in that column."""
    if any(row.role != "line" for row in table.rows):
        return table
    at = table.at(key)
    rows = tuple(dataclasses.replace(row, cells=row.cells[:at] + row.cells[at + 1 :]) for row in table.rows)
    return dataclasses.replace(table, columns=table.columns[:at] + table.columns[at + 1 :], rows=rows)


def named(words: Words, kind: str, code: str) -> str:
    """Return the word for a code of the layers; a code of the user's own stands for itself."""
    return words(f"report.{kind}_{code}") if words.has(f"report.{kind}_{code}") else code


def brief(one: Named, lang: str) -> str:
    """Return a name as tables have it: a very long one is cut at a word, with its id; the list of projects holds it whole."""
    name = one.name(lang)
    return name if len(name) <= NAME else f"{name[:NAME].rsplit(' ', 1)[0].rstrip(' ,;–-')}… ({one.id})"


def clean(text: str) -> str:
    """Return text with a visible mark for every character that no file should carry."""
    return _UNPRINTABLE.sub("\ufffd", text)


def ha(area_m2: float | None) -> float | None:
    """Return hectares as both outputs print them; None stays unknown."""
    return None if area_m2 is None else tidy(hectares(area_m2))


def gap(later_ha: float | None, earlier_ha: float | None) -> float | None:
    """Return by how many hectares two cells differ as they are printed (:func:`parkgis.units.apart`); None stays unknown."""
    if later_ha is None or earlier_ha is None:
        return None
    return apart(later_ha * M2_PER_HA, earlier_ha * M2_PER_HA) / 100


def tidy(value: float) -> float:
    """Return a number without the noise of binary fractions, so that ties print alike everywhere."""
    return round(value, _DECIMALS) + 0.0  # -0.0 becomes 0.0


def digits(value: Value) -> int:
    """Return how many decimals a figure was given with."""
    return decimals(value) if isinstance(value, float) else 0


def shown(value: Value, kind: Kind, words: Words) -> str:
    """Return a cell as text, to the digit that the workbook's number format prints."""
    if value is None:
        return UNKNOWN
    if isinstance(value, dt.date):
        return words.day(value)
    if isinstance(value, str) or kind == "code":
        return str(value)
    if kind in ("share", "percent"):
        return words.percent(value, SHARE_DIGITS if kind == "share" else 0)
    return words.number(value, {"ha": 2, "factor": 2, "m2": 1, "tenth": 1, "figure": digits(value)}.get(kind, 0))


def blank(column: Column[Any], row: Row) -> bool:
    """Tell whether a cell without a value is blank by nature, not a number that nobody knows."""
    worked_out = column.adds or column.parts or column.apart
    return column.kind in ("text", "code") or row.role in SPARSE or (row.role != "line" and not worked_out)


def label(table: Table, row: Row) -> range:
    """Return the columns that the label of a sum runs over; empty for other rows."""
    texts = [column.kind == "text" for column in table.columns]
    if row.role not in LABELLED or True not in texts:
        return range(0)
    first = last = texts.index(True)
    while last + 1 < len(texts) and texts[last + 1] and not row.cells[last + 1]:
        last += 1
    return range(first, last + 1)


def lines(columns: Sequence[Column[T]], rows: Sequence[T]) -> tuple[Row, ...]:
    """Return a line for each row."""
    return tuple(_line(columns, row) for row in rows)


def _line(columns: Sequence[Column[T]], row: T) -> Row:
    return Row("line", _with_parts(columns, [_cell(column.value(row)) for column in columns]))


def _cell(value: Value) -> Value:
    if isinstance(value, str):
        return clean(value)
    return tidy(value) if isinstance(value, float) else value


def summed(role: Role, columns: Sequence[Column[Any]], added: Mapping[int, Row], labels: Mapping[str, Value]) -> Row:
    """Return a row that adds others (by their index), by column; what nobody knows stays unknown."""
    cells = [_add(column, [row.cells[at] for row in added.values()]) for at, column in enumerate(columns)]
    return Row(role, _with_parts(columns, _labelled(columns, cells, labels)), tuple(added))


def totalled(
    columns: Sequence[Column[Any]],
    rows: Sequence[Row],
    adds: Sequence[int],
    shared_labels: Mapping[str, Value],
    total_labels: Mapping[str, Value],
) -> tuple[Row, ...]:
    """Return the rows, what lies in two of them taken off where anything does, and the total."""
    added = {i: rows[i] for i in adds}
    twice = _shared(columns, added, shared_labels)
    if twice:
        added[len(rows)] = twice
    return (*rows, *([twice] if twice else []), summed("total", columns, added, total_labels))


def labelled(role: Role, columns: Sequence[Column[Any]], cells: Mapping[str, Value]) -> Row:
    """Return a row that holds only the cells given, by column key."""
    return Row(role, _labelled(columns, [None] * len(columns), cells))


def _shared(columns: Sequence[Column[Any]], added: Mapping[int, Row], labels: Mapping[str, Value]) -> Row | None:
    cells: list[Value] = []
    for at, column in enumerate(columns):
        sum_ = _add(column, [row.cells[at] for row in added.values()])
        surplus = tidy(column.whole - sum_) if column.whole is not None and isinstance(sum_, float) else 0.0
        cells.append(surplus if abs(surplus) > 1e-6 else None)
    return Row("shared", _labelled(columns, cells, labels)) if any(cell is not None for cell in cells) else None


def _add(column: Column[Any], cells: Sequence[Value]) -> Value:
    known = [cell for cell in cells if isinstance(cell, int | float)]
    if not column.adds or not known:
        return None
    return sum(known) if column.kind == "whole" else tidy(math.fsum(known))


def _labelled(columns: Sequence[Column[Any]], cells: Sequence[Value], labels: Mapping[str, Value]) -> tuple[Value, ...]:
    return tuple(_cell(labels.get(column.key, cell)) for column, cell in zip(columns, cells, strict=True))


def _with_parts(columns: Sequence[Column[Any]], cells: Sequence[Value]) -> tuple[Value, ...]:
    by_key = {column.key: cell for column, cell in zip(columns, cells, strict=True)}
    return tuple(_worked_out(column, cell, by_key) for column, cell in zip(columns, cells, strict=True))


def _worked_out(column: Column[Any], cell: Value, by_key: Mapping[str, Value]) -> Value:
    """Return a cell that follows from two others of its row; any other as it is."""
    if column.parts:
        return _share(*(by_key[key] for key in column.parts))
    if column.apart:
        later, earlier = (by_key[key] for key in column.apart)
        return gap(*(value if isinstance(value, int | float) else None for value in (later, earlier)))
    return cell


def _share(part: Value, rest: Value) -> Value:
    if not isinstance(part, int | float) or not isinstance(rest, int | float) or not part + rest:
        return None
    return tidy(part / (part + rest))
