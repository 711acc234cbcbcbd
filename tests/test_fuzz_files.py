"""Thousands of bad files: each ends in a finding or one clear error, within bounded time and memory, leaving nothing behind.

PARKGIS_FULL=1 reads every case; otherwise a sample drawn with a fixed seed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from corpus import SECONDS, Case, cases, sound
from make import workspace
from oddfiles import MADE, SLOW

from parkgis.errors import ParkgisError
from parkgis.intake.add import Options, add_parcels
from parkgis.model import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

FULL = bool(os.environ.get("PARKGIS_FULL"))
SAMPLE = 500
TESTS = Path(__file__).parent
ERRORS = {"count_differs", "file_cut", "file_cut_end", "dgn_rest_unread", "wkt_unread", "corner_unread", "ring_short"}
SAYS_NOTHING = {"corners.csv", "wkt.csv"}
"""Formats that do not say how much they hold: cut between two lines they are whole."""


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return sound(tmp_path_factory.mktemp("corpus"))


def outcomes(seeds: dict[str, Path], chosen: Sequence[Case], work: Path) -> list[str]:
    """Read cases in a process of their own; one that dies of a case is started again behind it."""
    lines = "".join(json.dumps([c.seed, c.part, c.how, c.amount]) + "\n" for c in chosen).encode()
    said: list[str] = []
    places = json.dumps({name: str(path) for name, path in seeds.items()})
    while len(said) < len(chosen):
        code = (
            f"import sys; sys.path.insert(0, {str(TESTS)!r}); import corpus; corpus.serve({places!r}, {str(work)!r}, {len(said)})"
        )
        done = subprocess.run([sys.executable, "-c", code], input=lines, capture_output=True, timeout=SECONDS * 60, check=False)
        answers = done.stdout.decode().splitlines()
        said += answers
        if len(said) < len(chosen):
            said.append(f"crashed the process ended with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    return said


def bad(chosen: Sequence[Case], said: Sequence[str]) -> dict[str, str]:
    return {str(case): text for case, text in zip(chosen, said, strict=True) if not text.startswith(("read ", "refused "))}


def test_sound_files_of_every_format_are_read_whole(seeds: dict[str, Path], tmp_path: Path) -> None:
    """A corpus of files nobody can read would prove nothing."""
    chosen = [Case(name, path.name, "cut", 100) for name, path in seeds.items()]
    rows = {case.seed: text.split()[:2] for case, text in zip(chosen, outcomes(seeds, chosen, tmp_path), strict=True)}
    assert rows == {name: ["read", "2" if name in ("dxf", "dgn") else "4"] for name in seeds}


def test_spoiled_files_end_in_a_finding_or_one_clear_error(seeds: dict[str, Path], tmp_path: Path) -> None:
    everything = list(cases(seeds))
    assert len(everything) > 3000
    random.Random(20261122).shuffle(everything)
    chosen = everything if FULL else everything[:SAMPLE]
    said = outcomes(seeds, chosen, tmp_path)
    assert bad(chosen, said) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_file_cut_off_never_passes_for_a_whole_one(seeds: dict[str, Path], tmp_path: Path) -> None:
    """Fewer parcels than were in it, and no error said: the worst that can happen."""
    everything = [c for c in cases(seeds) if c.how == "cut" and c.seed not in SAYS_NOTHING]
    chosen = everything if FULL else random.Random(7).sample(everything, SAMPLE // 2)
    silent = {}
    for case, text in zip(chosen, outcomes(seeds, chosen, tmp_path), strict=True):
        kind, rows, *codes = text.split()
        whole = 2 if case.seed in ("dxf", "dgn") else 4
        if kind == "read" and int(rows) < whole and not ERRORS & set(codes):
            silent[str(case)] = text
    assert silent == {}


def test_files_made_wrong_end_in_a_finding_or_one_clear_error(seeds: dict[str, Path], tmp_path: Path) -> None:
    chosen = [Case(name, "", "made", 0) for name in (*MADE, *(SLOW if FULL else ()))]
    said = outcomes(seeds, chosen, tmp_path)
    assert bad(chosen, said) == {}
    refused = {case.seed for case, text in zip(chosen, said, strict=True) if text.startswith("refused ")}
    assert {name for name in MADE if name.startswith(("zip", "vrt", "nested", "seamless"))} <= refused | {"zip bomb"}
    assert not any("root:" in text for text in said), "/etc/passwd was followed"


def test_a_bad_file_leaves_the_workspace_as_it_was(seeds: dict[str, Path], tmp_path: Path) -> None:
    here = workspace(tmp_path / "w")
    before = {p: p.read_bytes() for p in sorted(here.root.rglob("*")) if p.is_file()}
    refused = 0
    for name in ("gpkg", "geojson", "shp", "dxf", "shp.zip", "corners.xlsx"):
        folder = tmp_path / name
        shutil.copytree(seeds[name].parent, folder)
        path = folder / seeds[name].name
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        try:
            add_parcels(here, "QV", path, Options(crs="EPSG:9209", sheet="1"))
        except ParkgisError as error:
            refused += 1
            assert all(f.severity >= Severity.INFO for f in getattr(error, "findings", ()))
    assert refused == 6
    assert {p: p.read_bytes() for p in sorted(here.root.rglob("*")) if p.is_file()} == before
    assert here.store.head().seq == 0
