"""Every word a reader sees, in Vietnamese and English; numbers and dates as each language writes them.

The catalogues are the folders ``vi`` and ``en`` beside this file, one TOML file a room: the key
``map.legend`` is ``legend`` in ``map.toml``. ``tests/test_words.py`` holds both languages to the same keys
and the same placeholders. Keys never change with the language.
"""

from __future__ import annotations

import datetime as dt
import decimal
import functools
import importlib.resources
import math
import tomllib
import zoneinfo
from typing import TYPE_CHECKING, Any

from parkgis.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("vi", "en")
EXACT = decimal.Context(prec=400, rounding=decimal.ROUND_HALF_UP)
"""Wide enough for any float; Babel, which took forty times as long for a number, rounds 0.125 to 0.12."""
COMMA = str.maketrans(",.", ".,")


@functools.cache
def _step(digits: int) -> decimal.Decimal:
    return decimal.Decimal(1).scaleb(-digits)


@functools.cache
def _flat(lang: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for file in importlib.resources.files(__package__).joinpath(lang).iterdir():
        if file.name.endswith(".toml"):
            found.update(_walk(tomllib.loads(file.read_text(encoding="utf-8")), file.name.removesuffix("toml")))
    return found


def _walk(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        found.extend(_walk(value, f"{name}.") if isinstance(value, dict) else [(name, value)])
    return found


def keys(lang: str) -> Mapping[str, str]:
    """Return every key of a language with its text."""
    return _flat(lang)


class Words:
    """Speak one language.

    Parameters
    ----------
    lang : {"vi", "en"}
    zone : str
        IANA time zone in which instants are shown.

    Examples
    --------
    >>> Words("vi").ha(18_050_000), Words("en").ha(18_050_000)
    ('1.805,00', '1,805.00')
    >>> Words("vi").day(dt.date(2026, 12, 31))
    '31/12/2026'
    """

    def __init__(self, lang: str, zone: str = "Asia/Ho_Chi_Minh") -> None:
        self.lang = lang
        self._zone = zone
        self._text = _flat(lang)

    def __call__(self, key: str, /, **facts: Any) -> str:
        text = self._text[key]
        return text.format(**{name: self.value(name, fact) for name, fact in facts.items()}) if facts else text

    def has(self, key: str) -> bool:
        return key in self._text

    def value(self, name: str, fact: Any) -> str:
        """Write a fact as this language does; areas under names ending in ``_m2`` are written in m2."""
        if isinstance(fact, Reason):
            return self(f"reason.{fact.code}", **fact.facts)
        if isinstance(fact, bool) or fact is None:
            return self._text["word.unknown"] if fact is None else str(fact)
        if isinstance(fact, float):
            return self.number(fact, 1 if name.endswith("_m2") else 2)
        if isinstance(fact, int):
            return self.number(fact, 0) if not name.startswith(("row", "seq", "year", "head", "expected")) else str(fact)
        if isinstance(fact, dt.datetime):
            return self.moment(fact)
        if isinstance(fact, dt.date):
            return self.day(fact)
        return str(fact)

    def number(self, value: float, digits: int = 2) -> str:
        """Write a number with thousands and decimals marked as the language does; ties go up, as in Excel."""
        if abs(value) < 0.5 * 10**-digits:
            value = 0.0  # rounding noise below nothing must not print as -0,00
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
        rounded = decimal.Decimal(str(value)).quantize(_step(digits), context=EXACT)
        return f"{rounded:,f}" if self.lang == "en" else f"{rounded:,f}".translate(COMMA)

    def ha(self, area_m2: float, digits: int = 2) -> str:
        """Write square metres as hectares, without the unit."""
        return self.number(round(area_m2 / 10_000, 8), digits)  # as workbook cells: without the noise of binary fractions

    def percent(self, share: float | None, digits: int = 1) -> str:
        """Write a share (0-1) as percent; None is written as a dash, for a share of nothing."""
        if share is None:
            return "–"
        return self.number(round(share * 100, 9), digits) + (" %" if self.lang == "vi" else "%")

    def day(self, day: dt.date) -> str:
        """Write a day as dd/mm/yyyy, the same in both languages."""
        return f"{day:%d/%m/%Y}"

    def moment(self, at: dt.datetime) -> str:
        """Write an instant in local time, to the minute, with its offset when seconds matter nowhere."""
        local = at.astimezone(zoneinfo.ZoneInfo(self._zone))
        return f"{local:%H:%M %d/%m/%Y}"

    def partial_day(self, text: str) -> str:
        """Write a reduced-precision ISO date (``2025``, ``2025-04``, ``2025-04-18``) without adding precision."""
        return "/".join(reversed(text.split("-")))
