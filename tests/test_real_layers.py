"""Layers no one here wrote, read where they are at hand; skipped, saying so, where they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from make import workspace

from parkgis.errors import CrsMissing, CrsSuspect, EncodingUnknown, InputRefused
from parkgis.intake import parcels as intake
from parkgis.intake.add import Options, add_parcels, examine
from parkgis.layers.read import read

REAL = Path(os.environ.get("PARKGIS_REAL_LAYERS", Path(__file__).resolve().parents[2] / "shared" / "data" / "real"))
VIETMONG = REAL / "vietmong" / "diachinh.geojson"
CAMBRIDGE = REAL / "cambridge" / "ASSESSING_ParcelsFY2013.topojson"
LEGACY = REAL / "legacy" / "clp_legacy_tcvn3_shp" / "THUADAT.shp"

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the real layers are not beside the checkout; set PARKGIS_REAL_LAYERS")


def test_degrees_labelled_as_a_grid_are_caught(tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    with pytest.raises(CrsSuspect, match="degrees, not metres"):
        add_parcels(here, "NSHL", VIETMONG, Options())
    assert here.store.head().seq == 0


def test_read_as_what_they_are_the_parcels_measure_as_published(tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    _, added = examine(here, "NSHL", VIETMONG, Options(crs="EPSG:4326", accepted=("far",)))
    assert added.rows == 4537
    assert added.area_grid_m2 / 10_000 == pytest.approx(999.57, rel=2e-4)  # 999.57 ha on EPSG:5897; here on 9209
    assert not [f for f in added.findings if f.code == "overlap"]


def test_a_shapefile_without_projection_and_encoding_is_asked_for_both(tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    with pytest.raises(EncodingUnknown, match="TENCHU"):
        add_parcels(here, "NSHL", LEGACY, Options())
    with pytest.raises(CrsMissing):
        add_parcels(here, "NSHL", LEGACY, Options(encoding="cp1258"))
    assert len(read(LEGACY, encoding="cp1258").frame) == 4323


def test_parcels_of_another_country_are_not_taken_in(tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    with pytest.raises(CrsMissing):
        add_parcels(here, "NSHL", CAMBRIDGE, Options())
    with pytest.raises(CrsSuspect, match="outside Vietnam"):
        add_parcels(here, "NSHL", CAMBRIDGE, Options(crs="EPSG:4326"))


def test_invalid_rings_and_repeated_keys_are_counted_before_anything_is_taken_in() -> None:
    incoming = read(CAMBRIDGE)
    frame = intake.labelled(incoming, {"sheet": "ML", "parcel": "ML"})
    with pytest.raises(InputRefused) as caught:
        intake.admit(frame, CAMBRIDGE, ())
    found = {f.code: f.facts["count"] for f in caught.value.findings}
    assert found == {
        "geometry_invalid": 24,
        "key_incomplete": 6,
        "key_duplicate": 89,
    }  # 13 numbers: 76 rows beyond the first of each
