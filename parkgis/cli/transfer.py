"""Commands that carry a ledger from one place to another: ledger init, copy, dump, load."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parkgis.cli import options, tables

if TYPE_CHECKING:
    from parkgis.ledger.dump import Brought
    from parkgis.words.catalogue import Words


def init(
    place: Annotated[
        str | None, typer.Argument(metavar="[STORE]", help="postgresql://USER@HOST/DATABASE. Default: the workspace's own.")
    ] = None,
    script: Annotated[bool, typer.Option("--script", help="Print the SQL for psql instead of running it.")] = False,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Make the ledger, its guards, its roles and the layer of tranches in a PostgreSQL database, or mend them.

    A ledger in a file needs no init: the first record makes it.

    Example: parkgis ledger init postgresql://gpmb@dbserver/gpmb

    Example: parkgis ledger init --script | sudo -u postgres psql -d gpmb
    """
    if script:
        _print_script()
        return
    from parkgis.workspace import SCHEMES, open_ledger

    found = None if place else options.workspace(directory)
    words = options.words(lang, found)
    named = place or (found.config.store if found else "")
    if not named.startswith(SCHEMES):
        typer.echo(words("transfer.file_store", path=named))
        return
    store = open_ledger(named, Path())
    missing = store.prepare()  # type: ignore[attr-defined]  # a store in a database
    typer.echo(words("transfer.made", place=store.place))
    if missing:
        typer.echo(words("transfer.made_without", missing=", ".join(missing)), err=True)


def _print_script() -> None:
    from parkgis.ledger.postgis import script

    typer.echo(script(), nl=False)


def dump(
    file: Annotated[Path | None, typer.Argument(help="Text file to write. Default: standard output.")] = None,
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Write the ledger as text, one line an entry: to compare, to mail, to keep.

    Example: parkgis ledger dump so-theo-doi.jsonl
    """
    from parkgis.errors import OutputFailed
    from parkgis.ledger import dump as text

    found = options.workspace(directory)
    words = options.words(lang, found)
    if file is None:
        for line in text.dump(found.store):
            sys.stdout.buffer.write(line.encode())  # on Windows print would end lines otherwise than the file does
        sys.stdout.buffer.flush()
        return
    beside = file.with_name(file.name + ".part")  # what stood there stays until the new one is whole
    try:
        with tables.progress(words) as progress, beside.open("w", encoding="utf-8", newline="\n") as out:
            progress("write", 0.0)
            out.writelines(text.dump(found.store))
        beside.replace(file)
    except OSError as error:
        raise OutputFailed(path=file, why=error.strerror or str(error)) from error
    finally:
        beside.unlink(missing_ok=True)
    typer.echo(words("transfer.dumped", path=options.nearby(file), count=text.read_head(file).seq))


def load(
    file: Annotated[Path, typer.Argument(help="A file that `ledger dump` wrote.")],
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Take a dumped ledger in: as it was where this one is empty or older, else what is not here yet.

    Loading twice adds nothing. A line that somebody changed is refused by its number.

    Example: parkgis ledger load so-theo-doi.jsonl
    """
    from parkgis.ledger import dump as text

    found = options.workspace(directory)
    words = options.words(lang, found)
    with tables.progress(words) as progress:
        progress("read", 0.0)
        brought = text.load(found.store, file)
    _print_brought(brought, words)


def copy(
    place: Annotated[str, typer.Argument(metavar="DEST", help="A file (.gpkg) or postgresql://USER@HOST/DATABASE.")],
    lang: options.LangOption = None,
    directory: options.DirOption = Path(),
) -> None:
    """Put the workspace's ledger into another store, with its own numbers, instants and digests.

    Example: parkgis ledger copy postgresql://gpmb@dbserver/gpmb

    Example: parkgis ledger copy sao-luu.gpkg
    """
    from parkgis.ledger import dump as text
    from parkgis.ledger.verify import verify
    from parkgis.workspace import open_ledger

    found = options.workspace(directory)
    words = options.words(lang, found)
    target = open_ledger(place, Path.cwd())
    with tables.progress(words) as progress:
        progress("write", 0.0)
        brought = text.copy(found.store, target)
        progress("verify", 0.5)
        findings = list(verify(target))
    if findings:
        tables.print_findings(findings, words)
        raise typer.Exit(31)
    head = target.head()
    typer.echo(words("transfer.copied", count=brought.restored, place=target.place, seq=head.seq, digest=head.digest[:12] or "–"))
    typer.echo(words("transfer.copied_hint"))


def _print_brought(brought: Brought, words: Words) -> None:
    typer.echo(words("transfer.loaded", restored=brought.restored, learned=brought.learned, already=brought.already))
    if brought.left_out:
        typer.echo(words("transfer.left_out", count=brought.left_out))
