"""Read the list of obstacles (vướng mắc) that lies beside this file."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import tomllib


@dataclasses.dataclass(frozen=True, slots=True)
class ObstacleCode:
    """Something that stands in the way of a parcel, and the body that usually has to clear it."""

    code: str
    vi: str
    en: str
    owner_vi: str
    owner_en: str
    blocks: bool = True

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en

    def owner(self, lang: str) -> str:
        return self.owner_vi if lang == "vi" else self.owner_en


@functools.cache
def obstacle_codes() -> dict[str, ObstacleCode]:
    """Return every obstacle by its code, in the order of the list."""
    text = importlib.resources.files(__package__).joinpath("obstacles.toml").read_text(encoding="utf-8")
    return {row["code"]: ObstacleCode(**row) for row in tomllib.loads(text)["obstacle"]}


@functools.cache
def owner_name(owner: str, lang: str) -> str:
    """Return who clears an obstacle in the reader's language where the list names that body; any other as it was recorded.

    Examples
    --------
    >>> owner_name("UBND cấp xã", "en"), owner_name("UBND phường Quế Võ", "en")
    ("Commune People's Committee", 'UBND phường Quế Võ')
    """
    known = next((code for code in obstacle_codes().values() if owner in (code.owner_vi, code.owner_en)), None)
    return known.owner(lang) if known else owner
