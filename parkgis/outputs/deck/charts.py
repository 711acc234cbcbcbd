"""Native charts: PowerPoint's own, with their worksheets, in the colours of the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parkgis.errors import ExtraMissing, Reason
from parkgis.outputs.charts.frame import nice_step

try:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
    from pptx.enum.dml import MSO_LINE_DASH_STYLE, MSO_THEME_COLOR
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn
    from pptx.util import Pt
except ImportError as error:
    raise ExtraMissing(what=Reason("extra_slides", "Slides"), extra="office") from error

if TYPE_CHECKING:
    from parkgis.outputs.deck.model import Bars, Line, Lines

DATA: Any = CategoryChartData
LOOKS = {
    "counted": (MSO_THEME_COLOR.ACCENT_1, 3.0, None),
    "target": (MSO_THEME_COLOR.ACCENT_4, 1.75, None),
    "plan": (MSO_THEME_COLOR.ACCENT_2, 2.0, MSO_LINE_DASH_STYLE.DASH),
    "need": (MSO_THEME_COLOR.ACCENT_3, 2.25, MSO_LINE_DASH_STYLE.ROUND_DOT),
}
"""Colour, width (pt) and dashes of a line by its role: told apart in grey too."""

LETTERS_PT = 12
LABEL_PT = 14
HEADROOM = 1.08
WHOLE = "0"  # no mark of thousands or decimals that would follow the reader's Windows rather than the deck's language


def lines_chart(shapes: Any, box: tuple[int, int, int, int], data: Lines) -> Any:
    """Draw lines over the days of a year; hectares upward."""
    days = sorted({day for line in data.lines for day in line.points_ha})
    chart_data: Any = DATA(number_format="0.00")
    chart_data.categories = days
    for line in data.lines:
        chart_data.add_series(line.name, [line.points_ha.get(day) for day in days])
    frame = shapes.add_chart(XL_CHART_TYPE.LINE, *box, chart_data)
    chart = frame.chart
    chart.font.size, chart.has_title = Pt(LETTERS_PT), False
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.legend.font.size = Pt(LETTERS_PT)
    _join_gaps(chart)
    _axis_of_days(chart, data)
    _axis_of_hectares(chart, data)
    for series, line in zip(chart.plots[0].series, data.lines, strict=True):
        _line(series, line)
    return frame


def _small(frame: Any) -> None:
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(LETTERS_PT), False


def _join_gaps(chart: Any) -> None:
    """Draw a line from point to point over days without one."""
    chart._chartSpace.chart.find(qn("c:dispBlanksAs")).set("val", "span")


def _axis_of_days(chart: Any, data: Lines) -> None:
    axis = chart.category_axis
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = data.months, False
    axis.has_major_gridlines = False
    axis.format.line.color.theme_color = MSO_THEME_COLOR.ACCENT_6
    xml = axis._element
    for tag in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit"):
        for old in xml.findall(qn(tag)):
            xml.remove(old)
    for tag, value in (("baseTimeUnit", "days"), ("majorUnit", "1"), ("majorTimeUnit", "months")):
        xml.append(parse_xml(f'<c:{tag} {nsdecls("c")} val="{value}"/>'))


def _axis_of_hectares(chart: Any, data: Lines) -> None:
    axis = chart.value_axis
    axis.minimum_scale = 0
    axis.maximum_scale, axis.major_unit = _scale(max(ha for line in data.lines for ha in line.points_ha.values()))
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = WHOLE, False
    axis.format.line.fill.background()
    axis.major_gridlines.format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_2
    axis.has_title = True
    axis.axis_title.text_frame.text = data.unit
    _small(axis.axis_title.text_frame)
    axis.axis_title.text_frame._txBody.bodyPr.set("rot", "0")  # PowerPoint turns it by default


def _scale(most: float) -> tuple[float, float]:
    """Return a round end of the axis above ``most``, and its step."""
    step = max(nice_step(most * HEADROOM, 7), 1.0)
    return step * (int(most * HEADROOM // step) + 1), step


def _line(series: Any, line: Line) -> None:
    colour, width, dash = LOOKS[line.role]
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.theme_color, series.format.line.width = colour, Pt(width)
    if dash is not None:
        series.format.line.dash_style = dash


def _label(label: Any, text: str) -> None:
    """Write a label as the deck's language prints it: a number format would follow the reader's Windows."""
    label.has_text_frame = True
    label.text_frame.text = text
    run = label.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.color.theme_color = Pt(LABEL_PT), True, MSO_THEME_COLOR.TEXT_1
    label.position = XL_LABEL_POSITION.OUTSIDE_END


# -- bars ----------------------------------------------------------------------------------------------------


def bars_chart(shapes: Any, box: tuple[int, int, int, int], data: Bars) -> Any:
    """Draw horizontal bars, the first on top, the last in the strongest colour."""
    chart_data: Any = DATA(number_format="0.00")
    chart_data.categories = data.names
    chart_data.add_series(data.title, data.values_ha)
    frame = shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, chart_data)
    chart = frame.chart
    chart.font.size, chart.has_legend, chart.has_title = Pt(LETTERS_PT), False, True
    chart.chart_title.text_frame.text = data.title
    chart.chart_title.include_in_layout = False
    _small(chart.chart_title.text_frame)
    plot = chart.plots[0]
    plot.gap_width, plot.vary_by_categories = 45, False
    series = plot.series[0]
    series.format.fill.solid()
    series.format.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    series.format.fill.fore_color.brightness = 0.5
    last = len(data.names) - 1
    point = series.points[last].format.fill
    point.solid()
    point.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    for n, text in enumerate(data.labels):
        _label(series.points[n].data_label, text)
    chart.category_axis.reverse_order = True
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.format.line.color.theme_color = MSO_THEME_COLOR.ACCENT_6
    chart.category_axis.tick_labels.font.size = Pt(LETTERS_PT)
    values = chart.value_axis
    values.minimum_scale, values.maximum_scale = 0, max(*data.values_ha, 0.01) * 1.25  # room for the labels
    values.has_major_gridlines, values.visible = False, False
    values.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    return frame
