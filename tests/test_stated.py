"""Money approved and what documents count: plans add up, the newest count holds, contradictions are said, unknown is not 0."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import make
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_matters import matters, payment

from parkgis.errors import RecordError
from parkgis.findings import remedy, sentence
from parkgis.intake import stated as entering
from parkgis.intake.enter import Paper
from parkgis.ledger import dump
from parkgis.model import Document, Kind
from parkgis.outputs import matters as drawn
from parkgis.reporting import invariants
from parkgis.rules.counts import count_codes
from parkgis.status.homes import Between, Homes
from parkgis.status.matters import together
from parkgis.status.stated import Approved
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.model import Event


def approval(amount: int, households: int = 1, on: str = "2026-03-01", **more: Any) -> Event:
    extra = {k: more.pop(k) for k in ("organisations", "batch") if k in more}
    return make.entry(Kind.APPROVAL, on, facts={"amount_vnd": amount, "households": households, **extra}, **more)


def count(what: str, value: int, on: str = "2026-03-31", paper: str = "31/BC", **more: Any) -> Event:
    return make.entry(Kind.COUNT, on, paper=paper, facts={"what": what, "value": value}, **more)


# -- money ---------------------------------------------------------------------------------------------------


def test_approved_plans_add_up_batch_by_batch_and_what_one_does_not_say_is_unknown() -> None:
    first = approval(100, 12, organisations=2, area_m2=5000.0)
    second = approval(40, 5, on="2026-05-02", paper="12/QĐ", area_m2=700.0)
    wrong = approval(9, 9, paper="13/QĐ")
    assert matters(first, on="2026-04-30").approved == Approved(100, 12, 2, 5000.0, 1)
    assert matters(first, second, wrong, make.void(wrong)).approved == Approved(140, 17, None, 5700.0, 2)
    assert matters(second, on="2026-05-01").approved == Approved()


def test_the_share_paid_is_of_projects_with_an_approved_plan_only() -> None:
    both, unplanned = matters(approval(100), payment(67, 3)), matters(payment(500, 9))
    assert (both.paid_share, unplanned.paid_share) == (0.67, None)
    assert together([both, unplanned], make.day("2026-06-30")).paid_share == 0.67


# -- counts --------------------------------------------------------------------------------------------------


def test_the_newest_statement_by_the_day_holds_and_the_earlier_one_is_kept() -> None:
    said = [count("graves_moved", 100), count("graves_moved", 184, on="2026-06-30", paper="40/BC")]
    for on, value in (("2026-03-30", None), ("2026-03-31", 100), ("2026-06-29", 100), ("2026-06-30", 184)):
        assert matters(*said, on=on).count("graves_moved") == value, on
    assert matters(*said, make.void(said[1])).count("graves_moved") == 100


@settings(max_examples=30)
@given(st.permutations([("graves_total", 5, "2026-01-31"), ("graves_total", 7, "2026-02-28"), ("graves_moved", 2, "2026-02-28")]))
def test_the_order_of_arrival_does_not_matter(said: list[tuple[str, int, str]]) -> None:
    found = matters(*(count(what, value, on=on, paper=f"{n}/BC") for n, (what, value, on) in enumerate(said)))
    assert [(c.what, c.value) for c in found.counts] == [("graves_total", 7), ("graves_moved", 2)]


def test_two_documents_of_one_day_that_agree_are_one_statement_and_that_do_not_are_a_finding(tmp_path: Path) -> None:
    agreed = matters(count("graves_total", 219), count("graves_total", 219, paper="7/BC"))
    assert (agreed.count("graves_total"), agreed.counts[0].documents) == (219, ("31/BC", "7/BC"))
    site = make.site(tmp_path, make.grid(1, 1))
    said = [count("graves_total", 219), count("graves_total", 184, paper="7/BC")]
    found = make.snapshot(make.memory(*said), site, on="2026-06-30")
    assert found.projects[0].matters.count("graves_total") is None, "neither is believed"
    (finding,) = (f for f in found.projects[0].findings if f.code == "count_contradicted")
    for lang, name in (("vi", "Số mộ phải di chuyển"), ("en", "Graves to move")):
        text = sentence(finding, Words(lang))
        assert name in text and "31/BC: 219 (#1); 7/BC: 184 (#2)" in text and remedy(finding, Words(lang))
    settled = make.snapshot(make.memory(*said, make.void(said[0])), site, on="2026-06-30").projects[0]
    assert settled.matters.count("graves_total") == 184
    assert "count_contradicted" not in {f.code for f in settled.findings}


def test_a_later_statement_settles_a_contradiction() -> None:
    said = [count("graves_total", 219), count("graves_total", 184, paper="7/BC"), count("graves_total", 220, on="2026-04-30")]
    assert matters(*said, on="2026-04-29").count("graves_total") is None
    assert matters(*said, on="2026-04-30").count("graves_total") == 220


def test_projects_add_what_is_known_and_say_of_how_many() -> None:
    left = matters(count("graves_total", 219), count("households_total", 300), payment(5, 120))
    right = matters(count("graves_total", 31, on="2026-02-28"), payment(5, 50))
    odd = matters(count("graves_total", 1), count("graves_total", 2, paper="7/BC"), count("households_total", 9))
    whole = together([left, right, odd], make.day("2026-06-30"))
    (graves,) = (c for c in whole.counts if c.what == "graves_total")
    assert (graves.value, graves.projects, graves.day) == (250, 2, make.day("2026-02-28"))
    assert left.homes == Homes(300, Between(120, 120), Between(180, 180))
    assert right.homes == Homes(None, Between(50, 50), None)
    assert whole.homes == Homes(309, Between(170, 170), Between(180, 180)), "remaining is known of one project"


def test_a_payment_that_names_no_household_says_nothing_of_households() -> None:
    assert matters(count("households_total", 300), payment(5, 0)).homes == Homes(300, None, None)


# -- held against each other -------------------------------------------------------------------------------


def broken(tmp_path: Path, *events: Event) -> list[tuple[str, str]]:
    from parkgis.briefing import brief

    made = make.workspace(tmp_path / "w")
    made.store.append(list(events))
    found = invariants.broken(brief(made, made.snapshot(made.cut(make.day("2026-06-30"), make.FOREVER))))
    assert all(sentence(f, Words(lang)) and "{" not in sentence(f, Words(lang)) for f in found for lang in ("vi", "en"))
    return [(f.code, str(f.facts.get("counted", ""))) for f in found]


def test_what_cannot_be_is_a_finding_of_the_report_and_unknown_breaks_nothing(tmp_path: Path) -> None:
    within = {"graves_moved": 3, "resettle_lots_ready": 3, "resettle_lots_allocated": 2}
    assert broken(
        tmp_path, approval(100, project="QV"), payment(101, 7, project="QV"), count("households_total", 6, project="QV"),
        count("graves_total", 2, project="QV"), *(count(what, value, project="QV") for what, value in within.items()),
    ) == [
        ("report_paid_over_approved", ""), ("report_homes_over", ""), ("report_homes_over_plans", ""),
        ("report_count_over", "graves_moved"),
    ]  # fmt: skip


def test_the_list_of_counts_is_whole_and_lies_within_itself() -> None:
    codes = count_codes()
    assert {c.within for c in codes.values()} - {""} <= set(codes)
    assert all(c.vi and c.en and c.names for c in codes.values())
    names = list(itertools.chain.from_iterable(c.names for c in codes.values()))
    assert len(names) == len(set(names))


# -- JSON, and the way in ------------------------------------------------------------------------------------


def test_the_keys_of_the_contract() -> None:
    said = matters(approval(100, 12, area_m2=5000.0), payment(67, 3), count("graves_total", 0), count("households_total", 9))
    found = drawn.keys(said, "en")
    assert found["approved"] == {
        "amount_vnd": 100, "households": 12, "organisations": None, "area_ha": 0.5, "entries": 1, "paid_share": 0.67,
    }  # fmt: skip
    assert found["households"] == {
        "total": 9, "paid": 3, "paid_at_least": 3, "paid_at_most": 3,
        "remaining": 6, "remaining_at_least": 6, "remaining_at_most": 6,
    }  # fmt: skip
    assert list(found["counts"]) == list(count_codes())
    assert found["counts"]["graves_total"] == {
        "value": 0, "as_of": "2026-03-31", "documents": ["31/BC"], "projects": 1, "contradicted": False,
    }  # fmt: skip
    assert found["counts"]["graves_moved"]["value"] is None
    assert json.loads(json.dumps(found)) == found
    nothing = drawn.keys(matters(), "en")
    assert (nothing["approved"]["amount_vnd"], nothing["households"]["total"]) == (None, None)


PAPER = Paper("QV", make.day("2025-12-20"), Document("210/QĐ", make.day("2025-12-20")), "An")


def test_a_decision_that_approves_two_batches_is_two_entries_and_the_same_again_adds_nothing(tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    for batch in ("Đợt 1", "Đợt 2", "Đợt 1"):
        entering.approval(made, PAPER, 500, 3, batch=batch)
    assert made.store.head().seq == 2
    entering.counts(made, PAPER, {"graves_total": 219, "graves_moved": 184})
    file = tmp_path / "ledger.txt"
    file.write_text("".join(dump.dump(made.store)), encoding="utf-8")
    other = make.memory()
    assert dump.load(other, file).restored == 4
    assert other.head().digest == made.store.head().digest


@pytest.mark.parametrize(
    ("what", "value"), [("trees", 1), ("graves_total", -1), ("graves_total", 10**9)]
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(what: str, value: int, tmp_path: Path) -> None:
    made = make.workspace(tmp_path / "w")
    with pytest.raises(RecordError):
        entering.counts(made, PAPER, {what: value})
    bads: list[dict[str, Any]] = [{"amount_vnd": 0}, {"households": -1}, {"organisations": -1}, {"area_m2": 0.0}]
    for bad in bads:
        with pytest.raises(RecordError):
            entering.approval(made, PAPER, **{"amount_vnd": 5, "households": 1, **bad})
    assert made.store.head().seq == 0
