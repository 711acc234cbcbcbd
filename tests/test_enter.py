"""Every kind of entry comes in by one door; what makes no sense is refused with the reason, and nothing is written."""

from __future__ import annotations

import datetime as dt
import shutil
from typing import TYPE_CHECKING, Any

import make
import pytest
from files import cadastre, saved

from parkgis.errors import EventConflict, EventUnknown, ProjectUnknown, RecordError, RowsRefused, StageUnknown, UsageError
from parkgis.intake import enter, obstacles, texts
from parkgis.intake.add import Options, add_parcels
from parkgis.intake.confirm import confirm
from parkgis.intake.minutes import void
from parkgis.model import Document, Kind
from parkgis.workspace import MARK, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.intake.minutes import Outcome
    from parkgis.model import Event

START = make.at("2026-07-01")
BOXES = [(0, 0, 30, 30), (30, 0, 60, 30), (0, 0, 15, 30), (15, 0, 30, 30), (0, 0, 60, 30), (60, 0, 75, 30), (60, 0, 90, 30)]
PAPER = Document("12/BC", make.day("2026-03-05"))


def paper(day: str = "2026-03-05", number: str = "12/BC", project: str = "QV", by: str = "An", note: str = "") -> enter.Paper:
    return enter.Paper(project, make.day(day), Document(number, make.day(day)), by, note)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """QV: fields 1 and 2; 3 and 4 are the halves of 1; 5 is 1 and 2 together; 6 is half of 7, beside them."""
    folder = tmp_path_factory.mktemp("enter")
    made = make.workspace(folder / "w", START)
    add_parcels(made, "QV", saved(cadastre(BOXES), folder / "a.gpkg"), Options())
    return made.root


@pytest.fixture
def here(prepared: Path, tmp_path: Path) -> Workspace:
    """A copy that stands on the same layer."""
    shutil.copytree(prepared, tmp_path / "w")
    return Workspace(tmp_path / "w", make.clock(start=START, step=dt.timedelta(seconds=1)))


def written(outcome: Outcome) -> list[Event]:
    return [entry.event for entry in outcome.recorded]


# -- splits and merges ---------------------------------------------------------------------------------------


def test_a_split_and_a_merge_that_keep_their_land(here: Workspace) -> None:
    (event,) = written(enter.split(here, paper(), "1/1", ["1/3", "1/4"]))
    assert (event.kind, event.parcel, event.into) == (Kind.SPLIT, "/1/1", ("/1/3", "/1/4"))
    (event,) = written(enter.merge(here, paper("2026-04-05", "13/BC"), ["1/3", "1/4", "1/2"], "1/5"))
    assert (event.kind, event.parcel, event.into) == (Kind.MERGE, "/1/5", ("/1/3", "/1/4", "/1/2"))
    again = enter.merge(here, paper("2026-04-05", "13/BC"), ["1/3", "1/4", "1/2"], "1/5")
    assert (again.recorded, again.already) == ((), 1), "the same extract entered twice counts once"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1/1", ["1/3", "1/6"], "lineage_shape"),
        ("1/1", ["1/3", "1/2"], "lineage_area"),
        ("1/5", ["1/1", "1/7"], "lineage_shape"),
        ("1/1", ["1/3", "1/99"], "row_parcel_unknown"),
    ],
)
def test_a_split_that_loses_land_is_refused(here: Workspace, old: str, new: list[str], code: str) -> None:
    head = here.store.head()
    with pytest.raises(RowsRefused) as caught:
        enter.split(here, paper(), old, new)
    assert [f.code for f in caught.value.findings] == [code]
    assert here.store.head() == head


def test_a_parcel_is_split_once_and_made_once(here: Workspace) -> None:
    split = enter.split(here, paper(), "1/1", ["1/3", "1/4"])
    with pytest.raises(RowsRefused) as caught:
        enter.merge(here, paper(number="14/BC"), ["1/1", "1/2"], "1/5")
    assert [(f.code, f.facts["key"]) for f in caught.value.findings] == [("lineage_gone", "/1/1")]
    with pytest.raises(RowsRefused) as caught:
        enter.split(here, paper(number="14/BC"), "1/5", ["1/3", "1/4", "1/2"])
    assert {f.code for f in caught.value.findings} == {"lineage_made"}
    void(here, str(split.recorded[0].seq), "nhầm", PAPER, "An")
    assert written(enter.merge(here, paper(number="14/BC"), ["1/1", "1/2"], "1/5")), "a void split binds nobody"


@pytest.mark.parametrize(("old", "new"), [("1/1", []), ("1/1", ["1/3"]), ("1/1", ["1/3", "1/3"]), ("1/1", ["1/1", "1/3"])])
def test_a_split_needs_two_other_parcels(here: Workspace, old: str, new: list[str]) -> None:
    with pytest.raises(RecordError, match="at least two others"):
        enter.split(here, paper(), old, new)


def test_without_parcels_nothing_can_be_checked(here: Workspace) -> None:
    with pytest.raises(RecordError, match="no parcel layer"):
        enter.split(here, paper(project="TS"), "1/1", ["1/3", "1/4"])


