"""Commands of the report: report draws one, reports shows those kept as they were sent."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parkgis.cli import options, tables
from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from parkgis.cli.reporting import Job
    from parkgis.model import Finding
    from parkgis.reporting.kept import Kept
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

FORMATS = ("xlsx", "docx", "html", "pdf", "pptx")


class Period(enum.StrEnum):
    week = "week"
    month = "month"
    quarter = "quarter"
    half = "half"
    year = "year"


class FailOn(enum.StrEnum):
    warning = "warning"
    error = "error"
    never = "never"


def report(
    on: options.OnOption = None,
    known: options.KnownOption = None,
    formats: Annotated[str, typer.Option("--format", "--formats", help="Which files: xlsx,docx,html,pdf,pptx.")] = "xlsx,html",
    period: Annotated[Period, typer.Option("--period", help="Compared with when this period was closed last.")] = Period.week,
    park: Annotated[str, typer.Option("--park", help="Only this park, by id.")] = "",
    project: Annotated[str, typer.Option("--project", help="Only this project, by id.")] = "",
    commune: Annotated[str, typer.Option("--commune", help="Only parcels of this former commune, by code.")] = "",
    by_project: Annotated[bool, typer.Option("--project-sheets", help="A sheet a project in the workbook.")] = False,
    template: Annotated[
        Path | None, typer.Option("--template", help="The Board's own .docx (see --write-template), or .pptx for the slides.")
    ] = None,
    write_template: Annotated[
        Path | None, typer.Option("--write-template", help="Write the shipped .docx to restyle in Word, and stop.")
    ] = None,
    forecast: Annotated[
        bool, typer.Option("--forecast/--no-forecast", help="The chance of making the target, tested on the past; takes longest.")
    ] = True,
    land: Annotated[bool, typer.Option("--blocks/--no-blocks", help="Land that is usable, and the parcels to unlock next.")] = True,
    folder: Annotated[Path | None, typer.Option("--output", "-o", help="Folder to write to. Default: reports/.")] = None,
    every: Annotated[Path | None, typer.Option("--all", help="Every format in both languages into this folder.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the report as sent, in reports/kept/.")] = False,
    by: options.ByOption = None,
    fail_on: Annotated[FailOn, typer.Option("--fail-on", help="Exit 1 when the report holds such findings.")] = FailOn.never,
    as_json: Annotated[bool, typer.Option("--json", help="Say as JSON what was written.")] = False,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Write the clearance report: workbook, letter, web page, PDF and slides, the same figures in each.

    Example: parkgis report --on 2026-06-30 --lang vi

    Example: parkgis report --period month --format xlsx,docx,html,pdf,pptx --keep

    Example: parkgis report --all weekly --json
    """
    found = options.workspace(directory)
    words = options.words(lang, found)
    if write_template is not None:
        _write_template(write_template, as_json)
        return
    if every is not None and folder is not None:
        raise UsageError(why=Reason("report_scope_keep", "--all and --output exclude each other: --all names the folder"))
    wanted = list(FORMATS) if every is not None else _formats(formats)
    styled = _styled(template, wanted)
    from parkgis.cli import reporting
    from parkgis.reporting import kept

    wish = {"by_project": by_project, "forecast": forecast, "land": land, **styled}
    job, files = _drawn(found, (on, known), period.value, (park, project, commune), wish, wanted, words, both=every is not None)
    paths = reporting.write(found, files, every or folder)
    record = kept.keep(found.root, files, job.briefing, job.beside, found.clock(), options.user(by)) if keep else None
    _told(job, words, paths, files, record, as_json)
    _fail(job, fail_on)


def _drawn(
    found: Workspace, times: tuple[str | None, str | None], period: str, place: tuple[str, str, str], wish: dict[str, Any],
    wanted: list[str], words: Words, *, both: bool,
) -> tuple[Job, dict[str, bytes]]:  # fmt: skip
    """Gather the report once and draw every file of it."""
    from parkgis import reporting as facts
    from parkgis.cli import reporting
    from parkgis.reporting import kept

    park, project, commune = place
    scope = facts.find(found, park=park, project=project, commune=commune)
    with options.uncollected(), tables.progress(words) as progress:
        progress("status", 0.1)
        snapshot = found.snapshot(options.cut(found, *times))
        sent = kept.latest(found.root, period, f"{scope.kind}:{scope.id}", snapshot.cut)
        question = facts.ask(found, snapshot.cut, period, scope, (sent.number, sent.cut) if sent else None)
        wanted_so = reporting.Wish(**wish)
        job = reporting.Job(found, snapshot, question, wanted_so, lambda step, share: progress(step, 0.1 + 0.6 * share))
        langs = ["vi", "en"] if both else [words.lang]
        files = reporting.drawn(job, wanted, langs, lambda step, share: progress(step, 0.7 + 0.3 * share))
    return job, files


def _told(job: Job, words: Words, paths: list[Path], files: dict[str, bytes], record: Kept | None, as_json: bool) -> None:
    """Say what was written, what does not add up in it, and what is missing."""
    from parkgis.cli import reporting

    if job.beside.ahead.without:
        typer.echo(reporting.absent(job, words), err=True)
    if as_json:
        typer.echo(reporting.summary(job, paths, files, record))
        return
    tables.print_written(paths, "text", words)
    for finding in job.beside.broken:
        _say(finding, words)
    if record:
        typer.echo(words("reporting.kept", number=str(record.number), folder=options.nearby(record.folder)))


