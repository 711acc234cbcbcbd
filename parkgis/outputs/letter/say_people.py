"""Part I, money and people: what was approved and paid, how many households, graves and resettlement lots documents count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs.letter.say import counted, joined, lower, money, paragraph, percent
from parkgis.outputs.matters import between
from parkgis.rules.counts import count_codes
from parkgis.status.homes import AFFECTED, PAID, Homes
from parkgis.status.stated import common

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parkgis.outputs.letter.model import Block
    from parkgis.outputs.letter.say import Told

TOGETHER = {
    "graves": ("graves_total", "graves_moved"),
    "lots": ("resettle_lots_needed", "resettle_lots_ready", "resettle_lots_allocated"),
}
"""Counts that one sentence sets against each other, over the projects that know all of them."""


def people(told: Told) -> list[Block]:
    """Say what was approved and paid for how many households, who still holds land, which graves and lots are left."""
    if not told.briefing.matters.divided:
        return [*paragraph(told.words("letter.undivided")), *paragraph(*_users(told))]
    return [
        *paragraph(_approved(told), _paid(told), _paid_share(told)),
        *paragraph(*_homes(told), *_users(told)),
        *paragraph(*_counts(told), _unknown(told)),
    ]


# -- money -------------------------------------------------------------------------------------------------


def _approved(told: Told) -> str:
    words, found = told.words, told.briefing.matters.approved
    if not found.entries:
        return words("letter.approved_none")
    facts = {
        "plans": counted(words, "plan", found.entries), "amount": money(words, found.amount_vnd),
        "households": counted(words, "household", found.households),
    }  # fmt: skip
    several = any(line.matters.approved.entries > 1 for line in told.briefing.projects)
    return words("letter.approved_several" if several else "letter.approved", **facts)


def _paid(told: Told) -> str:
    words, paid, homes = told.words, told.briefing.matters.paid, told.briefing.matters.homes.paid
    if not paid.amount_vnd:
        return words("letter.paid_none")
    amount = money(words, paid.amount_vnd)
    if homes is None:
        return words("letter.paid_amount", amount=amount)
    if homes.exact is None:
        return words("letter.paid_open", amount=amount, households=between(homes, words))
    return words("letter.paid", amount=amount, households=counted(words, "household", homes.exact))


def _paid_share(told: Told) -> str:
    matters = told.briefing.matters
    if not matters.paid.entries or matters.paid_share is None:
        return ""
    key = "paid_share" if matters.paid_of_approved_vnd == matters.paid.amount_vnd else "paid_share_part"
    return told.words(f"letter.{key}", share=percent(told.words, matters.paid_share))


# -- households and land users -----------------------------------------------------------------------------


def _homes(told: Told) -> Iterator[str]:
    """Say households affected, paid and remaining, of the projects in which both are known; of the others the total alone."""
    words, stated = told.words, [p.matters.homes for p in told.briefing.projects if p.matters.homes.total is not None]
    both, alone = ([h for h in stated if (h.remaining is None) is lacking] for lacking in (False, True))
    for key, found in (("homes", both), ("homes_total", alone)):
        if found:
            total = counted(words, "household", sum(h.total or 0 for h in found))
            added = sum(found, Homes())
            facts = {"paid": between(added.paid, words), "remaining": between(added.remaining, words)} if found is both else {}
            yield words(f"letter.{key}", total=total, projects=counted(words, "project", len(found)), **facts)


def _users(told: Told) -> Sequence[str]:
    words = told.words
    if not told.extras.households:
        return []
    found = told.extras.households[-1]
    if found.known is None:
        return [words("letter.users_unknown")]
    said = [
        words("letter.users", known=counted(words, "user", found.known), remaining=found.remaining, unpaid=found.unpaid)
    ]  # fmt: skip
    if found.parcels_unnamed:
        said.append(words("letter.users_unnamed", parcels=counted(words, "parcel", found.parcels_unnamed)))
    return said


# -- graves and resettlement -------------------------------------------------------------------------------


def _counts(told: Told) -> Iterator[str]:
    """Say each group of counts in one sentence where projects know all of it, else count by count."""
    words, parts = told.words, [p.matters.counts for p in told.briefing.projects]
    rest = [code for code in count_codes() if code not in (AFFECTED, PAID)]
    for key, codes in TOGETHER.items():
        found = common(parts, *codes)
        if found and found[0][0]:
            rest = [code for code in rest if code not in codes]
            facts: dict[str, object] = dict(zip(codes, found[0], strict=True))
            share = percent(words, found[0][-1] / found[0][0])
            yield words(f"letter.{key}", projects=counted(words, "project", found[1]), share=share, **facts)
    said = [_one(told, code, found) for code in rest if (found := common(parts, code))]
    if said:
        yield words("letter.counts", counts="; ".join(said))


def _one(told: Told, code: str, found: tuple[tuple[int, ...], int]) -> str:
    words = told.words
    name, projects = lower(count_codes()[code].name(words.lang)), counted(words, "project", found[1])
    return words("letter.count", what=name, value=found[0][0], projects=projects)


def _unknown(told: Told) -> str:
    """Name what no document states."""
    words, matters = told.words, told.briefing.matters
    told_of = [c for c in count_codes().values() if c.code != PAID]  # payments speak of those paid, too
    missing = [c.name(words.lang) for c in told_of if matters.count(c.code) is None]
    if len(missing) == len(told_of):
        return words("letter.counts_none")
    return words("letter.counts_unknown", what=joined(words, list(map(lower, missing)))) if missing else ""
