"""Text as a file declares it; where it declares nothing that could be Vietnamese, its bytes are kept to be judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawings import SQUARES, dgn, dxf
from files import cadastre, saved

from parkgis.errors import EncodingUnknown
from parkgis.layers.read import read

TCVN3 = b"\xa7inh V\xa8n"  # Đinh Văn


def shapefile(folder: Path, cell: bytes, *, page: str | None = None, language: int = 0) -> Path:
    """Write a Shapefile whose column TENCHU holds given bytes."""
    path = saved(cadastre(TENCHU=["x" * len(cell)] * 4), folder / "a.shp", encoding="utf-8")
    table = bytearray(path.with_suffix(".dbf").read_bytes().replace(b"x" * len(cell), cell))
    table[29] = language
    path.with_suffix(".dbf").write_bytes(table)
    path.with_suffix(".cpg").unlink()
    if page is not None:
        path.with_suffix(".cpg").write_text(page, encoding="ascii")
    return path


def mapinfo(folder: Path, cell: bytes, charset: str) -> Path:
    path = saved(cadastre(TENCHU=["x" * len(cell)] * 4), folder / "a.tab", driver="MapInfo File")
    path.with_suffix(".dat").write_bytes(path.with_suffix(".dat").read_bytes().replace(b"x" * len(cell), cell))
    path.write_text(path.read_text(encoding="ascii").replace("Neutral", charset), encoding="ascii")
    return path


@pytest.mark.parametrize("language", [0x00, 0x03, 0x57])
@pytest.mark.parametrize("page", [None, "1252", "ISO-8859-1", "nonsense"])
def test_what_cannot_be_vietnamese_declares_nothing(language: int, page: str | None, tmp_path: Path) -> None:
    path = shapefile(tmp_path, TCVN3, page=page, language=language)
    came = read(path, raw=True)
    assert came.raw and came.frame["TENCHU"][0].encode("latin-1") == TCVN3
    with pytest.raises(EncodingUnknown, match="TENCHU"):
        read(path)


def test_utf_8_is_known_by_itself(tmp_path: Path) -> None:
    came = read(shapefile(tmp_path, "Đinh Văn".encode()), raw=True)
    assert not came.raw and came.frame["TENCHU"][0] == "Đinh Văn"


@pytest.mark.parametrize("page", ["1258", "CP1258", "ANSI 1258"])
def test_cp1258_is_read_as_declared_and_loses_no_letter(page: str, tmp_path: Path) -> None:
    came = read(shapefile(tmp_path, "Trần Hà".encode("cp1258", "ignore"), page=page))
    assert not came.raw and came.frame["TENCHU"][0].startswith("Tr")
    assert list(came.frame.columns) == ["SHBANDO", "SHTHUA", "DIENTICH", "KHLOAIDAT", "TENCHU", "geometry"]


def test_what_says_utf_8_and_is_not_is_kept_as_bytes(tmp_path: Path) -> None:
    came = read(shapefile(tmp_path, TCVN3, page="UTF-8"), raw=True)
    assert came.raw and came.frame["TENCHU"][0].encode("latin-1") == TCVN3


def test_what_is_told_outranks_what_is_declared(tmp_path: Path) -> None:
    assert read(shapefile(tmp_path, TCVN3, page="UTF-8"), encoding="tcvn3").frame["TENCHU"][0] == "Đinh Văn"


@pytest.mark.parametrize("charset", ["Neutral", "WindowsLatin1"])
def test_mapinfo_text_of_no_or_a_western_charset_is_kept_as_bytes(charset: str, tmp_path: Path) -> None:
    came = read(mapinfo(tmp_path, b"\xa7\x93n\x81", charset), raw=True)
    assert came.raw and came.frame["TENCHU"][0].encode("latin-1") == b"\xa7\x93n\x81"


def test_mapinfo_vietnamese(tmp_path: Path) -> None:
    came = read(mapinfo(tmp_path, b"Ha\xcc", "WindowsVietnamese"))
    assert came.frame["TENCHU"][0] == "Hà" and not came.raw


def test_drawings_before_2007_keep_their_bytes(tmp_path: Path) -> None:
    note = [("13", TCVN3.decode("latin-1"), (15.0, 15.0))]
    config = tmp_path / "a.linework.toml"
    assert not config.exists()
    for path in (dxf(tmp_path / "a.dxf", [("5", SQUARES[0][1])], note), dgn(tmp_path / "a.dgn", [("5", SQUARES[0][1])], note)):
        came = read(path, raw=True)
        assert came.raw and came.frame["Text"].dropna().tolist() == [TCVN3.decode("latin-1")], path


def test_drawings_since_2007_are_utf_8(tmp_path: Path) -> None:
    path = dxf(tmp_path / "a.dxf", [("5", SQUARES[0][1])], [("13", "Đinh", (15.0, 15.0))], version="AC1027", encoding="utf-8")
    came = read(path)
    assert not came.raw and "Đinh" in came.frame["Text"].tolist()
