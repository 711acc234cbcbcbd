"""Everything a reader will be shown, in one frozen :class:`Briefing`.

Map, workbook and page are different drawings of the same briefing: they cannot disagree. Areas are square
metres with their basis in the name; planned areas are hectares as published.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import shapely

from parkgis.findings import decimals
from parkgis.layers.tables import Statement, contradictions
from parkgis.model import Boundary, Finding, Target
from parkgis.rules import counting_stage, stage
from parkgis.units import year
from parkgis.vn2000 import OPERATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.ledger.store import Paper
    from parkgis.model import Cut
    from parkgis.status import Counted, Definition, Matters, Snapshot, StageArea
    from parkgis.words.catalogue import Words
    from parkgis.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project's row in every table and popup.

    ``stages`` are cumulative grid areas in the order of :func:`parkgis.rules.stages`. ``share`` is handed
    over to the developer, ever, of planned; None where nothing is planned. ``communes`` are the names of
    the former communes as published; ``by_commune`` maps an old commune code of the parcels to its stage
    areas, the empty code holding land outside parcels and parcels without a commune. ``proposed_m2`` would
    count as well if a second person confirmed it.
    """

    id: str
    park_id: str
    name_vi: str
    name_en: str
    group: str
    developer: str
    communes: str
    decision: str
    status: str
    note: str
    source: str
    planned_ha: float
    boundary: Boundary
    boundary_m2: float | None  # grid area of a surveyed boundary; None where there is none
    parcels: int
    parcels_m2: float
    without_event: int
    stages: tuple[StageArea, ...]
    counted: Counted
    findings: tuple[Finding, ...]
    by_commune: Mapping[str, tuple[StageArea, ...]]
    matters: Matters
    proposed_m2: float

    def name(self, lang: str) -> str:
        return self.name_vi if lang == "vi" else self.name_en

    @property
    def handed(self) -> StageArea:
        """What was handed over to the developer, ever, by the day."""
        return next(s for s in self.stages if s.code == counting_stage().code)

    @property
    def share(self) -> float | None:
        return self.handed.area_m2 / (self.planned_ha * 10_000) if self.planned_ha else None


