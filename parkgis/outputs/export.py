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
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from parkgis import crs, vn2000
from parkgis.errors import PrivacyError, Reason
from parkgis.layers.holders import BOOK, FOLDER, holders
from parkgis.layers.tables import sha256
from parkgis.layers.write import GDAL_REFUSED, whole
from parkgis.outputs.plain import safe
from parkgis.outputs.proof import Proof, prove
from parkgis.rules import stages
from parkgis.shapes import shapes
from parkgis.status.fold import NEVER, date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from parkgis.layers.holders import Holder
    from parkgis.shapes import Shapes
    from parkgis.status import ProjectStatus, Snapshot
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace

FORMS = ("gpkg", "geojson", "csv")
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
    """

    layers: Mapping[str, gpd.GeoDataFrame]
    about: str
    known: str
    public: bool
    demo: bool
    pseudonyms: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Exported:
    """What was written; ``proof`` only for a public edition."""

    path: Path
    rows: Mapping[str, int]
    sha256: str
    proof: Proof | None


def edition(workspace: Workspace, snapshot: Snapshot, words: Words, *, public: bool) -> Edition:
    """Choose what an export shows of a snapshot."""
    drawn = shapes(workspace, snapshot)
    mark = f"{words('word.demo')}: " if snapshot.demo else ""
    facts = {"workspace": workspace.config.name, "on": snapshot.cut.on, "known": snapshot.cut.known}
    layers = {
        "projects": _projects(snapshot, drawn, workspace.config.legal, words),
        "parcels": _parcels(snapshot, drawn, words, public=public),
        "tranches": _tranches(snapshot, drawn, words),
    }
    return Edition(
        layers=layers,
        about=words("export.description", mark=mark, digest=snapshot.digest, **facts),
        known=snapshot.cut.known.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        public=public,
        demo=snapshot.demo,
        pseudonyms=frozenset(_texts(drawn.parcels, "holder")) - {""},
    )


def write(workspace: Workspace, content: Edition, path: Path, form: str) -> Exported:
    """Write an edition whole or not at all; a public one only with its proof.

    Parameters
    ----------
    form : {"gpkg", "geojson", "csv"}
        GeoJSON is in WGS 84 (RFC 7946), the others in the legal grid; CSV has no geometry.

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
    with whole(path) as temporary:
        {"gpkg": _gpkg, "geojson": _geojson, "csv": _csv}[form](content, temporary)
        proof = _proved(temporary, content, people, path) if content.public else None
        digest = sha256(temporary)
    return Exported(path, {name: len(frame) for name, frame in content.layers.items()}, digest, proof)


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


def _proved(written: Path, content: Edition, people: Collection[Holder], path: Path) -> Proof:
    cells = {str(cell) for frame in content.layers.values() for column in _attributes(frame) for cell in frame[column].unique()}
    proof = prove(written.read_bytes(), cells, tuple(people))
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


def _attributes(frame: gpd.GeoDataFrame) -> list[str]:
    return [str(column) for column in frame.columns if column != frame.geometry.name]


def _gpkg(content: Edition, path: Path) -> None:
    path.unlink()  # GDAL makes the file itself
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": content.known})
    try:
        for name, frame in content.layers.items():
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                layer_options={"GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "YES", "DESCRIPTION": content.about},
            )
    except GDAL_REFUSED as error:
        raise OSError(str(error)) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _geojson(content: Edition, path: Path) -> None:
    features = [feature for name, frame in content.layers.items() for feature in _features(name, frame)]
    head = json.dumps({"type": "FeatureCollection", "about": content.about, "demo": content.demo}, ensure_ascii=False)
    body = ",\n".join(features)
    path.write_text(f'{head[:-1]}, "features": [\n{body}\n]}}\n', encoding="utf-8", newline="\n")


def _features(name: str, frame: gpd.GeoDataFrame) -> Iterator[str]:
    """Yield each row as a GeoJSON feature: WGS 84, seven decimals (a centimetre), outer rings anticlockwise."""
    source = crs.key(frame.crs)

    def convert(xy: Any) -> Any:
        return np.round(crs.convert(np.ascontiguousarray(xy), source, vn2000.WGS84), 7)

    placed = shapely.orient_polygons(shapely.transform(np.asarray(frame.geometry), convert))
    columns = _attributes(frame)
    for shape, *cells in zip(shapely.to_geojson(placed), *(frame[c].tolist() for c in columns), strict=True):
        facts = {"layer": name, **dict(zip(columns, map(_plain, cells), strict=True))}
        yield f'{{"type": "Feature", "properties": {json.dumps(facts, ensure_ascii=False)}, "geometry": {shape or "null"}}}'


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and not np.isfinite(cell) else cell


def _csv(content: Edition, path: Path) -> None:
    columns = list(dict.fromkeys(column for frame in content.layers.values() for column in _attributes(frame)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["layer", *columns])
    for name, frame in content.layers.items():
        cells = [frame[c].tolist() if c in frame else [""] * len(frame) for c in columns]
        writer.writerows([name, *(safe(_cell(c)) for c in row)] for row in zip(*cells, strict=True))
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="\n")  # with its mark, Excel knows it for UTF-8


def _cell(cell: Any) -> Any:
    value = _plain(cell)
    return "" if value is None else unicodedata.normalize("NFC", value) if isinstance(value, str) else value
