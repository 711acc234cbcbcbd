"""``parkgis blocks`` and ``parkgis blockers`` as real processes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import make
import pytest
from commands import parkgis

from parkgis.layers.write import write_parcels
from parkgis.model import Kind
from parkgis.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

ASK = ["--on", "2026-06-30", "--min-ha", "2", "--width", "20"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five fields of 1 ha in a row; the third, with an obstacle, keeps two blocks of 2 ha apart... of which one is short of it."""
    made = make.workspace(tmp_path_factory.mktemp("blocks") / "w")
    sha = write_parcels(make.parcels(make.grid(5, 1, 100.0)), made.root / "layers/parcels/QV-1.gpkg", make.START)
    later = Workspace(made.root, make.clock(start=make.at("2026-03-20")))
    handed = [make.reached(f"09/1/{n}", on="2026-03-02", paper=f"0{n}/BB", project="QV") for n in (1, 2, 4)]
    blocked = make.entry(Kind.OBSTACLE, parcel="09/1/3", project="QV", facts={"code": "inheritance"})
    noticed = make.reached("09/1/3", "notice", "2026-02-02", paper="7/TB", project="QV")
    later.store.append([make.layer_entry("parcels", "layers/parcels/QV-1.gpkg", sha, "QV"), *handed, noticed, blocked])
    return made.root


def answer(here: Path, *words: str) -> Any:
    done = parkgis(*words, "--format", "json", cwd=here)
    assert done.returncode == 0, done.stderr
    (body,) = json.loads(done.stdout).values()
    return body


