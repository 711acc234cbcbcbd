"""Hand a snapshot on as data: projects, parcels and tranches with stage, days and areas, for other programs.

A public edition holds neither names nor pseudonyms, and is only put in its place once that has been proved
on the very bytes that were written (:mod:`parkgis.outputs.proof`). Columns are chosen by name, never left out
by name: a column nobody thought of stays behind.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import unicodedata
import zipfile
from typing import TYPE_CHECKING, Any, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from parkgis.errors import PrivacyError, Reason
from parkgis.layers.holders import BOOK, FOLDER, holders
from parkgis.layers.tables import sha256
from parkgis.layers.write import whole, write_bytes
from parkgis.model import ATTRIBUTION, Boundary
from parkgis.outputs import gis, qgis
from parkgis.outputs.gis import attributes
from parkgis.outputs.plain import safe
from parkgis.outputs.proof import Proof, prove
from parkgis.outputs.qgis import Category, Style
from parkgis.outputs.webmap.colours import stage_classes
from parkgis.rules import stages
from parkgis.shapes import shapes
from parkgis.status.fold import NEVER, date

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from parkgis.layers.holders import Holder
    from parkgis.model import Finding
    from parkgis.shapes import Shapes
    from parkgis.status import ProjectStatus, Snapshot
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

FORMS = ("gpkg", "geojson", "csv", "parquet", "fgb", "shp", "kml")
ONE_LAYER = ("parquet", "fgb")
"""Formats that hold one layer; the others hold all of them."""
NAMED = 5  # pseudonyms an error shows
PARCEL_COLUMNS = ("park", "project", "key", "commune", "sheet", "parcel", "land_use")
PARCEL_AREAS = ("area_document_m2", "area_grid_m2", "area_in_m2")


@dataclasses.dataclass(frozen=True)
class Edition:
    """What an export holds, by layer, in the legal VN-2000 grid.

    Attributes
    ----------
    layers : mapping of str to GeoDataFrame
        ``projects``, ``parcels``, ``tranches`` (land that reached a stage otherwise than as a whole regular
        parcel). Areas in m2 (grid unless the name says document) and hectares; days as ISO text, empty where
        a stage was not reached.
    about : str
        One sentence: whose figures, of which day, known when, from which snapshot; DEMO where they are invented.
    known : datetime
        Stamped into the file, so that the same snapshot gives the same bytes.
    public : bool
    demo : bool
    pseudonyms : frozenset of str
        Who holds the parcels shown; on file, or nothing can be proved of their names.
    names, styles : mapping
        Of each layer: what readers call it, and how QGIS draws it.
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    about: str
    known: str
    public: bool
    demo: bool
    pseudonyms: frozenset[str]
    names: Mapping[str, str]
    styles: Mapping[str, Style]


@dataclasses.dataclass(frozen=True, slots=True)
class Exported:
    """What was written; ``proof`` only for a public edition; ``findings`` say what the format could not hold."""

    path: Path
    rows: Mapping[str, int]
    sha256: str
    proof: Proof | None
    findings: tuple[Finding, ...] = ()


def edition(workspace: Workspace, snapshot: Snapshot, words: Words, *, public: bool) -> Edition:
    """Choose what an export shows of a snapshot."""
    drawn = shapes(workspace, snapshot)
    mark = f"{words('word.demo')}: " if snapshot.demo else ""
    workspace = workspace.as_known(snapshot.cut.known)
    facts = {"workspace": workspace.config.name, "on": snapshot.cut.on, "known": snapshot.cut.known}
    layers = {
        "projects": _projects(snapshot, drawn, workspace.config.legal, words),
        "parcels": _parcels(snapshot, drawn, words, public=public),
        "tranches": _tranches(snapshot, drawn, words),
    }
    credits = sorted({ATTRIBUTION[p.boundary] for p in snapshot.projects if p.boundary in ATTRIBUTION})
    return Edition(
        layers=layers,
        about=". ".join([words("export.description", mark=mark, digest=snapshot.digest, **facts), *credits]),
        known=snapshot.cut.known.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        public=public,
        demo=snapshot.demo,
        pseudonyms=frozenset(_texts(drawn.parcels, "holder")) - {""},
        names={name: words(f"export.layer_{name}") for name in layers},
        styles={"projects": _boundaries(words), "parcels": _by_stage(words), "tranches": _by_stage(words)},
    )


