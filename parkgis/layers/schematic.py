"""Draw a project whose boundary nobody has published: a circle of the planned area around its centre.

A schematic shape shows where and how large, never which land. It is marked ``boundary="schematic"``
wherever it goes, and nothing is measured on it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from parkgis import crs, vn2000

if TYPE_CHECKING:
    from parkgis.model import Project

CORNERS = 64


def circle(project: Project, legal: str) -> shapely.Polygon | None:
    """Return the schematic shape of a project, or None where its centre is unknown.

    Parameters
    ----------
    project : Project
    legal : str
        The VN-2000 grid, ``EPSG:code``.

    Returns
    -------
    shapely.Polygon
        Regular polygon of 64 corners in the legal grid, metres; its planar area *is* the planned area
        (radius solved for the polygon, not for the circle it stands for).
    """
    if project.lat is None or project.lon is None or project.planned_ha <= 0:
        return None
    centre = crs.convert(np.array([[project.lon, project.lat]]), vn2000.WGS84, legal)[0]
    step = 2 * math.pi / CORNERS
    radius = math.sqrt(project.planned_ha * 10_000 / (CORNERS / 2 * math.sin(step)))
    turn = np.arange(CORNERS) * step
    return shapely.Polygon(centre + radius * np.column_stack([np.cos(turn), np.sin(turn)]))
