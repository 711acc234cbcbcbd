"""What ``parkgis.toml`` says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
import zoneinfo
from typing import TYPE_CHECKING, Any

from parkgis import letterhead
from parkgis.errors import WorkspaceInvalid, WorkspaceMissing
from parkgis.letterhead import Letterhead
from parkgis.model import Target
from parkgis.planning import goals, ruling
from parkgis.planning.goals import Goal, GoalRefused
from parkgis.planning.ruling import Rules
from parkgis.status import definition as definitions
from parkgis.status.definition import Definition, DefinitionRefused
from parkgis.units import year
from parkgis.vn2000 import TM3

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """What ``parkgis.toml`` says."""

    name: str
    board_vi: str
    board_en: str
    language: str
    time_zone: str
    demo: bool
    store: str
    legal: str
    target: Target
    official_planned16_ha: float | None = None
    official_planned16_source: str = ""
    demo_on: dt.date | None = None
    definition: Definition = dataclasses.field(default_factory=Definition)
    approval: bool = False
    authority_recovery: str = ""
    overpass: str = ""
    targets: tuple[Goal, ...] = ()
    letterhead: Letterhead = dataclasses.field(default_factory=Letterhead)
    blocks: Rules = dataclasses.field(default_factory=Rules)

    def board(self, lang: str) -> str:
        return self.board_vi if lang == "vi" else self.board_en


def read_config(path: Path) -> Config:
    """Read ``parkgis.toml``.

    Raises
    ------
    WorkspaceMissing, WorkspaceInvalid
        Naming the line or the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise WorkspaceMissing(path=path.parent) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceInvalid(path=path, why=str(error)) from error
    try:
        config = _parsed(tomllib.loads(text))
    except KeyError as error:
        raise WorkspaceInvalid(path=path, why=f"the key {error} is missing") from error
    except (DefinitionRefused, GoalRefused) as error:
        raise WorkspaceInvalid(path=path, why=error.args[0]) from error
    except (AttributeError, TypeError, ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise WorkspaceInvalid(path=path, why=str(error)) from error  # bad TOML is a ValueError that names its line
    if config.language not in ("vi", "en"):
        raise WorkspaceInvalid(path=path, why=f'language = "{config.language}" is neither "vi" nor "en"')
    if config.legal not in {f"EPSG:{code}" for code in TM3}:
        why = f'crs.legal = "{config.legal}" is no VN-2000 TM-3 zone; write for example "EPSG:9209"'
        raise WorkspaceInvalid(path=path, why=why)
    return config


def _parsed(table: dict[str, Any]) -> Config:
    """Take a table at its word; what it lacks or holds in a wrong form is raised as Python does."""
    target, official = table["target"], table.get("official", {})
    config = Config(
        name=str(table["name"]),
        board_vi=str(table.get("board_vi", table["name"])),
        board_en=str(table.get("board_en", table["name"])),
        language=str(table.get("language", "vi")),
        time_zone=str(table.get("time_zone", "Asia/Ho_Chi_Minh")),
        demo=bool(table.get("demo", False)),
        store=str(table.get("store", "ledger.gpkg")),
        legal=str(table["crs"]["legal"]),
        target=Target(int(target["year"]), float(target["area_ha"]), str(target.get("authority", ""))),
        official_planned16_ha=official.get("planned16_ha"),
        official_planned16_source=official.get("planned16_source", ""),
        demo_on=table.get("demo_on"),
        definition=definitions.parse(table.get("definition", {})),
        approval=_flag(table, "ledger", "approval"),
        authority_recovery=str(table.get("authority", {}).get("recovery", "")),
        overpass=str(table.get("overpass", {}).get("endpoint", "")),
        targets=goals.parse(table.get("targets", [])),
        letterhead=letterhead.parse(table.get("letter", {})),
        blocks=ruling.parse(table.get("blocks", {})),
    )
    zoneinfo.ZoneInfo(config.time_zone)
    year(config.target.year)
    return config


def _flag(table: Mapping[str, Any], part: str, key: str) -> bool:
    value = table.get(part, {}).get(key, False)
    if not isinstance(value, bool):  # "false" in quotes would be true
        raise TypeError(f"{part}.{key} = {value!r} is neither true nor false")
    return value
