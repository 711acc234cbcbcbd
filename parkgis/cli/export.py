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


def export(
    path: Annotated[Path, typer.Argument(metavar="OUT", help="File to write: .gpkg, .geojson or .csv.")],
    public: Annotated[
        bool, typer.Option("--public", help="For everybody: no pseudonyms, and proof that no name is in it.")
    ] = False,
    form: Annotated[Form | None, typer.Option("--format", help="Where the file's name does not say.")] = None,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Write projects and parcels with stage, days and areas for other programs; never a land user's name.

    Example: parkgis export --public cong-khai.gpkg --on 2026-06-30
    """
    from parkgis.outputs import export as outputs

    found = options.workspace(directory)
    words = options.words(lang, found)
    wanted = _form(path, form)
    with tables.progress(words) as progress:
        progress("status", 0.1)
        snapshot = found.snapshot(options.cut(found, on, known))
        progress("write", 0.4)
        exported = outputs.write(found, outputs.edition(found, snapshot, words, public=public), path, wanted)
    if snapshot.demo:
        typer.echo(f"*** {words('word.demo')} ***")
    _say(exported, words)


def _form(path: Path, told: Form | None) -> str:
    suffix = path.suffix.lower().removeprefix(".")
    if told is None and suffix not in {form.value for form in Form}:
        formats = ", ".join(Form)
        raise UsageError(
            why=Reason("export_form", "{path}: no known format; pass --format, one of {formats}", path=path, formats=formats)
        )
    return told.value if told else suffix


def _say(exported: Exported, words: Words) -> None:
    typer.echo(words("export.written", path=options.nearby(exported.path), sha256=exported.sha256, **exported.rows))
    proof = exported.proof
    if proof is None:
        typer.echo(words("export.not_public"))
    elif not proof.persons:
        typer.echo(words("export.proof_nobody"))
    else:
        typer.echo(words("export.proof", values=proof.values, persons=proof.persons, found=len(proof.found)))
        if proof.unsearched:
            typer.echo(words("export.unsearched", count=proof.unsearched))
