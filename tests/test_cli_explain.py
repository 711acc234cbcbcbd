"""``parkgis ledger diff`` as a real process: text, JSON and CSV that add up."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import make
import pytest
from commands import parkgis

from parkgis.layers.write import write_parcels
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

FINAL = "handed_developer"
SPAN = ["--from", "2026-03-31", "--to", "2026-04-30"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six fields of 1111 m2: one handed over in March, one known late, one in April, one void, one recorded again."""
    made = make.workspace(tmp_path_factory.mktemp("diff") / "w")
    sha = write_parcels(make.parcels(make.grid(3, 2, 33.3316666)), made.root / "layers/parcels/QV-1.gpkg", make.START)
    march, april = (Workspace(made.root, make.clock(start=make.at(day))) for day in ("2026-03-20", "2026-04-20"))
    paper = {"project": "QV", "area_m2": 1100.0}
    first, wrong, twice = (make.reached(f"09/1/{n}", FINAL, "2026-03-02", paper=f"0{n}/BB", **paper) for n in (1, 2, 3))
    march.store.append([make.layer_entry("parcels", "layers/parcels/QV-1.gpkg", sha, "QV"), first, wrong, twice])
    april.store.append(
        [
            make.reached("09/1/4", FINAL, "2026-03-15", paper="04/BB", **paper),
            make.reached("09/1/5", FINAL, "2026-04-10", paper="05/BB", **paper),
            make.void(wrong),
            make.void(twice),
            make.reached("09/1/3", FINAL, "2026-03-03", paper="33/BB", **paper),
        ]
    )
    return made.root


def test_help_has_an_example(tmp_path: Path) -> None:
    done = parkgis("ledger", "diff", "--help", cwd=tmp_path)
    assert (done.returncode, "Ví dụ: parkgis ledger diff --from" in re.sub(r"\s+", " ", done.stdout)) == (0, True)
    assert "--lang" in done.stdout


def test_the_text_adds_up_as_printed(here: Path) -> None:
    done = parkgis("ledger", "diff", *SPAN, cwd=here)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    total = next(n for n, line in enumerate(lines) if "→" in line)
    assert lines[total] == "0,33 ha → 0,44 ha:  +0,11 ha"
    below = lines[total + 1 : lines.index("", total)]
    parts = [Decimal(found[1].replace(",", ".")) for line in below if (found := re.search(r"  ([+-]?\d+,\d\d) ha$", line))]
    assert (sum(parts), len(parts)) == (Decimal("0.11"), 4)
    assert any("04/BB ngày 15/03/2026, QV: 1 mục, văn bản ghi +0,11 ha" in line for line in lines)
    assert "Đính chính" in done.stdout and "QV" in lines[lines.index("Theo dự án:") + 1]


def test_json_and_csv_say_the_same(here: Path) -> None:
    body = json.loads(parkgis("ledger", "diff", *SPAN, "--format", "json", cwd=here).stdout)["parkgis.diff/v1"]
    total = body["total"]
    causes = {part["cause"]: part["area_m2"] for part in total["parts"]}
    assert list(causes) == ["new", "late", "correction", "void", "layer", "confirmed", "definition", "year"]
    assert {cause: area for cause, area in causes.items() if area} == {"new": 1111.0, "late": 1111.0, "void": -1111.0}
    assert round(sum(causes.values()), 2) == total["difference_m2"] == round(total["after_m2"] - total["before_m2"], 2)
    assert [p["project"] for p in body["projects"]] == ["QV"]
    rows = list(csv.DictReader(io.StringIO(parkgis("ledger", "diff", *SPAN, "--format", "csv", cwd=here).stdout)))
    assert {row["cause"]: float(row["area_m2"]) for row in rows if row["project"] == "total" and row["area_m2"]} == causes
    assert all(float(row["difference"]) == float(row["area_m2"]) for row in rows if row["figure"] == "counted_m2")
    corrected = next(row for row in rows if row["project"] == "total" and row["cause"] == "correction")
    assert corrected["documents"] == "33/BB; 09/ĐC"


def test_the_hour_of_knowledge_may_be_said(here: Path) -> None:
    known = ["--from-known", "2026-03-31T17:00+07:00", "--to-known", "2026-12-01"]
    done = parkgis("ledger", "diff", "--from", "31/03/2026", "--to", "31/03/2026", *known, "--lang", "en", cwd=here)
    assert done.returncode == 0, done.stderr
    assert "Late minutes" in done.stdout and "New minutes" not in done.stdout


def test_the_year_may_pass(here: Path) -> None:
    done = parkgis("ledger", "diff", *SPAN, "--from-year", "2025", "--lang", "en", cwd=here)
    assert "Another target year" in done.stdout and "target of 2025" in done.stdout


@pytest.mark.parametrize(
    "words",
    [["--from", "2026-04-30", "--to", "2026-03-31"], ["--from", "hôm qua"], [], ["--from", "2026-03-31", "--to-known", "mai"]],
)
def test_refusals(here: Path, words: list[str]) -> None:
    done = parkgis("ledger", "diff", *words, cwd=here)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
