"""Open a zip a stranger made: within limits, nowhere but below a folder of its own, nothing in it followed."""

from __future__ import annotations

import contextlib
import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from parkgis.errors import FileEmpty, FileMissing, FileUnreadable, InputError, Reason
from parkgis.layers import formats, links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEGABYTE = 1_000_000
LARGEST = 4000 * MEGABYTE  # of everything unpacked
RATIO = 250  # unpacked to packed; the blank-filled text of a DBF reaches about 100
RATIO_FROM = 100 * MEGABYTE  # below this a ratio harms nobody
MOST_MEMBERS = 10_000
LONGEST_NAME = 120
ENCRYPTED = 0x1
FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*!\x7f' + "".join(map(chr, range(32))), "_"))

SCHEMAS = (".gml", ".xml")
CHARSETS = (".tab", ".mif")
WESTERN = b"windowslatin1"
MEANS_MORE = frozenset("!|?*")
"""Characters in a file's name by which GDAL would look elsewhere."""

INSIDE = {".zip": None, ".shz": None, ".kmz": (".kml",)}
"""Kind of archive -> the suffixes of the layers looked for in it; None for any."""


@contextlib.contextmanager
def opened(path: Path) -> Iterator[list[tuple[str, Path]]]:
    """Give the layers files of a zip as (name, path) for as long as the block lasts; any other file as itself.

    Parameters
    ----------
    path : Path

    Yields
    ------
    list of (str, Path)
        Names as they stand in the archive, without the suffix; in the order of the names. For a file that is no
        archive one pair with an empty name.

    Raises
    ------
    FileMissing, FileEmpty
    FileUnreadable
        For an archive that is damaged, locked by a password, too large when unpacked, or that names files
        outside itself.
    """
    if path.suffix.lower() not in formats.ARCHIVES or path.is_dir():
        with _aside(path) as file:
            yield [("", file)]
        return
    if not path.is_file():
        raise FileMissing(path=path)
    if path.stat().st_size == 0:
        raise FileEmpty(path=path, what="bytes")
    with tempfile.TemporaryDirectory(prefix="parkgis-", ignore_cleanup_errors=True) as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                members = _safe(path, [m for m in archive.infolist() if not m.is_dir()])
                _unpack(archive, members, Path(folder))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
            why = Reason("zip_damaged", "the archive cannot be unpacked: {error}", error=str(error))
            raise FileUnreadable(path=path, why=why) from error
        for file in [p for p in Path(folder).rglob("*") if p.is_file()]:
            _neutral(file)
            if file.suffix in SCHEMAS:
                links.spoil_schemas(file)
        found = _layers(Path(folder), INSIDE[path.suffix.lower()])
        if not found:
            raise FileEmpty(path=path, what="layer")
        yield found


@contextlib.contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """Give a file itself, or a copy where reading the file in its place would do more than read it.

    GDAL leaves a ``.gfs`` beside every GML and fetches the schema it names (3.12, whatever the open options say, when
    layers are listed), and takes ``!`` in a name for the inside of an archive.
    """
    schemas = path.suffix.lower() in SCHEMAS and path.is_file()
    if not schemas and not _western(path) and not (set(path.name) & MEANS_MORE and path.exists()):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="parkgis-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / f"layer{path.suffix.lower()}"
        for other in [path] if path.is_dir() else [p for p in path.parent.iterdir() if p.is_file() and p.stem == path.stem]:
            copied = target.with_suffix(other.suffix.lower())
            shutil.copytree(other, copied) if other.is_dir() else shutil.copyfile(other, copied)
        if schemas:
            links.spoil_schemas(target)
        _neutral(target)
        yield target


def _western(path: Path) -> bool:
    return path.suffix.lower() in CHARSETS and path.is_file() and WESTERN in path.read_bytes()[: formats.HEAD].lower()


def _neutral(path: Path) -> None:
    """Let a copy of a MapInfo table say nothing of its text instead of Latin 1: GDAL would drop the bytes Latin 1 lacks."""
    if _western(path):
        path.write_bytes(re.sub(b"(?i)" + WESTERN, b"Neutral", path.read_bytes()))


