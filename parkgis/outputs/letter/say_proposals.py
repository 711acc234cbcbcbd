"""Part III: what should be done, derived from the figures; a rule that finds nothing says nothing."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from parkgis.model import Severity
from parkgis.outputs.letter.model import Paragraph
from parkgis.outputs.letter.say import counted, lower, named, shows, upper
from parkgis.outputs.letter.say_ahead import BOARD_ANNEX
from parkgis.outputs.letter.say_result import between
from parkgis.outputs.letter.say_trouble import affected, by_limit, flaws
from parkgis.outputs.tables import clean
from parkgis.rules import stage
from parkgis.rules.obstacles import obstacle_codes, owner_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parkgis.outputs.letter.model import Block
    from parkgis.outputs.letter.say import Told
    from parkgis.status import Deadline, Obstacle
    from parkgis.words.catalogue import Words


def proposals(told: Told) -> list[Block]:
    """Say what should be done, numbered; that nothing is proposed where no rule finds anything."""
    said = [upper(text) for rule in RULES for text in rule(told)]
    if not said:
        return [Paragraph(told.words("letter.proposals_none"))]
    return [Paragraph(f"{n}. {text}", "item") for n, text in enumerate(said, start=1)]


def _limits(told: Told) -> Iterator[str]:
    found, words = told.extras.overdue, told.words
    for members in by_limit([d for d in found.deadlines if d.state == "late"] if found else []):
        first = members[0]
        authority = found.authority if found else ""
        actor = first.actor(words.lang, authority)
        yield words(
            "letter.propose_limit", actor=actor if actor == authority else lower(actor), step=lower(first.step(words.lang)),
            days=counted(words, "day", max(d.days for d in members)), limit=_limit(words, first), **affected(told, members),
        )  # fmt: skip


def _limit(words: Words, deadline: Deadline) -> str:
    """Say which limit and under which condition; not once more the step that is asked for."""
    name, when = deadline.limit.name(words.lang), deadline.limit.when(words.lang)
    told = [when] if when and name.startswith(deadline.step(words.lang)) else [name, when]
    return lower("; ".join(filter(None, told)))


def _obstacles(told: Told) -> Iterator[str]:
    by_owner: dict[str, list[Obstacle]] = {}
    for obstacle in told.briefing.matters.obstacles:
        if obstacle.overdue and obstacle.owner:
            by_owner.setdefault(obstacle.owner, []).append(obstacle)
    for owner, members in by_owner.items():
        due = min((o.due for o in members if o.due), default=dt.date.max)
        yield told.words("letter.propose_obstacle", owner=_called(owner, told.words.lang), due=due, **_those(told, members))


def _called(owner: str, lang: str) -> str:
    """Return a body of the list of obstacles as the middle of a sentence has it; what a person wrote stays as it is."""
    listed = any(owner in (code.owner_vi, code.owner_en) for code in obstacle_codes().values())
    return lower(owner_name(owner, lang)) if listed else clean(owner)


def _owners(told: Told) -> Iterator[str]:
    if members := [o for o in told.briefing.matters.obstacles if not o.owner or o.due is None]:
        yield told.words("letter.propose_owner", **_those(told, members))


def _those(told: Told, members: list[Obstacle]) -> dict[str, str]:
    projects = named(told.words, (told.project(o.project) for o in members))
    return {"obstacles": counted(told.words, "obstacle", len(members)), "projects": projects}


def _between(told: Told) -> Iterator[str]:
    if found := between(told.briefing):
        names = named(told.words, [told.project(p.id) for p, _ in found[:3]])
        yield told.words("letter.propose_between", area=told.words.ha(sum(area for _, area in found)), projects=names)


def _board(told: Told) -> Iterator[str]:
    found = told.extras.ahead.board
    if found is not None and found.blockers:
        listed = counted(told.words, "parcel", len(found.blockers))
        names = named(told.words, (told.project(one.project) for one in found.blockers))
        yield told.words("letter.propose_board", parcels=listed, projects=names, n=BOARD_ANNEX)


def _waiting(told: Told) -> Iterator[str]:
    words = told.words
    for w in told.extras.waiting[:1]:
        yield words(
            "letter.propose_waiting", parcels=counted(words, "parcel", w.parcels), project=told.project(w.project),
            stage=lower(stage(w.stage).short(words.lang)), days=counted(words, "day", w.days),
        )  # fmt: skip


def _records(told: Told) -> Iterator[str]:
    briefing, words = told.briefing, told.words
    if not briefing.counted.entries:
        yield words("letter.propose_papers")
    if briefing.definition.mapped_only and shows(briefing.counted.unmapped_m2):
        yield words("letter.propose_unmapped", area=words.ha(briefing.counted.unmapped_m2))
    if not briefing.matters.plan:
        yield words("letter.propose_plan")
    if any(f.severity is Severity.ERROR for f in flaws(told)):
        yield words("letter.propose_errors")


RULES: tuple[Callable[[Told], Iterator[str]], ...] = (_limits, _obstacles, _owners, _board, _between, _waiting, _records)
