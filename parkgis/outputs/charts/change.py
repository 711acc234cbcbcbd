"""Why the counted area moved since an earlier question, cause by cause."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

from parkgis.outputs.charts.frame import DONE, LESS, PLAN, USUAL_MM, Texts, chart, nice_step, places_of
from parkgis.outputs.figure.canvas import GREY, INK, RULE
from parkgis.outputs.figure.fonts import FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from parkgis.outputs.charts.data import Waterfall
    from parkgis.outputs.charts.frame import Room
    from parkgis.outputs.figure.canvas import Sheet
    from parkgis.words.catalogue import Words


class Bar(NamedTuple):
    """A bar from one level to another (ha); ``whole`` for the two levels themselves."""

    label: str
    low: float
    high: float
    text: str
    whole: bool
    down: bool


def waterfall(
    data: Waterfall, words: Words, size_mm: tuple[float, float] = USUAL_MM, dpi: int = 200, form: str = "png", font: str = FONT
) -> bytes:
    """Draw what each cause did to the counted area between two days; a cause that did nothing has no bar."""
    bars = _bars(data, words)
    texts = Texts(
        words("chart.waterfall_title", since=data.since, on=data.as_of.on), words("chart.waterfall_unit", on=data.as_of.on),
        [words("chart.waterfall_same")] if len(bars) == 2 else [],
    )  # fmt: skip
    return chart(
        texts, data.as_of, words, lambda sheet, room: _plot(sheet, room, bars, words), waterfall_alt(data, words), size_mm, dpi,
        form, font,
    )  # fmt: skip


def waterfall_alt(data: Waterfall, words: Words) -> str:
    """Say the change in words, for who cannot see it."""
    moved = [f"{words(f'chart.cause_{c.code}')} {signed(c.shown_m2, words)} ha" for c in data.causes if c.area_m2]
    return words(
        "chart.waterfall_alt", since=data.since, on=data.as_of.on, before=words.ha(data.before_m2), after=words.ha(data.after_m2),
        causes="; ".join(moved) or words("chart.waterfall_same"),
    )  # fmt: skip


def signed(area_m2: float, words: Words) -> str:
    """Write hectares with their sign, as a change."""
    text = words.ha(abs(area_m2))
    return f"{'−' if area_m2 < 0 else '+'}{text}"


def _bars(data: Waterfall, words: Words) -> list[Bar]:
    bars = [Bar(words("chart.level", on=data.since), 0, data.before_m2 / 10_000, words.ha(data.before_m2), True, False)]
    level = data.before_m2
    for cause in data.causes:
        if cause.area_m2:
            ends = sorted((level, level + cause.area_m2))
            name = words(f"chart.cause_{cause.code}")
            bars.append(Bar(name, ends[0] / 10_000, ends[1] / 10_000, signed(cause.shown_m2, words), False, cause.area_m2 < 0))
            level += cause.area_m2
    after = Bar(words("chart.level", on=data.as_of.on), 0, data.after_m2 / 10_000, words.ha(data.after_m2), True, False)
    return [*bars, after]


def _plot(sheet: Sheet, room: Room, bars: list[Bar], words: Words) -> None:
    k = room.scale
    most, least = max(1e-3, *(bar.high for bar in bars)), min(0.0, *(bar.low for bar in bars))
    step = nice_step((most - least) * 1.12, 5)
    low, high = math.floor(least / step) * step, math.ceil(most * 1.12 / step) * step
    count = round((high - low) / step)
    places = places_of(step)
    ticks = [words.number(low + n * step, places) for n in range(count + 1)]
    left, foot = max(sheet.width_mm(text, 6.2 * k) for text in ticks) + 2.5 * k, 9.5 * k
    width = room.width - left
    axes = sheet.axes(room.left + left, room.top, width, room.height - foot)
    axes.set_xlim(-0.6, len(bars) - 0.4)
    axes.set_ylim(low, high)
    axes.set_yticks([low + n * step for n in range(count + 1)], ticks)
    axes.set_xticks([])
    axes.grid(axis="y", color="#e3e7ea", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    sheet.tick_font(axes, 6.2 * k)
    for n, bar in enumerate(bars):
        colour = PLAN if bar.whole else LESS if bar.down else DONE
        axes.bar(
            n, bar.high - bar.low, bottom=bar.low, width=0.62, color=colour, hatch="////" if bar.down else None,
            edgecolor="#7a3a12" if bar.down else colour, linewidth=0.5,
        )  # fmt: skip
        sheet.label(axes, n, bar.high, bar.text, 7.4 * k, bold=True, ha="center", va="bottom", shift=(0, 1.5 * k), color=INK)
        _under(sheet, room, bar, room.left + left + width * (n + 0.6) / (len(bars) + 0.2), width / len(bars))
    _levels(axes, bars)


def _under(sheet: Sheet, room: Room, bar: Bar, middle: float, width: float) -> None:
    k = room.scale
    sheet.paragraph(middle - width / 2, room.bottom - 8.3 * k, bar.label, width - 1, 6.2 * k, colour=GREY, most=3, align="center")


def _levels(axes: Axes, bars: list[Bar]) -> None:
    """Join the bars at the level each leaves behind."""
    for n, (bar, following) in enumerate(itertools.pairwise(bars)):
        level = bar.low if bar.down else bar.high
        level = min(level, following.high) if following.whole else level
        axes.plot([n - 0.31, n + 1.31], [level, level], color=RULE, linewidth=0.6, zorder=0)