def _refused(path: Path, why: Reason) -> InputError:
    return FileUnreadable(path=path, why=why)


def _safe(path: Path, members: Sequence[zipfile.ZipInfo]) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Return what may be unpacked, and under which name; refuse the whole archive for one bad member."""
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if len(members) > MOST_MEMBERS:
        raise _refused(path, Reason("zip_members", "more than {limit} files in one archive", limit=MOST_MEMBERS))
    if unpacked > LARGEST or (unpacked > RATIO_FROM and unpacked > RATIO * max(packed, 1)):
        why = Reason("zip_large", "{size} MB when unpacked: unpack it yourself and add the layer", size=unpacked // MEGABYTE)
        raise _refused(path, why)
    named = [(member, _name(path, member)) for member in members]
    if len({str(name).casefold() for _, name in named}) < len(named):
        raise _refused(path, Reason("zip_twice", "two files in the archive have one name"))
    return named


def _name(path: Path, member: zipfile.ZipInfo) -> PurePosixPath:
    raw = member.filename.replace("\\", "/")
    shown = raw[:LONGEST_NAME].translate(FORBIDDEN)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(path, Reason("zip_link", "{name} in the archive is a link to another place", name=shown))
    if member.flag_bits & ENCRYPTED:
        raise _refused(path, Reason("zip_password", "the archive is locked by a password: unpack it yourself and add the layer"))
    parts = PurePosixPath(raw).parts
    if raw.startswith("/") or ".." in parts or raw[1:2] == ":":
        raise _refused(path, Reason("zip_outside", "{name} in the archive would be written outside its folder", name=shown))
    return PurePosixPath(*(_plain(part, last=at == len(parts) - 1) for at, part in enumerate(parts)))


def _plain(part: str, *, last: bool) -> str:
    """Write one part of a name so that every system takes it; a layer's files keep one stem."""
    part = part.translate(FORBIDDEN)
    stem, dot, suffix = part.rpartition(".") if last else (part, "", "")
    stem = stem.rstrip(" .")[:LONGEST_NAME] or "_"
    return f"{stem}{dot}{suffix.lower()[:16]}" if dot else (stem if not last else part[:LONGEST_NAME].rstrip(" .") or "_")


def _unpack(archive: zipfile.ZipFile, members: Sequence[tuple[zipfile.ZipInfo, PurePosixPath]], folder: Path) -> None:
    for member, name in members:
        target = folder.joinpath(*name.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("xb") as sink:
            shutil.copyfileobj(source, sink, MEGABYTE)  # zipfile itself stops at the size the archive states


def _layers(folder: Path, suffixes: Sequence[str] | None) -> list[tuple[str, Path]]:
    found = [p for p in folder.rglob("*.gdb") if p.is_dir()] if suffixes is None else []
    inside = tuple(found)
    wanted = {s for form in formats.FORMATS for s in form.suffixes} | {s for unread in formats.UNREAD for s in unread.suffixes}
    files = [p for p in folder.rglob("*") if p.is_file() and not any(p.is_relative_to(g) for g in inside)]
    found += [p for p in files if p.suffix in (suffixes or wanted) and not _beside(p, files)]
    named = {p: p.relative_to(folder).with_suffix("").as_posix() for p in sorted(found)}
    shapes = [p for p in named if p.suffix not in COMPANY] or list(named)
    return [(named[p], p) for p in shapes]


COMPANY = frozenset({".txt", ".pdf", ".xml", ".json", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".lyr", ".lyrx", ".qgs", ".mxd"})
"""What travels beside layers; a layer itself only where there is no other."""


def _beside(path: Path, files: Sequence[Path]) -> bool:
    """Tell whether a file belongs to a layer of the same name: ``a.shp.xml``, ``a.xlsx`` is a file of its own."""
    hosts = [other for other in files if other != path and other.suffix in (".shp", ".tab", ".mif", ".gml")]
    return path.suffix in COMPANY and any(path.name.startswith(host.stem + ".") for host in hosts)
