"""Commands that write into a workspace: new, add, record."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, sheets, tables, vintage
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.intake.minutes import Outcome
    from parkgis.model import Event
    from parkgis.workspace import Workspace


class Role(enum.StrEnum):
    parcels = "parcels"
    boundary = "boundary"


def new(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")], lang: options.LangOption = None) -> None:
    """Make a workspace from the shipped Bac Ninh layers.

    Example: parkgis new D:/gpmb-2026
    """
    from parkgis import workspace

    made = workspace.new(folder)
    words = options.words(lang, made)
    typer.echo(words("cli.made", path=options.nearby(made.root), projects=len(made.projects)))


def add(
    file: Annotated[Path, typer.Argument(help="Shapefile, GeoPackage, GeoJSON, MapInfo … with one layer of polygons.")],
    role: Annotated[Role, typer.Option("--as", help="What the file holds.")],
    project: Annotated[str, typer.Option("--project", help="Id of the project, as in layers/projects.csv.")],
    crs: options.CrsOption = None,
    encoding: options.EncodingOption = None,
    layer: options.LayerOption = None,
    field: options.FieldOption = None,
    swap_xy: options.SwapOption = False,
    accept: options.PassOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put this file in the place of the project's present one.")] = False,
    linework: options.LineworkOption = None,
    sheet: options.SheetOption = "",
    look: vintage.LookOption = None,
    form: vintage.FormOption = vintage.Form.text,
    accept_proposal: vintage.AcceptOption = "",
    document: vintage.DocumentOption = None,
    document_date: options.DocumentDateOption = None,
    day: vintage.DayOption = None,
    map_: vintage.MapOption = None,
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Take parcels or a surveyed boundary into the workspace.

    Where the project has parcels, what the newer file would make of each is shown, and nothing is written until that proposal is
    accepted.

    Example: parkgis add thua-dat.shp --as parcels --project NSHL --crs EPSG:9209 --field sheet=SHBANDO

    Example: parkgis add thua-dat-2026.gpkg --as parcels --project NSHL --look so-sanh.gpkg

    Example: parkgis add thua-dat-2026.gpkg --as parcels --project NSHL --accept-proposal 3f0c2a9be145
    --document 12/BB-ĐC --document-date 15/10/2026
    """
    from parkgis.intake import add as intake
    from parkgis.intake import boundary

    found = options.workspace(directory)
    words = options.words(lang, found)
    accepted = tuple(accept or ())
    told = intake.Options(
        layer, crs, encoding, swap_xy, options.fields(field), accepted, replace, options.user(by), linework, sheet
    )
    told = vintage.told(told, accept_proposal, map_, document, document_date, day)
    if role is Role.parcels and vintage.compares(found, project, told):
        vintage.show(found, project, file, told, look, form, words)
        return
    work = intake.add_parcels if role is Role.parcels else boundary.add_boundary
    with tables.progress(words) as progress:
        added = work(found, project, file, told, progress)
    tables.print_added(added, words)


