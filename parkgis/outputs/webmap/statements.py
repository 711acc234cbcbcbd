"""What others said in public: by the park they name, the newest first; never added, never counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parkgis.briefing import Briefing
    from parkgis.layers.tables import Statement
    from parkgis.words.catalogue import Words

Json = dict[str, Any]


def statements(briefing: Briefing, words: Words) -> Json:
    """Return public statements with what stands above them."""
    order = {park.id: i for i, park in enumerate(briefing.parks)}
    said = sorted(briefing.statements, key=lambda s: (order.get(s.park_id, len(order)), s.label))
    labels = {label: [s for s in said if s.label == label] for label in dict.fromkeys(s.label for s in said)}
    conflicts = len(briefing.contradictions)
    return {
        "title": words("map.statements", count=len(said)),
        "intro": words("map.statements_intro"),
        "conflict": words("map.statements_conflict", count=conflicts) if conflicts else "",
        "groups": [{"label": label, "items": [_said(s, words) for s in _newest_first(group)]} for label, group in labels.items()],
    }


def _newest_first(said: Iterable[Statement]) -> list[Statement]:
    return sorted(said, key=lambda s: s.date, reverse=True)


def _said(statement: Statement, words: Words) -> Json:
    how = statement.date_inferred
    inferred = f" ({_known(f'map.inferred_{how}', how, words)})" if how else ""
    parts = [statement.part] if statement.part else []
    scope = [words(f"word.scope_{statement.scope}")] if statement.scope == "part" else []
    return {
        "date": words.partial_day(statement.date) + inferred,
        "metric": _known(f"map.metric_{statement.metric}", statement.metric, words),
        "value": _value(statement, words),
        "scope": ": ".join(scope + parts),
        "text": statement.text,
        "source": statement.source,
        "url": statement.url,
    }


def _value(statement: Statement, words: Words) -> str:
    decimals = len(f"{statement.value:.10g}".partition(".")[2])  # as precise as it was said
    unit = _known(f"map.unit_{statement.unit}", statement.unit, words)
    bound = _known(f"word.bound_{statement.bound}", statement.bound, words)
    return f"{bound} {words.number(statement.value, decimals)} {unit}".strip()


def _known(key: str, otherwise: str, words: Words) -> str:
    return words(key) if words.has(key) else otherwise