def _by_stage(words: Words) -> Style:
    names = {"": words("export.no_stage"), **{stage.code: stage.name(words.lang) for stage in stages()}}
    codes = [(c.code if c.code in names else "", c.colour) for c in stage_classes()]
    return Style.by_value("stage", {code: (names[code], colour) for code, colour in codes})


def _boundaries(words: Words) -> Style:
    """Outline projects; what is no survey is dashed, as on the maps."""
    kinds = [(kind, kind != "survey") for kind in get_args(Boundary)]
    return Style("boundary", tuple(Category(k, words(f"word.boundary_{k}"), "", "#b30000", 0.5, dashed) for k, dashed in kinds))


def write(workspace: Workspace, content: Edition, path: Path, form: str, layer: str = "parcels", *, bom: bool = True) -> Exported:
    """Write an edition whole or not at all; a public one only with its proof.

    Parameters
    ----------
    form : str
        One of :data:`FORMS`. GeoJSON and KML are in WGS 84, the others in the legal grid; CSV has no geometry; ``shp`` is a zip
        of Shapefiles.
    layer : str
        The layer that formats of :data:`ONE_LAYER` hold.
    bom : bool
        CSV begins with the mark by which Excel knows UTF-8.

    Raises
    ------
    PrivacyError
        When a name or number on file stands in what was written, or pseudonyms of the parcels are not on
        file, so that nothing can be proved. ``path`` is as it was.
    OutputFailed, FileUnreadable
    """
    people = holders(workspace.root) if content.public else ()
    if content.public and not content.demo:  # the pseudonyms of a demo stand for nobody
        _demand_on_file(content.pseudonyms - {holder.pseudonym for holder in people}, path)
    if form in ONE_LAYER:
        content = dataclasses.replace(content, layers={layer: content.layers[layer]})
    with whole(path) as temporary:
        findings = _write(content, temporary, form, bom=bom)
        proof = _proved(temporary, form, content, people, path) if content.public else None
        digest = sha256(temporary)
    return Exported(path, {name: len(frame) for name, frame in content.layers.items()}, digest, proof, tuple(findings))


def _write(content: Edition, path: Path, form: str, *, bom: bool) -> Sequence[Finding]:
    styled = {name: (frame, content.names[name], content.styles[name]) for name, frame in content.layers.items()}
    ((name, frame), *_) = content.layers.items()
    if form == "shp":
        return gis.write_shapefiles(path, content.layers)
    writers: Mapping[str, Callable[[], None]] = {
        "gpkg": lambda: gis.write_geopackage(path, styled, content.about, content.known),
        "geojson": lambda: _geojson(content, path),
        "csv": lambda: _csv(content, path, bom=bom),
        "parquet": lambda: gis.write_parquet(path, frame),
        "fgb": lambda: gis.write_flatgeobuf(path, frame, name, content.about),
        "kml": lambda: gis.write_kml(path, styled, content.about),
    }
    writers[form]()
    return ()


def write_project(content: Edition, data: Path, path: Path) -> None:
    """Write a QGIS project beside an exported GeoPackage, that opens its layers styled and named.

    Raises
    ------
    OutputFailed
    """
    shown = []
    for name in ("tranches", "parcels", "projects"):  # outlines below, so that land can be clicked
        frame = content.layers[name]
        bounds = frame.total_bounds if frame.geometry.notna().any() else content.layers["projects"].total_bounds
        west, south, east, north = (float(v) for v in bounds)
        shown.append(qgis.Shown(name, content.names[name], content.styles[name], (west, south, east, north)))
    write_bytes(path, qgis.project(data.name, shown, content.about, content.layers["projects"].crs))


