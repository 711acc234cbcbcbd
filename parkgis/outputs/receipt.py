"""The receipt of a repair, as JSON, CSV or Excel: each parcel's area before and after."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pyogrio

from parkgis.layers.write import GDAL_REFUSED, whole
from parkgis.outputs import finding_book
from parkgis.outputs.plain import safe

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    import geopandas as gpd

    from parkgis.intake.mend import Mended
    from parkgis.words.catalogue import Words

WIDTHS = {"row": 8, "key": 26, "state": 12, "steps": 18, "before_m2": 16, "after_m2": 16, "change_m2": 16}
DIGITS = 4  # of a square metre


def totals(mended: Mended) -> dict[str, Any]:
    """Return the sums of a receipt: parcels, how many were mended and left, and the area before and after (m2)."""
    receipt = mended.receipt
    before, after = float(receipt.before_m2.sum()), float(receipt.after_m2.sum())
    return {
        "parcels": len(receipt.shapes),
        "mended": int(receipt.changed.sum()),
        "left": int(receipt.left.sum()),
        "before_m2": round(before, DIGITS),
        "after_m2": round(after, DIGITS),
        "change_m2": round(after - before, DIGITS) + 0.0,
    }


def as_json(mended: Mended) -> str:
    """Return ``{"parkgis.repair/v1": {totals, "rows": [...]}}``."""
    rows = mended.rows().round(DIGITS).to_dict("records")
    return json.dumps({"parkgis.repair/v1": {**totals(mended), "rows": rows}}, ensure_ascii=False, indent=2)


def as_csv(mended: Mended) -> str:
    """Return a row for each parcel mended or left alone; point decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(WIDTHS)
    writer.writerows([safe(cell) for cell in row] for row in mended.rows().round(DIGITS).itertuples(index=False, name=None))
    return out.getvalue()


def as_book(mended: Mended, words: Words, at: dt.datetime, *, demo: bool) -> bytes:
    """Return the receipt as a workbook; see :func:`parkgis.outputs.finding_book.tables`."""
    table = mended.rows()
    table["state"] = [words(f"repair.{state}") for state in table["state"]]
    table["steps"] = [steps_text(steps, words) for steps in table["steps"]]
    rows = list(table.itertuples(index=False, name=None))
    return finding_book.tables([("receipt", list(WIDTHS.items()), rows)], words, words("repair.title"), at, demo=demo)


def write_copy(frame: gpd.GeoDataFrame, path: Path, at: dt.datetime, *, demo: bool) -> None:
    """Write a mended layer as a GeoPackage, whole or not at all; the same layer gives the same bytes.

    Raises
    ------
    OutputFailed
    """
    options = {"SPATIAL_INDEX": "YES", "DESCRIPTION": "DEMO" if demo else ""}
    with whole(path) as temporary:
        temporary.unlink()  # GDAL makes the file itself
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": at.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
        try:
            pyogrio.write_dataframe(frame, temporary, layer="parcels", driver="GPKG", layer_options=options)
        except GDAL_REFUSED as error:
            raise OSError(str(error)) from error
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def steps_text(steps: str, words: Words) -> str:
    """Say what was done to a parcel."""
    return ", ".join(words(f"repair.step_{step}") for step in steps.split("+") if step)
