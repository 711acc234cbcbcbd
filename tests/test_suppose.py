"""Suppositions as people write them, and those that cannot be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import ways

from parkgis.errors import UsageError
from parkgis.planning.suppose import parse, read, rules
from parkgis.planning.walk import Rule
from parkgis.status.fold import number

if TYPE_CHECKING:
    from pathlib import Path

BASE = ways.supply(ways.known(ways.grown(1)), parks=("K", "K", "L"))
DAY = number(dt.date(2026, 9, 30))


@pytest.mark.parametrize("text", ["project=P0, paid by 2026-09-30", "park=K+L, nothing before 2026-10-01", "notice by 2026-07-15"])
def test_a_supposition_reads_back(text: str) -> None:
    assert str(parse(text)) == text


def test_a_supposition_means_all_projects_of_its_place() -> None:
    assert rules([parse("park = K, PAID by 2026-09-30")], BASE, ways.ON) == (Rule(0, 4, DAY), Rule(1, 4, DAY))
    assert [r.project for r in rules([parse("paid by 2026-09-30")], BASE, ways.ON)] == [0, 1, 2]
    assert rules([parse("project=P2, nothing before 2026-09-30")], BASE, ways.ON) == (Rule(2, -1, 0, DAY),)


WRONG = [
    "", "soon", "project=P0", "project=, paid by 2026-09-30", "project=P0, paid by 30/09/2026", "project=P0, flown by 2026-09-30",
    "project=P0, paid by 2026-13-01", "project=P0, -5 by 2026-09-30",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("text", "word"), [("project=P0, paid by 2026-06-30", "not after"), ("project=X, paid by 2026-09-30", "P0, P1, P2")]
)
def test_the_past_and_unknown_places_cannot_be_supposed(text: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        rules([parse(text)], BASE, ways.ON)


def test_suppositions_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "if.toml"
    path.write_text(
        '[[if]]\nproject = ["P0", "P1"]\nstage = "paid"\nby = 2026-09-30\n\n[[if]]\npark = "L"\nnot_before = "2026-10-01"\n',
        "utf-8",
    )
    assert [str(one) for one in read(path)] == ["project=P0+P1, paid by 2026-09-30", "park=L, nothing before 2026-10-01"]


@pytest.mark.parametrize(
    "text",
    ["", "[[if]]\nproject = 'P0'\n", "[[if]]\nstage = 'paid'\nby = 3\n", "if = 3", "[[if", "[[if]]\nwho = 1\nby = 2026-09-30"],
)
def test_a_file_that_says_nothing_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "if.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError):
        read(path)
    with pytest.raises(UsageError):
        read(tmp_path / "none.toml")
