"""What the speaker's notes say: where the figures of a slide come from."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.rules import counting_stage, stage
from parkgis.units import year

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parkgis.briefing import Briefing
    from parkgis.ledger.store import Paper
    from parkgis.outputs.deck.model import Extras
    from parkgis.words.catalogue import Words

MOST_PAPERS = 40


@dataclasses.dataclass(frozen=True)
class Told:
    """What slides are written from; ``map_mm`` is the room of the map on its slide."""

    briefing: Briefing
    extras: Extras
    words: Words
    map_mm: tuple[float, float]

    @property
    def scope(self) -> str:
        """What the deck is narrowed to; empty for the whole province."""
        return self.briefing.scope(self.words.lang)

    def project(self, id_: str) -> str:
        """Return a project's name; one that the tables no longer hold stays an id."""
        return next((p.name(self.words.lang) for p in self.briefing.projects if p.id == id_), id_)


def sources(told: Told, papers: Iterable[Paper] = (), *, backed: bool = True) -> tuple[str, ...]:
    """Return the cut-off, the digest, the definition, and (where ``backed``) the documents behind the figures."""
    b, words = told.briefing, told.words
    facts = {"on": b.on, "known": b.known, "head_seq": b.head_seq}
    said = [words("deck.note_cut", **facts), words("deck.note_digest", digest=b.digest or words("word.none")), b.defined(words)]
    if b.demo:
        said.insert(0, words("word.demo"))
    return (*said, *(_documents(told, list(papers)) if backed else ()))


def counting_papers(briefing: Briefing) -> list[Paper]:
    """Return the documents of the stage that counts, of the target's year up to the day."""
    period, code = year(briefing.target.year), counting_stage().code
    return [p for p in briefing.papers if p.stage == code and period.start <= p.day < period.end]


def _documents(told: Told, papers: list[Paper]) -> list[str]:
    words = told.words
    if not papers:
        return [words("deck.note_no_papers")]
    newest = sorted(papers, key=lambda p: (-p.day.toordinal(), p.first_seq))
    lines = [_document(told, paper) for paper in newest[:MOST_PAPERS]]
    left = len(papers) - len(lines)
    return [words("deck.note_papers"), *lines, *([words("deck.note_more", count=left)] if left else [])]


def _document(told: Told, paper: Paper) -> str:
    words = told.words
    stated = "" if paper.stated_m2 is None else words("deck.note_stated", area=words.ha(paper.stated_m2))
    return words(
        "deck.note_paper", number=paper.number, date=paper.date, project=told.project(paper.project),
        stage=stage(paper.stage).short(words.lang), day=paper.day, entries=paper.entries, stated=stated,
    )  # fmt: skip
