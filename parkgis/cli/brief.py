"""The command for the leader: slides, cards and what a web site needs to show them, from one briefing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from parkgis.briefing import Briefing
    from parkgis.model import Cut
    from parkgis.outputs.cards import Card
    from parkgis.outputs.charts import BurnUp
    from parkgis.outputs.deck.master import Template
    from parkgis.outputs.deck.snippet import Shown
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.reporting.ahead import Ahead
    from parkgis.shapes import Shapes
    from parkgis.status import Snapshot
    from parkgis.status.series import CountedSeries
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

FORMATS = ("pptx", "png", "svg", "snippet")
SIZES = ("slide", "social")
WEEK = dt.timedelta(days=7)
MAP = "overview"


@dataclasses.dataclass(frozen=True)
class Job:
    """What a briefing is drawn from."""

    found: Workspace
    words: Words
    cut: Cut
    snapshot: Snapshot
    briefing: Briefing
    since: Cut
    series: CountedSeries
    shapes: Shapes
    map: MapDefinition
    font: str
    ahead: Ahead

    def name(self, rest: str) -> str:
        """Return a file's name: what, day, language, and DEMO where the figures are invented."""
        mark = "DEMO-" if self.briefing.demo else ""
        return f"{mark}brief-{self.briefing.on.isoformat()}-{self.words.lang}{rest}"


