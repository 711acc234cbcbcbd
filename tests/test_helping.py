"""Help speaks Vietnamese where the reader does: every text has its Vietnamese one, and English stays a `--lang en` away."""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
import typer
from commands import parkgis

from parkgis.cli import helping, options
from parkgis.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NARROW = {"COLUMNS": "80"}
EXAMPLE = "Example: "
SHOW = "Show this message and exit."  # typer's own


def walked(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name, below in getattr(command, "commands", {}).items():
        yield from walked(below, (*words, name))


TREE = dict(walked(typer.main.get_command(app)))
GROUPS = [words for words, command in TREE.items() if getattr(command, "commands", {})]


def one_line(text: str) -> str:
    return " ".join(text.split())


def paragraphs(command: Any) -> list[str]:
    return [one_line(part) for part in re.split(r"\n\s*\n", command.help)]


def examples(command: Any) -> list[str]:
    return [part.removeprefix(EXAMPLE) for part in paragraphs(command) if part.startswith(EXAMPLE)]


def texts_of(command: Any) -> set[str]:
    return {part for part in paragraphs(command) if not part.startswith(EXAMPLE)}


def options_of(command: Any) -> set[str]:
    return {one_line(param.help) for param in command.params}


def named(words: tuple[str, ...]) -> str:
    return " ".join(words) or "parkgis"


# -- the catalogue -----------------------------------------------------------------------------------------


def test_every_text_of_a_command_has_its_vietnamese_and_nothing_is_left_over() -> None:
    assert set(helping.texts()["commands"]) == set().union(*map(texts_of, TREE.values()))


def test_every_text_of_an_option_has_its_vietnamese_and_nothing_is_left_over() -> None:
    assert set(helping.texts()["options"]) == {SHOW}.union(*map(options_of, TREE.values()))


def test_every_name_of_a_value_has_its_vietnamese_and_nothing_is_left_over() -> None:
    used = {"OPTIONS", "COMMAND", "ARGS"}
    for param in (param for command in TREE.values() for param in command.params):
        if param.param_type_name == "argument":
            used.update(re.findall(r"\w+", param.human_readable_name))
        elif not param.is_flag and param.type.name != "choice":
            used.add(param.type.name)
    assert set(helping.texts()["values"]) == used


def test_all_vietnamese_is_text_in_nfc_and_says_something() -> None:
    every = [(english, text) for part in helping.texts().values() for english, text in part.items()]
    assert [text for _, text in every if unicodedata.normalize("NFC", text) != text or not text or "  " in text] == []
    assert [text for english, text in every if english == text] == []


def test_what_is_typed_stands_in_both_languages_alike() -> None:
    """Options, files of the workspace, codes: whatever looks like one in the English text."""
    typed = re.compile(r"--[a-z-]+|EPSG:\d+|\b\w+\.(?:toml|csv)\b|\[\[?\w+\]\]?|\d{4}-\d\d(?:-\d\d)?|\w+_\w+|\.[a-z]{3,}\b")
    for part in ("commands", "options"):
        for english, text in helping.texts()[part].items():
            assert [word for word in typed.findall(english) if word not in text] == [], english


# -- what is shown -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", TREE, ids=named)
def test_help_is_vietnamese_outside_a_workspace(words: tuple[str, ...], tmp_path: Path) -> None:
    done = parkgis(*words, "--help", cwd=tmp_path, env=NARROW)
    assert (done.returncode, done.stderr) == (0, "")
    command, shown = TREE[words], one_line(done.stdout)
    assert shown.startswith(one_line(f"Cách dùng: parkgis {' '.join(words)} [TÙY_CHỌN]"))
    assert [english for english in texts_of(command) | options_of(command) | {SHOW} if english in shown] == []
    assert re.findall(r"Usage|Options|Arguments|Commands|Example|efault|equired|<str>|<path>|range|x>=|<=x", done.stdout) == []
    assert [example for example in examples(command) if f"Ví dụ: {example}" not in shown] == []
    assert [
        opt for param in command.params for opt in (*param.opts, *param.secondary_opts) if opt[0] == "-" and opt not in shown
    ] == []
    assert [line for line in done.stdout.splitlines() if len(line) > 78 and " " in line.strip()] == []
    assert unicodedata.normalize("NFC", done.stdout) == done.stdout


@pytest.mark.parametrize("words", TREE, ids=named)
def test_help_is_english_when_asked(words: tuple[str, ...], tmp_path: Path) -> None:
    done = parkgis(*words, "--help", "--lang", "en", cwd=tmp_path, env=NARROW)
    assert (done.returncode, done.stderr) == (0, "")
    command, shown = TREE[words], one_line(done.stdout)
    assert shown.startswith(one_line(f"Usage: parkgis {' '.join(words)} [OPTIONS]"))
    assert [text for text in texts_of(command) | {SHOW} if text not in shown] == []
    assert not set(helping.texts()["commands"].values()) & set(map(one_line, done.stdout.split("\n\n")))


@pytest.mark.parametrize("words", GROUPS, ids=named)
def test_a_group_lists_its_commands_one_line_each_and_whole(words: tuple[str, ...], tmp_path: Path) -> None:
    done = parkgis(*words, cwd=tmp_path, env=NARROW)
    assert (done.returncode, done.stdout) == (2, "")
    listed = done.stderr.split("Các lệnh:\n")[1].splitlines()
    assert [line.split()[0] for line in listed] == list(TREE[words].commands)
    assert all(line.endswith(".") and not line.endswith("..") for line in listed)
    assert len({re.match(r"  \S+ +", line).end() for line in listed}) == 1  # type: ignore[union-attr]


def test_help_speaks_as_the_workspace_does(tmp_path: Path) -> None:
    assert parkgis("new", "w", "--lang", "en", cwd=tmp_path).returncode == 0
    mark = tmp_path / "w" / "parkgis.toml"
    mark.write_text(re.sub(r'(?m)^language = ".*"', 'language = "en"', mark.read_text(encoding="utf-8")), encoding="utf-8")
    inside = tmp_path / "w" / "maps"
    assert parkgis("report", "-h", cwd=inside).stdout.startswith("Usage: parkgis report")
    assert parkgis("ledger", cwd=inside).stderr.startswith("Usage: parkgis ledger")
    assert parkgis("report", "-h", "--lang=vi", cwd=inside).stdout.startswith("Cách dùng: parkgis report")


@pytest.mark.parametrize("text", ['language = "en"', 'language = "vi"', 'language = "de"', "language = 3", "not toml", ""])
def test_a_workspace_that_cannot_be_read_still_gives_help(text: str, tmp_path: Path) -> None:
    (tmp_path / "parkgis.toml").write_text(text, encoding="utf-8")
    wanted = "Usage:" if "en" in text else "Cách dùng:"
    assert parkgis("status", "-h", cwd=tmp_path).stdout.startswith(wanted)


def test_default_limits_and_what_must_be_given_are_said(tmp_path: Path) -> None:
    shown = one_line(parkgis("demo", "-h", cwd=tmp_path, env=NARROW).stdout)
    assert "Cách dùng: parkgis demo [TÙY_CHỌN] THƯ_MỤC" in shown
    assert "THƯ_MỤC Thư mục sẽ tạo. [bắt buộc]" in shown
    assert "--parcels <số nguyên> Số thửa đất. [mặc định: 6000; từ 200 đến 1000000]" in shown
    assert "[mặc định: 2026; từ 0 trở lên]" in shown


def test_options_and_words_that_belong_together_are_not_torn(tmp_path: Path) -> None:
    shown = parkgis("report", "-h", cwd=tmp_path, env=NARROW).stdout + parkgis("add", "-h", cwd=tmp_path, env=NARROW).stdout
    assert [line for line in shown.splitlines() if line.endswith(("-", "[mặc", "Mặc", "[bắt", "định:"))] == []
    assert "--write-template" in shown and "--accept-proposal" in shown


# -- the language of a whole command line ------------------------------------------------------------------


@pytest.mark.parametrize("line", ["--lang en ledger verify", "ledger --lang en verify", "ledger verify --lang en"])
def test_a_language_named_before_the_command_holds_for_it(line: str, tmp_path: Path) -> None:
    assert parkgis("new", "w", cwd=tmp_path).returncode == 0
    assert parkgis(*line.split(), cwd=tmp_path / "w").stdout.startswith("The ledger is intact")


def test_the_language_named_last_holds(tmp_path: Path) -> None:
    assert parkgis("new", "w", cwd=tmp_path).returncode == 0
    assert parkgis("--lang", "en", "ledger", "verify", "--lang", "vi", cwd=tmp_path / "w").stdout.startswith("Sổ theo dõi")
    assert parkgis("--lang", "en", "status", "--lang", "vi", "-h", cwd=tmp_path).stdout.startswith("Cách dùng")


def test_a_language_alone_is_no_command(tmp_path: Path) -> None:
    done = parkgis("--lang", "en", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "Error: parkgis needs COMMAND\n  How it is used: parkgis -h\n")
    assert parkgis("--lang", "en", "lgo", cwd=tmp_path).stderr.startswith("Error: parkgis has no command lgo")
    assert parkgis("--lang", "vi", cwd=tmp_path).stderr.startswith("Lỗi: parkgis còn thiếu LỆNH")


@pytest.mark.parametrize("line", ["", "--lang en", "status --lang=en", "status --lang", "--lang xx", "--lang en status --lang vi"])
@pytest.mark.parametrize("place", ["nowhere", "vi", "en"])
def test_help_and_errors_choose_the_same_language(line: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if place != "nowhere":
        assert parkgis("new", "w", cwd=tmp_path).returncode == 0
        mark = tmp_path / "w" / "parkgis.toml"
        mark.write_text(
            re.sub(r'(?m)^language = ".*"', f'language = "{place}"', mark.read_text(encoding="utf-8")), encoding="utf-8"
        )
    monkeypatch.chdir(tmp_path if place == "nowhere" else tmp_path / "w")
    monkeypatch.setattr(sys, "argv", ["parkgis", *line.split()])
    assert options.language() == options.fallback_words().lang
