"""What a person reads in the terminal: tables on stdout, progress on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from parkgis.cli import matters
from parkgis.cli.layout import show as _show
from parkgis.cli.layout import table as _table
from parkgis.cli.options import nearby
from parkgis.findings import remedy, sentence
from parkgis.model import Finding, Kind, Recorded, Severity
from parkgis.rules import stage, stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from parkgis.briefing import Briefing
    from parkgis.intake.add import Added
    from parkgis.intake.minutes import Outcome
    from parkgis.words.catalogue import Words

CLEARANCE = frozenset(
    {
        "handed_over_ha",
        "compensated_ha",
        "remaining_ha",
        "plan_approved_ha",
        "recovery_notified_ha",
        "land_allocated_ha",
        "households",
    }
)  # what the terminal shows of public statements; sizes and leases are in the report and the JSON


@contextlib.contextmanager
def progress(words: Words) -> Iterator[Callable[[str, float], None]]:
    """Show a progress bar on stderr for long work; nothing when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _step, _share: None
        return
    from rich.console import Console
    from rich.progress import Progress, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        *Progress.get_default_columns()[:3], TimeRemainingColumn(), TimeElapsedColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("", total=1.0)

        def move(step: str, share: float) -> None:
            key = next(filter(words.has, (f"cli.step_{step}", f"demo.step_{step}")), None)
            bar.update(task, description=words(key) if key else step, completed=share)

        yield move