def _fail(job: Job, fail_on: FailOn) -> None:
    from parkgis.cli import reporting

    levels = {"warning": 2, "error": 3}
    if fail_on is not FailOn.never and reporting.worst(job.briefing, job.beside) >= levels[fail_on.value]:
        raise typer.Exit(1)


def _formats(text: str) -> list[str]:
    wanted = list(dict.fromkeys(f.strip().lower() for f in text.split(",") if f.strip()))
    wrong = [f for f in wanted if f not in FORMATS]
    if wrong or not wanted:
        raise UsageError(
            why=Reason(
                "report_form", "--format {wrong}: the forms of a report are {formats}", wrong=", ".join(wrong) or text,
                formats=", ".join(FORMATS),
            )
        )  # fmt: skip
    return wanted


def _styled(template: Path | None, wanted: list[str]) -> dict[str, Path]:
    """Say whose look a template gives: the letter's, or by its name the slides'."""
    if template is None:
        return {}
    form = "pptx" if template.suffix.lower() == ".pptx" else "docx"
    if form not in wanted:
        raise UsageError(why=Reason("report_template", "this template is for {form}: add {form} to --format", form=form))
    return {"slides" if form == "pptx" else "template": template}


def _write_template(path: Path, as_json: bool) -> None:
    from parkgis.layers.write import write_bytes
    from parkgis.outputs import letter

    write_bytes(path, letter.template())
    typer.echo(json.dumps({"parkgis.written/v1": [str(path)]}, ensure_ascii=False, indent=2) if as_json else str(path))


def _say(finding: Finding, words: Words) -> None:
    from parkgis.findings import sentence

    typer.echo(sentence(finding, words), err=True)


# -- reports kept as they were sent --------------------------------------------------------------------------

app = typer.Typer(help="Reports kept as they were sent: list, show again, verify.", no_args_is_help=True)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """List the reports kept as they were sent.

    Example: parkgis reports list
    """
    from parkgis.reporting import kept

    found = options.workspace(directory)
    words = options.words(lang, found)
    every = kept.listed(found.root)
    if as_json:
        typer.echo(json.dumps({"parkgis.kept_list/v1": [_facts(k) for k in every]}, ensure_ascii=False, indent=2))
        return
    if not every:
        typer.echo(words("reporting.none_kept"))
        return
    names = [
        ("number", "right"),
        ("on", "fixed"),
        ("period", ""),
        ("scope", ""),
        ("digest", "fixed"),
        ("at", "fixed"),
        ("files", ""),
    ]
    rows = (
        (
            str(k.number), words.day(k.on), words(f"report.period_{k.period}"),
            k.scope.partition(":")[2] or words("reporting.whole"), k.digest[:12], words.moment(k.at), ", ".join(k.files),
        )
        for k in every
    )  # fmt: skip
    tables.print_table(words("reporting.kept_title"), [(words(f"reporting.col_{name}"), how) for name, how in names], rows)


def _facts(record: Kept) -> dict[str, object]:
    return {
        "number": record.number, "on": record.on.isoformat(), "known": record.known.isoformat(), "period": record.period,
        "scope": record.scope, "at": record.at.isoformat(), "by": record.by, "head_seq": record.head_seq, "digest": record.digest,
        "files": dict(record.files), "folder": str(record.folder),
    }  # fmt: skip


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Of the kept report.")],
    folder: Annotated[Path, typer.Option("--output", "-o", help="Folder to copy its files to.")] = Path(),
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Copy the files of a kept report out again, as they were sent; what was changed since is refused.

    Example: parkgis reports show 3 --output again
    """
    import hashlib

    from parkgis.errors import FileUnreadable
    from parkgis.layers.write import write_bytes

    found = options.workspace(directory)
    record = _kept(found, number)
    contents = {name: (record.folder / name).read_bytes() for name in record.files if (record.folder / name).is_file()}
    for name, digest in record.files.items():
        if name not in contents or hashlib.sha256(contents[name]).hexdigest() != digest:
            why = Reason("kept_wrong", "{file} of kept report {number} is no longer as it was sent", file=name, number=str(number))
            raise FileUnreadable(path=record.folder / name, why=why)
    for name, content in contents.items():
        write_bytes(folder / name, content)
    tables.print_written([folder / name for name in contents], "text", options.words(lang, found))


def _kept(found: Workspace, number: int) -> Kept:
    from parkgis.reporting import kept

    every = kept.listed(found.root)
    for record in every:
        if record.number == number:
            return record
    why = Reason("kept_number", "there is no kept report {number}; {count} are kept", number=str(number), count=len(every))
    raise UsageError(why=why)


@app.command("verify")
def verify(lang: options.LangOption = None, directory: options.DirOption = Path()) -> None:
    """Check that every kept report is as it was sent; exit 1 when one is not.

    Example: parkgis reports verify
    """
    from parkgis.reporting import kept

    found = options.workspace(directory)
    words = options.words(lang, found)
    wrong = kept.verify(found.root)
    for finding in wrong:
        _say(finding, words)
    if wrong:
        raise typer.Exit(1)
    typer.echo(words("reporting.verified", count=len(kept.listed(found.root))))
