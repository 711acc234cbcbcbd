"""Two lists reconciled: the same answer as comparing every parcel with every other, and a page that can be signed."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from chromium import show
from files import cadastre, saved
from hypothesis import given, settings
from hypothesis import strategies as st
from make import at, day, reached, workspace

from parkgis.errors import FieldMissing, FileMissing, ProjectUnknown, RowsRefused, StageUnknown
from parkgis.intake import compare
from parkgis.intake.add import Options, add_parcels
from parkgis.intake.compare import Key, Side
from parkgis.intake.reconcile import reconcile
from parkgis.ledger.gpkg import GpkgStore
from parkgis.model import Cut
from parkgis.outputs import comparison as drawn
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from parkgis.intake.compare import Comparison
    from parkgis.workspace import Workspace

VI, EN = Words("vi"), Words("en")
CUT = Cut(day("2026-12-31"), at("2026-12-31"))


def side(*rows: tuple[str, float | None]) -> Side:
    """Return a list of ``commune/sheet/parcel`` (or ``sheet/parcel``) with areas."""
    parts = [("/" * (2 - text.count("/")) + text).split("/") for text, _ in rows]
    return Side(
        keys=[compare.key(*p) for p in parts],
        area_m2=np.array([np.nan if area is None else area for _, area in rows], float),
        labels=[text for text, _ in rows],
        where=[f"list:{n}" for n in range(len(rows))],
        basis=["" if area is None else "document" for _, area in rows],
    )


def groups(here: Side, there: Side) -> list[tuple[str, str]]:
    return [(line.group, line.key) for line in compare.match(here, there)]


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        (("09/1/1", 900), ("09/1/1", 900), ("matched", "9/1/1")),
        (("09/1/1", 900), ("1/1", 900), ("matched", "9/1/1")),
        (("1/1", 900), ("9/001/1", 900.0), ("matched", "9/1/1")),
        (("09/12/263A", 900), ("09/12/263a ", 900), ("matched", "9/12/263A")),
        (("09/1/1", 900), ("09/1/1", None), ("matched", "9/1/1")),
        (("09/1/1", 900), ("09/1/1", 909.0), ("matched", "9/1/1")),
        (("09/1/1", 900), ("09/1/1", 910.0), ("differs", "9/1/1")),
        (("09/1/1", 10), ("09/1/1", 10.5), ("matched", "9/1/1")),
        (("09/1/1", 10), ("09/1/1", 10.6), ("differs", "9/1/1")),
    ],
)
def test_one_parcel_and_another(here: tuple[str, float], there: tuple[str, float], found: tuple[str, str]) -> None:
    assert groups(side(here), side(there)) == [found]
    assert groups(side(there), side(here)) == [found]


def test_communes_tell_numbers_apart_and_a_missing_one_does_not() -> None:
    ours = side(("09/1/1", 1), ("10/1/1", 1))
    assert groups(ours, side(("09/1/1", 1))) == [("matched", "9/1/1"), ("only_here", "10/1/1")]
    assert groups(ours, side(("1/1", 1))) == [("ambiguous", "1/1")]
    assert groups(ours, side(("11/1/1", 1))) == [("only_here", "9/1/1"), ("only_here", "10/1/1"), ("only_there", "11/1/1")]
    assert groups(side(), side(("1/1", 1), ("1/1", 1))) == [("ambiguous", "1/1")]


KEYS = st.builds(Key, st.sampled_from(["", "9", "10"]), st.sampled_from(["1", "2"]), st.sampled_from(["1", "2", "10"]))
SIDES = st.lists(st.tuples(KEYS, st.sampled_from([None, 10.0, 10.4, 10.6, 900.0, 905.0, 910.0])), max_size=9)


def brute(rows: list[tuple[bool, int, Key]]) -> set[frozenset[tuple[bool, int]]]:
    """Link every pair that may be the same land, by comparing all with all until nothing changes."""
    sets = [{n} for n in range(len(rows))]

    def same(a: Key, b: Key) -> bool:
        return a[1:] == b[1:] and (a.commune == b.commune or "" in (a.commune, b.commune))

    joined = True
    while joined:
        joined = False
        for i in range(len(sets)):
            for j in range(i + 1, len(sets)):
                if sets[i] and any(same(rows[a][2], rows[b][2]) for a in sets[i] for b in sets[j]):
                    sets[i] |= sets[j]
                    sets[j] = set()
                    joined = True
    return {frozenset((rows[n][0], rows[n][1]) for n in members) for members in sets if members}


@settings(max_examples=400)
@given(SIDES, SIDES)
def test_the_same_as_comparing_all_with_all(ours: list[tuple[Key, float | None]], theirs: list[tuple[Key, float | None]]) -> None:
    here, there = side(*((str(k), a) for k, a in ours)), side(*((str(k), a) for k, a in theirs))
    lines = compare.match(here, there)
    every = [(False, n, k) for n, (k, _) in enumerate(ours)] + [(True, n, k) for n, (k, _) in enumerate(theirs)]
    assert {frozenset([(False, n) for n in x.here] + [(True, n) for n in x.there]) for x in lines} == brute(every)
    for line in lines:
        counts = (len(line.here), len(line.there))
        expected = {(1, 0): {"only_here"}, (0, 1): {"only_there"}, (1, 1): {"matched", "differs"}}.get(counts, {"ambiguous"})
        assert line.group in expected
        if counts == (1, 1):
            a, b = ours[line.here[0]][1], theirs[line.there[0]][1]
            off = a is not None and b is not None and abs(a - b) > 0.5 and abs(a - b) > 0.01 * max(a, b)
            assert (line.group == "differs") is off
    sums = compare.summed(lines, here, there)
    assert (sum(g.here for g in sums), sum(g.there for g in sums)) == (len(ours), len(theirs))
    assert sum(g.there_m2 for g in sums) == pytest.approx(sum(a or 0 for _, a in theirs))
    mirrored = [(x.group, x.there, x.here) for x in compare.match(there, here)]
    swap = {"only_here": "only_there", "only_there": "only_here"}
    assert sorted(mirrored) == sorted((swap.get(x.group, x.group), x.here, x.there) for x in lines)


# -- a ledger and a file -----------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """QV has parcels 09/1/1 to 09/1/4 of 900 m2; 1, 2 and 3 are handed over, 2 with a document of 905.5 m2."""
    found = workspace(tmp_path / "w")
    add_parcels(found, "QV", saved(cadastre(MAXA=["09"] * 4), tmp_path / "thua.gpkg"), Options())
    found.store.append([
        reached("09/1/1", project="QV"), reached("09/1/2", project="QV", area_m2=905.5), reached("09/1/3", project="QV"),
        reached("09/1/4", "paid", project="QV"), reached("8/7/7", project="TT1", area_m2=50.0),
        reached(tranche=(0, 30, 10, 40), project="QV", area_m2=100.0),
    ])  # fmt: skip
    return found


def listed(here: Workspace, text: str) -> Path:
    path = here.root.parent / "ds.csv"
    path.write_text("Mã xã;Tờ bản đồ;Thửa đất;Diện tích (m2);Ghi chú;Dự án;Bước\n" + text, encoding="utf-8")
    return path


def test_a_commune_s_list(here: Workspace) -> None:
    path = listed(here, "09;1;1;900;=x;;\n;1;2;950;;;\n9;1;9;100;;;\n;;;77;;;\nTổng cộng;;;2027;;;\n")
    found = reconcile(here, path, CUT, "QV")
    assert [(x.group, x.key, x.here_m2, x.there_m2) for x in found.lines] == [
        ("matched", "9/1/1", 900.0, 900.0),
        ("differs", "9/1/2", 905.5, 950.0),
        ("only_here", "9/1/3", 900.0, None),
        ("only_there", "9/1/9", None, 100.0),
    ]
    assert [found.here.basis[n] for n in range(3)] == ["grid", "document", "grid"]
    assert [(f.code, f.facts["count"]) for f in found.findings] == [("compare_drawn", 1), ("compare_no_parcel", 1)]
    whole = found.group("differs")
    assert (whole.here_document_m2, whole.here_grid_m2, whole.there_m2) == (905.5, 0.0, 950.0)
    assert (found.stage, found.head_seq, found.file) == ("handed_developer", here.store.head().seq, "ds.csv")


def test_project_and_stage_choose_the_rows(here: Workspace) -> None:
    path = listed(here, "09;1;4;900;;QV;paid\n8;7;7;50;;TT1;handed_developer\n")
    paid = reconcile(here, path, CUT, "QV", "paid")
    assert [(x.group, x.key) for x in paid.lines] == [("matched", "9/1/4")]
    assert [(f.code, f.facts["count"]) for f in paid.findings] == [("compare_elsewhere", 1)]
    every = reconcile(here, path, CUT)
    assert [(x.group, x.key) for x in every.lines if x.there] == [("matched", "8/7/7")], "minutes before their layer count"


def test_as_of_a_day_and_an_hour(here: Workspace) -> None:
    path = listed(here, "09;1;1;900;;;\n")
    assert reconcile(here, path, Cut(day("2026-03-01"), CUT.known), "QV").group("only_there").there == 1
    assert reconcile(here, path, CUT, "QV").digest == reconcile(here, path, CUT, "QV").digest


def test_a_layer_and_another_ledger(here: Workspace, tmp_path: Path) -> None:
    theirs = saved(cadastre(MAXA=["09"] * 4, SHTHUA=["1", "2", "3", "9"], DIENTICH=[900.0, 905.0, None, 5.0]), tmp_path / "ds.gpkg")
    found = reconcile(here, theirs, CUT, "QV")
    assert [x.group for x in found.lines] == ["matched", "matched", "matched", "only_there"]
    assert found.group("matched").unknown == 1
    store = GpkgStore(tmp_path / "so.gpkg")
    store.append([reached("09/1/2", project="QV", area_m2=905.5), reached("09/1/4", project="QV"), reached("1/1/1", project="TT1")])
    other = reconcile(here, tmp_path / "so.gpkg", CUT, "QV")
    assert [(x.group, x.key) for x in other.lines] == [
        ("matched", "9/1/2"), ("only_here", "9/1/1"), ("only_here", "9/1/3"), ("only_there", "9/1/4"),
    ]  # fmt: skip


def test_what_cannot_be_compared_is_refused(here: Workspace, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        reconcile(here, tmp_path / "không có.xlsx", CUT)
    with pytest.raises(ProjectUnknown):
        reconcile(here, listed(here, "9;1;1;1;;;\n"), CUT, "QW")
    with pytest.raises(StageUnknown):
        reconcile(here, listed(here, "9;1;1;1;;;\n"), CUT, "QV", "cleared")
    with pytest.raises(RowsRefused):
        reconcile(here, listed(here, "9;1;=1;1;;;\n"), CUT)
    with pytest.raises(FieldMissing):
        reconcile(here, saved(cadastre().drop(columns="SHTHUA"), tmp_path / "x.gpkg"), CUT)


# -- outputs -----------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def compared(here: Workspace) -> Comparison:
    path = listed(here, "09;1;1;900;;;\n;1;2;950;;;\n9;1;9;100;;;\n9;1;9;100;;;\n8;1;5;1;;;\n")
    return reconcile(here, path.rename(path.with_name("=ds & b.csv")), CUT, "QV")


def test_json_has_a_version_and_every_parcel(compared: Comparison) -> None:
    found = json.loads(drawn.as_json(compared))["parkgis.compare/v1"]
    assert [g["code"] for g in found["groups"]] == list(compare.GROUPS)
    assert sum(len(p["where"]) for p in found["parcels"]) == 5
    assert (found["stage"], found["project"], found["demo"], found["other"]["file"]) == (
        "handed_developer", "QV", False, "=ds & b.csv",
    )  # fmt: skip


def test_csv_holds_no_formula(compared: Comparison) -> None:
    rows = list(csv.reader(io.StringIO(drawn.as_csv(compared))))
    assert rows[0] == [*drawn.COLUMNS, "where"]
    cells = [cell for row in rows[1:] for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    assert any(cell.startswith("'=ds & b.csv:") for cell in cells)


@pytest.mark.parametrize("words", [VI, EN], ids=["vi", "en"])
def test_the_page_shows_every_group_and_nothing_runs(compared: Comparison, words: Words, page: Page, tmp_path: Path) -> None:
    html = drawn.page(compared, words, f"Ban {HOSTILE}", HOSTILE)
    assert HOSTILE not in html and "<script" not in html and "default-src 'none'" in html
    assert html == drawn.page(compared, words, f"Ban {HOSTILE}", HOSTILE)
    shown = show(page, html, tmp_path, "page")
    sums = {row.get_attribute("data-group"): row.inner_text() for row in shown.locator(".sums tbody tr").all()}
    assert list(sums) == [*compare.GROUPS, "all"]
    assert words.number(905.5, 1) in sums["differs"]
    assert {g: shown.locator(f".lines[data-group={g}] tbody tr").count() for g in compare.GROUPS} == {
        "matched": 1, "differs": 1, "only_here": 1, "only_there": 1, "ambiguous": 1,
    }  # fmt: skip
    assert shown.locator(".sides > div").count() == 2
    text = shown.locator("body").inner_text()
    assert compared.digest in text and compared.sha256 in text and "31/12/2026" in text
    assert shown.evaluate("getComputedStyle(document.querySelector('.lines')).tableLayout") == "fixed", "the style is allowed"


def test_a_demo_is_marked(here: Workspace) -> None:
    mark = here.root / "parkgis.toml"
    mark.write_text(re.sub(r"^demo = false", "demo = true", mark.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    found = reconcile(type(here)(here.root, here.clock), listed(here, "9;1;1;900;;;\n"), CUT)
    assert VI("word.demo") in drawn.page(found, VI, "Ban") and json.loads(drawn.as_json(found))["parkgis.compare/v1"]["demo"]
