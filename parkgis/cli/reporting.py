"""Draws and writes reports: which formats, which languages, where to. Imported only by commands that draw."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import functools
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from parkgis import reporting
from parkgis.errors import ExtraMissing
from parkgis.layers.write import write_bytes
from parkgis.outputs import ahead
from parkgis.words.catalogue import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from parkgis.briefing import Briefing
    from parkgis.outputs.letter import Content
    from parkgis.outputs.map_definition import MapDefinition
    from parkgis.reporting import Beside, Question
    from parkgis.reporting.ahead import Look
    from parkgis.reporting.kept import Kept
    from parkgis.shapes import Shapes
    from parkgis.status import Snapshot
    from parkgis.workspace import Workspace

    Progress = Callable[[str, float], None]

ROOT = "parkgis.report/v1"


def unseen(_step: str, _share: float) -> None:
    """Show no progress."""


@dataclasses.dataclass(frozen=True)
class Wish:
    """How the report is wanted beside its question."""

    by_project: bool = False
    template: Path | None = None  # .docx
    slides: Path | None = None  # .pptx
    forecast: bool = True
    land: bool = True


def looking(found: Workspace, wish: Wish, progress: Progress) -> Look | None:
    """Return how to look ahead; without the part of planning the report says that it lacks it."""
    if not (wish.forecast or wish.land):
        return None
    try:
        from parkgis.reporting import look
    except ExtraMissing:
        return lambda _snapshot, _mine, _scope, _overdue: reporting.ahead.NOT_INSTALLED
    return look.looking(found, forecast=wish.forecast, land=wish.land, progress=progress)


class Job:
    """One report, gathered once, drawn in any format and language."""

    def __init__(
        self, found: Workspace, snapshot: Snapshot, question: Question, wish: Wish | None = None, progress: Progress = unseen
    ) -> None:
        self.found, self.snapshot, self.question, self.wish = found, snapshot, question, wish or Wish()
        self.briefing, self.beside = reporting.gather(found, snapshot, question, looking(found, self.wish, progress))

    @functools.cache  # noqa: B019 - a job lives as long as its command; pictures know again who they are drawn for
    def words(self, lang: str) -> Words:
        return Words(lang, self.found.config.time_zone)

    @functools.cached_property
    def shapes(self) -> Shapes:
        from parkgis.reporting.scope import narrowed
        from parkgis.shapes import shapes

        return shapes(self.found, narrowed(self.found, self.snapshot, self.question.scope), past=False)

    @functools.cached_property
    def moving(self) -> Shapes:
        """Return what the map that moves draws beside: what was before, for its slider and the histories of parcels."""
        from parkgis.outputs.page_map import MOST_PARCELS
        from parkgis.reporting.scope import narrowed
        from parkgis.shapes import history, shapes

        mine = narrowed(self.found, self.snapshot, self.question.scope)
        if len(self.shapes.parcels) > MOST_PARCELS:
            whole = self.beside.series if self.question.scope.kind == "province" else None
            return dataclasses.replace(self.shapes, history=history(self.found, mine, whole))
        return shapes(self.found, mine)

    @functools.cached_property
    def map(self) -> MapDefinition:
        from parkgis.outputs import map_definition
        from parkgis.workspace import shipped

        return map_definition.find([self.found.root / "maps", shipped() / "maps"], ["overview"])[0]

    @functools.cache  # noqa: B019 - a job lives as long as its command
    def letter(self, lang: str) -> Content:
        """Say the letter once for DOCX and PDF: its pictures cost more than all the rest."""
        from parkgis.outputs import letter

        beside = self.beside
        extras = letter.Extras(
            letterhead=self.found.config.letterhead, series=beside.series, shapes=self.shapes, map=self.map,
            explanation=beside.explanation, overdue=beside.overdue, households=beside.households, waiting=beside.waiting,
            broken=beside.broken, ahead=beside.ahead, scope=self.briefing.scope(lang),
        )  # fmt: skip
        return letter.content(self.briefing, extras, self.words(lang))

    def draw(self, form: str, lang: str) -> bytes:
        """Draw one format; only its own library need be installed."""
        return FORMATS[form](self, lang)

    def name(self, form: str, lang: str) -> str:
        """Return the name of a file: DEMO, period where it is not the week, scope, day and language."""
        period, scope = self.beside.period, re.sub(r"[^\w-]", "_", self.beside.scope.id)
        parts = [
            *(["DEMO"] if self.briefing.demo else []), "report", *([period] if period != "week" else []),
            *([scope] if scope else []), self.briefing.on.isoformat(), lang,
        ]  # fmt: skip
        return f"{'-'.join(parts)}.{form}"


def _xlsx(job: Job, lang: str) -> bytes:
    from parkgis.outputs import workbook

    return workbook.build(job.briefing, job.words(lang), job.beside, by_project=job.wish.by_project)


def _html(job: Job, lang: str) -> bytes:
    from parkgis.outputs import page_map, page_pictures, pages

    words = job.words(lang)
    drawn = page_pictures.pictures(job.briefing, job.beside, words, job.shapes, job.map)
    live = page_map.live(job.briefing, job.moving, words, job.map)
    return pages.build(job.briefing, words, job.beside, drawn, live).encode()


def _docx(job: Job, lang: str) -> bytes:
    from parkgis.outputs import letter

    return letter.build(job.letter(lang), job.words(lang), job.wish.template)


def _pdf(job: Job, lang: str) -> bytes:
    from parkgis.outputs import pdf

    return pdf.build(job.letter(lang), job.words(lang))


def _pptx(job: Job, lang: str) -> bytes:
    from parkgis.outputs import deck

    template, beside = deck.load(job.wish.slides), job.beside
    extras = deck.Extras(
        series=beside.series, explanation=beside.explanation, shapes=job.shapes, map=job.map, ahead=beside.ahead
    )  # fmt: skip
    said = deck.content(job.briefing, extras, job.words(lang), template.size_mm("picture", "main"))
    return deck.draw(said, template)


FORMATS: dict[str, Callable[[Job, str], bytes]] = {
    "xlsx": _xlsx, "docx": _docx, "html": _html, "pdf": _pdf, "pptx": _pptx,
}  # fmt: skip


def drawn(job: Job, forms: Sequence[str], langs: Sequence[str], progress: Progress) -> dict[str, bytes]:
    """Draw every file before any is written: what fails leaves nothing behind."""
    every = [(form, lang) for lang in langs for form in forms]
    files = {}
    # packing a workbook leaves the interpreter free for the pictures of the others, which one thread alone may draw
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        books = {lang: pool.submit(job.draw, "xlsx", lang) for form, lang in every if form == "xlsx" and len(every) > 1}
        for n, (form, lang) in enumerate(every):
            progress("report", n / len(every))
            made = None if form == "xlsx" and lang in books else job.draw(form, lang)
            if made is not None:
                files[job.name(form, lang)] = made
        files |= {job.name("xlsx", lang): book.result() for lang, book in books.items()}
    return {name: files[name] for name in (job.name(form, lang) for form, lang in every)}


def write(found: Workspace, files: Mapping[str, bytes], folder: Path | None) -> list[Path]:
    """Put files in their place, each whole or not at all."""
    paths = []
    for name, content in files.items():
        path = folder / name if folder else found.output("reports", name)
        write_bytes(path, content)
        paths.append(path)
    return paths


def write_report(
    found: Workspace, snapshot: Snapshot, words: Words, forms: Sequence[str], progress: Progress = unseen
) -> list[Path]:  # fmt: skip
    """Write the weekly report of the whole province in one language."""
    job = Job(found, snapshot, reporting.ask(found, snapshot.cut, "week", reporting.WHOLE), progress=progress)
    return write(found, drawn(job, forms, [words.lang], unseen), None)


# -- for scripts ---------------------------------------------------------------------------------------------


def absent(job: Job, words: Words) -> str:
    """Say why the report does not look ahead."""
    return ahead.absent(job.beside.ahead, words)


def summary(job: Job, paths: Iterable[Path], files: Mapping[str, bytes], kept: Kept | None) -> str:
    """Return ``{"parkgis.report/v1": ...}``: the question, the one number, what was written, what does not add up."""
    b, beside = job.briefing, job.beside
    body: dict[str, Any] = {
        "on": b.on.isoformat(), "known": b.known.isoformat(), "digest": b.digest, "head_seq": b.head_seq, "demo": b.demo,
        "period": beside.period, "scope": {"kind": beside.scope.kind, "id": beside.scope.id},
        "compared": _compared(beside), "counted_m2": round(b.counted.area_m2, 2), "target_ha": b.target.area_ha,
        "ahead": ahead.as_facts(beside.ahead), "findings": _levels(job),
        "broken": [{"code": f.code, "where": f.where, "facts": dict(f.facts)} for f in beside.broken],
        "files": [
            {"path": str(path), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in zip(paths, files.values(), strict=True)
        ],
        "kept": kept.number if kept else None,
    }  # fmt: skip
    return json.dumps({ROOT: body}, ensure_ascii=False, indent=2)


def _compared(beside: Beside) -> dict[str, Any] | None:
    then = beside.earlier
    if then is None:
        return None
    return {
        "on": then.on.isoformat(), "known": then.known.isoformat(), "digest": then.digest,
        "counted_m2": round(then.total.counted_m2, 2), "kept": then.kept,
    }  # fmt: skip


def _levels(job: Job) -> dict[str, int]:
    levels = [f.severity.name.lower() for f in (*job.briefing.findings, *job.beside.broken)]
    return {level: levels.count(level) for level in ("error", "warning", "info")}


def worst(briefing: Briefing, beside: Beside) -> int:
    """Return the highest severity of what the report found."""
    return max((int(f.severity) for f in (*briefing.findings, *beside.broken)), default=0)