# -- obstacles -----------------------------------------------------------------------------------------------


def test_obstacles_of_parcels_and_of_a_project(here: Workspace) -> None:
    events = written(obstacles.obstacle(here, paper(), "graves", ["1/1", "1/2", "1/1"], "UBND xã", make.day("2026-06-30")))
    assert [e.parcel for e in events] == ["/1/1", "/1/2"]
    assert events[0].facts == (("code", "graves"), ("due", "2026-06-30"), ("owner", "UBND xã"))
    (event,) = written(obstacles.obstacle(here, paper(), "funds_late", [], "", None))
    assert (event.parcel, event.facts) == ("", (("code", "funds_late"), ("owner", "Chủ đầu tư hạ tầng"))), "its usual owner"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"code": "ghosts"}, "the codes are: inheritance"),
        ({"code": "other"}, "what is it"),
        ({"due": make.day("2026-03-04")}, "before the day it was raised"),
    ],
)
def test_an_obstacle_that_makes_no_sense(here: Workspace, more: dict[str, Any], says: str) -> None:
    facts: dict[str, Any] = {"code": "graves", "parcels": [], "owner": "", "due": None} | more
    with pytest.raises(RecordError, match=says):
        obstacles.obstacle(here, paper(), **facts)


def test_an_obstacle_is_lifted_once(here: Workspace) -> None:
    raised = obstacles.obstacle(here, paper(), "graves", ["1/1"], "", None).recorded[0]
    for day, ref, says in [("2026-03-04", str(raised.seq), "raised on"), ("2026-05-01", "1", "no standing obstacle")]:
        with pytest.raises(RecordError, match=says):
            obstacles.lifted(here, ref, make.day(day), PAPER, "An")
    with pytest.raises(EventUnknown):
        obstacles.lifted(here, "99", make.day("2026-05-01"), PAPER, "An")
    (event,) = written(obstacles.lifted(here, str(raised.seq), make.day("2026-05-01"), PAPER, "An"))
    assert (event.refers, event.parcel, event.project) == (raised.event.id, "/1/1", "QV")
    assert obstacles.lifted(here, raised.event.id, make.day("2026-05-01"), PAPER, "An").already == 1
    with pytest.raises(RecordError, match="was lifted by entry 3"):
        obstacles.lifted(here, str(raised.seq), make.day("2026-05-02"), PAPER, "An")


def test_a_void_obstacle_cannot_be_lifted(here: Workspace) -> None:
    raised = obstacles.obstacle(here, paper(), "graves", [], "", None).recorded[0]
    void(here, str(raised.seq), "nhầm", PAPER, "An")
    with pytest.raises(RecordError, match="no standing obstacle"):
        obstacles.lifted(here, str(raised.seq), make.day("2026-05-01"), PAPER, "An")


# -- money, certificates, plans --------------------------------------------------------------------------------


def test_a_payment(here: Workspace) -> None:
    (event,) = written(enter.payment(here, paper(), "", 268_340_000_000, 312))
    assert event.facts == (("amount_vnd", 268_340_000_000), ("households", 312))
    with pytest.raises(EventConflict, match="facts"):
        enter.payment(here, paper(), "", 268_340_000_001, 312)
    assert written(enter.payment(here, paper(), "1/1", 5, 1))[0].parcel == "/1/1"


@pytest.mark.parametrize(("amount", "households"), [(0, 1), (-5, 1), (10**15, 1), (5, -1)])
def test_a_payment_beyond_belief(here: Workspace, amount: int, households: int) -> None:
    with pytest.raises(RecordError):
        enter.payment(here, paper(), "", amount, households)


def test_a_certificate(here: Workspace) -> None:
    (event,) = written(enter.attested(here, paper(), "handed_developer", 421_700.0, 100.0, " UBND phường "))
    assert (event.stage, event.area_m2, event.facts) == (
        "handed_developer", 421_700.0, (("body", "UBND phường"), ("tolerance_m2", 100.0))
    )  # fmt: skip
    with pytest.raises(StageUnknown):
        enter.attested(here, paper(), "cleared", 1.0, 0.0, "UBND")
    for area, tolerance, body in [(-1.0, 0.0, "UBND"), (1.0, -1.0, "UBND"), (float("nan"), 0.0, "UBND"), (1.0, 0.0, " ")]:
        with pytest.raises(RecordError):
            enter.attested(here, paper(), "handed_developer", area, tolerance, body)


def test_a_new_baseline_needs_its_reason(here: Workspace) -> None:
    events = written(enter.planned(here, paper(), {"2026-06": 80_000.0, "2026-05": 125_000.0}, None))
    assert [(e.fact("month"), e.fact("baseline"), e.area_m2) for e in events] == [
        ("2026-05", 1, 125_000.0),
        ("2026-06", 1, 80_000.0),
    ]
    assert written(enter.planned(here, paper(), {"2026-07": 1.0}, None))[0].fact("baseline") == 1, "another month of the same plan"
    with pytest.raises(RecordError, match="needs its reason"):
        enter.planned(here, paper(number="15/KH"), {"2026-09": 1.0}, 2)
    assert written(enter.planned(here, paper(number="15/KH", note="thiếu vốn"), {"2026-09": 1.0}, 2))
    with pytest.raises(RecordError, match="older than baseline 2"):
        enter.planned(here, paper(number="16/KH"), {"2026-10": 1.0}, 1)
    assert written(enter.planned(here, paper(number="16/KH"), {"2026-10": 1.0}, None))[0].fact("baseline") == 2


