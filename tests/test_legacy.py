"""Text from before Unicode: what is written is read again, and what went wrong once is undone."""

from __future__ import annotations

import unicodedata

import pytest
import vietnamese
from hypothesis import given
from hypothesis import strategies as st

from parkgis.words import legacy

TABLES = ("tcvn3", "vni", "vps", "viscii")
SMALL = "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ"
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


@pytest.mark.parametrize("name", TABLES)
def test_every_letter_of_the_alphabet_is_in_the_table(name: str) -> None:
    written = legacy.table(name).written
    assert set(SMALL) <= set(written)
    upper = {c.upper() for c in SMALL}
    assert upper - set(written) == (set() if name != "tcvn3" else upper - set("ĂÂÊÔƠƯĐ"))
    assert len(set(written.values())) == len(written)


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("tcvn3", "a7696e682056a86e2041", "Đinh Văn A"),
        ("tcvn3", "4e677579d46e205468de20a7b56f", "Nguyễn Thị Đào"),
        ("vni", "d1696e68205661ea6e", "Đinh Văn"),
        ("vni", "4e677579 65e3 6e 20 5468f2 20 48f6f46e67".replace(" ", ""), "Nguyễn Thị Hương"),
        ("vps", "4e677579cd6e205468ce", "Nguyễn Thị"),
        ("viscii", "4e677579ad6e205468b8", "Nguyễn Thị"),
        ("cp1258", "4e677579eade6e2054689df2".replace("9d", "69"), "Nguyễn Thị"),
        ("utf-8", "4e677579e1bb856e", "Nguyễn"),
    ],
)
def test_bytes_as_they_stand_in_files(name: str, data: str, text: str) -> None:
    assert legacy.decode(bytes.fromhex(data), name) == text


def letters(name: str) -> st.SearchStrategy[str]:
    if name in ("utf-8", "cp1258"):
        return st.text(PRINTABLE + SMALL + SMALL.upper() + "\n")
    return st.text(PRINTABLE + "".join(legacy.table(name).written) + "\n")


@pytest.mark.parametrize("name", [*TABLES, "cp1258", "utf-8"])
def test_what_is_written_is_read_again(name: str) -> None:
    @given(letters(name))
    def law(text: str) -> None:
        assert legacy.decode(legacy.encode(text, name), name) == text

    law()


@given(st.text(), st.sampled_from(TABLES))
def test_text_that_cannot_be_written_is_refused_never_changed(text: str, name: str) -> None:
    try:
        data = legacy.encode(text, name)
    except UnicodeEncodeError:
        return
    assert legacy.decode(data, name) == unicodedata.normalize("NFC", text)


@given(st.binary(), st.sampled_from([*TABLES, "cp1258", "utf-8"]))
def test_any_bytes_are_read_when_told_to_keep_what_has_no_letter(data: bytes, name: str) -> None:
    text = legacy.decode(data, name, "keep")
    assert unicodedata.is_normalized("NFC", text) or name in TABLES


def test_a_byte_without_a_letter_is_named() -> None:
    with pytest.raises(UnicodeDecodeError, match=r"tcvn3.*position 2"):
        legacy.decode(b"ab\xb3", "ABC")
    with pytest.raises(LookupError):
        legacy.decode(b"", "bkhcm9")


@given(st.lists(st.sampled_from(vietnamese.PLACES), min_size=1).map(" ".join), st.integers(1, 2))
def test_utf8_taken_for_windows_is_undone_as_often_as_it_happened(text: str, times: int) -> None:
    wrong = text
    for _ in range(times):
        wrong = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in wrong.encode())
    assert legacy.unmojibake(wrong) == text
    assert legacy.unmojibake(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("UBND x·", "UBND xã"),
        ("Trưªng", "Trường"),  # the byte of ờ was taken for ê, and ê for its own byte
        ("ĐÆng Thị Nô", "Đặng Thị Nô"),
        ("Nguyễn Thị Hương", "Nguyễn Thị Hương"),
        ("A · B, 25 m², «Phú»", "A · B, 25 m², «Phú»"),
        ("Café Müller", "Café Müller"),
    ],
)
def test_words_whose_conversion_stopped_halfway(before: str, after: str) -> None:
    assert legacy.mend(before, "tcvn3") == after


def test_capitals_are_restored_where_the_other_letters_leave_no_doubt() -> None:
    assert legacy.restore_capitals(legacy.decode(bytes.fromhex("5155b843482056a86e"), "tcvn3")) == "QUÁCH Văn"
    assert legacy.restore_capitals("ủY BAN NHâN DâN Xã") == "ỦY BAN NHÂN DÂN XÃ"
    assert legacy.restore_capitals("Thạch THị Khăng") == "Thạch THị Khăng"
    assert legacy.restore_names("ứng Thị ất") == "Ứng Thị Ất"
    assert legacy.case_lost("ứng Thị") and not legacy.case_lost("Đinh Thị")
