"""Bad files, made in code: small sound ones of every format, thousands of ways to spoil them, and a few made wrong.

``python -c "import corpus; corpus.serve(...)"`` reads them one after another in a process with a limit on memory
and time, and says how each ended.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drawings import NUMBERS, SQUARES, dgn, dxf
from files import cadastre, saved
from oddfiles import MADE, SLOW

from parkgis.errors import ParkgisError
from parkgis.layers.read import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARES = tuple(range(1, 100))  # percent of its length a file is cut to
FLIPS = 40  # spoiled copies of each part, with 1, 4 or 32 bytes changed
SECONDS = 20  # a case may take
MEMORY = 4 * 1024**3  # bytes of address space

PLAIN: dict[str, Any] = {"DIENTICH": [900.0] * 4, "KHLOAIDAT": ["LUC", "ONT+CLN", "Đất", "x"]}


@dataclasses.dataclass(frozen=True)
class Case:
    """One spoiled copy: of which sound file, which part of it, how."""

    seed: str
    part: str
    how: str
    amount: int

    def __str__(self) -> str:
        return f"{self.seed}/{self.part}/{self.how}/{self.amount}"


# -- sound files -------------------------------------------------------------------------------------------


def _gdal(name: str, driver: str | None = None, **options: Any) -> Callable[[Path], Path]:
    return lambda folder: saved(cadastre(**PLAIN), folder / name, driver=driver, **options)


def _esri(folder: Path) -> Path:
    rows = [
        {"attributes": {"SHTHUA": i}, "geometry": {"rings": [[list(p) for p in shape.exterior.coords]]}}
        for i, shape in enumerate(cadastre().geometry)
    ]
    head = {"geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 9209}}
    fields = [{"name": "SHTHUA", "type": "esriFieldTypeInteger", "alias": "SHTHUA"}]
    path = folder / "a.json"
    path.write_text(json.dumps({**head, "fields": fields, "features": rows}), encoding="utf-8")
    return path


def _topo(folder: Path) -> Path:
    arcs = [[list(p) for p in shape.exterior.coords] for shape in cadastre().geometry]
    rows = [{"type": "Polygon", "arcs": [[i]], "properties": {"SHTHUA": i}} for i in range(len(arcs))]
    thing = {"type": "Topology", "objects": {"thua": {"type": "GeometryCollection", "geometries": rows}}, "arcs": arcs}
    path = folder / "a.topojson"
    path.write_text(json.dumps(thing), encoding="utf-8")
    return path


def _kmz(folder: Path) -> Path:
    inner = _gdal("doc.kml", "LIBKML")(folder)
    return zipped(folder / "a.kmz", {"doc.kml": inner.read_bytes()}, inner)


def _shp_zip(folder: Path) -> Path:
    _gdal("thửa.shp", encoding="utf-8")(folder)
    files = {p.name: p.read_bytes() for p in sorted(folder.iterdir())}
    return zipped(folder / "a.zip", files, *folder.glob("thửa.*"))


def _gdb_zip(folder: Path) -> Path:
    inner = _gdal("thua.gdb", "OpenFileGDB")(folder)
    files = {f"thua.gdb/{p.name}": p.read_bytes() for p in sorted(inner.iterdir())}
    shutil.rmtree(inner)
    return zipped(folder / "a.zip", files)


def zipped(path: Path, files: dict[str, bytes], *gone: Path) -> Path:
    """Pack files, and take away what they were made from."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    for file in gone:
        file.unlink()
    return path


def _parquet(folder: Path) -> Path:
    cadastre(**PLAIN).to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def _wkt(folder: Path) -> Path:
    rows = [f'{i},"{shape.wkt}"' for i, shape in enumerate(cadastre().geometry)]
    (folder / "a.csv").write_text("\n".join(["thua,wkt", *rows]) + "\n", encoding="utf-8")
    return folder / "a.csv"


def _list(folder: Path) -> Path:
    rows = [
        f"{thua},{i + 1},{y},{x}"
        for thua, shape in enumerate(cadastre().geometry)
        for i, (x, y) in enumerate(shape.exterior.coords)
    ]
    (folder / "a.csv").write_text("\n".join(["Số thửa,Số hiệu điểm,X (m),Y (m)", *rows]) + "\n", encoding="utf-8")
    return folder / "a.csv"