def _demand_on_file(lost: Collection[str], path: Path) -> None:
    """Refuse a public edition of parcels whose holders are not on file here: of unknown names nothing can be proved."""
    if lost:
        why = Reason(
            "holders_missing",
            "the parcels carry {count} pseudonym(s) that {file} does not know, so nothing can be proved of their names; "
            "put that file back in its place",
            count=len(lost),
            file=f"{FOLDER}/{BOOK}",
        )
        raise PrivacyError(path=path, why=why)


def _proved(written: Path, form: str, content: Edition, people: Collection[Holder], path: Path) -> Proof:
    cells = {str(cell) for frame in content.layers.values() for column in attributes(frame) for cell in frame[column].unique()}
    proof = prove(readable(written, form), cells, tuple(people))
    if proof.found:
        why = Reason(
            "names_found",
            "the public file would hold the name or ID number of {count} land user(s) ({pseudonyms}); find the column of the "
            "parcel layer that holds personal data, and add the parcels again without it",
            count=len(proof.found),
            pseudonyms=", ".join(proof.found[:NAMED]) + (" …" if len(proof.found) > NAMED else ""),
        )
        raise PrivacyError(path=path, why=why)
    return proof


def readable(written: Path, form: str) -> bytes:
    """Return the bytes a reader gets to see: what was compressed, in its plain form as well."""
    raw = written.read_bytes()
    if form == "shp":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return b"\n".join([*(name.encode() for name in archive.namelist()), *map(archive.read, archive.namelist())])
    if form == "parquet":
        table = pq.read_table(written)
        said = [item for pair in (table.schema.metadata or {}).items() for item in pair]
        texts = [column.to_pylist() for column in table.columns if column.type in (pa.string(), pa.large_string())]
        return b"\n".join([raw, *said, *(text.encode() for cells in texts for text in cells if text)])
    return raw


# -- what is shown -----------------------------------------------------------------------------------------


def _marks(snapshot: Snapshot, count: int) -> dict[str, list[str]]:
    """Return the columns that say in every row what it is: somebody will copy rows out."""
    facts = {"demo": "DEMO" if snapshot.demo else "", "on": snapshot.cut.on.isoformat(), "known": snapshot.cut.known.isoformat()}
    return {name: [fact] * count for name, fact in facts.items()}


def _projects(snapshot: Snapshot, drawn: Shapes, legal: str, words: Words) -> gpd.GeoDataFrame:
    known = dict(zip(drawn.projects["project"], drawn.projects.geometry, strict=True))
    rows = [_project(status, words) for status in snapshot.projects]
    shown = gpd.GeoSeries([known.get(row["project"]) for row in rows], crs=legal)
    marked = pd.DataFrame(rows).assign(**_marks(snapshot, len(rows)), snapshot=snapshot.digest)
    return gpd.GeoDataFrame(marked, geometry=shown)


def _project(status: ProjectStatus, words: Words) -> dict[str, Any]:
    project = status.project
    return {
        "park": project.park_id,
        "project": project.id,
        "name_vi": project.name_vi,
        "name_en": project.name_en,
        "group": project.group,
        "status": project.status,
        "planned_ha": project.planned_ha,
        "boundary": status.boundary,
        "boundary_is": words(f"word.boundary_{status.boundary}"),
        "attribution": ATTRIBUTION.get(status.boundary, ""),
        "parcels": status.parcels,
        **{f"{area.code}_ha": round(area.area_m2 / 10_000, 6) for area in status.stages},
        "counted_ha": round(status.counted.area_m2 / 10_000, 6),
    }


