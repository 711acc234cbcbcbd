"""Read which kinds of entries a workbook may hold: the list lies beside this file."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import tomllib
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class SheetKind:
    """A kind of entry in a workbook.

    Attributes
    ----------
    code : str
        Value of :class:`parkgis.model.Kind`.
    names : tuple of str
        How a row may name it, without accents, case and punctuation.
    needed : tuple of str
        Roles of the cells it cannot do without, beside project, day, document and its date.
    columns : tuple of str
        Roles of the columns of its empty workbook, in order.
    """

    code: str
    vi: str
    en: str
    names: tuple[str, ...]
    needed: tuple[str, ...]
    columns: tuple[str, ...]

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


@functools.cache
def sheet_kinds() -> dict[str, SheetKind]:
    """Return every kind by its code, in the order of the list."""
    text = importlib.resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["kind"]
    parts = ("names", "needed", "columns")
    return {row["code"]: SheetKind(**{**row, **{name: tuple(row[name]) for name in parts}}) for row in rows}