def _book(folder: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    for thua, shape in enumerate(cadastre().geometry):
        sheet = book.create_sheet(f"Thửa {thua}")
        sheet.append(["Số hiệu điểm", "X (m)", "Y (m)"])
        for i, (x, y) in enumerate(shape.exterior.coords):
            sheet.append([i + 1, y, x])
    book.remove(book.worksheets[0])
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


SEEDS: dict[str, Callable[[Path], Path]] = {
    "shp": _gdal("a.shp", encoding="utf-8"),
    "gpkg": _gdal("a.gpkg"),
    "geojson": _gdal("a.geojson"),
    "fgb": _gdal("a.fgb"),
    "tab": _gdal("a.tab", "MapInfo File"),
    "mif": _gdal("a.mif", "MapInfo File", FORMAT="MIF"),
    "dxf": lambda folder: dxf(folder / "a.dxf", SQUARES, NUMBERS),
    "dgn": lambda folder: dgn(folder / "a.dgn", SQUARES, NUMBERS),
    "kml": _gdal("a.kml", "LIBKML"),
    "gml": _gdal("a.gml", "GML"),
    "esrijson": _esri,
    "topojson": _topo,
    "kmz": _kmz,
    "shp.zip": _shp_zip,
    "gdb.zip": _gdb_zip,
    "parquet": _parquet,
    "wkt.csv": _wkt,
    "corners.csv": _list,
    "corners.xlsx": _book,
}


def sound(folder: Path) -> dict[str, Path]:
    """Make one sound file of every format, each in a folder of its own."""
    made = {}
    for name, make in SEEDS.items():
        (folder / name).mkdir(parents=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made[name] = make(folder / name)
    return made


# -- spoiled copies ----------------------------------------------------------------------------------------


def cases(seeds: dict[str, Path]) -> Iterator[Case]:
    """List every spoiled copy of sound files: each part cut at every percent, and with bytes changed."""
    for name, path in seeds.items():
        for part in sorted(p.name for p in path.parent.iterdir() if p.is_file()):
            yield from (Case(name, part, "cut", share) for share in SHARES)
            yield from (Case(name, part, "flip", at) for at in range(FLIPS))
            yield Case(name, part, "gone", 0)


def spoil(seeds: dict[str, Path], case: Case, folder: Path) -> Path:
    """Copy a sound file, spoil the copy, return its path."""
    source = seeds[case.seed]
    shutil.copytree(source.parent, folder, dirs_exist_ok=True)
    part = folder / case.part
    content = bytearray(part.read_bytes())
    if case.how == "cut":
        part.write_bytes(content[: len(content) * case.amount // 100])
    elif case.how == "gone":
        part.unlink()
    else:
        dice = random.Random(f"{case}")
        for _ in range((1, 4, 32)[case.amount % 3]):
            content[dice.randrange(len(content))] = dice.randrange(256)
        part.write_bytes(content)
    return folder / source.name


# -- reading them ------------------------------------------------------------------------------------------


def outcome(path: Path) -> str:
    """Read a file and say how it ended: ``read ROWS CODES``, ``refused ERROR``, or ``crashed`` and the trace."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            came = read(path, raw=True)
        str(came.frame.head())
        return f"read {len(came.frame)} {' '.join(sorted({f.code for f in came.findings}))}"
    except ParkgisError as error:
        return f"refused {error.code} {' '.join(str(error).split())[:300]}"
    except BaseException:
        return f"crashed {' | '.join(traceback.format_exc().splitlines()[-6:])}"


def serve(folder: str, work: str, first: int) -> None:
    """Read case after case named on standard input, from number ``first``; answer a line a case on standard output."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seeds = {name: Path(path) for name, path in json.loads(folder).items()}
    for number, line in enumerate(sys.stdin):
        if number < first:
            continue
        seed, part, how, amount = json.loads(line)
        if hasattr(signal, "alarm"):
            signal.alarm(SECONDS * (6 if seed in SLOW else 1))
        with tempfile.TemporaryDirectory(dir=work) as place:
            case = Case(seed, part, how, amount)
            made = {**MADE, **SLOW}
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                path = made[seed](Path(place)) if how == "made" else spoil(seeds, case, Path(place))
            before = sorted(p.name for p in Path(place).rglob("*"))
            said = outcome(path)
            after = sorted(p.name for p in Path(place).rglob("*"))
        said = said if before == after else f"crashed left {sorted(set(after) ^ set(before))} behind: {said}"
        os.write(1, f"{said.encode('ascii', 'backslashreplace').decode()}\n".encode())
