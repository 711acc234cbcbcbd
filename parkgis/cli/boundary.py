"""Commands for a project's boundary: the surveyed one from a file, or the outline OpenStreetMap has, to draw."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables

if TYPE_CHECKING:
    from parkgis.intake.add import Added
    from parkgis.words.catalogue import Words

app = typer.Typer(help="The boundary of a project: surveyed, or from OpenStreetMap to draw.", no_args_is_help=True)


class Form(enum.StrEnum):
    text = "text"
    json = "json"


ProjectArgument = Annotated[str, typer.Argument(metavar="PROJECT", help="Id of the project, as in layers/projects.csv.")]
FormOption = Annotated[Form, typer.Option("--format", help="text for people; json for scripts.")]


@app.command()
def fetch(
    project: ProjectArgument,
    endpoint: Annotated[str, typer.Option("--endpoint", help="Overpass API to ask. Default: [overpass] in parkgis.toml.")] = "",
    accept: Annotated[
        list[str] | None, typer.Option("--accept", help="far: the place is right although far from the project.")
    ] = None,
    form: FormOption = Form.text,
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Get the outline of a project from OpenStreetMap, to draw; it is never measured by. Needs the internet.

    Example: parkgis boundary fetch QV
    """
    from parkgis.intake import boundary

    found = options.workspace(directory)
    words = options.words(lang, found)
    with tables.progress(words) as progress:
        added, outline = boundary.fetch_boundary(
            found, project, options.user(by), endpoint, accept_far="far" in (accept or ()), progress=progress
        )
    source = ", ".join(map(str, outline.references))
    if form is Form.text:
        typer.echo(words("boundary.fetched", source=source, day=outline.day, project=project))
    _say(added, "osm", source, form, words)


@app.command("set")
def set_(
    project: ProjectArgument,
    file: Annotated[Path, typer.Argument(help="File with the surveyed boundary: one layer of polygons.")],
    crs: options.CrsOption = None,
    layer: options.LayerOption = None,
    swap_xy: options.SwapOption = False,
    accept: Annotated[list[str] | None, typer.Option("--accept", help="Code of a finding to take in knowingly; or far.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put it in the place of the present surveyed boundary.")] = False,
    form: FormOption = Form.text,
    by: options.ByOption = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Take the surveyed boundary of a project in and hold its area against the decision; as ``add --as boundary`` does.

    Example: parkgis boundary set QV ranh-gioi.gpkg --crs EPSG:9209
    """
    from parkgis.intake import boundary
    from parkgis.intake.add import Options

    found = options.workspace(directory)
    words = options.words(lang, found)
    told = Options(layer, crs, swapped=swap_xy, accepted=tuple(accept or ()), replace=replace, by=options.user(by))
    with tables.progress(words) as progress:
        added = boundary.add_boundary(found, project, file, told, progress)
    _say(added, "survey", file.name, form, words)


def _say(added: Added, kind: str, source: str, form: Form, words: Words) -> None:
    (against, *_) = added.findings
    facts = {
        **against.facts,
        "share": against.facts["difference_m2"] / against.facts["planned_m2"] if against.facts["planned_m2"] else None,
    }
    if form is Form.json:
        root = {"project": added.project, "boundary": kind, "source": source, **facts}
        typer.echo(json.dumps({"parkgis.boundary/v1": root}, ensure_ascii=False, indent=2))
        return
    typer.echo(
        words(
            "boundary.area", area=words.ha(facts["area_m2"], 4), planned=words.ha(facts["planned_m2"]),
            difference=words.ha(facts["difference_m2"]), share=words.percent(facts["share"]),
        )
    )  # fmt: skip
    tables.print_findings(added.findings, words)
