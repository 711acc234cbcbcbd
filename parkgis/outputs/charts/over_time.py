"""How much of the land handed over lies together, month by month, beside what counted toward the target."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.outputs.charts.frame import DONE, LESS, USUAL_MM, Texts, chart
from parkgis.outputs.figure.canvas import GREY, INK, POINT_MM
from parkgis.outputs.figure.fonts import FONT

if TYPE_CHECKING:
    from parkgis.outputs.charts.data import OverTime, Patch
    from parkgis.outputs.charts.frame import Room
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.words.catalogue import Words

WIDEST_MM = 16.0
"""Few months stay slender."""


def patchwork(
    data: OverTime, words: Words, size_mm: tuple[float, float] = USUAL_MM, dpi: int = 200, form: str = "png", font: str = FONT
) -> bytes:
    """Draw a bar a month: what of the land handed over is usable, what is not, and what counted toward the target."""
    empty = _empty(data, words)
    notes = [] if empty else [words("chart.patchwork_key", year=data.year), _rules(data, words)]
    texts = Texts(words("chart.patchwork_title"), words("chart.patchwork_unit", on=data.as_of.on), notes, empty)
    return chart(
        texts, data.as_of, words, lambda sheet, room: _plot(sheet, room, data, words), patchwork_alt(data, words), size_mm, dpi,
        form, font,
    )  # fmt: skip


def patchwork_alt(data: OverTime, words: Words) -> str:
    """Say the chart in words, for who cannot see it."""
    if empty := _empty(data, words):
        return empty
    first, last = data.months[0], data.months[-1]
    facts = {"since": first.day, "before": _share(first, words), "on": last.day, "share": _share(last, words)}
    areas = {"handed": words.ha(last.handed_m2), "usable": words.ha(last.usable_m2), "mesh": words.ha(last.mesh_m2 or 0.0)}
    return words("chart.patchwork_alt", **facts, **areas)


def _empty(data: OverTime, words: Words) -> str:
    if not data.known:
        return words("chart.patchwork_unknown")
    return "" if any(month.handed_m2 for month in data.months) else words("blocks.none", on=data.as_of.on)


def _rules(data: OverTime, words: Words) -> str:
    return words("chart.patchwork_rules", area=words.ha(data.least_m2), width=words.number(data.width_m, 1))


def _share(month: Patch, words: Words) -> str:
    return words.percent(month.usable_m2 / month.handed_m2 if month.handed_m2 else None)


@dataclasses.dataclass(frozen=True)
class _Bars:
    """Where the bars stand (millimetres), and how high a hectare is."""

    left: float
    step: float
    thick: float
    foot: float
    mm_a_m2: float
    size: float
    narrow: bool

    def middle(self, place: int) -> float:
        return self.left + (place + 0.5) * self.step


def _plot(sheet: Sheet, room: Room, data: OverTime, words: Words) -> None:
    size = 6.2 * room.scale
    form = "%d/%m" if data.months[0].day.year == data.months[-1].day.year else "%d/%m/%y"
    line = size * POINT_MM * 1.45
    rows = {
        words("chart.patchwork_day"): [f"{month.day:{form}}" for month in data.months],
        words("chart.patchwork_share"): [_share(month, words) for month in data.months],
        words("chart.patchwork_mesh"): ["–" if m.mesh_m2 is None else words.ha(m.mesh_m2) for m in data.months],
    }
    first = max(sheet.width_mm(name, size) for name in rows) + 2.5
    step = min((room.width - first) / len(data.months), WIDEST_MM * room.scale)
    most = max(max(m.handed_m2, m.counted_m2) for m in data.months)
    foot = room.bottom - len(rows) * line
    widest = max(sheet.width_mm(text, size, True) for texts in [*rows.values(), _tops(data, words)] for text in texts) + 1
    bars = _Bars(room.left + first, step, step * 0.62, foot, (foot - room.top - 1.6 * line) / most, size, widest > step)
    said = _said(len(data.months), widest / step)
    sheet.line(bars.left, foot, bars.left + step * len(data.months), foot, colour=GREY)
    for place, month in enumerate(data.months):
        _bar(sheet, bars, place, month, words, told=place in said)
    for n, (name, texts) in enumerate(rows.items()):
        at = foot + (n + 0.65) * line
        sheet.text(room.left, at, name, size, colour=GREY, stand="center")
        for place in said:
            sheet.text(bars.middle(place), at, texts[place], size, bold=n > 0, align="center", stand="center")


def _said(count: int, room: float) -> list[int]:
    """Return which months have room for their figures: the last always, then every so many before it."""
    every = max(1, -int(-room // 1))
    return sorted(range(count - 1, -1, -every))


def _tops(data: OverTime, words: Words) -> list[str]:
    return [words.ha(month.handed_m2) for month in data.months]


def _bar(sheet: Sheet, bars: _Bars, place: int, month: Patch, words: Words, *, told: bool) -> None:
    left = bars.middle(place) - bars.thick / 2
    usable, rest = month.usable_m2 * bars.mm_a_m2, (month.handed_m2 - month.usable_m2) * bars.mm_a_m2
    top = bars.foot - usable - rest
    sheet.box(left, top, bars.thick, rest, LESS, edge="#7a3a12", hatch="////", line_pt=0.4)
    sheet.box(left, bars.foot - usable, bars.thick, usable, DONE)
    counted = bars.foot - month.counted_m2 * bars.mm_a_m2
    beyond = bars.step * 0.12
    if month.counted_m2:
        sheet.line(left - beyond, counted, left + bars.thick + beyond, counted, colour=INK, line_pt=1.4)
    if told:
        at = min(top, counted) - bars.size * POINT_MM * 0.75
        x, align = (left + bars.thick, "right") if bars.narrow else (bars.middle(place), "center")  # the next bar is higher
        sheet.text(x, at, words.ha(month.handed_m2), bars.size, bold=True, align=align, stand="center")