def print_table(title: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> None:
    """Print rows of text under (name, "", "right" or "fixed") columns."""
    table = _table(title, columns)
    for row in rows:
        table.add_row(*row)
    _show(table)


def print_status(briefing: Briefing, words: Words, by: str = "project") -> None:
    """Print the one number first, then stages, a table by project, park or commune, statements and findings."""
    _print_number(briefing, words)
    _print_stages(briefing, words)
    _print_groups(briefing, words)
    {"project": _print_projects, "park": _print_parks, "commune": _print_communes}[by](briefing, words)
    matters.print_matters(briefing, words)
    _print_statements(briefing, words)
    _print_summary(briefing, words)


def _print_number(briefing: Briefing, words: Words) -> None:
    echo = typer.echo
    if briefing.demo:
        echo(f"*** {words('word.demo')} ***")
    echo(words("cli.head", workspace=briefing.workspace, on=briefing.on, known=briefing.known))
    echo("")
    counted, target = briefing.counted, briefing.target
    echo(words("cli.target", year=target.year, area=words.number(target.area_ha)))
    echo(words("cli.counted", area=words.ha(counted.area_m2), share=words.percent(briefing.share)))
    if counted.entries:
        echo(
            words(
                "cli.documents",
                area=words.ha(counted.documents_m2),
                difference=words.ha(counted.documents_m2 - counted.geometry_m2),
            )
        )
    else:
        echo(words("cli.no_document"))
    if counted.unstated:
        echo(words("cli.unstated", entries=counted.unstated))
    if counted.unmapped_m2:
        echo(words("cli.unmapped", area=words.ha(counted.unmapped_m2)))
    if briefing.approval:
        echo(words("enter.proposed", area=words.ha(briefing.proposed_m2)))
    echo(words("cli.remaining", area=words.ha(briefing.remaining_m2), gone=words.percent(briefing.year_gone)))
    echo("")


def _print_stages(briefing: Briefing, words: Words) -> None:
    table = _table(
        words("cli.stages"), [(words("cli.stage"), ""), (words("cli.area_ha"), "right"), (words("cli.parcels"), "right")]
    )
    for area in briefing.stages:
        table.add_row(stage(area.code).name(words.lang), words.ha(area.area_m2), words.number(area.parcels, 0))
    _show(table)


def _print_groups(briefing: Briefing, words: Words) -> None:
    numbers = [words(f"cli.{name}") for name in ("parks", "projects", "planned_ha", "official_ha")]
    columns = [(words("cli.group"), ""), *((name, "right") for name in numbers)]
    table = _table(words("cli.groups"), columns)
    for group in briefing.groups:
        official = words.number(group.official_ha) if group.official_ha else words("word.none")
        table.add_row(
            words(f"word.group_{group.code}"), str(group.parks), str(group.projects), words.number(group.planned_ha), official
        )
    _show(table)


def _print_projects(briefing: Briefing, words: Words) -> None:
    counted = words("cli.counted_ha", year=briefing.target.year)
    columns = [
        (words("cli.id"), ""), (words("word.project"), ""), (words("cli.planned_ha"), "right"), (words("cli.boundary"), ""),
        (words("cli.parcels"), "right"), (words("cli.handed_ha"), "right"), (counted, "right"), (words("cli.share"), "right"),
        (words("cli.findings"), "right"),
    ]  # fmt: skip
    table = _table(words("cli.by_project"), columns)
    for line in briefing.projects:
        known = line.parcels or line.handed.area_m2 or line.counted.entries
        table.add_row(
            line.id, line.name(words.lang), words.number(line.planned_ha), words(f"cli.boundary_{line.boundary}"),
            words.number(line.parcels, 0) if line.parcels else words("word.none"),
            words.ha(line.handed.area_m2) if known else words("word.none"),
            words.ha(line.counted.area_m2), words.percent(line.share) if known else words("word.none"), str(len(line.findings)),
        )  # fmt: skip
    table.add_section()
    table.add_row(
        "", words("word.total"), words.number(sum(p.planned_ha for p in briefing.projects)), "",
        words.number(sum(p.parcels for p in briefing.projects), 0), words.ha(briefing.stages[-1].area_m2),
        words.ha(briefing.counted.area_m2),
    )  # fmt: skip
    _show(table)


def _print_parks(briefing: Briefing, words: Words) -> None:
    counted = words("cli.counted_ha", year=briefing.target.year)
    names = [words(f"cli.{name}") for name in ("projects", "planned_ha", "handed_ha")]
    numbers = [*names, counted, words("cli.share")]
    columns = [(words("cli.id"), ""), (words("word.park"), ""), *((name, "right") for name in numbers)]
    table = _table(words("cli.by_park"), columns)
    known = {p.park_id for p in briefing.projects if p.parcels or p.handed.area_m2 or p.counted.entries}
    for park in briefing.parks:
        handed, share = (words.ha(park.handed.area_m2), words.percent(park.share)) if park.id in known else [words("word.none")] * 2
        table.add_row(
            park.id, park.name(words.lang), str(len(park.projects)), words.number(park.planned_ha), handed,
            words.ha(park.counted.area_m2), share,
        )  # fmt: skip
    _show(table)


def _print_communes(briefing: Briefing, words: Words) -> None:
    columns = [(words("cli.id"), ""), (words("cli.commune"), ""), *((s.short(words.lang), "right") for s in stages())]
    table = _table(words("cli.by_commune"), columns)
    for line in briefing.projects:
        for commune, areas in line.by_commune.items():
            table.add_row(line.id, commune or words("cli.no_commune"), *(words.ha(area.area_m2) for area in areas))
    _show(table)


def _print_statements(briefing: Briefing, words: Words) -> None:
    if not briefing.statements:
        return
    columns = [
        (words("word.park"), ""), (words("cli.date"), ""), (words("cli.metric"), ""), (words("cli.value"), "fixed"),
        (words("cli.scope"), ""), (words("cli.source"), ""),
    ]  # fmt: skip
    table = _table(words("cli.statements"), columns, clipped=words("cli.source"))
    shown = [s for s in briefing.statements if s.park_id and s.metric in CLEARANCE]
    for said in sorted(shown, key=lambda s: (s.park_id, s.project_id, s.date)):
        bound = words(f"word.bound_{said.bound}")
        value = f"{bound} {words.number(said.value, 0 if said.value.is_integer() else 2)} {words(f'cli.unit_{said.unit}')}".strip()
        inferred = f" ({words('cli.inferred')})" if said.date_inferred else ""
        scope = words(f"word.scope_{said.scope}") + (f": {said.part}" if said.part else "")
        table.add_row(
            said.label, words.partial_day(said.date) + inferred, words(f"cli.metric_{said.metric}"), value, scope, said.source
        )
    _show(table)
    typer.echo(words("cli.statements_elsewhere", count=len(briefing.statements) - len(shown)))
    for finding in briefing.contradictions:
        typer.echo(f"  ! {finding.where}: {sentence(finding, words)}")
    typer.echo("")


def _print_summary(briefing: Briefing, words: Words) -> None:
    for finding in sorted(briefing.findings, key=lambda f: -f.severity)[:10]:
        typer.echo(f"  {words(f'cli.severity_{finding.severity.name.lower()}')}: {finding.where}: {sentence(finding, words)}")
    if len(briefing.findings) > 10:
        typer.echo(words("cli.more_findings", count=len(briefing.findings) - 10))
    typer.echo(words("cli.foot", seq=briefing.head_seq, digest=briefing.digest[:12]))


def print_findings(findings: Iterable[Finding], words: Words) -> None:
    """Print findings, worst first, each with what to do about it."""
    found = sorted(findings, key=lambda f: -f.severity)
    for finding in found:
        typer.echo(f"{words(f'cli.severity_{finding.severity.name.lower()}')}  {finding.code}  {finding.where}")
        typer.echo(f"    {sentence(finding, words)}")
        typer.echo(f"    → {remedy(finding, words)}")
    counts = {level: sum(1 for f in found if f.severity is level) for level in reversed(Severity)}
    typer.echo(words("cli.finding_counts", **{level.name.lower(): count for level, count in counts.items()}))


def print_entries(entries: Iterable[Recorded], voided: Mapping[str, Recorded], words: Words) -> None:
    """Print ledger entries, one line each; ``voided`` holds the entries that voids and liftings refer to, by id."""
    for entry in entries:
        event = entry.event
        what = {
            Kind.REACHED: lambda e: f"{stage(e.stage).short(words.lang)}: {_land(e.parcel, e.geometry, words)}",
            Kind.SPLIT: lambda e: words("cli.split", old=e.parcel, new=", ".join(e.into)),
            Kind.MERGE: lambda e: words("cli.merge", old=", ".join(e.into), new=e.parcel),
            Kind.OBSTACLE: lambda e: matters.obstacle_line(e, words),
            Kind.LIFTED: lambda e: matters.lifted_line(e, voided, words),
            Kind.PAYMENT: lambda e: matters.payment_line(e, words),
            Kind.APPROVAL: lambda e: matters.approval_line(e, words),
            Kind.COUNT: lambda e: matters.count_line(e, words),
            Kind.ATTESTED: lambda e: matters.attested_line(e, stage(e.stage).short(words.lang), words),
            Kind.PLANNED: lambda e: matters.planned_line(e, words),
            Kind.DEFINED: lambda e: words("cli.defined", version=e.fact("version")),
            Kind.CONFIRMED: lambda e: words("cli.confirmed", count=len(e.into)),
            Kind.LAYER: lambda e: words("cli.layer", file=e.refers),
            Kind.VOID: lambda e: words("cli.void", seq=voided[e.refers].seq if e.refers in voided else 0, reason=e.note),
        }[event.kind](event)
        area = f"  {words.number(event.area_m2, 1)} m²" if event.area_m2 is not None else ""
        paper = f"{event.source.number} ({words.day(event.source.date)})"
        typer.echo(
            f"{entry.seq:>6}  {words.day(event.day)}  {event.project:<8} {what}{area}  {paper}  {event.by}  {entry.digest[:8]}"
        )


def _land(parcel: str, geometry: str, words: Words) -> str:
    return parcel or words("cli.tranche" if geometry else "cli.area_alone")


def print_added(added: Added, words: Words) -> None:
    """Print what ``add`` took in."""
    typer.echo(words("cli.added", file=added.path.name, project=added.project, rows=added.rows, system=added.system))
    typer.echo(words("cli.added_area", grid=words.ha(added.area_grid_m2), inside=words.ha(added.area_in_m2)))
    if added.fields:
        typer.echo(words("cli.added_fields", fields=", ".join(f"{role}={column}" for role, column in added.fields.items())))
    if added.findings:
        print_findings(added.findings, words)


def print_outcome(outcome: Outcome, words: Words) -> None:
    """Print what ``record`` wrote."""
    typer.echo(words("cli.recorded", count=len(outcome.recorded), already=outcome.already))
    if outcome.recorded:
        first, last = outcome.recorded[0], outcome.recorded[-1]
        typer.echo(words("cli.recorded_range", seq_first=first.seq, seq_last=last.seq, digest=last.digest[:12]))
    if outcome.findings:
        print_findings(outcome.findings, words)


def print_written(paths: Sequence[Path], form: str, words: Words) -> None:
    """Print which files were written."""
    if form == "json":
        typer.echo(json.dumps({"parkgis.written/v1": [str(p) for p in paths]}, ensure_ascii=False, indent=2))
        return
    for path in paths:
        say_written(path, words)


def say_written(path: Path, words: Words, *, err: bool = False) -> None:
    """Say that a file was written, and how large it is; with ``err`` beside an answer for programs."""
    typer.echo(words("cli.written", path=nearby(path), size=words.number(path.stat().st_size / 1024, 0)), err=err)