def _parcels(snapshot: Snapshot, drawn: Shapes, words: Words, *, public: bool) -> gpd.GeoDataFrame:
    frame = drawn.parcels
    parks = {status.project.id: status.project.park_id for status in snapshot.projects}
    columns: dict[str, Any] = {"park": [parks[project] for project in frame["project"]]}
    names = [*PARCEL_COLUMNS[1:], *([] if public else ["holder"]), "stage"]
    columns |= {name: _texts(frame, name) for name in names}
    columns["stage_name"] = _stage_names(columns["stage"], words)
    columns |= {f"{stage.code}_day": _days(frame[f"day_{stage.code}"]) for stage in stages()}
    columns |= {name: np.round(np.asarray(frame.get(name, []), float), 2) for name in PARCEL_AREAS}
    return gpd.GeoDataFrame(columns | _marks(snapshot, len(frame)), geometry=np.asarray(frame.geometry), crs=frame.crs)


def _tranches(snapshot: Snapshot, drawn: Shapes, words: Words) -> gpd.GeoDataFrame:
    frame = drawn.tranches
    columns = {name: _texts(frame, name) for name in ("project", "key", "stage")}
    columns["stage_name"] = _stage_names(columns["stage"], words)
    columns |= {"day": _days(frame["day"]), "area_m2": np.round(shapely.area(np.asarray(frame.geometry)), 2)}
    return gpd.GeoDataFrame(columns | _marks(snapshot, len(frame)), geometry=np.asarray(frame.geometry), crs=frame.crs)


def _texts(frame: pd.DataFrame, name: str) -> Any:
    return np.asarray(frame[name], dtype=object) if name in frame else []


def _stage_names(codes: Collection[str], words: Words) -> list[str]:
    named = {"": "", **{stage.code: stage.name(words.lang) for stage in stages()}}
    return [named[code] for code in codes]


def _days(numbers: pd.Series) -> list[str]:
    written = {day: "" if day == NEVER else date(day).isoformat() for day in numbers.unique()}
    return [written[day] for day in numbers]


# -- forms -------------------------------------------------------------------------------------------------


def _geojson(content: Edition, path: Path) -> None:
    features = [feature for name, frame in content.layers.items() for feature in _features(name, frame)]
    head = json.dumps({"type": "FeatureCollection", "about": content.about, "demo": content.demo}, ensure_ascii=False)
    body = ",\n".join(features)
    path.write_text(f'{head[:-1]}, "features": [\n{body}\n]}}\n', encoding="utf-8", newline="\n")


def _features(name: str, frame: gpd.GeoDataFrame) -> Iterator[str]:
    """Yield each row as a GeoJSON feature: WGS 84, seven decimals (a centimetre), outer rings anticlockwise."""
    placed = gis.on_earth(frame)
    columns = attributes(frame)
    for shape, *cells in zip(shapely.to_geojson(placed), *(frame[c].tolist() for c in columns), strict=True):
        facts = {"layer": name, **dict(zip(columns, map(_plain, cells), strict=True))}
        yield f'{{"type": "Feature", "properties": {json.dumps(facts, ensure_ascii=False)}, "geometry": {shape or "null"}}}'


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and not np.isfinite(cell) else cell


def _csv(content: Edition, path: Path, *, bom: bool) -> None:
    columns = list(dict.fromkeys(column for frame in content.layers.values() for column in attributes(frame)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["layer", *columns])
    for name, frame in content.layers.items():
        cells = [frame[c].tolist() if c in frame else [""] * len(frame) for c in columns]
        writer.writerows([name, *(safe(_cell(c)) for c in row)] for row in zip(*cells, strict=True))
    path.write_text(out.getvalue(), encoding="utf-8-sig" if bom else "utf-8", newline="\n")


def _cell(cell: Any) -> Any:
    value = _plain(cell)
    return "" if value is None else unicodedata.normalize("NFC", value) if isinstance(value, str) else value
