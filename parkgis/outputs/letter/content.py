"""Gather the letter from a briefing: its head, three parts, close and annexes, every number printed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.outputs.letter.annex import annexes
from parkgis.outputs.letter.model import Close, Content, Head, Paragraph
from parkgis.outputs.letter.say import Told, captioned, part
from parkgis.outputs.letter.say_ahead import board, usable
from parkgis.outputs.letter.say_change import change
from parkgis.outputs.letter.say_people import people
from parkgis.outputs.letter.say_proposals import proposals
from parkgis.outputs.letter.say_result import against_target, by_stage
from parkgis.outputs.letter.say_trouble import attention, limits, obstacles, waiting
from parkgis.outputs.tables import clean

if TYPE_CHECKING:
    from parkgis.briefing import Briefing
    from parkgis.outputs.letter.model import Block, Extras
    from parkgis.words.catalogue import Words


def content(briefing: Briefing, extras: Extras, words: Words) -> Content:
    """Say the briefing as a letter.

    Parameters
    ----------
    briefing : Briefing
        With its documents; narrowed to a park or a project or not.
    extras : Extras
    words : Words

    Returns
    -------
    Content
        The same for the same briefing; pictures are drawn here, once for DOCX and PDF.

    Raises
    ------
    FontUnfit
        When ``extras.font`` is not installed or lacks Vietnamese letters.
    """
    told = Told(briefing, extras, words)
    return Content(
        lang=words.lang,
        title=words("letter.title", on=briefing.on),
        subject=words("report.cut_off", on=briefing.on),
        author=clean(briefing.board(words.lang)),
        at=briefing.known,
        demo=words("letter.demo") if briefing.demo else "",
        head=_head(told),
        kind=words("letter.kind"),
        summary=_summary(told),
        to=words("letter.to", to=clean("; ".join(extras.letterhead.lines("to", words.lang))) or words("letter.blank")),
        blocks=captioned(_blocks(told), words),
        close=_close(told),
        annexes=annexes(told, _reference(told)),
        cut_off=words("report.cut_off", on=briefing.on),
        digest=words("letter.page_digest", head_seq=str(briefing.head_seq), digest=briefing.digest),
        definition=briefing.defined(words),
    )


def _blocks(told: Told) -> list[Block]:
    words, number = told.words, told.briefing.target.year
    result = part(
        1, words("letter.head_result"),
        [
            (words("letter.head_target", year=number), against_target(told)),
            (words("letter.head_stages"), by_stage(told)),
            (words("letter.head_usable"), usable(told)),
            (words("letter.head_people"), people(told)),
            (words("letter.head_change"), change(told)),
        ],
    )  # fmt: skip
    trouble = part(
        2, words("letter.head_trouble"),
        [
            (words("letter.head_obstacles"), obstacles(told)),
            (words("letter.head_board"), board(told)),
            (words("letter.head_limits"), limits(told)),
            (words("letter.head_waiting"), waiting(told)),
            (words("letter.head_findings"), attention(told)),
        ],
    )  # fmt: skip
    proposed = part(3, words("letter.head_proposals"), [("", proposals(told))])
    return [Paragraph(_opening(told)), *result, *trouble, *proposed, Paragraph(words("letter.end", on=told.briefing.on), "close")]


def _opening(told: Told) -> str:
    words, target = told.words, told.briefing.target
    facts = {"year": target.year, "board": clean(told.briefing.board(words.lang)), "on": told.briefing.on}
    if not target.area_ha:
        return words("letter.opening_no_target", **facts)
    if target.authority and words.lang == "vi":  # written in Vietnamese only
        return words("letter.opening", target=target.area_ha, authority=clean(target.authority), **facts)
    return words("letter.opening_plain", target=target.area_ha, **facts)


def _head(told: Told) -> Head:
    words, letterhead, lang = told.words, told.extras.letterhead, told.words.lang
    blank = words("letter.blank")
    return Head(
        superior=clean(letterhead.text("superior", lang) or blank).upper(),
        issuer=clean(told.briefing.board(lang)).upper().replace("CÔNG NGHIỆP", "CÔNG\u00a0NGHIỆP"),  # one word, on one line
        number=words("letter.number", **_numbered(told)),
        nation=words("letter.nation"),
        motto=words("letter.motto"),
        place_date=words("letter.place_date", place=clean(letterhead.text("place", lang)) or blank),
    )


def _numbered(told: Told) -> dict[str, str]:
    letterhead, words = told.extras.letterhead, told.words
    return {
        "number": clean(letterhead.number) or words("letter.number_blank"),
        "symbol": clean(letterhead.symbol) or words("letter.symbol_blank"),
    }  # fmt: skip


def _reference(told: Told) -> str:
    return told.words("letter.reference", board=clean(told.briefing.board(told.words.lang)), **_numbered(told))


def _summary(told: Told) -> tuple[str, str]:
    words, scope = told.words, told.scope
    said = words("letter.summary", scope=words("letter.scope", scope=scope) if scope else "")
    return said, words("letter.summary_on", on=told.briefing.on)


def _close(told: Told) -> Close:
    words, letterhead = told.words, told.extras.letterhead
    lang, blank = words.lang, words("letter.blank")
    who = [words("letter.recipient", who=clean(line).rstrip(".;")) for line in letterhead.lines("recipients", lang)]
    kept = words("letter.archive", archive=clean(letterhead.archive)) if letterhead.archive else words("letter.archive_blank")
    return Close(
        recipients_title=words("letter.recipients"),
        recipients=(*(who or [words("letter.recipients_blank")]), kept),
        signer=tuple(clean(line).upper() for line in letterhead.lines("signer", lang)) or (blank,),
        name=clean(letterhead.signer_name) or blank,
    )
