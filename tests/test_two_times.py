"""A report of 30 June asked in December as it was known on 30 June is the same, byte for byte."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import briefings
import make
import pytest

from parkgis.briefing import brief
from parkgis.layers.write import write_boundary, write_parcels
from parkgis.model import Document, Event, Kind, mint
from parkgis.outputs import export, pages, plain, webmap, workbook
from parkgis.shapes import shapes
from parkgis.status.definition import Definition
from parkgis.words.catalogue import Words
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Later = Callable[[Workspace], None]

WORDS = Words("vi")
DECEMBER = make.at("2026-12-01")
QUEVO = list(make.grid(5, 4, 30.0))


def later(folder: Path) -> Workspace:
    return Workspace(folder, make.clock(start=DECEMBER))


def drawn(folder: Path, out: Path) -> dict[str, bytes]:
    """Draw everything a reader can get of 30 June as known then, with the programs of December."""
    found = later(folder)
    snapshot = found.snapshot(found.cut(briefings.ON, briefings.KNOWN))
    briefing = brief(found, snapshot)
    files = {form: out / f"o.{form}" for form in export.FORMS}
    for form, path in files.items():
        export.write(found, export.edition(found, snapshot, WORDS, public=False), path, form)
    return {
        "status": plain.status_json(briefing, "vi").encode(),
        "csv": plain.status_csv(briefing, "vi").encode(),
        "workbook": workbook.build(briefing, WORDS),
        "page": pages.build(briefing, WORDS).encode(),
        "map": webmap.draw(briefing, shapes(found, snapshot), WORDS).encode(),
        **{f"export {form}": path.read_bytes() for form, path in files.items()},
    }


# -- what December brings ----------------------------------------------------------------------------------


def _entry(kind: Kind, name: str, **facts: object) -> Event:
    more = {"project": "QV", "source": Document("12/XX", make.day("2026-12-01")), "by": "An", "day": make.day("2026-06-01")}
    return Event(id=mint(kind, name), kind=kind, **{**more, **facts})  # type: ignore[arg-type]


def voids(made: Workspace) -> None:
    made.store.append([make.void(entry.event) for entry in made.store.events(None, [Kind.REACHED]) if entry.seq % 2])


def late_minutes(made: Workspace) -> None:
    made.store.append([make.reached(key, "handed_developer", "2026-06-02", project="QV", paper="88/BB") for key in QUEVO[11:]])
    made.store.append([make.reached(stage="handed_developer", on="2026-06-03", project="QV", tranche=(0, 0, 40, 70))])


def a_new_layer(made: Workspace) -> None:
    path = "layers/parcels/QV-2.gpkg"
    sha = write_parcels(make.parcels(make.grid(5, 4, 31.0)), made.root / path, DECEMBER)
    made.store.append([make.layer_entry("parcels", path, sha, "QV")])


def the_layer_is_void(made: Workspace) -> None:
    made.store.append([make.void(entry.event) for entry in made.store.events(None, [Kind.LAYER])])


def a_boundary(made: Workspace) -> None:
    path = "layers/boundaries/QV-1.gpkg"
    sha = write_boundary(make.land((0, 0, 75, 75)), "QV", "survey", "EPSG:9209", made.root / path, DECEMBER)
    made.store.append([make.layer_entry("boundary:survey", path, sha, "QV")])


def _define(made: Workspace, stage: str) -> None:
    """Write a definition into ``parkgis.toml``, in the place of the one that is there."""
    path = made.root / "parkgis.toml"
    text = re.sub(r"(?ms)^\[definition\].*?(?=^\[|\Z)", "", path.read_text(encoding="utf-8"))
    path.write_text(f'{text}\n[definition]\nstage = "{stage}"\nversion = 2\n', encoding="utf-8")


def a_definition(made: Workspace) -> None:
    _define(made, "recovered")
    made.store.append([_entry(Kind.DEFINED, "2", project="", facts=Definition(stage="recovered", version=2).facts())])


def a_merge(made: Workspace) -> None:
    made.store.append([_entry(Kind.MERGE, "m", parcel=QUEVO[0], into=(QUEVO[1], QUEVO[2]), stage="")])


def obstacles_and_money(made: Workspace) -> None:
    made.store.append(
        [
            _entry(Kind.OBSTACLE, "o", parcel=QUEVO[12], facts=(("code", "grave"), ("due", "2026-09-01"), ("owner", "UBND"))),
            _entry(Kind.PAYMENT, "p", facts=(("amount_vnd", 10**9), ("households", 3))),
            _entry(Kind.ATTESTED, "a", stage="handed_developer", area_m2=1.0, facts=(("tolerance_m2", 0.1),)),
            _entry(Kind.APPROVAL, "v", facts=(("amount_vnd", 2 * 10**9), ("households", 5))),
            _entry(Kind.COUNT, "c", facts=(("value", 219), ("what", "graves_total"))),
            _entry(Kind.PLANNED, "t", area_m2=5000.0, facts=(("baseline", 1), ("month", "2026-06"))),
        ]
    )


MOVING: dict[str, Later] = {
    f.__name__: f for f in (voids, late_minutes, a_new_layer, the_layer_is_void, a_boundary, a_definition, a_merge)
}
STILL: dict[str, Later] = {f.__name__: f for f in (obstacles_and_money,)}


@pytest.fixture(scope="module")
def june(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A workspace of 30 June, and all that was drawn from it then."""
    folder = tmp_path_factory.mktemp("june")
    briefings.worked(folder / "w")
    return folder / "w", drawn(folder / "w", folder)


