"""What ``parkgis add`` shows of a newer parcel file before anything is written, and the options to accept it."""

from __future__ import annotations

import dataclasses
import enum
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.intake.add import Added, Options
    from parkgis.intake.succession import Proposal
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

SHOWN = 12  # groups of parcels named in the terminal, a fate; JSON and the GeoPackage have all


class Form(enum.StrEnum):
    text = "text"
    json = "json"


LookOption = Annotated[
    Path | None,
    typer.Option("--look", help="With parcels already there: what would change, to look at, as FILE.gpkg."),
]
FormOption = Annotated[Form, typer.Option("--format", help="Of the proposal: text for people, json for scripts.")]
AcceptOption = Annotated[str, typer.Option("--accept-proposal", help="Id of the proposal you have looked at: write it.")]
DocumentOption = Annotated[
    str | None, typer.Option("--document", help="Number of the paper that splits, merges or renumbers parcels with entries.")
]
DayOption = Annotated[str | None, typer.Option("--day", help="Day the splits became true. Default: the document's.")]
MapOption = Annotated[
    list[str] | None, typer.Option("--map", help="OLD=NEW or OLD=NEW1+NEW2: what a parcel became, where you know better.")
]


def told(
    given: Options, proposal: str, pairs: list[str] | None, document: str | None, document_date: str | None, day: str | None
) -> Options:
    """Add what the officer says of a newer vintage to what he says of the file."""
    from parkgis.intake.succession import Paper
    from parkgis.model import Document

    paper = None
    if document and document_date:
        dated = options.day(document_date)
        paper = Paper(Document(document, dated), options.day(day) if day else dated)
    return dataclasses.replace(given, proposal=proposal, told=mapped(pairs), paper=paper)


def mapped(pairs: list[str] | None) -> dict[str, tuple[str, ...]]:
    """Read ``OLD=NEW1+NEW2``."""
    found = {}
    for pair in pairs or ():
        old, _, new = pair.partition("=")
        keys = tuple(filter(None, new.split("+")))
        if not old or not keys:
            raise UsageError(why=Reason("map_form", "--map {pair}: write OLD=NEW or OLD=NEW1+NEW2", pair=pair))
        found[old] = keys
    return found


def compares(found: Workspace, project: str, given: Options) -> bool:
    """Tell whether the command only shows a proposal."""
    from parkgis.intake.add import site_of

    return not given.proposal and not given.replace and site_of(found, project).layer is not None


def show(found: Workspace, project: str, file: Path, given: Options, look: Path | None, form: Form, words: Words) -> None:
    """Show what a newer file would make of every parcel; write nothing but the GeoPackage to look at."""
    from parkgis.intake import add
    from parkgis.outputs import changes

    with tables.progress(words) as progress:
        proposal, added = add.propose(found, project, file, given, progress)
        if look is not None:
            changes.write(proposal, look, words, demo=found.config.demo)
    if form is Form.json:
        typer.echo(json.dumps({"parkgis.vintage/v1": as_json(proposal, added, project, file)}, ensure_ascii=False, indent=2))
        return
    if found.config.demo:
        typer.echo(f"*** {words('word.demo')} ***")
    typer.echo(words("vintage.head", project=project, file=file.name, id=proposal.id))
    _print_tallies(proposal, words)
    _print_groups(proposal, words)
    _print_entries(proposal, words)
    if findings := [*added.findings, *proposal.findings]:
        tables.print_findings(findings, words)
    if look is not None:
        typer.echo(words("vintage.look", path=options.nearby(look)))
    accepted = "vintage.refused" if proposal.refused else "vintage.accept_paper" if proposal.successions else "vintage.accept"
    typer.echo(words(accepted, id=proposal.id))


def _print_tallies(proposal: Proposal, words: Words) -> None:
    columns = [
        (words("vintage.fate"), ""), (words("vintage.old"), "right"), (words("vintage.new"), "right"),
        (words("vintage.old_ha"), "right"), (words("vintage.new_ha"), "right"),
    ]  # fmt: skip
    tallies = proposal.comparison.tallies()
    rows = [
        (
            words(f"vintage.is_{t.fate}"),
            words.number(t.old, 0),
            words.number(t.new, 0),
            words.ha(t.old_m2, 4),
            words.ha(t.new_m2, 4),
        )
        for t in tallies
        if t.old or t.new
    ]
    old, new = sum(t.old for t in tallies), sum(t.new for t in tallies)
    areas = words.ha(sum(t.old_m2 for t in tallies), 4), words.ha(sum(t.new_m2 for t in tallies), 4)
    tables.print_table("", columns, [*rows, (words("vintage.all"), words.number(old, 0), words.number(new, 0), *areas)])


def _print_groups(proposal: Proposal, words: Words) -> None:
    from parkgis.intake.vintages import Fate

    for fate in (Fate.RENUMBERED, Fate.SPLIT, Fate.MERGED, Fate.REARRANGED, Fate.VANISHED):
        groups = proposal.comparison.groups(fate)
        for _, old, new in groups[:SHOWN]:
            typer.echo(f"  {words(f'vintage.is_{fate}')}: {' + '.join(old)} → {' + '.join(new) or '–'}")
        if len(groups) > SHOWN:
            typer.echo(words("vintage.more", count=len(groups) - SHOWN))


def _print_entries(proposal: Proposal, words: Words) -> None:
    typer.echo(words("vintage.entries", recorded=proposal.recorded, count=len(proposal.successions), carried=len(proposal.carried)))
    for kind, old, new in proposal.successions[:SHOWN]:
        typer.echo(f"  {words(f'vintage.enter_{kind}')}: {' + '.join(old)} → {' + '.join(new)}")
    if len(proposal.successions) > SHOWN:
        typer.echo(words("vintage.more", count=len(proposal.successions) - SHOWN))


def as_json(proposal: Proposal, added: Added, project: str, file: Path) -> dict[str, Any]:
    """Return a proposal as plain data: areas in m2 (grid), fates by their codes; parcels that stayed as they are only counted."""
    from parkgis.intake.vintages import ALONE, FATES, Fate

    comparison = proposal.comparison
    moved = dict(zip(comparison.new["key"], comparison.moved_m.tolist(), strict=True))
    return {
        "id": proposal.id,
        "project": project,
        "file": file.name,
        "refused": bool(proposal.refused),
        "shift_m": list(comparison.shift_m),
        "tallies": [{**dataclasses.asdict(t), "fate": str(t.fate)} for t in comparison.tallies()],
        "groups": [
            {"fate": str(fate), "old": old, "new": new, **({"moved_m": round(moved[new[0]], 3)} if fate in ALONE else {})}
            for fate, old, new in comparison.groups(*(f for f in FATES if f is not Fate.UNCHANGED))
        ],
        "entries": [{"kind": str(kind), "old": list(old), "new": list(new)} for kind, old, new in proposal.successions],
        "carried": sorted(proposal.carried["key"]),
        "recorded": proposal.recorded,
        "findings": [
            {"code": f.code, "severity": f.severity.name.lower(), "where": f.where, "facts": dict(f.facts)}
            for f in (*added.findings, *proposal.findings)
        ],
    }