def record(
    parcels: Annotated[
        list[str] | None, typer.Argument(metavar="[PARCEL]...", help="SHEET/PARCEL or COMMUNE/SHEET/PARCEL.")
    ] = None,
    table: Annotated[Path | None, typer.Option("--from", help="XLSX or CSV of minutes, a row a parcel; all rows or none.")] = None,
    template: Annotated[Path | None, typer.Option("--template", help="Write an empty workbook for minutes: FILE.xlsx.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --from: show what was understood, record nothing.")] = False,
    kind: Annotated[
        str, typer.Option("--kind", help="With --from or --template: what rows are, e.g. obstacle, payment, planned; see the docs.")
    ] = "",
    project: options.ProjectOption = None,
    stage: options.StageOption = None,
    day: options.DayOption = None,
    document: options.DocumentOption = None,
    document_date: options.DocumentDateOption = None,
    tranche: Annotated[
        Path | None, typer.Option("--tranche", help="File with the polygon handed over: part of a parcel is normal.")
    ] = None,
    area_m2: Annotated[float | None, typer.Option("--area-m2", min=0, help="Area written in the document, square metres.")] = None,
    crs: options.CrsOption = None,
    accept: options.PassOption = None,
    void: Annotated[str | None, typer.Option("--void", help="Number of the entry that does not hold.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it does not hold.")] = None,
    note: options.NoteOption = "",
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Record minutes: parcels or a tranche reached a stage, or an earlier entry is void.

    Example: parkgis record --from bien-ban-12.xlsx --project NSHL --stage handed_developer --day 30/06/2026 --dry-run

    Example: parkgis record --template bien-ban.xlsx --project NSHL

    Example: parkgis record --template chi-tra.xlsx --kind payment --project NSHL

    Example: parkgis record 12/345 12/346 --project NSHL --stage handed_developer --day 30/06/2026
    --document 09/BB-BGTĐ --document-date 30/06/2026

    Example: parkgis record --void 17 --reason "nhầm thửa" --document 21/BB-ĐC --document-date 02/07/2026
    """
    found = options.workspace(directory)
    words = options.words(lang, found)
    if template is not None:
        sheets.write_template(found, template, project, words, kind)
        return
    if table is not None:
        told = sheets.given(project, stage, day, document, document_date, kind)
        done = sheets.record_table(found, table, told, options.user(by), words, dry_run=dry_run)
        if done is None:
            return
        outcome = done
    elif void is not None:
        outcome = _void(found, void, reason, document, document_date, options.user(by))
    else:
        facts = {"--project": project, "--stage": stage, "--day": day, "--document": document, "--document-date": document_date}
        outcome = _by_hand(found, _whole(facts), parcels or [], tranche, area_m2, crs, accept or [], note, options.user(by))
    tables.print_outcome(outcome, words)


def _whole(facts: dict[str, str | None]) -> dict[str, str]:
    """Return what one entry cannot do without, or name every option that is missing."""
    if missing := [name for name, value in facts.items() if not value]:
        why = Reason(
            "record_missing", "missing {options}; or give the minutes as a table: --from FILE.csv", options=", ".join(missing)
        )
        raise UsageError(why=why)
    return {name: str(value) for name, value in facts.items()}


def _void(found: Workspace, ref: str, reason: str | None, document: str | None, document_date: str | None, by: str) -> Outcome:
    from parkgis.intake import minutes
    from parkgis.model import Document

    if not document or not document_date:
        raise UsageError(why=Reason("void_paper", "a void needs its paper too: --document NUMBER --document-date DATE"))
    return minutes.void(found, ref, reason or "", Document(document, options.day(document_date)), by)


def _by_hand(
    found: Workspace, facts: dict[str, str], names: list[str], tranche: Path | None, area_m2: float | None, crs: str | None,
    accept: list[str], note: str, by: str,
) -> Outcome:  # fmt: skip
    from parkgis.intake import minutes
    from parkgis.model import Document

    project, stage = facts["--project"], facts["--stage"]
    day, paper = options.day(facts["--day"]), Document(facts["--document"], options.day(facts["--document-date"]))
    found.project(project)
    minutes.demand(stage, day, paper.date, found.today())
    events: list[Event] = []
    if tranche is not None:
        shape = minutes.tranche(found, project, tranche, crs, accept)
        events.append(minutes.reached(project, stage, day, paper, by=by, geometry=shape, area_m2=area_m2, note=note))
    elif names:
        if area_m2 is not None and len(names) > 1:
            raise UsageError(
                why=Reason("area_one_parcel", "--area-m2 belongs to one parcel; for several, give a table: --from FILE.csv")
            )
        keys = minutes.parcels_named(found, project, names)
        events.extend(minutes.reached(project, stage, day, paper, by=by, parcel=key, area_m2=area_m2, note=note) for key in keys)
    elif area_m2 is not None:
        events.append(minutes.reached(project, stage, day, paper, by=by, area_m2=area_m2, note=note))
    else:
        raise UsageError(
            why=Reason("record_nothing", "name parcels, or a polygon with --tranche FILE, or an area alone with --area-m2")
        )
    return minutes.append(found, events)
