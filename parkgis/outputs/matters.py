"""Obstacles, payments, plans and legal limits as data: JSON and CSV with the same keys in every language."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from parkgis.rules.counts import count_codes
from parkgis.rules.obstacles import obstacle_codes
from parkgis.units import hectares

if TYPE_CHECKING:
    from parkgis.status import Deadline, Definition, Matters, Obstacle, Overdue
    from parkgis.status.homes import Between, Homes
    from parkgis.words.catalogue import Words


def obstacle_name(code: str, lang: str) -> str:
    """Return an obstacle's name; a code the list no longer holds stays a code."""
    known = obstacle_codes().get(code)
    return known.name(lang) if known else code


def count_name(code: str, lang: str) -> str:
    """Return the name of what is counted; a code the list no longer holds stays a code."""
    known = count_codes().get(code)
    return known.name(lang) if known else code


def _obstacle(found: Obstacle, lang: str) -> dict[str, Any]:
    return {
        "entry": found.seq,
        "project": found.project,
        "parcel": found.parcel,
        "code": found.code,
        "name": obstacle_name(found.code, lang),
        "owner": found.owner,
        "since": found.since.isoformat(),
        "due": found.due.isoformat() if found.due else None,
        "overdue": found.overdue,
        "document": found.document,
        "note": found.note,
    }


def _ha(area_m2: float) -> float:
    return round(hectares(area_m2), 6)


def keys(matters: Matters, lang: str) -> dict[str, Any]:
    """Return the keys ``obstacles``, ``payments``, ``approved``, ``households``, ``counts`` and ``plan``; unknown is null."""
    return {
        "obstacles": [_obstacle(found, lang) for found in matters.obstacles],
        "payments": {
            "amount_vnd": matters.paid.amount_vnd, "households": matters.paid.households, "entries": matters.paid.entries
        },
        "approved": _approved(matters),
        "households": _homes(matters.homes),
        "counts": {code: _count(code, matters) for code in count_codes()},
        "plan": {
            "baseline": matters.baseline,
            "planned_to_date_ha": _ha(matters.planned_to_date_m2),
            "months": [
                {"month": m.month, "planned_ha": _ha(m.planned_m2), "cumulative_ha": _ha(m.cumulative_m2)} for m in matters.plan
            ],
        },
    }  # fmt: skip


def _homes(found: Homes) -> dict[str, Any]:
    """Return households affected, paid and remaining; a number that is not certain is null and its bounds say what is."""
    keys: dict[str, Any] = {"total": found.total}
    for name, number in (("paid", found.paid), ("remaining", found.remaining)):
        least, most, exact = (number.least, number.most, number.exact) if number else (None, None, None)
        keys |= {name: exact, f"{name}_at_least": least, f"{name}_at_most": most}
    return keys


def between(found: Between | None, words: Words) -> str | int | None:
    """Return a number that may lie between two, as a text or a catalogue takes it."""
    if found is None:
        return None
    return found.exact if found.exact is not None else words("stated.between", least=found.least, most=found.most)


def _approved(matters: Matters) -> dict[str, Any]:
    found = matters.approved
    return {
        "amount_vnd": found.amount_vnd if found.entries else None, "households": found.households if found.entries else None,
        "organisations": found.organisations, "area_ha": None if found.area_m2 is None else _ha(found.area_m2),
        "entries": found.entries, "paid_share": None if matters.paid_share is None else round(matters.paid_share, 6),
    }  # fmt: skip


def _count(code: str, matters: Matters) -> dict[str, Any]:
    found = next((count for count in matters.counts if count.what == code), None)
    return {
        "value": found.value if found else None, "as_of": found.day.isoformat() if found else None,
        "documents": list(found.documents) if found else [], "projects": found.projects if found else 0,
        "contradicted": bool(found and found.contradicted),
    }  # fmt: skip


def definition(found: Definition) -> dict[str, Any]:
    """Return the definition of a countable hectare, key by key as in ``parkgis.toml``."""
    return {**dict(found.facts()), "mapped_only": found.mapped_only, "groups": list(found.groups)}


def _deadline(found: Deadline, overdue: Overdue, lang: str) -> dict[str, Any]:
    limit = found.limit
    return {
        "state": found.state,
        "project": found.project,
        "limit": limit.id,
        "name": limit.name(lang),
        "kind": limit.kind,
        "citation": limit.citation,
        "condition": limit.when(lang),
        "started": found.started.isoformat(),
        "due": found.due.isoformat(),
        "due_certain": found.certain,
        "days": found.days,
        "next_stage": limit.to_stage,
        "next_step": found.step(lang),
        "actor": found.actor(lang, overdue.authority),
        "area_m2": round(found.area_m2, 2),
        "parcels": list(found.parcels),
    }


def overdue_json(overdue: Overdue, words: Words) -> str:
    """Return ``{"parkgis.overdue/v1": ...}``: groups of parcels under one limit whose clock started on one day."""
    body = {
        "on": overdue.on.isoformat(),
        "known": overdue.known.isoformat(),
        "digest": overdue.digest,
        "demo": overdue.demo,
        "within_days": overdue.within_days,
        "authority": overdue.authority,
        "parcels_of_unknown_class": overdue.unclassified,
        "deadlines": [_deadline(found, overdue, words.lang) for found in overdue.deadlines],
    }
    return json.dumps({"parkgis.overdue/v1": body}, ensure_ascii=False, indent=2)


HEADER = (
    "on", "state", "project", "parcel", "limit", "name", "citation", "condition", "started", "due", "due_certain", "days",
    "next_stage", "next_step", "actor", "demo", "digest",
)  # fmt: skip


def overdue_csv(overdue: Overdue, words: Words) -> str:
    """Return a row a parcel and limit."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    common = {"on": overdue.on.isoformat(), "demo": "DEMO" if overdue.demo else "", "digest": overdue.digest}
    for found in overdue.deadlines:
        row = _deadline(found, overdue, words.lang)
        writer.writerows({**common, **row, "parcel": _safe(key), "actor": _safe(row["actor"])} for key in found.parcels)
    return out.getvalue()


def _safe(text: str) -> str:
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