@dataclasses.dataclass(frozen=True, slots=True)
class ParkLine:
    """One park: its projects together."""

    id: str
    name_vi: str
    name_en: str
    group: str
    planned_ha: float
    projects: tuple[str, ...]
    stages: tuple[StageArea, ...]
    counted: Counted
    matters: Matters
    proposed_m2: float

    def name(self, lang: str) -> str:
        return self.name_vi if lang == "vi" else self.name_en

    @property
    def handed(self) -> StageArea:
        return next(s for s in self.stages if s.code == counting_stage().code)

    @property
    def share(self) -> float | None:
        return self.handed.area_m2 / (self.planned_ha * 10_000) if self.planned_ha else None


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Parks of one group: the 16 planned, the 5 new, the later ones."""

    code: str
    parks: int
    projects: int
    planned_ha: float
    official_ha: float | None = None
    official_source: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Briefing:
    """What is true as of ``on``, as known at ``known``; nothing a reader sees comes from elsewhere."""

    workspace: str
    board_vi: str
    board_en: str
    time_zone: str
    demo: bool
    on: dt.date
    known: dt.datetime
    digest: str
    head_seq: int
    legal_crs: str
    operation: str
    target: Target
    counted: Counted
    remaining_m2: float
    year_gone: float  # share of the target's year that has passed, 0-1
    stages: tuple[StageArea, ...]
    groups: tuple[Group, ...]
    parks: tuple[ParkLine, ...]
    projects: tuple[ProjectLine, ...]
    papers: tuple[Paper, ...]
    statements: tuple[Statement, ...]
    contradictions: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    definition: Definition
    matters: Matters
    proposed_m2: float
    approval: bool  # a second person must confirm; what waits for one is proposed_m2
    zones: tuple[str, ...] = ()  # every VN-2000 zone a project is measured in, the province's own first
    scope_vi: str = ""  # what the briefing is narrowed to; empty for the whole province
    scope_en: str = ""

    def board(self, lang: str) -> str:
        return self.board_vi if lang == "vi" else self.board_en

    def scope(self, lang: str) -> str:
        return self.scope_vi if lang == "vi" else self.scope_en

    def defined(self, words: Words) -> str:
        """Say in one sentence what a countable hectare is, by the definition these figures follow."""
        d = self.definition
        return words(
            "report.definition",
            stage=stage(d.stage).name(words.lang),
            basis=words(f"report.definition_{d.basis}"),
            mapped=words("report.definition_mapped" if d.mapped_only else "report.definition_unmapped"),
            groups=", ".join(name[:1].lower() + name[1:] for name in (words(f"word.group_{group}") for group in d.groups)),
            parcel=_percent(d.tolerance_parcel, words),
            total=_percent(d.tolerance_total, words),
            version=d.version,
        )

    @property
    def share(self) -> float | None:
        """Counted over target, as a share; None where the target is zero."""
        return self.counted.area_m2 / (self.target.area_ha * 10_000) if self.target.area_ha else None


def brief(workspace: Workspace, snapshot: Snapshot, *, papers: bool = True) -> Briefing:
    """Gather a briefing from a snapshot and the workspace's text layers.

    ``papers=False`` leaves the list of documents empty: an answer that does not show it need not wait for it.
    """
    workspace = workspace.as_known(snapshot.cut.known)
    config = workspace.config
    return Briefing(
        workspace=config.name,
        board_vi=config.board_vi,
        board_en=config.board_en,
        time_zone=config.time_zone,
        demo=snapshot.demo,
        on=snapshot.cut.on,
        known=snapshot.cut.known,
        digest=snapshot.digest,
        head_seq=snapshot.head.seq,
        legal_crs=config.legal,
        operation=OPERATION,
        target=snapshot.target,
        counted=snapshot.counted,
        remaining_m2=snapshot.remaining_m2,
        year_gone=year_gone(snapshot.cut, snapshot.target),
        stages=snapshot.stages,
        groups=_groups(workspace, snapshot),
        parks=tuple(
            ParkLine(
                p.park.id,
                p.park.name_vi,
                p.park.name_en,
                p.park.group,
                p.planned_ha,
                p.projects,
                p.stages,
                p.counted,
                p.matters,
                p.proposed_m2,
            )
            for p in snapshot.parks
        ),
        projects=_projects(snapshot),
        papers=tuple(workspace.store.papers(snapshot.cut)) if papers else (),
        statements=workspace.statements,
        contradictions=contradictions(workspace.statements),
        findings=(*snapshot.findings, *(f for p in snapshot.projects for f in p.findings)),
        definition=snapshot.definition,
        matters=snapshot.matters,
        proposed_m2=snapshot.proposed_m2,
        approval=snapshot.cut.confirmed_only,
        zones=tuple(dict.fromkeys([config.legal, *(workspace.legal(p.project) for p in snapshot.projects)])),
    )


def _percent(share: float, words: Words) -> str:
    return words.percent(share, decimals(share * 100))


def year_gone(cut: Cut, target: Target) -> float:
    """Return the share of the target's year that has passed at the end of the day asked about."""
    period = year(target.year)
    days = (cut.on - period.start).days + 1
    return min(max(days / (period.end - period.start).days, 0.0), 1.0)


def _projects(snapshot: Snapshot) -> tuple[ProjectLine, ...]:
    lines = []
    for status in snapshot.projects:
        p = status.project
        fence = status.site.fence_wkb
        lines.append(
            ProjectLine(
                p.id, p.park_id, p.name_vi, p.name_en, p.group, p.developer, p.communes, p.decision, p.status, p.note, p.source,
                p.planned_ha, status.boundary, shapely.from_wkb(fence).area if fence else None, status.parcels, status.parcels_m2,
                status.without_event, status.stages, status.counted, status.findings, status.communes, status.matters,
                status.proposed_m2,
            )
        )  # fmt: skip
    return tuple(lines)


def _groups(workspace: Workspace, snapshot: Snapshot) -> tuple[Group, ...]:
    found = []
    for code in dict.fromkeys(p.park.group for p in snapshot.parks):
        parks = [p for p in snapshot.parks if p.park.group == code]
        official = workspace.config.official_planned16_ha if code == "planned16" else None
        found.append(
            Group(
                code,
                len(parks),
                sum(len(p.projects) for p in parks),
                round(sum(p.planned_ha for p in parks), 2),
                official,
                workspace.config.official_planned16_source if official else "",
            )
        )
    return tuple(found)
