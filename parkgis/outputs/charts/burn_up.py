"""Counted area against plan, target and the pace that would still reach it."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, NamedTuple

from parkgis.outputs.charts.frame import DONE, NEED, PLAN, USUAL_MM, Texts, chart, nice_step, places_of, spread
from parkgis.outputs.figure.canvas import GREY, INK, POINT_MM, RULE
from parkgis.outputs.figure.fonts import FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from parkgis.outputs.charts.data import BurnUp
    from parkgis.outputs.charts.frame import Room
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.words.catalogue import Words

WEEKS_MONTH_DAYS = 365 / 12


class Mark(NamedTuple):
    """A label at the right end of a line."""

    area_m2: float
    text: str
    colour: str


def burn_up(
    data: BurnUp, words: Words, size_mm: tuple[float, float] = USUAL_MM, dpi: int = 200, form: str = "png", font: str = FONT
) -> bytes:
    """Draw counted hectares day by day beside the monthly plan and the pace still required.

    Parameters
    ----------
    data : BurnUp
    words : Words
    size_mm : (width, height)
    dpi : int
    form : {"png", "svg", "pdf"}
    font : str

    Returns
    -------
    bytes
    """
    texts = Texts(words("chart.burn_up_title", year=data.year), words("chart.burn_up_unit", on=data.as_of.on), _notes(data, words))
    return chart(
        texts, data.as_of, words, lambda sheet, room: plot(sheet, room, data, words), burn_up_alt(data, words), size_mm, dpi,
        form, font,
    )  # fmt: skip


def burn_up_alt(data: BurnUp, words: Words) -> str:
    """Say the chart in words, for who cannot see it."""
    parts = [
        words(
            "chart.burn_up_alt", on=data.as_of.on, counted=words.ha(data.now_m2), target=words.ha(data.target_m2, _digits(data)),
            year=data.year,
        ),
        words("chart.burn_up_alt_plan", planned=words.ha(data.planned_to_date_m2)) if data.plan else words("chart.no_plan"),
        _pace(data, words),
    ]  # fmt: skip
    return " ".join(part for part in parts if part)


def _digits(data: BurnUp) -> int:
    return 0 if (data.target_m2 / 10_000).is_integer() else 2


def _pace(data: BurnUp, words: Words) -> str:
    need = data.required_m2_a_day
    if need is None:
        return words("chart.pace_none", remaining=words.ha(max(data.target_m2 - data.now_m2, 0.0)))
    if need == 0.0:
        return words("chart.pace_reached")
    return words(
        "chart.pace",
        remaining=words.ha(data.target_m2 - data.now_m2),
        day=words.ha(need),
        month=words.ha(need * WEEKS_MONTH_DAYS, 1),
    )


def _notes(data: BurnUp, words: Words) -> list[str]:
    notes = [] if data.now_m2 else [words("chart.burn_up_zero", year=data.year)]
    if not data.plan:
        notes.append(words("chart.no_plan"))
    return [" ".join([*notes, _pace(data, words)])]


def plot(sheet: Sheet, room: Room, data: BurnUp, words: Words) -> None:
    """Draw the chart itself into a room."""
    k = room.scale
    marks = _marks(data, words)
    side = max((sheet.width_mm(line, 6.6 * k, True) for mark in marks for line in mark.text.split("\n")), default=0) + 4 * k
    step, top = _axis(data)
    ticks = [words.number(n * step, places_of(step)) for n in range(round(top / step) + 1)]
    left = max(sheet.width_mm(text, 6.2 * k) for text in ticks) + 2.5 * k
    foot = 4.2 * k
    axes = sheet.axes(room.left + left, room.top, room.width - left - side, room.height - foot)
    axes.set_xlim(_x(data.start), _x(data.end) + 1)
    axes.set_ylim(0, top)
    axes.set_yticks([n * step for n in range(len(ticks))], ticks)
    _months(sheet, axes, data, words, k)
    _lines(sheet, axes, data, words, k)
    _write_marks(sheet, room, marks, top, side, foot)


def _axis(data: BurnUp) -> tuple[float, float]:
    """Return the step of the area axis and its end, in hectares."""
    most = max(data.target_m2, data.now_m2, *(p.area_m2 for p in data.plan), 10_000.0) / 10_000 * 1.06
    step = nice_step(most, 7)
    return step, math.ceil(most / step) * step


def _x(day: dt.date) -> int:
    return day.toordinal()


def _months(sheet: Sheet, axes: Axes, data: BurnUp, words: Words, k: float) -> None:
    first = [dt.date(data.year, month, 1) for month in range(1, 13)]
    axes.set_xticks([_x(day) for day in first], [""] * 12)
    axes.set_xticks([_x(day) + 15 for day in first], [words(f"chart.month_{n}") for n in range(1, 13)], minor=True)
    axes.tick_params(axis="x", which="minor", length=0, pad=1.6 * k)
    sheet.tick_font(axes, 6.2 * k)
    for label in axes.get_xticklabels(minor=True):
        label.set(fontfamily=sheet.font, fontsize=6.2 * k, color=GREY)
    axes.grid(axis="y", color="#e3e7ea", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _lines(sheet: Sheet, axes: Axes, data: BurnUp, words: Words, k: float) -> None:
    """Each line differs by colour, by dashes and by its label."""
    axes.axhline(data.target_m2 / 10_000, color=INK, linewidth=1.1 * k)
    if data.plan:
        days = [_x(data.start), *(_x(p.day) + 1 for p in data.plan)]
        axes.plot(days, [0.0, *(p.area_m2 / 10_000 for p in data.plan)], color=PLAN, linewidth=1.1 * k, linestyle=(0, (5, 2.5)))
    days = [_x(p.day) for p in data.counted]
    areas = [p.area_m2 / 10_000 for p in data.counted]
    if not days:
        return
    axes.fill_between(days, areas, step="post", color=DONE, alpha=0.14, linewidth=0)
    axes.step(days, areas, where="post", color=DONE, linewidth=2.0 * k, solid_joinstyle="miter")
    if data.required_m2_a_day:
        ends = [areas[-1], data.target_m2 / 10_000]
        axes.plot([days[-1], _x(data.end) + 1], ends, color=NEED, linewidth=1.1 * k, linestyle=(0, (1, 1.6)))
    if days[-1] < _x(data.end):
        axes.axvline(days[-1], color=RULE, linewidth=0.6 * k, linestyle=(0, (2, 2)))
    axes.plot([days[-1]], [areas[-1]], marker="o", markersize=4 * k, color=DONE, clip_on=False, zorder=6)
    early = days[-1] - _x(data.start) < 110
    sheet.label(
        axes, days[-1], areas[-1], words("chart.counted_label", area=words.ha(data.now_m2), on=data.counted[-1].day), 7.4 * k,
        bold=True, color=DONE, ha="left" if early else "right", va="bottom", shift=(4 * k if early else -3 * k, 3.5 * k),
    )  # fmt: skip


def _marks(data: BurnUp, words: Words) -> list[Mark]:
    found = [Mark(data.target_m2, words("chart.target_label", area=words.ha(data.target_m2, _digits(data))), INK)]
    if data.plan:
        whole = data.plan[-1].area_m2
        found.append(Mark(whole, words("chart.plan_label", area=words.ha(whole), now=words.ha(data.planned_to_date_m2)), PLAN))
    if data.required_m2_a_day and data.counted:
        middle = (data.now_m2 + data.target_m2) / 2
        found.append(Mark(middle, words("chart.need_label", month=words.ha(data.required_m2_a_day * WEEKS_MONTH_DAYS, 1)), NEED))
    return found


def _write_marks(sheet: Sheet, room: Room, marks: list[Mark], top: float, side: float, foot: float) -> None:
    k, size = room.scale, 6.6 * room.scale
    height = room.height - foot
    line = size * POINT_MM * 1.25
    deepest = max((mark.text.count("\n") + 1 for mark in marks), default=1)
    wanted = [room.top + height * (1 - mark.area_m2 / 10_000 / top) for mark in marks]
    for mark, y in zip(marks, spread(wanted, line * deepest + 0.6 * k, room.top + line, room.bottom - foot - line), strict=True):
        lines = mark.text.split("\n")
        for n, text in enumerate(lines):
            at = y + (n - (len(lines) - 1) / 2) * line
            sheet.text(room.right - side + 2 * k, at, text, size, bold=n == 0, colour=mark.colour, stand="center")
