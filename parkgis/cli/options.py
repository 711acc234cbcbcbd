"""Options every command shares, and how a command finds its workspace, its language and its two times."""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import gc
import getpass
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parkgis.errors import Reason, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.model import Cut
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace


class Lang(enum.StrEnum):
    vi = "vi"
    en = "en"


class Format(enum.StrEnum):
    text = "text"
    json = "json"
    csv = "csv"


LangOption = Annotated[Lang | None, typer.Option("--lang", help="Language of the answer; words only, never keys.")]
DirOption = Annotated[Path, typer.Option("-C", "--dir", help="Folder of the workspace, or any folder inside it.")]
OnOption = Annotated[str | None, typer.Option("--on", help="The day asked about: 2026-06-30 or 30/06/2026. Default: today.")]
KnownOption = Annotated[
    str | None,
    typer.Option("--known", help="The hour of knowledge: 2026-06-30T17:00+07:00; without a zone, local time. Default: now."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="text for people; json and csv for scripts.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who records. Default: the user of this computer.")]

# -- what minutes say
ProjectOption = Annotated[str | None, typer.Option("--project", help="Id of the project, as in layers/projects.csv.")]
StageOption = Annotated[str | None, typer.Option("--stage", help="Stage reached, e.g. handed_developer.")]
DayOption = Annotated[str | None, typer.Option("--day", help="Day it became true: 2026-06-30 or 30/06/2026.")]
DocumentOption = Annotated[str | None, typer.Option("--document", help="Number of the document behind it.")]
DocumentDateOption = Annotated[str | None, typer.Option("--document-date", help="Its date.")]
NoteOption = Annotated[str, typer.Option("--note", help="Remark, or the reason.")]

# -- how a file of shapes is read
CrsOption = Annotated[
    str | None, typer.Option("--crs", help="The file's own coordinate system, e.g. EPSG:9209; outranks what it says.")
]
EncodingOption = Annotated[str | None, typer.Option("--encoding", help="Encoding of its text: tcvn3, or COLUMN=tcvn3,…")]
LayerOption = Annotated[str | None, typer.Option("--layer", help="Layer, where the file holds several.")]
FieldOption = Annotated[
    list[str] | None,
    typer.Option("--field", help="ROLE=COLUMN; roles: sheet parcel area land commune; kept in private/: holder id_number."),
]
SwapOption = Annotated[bool, typer.Option("--swap-xy", help="The file's X is the northing.")]
PassOption = Annotated[list[str] | None, typer.Option("--accept", help="Code of a finding to take in knowingly; or far.")]
LineworkOption = Annotated[
    Path | None, typer.Option("--linework", help="TOML on the levels of a drawing; else DRAWING.linework.toml beside it.")
]
SheetOption = Annotated[str, typer.Option("--sheet", help="Map sheet of every parcel the file itself gives none.")]


def workspace(folder: Path) -> Workspace:
    """Find the workspace a command runs in."""
    from parkgis.workspace import Workspace

    return Workspace.find(folder)


def words(lang: Lang | None, found: Workspace | None = None) -> Words:
    """Return the language of an answer: as asked, else the workspace's, else Vietnamese."""
    from parkgis.words.catalogue import Words

    return Words(
        lang.value if lang else found.config.language if found else "vi", found.config.time_zone if found else "Asia/Ho_Chi_Minh"
    )


def _asked() -> str | None:
    """Return the language the command line asks for, as far as it can be read without its parser."""
    asked = [
        word.removeprefix("--lang=")
        for before, word in itertools.pairwise(sys.argv)
        if "--lang" in (before, word.partition("=")[0])
    ]
    return next((lang for lang in reversed(asked) if lang in ("vi", "en")), None)


def language() -> str:
    """Return the language of :func:`fallback_words` without what a workspace needs to be opened (0.3 s)."""
    if asked := _asked():
        return asked
    import tomllib

    here = Path().absolute()
    mark = next((folder / "parkgis.toml" for folder in (here, *here.parents) if (folder / "parkgis.toml").is_file()), None)
    try:
        said = tomllib.loads(mark.read_text(encoding="utf-8")).get("language") if mark else None
    except (OSError, ValueError):
        said = None
    return "en" if said == "en" else "vi"


def spoken(context: typer.Context, lang: LangOption = None) -> None:
    """Take the language for every command of a group: ``parkgis --lang en ledger log``."""
    if lang:
        context.default_map = _everywhere(context.command, lang)


def _everywhere(command: Any, lang: Lang) -> dict[str, Any]:
    below = getattr(command, "commands", {}).items()
    return {"lang": lang.value, **{name: _everywhere(one, lang) for name, one in below}}


def fallback_words() -> Words:
    """Return the language to say an error in, when the command never got as far as its own."""
    if asked := _asked():
        return words(Lang(asked))
    try:
        return words(None, workspace(Path()))
    except Exception:
        return words(None)


def day(text: str) -> dt.date:
    """Read a day a user typed; the forms of :func:`parkgis.ledger.sheets.day`, without its workbook library (0.1 s)."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise UsageError(why=Reason("day_form", "{text} is no day; write 2026-06-30 or 30/06/2026", text=text))


def cut(found: Workspace, on: str | None, known: str | None) -> Cut:
    """Read the two times of a question; a demo workspace asks about its own last day unless told."""
    moment = None
    if known:
        try:
            moment = dt.datetime.fromisoformat(known)
        except ValueError as error:
            raise UsageError(why=Reason("time_form", "{text} is no time; write 2026-06-30T17:00+07:00", text=known)) from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=found.zone)
    asked = day(on) if on else found.config.demo_on
    if found.config.demo_on and moment is None:
        midnight = dt.datetime.combine(found.config.demo_on + dt.timedelta(days=1), dt.time(), found.zone)
        moment = max(midnight, found.store.head().at or midnight)
    return found.cut(asked, moment)


def user(by: str | None) -> str:
    """Return who records."""
    try:
        return by or getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, or Windows without USERNAME
        return "?"


def fields(pairs: list[str] | None) -> dict[str, str]:
    """Read ``ROLE=COLUMN`` pairs."""
    told = {}
    for pair in pairs or ():
        role, equals, column = pair.partition("=")
        if not equals or not column:
            raise UsageError(why=Reason("field_form", "--field {pair}: write ROLE=COLUMN, e.g. --field sheet=SHBANDO", pair=pair))
        told[role] = column
    return told


def nearby(path: Path) -> str:
    """Write a path as a person would: relative to here when it lies below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Look for no cycles in what is made meanwhile, nor at the end of the process.

    Shapes and what a report gathers hold none and live as long as the command; going through them took up to a sixth of the time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
