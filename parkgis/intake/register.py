"""What texts of minutes mean here: which project, which stage, which parcel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parkgis.errors import Reason, RowsRefused, UsageError
from parkgis.layers.frame import frame_of
from parkgis.ledger import sheets
from parkgis.model import Finding, Severity
from parkgis.rules import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parkgis.ledger.sheets import SheetRow
    from parkgis.workspace import Workspace


class Register:
    """Which parcels a project has, by full key and by (sheet, parcel), as known now; which names projects go by."""

    def __init__(self, workspace: Workspace) -> None:
        self._sites = {site.project.id: site for site in workspace.sites(workspace.cut().known)}
        self._by_number: dict[str, dict[tuple[str, str], list[str]]] = {}

    def has_layer(self, project: str) -> bool:
        return self._sites[project].layer is not None

    def projects(self) -> Iterable[str]:
        return self._sites

    def project(self, said: str) -> str | None:
        """Return the id a text means: an id, ``ID – name``, or a name that one project has."""
        id_ = said.partition(" – ")[0].strip()
        if id_ in self._sites:
            return id_
        named = [i for i, s in self._sites.items() if _same(said, s.project.name_vi) or _same(said, s.project.name_en)]
        return named[0] if len(named) == 1 else None

    def candidates(self, project: str, commune: str, sheet: str, parcel: str) -> list[str]:
        """Return the keys these numbers can mean: one is an answer, several are ambiguous."""
        if project not in self._by_number:
            table: dict[tuple[str, str], list[str]] = {}
            for key in self._sites[project].columns.keys:
                _, number_sheet, number_parcel = key.split("/")
                table.setdefault((number_sheet, number_parcel.partition("#")[0].partition("?")[0]), []).append(key)
            self._by_number[project] = table
        found = self._by_number[project].get((sheet, parcel), [])
        return [key for key in found if key.partition("/")[0] == commune] if commune else found

    def surveyed_m2(self, project: str) -> Mapping[str, float]:
        """Return the areas the cadastral list states (basis survey), by key; empty without a layer."""
        layer = self._sites[project].layer
        if layer is None:
            return {}
        frame = frame_of(layer)
        return dict(zip(frame["key"], np.asarray(frame["area_document_m2"], float), strict=True))


def _same(left: str, right: str) -> bool:
    return bool(right) and left.casefold().strip() == right.casefold().strip()


def stage_code(said: str) -> str | None:
    """Return the code a text means: a code, ``code – name``, or a stage's name in either language.

    Examples
    --------
    >>> stage_code("paid"), stage_code("Quyết định thu hồi đất"), stage_code("đã GPMB")
    ('paid', 'recovered', None)
    """
    code = said.partition(" – ")[0].strip()
    names = {s.code: (s.code, s.vi, s.en, s.short_vi, s.short_en) for s in stages()}
    if code in names:
        return code
    named = [c for c, known in names.items() if any(_same(said, name) for name in known)]
    return named[0] if len(named) == 1 else None


def parcel_key(row: SheetRow, project: str, register: Register, found: list[Finding]) -> str:
    """Return the parcel key a row means, empty for an area alone; faults go to ``found``."""
    commune, sheet, parcel = (row.text(c) for c in ("commune", "sheet", "parcel"))
    facts: dict[str, object] = {"column": row.column("parcel"), "key": f"{sheet}/{parcel}", "project": project}
    if not sheet and not parcel:
        if not row.text("area_m2"):
            found.append(Finding("row_nothing", Severity.ERROR, where=row.where))
        return ""
    if not register.has_layer(project):
        return _key_alone(row, project, found)
    keys = register.candidates(project, commune, sheet, parcel)
    if len(keys) == 1:
        return keys[0]
    facts |= {"candidates": ", ".join(keys)} if keys else {"key": f"{commune}/{sheet}/{parcel}".strip("/")}
    code = "row_parcel_ambiguous" if keys else "row_parcel_unknown"
    found.append(Finding(code, Severity.ERROR, where=row.where, facts=facts))
    return ""


def _key_alone(row: SheetRow, project: str, found: list[Finding]) -> str:
    """Return the key of a parcel that no layer can vouch for: at least its numbers must look like numbers."""
    for role in ("sheet", "parcel"):
        if sheets.numbers(row.text(role)) != [row.text(role)]:
            facts = {"column": row.column(role), "value": sheets.shown(row.text(role))}
            found.append(Finding("row_number_form", Severity.ERROR, where=row.where, facts=facts))
    if "/" in row.text("commune"):
        facts = {"column": row.column("commune"), "value": sheets.shown(row.text("commune"))}
        found.append(Finding("row_number_form", Severity.ERROR, where=row.where, facts=facts))
    found.append(Finding("recorded_without_layer", Severity.WARNING, where=row.where, facts={"project": project}))
    return "/".join(row.text(c) for c in ("commune", "sheet", "parcel"))


def parcels_named(workspace: Workspace, project: str, names: Sequence[str]) -> list[str]:
    """Turn ``12/345`` or ``09214/12/345`` into keys of a project.

    Raises
    ------
    RowsRefused
        Naming each that is unknown or ambiguous.
    """
    workspace.project(project)
    register, keys = Register(workspace), []
    found: list[Finding] = []
    for name in names:
        parts = name.split("/")
        if len(parts) not in (2, 3):
            raise UsageError(
                why=Reason("parcel_form", "{text} is no parcel: write SHEET/PARCEL or COMMUNE/SHEET/PARCEL", text=name)
            )
        values = dict(zip(("parcel", "sheet", "commune"), reversed(parts), strict=False))
        keys.append(parcel_key(sheets.SheetRow(name, values), project, register, found))
    if refused := [f for f in found if f.severity is Severity.ERROR]:
        raise RowsRefused(refused, path=", ".join(names))
    return keys
