"""Land-use balance of a detailed plan: shares by use beside the least shares asked for, and hand-over by use and lot."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import importlib.resources
import math
import tomllib
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.planning.edges import Floats, Shapes
    from parkgis.planning.land import Land

READY_SHARE = 0.995
"""A lot is ready when so much of it is handed over: what is missing lies within the accuracy of two surveys."""
BLOCKED_SHARE = 0.005
STATES = ("ready", "part", "blocked")


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """A use of land in a detailed plan; ``minimum`` is the least share of the whole, 0-1, None for none.

    ``read`` is False where the clause that asks for the minimum was not at hand: said with every answer.
    """

    code: str
    vi: str
    en: str
    names: tuple[str, ...]
    minimum: float | None = None
    citation: str = ""
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    read: bool = True

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en

    def minimum_on(self, day: dt.date) -> float | None:
        """Return the least share in force on a day."""
        late = self.effective_from is not None and day < self.effective_from
        over = self.effective_to is not None and day >= self.effective_to
        return None if late or over else self.minimum


@functools.cache
def uses() -> tuple[Use, ...]:
    """Return the uses of ``rules/land_use.toml`` in its order."""
    text = importlib.resources.files("parkgis.rules").joinpath("land_use.toml").read_text(encoding="utf-8")
    return tuple(Use(**{**row, "names": tuple(row["names"])}) for row in tomllib.loads(text)["use"])


def use_of(text: str) -> str:
    """Return the code of the use that a plan's text names; empty where it is none of them.

    Examples
    --------
    >>> use_of("Cây xanh"), use_of("CN-05"), use_of("GT"), use_of("ở")
    ('green', 'industrial', 'transport', '')
    """
    bare = unicodedata.normalize("NFD", text.strip().lower().replace("đ", "d"))
    plain = " ".join("".join(c if c.isalpha() else " " for c in bare if not unicodedata.combining(c)).split())
    plain = plain.removeprefix("dat ")
    return next((use.code for use in uses() if plain in use.names), "")


@dataclasses.dataclass(frozen=True, slots=True)
class Lot:
    """A lot of the plan: how much of it is handed over, and whether it can be built on."""

    name: str
    use: str
    area_m2: float
    handed_m2: float

    @property
    def state(self) -> str:
        """``ready``: handed over; ``blocked``: nothing of it is; ``part``: between the two."""
        share = self.handed_m2 / self.area_m2 if self.area_m2 else 0.0
        return "ready" if share >= READY_SHARE else "blocked" if share <= BLOCKED_SHARE else "part"


@dataclasses.dataclass(frozen=True, slots=True)
class Balance:
    """One use of a plan.

    Attributes
    ----------
    use : str
        Code; empty for lots whose use the plan does not name clearly.
    area_m2, handed_m2 : float
    share : float
        Of the whole plan, 0-1.
    minimum : float or None
        Least share in force.
    ready, part, blocked : int
        Lots.
    """

    use: str
    area_m2: float
    handed_m2: float
    share: float
    minimum: float | None
    ready: int
    part: int
    blocked: int

    @property
    def meets(self) -> bool | None:
        """Whether the least share is met; None where none is asked for."""
        return None if self.minimum is None else self.share >= self.minimum - 1e-9


def lots(shapes: Shapes, names: Sequence[str], texts: Sequence[str], land: Land) -> tuple[Lot, ...]:
    """Lay a plan's lots over the land of its project.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        In the grid of ``land``; metres.
    names, texts : sequence of str
        Of each lot: its name, and what the plan says of its use.
    land : Land

    Returns
    -------
    tuple of Lot
        Ground under two handed-over pieces counts once. *Method*: one union a lot of the pieces that meet it.
    """
    solid = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    handed = land.shapes[land.handed]
    lot, piece = shapely.STRtree(handed).query(solid, predicate="intersects")
    area: Floats = np.zeros(len(solid))
    for row in np.unique(lot):
        area[row] = shapely.intersection(solid[row], shapely.union_all(handed[piece[lot == row]])).area
    whole = shapely.area(solid).tolist()
    rows = zip(names, texts, whole, area.tolist(), strict=True)
    return tuple(Lot(name, use_of(text), total, got) for name, text, total, got in rows)


def balance(found: Sequence[Lot], on: dt.date) -> tuple[Balance, ...]:
    """Add up lots by use, in the order of the rules; lots without a clear use last."""
    whole = math.fsum(lot.area_m2 for lot in found)
    least = {use.code: use.minimum_on(on) for use in uses()}
    codes = [code for code in (*least, "") if least.get(code) is not None or any(lot.use == code for lot in found)]
    return tuple(_balance(code, [lot for lot in found if lot.use == code], whole, least.get(code)) for code in codes)


def _balance(code: str, mine: Sequence[Lot], whole: float, minimum: float | None) -> Balance:
    area, handed = math.fsum(lot.area_m2 for lot in mine), math.fsum(lot.handed_m2 for lot in mine)
    counts = [sum(lot.state == state for lot in mine) for state in STATES]
    return Balance(code, area, handed, area / whole if whole else 0.0, minimum, *counts)
