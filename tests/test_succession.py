"""A newer parcel layer is written only as it was seen, and every entry of the ledger keeps its land."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from files import SQUARES, cadastre, saved
from make import reached, workspace

from parkgis.errors import InputRefused, LedgerStale, UsageError
from parkgis.intake import add
from parkgis.intake.add import Options, add_parcels, propose, site_of
from parkgis.intake.succession import Paper
from parkgis.model import Cut, Document, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from make import Box

    from parkgis.intake.succession import Proposal
    from parkgis.workspace import Workspace

PAPER = Paper(Document("12/BB-ĐC", dt.date(2026, 1, 1)), dt.date(2026, 1, 1))
FOREVER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """Four fields of 900 m2, the first two handed over on 2 March 2026."""
    made = workspace(tmp_path / "w")
    add_parcels(made, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options(by="An"))
    made.store.append([reached("/1/1", project="QV"), reached("/1/2", project="QV")])
    return made


def newer(tmp_path: Path, boxes: dict[str, Box], name: str = "b.gpkg") -> Path:
    return saved(cadastre(list(boxes.values()), SHTHUA=list(boxes)), tmp_path / name)


FIELDS: dict[str, Box] = {str(number + 1): box for number, box in enumerate(SQUARES)}
SPLIT: dict[str, Box] = {key: FIELDS[key] for key in "234"} | {"5": (0, 0, 10, 30), "6": (10, 0, 30, 30)}


def proposed(here: Workspace, path: Path, **options: object) -> Proposal:
    return propose(here, "QV", path, Options(**options))[0]  # type: ignore[arg-type]


def accepted(here: Workspace, path: Path, paper: Paper | None = PAPER, **options: object) -> add.Added:
    id_ = proposed(here, path, **options).id
    return add_parcels(here, "QV", path, Options(proposal=id_, paper=paper, by="An", **options))  # type: ignore[arg-type]


def handed_m2(here: Workspace, on: str = "2026-12-31") -> float:
    snapshot = here.snapshot(Cut(dt.date.fromisoformat(on), FOREVER))
    project = next(p for p in snapshot.projects if p.project.id == "QV")
    return next(area.area_m2 for area in project.stages if area.code == "handed_developer")


def codes(proposal: Proposal) -> list[str]:
    return [f.code for f in proposal.refused]


def test_a_proposal_writes_nothing(here: Workspace, tmp_path: Path) -> None:
    before = here.store.head(), sorted(p.name for p in here.root.rglob("*"))
    proposal = proposed(here, newer(tmp_path, SPLIT))
    assert (here.store.head(), sorted(p.name for p in here.root.rglob("*"))) == before
    assert proposal.successions == ((Kind.SPLIT, ("/1/1",), ("/1/5", "/1/6")),)
    assert (proposal.recorded, list(proposal.carried["key"]), proposal.refused) == (2, ["/1/1"], ())


def test_a_split_keeps_what_was_handed_over(here: Workspace, tmp_path: Path) -> None:
    assert handed_m2(here) == 1800.0
    accepted(here, newer(tmp_path, SPLIT))
    assert handed_m2(here) == pytest.approx(1800.0)
    split, layer = [e.event for e in here.store.events()][-2:]
    assert (split.kind, split.parcel, split.into, split.source.number) == (Kind.SPLIT, "/1/1", ("/1/5", "/1/6"), "12/BB-ĐC")
    assert (layer.kind, layer.refers) == (Kind.LAYER, "layers/parcels/QV-2.gpkg")
    assert site_of(here, "QV").columns.keys == ["/1/1", "/1/2", "/1/3", "/1/4", "/1/5", "/1/6"]
    assert not site_of(here, "QV").columns.irregular.any(), "an old parcel out of use overlaps nobody"


def test_a_merge_and_a_new_number_keep_it_too(here: Workspace, tmp_path: Path) -> None:
    accepted(here, newer(tmp_path, {"7": (0, 0, 60, 30), "3": FIELDS["3"], "4": FIELDS["4"]}))
    assert handed_m2(here) == pytest.approx(1800.0)
    accepted(here, newer(tmp_path, {"8": (0, 0, 60, 30), "3": FIELDS["3"], "4": FIELDS["4"]}, "c.gpkg"))
    assert handed_m2(here) == pytest.approx(1800.0)
    kinds = [e.event.kind for e in here.store.events()]
    assert kinds[-4:] == [Kind.MERGE, Kind.LAYER, Kind.SPLIT, Kind.LAYER]
    proposal = proposed(here, newer(tmp_path, {"8": (0, 0, 60, 30), "3": FIELDS["3"], "4": FIELDS["4"]}, "d.gpkg"))
    assert proposal.comparison.quiet, "what is out of use is not missed in the newer file"
    assert sorted(proposal.carried["key"]) == ["/1/1", "/1/2", "/1/7"]


def test_parcels_without_entries_change_without_a_paper(here: Workspace, tmp_path: Path) -> None:
    boxes: dict[str, Box] = {key: FIELDS[key] for key in "123"} | {"5": (30, 30, 60, 40), "6": (30, 40, 60, 60)}
    accepted(here, newer(tmp_path, boxes), paper=None)
    assert [e.event.kind for e in here.store.events()][-1:] == [Kind.LAYER]
    assert site_of(here, "QV").columns.keys == ["/1/1", "/1/2", "/1/3", "/1/5", "/1/6"]


def test_splits_need_their_paper(here: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--document"):
        accepted(here, newer(tmp_path, SPLIT), paper=None)
    assert not (here.root / "layers/parcels/QV-2.gpkg").exists()


def test_what_was_not_seen_is_not_written(here: Workspace, tmp_path: Path) -> None:
    path = newer(tmp_path, SPLIT)
    for options in (Options(), Options(replace=True), Options(proposal="000000000000")):
        with pytest.raises(UsageError):
            add_parcels(here, "QV", path, dataclasses.replace(options, paper=PAPER))
    seen = proposed(here, path).id
    newer(tmp_path, SPLIT | {"6": (10, 0, 30, 29)}, "b.gpkg")
    with pytest.raises(UsageError, match="no longer holds"):
        add_parcels(here, "QV", path, Options(proposal=seen, paper=PAPER))
    seen = proposed(here, newer(tmp_path, SPLIT)).id
    here.store.append([reached("/1/3", project="QV")])
    with pytest.raises(UsageError, match="no longer holds"):
        add_parcels(here, "QV", path, Options(proposal=seen, paper=PAPER))
    assert not (here.root / "layers/parcels/QV-2.gpkg").exists()


def test_somebody_who_wrote_between_comparing_and_writing(here: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, examine = newer(tmp_path, SPLIT), add.examine
    id_ = proposed(here, path).id
    head = here.store.head()
    monkeypatch.setattr(here.store, "head", lambda: head)

    def slow(*args: object, **more: object) -> object:
        here.store.append([reached("/1/3", project="QV")])
        return examine(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(add, "examine", slow)
    with pytest.raises(LedgerStale):
        add_parcels(here, "QV", path, Options(proposal=id_, paper=PAPER))
    assert not (here.root / "layers/parcels/QV-2.gpkg").exists()


def test_a_parcel_with_entries_does_not_vanish(here: Workspace, tmp_path: Path) -> None:
    path = newer(tmp_path, {key: FIELDS[key] for key in "234"})
    assert codes(proposed(here, path)) == ["keys_vanish"]
    with pytest.raises(InputRefused):
        accepted(here, path, accepted=("keys_vanish",))


def test_the_officer_may_know_better(here: Workspace, tmp_path: Path) -> None:
    """Field 1 was surveyed anew elsewhere and has another number: neither ground nor key tells."""
    path = newer(tmp_path, {key: FIELDS[key] for key in "234"} | {"9": (100, 0, 130, 30)})
    told = {"/1/1": ("/1/9",)}
    assert codes(proposed(here, path, told=told)) == ["lineage_shape"]
    accepted(here, path, told=told, accepted=("lineage_shape",))
    assert handed_m2(here) == pytest.approx(1800.0)
    with pytest.raises(UsageError, match="--map"):
        proposed(here, path, told={"/1/77": ("/1/9",)})


def test_land_lost_in_a_split_is_refused(here: Workspace, tmp_path: Path) -> None:
    assert codes(proposed(here, newer(tmp_path, SPLIT | {"6": (10, 0, 30, 29)}))) == ["lineage_area"]


def test_a_number_kept_by_a_part_is_refused_until_accepted(here: Workspace, tmp_path: Path) -> None:
    path = newer(tmp_path, FIELDS | {"1": (0, 0, 20, 30), "5": (20, 0, 30, 30)})
    assert codes(proposed(here, path)) == ["key_kept"]
    accepted(here, path, accepted=("key_kept",))
    assert handed_m2(here) == pytest.approx(1500.0)


def test_a_number_given_to_other_land_is_refused(here: Workspace, tmp_path: Path) -> None:
    swapped = FIELDS | {"1": FIELDS["4"], "4": FIELDS["1"]}
    assert "key_reused" in codes(proposed(here, newer(tmp_path, swapped)))


def test_fields_with_entries_laid_out_anew_are_for_a_person(here: Workspace, tmp_path: Path) -> None:
    boxes: dict[str, Box] = {key: FIELDS[key] for key in "34"} | {str(20 + n): (n * 20, 0, n * 20 + 20, 30) for n in range(3)}
    assert codes(proposed(here, newer(tmp_path, boxes))) == ["keys_vanish"]


def test_a_reused_number_of_a_parcel_out_of_use(here: Workspace, tmp_path: Path) -> None:
    accepted(here, newer(tmp_path, SPLIT))
    assert "key_reused" in codes(proposed(here, newer(tmp_path, SPLIT | {"1": (100, 0, 130, 30)}, "c.gpkg")))


def test_json_of_a_proposal(here: Workspace, tmp_path: Path) -> None:
    from parkgis.cli.vintage import as_json

    path = newer(tmp_path, SPLIT)
    proposal, added = propose(here, "QV", path, Options())
    root = json.loads(json.dumps(as_json(proposal, added, "QV", path)))
    assert root["entries"] == [{"kind": "split", "old": ["/1/1"], "new": ["/1/5", "/1/6"]}]
    assert root["groups"] == [{"fate": "split", "old": ["/1/1"], "new": ["/1/5", "/1/6"]}]
    assert {t["fate"]: t["new"] for t in root["tallies"] if t["new"]} == {"unchanged": 3, "split": 2}
