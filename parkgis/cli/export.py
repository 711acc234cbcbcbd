"""The command that hands data on to others: export."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.outputs.export import Exported
    from parkgis.words.catalogue import Words


class Form(enum.StrEnum):
    gpkg = "gpkg"
    geojson = "geojson"
    csv = "csv"
    parquet = "parquet"
    fgb = "fgb"
    shp = "shp"
    kml = "kml"


class Layer(enum.StrEnum):
    projects = "projects"
    parcels = "parcels"
    tranches = "tranches"


SUFFIXES = {".gpkg": Form.gpkg, ".geojson": Form.geojson, ".csv": Form.csv, ".parquet": Form.parquet, ".fgb": Form.fgb,
            ".zip": Form.shp, ".kml": Form.kml}  # fmt: skip


def export(
    path: Annotated[Path, typer.Argument(metavar="OUT", help="FILE.gpkg .geojson .csv .parquet .fgb .kml, or .zip of Shapefiles.")],
    public: Annotated[
        bool, typer.Option("--public", help="For everybody: no pseudonyms, and proof that no name is in it.")
    ] = False,
    form: Annotated[Form | None, typer.Option("--format", help="Where the file's name does not say.")] = None,
    layer: Annotated[Layer, typer.Option("--layer", help="What .parquet and .fgb hold; others hold all.")] = Layer.parcels,
    qgz: Annotated[bool, typer.Option("--qgz", help="With .gpkg: a QGIS project beside it that opens the layers styled.")] = False,
    bom: Annotated[bool, typer.Option("--bom/--no-bom", help="CSV begins with the mark by which Excel knows UTF-8.")] = True,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Write projects and parcels with stage, days and areas for other programs; never a land user's name.

    Example: parkgis export --public cong-khai.gpkg --on 2026-06-30

    Example: parkgis export so-lieu.gpkg --qgz

    Example: parkgis export thua-dat.parquet --layer parcels
    """
    from parkgis.outputs import export as outputs

    found = options.workspace(directory)
    words = options.words(lang, found)
    wanted = _form(path, form)
    with tables.progress(words) as progress:
        progress("status", 0.1)
        snapshot = found.snapshot(options.cut(found, on, known))
        progress("write", 0.4)
        content = outputs.edition(found, snapshot, words, public=public)
        exported = outputs.write(found, content, path, wanted, layer, bom=bom)
        if qgz and wanted is Form.gpkg:
            outputs.write_project(content, path, path.with_suffix(".qgz"))
    if snapshot.demo:
        typer.echo(f"*** {words('word.demo')} ***")
    _say(exported, words)


def _form(path: Path, told: Form | None) -> Form:
    found = told or SUFFIXES.get(path.suffix.lower())
    if found is None:
        formats = ", ".join(Form)
        raise UsageError(
            why=Reason("export_form", "{path}: no known format; pass --format, one of {formats}", path=path, formats=formats)
        )
    return found


def _say(exported: Exported, words: Words) -> None:
    rows = ", ".join(f"{words(f'export.layer_{name}')}: {words.number(count, 0)}" for name, count in exported.rows.items())
    typer.echo(words("export.written", path=options.nearby(exported.path), sha256=exported.sha256, rows=rows))
    if exported.findings:
        tables.print_findings(exported.findings, words)
    proof = exported.proof
    if proof is None:
        typer.echo(words("export.not_public"))
    elif not proof.persons:
        typer.echo(words("export.proof_nobody"))
    else:
        typer.echo(words("export.proof", values=proof.values, persons=proof.persons, found=len(proof.found)))
        if proof.unsearched:
            typer.echo(words("export.unsearched", count=proof.unsearched))
