"""A command line that cannot be read is refused in the reader's language, with what to do, and exit code 2."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from commands import parkgis

from parkgis.cli import main, options
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path


def refused(args: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    monkeypatch.setattr(sys, "argv", ["parkgis", *args.split()])
    with pytest.raises(SystemExit) as stop:
        main.main()
    said = capsys.readouterr()
    assert (stop.value.code, said.out) == (2, "")
    return said.err.splitlines()


@pytest.mark.parametrize(
    ("args", "read", "vi", "en"),
    [
        ("status --knwn 3", " status", "không có tùy chọn --knwn; có phải ý là --known", "has no option --knwn; is --known"),
        ("add --zzz", " add", "parkgis add không có tùy chọn --zzz", "parkgis add has no option --zzz"),
        ("record --dry-run=3", "", "--dry-run không nhận giá trị", "--dry-run takes no value"),
        ("add f.shp", " add", "parkgis add còn thiếu --as", "parkgis add needs --as"),
        ("new", " new", "parkgis new còn thiếu THƯ_MỤC", "parkgis new needs DIR"),
        ("check --fail-on x", " check", "--fail-on phải là một trong các giá trị: info", "--fail-on is one of info, warning"),
        ("record --area-m2 -5", " record", "--area-m2 phải là số, từ 0 trở lên", "--area-m2 is a number, 0 or more"),
        ("repair x --snap 7", " repair", "--snap phải là số từ 0 đến 1", "--snap is a number from 0 to 1"),
        ("enter payment --households x", " enter payment", "--households phải là số nguyên", "--households is a whole number"),
        ("enter attested --area-m2 1,5", " enter attested", "phải là số; phần thập phân", "--area-m2 is a number; decimals"),
        ("new D:/dat khu 1", " new", "parkgis new nhận thừa giá trị", "parkgis new was given more"),
        ("ledger lgo", " ledger", "ledger không có lệnh lgo; có phải ý là log?", "ledger has no command lgo; is log meant?"),
        ("qqq", "", "parkgis không có lệnh qqq; các lệnh gồm: new, demo", "parkgis has no command qqq; there are new, demo"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_what_to_do(
    args: str, read: str, vi: str, en: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for lang, said, how in (("vi", vi, "Xem cách dùng"), ("en", en, "How it is used")):
        monkeypatch.setattr(options, "fallback_words", lambda lang=lang: Words(lang))
        first, hint = refused(args, monkeypatch, capsys)
        assert said in first
        assert hint == f"  {how}: parkgis{read} -h"


def test_a_value_that_is_missing_and_a_language_that_is_none(tmp_path: Path) -> None:
    done = parkgis("status", "--on", cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "Lỗi: sau --on phải có giá trị")
    done = parkgis("status", "--lang=en", "--nope", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: parkgis status has no option --nope")


def test_a_group_alone_shows_its_commands(tmp_path: Path) -> None:
    done = parkgis("ledger", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Cách dùng: parkgis ledger") and "verify" in done.stderr
