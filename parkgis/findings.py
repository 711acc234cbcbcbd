"""Say a finding in a reader's language: what is wrong, where, and how to mend it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from parkgis.rules import limits, stages
from parkgis.rules.counts import count_codes
from parkgis.words.catalogue import keys

if TYPE_CHECKING:
    from parkgis.model import Finding
    from parkgis.words.catalogue import Words

_STAGES = frozenset({"stage", "earlier"})
_COUNTS = frozenset({"counted", "counted_within"})
_PARTIAL_DAYS = frozenset({"then", "now", "paid_on", "handed_on"})
_AS_GIVEN = frozenset({"whole", "done", "left", "right", "before", "after", "paid", "handed"})
_ISO_AT_END = re.compile(r"\d{4}(-\d\d){0,2}$")


def sentence(finding: Finding, words: Words) -> str:
    """Return what the finding says.

    Parameters
    ----------
    finding : Finding
    words : Words

    Returns
    -------
    str
        Facts the finding does not carry are written as unknown. Texts taken from files are as they came:
        the output that shows them escapes them.
    """
    return _say(finding, words, "text")


def remedy(finding: Finding, words: Words) -> str:
    """Return what a person can do about the finding."""
    return _say(finding, words, "remedy")


def place(finding: Finding, words: Words) -> str:
    """Return where to look, with ledger entries and dates of any precision written as the language does."""
    where = finding.where
    if where.startswith("ledger:"):
        return words("report.where_ledger", seq=where.removeprefix("ledger:"))
    return _ISO_AT_END.sub(lambda found: words.partial_day(found[0]), where) if ", " in where else where


def as_given(value: float, words: Words) -> str:
    """Write a number with the decimals it came with, four at most: 130 ha said in public is not 130.00 ha."""
    return words.number(value, decimals(value))


def decimals(value: float) -> int:
    """Return how many decimals a number came with, four at most.

    Examples
    --------
    >>> decimals(130.0), decimals(3.74)
    (0, 2)
    """
    return len(f"{value:.4f}".rstrip("0").partition(".")[2])


def _say(finding: Finding, words: Words, part: str) -> str:
    key = f"finding.{finding.code}.{part}"
    names = {name for _, name, _, _ in string.Formatter().parse(keys(words.lang)[key]) if name}
    return words(key, **{name: _fact(name, finding.facts.get(name), words) for name in sorted(names)})


def _fact(name: str, fact: Any, words: Words) -> Any:
    if name in _STAGES:
        return next((s.name(words.lang) for s in stages() if s.code == fact), fact)
    if name in _COUNTS and fact in count_codes():
        return count_codes()[fact].name(words.lang)
    if name == "citation":
        return next((limit.cited(words.lang) for limit in limits() if limit.citation == fact), fact)
    if name == "tolerance" and isinstance(fact, float):
        return words.percent(fact, decimals(fact * 100))
    if name in _PARTIAL_DAYS and isinstance(fact, str):
        return words.partial_day(fact)
    if name in _AS_GIVEN and isinstance(fact, float):
        return as_given(fact, words)
    if name == "values" and isinstance(fact, str):
        return "; ".join(as_given(float(value), words) for value in fact.split("; "))
    if isinstance(fact, Iterable) and not isinstance(fact, str):
        return ", ".join(words.value("row", one) for one in fact)
    return fact
