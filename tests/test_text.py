"""The text alarm: what a column was written in is proved by samples, and nothing is changed until a person says so."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
import vietnamese
from files import cadastre, saved
from make import workspace

from parkgis.errors import InputRefused, UsageError
from parkgis.intake.add import Options, add_parcels, examine
from parkgis.layers import text
from parkgis.model import Severity

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from parkgis.model import Finding

NAMES = ["Nguyễn Thị Ất", "Đặng Văn Hường", "Khuất Quang Mận", "Phạm Thị Lụa"]


def raw(encoding: str, **columns: list[str]) -> gpd.GeoDataFrame:
    return cadastre().assign(**{name: [vietnamese.raw(v, encoding) for v in values] for name, values in columns.items()})


def codes(findings: tuple[Finding, ...]) -> dict[str, Severity]:
    return {f.code: f.severity for f in findings}


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "vps", "viscii", "cp1258"])
def test_an_old_encoding_is_named_and_nothing_is_changed(encoding: str) -> None:
    frame = raw(encoding, TENCHU=NAMES)
    judged, findings = text.judge(frame, text.told(None), raw=True)
    (found,) = [f for f in findings if f.severity is Severity.ERROR]
    assert (found.code, found.facts["reading"], found.where) == ("text_encoding", encoding, "TENCHU")
    assert judged["TENCHU"].tolist() == frame["TENCHU"].tolist()


@pytest.mark.parametrize("encoding", ["vni", "vps", "viscii", "cp1258"])
@pytest.mark.parametrize("way", ["told", "told for the column", "detected"])
def test_it_is_read_when_told(encoding: str, way: str) -> None:
    said = {"told": text.told(encoding), "told for the column": text.told(f"utf-8,TENCHU={encoding}")}
    judged, findings = text.judge(raw(encoding, TENCHU=NAMES), said.get(way, text.told(None, ["detected"])), raw=True)
    assert judged["TENCHU"].tolist() == NAMES
    assert codes(findings)["text_read"] is Severity.INFO and Severity.ERROR not in codes(findings).values()


def test_capitals_that_tcvn3_lost_are_restored_only_where_certain_and_flagged() -> None:
    frame = raw("tcvn3", TENCHU=["ỦY BAN NHÂN DÂN XÃ", "Ứng Thị Ất", "Đặng Văn Ổn", "Khuất Thị Ánh"])
    judged, findings = text.judge(frame, text.told("tcvn3"), raw=True)
    assert judged["TENCHU"].tolist() == ["ỦY BAN NHÂN DÂN XÃ", "ứng Thị ất", "Đặng Văn ổn", "Khuất Thị ánh"]
    (case,) = [f for f in findings if f.code == "text_case"]
    assert (case.severity, case.facts["count"]) == (Severity.WARNING, 3)
    judged, findings = text.judge(frame, text.told("tcvn3+names"), raw=True)
    assert judged["TENCHU"].tolist() == ["ỦY BAN NHÂN DÂN XÃ", "Ứng Thị Ất", "Đặng Văn Ổn", "Khuất Thị Ánh"]
    assert "text_case" not in codes(findings)


def test_samples_name_nobody() -> None:
    """A word of one value only may be a name: it is not shown whole."""
    frame = raw("tcvn3", TENCHU=["Nguyễn Thị Lụa", "Nguyễn Thị Mận", "Nguyễn Văn Hường", "Khuất Văn Ổn"])
    _, findings = text.judge(frame, text.told(None), raw=True)
    samples = findings[0].facts["samples"]
    assert "Nguyễn" in samples and "Thị" in samples
    assert not {"Lụa", "Mận", "Hường", "Khuất"} & set(samples.replace(";", " ").split())


def test_mixtures_in_unicode_are_said_and_taken_in_as_they_stand() -> None:
    frame = cadastre(DIACHI=["UBND x· Yên Phong", "Trưªng mầm non", "Thôn ĐÆng X·", "Đất Do·n Văn"])
    judged, findings = text.judge(frame, text.told(None))
    assert codes(findings) == {"text_mixed": Severity.WARNING}
    assert judged["DIACHI"].tolist() == frame["DIACHI"].tolist()
    mended, _ = text.judge(frame, text.told(None, ["detected"]))
    assert mended["DIACHI"].tolist() == ["UBND xã Yên Phong", "Trường mầm non", "Thôn Đặng Xã", "Đất Doãn Văn"]


def test_mojibake_is_refused_until_told() -> None:
    wrong = ["".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in name.encode()) for name in NAMES]
    _, findings = text.judge(cadastre(TENCHU=wrong), text.told(None))
    assert codes(findings) == {"text_mojibake": Severity.ERROR}
    mended, _ = text.judge(cadastre(TENCHU=wrong), text.told("mojibake"))
    assert mended["TENCHU"].tolist() == NAMES


def test_too_little_text_is_not_guessed() -> None:
    _, findings = text.judge(raw("tcvn3", TENCHU=["Đào"] * 4), text.told(None, ["detected"]), raw=True)
    assert codes(findings)["text_unknown"] is Severity.ERROR


def test_letters_and_tones_apart_are_joined() -> None:
    apart = [unicodedata.normalize("NFD", name) for name in NAMES]
    judged, findings = text.judge(cadastre(TENCHU=apart), text.told(None))
    assert judged["TENCHU"].tolist() == NAMES
    assert codes(findings) == {"text_nfd": Severity.INFO}


def test_text_that_was_cut_also_within_a_letter() -> None:
    long = ("Nguyễn Thị Hường " * 30).encode()[:254].decode("latin-1")
    torn = "Đặng Văn Hườ".encode()[:-1].decode("latin-1")
    frame = cadastre(GHICHU=[long, torn, "x", "y"])
    judged, findings = text.judge(frame, text.told("utf-8"), raw=True)
    (cut,) = [f for f in findings if f.code == "text_cut"]
    assert (cut.severity, cut.facts["count"], cut.facts["torn"]) == (Severity.WARNING, 2, 1)
    assert judged["GHICHU"][1] == "Đặng Văn Hư"


def test_field_names_that_became_equal() -> None:
    frame = cadastre().rename(columns={"DIENTICH": "DIENTICHPL", "TENCHU": "DIENTICH_1"})
    _, findings = text.judge(frame, text.told(None))
    assert codes(findings) == {"field_names_cut": Severity.INFO, "field_names_collide": Severity.WARNING}


def test_bytes_the_encoding_does_not_have_are_counted_and_kept() -> None:
    frame = cadastre(GHICHU=["25 m\xb2", "§\xb5o", "a", "b"])
    judged, findings = text.judge(frame, text.told("tcvn3"), raw=True)
    assert judged["GHICHU"].tolist()[:2] == ["25 m²", "Đào"]
    assert codes(findings)["text_undecoded"] is Severity.WARNING


@pytest.mark.parametrize("said", ["utf-9", "TENCHU=", "bkhcm"])
def test_a_reading_nobody_knows(said: str) -> None:
    with pytest.raises(UsageError):
        text.told(said)


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="OWNER"):
        text.judge(cadastre(), text.told("OWNER=vni"))


# -- through the door --------------------------------------------------------------------------------------


def test_add_refuses_with_the_proof_and_takes_what_is_told(tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    path = tmp_path / "thua.shp"
    saved(cadastre(TENCHU=[vietnamese.raw(n, "tcvn3") for n in NAMES]), path, encoding="ISO-8859-1")
    path.with_suffix(".cpg").unlink()
    with pytest.raises(InputRefused) as caught:
        add_parcels(here, "NSHL", path, Options())
    assert [f.code for f in caught.value.findings] == ["text_encoding"]
    assert here.store.head().seq == 0
    for options in (Options(encoding="tcvn3"), Options(encoding="TENCHU=tcvn3"), Options(accepted=("detected",))):
        _, added = examine(here, "NSHL", path, options)
        assert "text_read" in {f.code for f in added.findings}
