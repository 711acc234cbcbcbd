"""The slide that looks ahead: how likely the target is, and the hectares by its last day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs.deck.model import Bars, Slide
from parkgis.outputs.deck.notes import sources
from parkgis.outputs.outlook import chance, note_text
from parkgis.outputs.tables import ha

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parkgis.outputs.deck.model import Layout
    from parkgis.outputs.deck.notes import Told
    from parkgis.planning.forecast import Areas, Forecast
    from parkgis.planning.outlook import Outlook
    from parkgis.words.catalogue import Words

CERTAIN = frozenset({"past", "impossible", "all_handed"})
"""Notes that settle the question: there is no likelihood to speak of."""


def outlook(told: Told) -> list[Slide]:
    """How likely the target is; where there is no ground for a number, a sentence that says so."""
    found = told.extras.outlook
    if found is None:
        return []
    words, plain = told.words, found.plain
    title = words("deck.forecast", on=plain.last)
    likely = _likely(plain)
    number = chance(words, plain.probability) if likely else ""
    lines = tuple(_lines(plain, words, likely=likely))
    notes = (*_past(found, words), *(note_text(words, note) for note in plain.notes), *sources(told, backed=False))
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
        yield from (note_text(words, note) for note in plain.notes[:1])  # the others stand in the speaker's notes


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
