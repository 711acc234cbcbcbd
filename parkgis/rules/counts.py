"""Read what a document may count of a project: the list lies beside this file."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import tomllib


@dataclasses.dataclass(frozen=True, slots=True)
class CountCode:
    """Something a document counts as of a day.

    Attributes
    ----------
    names : tuple of str
        How a row of a workbook may name it, without accents, case and punctuation.
    within : str
        Code of the count that this one is never more than; empty for none.
    """

    code: str
    vi: str
    en: str
    names: tuple[str, ...]
    within: str = ""

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en


@functools.cache
def count_codes() -> dict[str, CountCode]:
    """Return every count by its code, in the order of the list."""
    text = importlib.resources.files(__package__).joinpath("counts.toml").read_text(encoding="utf-8")
    return {row["code"]: CountCode(**{**row, "names": tuple(row["names"])}) for row in tomllib.loads(text)["count"]}
