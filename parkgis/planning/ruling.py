"""When handed-over land is usable: the Board's choice, as ``rules/blocks.toml`` and ``[blocks]`` of ``parkgis.toml`` say."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import math
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HA_M2 = 10_000.0
CODES = ("connectors", "barriers")


@functools.cache
def shipped() -> Mapping[str, Mapping[str, Any]]:
    """Return the entries of ``rules/blocks.toml`` by key: value, name in both languages, reason."""
    text = importlib.resources.files("parkgis.rules").joinpath("blocks.toml").read_text(encoding="utf-8")
    return {row["key"]: row for row in tomllib.loads(text)["rule"]}


def _number(key: str, unit: float = 1.0) -> float:
    return float(shipped()[key]["value"]) * unit


def _codes(key: str) -> frozenset[str]:
    return frozenset(shipped()[key]["value"])


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """When handed-over land is usable; the Board's choice, printed with every answer.

    Attributes
    ----------
    min_m2 : float
        A usable piece has at least this area.
    width_m : float
        And is nowhere narrower than this.
    lane_m : float
        Handed-over land on both sides of a lane or ditch up to this wide lies together; the lane itself does not count. Zero
        joins across shared edges only.
    connectors : frozenset of str
        Land-use codes of such lanes and ditches; ground in no parcel is one, too.
    barriers : frozenset of str
        Codes of land (rivers) that keeps blocks apart even when it is handed over.
    tolerance_m : float
        How far corners of neighbours may be off.
    """

    min_m2: float = dataclasses.field(default_factory=lambda: _number("min_ha", HA_M2))
    width_m: float = dataclasses.field(default_factory=lambda: _number("width_m"))
    lane_m: float = dataclasses.field(default_factory=lambda: _number("lane_m"))
    connectors: frozenset[str] = dataclasses.field(default_factory=lambda: _codes("connectors"))
    barriers: frozenset[str] = dataclasses.field(default_factory=lambda: _codes("barriers"))
    tolerance_m: float = dataclasses.field(default_factory=lambda: _number("tolerance_m"))


def parse(table: Mapping[str, Any]) -> Rules:
    """Read ``[blocks]`` of ``parkgis.toml``; what it leaves out is as shipped.

    Raises
    ------
    ValueError
        Naming the key.
    """
    if unknown := sorted(set(table) - set(shipped())):
        raise ValueError(f"[blocks] has no key {unknown[0]}; the keys are: {', '.join(shipped())}")
    return dataclasses.replace(Rules(), **{_field(key): _value(key, value) for key, value in table.items()})


def changed(rules: Rules, **told: float | None) -> Rules:
    """Return rules with some of ``min_ha``, ``width_m``, ``lane_m`` told otherwise; None leaves one as it is.

    Raises
    ------
    ValueError
        Naming the key.
    """
    return dataclasses.replace(rules, **{_field(key): _value(key, value) for key, value in told.items() if value is not None})


def _field(key: str) -> str:
    return "min_m2" if key == "min_ha" else key


def _value(key: str, value: Any) -> Any:
    if key in CODES:
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            raise ValueError(f'blocks.{key} is a list of land-use codes, for example ["DGT"]')
        return frozenset(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"blocks.{key} = {value!r} is no number of 0 or more")
    if key == "tolerance_m" and not 0.001 <= value <= 0.5:
        raise ValueError(f"blocks.tolerance_m = {value!r} lies outside 0.001 to 0.5")
    return float(value) * (HA_M2 if key == "min_ha" else 1.0)
