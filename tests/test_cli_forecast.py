"""``parkgis forecast`` and ``parkgis target`` as real processes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import make
import pytest
from commands import parkgis

from parkgis import demo

if TYPE_CHECKING:
    from pathlib import Path

ASK = ["--on", "2026-06-30", "--known", "2026-07-01T08:00+07:00", "--draws", "200"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = demo.make(tmp_path_factory.mktemp("cli") / "w", parcels=100)
    path = made.root / "parkgis.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + '\n[[targets]]\nid = "small"\narea_ha = 3.0\nby = 2026-12-31\n', encoding="utf-8")
    return made.root


@pytest.mark.parametrize("command", ["forecast", "target"])
def test_help_has_an_example(tmp_path: Path, command: str) -> None:
    done = parkgis(command, "--help", cwd=tmp_path)
    assert (done.returncode, f"Ví dụ: parkgis {command}" in re.sub(r"\s+", " ", done.stdout)) == (0, True)


def test_the_text_leads_with_the_chance_and_stands_with_its_test(here: Path) -> None:
    done = parkgis("forecast", "--target", "small", "--backtest", *ASK, cwd=here)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("*** DEMO")
    for word in (
        "Khả năng đạt đúng hạn",
        "8 trường hợp nằm từ",
        "đường thẳng",
        "Kiểm chứng bằng quá khứ",
        "hệ số nới",
        "31/03/2026",
    ):
        assert word in done.stdout
    assert done.stdout.index("Khả năng") < done.stdout.index("Kiểm chứng")


def test_json_is_versioned_and_reproducible(here: Path) -> None:
    runs = [parkgis("forecast", "--target", "small", "--quick", "--format", "json", *ASK, cwd=here) for _ in range(2)]
    assert runs[0].stdout == runs[1].stdout and runs[0].returncode == 0, runs[0].stderr
    body = json.loads(runs[0].stdout)["parkgis.forecast/v1"]
    assert 0 <= body["forecast"]["probability"] <= 1 and body["backtest"] is None and body["demo"] is True
    assert set(body["forecast"]["end_m2"]) == {"p10", "p50", "p80", "p90"}


def test_a_supposition_is_set_beside(here: Path) -> None:
    done = parkgis("forecast", "--target", "small", "--quick", "--if", "paid by 2026-07-31", "--lang", "en", *ASK, cwd=here)
    assert "If: paid by 2026-07-31" in done.stdout and "against no supposition" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--if", "project=NSHL, paid by 2020-01-01"], "không sau"),
        (["--if", "tomorrow"], "viết giả định"),
        (["--target", "none"], "không có mục tiêu none"),
        (["--format", "csv"], "csv"),
        (["--if-file", "none.toml"], "none.toml"),
    ],
)
def test_a_wrong_question_is_refused_in_a_sentence(here: Path, words: list[str], said: str) -> None:
    done = parkgis("forecast", "--quick", *ASK, *words, cwd=here)
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr and "Traceback" not in done.stderr


def test_an_empty_workspace_gives_a_sentence_and_no_number(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    done = parkgis("forecast", "--on", "2026-06-30", cwd=made.root)
    assert done.returncode == 0, done.stderr
    assert "chưa có cơ sở để nêu con số" in done.stdout and "Chưa có lớp thửa đất nào" in done.stdout
    late = parkgis("forecast", "--on", "2027-01-02", "--known", "2026-12-01T08:00", cwd=made.root)
    assert "chưa có cơ sở để nêu con số" in late.stdout and "không đạt được" not in late.stdout
    assert "chưa ai biết" in late.stdout and "dự báo tính từ ngày 01/12/2026" in late.stdout
    over = parkgis("forecast", "--on", "2027-01-02", "--known", "2027-01-03T08:00", cwd=made.root)
    assert "đã qua" in over.stdout and "không đạt được" in over.stdout
    unknown = parkgis("forecast", "--if", "project=XX, paid by 2026-12-20", "--on", "2026-06-30", cwd=made.root)
    assert (unknown.returncode, unknown.stdout) == (2, "") and "XX" in unknown.stderr


def test_target_as_text_and_json(here: Path) -> None:
    done = parkgis("target", "--on", "2026-06-30", cwd=here)
    assert done.returncode == 0 and "SPI(t)" in done.stdout and "Ngày làm việc còn lại:      130" in done.stdout
    body = json.loads(parkgis("target", "--on", "2026-06-30", "--format", "json", cwd=here).stdout)["parkgis.target/v1"]
    assert [one["goal"]["id"] for one in body["targets"]] == ["2026", "small"] and body["indicators"] == []
