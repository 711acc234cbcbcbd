"""From where on a check speaks: the thresholds of ``rules/checks.toml``, and the kinds of arrays checks pass around."""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]


@functools.cache
def limits() -> Mapping[str, Mapping[str, Any]]:
    """Return every threshold: ``value``, ``unit`` and ``why``, by name."""
    return tomllib.loads(importlib.resources.files("parkgis.rules").joinpath("checks.toml").read_text(encoding="utf-8"))


def limit(name: str) -> float:
    """Return a threshold, in the unit the table gives it."""
    return float(limits()[name]["value"])