@pytest.mark.parametrize("months", [{}, {"2026-13": 1.0}, {"05/2026": 1.0}, {"2026-05": -1.0}, {"2026-05": float("inf")}])
def test_a_plan_that_makes_no_sense(here: Workspace, months: dict[str, float]) -> None:
    with pytest.raises(RecordError, match=r"2026-05=12\.5"):
        enter.planned(here, paper(), months, None)


# -- what every entry must have --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        lambda w, p: enter.split(w, p, "1/1", ["1/3", "1/4"]),
        lambda w, p: enter.merge(w, p, ["1/1", "1/2"], "1/5"),
        lambda w, p: obstacles.obstacle(w, p, "graves", [], "", None),
        lambda w, p: enter.payment(w, p, "", 5, 1),
        lambda w, p: enter.attested(w, p, "paid", 5.0, 1.0, "UBND"),
        lambda w, p: enter.planned(w, p, {"2026-05": 1.0}, None),
    ],
)
def test_nothing_of_the_future_and_nothing_of_unknown_projects(here: Workspace, kind: Any) -> None:
    with pytest.raises(UsageError, match="future"):
        kind(here, paper("2026-07-02"))
    with pytest.raises(ProjectUnknown):
        kind(here, paper(project="QQ"))
    assert here.store.head().seq == 1, "the layer alone"
    assert kind(here, paper()).recorded


# -- what counts, and a second person --------------------------------------------------------------------------


def rewrite(here: Workspace, *changes: tuple[str, str]) -> Workspace:
    path = here.root / MARK
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return Workspace(here.root, here.clock)


def test_a_definition_is_recorded_when_it_changes_and_its_version_rises(here: Workspace) -> None:
    (event,) = written(texts.definition(here, make.day("2026-01-02"), PAPER, "An"))
    assert (event.kind, event.project, event.fact("version")) == (Kind.DEFINED, "", 1)
    with pytest.raises(RecordError, match="in force already"):
        texts.definition(here, make.day("2026-01-02"), PAPER, "An")
    same = rewrite(here, ('basis = "grid"', 'basis = "document"'))
    with pytest.raises(RecordError, match="raise it"):
        texts.definition(same, make.day("2026-01-02"), PAPER, "An")
    higher = rewrite(here, ("version = 1", "version = 2"))
    assert written(texts.definition(higher, make.day("2026-01-02"), PAPER, "An"))[0].fact("basis") == "document"


def test_a_second_person_confirms_and_the_first_cannot(here: Workspace) -> None:
    """Entries 2 to 4: two parcels by one document, one by another; entry 5 is money."""
    here = rewrite(here, ("approval = false", "approval = true"))
    here.store.append(
        [make.reached(f"/1/{n}", project="QV", paper=p, by="An") for n, p in ((1, "09/BB"), (2, "09/BB"), (6, "10/BB"))]
    )
    enter.payment(here, paper(), "", 5, 1)

    def figures() -> tuple[float, float]:
        found = here.snapshot(here.cut(on=make.day("2026-06-30")))
        return round(found.counted.area_m2, 6), round(found.proposed_m2, 6)

    assert figures() == (0.0, 2250.0)
    with pytest.raises(RecordError, match="An recorded entry 2, 3: somebody else"):
        confirm(here, ["2-3"], "", " an")
    (event,) = written(confirm(here, [], "09/BB", "Bình"))
    assert (event.kind, event.project, len(event.into), event.source.number) == (Kind.CONFIRMED, "QV", 2, "09/BB")
    assert figures() == (1800.0, 450.0)
    assert confirm(here, ["2-3"], "", "Bình").recorded == (), "what is confirmed stays so"
    assert len(written(confirm(here, ["2-5"], "", "Chi"))) == 1, "the rest of the range; money waits for nobody"
    assert figures() == (2250.0, 0.0)


def test_what_cannot_be_confirmed(here: Workspace) -> None:
    here.store.append([make.reached("/1/1", project="QV")])
    enter.payment(here, paper(), "", 5, 1)
    for refs, document in ((["99"], ""), (["0"], ""), (["2-99"], ""), ([], "77/XX")):
        with pytest.raises(EventUnknown):
            confirm(here, refs, document, "Bình")
    for ref in ("x", "3-2", "2-", ""):
        with pytest.raises(UsageError, match="17 or 17-25"):
            confirm(here, [ref], "", "Bình")
    with pytest.raises(RecordError, match="needs no confirmation"):
        confirm(here, ["3"], "", "Bình")
    void(here, "2", "nhầm", PAPER, "An")
    with pytest.raises(RecordError, match="void"):
        confirm(here, ["2"], "", "Bình")