@pytest.mark.parametrize("command", ["blocks", "blockers"])
def test_help_has_an_example(command: str, tmp_path: Path) -> None:
    done = parkgis(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"Ví dụ: parkgis {command}" in re.sub(r"\s+", " ", done.stdout)


def test_blocks_say_how_much_lies_together(here: Path, tmp_path: Path) -> None:
    found = answer(here, "blocks", *ASK, "--since", "2026-02-01", "-o", str(tmp_path / "b.gpkg"))
    assert (found["all"]["handed_ha"], found["all"]["usable_ha"], found["all"]["blocks"]) == (3.0, 2.0, 2)
    assert found["blocks"][0]["rectangle_m"] == pytest.approx([200, 100], abs=0.5)
    assert [row["handed_ha"] for row in found["series"]] == [0, 3, 3, 3, 3]
    assert "QVMR2" in found["projects_without_parcels"]
    layer = gpd.read_file(tmp_path / "b.gpkg", layer="usable")
    assert layer.area.tolist() == pytest.approx([20000], rel=1e-6)


def test_the_text_is_for_an_officer(here: Path) -> None:
    text = parkgis("blocks", *ASK, "--lang", "vi", cwd=here).stdout
    assert "Đã bàn giao 3,00 ha, trong đó dùng được ngay 2,00 ha (66,7 %); còn lại 1,00 ha là mặt bằng xôi đỗ." in text
    text = parkgis("blockers", *ASK, "--lang", "vi", "--gap", cwd=here).stdout
    assert "Hiện dùng được 2,00 ha trên 3,00 ha đã bàn giao; còn 2 thửa, phần thửa chưa bàn giao." in text
    assert "không đạt chỉ tiêu nếu không có thêm thửa" in text


def test_blockers_name_the_parcel_its_obstacle_and_what_it_would_open(here: Path, tmp_path: Path) -> None:
    found = answer(here, "blockers", *ASK, "--bundle", "2", "-o", str(tmp_path / "b.gpkg"))
    first, second = found["blockers"]
    assert (first["parcel"], first["unlocked_ha"], first["stage"], first["obstacles"]) == ("09/1/3", 2.0, "notice", "inheritance")
    assert (second["parcel"], second["unlocked_ha"], found["proven"]) == ("09/1/5", 2.0, 2)
    assert found["bundles"][0]["parcels"] == ["09/1/3", "09/1/5"]
    assert found["bundles"][0]["unlocked_ha"] == 3.0
    opens = gpd.read_file(tmp_path / "b.gpkg", layer="opens")
    assert opens.area.tolist() == pytest.approx([40000, 20000], rel=1e-6)


def test_costs_order_the_way_to_the_target(here: Path, tmp_path: Path) -> None:
    costs = tmp_path / "costs.csv"
    costs.write_text("project,parcel,remaining_vnd\nQV,09/1/3,4e9\nQV,09/1/5,1e9\n", encoding="utf-8")
    found = answer(here, "blockers", *ASK, "--gap", "--costs", str(costs))
    assert [row["per_billion_vnd_ha"] for row in found["blockers"]] == [0.5, 2.0]
    assert (found["gap"]["closes"], found["gap"]["remaining_vnd"]) == (False, 5e9)
    costs.write_text("project,parcel,remaining_vnd\nQV,09/1/3,nhiều\n", encoding="utf-8")
    done = parkgis("blockers", "--costs", str(costs), cwd=here)
    assert done.returncode == 12
    assert "Traceback" not in done.stderr


def test_where_nothing_is_known_nothing_is_said(here: Path) -> None:
    for command in ("blocks", "blockers"):
        done = parkgis(command, "--project", "TS", "--lang", "en", cwd=here)
        assert (done.returncode, "nothing can be said" in done.stdout) == (0, True)
        early = parkgis(command, "--project", "QV", "--on", "2026-01-15", "--lang", "en", cwd=here)
        assert (early.returncode, "Traceback" in early.stderr) == (0, False)
        assert parkgis(command, "--park", "NO-SUCH", cwd=here).returncode == 2
        assert parkgis(command, "--project", "NO-SUCH", cwd=here).returncode != 0


def test_rows_for_scripts_and_the_boards_own_rules(here: Path, tmp_path: Path) -> None:
    assert parkgis("blocks", *ASK, "--format", "csv", cwd=here).stdout.splitlines()[1].startswith("QV,1,2.0,2.0,")
    assert parkgis("blockers", *ASK, "--format", "csv", cwd=here).stdout.splitlines()[1].startswith("QV,09/1/3,1.0,2.0,")
    other = make.workspace(tmp_path / "w").root
    text = (other / "parkgis.toml").read_text(encoding="utf-8")
    (other / "parkgis.toml").write_text(text.replace("min_ha = 5.0", "min_ha = 1.5"), encoding="utf-8")
    assert answer(other, "blocks")["rules"]["min_ha"] == 1.5
    (other / "parkgis.toml").write_text(
        (other / "parkgis.toml").read_text(encoding="utf-8").replace("min_ha = 1.5", "min_hectares = 1"), encoding="utf-8"
    )
    assert "min_hectares" in parkgis("blocks", cwd=other).stderr


def test_a_detailed_plan_is_laid_over_the_land(here: Path, tmp_path: Path) -> None:
    lots = gpd.GeoDataFrame(
        {"lot": ["A1", "A2", "X"], "chuc_nang": ["CN", "Kho tàng", "Cây xanh"]},
        geometry=[make.land((0, 0, 200, 100)), make.land((200, 0, 400, 100)), make.land((400, 0, 500, 100))],
        crs=make.LEGAL,
    )
    lots.to_file(tmp_path / "lots.gpkg")
    found = answer(here, "blocks", *ASK, "--project", "QV", "--plan", str(tmp_path / "lots.gpkg"))
    assert [(lot["lot"], lot["state"]) for lot in found["lots"]] == [("A1", "ready"), ("A2", "part"), ("X", "blocked")]
    assert {row["use"]: row["meets"] for row in found["plan"]}["transport"] is False
    text = parkgis("blocks", "--project", "QV", "--plan", str(tmp_path / "lots.gpkg"), "--lang", "vi", cwd=here).stdout
    assert "Đất giao thông: 0,0 %, thấp hơn mức tối thiểu 10 % (QCVN 01:2021/BXD)." in text
    assert "chưa được đối chiếu với văn bản gốc" in text
    assert parkgis("blocks", "--plan", str(tmp_path / "lots.gpkg"), cwd=here).returncode == 2
    assert parkgis("blocks", "--project", "QV", "--plan", str(tmp_path / "none.gpkg"), cwd=here).returncode == 11
