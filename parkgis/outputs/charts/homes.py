"""Land users who still hold land, by park."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs.charts.frame import DONE, LESS, USUAL_MM, Texts, chart
from parkgis.outputs.figure.canvas import GREY, POINT_MM
from parkgis.outputs.figure.fonts import FONT
from parkgis.outputs.matters import between
from parkgis.status.homes import Between

if TYPE_CHECKING:
    from parkgis.outputs.charts.data import HouseholdRow, HouseholdsLeft
    from parkgis.outputs.charts.frame import Room
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.words.catalogue import Words

WAITING = "#8fb6d9"  # paid for and not yet handed over


def households(
    data: HouseholdsLeft, words: Words, size_mm: tuple[float, float] = USUAL_MM, dpi: int = 200, form: str = "png",
    font: str = FONT,
) -> bytes:  # fmt: skip
    """Draw how many land users have not handed over all their land, by park, and how many of them are unpaid."""
    unknown = [row for row in data.parks if row.known is None]
    stated = data.total.stated
    open_ = any(row.stated and row.unpaid < row.remaining for row in data.parks)
    notes = [words("chart.households_key_open" if open_ else "chart.households_key_stated") if stated else _key(words)]
    if unknown:
        notes.append(words("chart.households_unknown", count=len(unknown)))
    if not stated and any(row.stated for row in data.parks):
        notes.append(words("chart.households_stated"))
    if data.total.parcels_unnamed:
        notes.append(words("chart.households_unnamed", count=data.total.parcels_unnamed))
    empty = words("chart.households_empty") if data.total.known is None else ""
    title, unit = ("title_stated", "unit_stated") if stated else ("title", "unit")
    said = words(f"chart.households_{title}"), words(f"chart.households_{unit}", on=data.as_of.on)
    texts = Texts(*said, [] if empty else notes, empty)
    return chart(
        texts, data.as_of, words, lambda sheet, room: _plot(sheet, room, data, words), households_alt(data, words), size_mm, dpi,
        form, font,
    )  # fmt: skip


def households_alt(data: HouseholdsLeft, words: Words) -> str:
    """Say the chart in words, for who cannot see it."""
    total = data.total
    if total.known is None:
        return words("chart.households_empty")
    if total.stated:
        left = between(Between(total.unpaid, total.remaining), words)
        return words("chart.households_alt_stated", on=data.as_of.on, known=total.known, remaining=left)
    return words("chart.households_alt", on=data.as_of.on, known=total.known, remaining=total.remaining, unpaid=total.unpaid)


def _key(words: Words) -> str:
    return words("chart.households_key")


def _plot(sheet: Sheet, room: Room, data: HouseholdsLeft, words: Words) -> None:
    known = sorted((row for row in data.parks if row.known is not None), key=lambda row: (-row.remaining, row.name.id))
    least = 5.0 * POINT_MM * 1.35
    fit = max(int(room.height / least) - 1, 1)
    rows = [data.total, *known[: fit - 1 if len(known) > fit else fit]]
    left_out = len(known) + 1 - len(rows)
    step = min(room.height / (len(rows) + bool(left_out)), 8 * room.scale)
    size = min(6.8 * room.scale, step / POINT_MM / 1.35)
    mark = "" if data.total.stated else " *"
    names = [(row.name.of(words.lang) or words("chart.all_parks")) + (mark if row.stated else "") for row in rows]
    first = min(max(sheet.width_mm(name, size, True) for name in names) + 2, room.width * 0.36)
    widest = max(sheet.width_mm(_value(row, words), size, True) for row in rows) + 3
    most = max(max(row.remaining for row in rows[1:]) if len(rows) > 1 else 0, 1)
    for n, (row, name) in enumerate(zip(rows, names, strict=True)):
        scale = (room.width - first - widest) / max(most if n else data.total.remaining, 1)
        _bar(sheet, (room.left, room.top + n * step, first, step, scale, size), row, name, words, bold=n == 0)
    if left_out:
        at = room.top + (len(rows) + 0.5) * step
        sheet.text(room.left, at, words("chart.parks_left", count=left_out), size, colour=GREY, stand="center")


def _bar(
    sheet: Sheet, at: tuple[float, float, float, float, float, float], row: HouseholdRow, name: str, words: Words, *, bold: bool
) -> None:  # fmt: skip
    left, top, first, step, scale, size = at
    middle, start = top + step / 2, left + first
    sheet.text(left, middle, sheet.one_line(name, first - 1.5, size, bold=bold), size, bold=bold, stand="center")
    unpaid, waiting = row.unpaid * scale, (row.remaining - row.unpaid) * scale
    thick = step * 0.62
    sheet.box(start, middle - thick / 2, unpaid, thick, LESS, edge="#7a3a12", hatch="////", line_pt=0.4)
    sheet.box(start + unpaid, middle - thick / 2, waiting, thick, WAITING, edge=DONE, line_pt=0.4)
    sheet.text(start + unpaid + waiting + 1, middle, _value(row, words), size, bold=bold, stand="center")


def _value(row: HouseholdRow, words: Words) -> str:
    if row.stated:
        left = between(Between(row.unpaid, row.remaining), words)
        return words("chart.households_value_stated", remaining=left, known=row.known or 0)
    return words("chart.households_value", remaining=row.remaining, unpaid=row.unpaid, known=row.known or 0)
