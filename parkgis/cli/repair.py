"""``parkgis repair``: show what can be mended without opinion, and write a mended copy when told where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import OutputFailed, Reason, UsageError

if TYPE_CHECKING:
    from parkgis.intake.mend import Mended
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

SHOWN = 10  # parcels named on the screen
RECEIPTS = (".xlsx", ".csv", ".json")

OutputOption = Annotated[Path | None, typer.Option("--output", help="Write the mended copy: FILE.gpkg. Without it, a dry run.")]
ReceiptOption = Annotated[
    Path | None, typer.Option("--receipt", help="Write each parcel's area before and after: FILE.xlsx, .csv or .json.")
]
SnapOption = Annotated[
    float, typer.Option("--snap", min=0, max=1, help="Move corners onto a neighbour's corner closer than this, metres.")
]
GapsOption = Annotated[
    float, typer.Option("--close-gaps", min=0, max=100, help="Give gaps up to this area, m2, to the longest neighbour.")
]
RingOption = Annotated[bool, typer.Option("--ring-order", help="Turn outer rings against the clock, inner ones with it.")]
MostOption = Annotated[
    float, typer.Option("--most", min=0, help="Leave a parcel alone whose area would change by more than this, m2.")
]


def repair(
    file: Annotated[Path | None, typer.Argument(help="A file of parcels; without one, the parcels of --project.")] = None,
    project: options.ProjectOption = None,
    output: OutputOption = None,
    receipt: ReceiptOption = None,
    snap: SnapOption = 0.0,
    close_gaps: GapsOption = 0.0,
    ring_order: RingOption = False,
    most: MostOption = 1.0,
    crs: options.CrsOption = None,
    encoding: options.EncodingOption = None,
    layer: options.LayerOption = None,
    field: options.FieldOption = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Mend invalid rings, unsnapped corners and small gaps in a copy, with a receipt; by default only show what would be done.

    Example: parkgis repair thua-dat.shp --snap 0.05 --close-gaps 5

    Example: parkgis repair thua-dat.shp --output da-sua.gpkg --receipt bien-ban-sua.xlsx
    """
    from parkgis.intake import mend
    from parkgis.layers.repair import Plan
    from parkgis.outputs import receipt as receipts

    found = options.workspace(directory)
    words = options.words(lang, found)
    _demand_places(file, output, receipt)
    plan = Plan(order=ring_order, snap_m=snap, close_m2=close_gaps, most_m2=most)
    with tables.progress(words) as progress:
        progress("check", 0.1)
        if file is not None:
            mended = mend.mend_file(
                found, file, plan, project=project, layer=layer, told=crs, encoding=encoding, fields=options.fields(field)
            )
        elif project is not None:
            mended = mend.mend_project(found, project, plan)
        else:
            raise UsageError(why=Reason("repair_what", "name a file to mend, or the parcels of a project with --project ID"))
    if form is options.Format.json:
        typer.echo(receipts.as_json(mended))
    elif form is options.Format.csv:
        typer.echo(receipts.as_csv(mended), nl=False)
    else:
        _print(mended, words, demo=found.config.demo, written=output is not None)
    for path in _written(mended, output, receipt, found, words):
        tables.say_written(path, words, err=form is not options.Format.text)


def _demand_places(file: Path | None, output: Path | None, receipt: Path | None) -> None:
    """Refuse a copy in the place of anything that is there, and formats that are not offered."""
    if output is not None and output.suffix.lower() != ".gpkg":
        raise UsageError(why=Reason("repair_output", "{path}: the mended copy is a GeoPackage; write FILE.gpkg", path=output))
    if receipt is not None and receipt.suffix.lower() not in RECEIPTS:
        raise UsageError(why=Reason("repair_receipt", "{path}: the receipt is .xlsx, .csv or .json", path=receipt))
    for path in (output, receipt):
        if path is not None and (path.exists() or path == file):
            raise OutputFailed(path=path, why=Reason("repair_there", "a mended copy never takes the place of a file"))


def _written(mended: Mended, output: Path | None, receipt: Path | None, found: Workspace, words: Words) -> list[Path]:
    from parkgis.layers.write import write_bytes, write_text
    from parkgis.outputs import receipt as receipts

    done = []
    if output is not None:
        receipts.write_copy(mended.frame, output, found.clock(), demo=found.config.demo)
        done.append(output)
        receipt = receipt or output.with_name(f"{output.stem}.receipt.csv")
    if receipt is not None:
        if receipt.suffix.lower() == ".xlsx":
            write_bytes(receipt, receipts.as_book(mended, words, found.clock(), demo=found.config.demo))
        else:
            write_text(receipt, receipts.as_json(mended) + "\n" if receipt.suffix.lower() == ".json" else receipts.as_csv(mended))
        done.append(receipt)
    return done


def _print(mended: Mended, words: Words, *, demo: bool, written: bool) -> None:
    from parkgis.outputs import receipt as receipts

    if demo:
        typer.echo(f"*** {words('word.demo')} ***\n")
    sums, rows = receipts.totals(mended), mended.rows()
    typer.echo(words("repair.summary", **sums))
    for row in rows.head(SHOWN).to_dict("records"):
        name = row["key"] if row["key"].strip("/") else words("repair.row", row=row["row"])
        done = receipts.steps_text(row["steps"], words) if row["state"] == "mended" else words("repair.left")
        before, change = words.number(row["before_m2"], 2), words.number(row["change_m2"], 4)
        typer.echo(f"  {name}: {words('repair.line', before=before, change=change, what=done)}")
    if len(rows) > SHOWN:
        typer.echo(words("repair.more", count=len(rows) - SHOWN))
    if sums["left"]:
        typer.echo(words("repair.left_why", count=sums["left"]))
    if not written and sums["mended"]:
        typer.echo(words("repair.dry"))
