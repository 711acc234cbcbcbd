"""The slides that look ahead: how likely the target is, the hectares by its last day, which parcels to unlock next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs import ahead, tables
from parkgis.outputs.deck.model import Bars, Column, Slide, Table
from parkgis.outputs.deck.notes import sources
from parkgis.outputs.outlook import chance
from parkgis.outputs.tables import ha

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.outputs.deck.model import Layout
    from parkgis.outputs.deck.notes import Told
    from parkgis.planning.forecast import Areas, Forecast, Note
    from parkgis.planning.outlook import Outlook
    from parkgis.words.catalogue import Words

MOST_PARCELS = 7
BOARD = {"parcel": 0.25, "unlocked": 0.1, "obstacle": 0.16, "next": 0.22, "office": 0.16, "due": 0.11}
"""Columns of the report's board that have room on a slide, each with its share of the width."""
CERTAIN = frozenset({"past", "impossible", "all_handed"})
"""Notes that settle the question: there is no likelihood to speak of."""


def outlook(told: Told) -> list[Slide]:
    """How likely the target is; where there is no ground for a number, a sentence that says so."""
    found = told.extras.ahead.outlook
    if found is None:
        return []
    words, plain = told.words, found.plain
    title = words("deck.forecast", on=plain.last)
    likely = _likely(plain)
    number = chance(words, plain.probability) if likely else ""
    lines = tuple(_lines(plain, words, likely=likely))
    notes = (*_past(found, words), *(_note(note, words) for note in plain.notes), *sources(told, backed=False))
    main = _cases(plain, plain.end, words) if plain.end else None
    layout: Layout = "number" if likely and main else "wide"
    return [Slide("forecast", layout, title, main, number, words("deck.forecast_unit") if likely else "", lines, notes)]


def _likely(plain: Forecast) -> bool:
    settled = CERTAIN & {note.code for note in plain.notes}
    return plain.probability is not None and plain.counted_m2 < plain.target_m2 and not (plain.probability == 0.0 and settled)


def _lines(plain: Forecast, words: Words, *, likely: bool) -> Iterator[str]:
    if plain.probability is None:
        yield words("forecast.no_number")
    elif not likely:
        sure = plain.counted_m2 >= plain.target_m2
        yield words("deck.forecast_sure" if sure else "deck.forecast_never")
    if plain.end:
        low, middle, high = (words.ha(area, 1) for area in (plain.end.p10, plain.end.p50, plain.end.p90))
        yield words("deck.forecast_band", low=low, middle=middle, high=high)
    if plain.end is None or likely:
        yield from (_note(note, words) for note in plain.notes[:1])  # the others stand in the speaker's notes


def _note(note: Note, words: Words) -> str:
    return ahead.note(note.code, note.facts, words)  # as the report says it: no commands, projects counted


def _cases(plain: Forecast, end: Areas, words: Words) -> Bars:
    """Return what counts now, what is reached in 9, 5 and 1 of 10 cases, and the target."""
    cases = (
        ("now", plain.counted_m2), ("p10", end.p10), ("p50", end.p50), ("p90", end.p90), ("target", plain.target_m2),
    )  # fmt: skip
    names = tuple(words(f"deck.case_{code}", on=plain.on) for code, _ in cases)
    labels = tuple(words.ha(area, 1) for _, area in cases)
    alt = "; ".join(f"{name}: {label} ha" for name, label in zip(names, labels, strict=True))
    return Bars(words("deck.cases", on=plain.last), names, tuple(ha(area) or 0.0 for _, area in cases), labels, alt)


def _past(found: Outlook, words: Words) -> Iterator[str]:
    past, plain = found.past, found.plain
    if past is None:
        yield words("forecast.backtest_skipped")
    elif past.covered_80 is None:
        yield words("forecast.backtest_none")
    else:
        yield words("forecast.backtest", months=past.months, pairs=past.pairs)
        yield words("deck.forecast_covered", share=words.percent(past.covered_80, 0))
    if plain.end:
        facts = {"draws": plain.draws, "seed": str(plain.seed), "days": plain.history_days}
        yield words("forecast.method", **facts)


def blockers(told: Told) -> list[Slide]:
    """The parcels to unlock next: what each would open, what it waits for, who has to act."""
    words, seen = told.words, told.extras.ahead
    if seen.board is None or not seen.board.known:
        return []
    listed = ahead.board_table(told.briefing, seen, words)
    said = [*ahead.usable(told.briefing, seen, words), *ahead.board(told.briefing, seen, words, words("deck.blockers_where"))]
    notes = (*said, *(_noted(listed, row, words) for row in listed.rows), *sources(told, backed=False))
    lines = (_open_land(told, "usable" if listed.rows else "usable_alone"), *([] if listed.rows else said[-1:]))
    main = _board(listed, words) if listed.rows else None
    return [Slide("blockers", "wide", words("deck.blockers"), main, lines=tuple(filter(None, lines)), notes=notes)]


def _open_land(told: Told, key: str) -> str:
    found, handed_m2 = told.extras.ahead.usable, ahead.handed(told.briefing)
    if found is None or not handed_m2:
        return ""
    return told.words(f"deck.{key}", usable=told.words.ha(found.whole.usable_m2), handed=told.words.ha(handed_m2))


def _board(listed: tables.Table, words: Words) -> Table:
    columns = tuple(Column(listed.columns[listed.at(key)].title, share, key == "unlocked") for key, share in BOARD.items())
    rows = tuple(
        (_place(listed, row, words), *(_cell(listed, row, key, words) for key in list(BOARD)[1:]))
        for row in listed.rows[:MOST_PARCELS]
    )
    return Table(columns, rows, words("deck.blockers_alt"))


def _place(listed: tables.Table, row: tables.Row, words: Words) -> str:
    return words("deck.place", **{key: _cell(listed, row, key, words) for key in ("project", "parcel")})


def _cell(listed: tables.Table, row: tables.Row, key: str, words: Words) -> str:
    at = listed.at(key)
    return tables.shown(row.cells[at], listed.columns[at].kind, words)


def _noted(listed: tables.Table, row: tables.Row, words: Words) -> str:
    facts = {key: _cell(listed, row, key, words) for key in ("rank", "parcel", "project", "unlocked", "next", "office")}
    return words("deck.blocker_note", **facts)
