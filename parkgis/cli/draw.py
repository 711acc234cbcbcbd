"""Commands that draw: map, and demo, which runs the main job on an invented workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.briefing import Briefing
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.status import Snapshot
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

REPORTS = ("xlsx", "html")
"""What `demo` writes of the report."""


def map_(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Maps of maps/*.toml. Default: overview.")] = None,
    on: options.OnOption = None,
    known: options.KnownOption = None,
    compare: Annotated[
        str | None, typer.Option("--compare", help="The earlier of two days to compare, for example 2026-03-31.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Draw every map there is.")] = False,
    embed: Annotated[
        bool, typer.Option("--embed", help="Write a small map for a frame, the frame to paste, a picture, an example.")
    ] = False,
    origin: Annotated[
        list[str] | None,
        typer.Option("--embed-origin", help="Web sites that may talk to the small map. Default: whoever shows it."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write. Default: maps/NAME-DAY-LANGUAGE.html.")
    ] = None,
    form: options.FormatOption = options.Format.text,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Draw HTML maps that open by double-click, without internet.

    Example: parkgis map overview change --on 2026-06-30 --compare 2026-03-31
    """
    from parkgis.cli import mapping

    found = options.workspace(directory)
    words = options.words(lang, found)
    definitions = mapping.definitions(found, names or [], every=every)
    if every:
        definitions = _possible(definitions, words)
    if output and (len(definitions) > 1 or embed):
        raise UsageError(
            why=Reason(
                "map_one_output", "--output names one file; {count} maps were asked for: leave it out, or name one map",
                count=len(definitions) * (4 if embed else 1),
            )
        )  # fmt: skip
    wish = mapping.Wish(
        lang.value if lang else None, options.day(compare) if compare else None, embed, mapping.origins(origin or [])
    )
    snapshot, briefing = _briefing(found, on, known, words)
    with tables.progress(words) as progress:
        paths = mapping.write(found, snapshot, briefing, definitions, wish, output, progress)
    tables.print_written(paths, form.value, words)


def _possible(definitions: list[MapDefinition], words: Words) -> list[MapDefinition]:
    """Return the maps that can be drawn here, and say which were left out and why."""
    from parkgis.cli.laying import possible

    drawn, missing = possible(definitions)
    left_out = [one.name for one in definitions if one not in drawn]
    if missing and left_out:
        why = words("error.ExtraMissing", **{name: words.value(name, fact) for name, fact in missing.facts.items()})
        typer.echo(words("cli.left_out", maps=", ".join(left_out), why=why), err=True)
    return drawn


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same bytes.")] = 2026,
    parcels: Annotated[int, typer.Option("--parcels", min=200, max=1_000_000, help="How many parcels.")] = 6000,
    job: Annotated[bool, typer.Option("--job/--no-job", help="Run the main job on it: status, map, report.")] = True,
    lang: options.LangOption = None,
) -> None:
    """Make a workspace with an invented cadastre and clearance history, marked DEMO, and run the main job on it.

    Example: parkgis demo thu-nghiem --seed 2026
    """
    from parkgis import demo as generator
    from parkgis.cli import mapping, reporting

    words = options.words(lang)
    with tables.progress(words) as progress:
        made = generator.make(folder, seed, parcels, progress)
    words = options.words(lang, made)
    typer.echo(words("cli.made", path=options.nearby(made.root), projects=len(made.projects)))
    if not job:
        return
    snapshot, briefing = _briefing(made, None, None, words)
    with tables.progress(words) as progress:
        wish = mapping.Wish(words.lang)
        paths = mapping.write(made, snapshot, briefing, mapping.definitions(made, []), wish, None, progress)
        paths += reporting.write_report(made, snapshot, words, REPORTS, progress)
    tables.print_status(briefing, words)
    tables.print_written(paths, "text", words)


def _briefing(found: Workspace, on: str | None, known: str | None, words: Words) -> tuple[Snapshot, Briefing]:
    from parkgis.briefing import brief

    with tables.progress(words) as progress:
        progress("status", 0.1)
        snapshot = found.snapshot(options.cut(found, on, known))
        return snapshot, brief(found, snapshot)
