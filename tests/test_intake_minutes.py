"""``record``: every row of the minutes or none, each backed by its document, the same minutes once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from files import cadastre, saved
from hypothesis import given
from hypothesis import strategies as st
from make import day, ewkt, workspace

from parkgis.errors import CrsMissing, EventUnknown, ParkgisError, RowsRefused, StageUnknown, UsageError
from parkgis.intake import minutes
from parkgis.intake.add import Options, add_parcels
from parkgis.intake.reached import former_id
from parkgis.intake.rows import plan_file
from parkgis.ledger import sheets
from parkgis.model import Document, Kind, mint_of
from parkgis.status.patches import parse_ewkt

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.intake.minutes import Outcome
    from parkgis.workspace import Workspace

HEADER = "kind,project,commune,sheet,parcel,stage,day,document,document_date,area_m2,by,note"
GOOD = "reached,QV,,1,2,handed_developer,2025-12-20,09/BB,2025-12-20,900,An,"
PAPER = Document("10/BB", dt.date(2025, 12, 21))


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """Today is 1 January 2026; QV has parcels 1/1 to 1/4."""
    found = workspace(tmp_path / "w")
    add_parcels(found, "QV", saved(cadastre(), tmp_path / "thua.gpkg"), Options())
    return found


def record(here: Workspace, *lines: str) -> Outcome:
    path = here.root.parent / "bb.csv"
    path.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    return minutes.record_plan(here, plan_file(here, sheets.understood(path), "Bình"), path)


def faults(here: Workspace, *lines: str) -> list[tuple[str, str]]:
    before = here.store.head()
    with pytest.raises(RowsRefused) as caught:
        record(here, *lines)
    assert here.store.head() == before
    return [(f.code, f.where) for f in caught.value.findings]


def test_a_row_becomes_an_entry_with_its_paper(here: Workspace) -> None:
    (entry,) = record(here, GOOD).recorded
    event = entry.event
    assert (event.parcel, event.stage, event.day, event.area_m2, event.by) == (
        "/1/2",
        "handed_developer",
        day("2025-12-20"),
        900.0,
        "An",
    )
    assert event.source == Document("09/BB", day("2025-12-20"))


def test_the_same_minutes_twice_count_once(here: Workspace) -> None:
    first, again = record(here, GOOD, GOOD), record(here, GOOD)
    assert (len(first.recorded), first.already) == (1, 1)
    assert (len(again.recorded), again.already) == (0, 1)


@pytest.mark.parametrize(
    ("old", "new", "column", "ledger", "value"),
    [
        (",900,", ",950,", "J “area_m2”", 900.0, 950.0),
        (",900,", ",,", "J “area_m2”", 900.0, None),
        ("2025-12-20,09", "2025-12-19,09", "G “day”", day("2025-12-20"), day("2025-12-19")),
        ("09/BB,2025-12-20", "09/BB,2025-12-21", "I “document_date”", day("2025-12-20"), day("2025-12-21")),
    ],
)
def test_somebody_else_s_edit_is_a_conflict_that_says_both(
    here: Workspace, old: str, new: str, column: str, ledger: object, value: object
) -> None:
    record(here, GOOD)
    other = GOOD.replace(",1,2,", ",1,3,")
    before = here.store.head()
    with pytest.raises(RowsRefused) as caught:
        record(here, other, GOOD.replace(old, new, 1))
    assert here.store.head() == before
    (finding,) = caught.value.findings
    assert (finding.code, finding.where) == ("row_conflict", "bb.csv:3")
    assert dict(finding.facts) == {"seq": 2, "column": column, "ledger": ledger, "value": value}


def test_another_year_s_document_may_carry_the_same_number(here: Workspace) -> None:
    record(here, GOOD)
    (entry,) = record(here, GOOD.replace("2025-12-20", "2024-12-20")).recorded
    assert entry.event.source.date == day("2024-12-20")


def test_rows_of_one_file_that_contradict_each_other_are_refused(here: Workspace) -> None:
    assert faults(here, GOOD, GOOD.replace(",900,", ",950,")) == [("row_contradicts", "bb.csv:3")]


def test_one_area_for_several_parcels_is_nobody_s_own(here: Workspace) -> None:
    outcome = record(here, GOOD.replace(",1,2,", ",1,2+3,").replace(",900,", ",1800,"))
    assert [(e.event.parcel, e.event.area_m2, e.event.fact("area_together_m2")) for e in outcome.recorded] == [
        ("/1/2", None, 1800.0),
        ("/1/3", None, 1800.0),
    ]
    assert [(f.code, f.facts["survey_m2"]) for f in outcome.findings] == [("area_together", 1800.0)]
    off = record(here, GOOD.replace(",1,2,", ",1,1+4,").replace(",900,", ",1700,").replace("09/BB", "10/BB"))
    assert [(f.code, f.facts["difference_m2"]) for f in off.findings] == [("area_together_differs", -100.0)]


def test_stages_and_projects_may_be_named_in_full(here: Workspace) -> None:
    name = here.project("QV").name_vi
    for n, (project, stage) in enumerate(
        [("QV – x", "paid – Chi trả"), (name, "Chi trả tiền bồi thường, hỗ trợ"), ("QV", "Compensation paid")], start=1
    ):
        row = f'reached,"{project}",,1,{n},"{stage}",2025-12-20,09/BB,2025-12-20,900,An,'
        (entry,) = record(here, row).recorded
        assert (entry.event.project, entry.event.stage) == ("QV", "paid")


def test_voided_minutes_can_be_recorded_again(here: Workspace) -> None:
    (entry,) = record(here, GOOD).recorded
    minutes.void(here, str(entry.seq), "nhầm diện tích", PAPER, "An")
    (again,) = record(here, GOOD.replace(",900,", ",905,")).recorded
    assert again.event.area_m2 == 905.0
    assert record(here, GOOD.replace(",900,", ",905,")).already == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("reached", "paid", "row_kind"),
        ("QV", "QW", "row_project"),
        ("handed_developer", "handed_over", "row_stage"),
        ("2025-12-20,09", "2025-13-20,09", "row_day"),
        ("2025-12-20,09", "2026-01-02,09", "row_day_future"),
        (",09/BB,", ",,", "row_document"),
        (",2025-12-20,900", ",,900", "row_document_date"),
        (",900,", ",1.805,", "row_number"),
        (",1,2,", ",1,99,", "row_parcel_unknown"),
        (",,1,2,", ",09214,1,2,", "row_parcel_unknown"),
        (
            ",1,2,handed_developer,2025-12-20,09/BB,2025-12-20,900",
            ",,,handed_developer,2025-12-20,09/BB,2025-12-20,",
            "row_nothing",
        ),
    ],
)
def test_a_fault_names_its_row_and_nothing_is_recorded(here: Workspace, old: str, new: str, code: str) -> None:
    bad = GOOD.replace(old, new, 1)
    assert bad != GOOD
    assert faults(here, GOOD, bad) == [(code, "bb.csv:3")]


def test_every_fault_is_named_at_once(here: Workspace) -> None:
    rows = [GOOD.replace("QV", "QW"), GOOD, GOOD.replace(",900,", ",x,").replace("handed_developer", "?")]
    assert faults(here, *rows) == [("row_project", "bb.csv:2"), ("row_number", "bb.csv:4"), ("row_stage", "bb.csv:4")]


def test_a_number_two_communes_share_is_ambiguous_until_the_commune_is_named(here: Workspace, tmp_path: Path) -> None:
    add_parcels(
        here,
        "NSHL",
        saved(cadastre(MAXA=["09", "10", "09", "10"], SHTHUA=[1, 1, 2, 3]), tmp_path / "b.gpkg"),
        Options(accepted=("far",)),
    )
    row = GOOD.replace("QV,,1,2", "NSHL,,1,1")
    assert faults(here, row) == [("row_parcel_ambiguous", "bb.csv:2")]
    (entry,) = record(here, row.replace("NSHL,,", "NSHL,10,")).recorded
    assert entry.event.parcel == "10/1/1"


def test_an_area_alone_and_minutes_before_their_layer(here: Workspace) -> None:
    outcome = record(here, GOOD.replace(",1,2,", ",,,"), GOOD.replace("QV", "TT1"))
    assert [e.event.parcel for e in outcome.recorded] == ["", "/1/2"]
    assert [f.code for f in outcome.findings] == ["recorded_without_layer"]


def test_a_void_needs_an_entry_a_reason_and_a_paper(here: Workspace) -> None:
    (entry,) = record(here, GOOD).recorded
    with pytest.raises(EventUnknown):
        minutes.void(here, "99", "vì sao", PAPER, "An")
    with pytest.raises(UsageError, match="reason"):
        minutes.void(here, str(entry.seq), "  ", PAPER, "An")
    (made,) = minutes.void(here, entry.event.id, "vì sao", PAPER, "An").recorded
    assert (made.event.kind, made.event.refers, made.event.note) == (Kind.VOID, entry.event.id, "vì sao")


def test_a_tranche_comes_from_a_file_through_the_alarm(here: Workspace, tmp_path: Path) -> None:
    text = minutes.tranche(here, "QV", saved(cadastre([(10, 10, 40, 20)]), tmp_path / "t.gpkg"), None)
    srid, shape = parse_ewkt(text)
    assert srid == 9209
    assert shape.equals(parse_ewkt(ewkt((10, 10, 40, 20)))[1])
    with pytest.raises(CrsMissing):
        minutes.tranche(here, "QV", saved(cadastre([(10, 10, 40, 20)], crs=None), tmp_path / "u.gpkg"), None)


def test_parcels_named_by_hand(here: Workspace) -> None:
    assert minutes.parcels_named(here, "QV", ["1/1", "1/3"]) == ["/1/1", "/1/3"]
    with pytest.raises(UsageError, match="17"):
        minutes.parcels_named(here, "QV", ["17"])
    with pytest.raises(RowsRefused):
        minutes.parcels_named(here, "QV", ["1/1", "9/9"])


def test_demands_on_what_is_typed() -> None:
    today = day("2026-01-01")
    minutes.demand("paid", today, today, today)
    with pytest.raises(StageUnknown, match="handed_developer"):
        minutes.demand("cleared", today, today, today)
    with pytest.raises(UsageError, match="future"):
        minutes.demand("paid", day("2026-01-02"), today, today)


CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12),
    st.sampled_from(
        [
            "QV",
            "paid",
            "2025-12-20",
            "20/12/2025",
            "1",
            "2",
            "900",
            "1.805",
            "=1+1",
            "@x",
            "NaN",
            "-5",
            "1e999",
            "\u202e9",
            "a\u0301",
        ]
    ),
)


@given(st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=1, max_size=4))
def test_random_rows_end_in_entries_or_one_refusal(tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]) -> None:
    here = workspace(tmp_path_factory.mktemp("random") / "w")
    rows = [sheets.SheetRow(f"x:{i}", dict(zip(HEADER.split(","), cells, strict=True))) for i, cells in enumerate(table)]
    try:
        outcome = minutes.record_rows(here, rows, "x", "An")
    except ParkgisError:
        assert here.store.head().seq == 0
    else:
        assert len(outcome.recorded) + outcome.already == len(rows)


def test_minutes_of_an_older_ledger_are_recognised_under_their_former_id(here: Workspace) -> None:
    """Ids of one document did not always begin alike."""
    (entry,) = record(here, GOOD).recorded
    old = dataclasses.replace(entry.event, id=former_id(entry.event))
    there = workspace(here.root.parent / "old")
    add_parcels(there, "QV", here.root.parent / "thua.gpkg", Options())
    there.store.append([old])
    again = record(there, GOOD)
    assert (again.recorded, again.already) == ((), 1)
    assert minutes.append(there, [entry.event]).already == 1
    assert faults(there, GOOD.replace(",900,", ",800,")) == [("row_conflict", "bb.csv:2")]
    assert faults(there, GOOD.replace("09/BB,2025-12-20", "09/BB,2025-12-19")) == [("row_conflict", "bb.csv:2")]
    minutes.void(there, old.id, "nhầm", PAPER, "Bình")
    assert [e.event.id for e in record(there, GOOD).recorded] == [f"{old.id}~2"]


@given(st.lists(st.tuples(st.integers(1, 5), st.text(max_size=5)), unique=True, min_size=2))
def test_ids_of_one_document_begin_alike_and_differ(parts: list[tuple[int, str]]) -> None:
    papers = [Document(f"{number}/BB", day("2025-12-20")) for number, _ in parts]
    ids = [mint_of(paper, text) for paper, (_, text) in zip(papers, parts, strict=True)]
    assert len(set(ids)) == len(ids)
    assert len({id_[:10] for id_ in ids}) == len({paper.number for paper in papers})
