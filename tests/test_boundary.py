"""A boundary from OpenStreetMap or a survey: what is drawn, what is measured, and every way a service can fail."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import http.server
import json
import threading
import urllib.parse
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from commands import parkgis
from files import cadastre, saved
from make import land, workspace

from parkgis.crs import convert
from parkgis.errors import ServiceFailed, UsageError
from parkgis.intake.add import Options, add_parcels, site_of
from parkgis.intake.boundary import add_boundary, fetch_boundary
from parkgis.layers import overpass
from parkgis.layers.overpass import Reference, references
from parkgis.model import ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from parkgis.workspace import Workspace

WAY = 642274405
RING = [(106.10, 21.15), (106.12, 21.15), (106.12, 21.17), (106.10, 21.17), (106.10, 21.15)]


def way(corners: list[tuple[float, float]], number: int = WAY, **more: Any) -> dict[str, Any]:
    geometry = [{"lat": lat, "lon": lon} for lon, lat in corners]
    return {"type": "way", "id": number, "version": 7, "geometry": geometry, **more}


def answer(*elements: dict[str, Any], **more: Any) -> bytes:
    head = {"version": 0.6, "osm3s": {"timestamp_osm_base": "2026-01-01T06:00:00Z"}, "elements": list(elements), **more}
    return json.dumps(head).encode()


@dataclasses.dataclass
class Service:
    """An Overpass API that answers what it is told to, and remembers who asked what."""

    url: str
    status: int = 200
    body: bytes = b""
    asked: list[tuple[str, str]] = dataclasses.field(default_factory=list)


@contextlib.contextmanager
def serving() -> Iterator[Service]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told.asked.append((self.headers["User-Agent"], urllib.parse.parse_qs(text)["data"][0]))
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(told.body)

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Service(f"http://127.0.0.1:{server.server_address[1]}/api/interpreter")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as one:
        yield one


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path / "w")
    path = made.root / "layers" / "projects.csv"
    table = gpd.pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[table["project_id"] == "QV", ["lat", "lon", "osm_way"]] = ["21.16", "106.11", str(WAY)]
    table.to_csv(path, index=False)
    return type(made)(made.root, made.clock)


def fetched(service: Service, *wanted: Reference) -> overpass.Outline:
    return overpass.fetch(service.url, wanted or (Reference("way", WAY),), "parkgis/test", timeout_s=5)


def test_an_outline_becomes_a_boundary_to_draw_with_its_credit(here: Workspace, service: Service) -> None:
    service.body = answer(way(RING))
    added, _ = fetch_boundary(here, "QV", "An", service.url)
    site = site_of(here, "QV")
    assert (site.boundary, site.fence_wkb) == ("osm", None), "drawn, never measured by"
    placed = np.asarray(convert(np.array(RING), "EPSG:4326", "EPSG:9209"))
    assert site.boundary_wkb and shapely.hausdorff_distance(shapely.from_wkb(site.boundary_wkb), shapely.Polygon(placed)) < 1e-6
    (entry,) = here.store.events()
    assert (entry.event.source.number, entry.event.into[0]) == (f"OpenStreetMap way/{WAY} v7", "boundary:osm")
    assert entry.event.source.date == dt.date(2026, 1, 1)
    frame = gpd.read_file(here.root / entry.event.refers)
    assert frame["attribution"].tolist() == [ATTRIBUTION["osm"]]
    against = added.findings[0]
    assert (against.code, against.facts["area_m2"]) == ("boundary_area", pytest.approx(shapely.Polygon(placed).area))


def test_the_service_is_asked_politely_and_once(service: Service) -> None:
    service.body = answer(way(RING))
    fetched(service)
    ((agent, query),) = service.asked
    assert agent.startswith("parkgis/")
    assert query == f"[out:json][timeout:5];(way({WAY}););out meta geom;"


def test_a_multipolygon_of_pieces_with_a_hole(service: Service) -> None:
    hole = [(106.105, 21.155), (106.115, 21.155), (106.115, 21.165), (106.105, 21.165), (106.105, 21.155)]
    members = [
        {"type": "way", "role": "outer", "geometry": way(RING[:3])["geometry"]},
        {"type": "way", "role": "outer", "geometry": way(RING[2:][::-1])["geometry"]},
        {"type": "way", "role": "inner", "geometry": way(hole)["geometry"]},
        {"type": "node", "role": "label", "lat": 21.1, "lon": 106.1},
    ]
    service.body = answer({"type": "relation", "id": 5, "members": members})
    found = fetched(service, Reference("relation", 5))
    assert found.shape.equals(shapely.Polygon(RING, [hole]))
    assert found.versions == (0,)


CROSSED = [RING[0], RING[2], RING[1], RING[3], RING[0]]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (429, b"rate limited", "osm_busy"),
        (504, b"<html>timeout</html>", "osm_slow"),
        (500, b"", "osm_status"),
        (200, b"<html><body>Error: runtime error</body></html>", "osm_answer"),
        (200, answer(way(RING))[:-40], "osm_answer"),
        (200, b"", "osm_answer"),
        (200, b"[" * 100_000, "osm_answer"),
        (200, b"[]", "osm_answer"),
        (200, answer(), "osm_missing"),
        (200, answer(way(RING, number=1)), "osm_missing"),
        (200, answer(way(RING), remark="runtime error: Query timed out"), "osm_remark"),
        (200, answer(way(CROSSED)), "osm_invalid"),
        (200, answer(way(RING[:3])), "osm_open"),
        (200, answer({"type": "way", "id": WAY}), "osm_geometry"),
        (200, answer(way([])), "osm_open"),
        (200, answer(way(RING) | {"geometry": [None, None]}), "osm_geometry"),
        (200, b" " * (overpass.MOST_BYTES + 1), "osm_long"),
    ],
)
def test_whatever_comes_back_is_one_clear_refusal(here: Workspace, service: Service, status: int, body: bytes, code: str) -> None:
    service.status, service.body = status, body
    with pytest.raises(ServiceFailed) as caught:
        fetch_boundary(here, "QV", "An", service.url)
    assert caught.value.facts["why"].code == code
    assert str(caught.value)
    assert here.store.head().seq == 0 and not (here.root / "layers" / "boundaries").exists()


def test_nobody_there_and_no_web_address(here: Workspace, tmp_path: Path) -> None:
    for endpoint, code in (("http://127.0.0.1:9/", "osm_unreachable"), ((tmp_path / "x").as_uri(), "osm_scheme")):
        with pytest.raises(ServiceFailed) as caught:
            fetch_boundary(here, "QV", "An", endpoint)
        assert caught.value.facts["why"].code == code


def test_an_outline_elsewhere_is_another_place(here: Workspace, service: Service) -> None:
    service.body = answer(way([(lon + 1, lat) for lon, lat in RING]))
    with pytest.raises(UsageError, match="not near project QV"):
        fetch_boundary(here, "QV", "An", service.url)
    fetch_boundary(here, "QV", "An", service.url, accept_far=True)


def test_a_survey_outranks_it(here: Workspace, service: Service, tmp_path: Path) -> None:
    service.body = answer(way(RING))
    fetch_boundary(here, "QV", "An", service.url)
    fence = gpd.GeoDataFrame({"a": [1]}, geometry=[land((0, 0, 45, 60))], crs=9209)
    add_boundary(here, "QV", saved(fence, tmp_path / "f.gpkg"), Options(accepted=("far",)))
    assert site_of(here, "QV").boundary == "survey"
    with pytest.raises(UsageError, match="surveyed"):
        fetch_boundary(here, "QV", "An", service.url)


def test_parcels_are_not_cut_by_it(here: Workspace, service: Service, tmp_path: Path) -> None:
    service.body = answer(way(RING))
    fetch_boundary(here, "QV", "An", service.url)
    added = add_parcels(here, "QV", saved(cadastre(), tmp_path / "a.gpkg"), Options(accepted=("far",)))
    assert added.area_in_m2 == added.area_grid_m2


def test_projects_without_a_way_or_a_service(here: Workspace) -> None:
    with pytest.raises(UsageError, match="names no OpenStreetMap way"):
        fetch_boundary(here, "DDHS-2", "An", "http://127.0.0.1:9/")
    here.config = dataclasses.replace(here.config, overpass="")
    with pytest.raises(UsageError, match="no service"):
        fetch_boundary(here, "QV", "An")


def test_references() -> None:
    assert [str(r) for r in references("12; way/3;relation/4 ; w5;r6;")] == ["way/12", "way/3", "relation/4", "way/5", "relation/6"]
    with pytest.raises(ValueError, match="node/7"):
        references("node/7")


def test_the_commands(here: Workspace, service: Service, tmp_path: Path) -> None:
    service.body = answer(way(RING))
    done = parkgis("boundary", "fetch", "QV", "--endpoint", service.url, "--lang", "vi", cwd=here.root)
    assert done.returncode == 0, done.stderr
    assert ATTRIBUTION["osm"] in done.stdout and "không dùng để đo" in done.stdout
    fence = saved(gpd.GeoDataFrame({"a": [1]}, geometry=[land((0, 0, 4500, 600))], crs=9209), tmp_path / "f.gpkg")
    done = parkgis("boundary", "set", "QV", str(fence), "--accept", "far", "--format", "json", cwd=here.root)
    root = json.loads(done.stdout)["parkgis.boundary/v1"]
    assert (root["boundary"], root["area_m2"]) == ("survey", pytest.approx(2_700_000.0))
    assert root["difference_m2"] == pytest.approx(root["area_m2"] - root["planned_m2"])
    service.status = 429
    done = parkgis("boundary", "fetch", "YP-1", "--endpoint", service.url, cwd=here.root)
    assert (done.returncode, "429" in done.stderr) == (64, True)