@pytest.mark.parametrize("name", [*MOVING, *STILL])
def test_an_old_report_stays_as_it_was(name: str, june: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    folder, before = june
    shutil.copytree(folder, tmp_path / "w")
    figure = later(tmp_path / "w").snapshot(later(tmp_path / "w").cut(briefings.ON)).counted
    {**MOVING, **STILL}[name](later(tmp_path / "w"))
    after = drawn(tmp_path / "w", tmp_path)
    assert [part for part in before if before[part] != after[part]] == []
    now = later(tmp_path / "w").snapshot(later(tmp_path / "w").cut(briefings.ON)).counted
    assert (now != figure) == (name in MOVING), "what happened must be seen by whoever asks as of now"


def test_everything_at_once(june: tuple[Path, dict[str, bytes]], tmp_path: Path) -> None:
    folder, before = june
    shutil.copytree(folder, tmp_path / "w")
    for happen in (*STILL.values(), *MOVING.values()):
        happen(later(tmp_path / "w"))
    after = drawn(tmp_path / "w", tmp_path)
    assert [part for part in before if before[part] != after[part]] == []


def test_an_unrecorded_edit_of_the_definition_moves_no_figure(tmp_path: Path) -> None:
    briefings.worked(tmp_path / "w")
    before, edited = (later(tmp_path / "w").snapshot(later(tmp_path / "w").cut(briefings.ON)), later(tmp_path / "w"))
    _define(edited, "recovered")
    after = later(tmp_path / "w").snapshot(later(tmp_path / "w").cut(briefings.ON))
    assert (after.counted, after.definition) == (before.counted, before.definition)
    assert "definition_unrecorded" in {finding.code for finding in after.findings}


def test_a_document_file_has_no_past(tmp_path: Path) -> None:
    """What cannot be promised: the text layers are plain files, read as they are now; the digest tells of it."""
    briefings.worked(tmp_path / "w")
    before = later(tmp_path / "w").snapshot(later(tmp_path / "w").cut(briefings.ON, briefings.KNOWN))
    path = tmp_path / "w" / "layers" / "projects.csv"
    found = later(tmp_path / "w").project("QV")
    path.write_text(path.read_text(encoding="utf-8").replace(f",{found.planned_ha:g},", ",1.5,", 1), encoding="utf-8")
    after = later(tmp_path / "w").snapshot(later(tmp_path / "w").cut(briefings.ON, briefings.KNOWN))
    assert after.digest != before.digest
    assert after.counted == before.counted
