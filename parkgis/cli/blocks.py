"""Commands about land that lies together: blocks, blockers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.planning.board import Way
    from parkgis.planning.bundles import Bundle
    from parkgis.planning.land import Land
    from parkgis.planning.land_use import Lot
    from parkgis.planning.patchwork import Mosaic
    from parkgis.planning.ruling import Rules
    from parkgis.status import Snapshot
    from parkgis.workspace import Workspace

ProjectOption = Annotated[str, typer.Option("--project", help="Only this project.")]
ParkOption = Annotated[str, typer.Option("--park", help="Only the projects of this park.")]
HaOption = Annotated[float | None, typer.Option("--min-ha", min=0.0, help="Least area of a usable piece. Default: the Board's.")]
WidthOption = Annotated[float | None, typer.Option("--width", min=0.0, max=500.0, help="Least width, metres.")]
LaneOption = Annotated[float | None, typer.Option("--lane", min=0.0, max=100.0, help="Lanes up to this wide (m) do not divide.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", help="Write the shapes to this GeoPackage, too.")]


def blocks(
    project: ProjectOption = "",
    park: ParkOption = "",
    min_ha: HaOption = None,
    width: WidthOption = None,
    lane: LaneOption = None,
    since: Annotated[str | None, typer.Option("--since", help="Show every month end from this day on, too.")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="Lots of the detailed plan of --project.")] = None,
    use: Annotated[str, typer.Option("--plan-use", help="Column of the plan that says a lot's use.")] = "",
    output: OutputOption = None,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Say how much of the land handed over lies together and is usable, park by park, and list its blocks.

    Example: parkgis blocks --on 2026-06-30 --min-ha 5 --since 2026-01-01 --output blocks.gpkg
    """
    from parkgis.cli import mosaic as shown
    from parkgis.outputs import blocks as out
    from parkgis.planning import patchwork

    found = options.workspace(directory)
    words = options.words(lang, found)
    rules = _rules(found, min_ha, width, lane)
    _demand_place(found, project, park)
    with options.uncollected(), tables.progress(words) as progress:
        progress("status", 0.1)
        snapshot = found.snapshot(options.cut(found, on, known))
        progress("blocks", 0.4)
        whole = patchwork.mosaic(snapshot, rules, project=project, park=park)
        days = patchwork.month_ends(options.day(since), snapshot.cut.on) if since else ()
        series = patchwork.series(snapshot, rules, days, project=project, park=park)
        laid = _plan(found, whole, plan, project, use) if plan else ()
    if output:
        out.write_blocks(output, snapshot, whole, found.as_known(snapshot.cut.known).config.legal)
    if form is options.Format.json:
        typer.echo(out.as_json(snapshot, whole, series, laid))
    elif form is options.Format.csv:
        typer.echo(out.as_csv(whole), nl=False)
    else:
        shown.print_mosaic(snapshot, whole, series, project or park, words)
        shown.print_plan(laid, snapshot.cut.on, words)
        if output:
            tables.print_written([output], "text", words)


def blockers(
    project: ProjectOption = "",
    park: ParkOption = "",
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="How many parcels to list.")] = 20,
    bundle: Annotated[int, typer.Option("--bundle", min=0, max=1000, help="Also seek the best bundle of so many parcels.")] = 0,
    seconds: Annotated[float, typer.Option("--seconds", min=0.0, max=3600.0, help="Time limit of a bundle's proof.")] = 20.0,
    gap: Annotated[bool, typer.Option("--gap", help="Also choose parcels that close the gap to the year's target.")] = False,
    costs: Annotated[
        Path | None, typer.Option("--costs", help="CSV of what is still to be paid: project, parcel, remaining_vnd.")
    ] = None,
    min_ha: HaOption = None,
    width: WidthOption = None,
    lane: LaneOption = None,
    output: OutputOption = None,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Rank parcels not handed over by the usable hectares each would unlock, with obstacle, next step and office.

    Example: parkgis blockers --project QV --top 10 --bundle 5 --output blockers.gpkg
    """
    from parkgis.cli import mosaic as shown
    from parkgis.intake.costs import read_costs
    from parkgis.outputs import blockers as out
    from parkgis.planning.board import board

    found = options.workspace(directory)
    words = options.words(lang, found)
    rules = _rules(found, min_ha, width, lane)
    _demand_place(found, project, park)
    told = read_costs(costs) if costs else {}
    with options.uncollected(), tables.progress(words) as progress:
        progress("status", 0.1)
        snapshot = found.snapshot(options.cut(found, on, known))
        overdue = found.overdue(snapshot)
        progress("blockers", 0.3)
        ranking = board(snapshot, rules, overdue, told, project=project, park=park, first=top)
        progress("bundles", 0.6)
        bundles = _bundles(snapshot, rules, project, park, bundle, seconds) if bundle else []
        way = _way(snapshot, overdue, told) if gap else None
    if output:
        out.write_blockers(output, snapshot, ranking, bundles, found.as_known(snapshot.cut.known).config.legal)
    if form is options.Format.json:
        typer.echo(out.as_json(snapshot, ranking, bundles, way, words.lang))
    elif form is options.Format.csv:
        typer.echo(out.as_csv(ranking, words.lang), nl=False)
    else:
        shown.print_blockers(snapshot, ranking, bundles, bundle, way, project or park, words)
        if output:
            tables.print_written([output], "text", words)


def _plan(found: Workspace, mosaic: Mosaic, path: Path, project: str, use: str) -> tuple[Lot, ...]:
    from parkgis.intake.plan import read_plan
    from parkgis.planning.land_use import lots

    if not project:
        raise UsageError(why=Reason("plan_project", "--plan needs --project: a detailed plan belongs to one project"))
    read = read_plan(path, found.legal(found.project(project)), use)
    land = next((part.land for part in mosaic.projects), None)
    if land is None:
        why = Reason("plan_parcels", "no parcel of {project} is known: add its parcels first", project=project)
        raise UsageError(why=why)
    return lots(read.shapes, read.names, read.uses, land)


def _bundles(
    snapshot: Snapshot, rules: Rules, project: str, park: str, most: int, seconds: float
) -> list[tuple[Land, Bundle]]:  # fmt: skip
    from parkgis.planning.bundles import best_bundle
    from parkgis.planning.land import land_of
    from parkgis.planning.patchwork import chosen_projects, has_land

    lands = [land_of(p, snapshot.cut.on) for p in chosen_projects(snapshot, project, park) if has_land(p)]
    return [(land, best_bundle(land, rules, most, seconds / len(lands))) for land in lands]


def _way(snapshot: Snapshot, overdue: object, costs: dict[tuple[str, str], float]) -> Way:
    from parkgis.planning.board import cheapest

    return cheapest(snapshot, snapshot.remaining_m2, overdue, costs)  # type: ignore[arg-type]


def _rules(found: Workspace, min_ha: float | None, width: float | None, lane: float | None) -> Rules:
    from parkgis.planning.ruling import changed

    return changed(found.config.blocks, min_ha=min_ha, width_m=width, lane_m=lane)


def _demand_place(found: Workspace, project: str, park: str) -> None:
    if project:
        found.project(project)
    ids = sorted(p.id for p in found.parks)
    if park and park not in ids:
        why = Reason("park_unknown", "there is no park {park}; the parks are: {parks}", park=park, parks=", ".join(ids))
        raise UsageError(why=why)