def brief(
    on: options.OnOption = None,
    known: options.KnownOption = None,
    since: Annotated[
        str | None, typer.Option("--since", help="The last cut-off. Default: a week before the day asked about.")
    ] = None,
    formats: Annotated[str, typer.Option("--formats", help="Which files: pptx,png,svg,snippet.")] = "pptx,png",
    template: Annotated[Path | None, typer.Option("--template", help="PPTX whose look the slides take.")] = None,
    make_template: Annotated[
        Path | None, typer.Option("--make-template", help="Write the template to restyle, and nothing else.")
    ] = None,
    ahead: Annotated[
        bool, typer.Option("--forecast/--no-forecast", help="Slides on what is likely, tested on the past, and on what to unlock.")
    ] = True,
    font: Annotated[str, typer.Option("--font", help="Font of the pictures, with every Vietnamese letter.")] = "DejaVu Sans",
    folder: Annotated[Path | None, typer.Option("--output", "-o", help="Folder to write to. Default: reports/.")] = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Write the leader's briefing: slides with native charts, cards as PNG and SVG, a snippet for a web site.

    Example: parkgis brief --on 2026-06-30 --formats pptx,png,snippet

    Example: parkgis brief --make-template mau.pptx
    """
    from parkgis.outputs import deck

    if make_template:
        from parkgis.layers.write import write_bytes

        write_bytes(make_template, deck.make())
        tables.print_written([make_template], form.value, options.words(lang))
        return
    found = options.workspace(directory)
    words = options.words(lang, found)
    wanted = _wanted(formats)
    opened = deck.load(template)
    with tables.progress(words) as progress:
        progress("status", 0.1)
        job = _job(found, words, options.cut(found, on, known), since, font)
        if ahead and "pptx" in wanted:
            job = dataclasses.replace(job, ahead=_ahead(job, lambda step, share: progress(step, 0.2 + 0.4 * share)))
        files = _files(job, wanted, opened, lambda share: progress("brief", 0.6 + 0.4 * share))
        paths = _write(job, folder, files)
    tables.print_written(paths, form.value, words)


def _wanted(text: str) -> list[str]:
    wanted = [f.strip().lower() for f in text.split(",")]
    if unknown := [f for f in wanted if f not in FORMATS]:
        why = Reason(
            "formats", "--formats {wrong}: the formats are {formats}", wrong=", ".join(unknown), formats=", ".join(FORMATS)
        )
        raise UsageError(why=why)
    return wanted


def _job(found: Workspace, words: Words, cut: Cut, since: str | None, font: str) -> Job:
    from parkgis.briefing import brief as gather
    from parkgis.outputs import map_definition
    from parkgis.outputs.figure.fonts import letters_of
    from parkgis.reporting.ahead import NOTHING
    from parkgis.shapes import shapes
    from parkgis.status.series import counted_by_day
    from parkgis.workspace import shipped

    letters_of(font)
    snapshot = found.snapshot(cut)
    definition = map_definition.find([found.root / "maps", shipped() / "maps"], [MAP])[0]
    return Job(
        found, words, snapshot.cut, snapshot, gather(found, snapshot), _since(found, snapshot.cut, since),
        counted_by_day(snapshot), shapes(found, snapshot, past=False), definition, font, NOTHING,
    )  # fmt: skip


def _since(found: Workspace, cut: Cut, since: str | None) -> Cut:
    """Return the last cut-off: the day named, else that of the last weekly report as it was sent, else a week before."""
    from parkgis.explain import end_of
    from parkgis.reporting import WHOLE, kept

    if since is None and (sent := kept.latest(found.root, "week", f"{WHOLE.kind}:{WHOLE.id}", cut)):
        return sent.cut
    start = end_of(found, options.day(since) if since else cut.on - WEEK)
    return dataclasses.replace(start, known=min(start.known, cut.known))


def _ahead(job: Job, progress: Callable[[str, float], None]) -> Ahead:
    """Look ahead; without the part of planning that is said, and left out."""
    from parkgis.cli import reporting
    from parkgis.outputs import ahead
    from parkgis.reporting import WHOLE

    look = reporting.looking(job.found, reporting.Wish(), progress)
    found = look(job.snapshot, job.snapshot, WHOLE, job.found.overdue(job.snapshot)) if look else job.ahead
    if said := ahead.absent(found, job.words):
        typer.echo(said, err=True)
    return found


def _files(job: Job, wanted: list[str], template: Template, progress: Callable[[float], None]) -> dict[str, bytes]:
    """Draw everything before anything is written."""
    files: dict[str, bytes] = {}
    if "pptx" in wanted:
        files[job.name(".pptx")] = _slides(job, template)
    progress(0.5)
    shown: list[Shown] = []
    for n, kind in enumerate(k for k in ("png", "svg") if k in wanted):
        for size in SIZES:
            shown += _cards(job, size, kind, files)
            progress(0.5 + 0.25 * n)
    if "snippet" in wanted:
        if "png" not in wanted:
            shown += _cards(job, "social", "png", files)
        _snippet(job, [card for card in shown if card.file.endswith("-social.png")], files)
    return files


def _slides(job: Job, template: Template) -> bytes:
    from parkgis.explain import explain
    from parkgis.outputs import deck

    extras = deck.Extras(
        series=job.series,
        explanation=explain(job.found, job.since, job.cut),
        shapes=job.shapes,
        map=job.map,
        ahead=job.ahead,
        font=job.font,
    )
    said = deck.content(job.briefing, extras, job.words, template.size_mm("picture", "main"))
    return deck.draw(said, template)


def _cards(job: Job, size: str, kind: str, files: dict[str, bytes]) -> list[Shown]:
    """Draw the three cards of a size into ``files``."""
    from parkgis.outputs import cards, charts
    from parkgis.outputs.deck.snippet import Shown

    data: BurnUp = charts.burn_up_data(job.briefing, job.series)
    drawn: dict[str, Card] = {
        "number": cards.number_card(job.briefing, job.words, size, kind, job.font),
        "burn-up": cards.burn_up_card(data, job.words, size, kind, job.font),
        "map": cards.map_card(job.briefing, job.shapes, job.words, job.map, size, kind, job.font),
    }
    for name, card in drawn.items():
        files[job.name(f"-{name}-{size}.{kind}")] = card.content
    return [
        Shown(job.name(f"-{name}-{size}.{kind}"), card.content, card.alt, card.width, card.height) for name, card in drawn.items()
    ]


def _snippet(job: Job, shown: list[Shown], files: dict[str, bytes]) -> None:
    from parkgis.outputs.deck import snippet

    words, page = job.words, job.name("-cards.html")
    title = words("deck.title", on=job.briefing.on)
    mark = words("word.demo") if job.briefing.demo else ""
    files[page] = snippet.page(shown, title, mark, words.lang).encode()
    files[job.name("-embed.html")] = snippet.as_html(shown, page, title, words).encode()
    files[job.name("-embed.md")] = snippet.as_markdown(shown, title, mark).encode()


def _write(job: Job, folder: Path | None, files: dict[str, bytes]) -> list[Path]:
    from parkgis.layers.write import write_bytes

    paths = []
    for name, content in files.items():
        paths.append(folder / name if folder else job.found.output("reports", name))
        write_bytes(paths[-1], content)
    return paths
