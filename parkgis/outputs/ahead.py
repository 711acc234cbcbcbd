"""The days ahead as text, figures and tables: every format of the report prints these very words and numbers.

Hectares of a forecast have one decimal and its shares none: they are not known better.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from parkgis.outputs import tables, waits
from parkgis.outputs.outlook import FEW_MONTHS, SETTLED, chance
from parkgis.outputs.tables import Column, Figure, Table, clean, ha, table
from parkgis.reporting.ahead import NO_TARGET
from parkgis.rules import counting_stage
from parkgis.units import hectares

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parkgis.briefing import Briefing, ParkLine
    from parkgis.planning.board import Blocker
    from parkgis.planning.outlook import Summary
    from parkgis.planning.patchwork import Patchwork
    from parkgis.reporting.ahead import Ahead
    from parkgis.words.catalogue import Words

GROUNDLESS = frozenset({"no_parcels", "no_history", "few_events", "other_stage", "all_handed", "past", "not_started"})
"""Notes that say why there is no number: they stand right behind the sentence that gives none."""
SHOWN_M2 = 50.0  # less prints as 0.00 ha
SAID = GROUNDLESS | {NO_TARGET, "impossible", "reached"}
"""Notes of which the sentences speak already."""


def absent(ahead: Ahead, words: Words) -> str:
    """Say why nothing is told of the days ahead although it was asked for; empty where that is not so."""
    if ahead.without == "extra":
        return words("error.ExtraMissing", what=words("ahead.what"), extra="planning")
    return words(f"ahead.{ahead.without}") if ahead.without else ""


# -- forecast ------------------------------------------------------------------------------------------------


def forecast(found: Summary, words: Words) -> list[str]:
    """Return chance, band and test on the past; where there is no ground for a number, why."""
    if found.p10_m2 is None or found.p50_m2 is None or found.p90_m2 is None:
        said = _chance(found, words) or words("ahead.band_none")
        return [said, *(note(code, facts, words) for code, facts in found.notes if code in GROUNDLESS)]
    low, middle, high = (words.ha(area, 1) for area in (found.p10_m2, found.p50_m2, found.p90_m2))
    chance_said = _chance(found, words) or note(NO_TARGET, {}, words)
    said_of_it = [chance_said, words("ahead.band", by=found.by, low=low, middle=middle, high=high)]
    if found.covered_80 is None:
        return [*said_of_it, words("ahead.untested")]
    share = words.percent(found.covered_80, 0)
    tested = [words("ahead.tested", months=found.months, pairs=found.pairs, share=share)]
    if words.number(found.calibration) != words.number(1.0):
        tested.append(words("ahead.widened", factor=found.calibration))
    if found.months < FEW_MONTHS:
        tested.append(words("ahead.tested_short"))
    return [*said_of_it, *tested]


def _chance(found: Summary, words: Words) -> str:
    """Say how likely the target is; empty where there is none."""
    told, target = dict(found.notes), hectares(found.target_m2)
    if NO_TARGET in told:
        return ""
    if found.probability is None:
        return words("ahead.chance_none")
    if found.probability == 1.0 and SETTLED.intersection(told):
        return words("ahead.chance_sure")
    if "impossible" in told:
        return words("ahead.chance_impossible", target=target, short=told["impossible"]["short_ha"])
    if found.probability == 0.0 and SETTLED.intersection(told):
        return words("ahead.chance_never", target=target)
    return words("ahead.chance", target=target, share=chance(words, found.probability))


def notes(found: Summary, words: Words) -> list[str]:
    """Return what else must be known to read a forecast, and last how it was made."""
    if found.p50_m2 is None:
        return []
    said = [note(code, facts, words) for code, facts in found.notes if code not in SAID]
    return [*said, words("ahead.method", draws=found.draws, seed=str(found.seed), days=found.history_days)]


def note(code: str, facts: Mapping[str, object], words: Words) -> str:
    """Say a note as a report does; one that a report has no words of its own for, as the command does."""
    key = f"ahead.note_{code}"
    return words(key if words.has(key) else f"forecast.note_{code}", **facts)


def figures(ahead: Ahead, words: Words) -> tuple[Figure, ...]:
    """Return the number block of the forecast; nothing where there is no number to show."""
    found = ahead.forecast
    if found is None or found.p50_m2 is None:
        return ()
    areas = {"p10": found.p10_m2, "p50": found.p50_m2, "p90": found.p90_m2}
    values: list[tuple[str, tables.Kind, tables.Value]] = [
        ("chance", "code", None if found.probability is None else chance(words, found.probability, dict(found.notes))),
        *((key, "tenth", ha(area)) for key, area in areas.items()),
        ("covered", "percent", None if found.covered_80 is None else tables.tidy(found.covered_80)),
        ("factor", "factor", None if found.covered_80 is None else tables.tidy(found.calibration)),
    ]
    return tuple(Figure(key, words(f"ahead.figure_{key}"), kind, value) for key, kind, value in values)


# -- usable land ---------------------------------------------------------------------------------------------


def handed(briefing: Briefing) -> float:
    """Return the area handed over to the developer, ever (m2), as other tables have it: blocks are joined within a tolerance."""
    return next(s.area_m2 for s in briefing.stages if s.code == counting_stage().code)


def usable(briefing: Briefing, ahead: Ahead, words: Words) -> list[str]:
    """Say how much of the land handed over is usable, and what could not be looked at."""
    found = ahead.usable
    if found is None:
        return []
    if not found.known:
        return [words("ahead.no_land")]
    whole, rules = found.whole, found.rules
    left = [words("ahead.without_land", count=len(found.without_land))] if found.without_land else []
    handed_m2 = handed(briefing)
    if not whole.handed_m2 or not handed_m2:
        return [words("ahead.usable_none"), *left]
    facts = {
        "handed": words.ha(handed_m2), "usable": words.ha(whole.usable_m2), "share": words.percent(whole.usable_m2 / handed_m2, 2),
        "rest": words.ha(handed_m2 - whole.usable_m2), "least": words.ha(rules.min_m2),
        "width": words.number(rules.width_m, 0 if rules.width_m.is_integer() else 1),
    }  # fmt: skip
    mesh = words("ahead.mesh", mesh=words.ha(whole.mesh_m2 or 0.0), largest=words.ha(whole.largest_m2))
    return [words("ahead.usable" if rules.width_m else "ahead.usable_any", **facts), mesh, *left]


@dataclasses.dataclass(frozen=True, slots=True)
class _Park:
    line: ParkLine
    land: Patchwork | None

    @property
    def handed_m2(self) -> float | None:
        return self.line.handed.area_m2 if self.land else None

    @property
    def rest_m2(self) -> float | None:
        return self.line.handed.area_m2 - self.land.usable_m2 if self.land else None


def usable_table(briefing: Briefing, ahead: Ahead, words: Words) -> Table:
    """Return usable beside counted hectares by park: those of which land is known, or where something counts."""
    of = {park.name: park for park in ahead.usable.parks} if ahead.usable else {}
    rest_m2 = handed(briefing) - (ahead.usable.whole.usable_m2 if ahead.usable else 0.0)
    rows = [_Park(p, of.get(p.id)) for p in briefing.parks if p.id in of or p.counted.area_m2]
    columns: tuple[Column[_Park], ...] = (
        Column("park", words("report.col_park"), "text", 34, lambda r: tables.brief(r.line, words.lang)),
        Column(
            "counted", words("ahead.col_counted", year=briefing.target.year), "ha", 13, lambda r: ha(r.line.counted.area_m2), True,
            ha(briefing.counted.area_m2),
        ),
        Column("handed", words("ahead.col_handed"), "ha", 13, lambda r: ha(r.handed_m2), True, ha(handed(briefing))),
        Column("usable", words("ahead.col_usable"), "ha", 13, lambda r: ha(r.land.usable_m2) if r.land else None, True),
        Column("rest", words("ahead.col_rest"), "ha", 13, lambda r: ha(r.rest_m2), True, ha(rest_m2)),
        Column("usable_share", words("ahead.col_usable_share"), "share", 12, parts=("usable", "rest")),
        Column("mesh", words("ahead.col_mesh"), "ha", 13, lambda r: ha(r.land.mesh_m2) if r.land else None),
        Column("blocks", words("ahead.col_blocks"), "whole", 9, lambda r: r.land.blocks if r.land else None, True),
        Column("largest", words("ahead.col_largest"), "ha", 13, lambda r: ha(r.land.largest_m2) if r.land else None),
    )  # fmt: skip
    lines = tables.lines(columns, rows)
    if not rows or not ahead.usable:
        return table(words, "usable", columns, lines)
    whole = ahead.usable.whole
    labels = {"park": words("report.total"), "mesh": ha(whole.mesh_m2), "largest": ha(whole.largest_m2)}
    summed = tables.totalled(columns, lines, range(len(lines)), {"park": words("report.shared")}, labels)
    return table(words, "usable", columns, summed)


# -- parcels to unlock first ---------------------------------------------------------------------------------


def board(briefing: Briefing, ahead: Ahead, words: Words, where: str) -> list[str]:
    """Say which parcels to unlock first, and how sure that is."""
    found = ahead.board
    if found is None or not found.known:
        return []
    if not found.open_parcels:
        return [words("ahead.board_done")]
    if not found.blockers:
        return [words("ahead.board_none", open=found.open_parcels)]
    first, others = found.blockers[0], "board_proven" if found.rest_m2 >= SHOWN_M2 else "board_proven_all"
    facts = {"parcel": _parcel(first, words), "project": _project(briefing, first, words), "unlocked": words.ha(first.unlocked_m2)}
    return [
        words("ahead.board", open=found.open_parcels, count=len(found.blockers), where=where),
        words("ahead.board_first", **facts), words("ahead.board_alone"),
        words(f"ahead.{others}", proven=found.proven, rest=words.ha(found.rest_m2)),
    ]  # fmt: skip


def _parcel(one: Blocker, words: Words) -> str:
    return one.key or words("ahead.outside")


def _project(briefing: Briefing, one: Blocker, words: Words) -> str:
    return next((clean(tables.brief(p, words.lang)) for p in briefing.projects if p.id == one.project), one.project)


@dataclasses.dataclass(frozen=True, slots=True)
class _Blocker:
    rank: int
    one: Blocker
    told: waits.Told


def board_table(briefing: Briefing, ahead: Ahead, words: Words) -> Table:
    """Return the parcels to unlock first, each with what it waits for and who has to act."""
    listed = ahead.board.blockers if ahead.board else ()
    rows = [_Blocker(n, one, waits.told(one.waits, words)) for n, one in enumerate(listed, start=1)]
    columns: tuple[Column[_Blocker], ...] = (
        Column("rank", words("ahead.col_rank"), "code", 6, lambda r: r.rank),
        Column("project", words("report.col_project"), "text", 30, lambda r: _project(briefing, r.one, words)),
        Column("parcel", words("report.col_parcel_key"), "text", 18, lambda r: _parcel(r.one, words)),
        Column("own", words("ahead.col_own"), "ha", 12, lambda r: ha(r.one.area_m2)),
        Column("unlocked", words("ahead.col_unlocked"), "ha", 13, lambda r: ha(r.one.unlocked_m2)),
        Column("stage", words("ahead.col_stage"), "text", 22, lambda r: r.told.stage),
        Column("obstacle", words("report.col_obstacle"), "text", 30, lambda r: r.told.obstacle),
        Column("next", words("ahead.col_next"), "text", 32, lambda r: r.told.next),
        Column("office", words("ahead.col_office"), "text", 30, lambda r: r.told.office),
        Column("due", words("ahead.col_due"), "text", 22, lambda r: r.told.due),
    )
    return table(words, "blockers", columns, tables.lines(columns, rows))


# -- for scripts ---------------------------------------------------------------------------------------------


def as_facts(ahead: Ahead) -> dict[str, Any] | None:
    """Return the same as plain facts: areas in m2, shares 0-1; None where nobody looked ahead."""
    found, land, listed = ahead.forecast, ahead.usable, ahead.board
    if not (ahead.without or found or land or listed):
        return None
    return {
        "without": ahead.without,
        "forecast": None if found is None else _facts(found),
        "usable": None if land is None or not land.known else {
            "usable_m2": land.whole.usable_m2, "mesh_m2": land.whole.mesh_m2,
        },
        "blockers": None if listed is None else [
            {"project": b.project, "parcel": b.key, "unlocked_m2": b.unlocked_m2} for b in listed.blockers
        ],
    }  # fmt: skip


def _facts(found: Summary) -> dict[str, Any]:
    body = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    days = {name: day.isoformat() for name, day in body.items() if isinstance(day, dt.date)}
    return {**body, **days, "notes": [code for code, _ in found.notes]}
