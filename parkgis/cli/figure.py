"""The command that draws on paper: maps, charts and cards as PNG, SVG or PDF."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.briefing import Briefing
    from parkgis.model import Cut
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.status import Snapshot
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

FORMS = ("png", "svg", "pdf")
SIZES = {
    "a4": (297.0, 210.0), "a3": (420.0, 297.0), "a4-portrait": (210.0, 297.0), "a3-portrait": (297.0, 420.0),
    "slide": (254.0, 142.875), "social": (158.75, 83.34375), "square": (142.875, 142.875),
}  # fmt: skip
CARDS = ("slide", "social", "square")
CHART_MM = (160.0, 100.0)


@dataclasses.dataclass(frozen=True)
class Job:
    """What a figure is drawn from."""

    found: Workspace
    words: Words
    cut: Cut
    snapshot: Snapshot
    briefing: Briefing
    since: dt.date | None
    size_mm: tuple[float, float] | None
    card: str
    dpi: int
    font: str


def figure(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A map of maps/, a chart, or a card; see above.")] = "overview",
    on: options.OnOption = None,
    known: options.KnownOption = None,
    size: Annotated[str, typer.Option("--size", help="A4, A3, A4-portrait, slide, social, square, or millimetres: 160x90.")] = "",
    dpi: Annotated[int, typer.Option("--dpi", min=30, max=1200, help="Pixels an inch, for PNG.")] = 300,
    forms: Annotated[str, typer.Option("--formats", help="Which files: png,svg,pdf.")] = "png",
    series: Annotated[bool, typer.Option("--series", help="One PDF: the whole map, then a page a park.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", help="The earlier day of waterfall, patchwork and the map change.")
    ] = None,
    font: Annotated[str, typer.Option("--font", help="Font family with every Vietnamese letter.")] = "DejaVu Sans",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; its ending says the form.")] = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Draw a map, a chart or a card on paper. Charts: burn-up, funnel, stages, waterfall, households, patchwork. Card: number.

    Example: parkgis figure overview --on 2026-06-30 --size A3 --formats png,pdf

    Example: parkgis figure clearance --series --output maps/parks.pdf
    """
    found = options.workspace(directory)
    words = options.words(lang, found)
    wanted = _forms(forms, output, series)
    size_mm, card = _size(size), size.lower() if size.lower() in CARDS else ""
    draw = _drawing(found, name, series)
    job = _job(found, words, options.cut(found, on, known), since, size_mm, card, 192 if card else dpi, font)
    stem = "-".join([name, *(["series"] if series else []), *([size.lower()] if size else [])])
    paths = []
    with tables.progress(words) as progress:
        for n, kind in enumerate(wanted):
            progress("figure", 0.2 + 0.8 * n / len(wanted))
            paths.append(_write(job, output, stem, kind, draw(job, kind)))
    tables.print_written(paths, form.value, words)


def _forms(text: str, output: Path | None, series: bool) -> list[str]:
    forms = [f.strip().lower() for f in text.split(",")]
    if series:
        forms = ["pdf"]
    elif output:
        forms = [output.suffix.lower().removeprefix(".")]
    if unknown := [f for f in forms if f not in FORMS]:
        why = Reason(
            "figure_form", "no figure is written as {form}; the forms are: {forms}", form=unknown[0], forms=", ".join(FORMS)
        )
        raise UsageError(why=why)
    return forms


def _size(text: str) -> tuple[float, float] | None:
    if not text or text.lower() in SIZES:
        return SIZES.get(text.lower())
    found = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)", text.lower())
    if not found or not all(30 <= float(side) <= 1500 for side in found.groups()):
        why = Reason(
            "figure_size", "{size} is no size; write A4, A3, A4-portrait, slide, social, square, or millimetres such as 160x90",
            size=text,
        )  # fmt: skip
        raise UsageError(why=why)
    return float(found[1]), float(found[2])


def _job(
    found: Workspace, words: Words, cut: Cut, since: str | None, size_mm: tuple[float, float] | None, card: str, dpi: int, font: str
) -> Job:  # fmt: skip
    from parkgis.briefing import brief

    with tables.progress(words) as progress:
        progress("status", 0.1)
        snapshot = found.snapshot(cut)
        day = options.day(since) if since else None
        return Job(found, words, snapshot.cut, snapshot, brief(found, snapshot), day, size_mm, card, dpi, font)


