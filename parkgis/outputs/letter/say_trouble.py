"""Part II: obstacles by kind and place, legal limits, land that waits, figures that need attention."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from parkgis import findings
from parkgis.model import Severity
from parkgis.outputs.letter.model import Grid, GridColumn, GridRow, Paragraph
from parkgis.outputs.letter.say import counted, items, lower, named, paragraph, shows
from parkgis.outputs.letter.say_ahead import has_grid
from parkgis.outputs.matters import obstacle_name
from parkgis.outputs.tables import clean
from parkgis.planning.waiting import LEAST_DAYS
from parkgis.rules import stage
from parkgis.rules.obstacles import owner_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.model import Finding
    from parkgis.outputs.letter.model import Block
    from parkgis.outputs.letter.say import Told
    from parkgis.status import Deadline, Obstacle

ROWS, ITEMS, WORST = 15, 3, 5

# -- obstacles -----------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Group:
    """Obstacles of one kind in one project that one body has to clear."""

    code: str
    project: str
    owner: str
    count: int
    overdue: int
    due: dt.date | None


def groups(told: Told) -> list[Group]:
    """Put obstacles together by kind, project and owner: overdue ones first, then by the next due day."""
    found = [
        Group(code, project, owner, len(members), sum(o.overdue for o in members), due)
        for (code, project, owner), members in _grouped(told).items()
        for due in [min((o.due for o in members if o.due), default=None)]
    ]
    return sorted(found, key=lambda g: (not g.overdue, g.due or dt.date.max, g.code, g.project, g.owner))


def _grouped(told: Told) -> dict[tuple[str, str, str], list[Obstacle]]:
    found: dict[tuple[str, str, str], list[Obstacle]] = {}
    for obstacle in told.briefing.matters.obstacles:
        found.setdefault((obstacle.code, obstacle.project, obstacle.owner), []).append(obstacle)
    return found


def obstacles(told: Told) -> list[Block]:
    """Say how many obstacles are open and list them by kind and place, with who has to clear them until when."""
    words, every = told.words, told.briefing.matters.obstacles
    if not every:
        return [Paragraph(words("letter.obstacles_none"))]
    late, found = sum(o.overdue for o in every), groups(told)
    facts = {
        "obstacles": counted(words, "obstacle", len(every)),
        "n": 1 + any(shows(s.area_m2) for s in told.briefing.stages) + has_grid(told),
        "projects": counted(words, "project", len({o.project for o in every})),
    }  # fmt: skip
    lead = words("letter.obstacles_late", late=late, **facts) if late else words("letter.obstacles_lead", **facts)
    rest = found[ROWS:]
    left = {"groups": counted(words, "more", len(rest)), "obstacles": counted(words, "obstacle", sum(g.count for g in rest))}
    return [Paragraph(lead), _grid(told, found[:ROWS]), *paragraph(words("letter.obstacles_rest", **left) if rest else "")]


def _grid(told: Told, found: Sequence[Group]) -> Grid:
    words = told.words
    columns = (
        GridColumn(words("letter.col_obstacle"), 38.0),
        GridColumn(words("letter.col_place"), 34.0),
        GridColumn(words("letter.col_count"), 18.0, "right"),
        GridColumn(words("letter.col_overdue"), 16.0, "right"),
        GridColumn(words("letter.col_owner"), 38.0),
        GridColumn(words("letter.col_due"), 21.0, "center"),
    )
    rows = tuple(
        GridRow(
            (
                clean(obstacle_name(g.code, words.lang)),
                told.project(g.project),
                words.number(g.count, 0),
                words.number(g.overdue, 0),
                clean(owner_name(g.owner, words.lang)) or words("letter.owner_none"),
                words.day(g.due) if g.due else words("letter.due_none"),
            )
        )
        for g in found
    )  # fmt: skip
    return Grid("obstacles", words("letter.obstacles_caption", on=told.briefing.on), columns, rows, 10.0)


# -- limits --------------------------------------------------------------------------------------------------


def limits(told: Told) -> list[Block]:
    """Say which legal limits are past, near or were not waited for; nothing where they were not looked at."""
    words, found = told.words, told.extras.overdue
    if found is None:
        return []
    by_state = {state: [d for d in found.deadlines if d.state == state] for state in ("late", "near", "early")}
    blocks: list[Block] = []
    leads = {"near": {"days": counted(words, "day", found.within_days)}}
    for state, members in by_state.items():
        if members:
            lead = words(f"letter.limits_{state}", **leads.get(state, {}))
            blocks += [Paragraph(lead), *items(words, _limits(told, state, members))]
    if found.unclassified:
        blocks += paragraph(words("letter.limits_unclassified", parcels=counted(words, "parcel", found.unclassified)))
    if not any(by_state.values()):
        return [Paragraph(words("letter.limits_none")), *blocks]
    return [*blocks, Paragraph(words("letter.limits_note"), "note")]


def by_limit(deadlines: Sequence[Deadline]) -> list[list[Deadline]]:
    """Put deadlines of one limit, as cited, together; in the order they come: the worst first."""
    found: dict[tuple[str, str], list[Deadline]] = {}
    for deadline in deadlines:
        found.setdefault((deadline.limit.id, deadline.limit.citation), []).append(deadline)
    return list(found.values())


def _limits(told: Told, state: str, deadlines: Sequence[Deadline]) -> list[str]:
    words = told.words
    texts = []
    for members in by_limit(deadlines):
        first = members[0].limit
        ends: dict[str, dict[str, Any]] = {
            "late": {"days": counted(words, "day", max(d.days for d in members))}, "near": {"due": min(d.due for d in members)}
        }  # fmt: skip
        facts = {**affected(told, members), **ends.get(state, {})}
        texts.append(words(f"letter.limit_{state}", limit=first.name(words.lang), citation=first.cited(words.lang), **facts))
    return texts


def affected(told: Told, members: Sequence[Deadline]) -> dict[str, str]:
    """Return ``parcels``, ``area`` and ``projects`` of deadlines of one limit: a parcel is under one of them once."""
    words = told.words
    return {
        "parcels": counted(words, "parcel", sum(len(d.parcels) for d in members)),
        "area": words.ha(sum(d.area_m2 for d in members)),
        "projects": named(words, (told.project(d.project) for d in members)),
    }


# -- land that waits -----------------------------------------------------------------------------------------


def waiting(told: Told) -> list[Block]:
    """List the parcels that have stood longest at one step; nothing where none has for a month."""
    words = told.words
    found = told.extras.waiting[:ITEMS]
    texts = [
        words(
            "letter.waiting", project=told.project(w.project), parcels=counted(words, "parcel", w.parcels),
            area=words.ha(w.area_m2), stage=lower(stage(w.stage).short(words.lang)), since=w.since,
            days=counted(words, "day", w.days),
        )
        for w in found
    ]  # fmt: skip
    lead = words("letter.waiting_lead", least=counted(words, "day", LEAST_DAYS))
    return [Paragraph(lead), *items(words, texts)] if texts else []


# -- figures -------------------------------------------------------------------------------------------------


def flaws(told: Told) -> list[Finding]:
    """Return every finding, invariants that do not hold among them, the worst first."""
    return sorted([*told.extras.broken, *told.briefing.findings], key=lambda f: -f.severity)


def attention(told: Told) -> list[Block]:
    """Say how many findings there are, and the worst of them in full; and that public statements disagree."""
    words, found = told.words, flaws(told)
    contradicted = len(told.briefing.contradictions)
    close = paragraph(words("letter.contradictions", n=contradicted) if contradicted else "")
    if not found:
        return [Paragraph(words("letter.findings_none")), *close]
    counts = {s: sum(f.severity is s for f in found) for s in Severity}
    facts = {"findings": counted(words, "finding", len(found)), "warnings": counts[Severity.WARNING]}
    wrong = counts[Severity.ERROR]
    lead = words("letter.findings_lead", errors=wrong, **facts) if wrong else words("letter.findings_sound", **facts)
    worst = [f for f in found if f.severity > Severity.INFO][:WORST]
    if not worst:
        return [Paragraph(lead), *close]
    rest = len(found) - len(worst)
    return [
        *paragraph(lead, words("letter.findings_worst")),
        *items(words, [_finding(told, f) for f in worst]),
        *paragraph(words("letter.findings_rest", findings=counted(words, "finding", rest)) if rest else ""),
        *close,
    ]


def _finding(told: Told, finding: Finding) -> str:
    """Say a finding as an item of a list: projects by their names, and the place before what is wrong there."""
    owner = next((p.id for p in told.briefing.projects if any(f is finding for f in p.findings)), "")
    if "project" in finding.facts:
        finding = dataclasses.replace(finding, facts={**finding.facts, "project": told.project(str(finding.facts["project"]))})
    text = clean(findings.sentence(finding, told.words))
    return told.words("letter.finding_text", project=told.project(owner), text=lower(text)) if owner else text
