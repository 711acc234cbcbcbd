"""Read the law tables that lie beside this file; each is read once and frozen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import importlib.resources
import tomllib
from typing import Any

from parkgis.errors import StageUnknown


@dataclasses.dataclass(frozen=True, slots=True)
class Stage:
    """A stage of clearance; ``after`` holds the codes expected to be earlier (a partial order)."""

    code: str
    rank: int
    vi: str
    en: str
    short_vi: str
    short_en: str
    actor_vi: str
    actor_en: str
    law: str
    after: tuple[str, ...] = ()
    counts: bool = False

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en

    def short(self, lang: str) -> str:
        return self.short_vi if lang == "vi" else self.short_en

    def actor(self, lang: str) -> str:
        return self.actor_vi if lang == "vi" else self.actor_en


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """A legal time limit in force from ``effective_from`` up to, not including, ``effective_to``."""

    id: str
    vi: str
    en: str
    from_stage: str
    to_stage: str
    kind: str  # "min": wait at least; "max": be done within
    counting: str
    applies: str  # agri | non_agri | all
    effective_from: dt.date
    citation: str
    citation_en: str
    effective_to: dt.date | None = None
    days: int | None = None
    months: int | None = None
    binding: bool = True
    note: str = ""
    when_vi: str = ""
    when_en: str = ""
    restarts: bool = False

    def name(self, lang: str) -> str:
        return self.vi if lang == "vi" else self.en

    def cited(self, lang: str) -> str:
        """Return the article the limit stands in."""
        return self.citation if lang == "vi" else self.citation_en

    def when(self, lang: str) -> str:
        """Return under which condition the limit holds; empty for always."""
        return self.when_vi if lang == "vi" else self.when_en

    def in_force(self, day: dt.date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


@dataclasses.dataclass(frozen=True, slots=True)
class LandCode:
    """A land-use code, its notice class (agri, non_agri, unused) and when it was in use."""

    code: str
    vi: str
    en: str
    land_class: str
    citation: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def valid_on(self, day: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


def _table(name: str, key: str) -> list[dict[str, Any]]:
    text = importlib.resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)[key]
    return rows


@functools.cache
def stages() -> tuple[Stage, ...]:
    """Return the stages by rank; exactly one of them counts toward the target."""
    rows = [Stage(**{**row, "after": tuple(row["after"])}) for row in _table("stages.toml", "stage")]
    return tuple(sorted(rows, key=lambda s: s.rank))


def stage(code: str) -> Stage:
    """Return one stage by its code.

    Raises
    ------
    StageUnknown
    """
    for found in stages():
        if found.code == code:
            return found
    raise StageUnknown(stage=code, stages=", ".join(s.code for s in stages()))


def counting_stage() -> Stage:
    """Return the one stage that counts toward the target."""
    (found,) = (s for s in stages() if s.counts)
    return found


@functools.cache
def limits() -> tuple[Limit, ...]:
    """Return every dated limit, in force or lapsed."""
    return tuple(Limit(**row) for row in _table("limits.toml", "limit"))


@functools.lru_cache(maxsize=4096)
def limits_on(day: dt.date) -> tuple[Limit, ...]:
    """Return the limits in force on ``day``."""
    return tuple(limit for limit in limits() if limit.in_force(day))


@functools.cache
def land_codes() -> tuple[LandCode, ...]:
    """Return every land-use code, current and old."""
    rows = _table("land_codes.toml", "code")
    return tuple(LandCode(land_class=row["class"], **{k: v for k, v in row.items() if k != "class"}) for row in rows)


@functools.cache
def land_class(text: str) -> str:
    """Return the notice class of a land-use text: "agri", "non_agri", "unused", or "" where it is not clear.

    Examples
    --------
    >>> land_class("LUC"), land_class("ONT+CLN"), land_class("LUC+NTS"), land_class("?")
    ('agri', '', 'agri', '')
    """
    known = {code.code: code.land_class for code in land_codes()}
    found = {known.get(part.strip().upper(), "") for part in text.replace(";", "+").replace(",", "+").split("+")}
    return found.pop() if len(found) == 1 else ""