def _drawing(found: Workspace, name: str, series: bool) -> Callable[[Job, str], bytes]:
    """Return what draws a figure by its name: a chart, a card, else a map of ``maps/``."""
    if name in CHARTS and not series:
        return CHARTS[name]
    if name in CHARTS:
        why = Reason("figure_pages", "--series writes one PDF of map pages; it needs a map (overview, clearance) and the form pdf")
        raise UsageError(why=why)
    definition = _definition(found, name)

    def drawn(job: Job, form: str) -> bytes:
        return _map(job, form, definition, series)

    return drawn


def _definition(found: Workspace, name: str) -> MapDefinition:
    from parkgis.outputs import map_definition
    from parkgis.workspace import shipped

    folders = [found.root / "maps", shipped() / "maps"]
    known = sorted({path.stem for folder in folders for path in folder.glob("*.toml")})
    if name not in known:
        names = ", ".join([*known, *CHARTS])
        raise UsageError(why=Reason("figure_name", "there is no figure {name}; the figures are: {names}", name=name, names=names))
    return map_definition.find(folders, [name])[0]


def _map(job: Job, form: str, definition: MapDefinition, series: bool) -> bytes:
    from parkgis.cli.laying import laid
    from parkgis.outputs import figure
    from parkgis.shapes import shapes

    drawn = laid(job.found, job.snapshot, [definition], shapes(job.found, job.snapshot), lambda *_: None)
    size_mm = job.size_mm or figure.A4
    if series:
        return figure.series(job.briefing, drawn, job.words, definition, size_mm, job.font, job.since)
    return figure.figure(job.briefing, drawn, job.words, definition, size_mm, job.dpi, form, job.font, job.since)


def _chart(job: Job, form: str, draw: Any, data: Any) -> bytes:
    content: bytes = draw(data, job.words, job.size_mm or CHART_MM, job.dpi, form, job.font)
    return content


def _burn_up(job: Job, form: str) -> bytes:
    from parkgis.outputs import charts
    from parkgis.status.series import counted_by_day

    return _chart(job, form, charts.burn_up, charts.burn_up_data(job.briefing, counted_by_day(job.snapshot)))


def _funnel(job: Job, form: str) -> bytes:
    from parkgis.outputs import charts

    return _chart(job, form, charts.funnel, charts.stages_data(job.briefing))


def _heat(job: Job, form: str) -> bytes:
    from parkgis.outputs import charts

    return _chart(job, form, charts.heat, charts.stages_data(job.briefing))


def _change(job: Job, form: str) -> bytes:
    from parkgis.explain import end_of, explain
    from parkgis.outputs import charts

    told = explain(job.found, end_of(job.found, job.since or job.cut.on - dt.timedelta(days=7)), job.cut)
    return _chart(job, form, charts.waterfall, charts.waterfall_data(job.briefing, told))


def _households(job: Job, form: str) -> bytes:
    from parkgis.outputs import charts
    from parkgis.planning.households import households

    return _chart(job, form, charts.households, charts.households_data(job.briefing, households(job.snapshot)))


def _patchwork(job: Job, form: str) -> bytes:
    from parkgis.outputs import charts
    from parkgis.planning import patchwork
    from parkgis.status.series import counted_by_day

    rules = job.found.config.blocks
    days = patchwork.month_ends(job.since or dt.date(job.briefing.target.year, 1, 1), job.cut.on)
    series = patchwork.series(job.snapshot, rules, days)
    data = charts.patchwork_data(job.briefing, series, counted_by_day(job.snapshot), rules)
    return _chart(job, form, charts.patchwork, data)


def _number(job: Job, form: str) -> bytes:
    from parkgis.outputs import cards

    return cards.number_card(job.briefing, job.words, job.card or "slide", form, job.font).content


CHARTS: dict[str, Callable[[Job, str], bytes]] = {
    "burn-up": _burn_up, "funnel": _funnel, "stages": _heat, "waterfall": _change, "households": _households,
    "patchwork": _patchwork, "number": _number,
}  # fmt: skip


def _write(job: Job, output: Path | None, stem: str, form: str, content: bytes) -> Path:
    from parkgis.layers.write import write_bytes

    mark = "DEMO-" if job.briefing.demo else ""
    path = output or job.found.output("figures", f"{mark}{stem}-{job.briefing.on.isoformat()}-{job.words.lang}.{form}")
    write_bytes(path, content)
    return path
