"""A zip is opened within limits, nowhere but below a folder of its own."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
from corpus import zipped
from files import cadastre, saved
from oddfiles import MADE

from parkgis.errors import FileEmpty, FileUnreadable, UsageError
from parkgis.layers import archive
from parkgis.layers.read import read

if TYPE_CHECKING:
    from pathlib import Path


def shapefile(folder: Path, *names: str) -> dict[str, bytes]:
    folder.mkdir()
    for name in names:
        saved(cadastre(), folder / f"{name}.shp", encoding="utf-8")
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_a_shapefile_in_a_zip_is_read_and_nothing_stays_behind(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", shapefile(tmp_path / "in", "thửa"))
    came = read(path)
    assert (came.layer, len(came.frame), came.declared.to_epsg() if came.declared else None) == ("thửa", 4, 9209)
    with archive.opened(path) as files:
        inside = files[0][1]
        assert inside.is_file()
    assert not inside.exists() and not inside.parent.exists()


def test_several_layers_in_a_zip_want_a_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", shapefile(tmp_path / "in", "thua", "ranh"))
    with pytest.raises(UsageError, match="ranh, thua"):
        read(path)
    assert read(path, layer="ranh").layer == "ranh"


def test_layers_of_a_package_in_a_zip_are_named_by_both(tmp_path: Path) -> None:
    inner = saved(cadastre(), tmp_path / "b.gpkg", layer="thua")
    saved(cadastre(), inner, layer="ranh")
    other = saved(cadastre(), tmp_path / "c.gpkg")
    path = zipped(tmp_path / "a.zip", {"x/b.gpkg": inner.read_bytes(), "c.gpkg": other.read_bytes()})
    with pytest.raises(UsageError, match="c, x/b/thua, x/b/ranh"):
        read(path)
    assert len(read(path, layer="x/b/ranh").frame) == 4


def test_papers_beside_a_layer_are_not_taken_for_layers(tmp_path: Path) -> None:
    files = shapefile(tmp_path / "in", "thua") | {"readme.txt": b"xin doc", "thua.shp.xml": b"<metadata/>", "scan.pdf": b"%PDF"}
    assert read(zipped(tmp_path / "a.zip", files)).layer == "thua"


def test_names_windows_does_not_take_are_written_so_that_it_does(tmp_path: Path) -> None:
    content = saved(cadastre(), tmp_path / "b.gpkg").read_bytes()
    path = zipped(tmp_path / "a.zip", {'th"ửa|1: a.gpkg': content})
    with archive.opened(path) as files:
        assert files[0][1].name == "th_ửa_1_ a.gpkg"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zip bomb", "MB when unpacked"),
        ("lying zip", "cannot be unpacked"),
        ("zip of ten thousand", "more than 10000 files"),
        ("zip upwards", "outside its folder"),
        ("zip absolute", "outside its folder"),
        ("zip of Windows", "outside its folder"),
        ("zip backslash", "outside its folder"),
        ("zip link", "link to another place"),
        ("zip twice", "one name"),
        ("zip with a vrt", "pointer"),
    ],
)
def test_a_hostile_archive_is_refused_whole(name: str, says: str, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = MADE[name](folder)
    with pytest.raises(FileUnreadable, match=says):
        read(path)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [path.name]


def test_an_archive_with_a_password_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.gpkg": b"x" * 50})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match="password"):
        read(path)


def test_an_archive_without_a_layer_is_empty(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        read(zipped(tmp_path / "a.zip", {"b.doc": b"x"}))


def test_the_text_of_a_database_may_pack_well(tmp_path: Path) -> None:
    """Blank-filled DBF text is 100 to 1: a limit on the ratio alone would refuse honest files."""
    files = shapefile(tmp_path / "in", "thua") | {"blank.dbf": b" " * 20_000_000}
    path = zipped(tmp_path / "a.zip", files)
    with zipfile.ZipFile(path) as found:
        member = found.getinfo("blank.dbf")
    assert member.file_size > 500 * member.compress_size
    assert len(read(path).frame) == 4
