"""Small words of the letter: counted things, lists, signed areas, money; the sentences stand in ``words/*/letter.toml``."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from parkgis.outputs.letter.model import Grid, Heading, Paragraph, Picture
from parkgis.outputs.tables import clean
from parkgis.units import hectares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.briefing import Briefing
    from parkgis.outputs.letter.model import Block, Extras
    from parkgis.words.catalogue import Words

SHOWN_HA = 0.005  # less than this prints as 0.00
NAMED = 3  # how many names a sentence holds before it counts the others
BILLION, MILLION = 10**9, 10**6
CAPITAL = ("Chủ tịch ", "Sở ", "Ủy ban ", "Văn phòng đăng ký ")  # offices and posts, by Appendix II of Decree 30
SHARE_DIGITS = 2  # as every table of the report prints shares
_UNIT = re.compile(r"(?<=\d) (?=ha\b|%|m²|tỷ đồng|triệu đồng|billion|million)")
_PLACE = re.compile(r"\b(Bảng|Hình|Mục|Phụ lục|Table|Figure|Annex) (?=[\dIV]+\b)")
ROMAN = ("I", "II", "III", "IV", "V", "VI")


@dataclasses.dataclass(frozen=True)
class Told:
    """What a sentence is written from."""

    briefing: Briefing
    extras: Extras
    words: Words

    @property
    def scope(self) -> str:
        """What the letter is narrowed to; empty for the whole province."""
        return clean(self.extras.scope or self.briefing.scope(self.words.lang))

    def project(self, id_: str) -> str:
        """Return a project's name; one that the tables no longer hold stays an id."""
        lang = self.words.lang
        return next((clean(p.name(lang)) for p in self.briefing.projects if p.id == id_), id_)


def counted(words: Words, thing: str, n: int) -> str:
    """Return "1 parcel", "2 parcels"."""
    return words(f"letter.{thing}_{'one' if n == 1 else 'many'}", n=n)


def joined(words: Words, parts: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return words("letter.and").join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def named(words: Words, names: Iterable[str], most: int = NAMED) -> str:
    """Return names in a row, each once; where there are many, the first ones and how many others."""
    names = list(dict.fromkeys(names))
    left = len(names) - most
    return joined(words, names if left <= 0 else [*names[:most], counted(words, "place", left)])


def shows(area_m2: float) -> bool:
    """Tell whether an area prints as anything but 0.00."""
    return abs(hectares(area_m2)) >= SHOWN_HA


def signed(words: Words, units: int) -> str:
    """Write hundredths of a hectare with their sign; nothing has none."""
    area = words.number(abs(units) / 100)
    return area if units == 0 else words(f"letter.{'plus' if units > 0 else 'minus'}", area=area)


def money(words: Words, amount_vnd: int) -> str:
    """Write VND in billions, below one billion in millions."""
    unit, size = ("billion", BILLION) if amount_vnd >= BILLION else ("million", MILLION)
    return words(f"letter.{unit}", amount=amount_vnd / size)


def percent(words: Words, share: float | None) -> str:
    return words.percent(share, SHARE_DIGITS)


def lower(text: str) -> str:
    """Return a name for the middle of a sentence: "Đã chi trả" -> "đã chi trả"; abbreviations and offices stay."""
    return text if text[:2].isupper() or text.startswith(CAPITAL) else text[:1].lower() + text[1:]


def upper(text: str) -> str:
    """Return a text for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def items(words: Words, texts: Sequence[str]) -> list[Paragraph]:
    """Return the lines of a list: "- ...;" and at its end "- ...."."""
    last = len(texts) - 1
    return [
        Paragraph(words("letter.item" if n < last else "letter.item_last", text=text.rstrip(".;")), "item")
        for n, text in enumerate(texts)
    ]


def paragraph(*sentences: str) -> list[Paragraph]:
    """Return the sentences that are said as one paragraph; none where none is."""
    text = " ".join(filter(None, sentences))
    return [Paragraph(text)] if text else []


def part(number: int, text: str, chapters: Sequence[tuple[str, Sequence[Block]]]) -> list[Block]:
    """Return a part ``I.`` with its chapters ``1.``; a chapter that has nothing to say is left out."""
    blocks: list[Block] = [Heading(1, f"{ROMAN[number - 1]}.", text)]
    told = [(title, said) for title, said in chapters if said]
    for n, (title, said) in enumerate(told, start=1):
        blocks += [*([Heading(2, f"{n}.", title)] if title else []), *said]
    return blocks


def captioned(blocks: Iterable[Block], words: Words) -> tuple[Block, ...]:
    """Number tables and pictures in the order in which they stand, and let the text before them refer to the number."""
    counts = {"table": 0, "figure": 0}
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Grid | Picture) and block.caption:
            kind = "table" if isinstance(block, Grid) else "figure"
            counts[kind] += 1
            found.append(
                dataclasses.replace(block, caption=words(f"letter.{kind}", n=counts[kind], text=block.caption))
            )  # fmt: skip
        else:
            found.append(dataclasses.replace(block, text=bound(block.text)) if isinstance(block, Paragraph) else block)
    return tuple(found)


def bound(text: str) -> str:
    """Keep a number and its unit, a table and its number on one line, by a space that does not break."""
    return _PLACE.sub("\\1\u00a0", _UNIT.sub("\u00a0", text))
