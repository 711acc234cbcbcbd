"""What a countable hectare is: written in ``parkgis.toml``, printed in every report, changed only by an event."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from parkgis.errors import Reason
from parkgis.rules import counting_stage, stages
from parkgis.units import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parkgis.model import Scalar

MINUTES_DAY = "signed field minutes"
GROUPS = ("planned16", "new5", "later")
NAMES = ("basis", "day", "groups", "mapped_only", "stage", "tolerance_parcel", "tolerance_total", "version")


class DefinitionRefused(ValueError):
    """A definition that makes no sense; ``args[0]`` is the :class:`parkgis.errors.Reason`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Definition:
    """A countable hectare.

    Parameters
    ----------
    stage : str
        The stage that counts.
    day : str
        The day that counts: only that of the signed field minutes (``Event.day``).
    basis : Basis
        ``grid``: measured on the map. ``document``: as the documents state. The two never add.
    mapped_only : bool
        False: an area stated without parcel or drawing counts too; only on basis ``document``.
    groups : tuple of str
        Groups of projects within the target.
    tolerance_parcel, tolerance_total : float
        Share (0-1) by which documents and geometry may differ, a parcel and in all.
    version : int
    """

    stage: str = dataclasses.field(default_factory=lambda: counting_stage().code)
    day: str = MINUTES_DAY
    basis: Basis = Basis.GRID
    mapped_only: bool = True
    groups: tuple[str, ...] = GROUPS
    tolerance_parcel: float = 0.01  # document against geometry, as FAO SOLA does
    tolerance_total: float = 0.001
    version: int = 1

    def facts(self) -> tuple[tuple[str, Scalar], ...]:
        """Return the definition as the facts of an event, in the order of their names."""
        return (
            ("basis", self.basis.value), ("day", self.day), ("groups", " ".join(self.groups)),
            ("mapped_only", int(self.mapped_only)), ("stage", self.stage), ("tolerance_parcel", self.tolerance_parcel),
            ("tolerance_total", self.tolerance_total), ("version", self.version),
        )  # fmt: skip


def parse(table: Mapping[str, Any]) -> Definition:
    """Read a ``[definition]`` table; what it leaves out is as shipped.

    Raises
    ------
    DefinitionRefused
        Naming the key and what it may be.
    """
    if unknown := sorted(set(table) - set(NAMES)):
        raise _refused(", ".join(unknown), "", ", ".join(NAMES))
    given = Definition()
    made = Definition(
        stage=_one("stage", table, given.stage, [s.code for s in stages()]),
        day=_one("day", table, given.day, [MINUTES_DAY]),
        basis=Basis(_one("basis", table, given.basis.value, [Basis.GRID.value, Basis.DOCUMENT.value])),
        mapped_only=_flag(table, given.mapped_only),
        groups=_groups(table),
        tolerance_parcel=_share("tolerance_parcel", table, given.tolerance_parcel),
        tolerance_total=_share("tolerance_total", table, given.tolerance_total),
        version=_version(table),
    )
    if not made.mapped_only and made.basis is not Basis.DOCUMENT:
        raise DefinitionRefused(
            Reason(
                "definition_bases",
                'definition.mapped_only = false needs definition.basis = "document": '
                "an area nobody drew has no place on the map, and areas of two bases never add",
            )
        )
    return made


def of_facts(facts: Iterable[tuple[str, Scalar]]) -> Definition:
    """Read a definition back from an event of the ledger."""
    table: dict[str, Any] = dict(facts)
    table["mapped_only"] = bool(table["mapped_only"])
    table["groups"] = str(table["groups"]).split()
    return parse(table)


def _refused(key: str, value: object, allowed: str) -> DefinitionRefused:
    return DefinitionRefused(
        Reason("definition_key", "definition.{key} = {value}: must be {allowed}", key=key, value=str(value), allowed=allowed)
    )


def _one(key: str, table: Mapping[str, Any], default: str, allowed: list[str]) -> str:
    value = table.get(key, default)
    if value not in allowed:
        raise _refused(key, value, ", ".join(allowed))
    return str(value)


def _flag(table: Mapping[str, Any], default: bool) -> bool:
    value = table.get("mapped_only", default)
    if not isinstance(value, bool):
        raise _refused("mapped_only", value, "true, false")
    return value


def _groups(table: Mapping[str, Any]) -> tuple[str, ...]:
    value = table.get("groups", list(GROUPS))
    if not isinstance(value, list) or not value or any(group not in GROUPS for group in value):
        raise _refused("groups", value, ", ".join(GROUPS))
    return tuple(group for group in GROUPS if group in value)


def _share(key: str, table: Mapping[str, Any], default: float) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise _refused(key, value, "0 ≤ x < 1")
    return float(value)


def _version(table: Mapping[str, Any]) -> int:
    value = table.get("version", 1)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _refused("version", value, "1, 2, 3 …")
    return value
