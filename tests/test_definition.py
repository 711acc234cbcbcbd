"""A countable hectare: read from parkgis.toml, recorded as an event, followed by every figure, said in both languages."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import make
import pytest
from files import cadastre, saved
from hypothesis import given
from hypothesis import strategies as st

from parkgis.briefing import brief
from parkgis.errors import WorkspaceInvalid
from parkgis.intake.add import Options, add_parcels
from parkgis.model import Cut, Kind
from parkgis.rules import stages
from parkgis.status import take
from parkgis.status.definition import GROUPS, Definition, DefinitionRefused, of_facts, parse
from parkgis.units import Basis
from parkgis.words.catalogue import Words
from parkgis.workspace import MARK, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.status import Snapshot

SHARES = st.floats(0, 0.5)
TABLES = st.fixed_dictionaries(
    {},
    optional={
        "stage": st.sampled_from([s.code for s in stages()]), "basis": st.just("document"), "mapped_only": st.booleans(),
        "groups": st.lists(st.sampled_from(GROUPS), min_size=1, unique=True), "tolerance_parcel": SHARES, "tolerance_total": SHARES,
        "version": st.integers(1, 99),
    },
).filter(lambda t: t.get("mapped_only", True) or "basis" in t)  # fmt: skip

DOCUMENT = {"basis": "document", "version": 2}


@given(TABLES)
def test_a_definition_survives_being_an_event(table: dict[str, Any]) -> None:
    definition = parse(table)
    store = make.memory(make.entry(Kind.DEFINED, project="", facts=dict(definition.facts())))
    (entry,) = store.standing(Cut(make.day("2099-01-01"), make.FOREVER), [Kind.DEFINED])
    assert of_facts(entry.event.facts) == definition


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"stage": "cleared"}, "definition.stage = cleared"),
        ({"day": "document date"}, "signed field minutes"),
        ({"basis": "ellipsoid"}, "grid, document"),
        ({"mapped_only": "no"}, "true, false"),
        ({"mapped_only": False}, 'needs definition.basis = "document"'),
        ({"mapped_only": False, "basis": "grid"}, "areas of two bases never add"),
        ({"groups": []}, "planned16, new5, later"),
        ({"groups": ["planned17"]}, "planned16, new5, later"),
        ({"tolerance_parcel": 1}, "definition.tolerance_parcel = 1"),
        ({"tolerance_total": float("nan")}, "tolerance_total"),
        ({"tolerance_total": True}, "tolerance_total"),
        ({"version": 0}, "definition.version = 0"),
        ({"version": 1.5}, "definition.version = 1.5"),
        ({"stages": "paid"}, "stages"),
    ],
)
def test_nonsense_is_named(table: dict[str, Any], says: str) -> None:
    with pytest.raises(DefinitionRefused) as caught:
        parse(table)
    assert says in str(caught.value.args[0])


# -- what follows from it ----------------------------------------------------------------------------------


def snapshot(tmp_path: Path, **definition: Any) -> Snapshot:
    """Two parcels of 100 m2: one handed over by a document that says 90 m2, one only paid; 77 m2 without land."""
    site = make.site(tmp_path, make.grid(2, 1))
    store = make.memory(
        make.reached("09/1/1", area_m2=90.0),
        make.reached("09/1/2", "paid", area_m2=100.0),
        make.reached(area_m2=77.0, paper="02/BB"),
    )
    return take(
        store, [site], [make.PARK], Cut(make.day("2026-12-31"), make.FOREVER), make.TARGET, demo=False, definition=parse(definition)
    )


@pytest.mark.parametrize(
    ("definition", "counted"),
    [
        ({}, 100.0),
        ({"basis": "document"}, 90.0),
        ({"basis": "document", "mapped_only": False}, 167.0),
        ({"stage": "paid"}, 100.0),
        ({"groups": ["new5"]}, 0.0),
    ],
)
def test_the_figure_follows_the_definition(tmp_path: Path, definition: dict[str, Any], counted: float) -> None:
    found = snapshot(tmp_path, **definition)
    assert found.counted.area_m2 == pytest.approx(counted, abs=1e-6)
    assert found.parks[0].counted == found.counted == found.projects[0].counted
    assert found.remaining_m2 == pytest.approx(3_000_000 - counted, abs=1e-6)
    assert found.project("P").stage("handed_developer").area_m2 == pytest.approx(100.0), "what was handed over stays what it is"


@pytest.mark.parametrize(("tolerance", "found"), [(0.01, True), (0.2, False)])
def test_tolerances_are_the_definitions(tmp_path: Path, tolerance: float, found: bool) -> None:
    codes = {f.code for f in snapshot(tmp_path, tolerance_parcel=tolerance, tolerance_total=tolerance).projects[0].findings}
    assert ("parcel_area_differs" in codes, "documents_differ" in codes) == (found, found)


def test_the_digest_covers_the_definition(tmp_path: Path) -> None:
    site, store = make.site(tmp_path, make.grid(2, 1)), make.memory(make.reached("09/1/1"))
    cut = Cut(make.day("2026-12-31"), make.FOREVER)
    made = [
        take(store, [site], [make.PARK], asked, make.TARGET, demo=False, definition=definition).digest
        for asked, definition in [
            (cut, None), (cut, Definition()), (cut, parse(DOCUMENT)), (cut, parse({"version": 2})),
            (dataclasses.replace(cut, without=frozenset({1})), None), (dataclasses.replace(cut, confirmed_only=True), None),
        ]
    ]  # fmt: skip
    assert made[0] == made[1]
    assert len(set(made)) == 5


# -- the workspace -----------------------------------------------------------------------------------------


def rewrite(workspace: Workspace, old: str, new: str) -> Workspace:
    path = workspace.root / MARK
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return Workspace(workspace.root, workspace.clock)


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """QV: four parcels of 900 m2, one handed over by a document that states 800 m2."""
    made = make.workspace(tmp_path / "w")
    add_parcels(made, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options())
    made.store.append([make.reached("/1/1", project="QV", area_m2=800.0, on="2026-01-01")])
    return made


def test_the_shipped_definition_is_the_default(here: Workspace) -> None:
    assert here.config.definition == Definition()


@pytest.mark.parametrize(
    ("old", "new"),
    [("mapped_only = true", "mapped_only = false"), ("version = 1", "version = 0"), ("approval = false", 'approval = "false"')],
)
def test_a_workspace_with_nonsense_does_not_open(here: Workspace, old: str, new: str) -> None:
    with pytest.raises(WorkspaceInvalid):
        rewrite(here, old, new)


def test_until_it_is_recorded_a_changed_file_changes_nothing(here: Workspace) -> None:
    """First the file alone says it; once version 1 is recorded, only another entry changes what counts."""
    here.store.append([make.entry(Kind.DEFINED, project="", facts=dict(Definition().facts()))])
    changed = rewrite(rewrite(here, 'basis = "grid"', 'basis = "document"'), "version = 1", "version = 2")
    found = changed.snapshot(changed.cut(on=make.day("2026-06-30")))
    assert (found.counted.area_m2, found.definition.version) == (900.0, 1)
    assert {f.code: f.facts for f in found.findings}["definition_unrecorded"] == {"version": 1, "file_version": 2}
    before = found.cut.known
    changed.store.append([make.entry(Kind.DEFINED, project="", facts=dict(changed.config.definition.facts()))])
    after = changed.snapshot(changed.cut(on=make.day("2026-06-30")))
    assert (after.counted.area_m2, after.definition.version, after.findings) == (800.0, 2, ())
    again = changed.snapshot(changed.cut(on=make.day("2026-06-30"), known=before))
    assert (again.counted.area_m2, again.digest, again.findings) == (900.0, found.digest, ()), "the old report stays as it was"


def test_the_sentence_says_everything_in_both_languages(here: Workspace) -> None:
    briefing = brief(here, here.snapshot(here.cut(on=make.day("2026-06-30"))))
    vi, en = briefing.defined(Words("vi")), briefing.defined(Words("en"))
    assert "lưới VN-2000" in vi and "1 % mỗi thửa, 0,1 % trên tổng số" in vi and "phiên bản 1" in vi
    assert "measured on the map" in en and "1% a parcel and 0.1% in all" in en
    other = dataclasses.replace(briefing, definition=Definition(basis=Basis.DOCUMENT, mapped_only=False, tolerance_total=0.0005))
    assert "as the documents state" in other.defined(Words("en")) and "without parcel" in other.defined(Words("en"))
    assert "0.05% in all" in other.defined(Words("en"))
