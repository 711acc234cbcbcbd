"""Area by stage and park: a funnel a park, and one table of shades."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from parkgis.outputs.charts.data import most_advanced
from parkgis.outputs.charts.frame import DONE, Texts, chart
from parkgis.outputs.figure.canvas import GREY, INK, PAPER, POINT_MM
from parkgis.outputs.figure.fonts import FONT
from parkgis.outputs.webmap.colours import RAMP

if TYPE_CHECKING:
    from parkgis.outputs.charts.data import StageRow, Stages
    from parkgis.outputs.charts.frame import Room
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.words.catalogue import Words

SMALLEST_PT = 5.0
PANEL_MM = (44.0, 31.0)  # the least a funnel needs at the usual size of letters
SHADES = ("#ffffff", *RAMP[1:])
DARK_FROM = 4  # shades on which letters are white


def _reached(row: StageRow) -> bool:
    return any(area > 0 for area in row.areas_m2)


def stages_alt(data: Stages, words: Words) -> str:
    """Say area by stage in words, for who cannot see the funnel or the table."""
    if not _reached(data.total):
        return words("chart.stages_empty", on=data.as_of.on)
    pairs = zip(data.stages, data.total.areas_m2, strict=True)
    return words(
        "chart.stages_alt", on=data.as_of.on, parks=sum(map(_reached, data.parks)),
        stages="; ".join(f"{name.of(words.lang)} {words.ha(area)} ha" for name, area in pairs),
    )  # fmt: skip


def _name(row: StageRow, words: Words) -> str:
    return row.name.of(words.lang) or words("chart.all_parks")


# -- funnel --------------------------------------------------------------------------------------------------


def funnel(
    data: Stages, words: Words, size_mm: tuple[float, float] = (160.0, 110.0), dpi: int = 200, form: str = "png", font: str = FONT
) -> bytes:
    """Draw how much land has come how far: a panel for all parks and one for each that has begun; one where there is one park.

    Where the sheet is too small for every park, those with most land handed over are drawn and the rest is said.
    """
    begun = most_advanced([row for row in data.parks if _reached(row)])
    rows = begun if len(data.parks) == 1 and begun else [data.total, *begun]
    columns, lines = _panels(size_mm, len(rows))
    shown, left = rows[: columns * lines], max(len(rows) - columns * lines, 0)
    notes = [words("chart.parks_left", count=left)] if left else []
    texts = Texts(
        words("chart.funnel_title"), words("chart.funnel_unit", on=data.as_of.on), notes,
        "" if _reached(data.total) else words("chart.stages_empty", on=data.as_of.on),
    )  # fmt: skip

    def paint(sheet: Sheet, room: Room) -> None:
        width, height = room.width / columns, room.height / math.ceil(len(shown) / columns)
        for n, row in enumerate(shown):
            _panel(
                sheet, room, (room.left + n % columns * width, room.top + n // columns * height, width, height), row, data, words
            )

    return chart(texts, data.as_of, words, paint, stages_alt(data, words), size_mm, dpi, form, font)


def _panels(size_mm: tuple[float, float], count: int) -> tuple[int, int]:
    k = min(max(math.sqrt(size_mm[0] * size_mm[1] / 14400), 0.62), 3.0) * 0.8
    columns = max(int((size_mm[0] - 6) / (PANEL_MM[0] * k)), 1)
    lines = max(int((size_mm[1] - 24 * k) / (PANEL_MM[1] * k)), 1)
    fewest = math.ceil(count / lines) if count <= columns * lines else columns
    return max(min(columns, fewest), 1), lines


def _panel(
    sheet: Sheet, room: Room, place: tuple[float, float, float, float], row: StageRow, data: Stages, words: Words
) -> None:  # fmt: skip
    left, top, width, height = place
    size = max(min(6.2 * room.scale, height / (len(data.stages) + 2.2) / POINT_MM * 0.78), SMALLEST_PT * 0.8)
    name = sheet.one_line(_name(row, words), width - 3, size * 1.12, bold=True)
    sheet.text(left + 1, top + size * 0.1, name, size * 1.12, bold=True)
    planned = words("chart.of_planned", area=words.ha(row.planned_m2))
    below = top + size * 0.55
    names = [stage.of(words.lang) for stage in data.stages]
    longest = max(sheet.width_mm(text, size) for text in names)
    label = min(longest, width * 0.46)
    small = size * max(min(label / longest, 1.0), 0.8)
    value = sheet.width_mm(words.ha(max(*row.areas_m2, 1e4)), size) + 2
    step = (height - (below - top) - size * 0.5) / (len(names) + 1)
    span = width - label - value - 4
    most = max(max(row.areas_m2), 1.0)
    sheet.text(
        left + 1, below + step / 2, sheet.one_line(planned, width - 3, size * 0.92), size * 0.92, colour=GREY, stand="center"
    )
    for n, (text, area) in enumerate(zip(names, row.areas_m2, strict=True), 1):
        middle, start = below + (n + 0.5) * step, left + label + 2.2
        sheet.text(start - 1, middle, sheet.one_line(text, label, small), small, align="right", stand="center", colour=GREY)
        last = n == len(names)
        sheet.box(start, middle - step * 0.36, max(span * area / most, 0.15), step * 0.72, DONE if last else "#8fb6d9")
        sheet.text(start + span * area / most + 0.8, middle, words.ha(area), size, stand="center", bold=last)


# -- heat table ----------------------------------------------------------------------------------------------


def heat(
    data: Stages, words: Words, size_mm: tuple[float, float] = (160.0, 110.0), dpi: int = 200, form: str = "png", font: str = FONT
) -> bytes:
    """Draw parks by stages: the hectares as a number, the share of the planned area as a shade."""
    texts = Texts(
        words("chart.heat_title"), words("chart.heat_unit", on=data.as_of.on), [words("chart.heat_key")],
        "" if data.parks else words("chart.no_parks"),
    )  # fmt: skip
    return chart(
        texts, data.as_of, words, lambda sheet, room: _table(sheet, room, data, words), stages_alt(data, words), size_mm, dpi,
        form, font,
    )  # fmt: skip


def _table(sheet: Sheet, room: Room, data: Stages, words: Words) -> None:
    size = 6.2 * room.scale
    head = 4 * size * POINT_MM * 1.2 + 1
    rows = [data.total, *data.parks]
    least = SMALLEST_PT * POINT_MM * 1.25
    fit = max(int((room.height - head) / least), 2)
    if len(rows) > fit:  # the last line says how many are left out
        rows = [data.total, *sorted(most_advanced(data.parks)[: fit - 2], key=data.parks.index)]
    left_out = len(data.parks) + 1 - len(rows)
    step = min((room.height - head) / (len(rows) + bool(left_out)), size * POINT_MM * 2.2)
    size = min(size, step / POINT_MM / 1.25)
    first = min(max(sheet.width_mm(_name(row, words), size) for row in rows) + 2, room.width * 0.34)
    width = (room.width - first) / (len(data.stages) + 1)
    _head(sheet, room, data, words, head, first, width)
    for n, row in enumerate(rows):
        _row(sheet, room, row, words, (room.top + head + n * step, step, first, width, size), bold=n == 0)
    if left_out:
        sheet.text(
            room.left,
            room.top + head + (len(rows) + 0.5) * step,
            words("chart.parks_left", count=left_out),
            size,
            stand="center",
            colour=GREY,
        )


def _head(sheet: Sheet, room: Room, data: Stages, words: Words, head: float, first: float, width: float) -> None:
    names = [words("chart.planned"), *(stage.of(words.lang) for stage in data.stages)]
    size = 5.6 * room.scale
    longest = max(sheet.width_mm(part, size, True) for name in names for part in name.split())
    size = min(size, size * (width - 1) / longest)
    for n, name in enumerate(names):
        lines = sheet.lines(name, width - 0.8, size, bold=True, most=4)
        top = room.top + head - 1 - len(lines) * size * POINT_MM * 1.2
        for line, text in enumerate(lines):
            at = room.left + first + (n + 0.5) * width
            sheet.text(at, top + line * size * POINT_MM * 1.2, text, size, bold=True, align="center")


def _row(
    sheet: Sheet, room: Room, row: StageRow, words: Words, at: tuple[float, float, float, float, float], *, bold: bool
) -> None:  # fmt: skip
    top, step, first, width, size = at
    sheet.text(
        room.left, top + step / 2, sheet.one_line(_name(row, words), first - 1.5, size, bold=bold), size, bold=bold, stand="center"
    )  # fmt: skip
    sheet.text(
        room.left + first + width * 0.94, top + step / 2, words.ha(row.planned_m2), size, align="right", stand="center", colour=GREY
    )
    widest = max(sheet.width_mm(words.ha(area), size, bold) for area in row.areas_m2)
    fits = min(size, size * (width - 1.6) / max(widest, 0.1))
    for n, area in enumerate(row.areas_m2, 1):
        shade = _shade(area, row.planned_m2)
        left = room.left + first + n * width
        sheet.box(left, top, width, step, SHADES[shade], edge="#d5dade", line_pt=0.4)
        colour = PAPER if shade >= DARK_FROM else INK
        text = words.ha(area) if row.known else words("word.none")
        sheet.text(left + width / 2, top + step / 2, text, fits, align="center", stand="center", colour=colour, bold=bold)


def _shade(area_m2: float, planned_m2: float) -> int:
    """Return the shade of a share: 0 for nothing, then by quarters, the last for all of the planned area."""
    if area_m2 <= 0:
        return 0
    share = area_m2 / planned_m2 if planned_m2 else 0.0
    return 5 if share > 1 - 1e-9 else 1 + min(int(share * 4 - 1e-12), 3)
