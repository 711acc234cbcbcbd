"""What the head and the foot of a signed letter say, from ``[letter]`` of ``parkgis.toml``.

What the workspace does not say stays a dotted blank to fill in by hand: numbers, names and titles are never invented.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True)
class Letterhead:
    """The letterhead; every text may be empty. ``_vi`` and ``_en`` are the same in either language.

    Attributes
    ----------
    superior_vi, superior_en : str
        The body above the issuing one.
    symbol : str
        Letters of the document's number, after the slash: ``BC-BQL``.
    number : str
        The document's number; given by the clerk when it is issued.
    place_vi, place_en : str
        Where it is signed.
    to_vi, to_en : tuple of str
        "Kính gửi".
    recipients_vi, recipients_en : tuple of str
        "Nơi nhận", without the file copy.
    archive : str
        Who keeps the file copy: ``VT, QLQH``.
    signer_vi, signer_en : tuple of str
        Lines above the signature: ``KT. TRƯỞNG BAN``, ``PHÓ TRƯỞNG BAN``.
    signer_name : str
    """

    superior_vi: str = ""
    superior_en: str = ""
    symbol: str = ""
    number: str = ""
    place_vi: str = ""
    place_en: str = ""
    to_vi: tuple[str, ...] = ()
    to_en: tuple[str, ...] = ()
    recipients_vi: tuple[str, ...] = ()
    recipients_en: tuple[str, ...] = ()
    archive: str = ""
    signer_vi: tuple[str, ...] = ()
    signer_en: tuple[str, ...] = ()
    signer_name: str = ""

    def text(self, name: str, lang: str) -> str:
        """Return a text in a language, the other one's where only that is given."""
        found: str = getattr(self, f"{name}_{lang}") or getattr(self, f"{name}_{'en' if lang == 'vi' else 'vi'}")
        return found

    def lines(self, name: str, lang: str) -> tuple[str, ...]:
        """Return lines in a language, the other one's where only those are given."""
        found: tuple[str, ...] = getattr(self, f"{name}_{lang}") or getattr(self, f"{name}_{'en' if lang == 'vi' else 'vi'}")
        return found


_LINES = frozenset(field.name for field in dataclasses.fields(Letterhead) if field.default == ())


def parse(table: Mapping[str, Any]) -> Letterhead:
    """Read ``[letter]``.

    Raises
    ------
    ValueError
        Naming the key that is unknown, or that holds something else than text (or a list of texts).
    """
    known = [field.name for field in dataclasses.fields(Letterhead)]
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"letter.{key} is no key of [letter]; the keys are: {', '.join(known)}")
        if key in _LINES and not (isinstance(value, list) and all(isinstance(line, str) for line in value)):
            raise ValueError(f'letter.{key} = {value!r} is no list of texts; write for example ["TRƯỞNG BAN"]')
        if key not in _LINES and not isinstance(value, str):
            raise ValueError(f"letter.{key} = {value!r} is no text; put it in quotes")
    found: dict[str, Any] = {key: tuple(value) if key in _LINES else value for key, value in table.items()}
    return Letterhead(**found)
