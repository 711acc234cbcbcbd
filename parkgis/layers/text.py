"""The text alarm: no encoding is assumed; what a column was written in is proved by samples and taken when told.

A column passes unchanged when it is right as it stands (:data:`guess.AS_IS`). Else there is a finding at severity
"error" that names the reading, how sure it is, and words before and after; the file is not taken in until a person
passes ``--encoding``, for the file or for a column, or ``--accept detected``. What was done is said again then.

Samples are single words, the commonest first, never a whole value: a list of common syllables names nobody.
"""

from __future__ import annotations

import collections
import dataclasses
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from parkgis.errors import Reason, UsageError
from parkgis.layers import guess
from parkgis.model import Finding, Severity
from parkgis.words import legacy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import geopandas as gpd

DETECTED = "detected"  # what --accept says to take readings found to be sure
SURE = 0.9
SAMPLES = 6
SHARED = 2  # values a word must stand in before it is shown: a rare word may be a person's name
CUT_BYTES = 254  # what a Shapefile's text holds
NAME_BYTES = 10  # what a Shapefile's field names hold
LOST_SHARE = 0.6  # of values that begin with a capital, from which a column is one of names


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What a person says of a file's text.

    Attributes
    ----------
    file : str
        Reading of every column; empty when nothing was said.
    columns : mapping of str to str
        Column -> reading, which outranks ``file``.
    detected : bool
        Take what was found when it is sure (:data:`SURE`).
    """

    file: str = ""
    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    detected: bool = False

    def of(self, column: str) -> str:
        return self.columns.get(column, self.file)


def told(text: str | None, accepted: Collection[str] = ()) -> Told:
    """Read ``--encoding``: ``tcvn3``, or ``TENCHU=vni,DIACHI=tcvn3``, or both.

    Raises
    ------
    UsageError
        For a reading nobody knows.

    Examples
    --------
    >>> told("utf-8,TENCHU=ABC+names").columns
    {'TENCHU': 'tcvn3+names'}
    """
    file, columns = "", {}
    for part in filter(None, (part.strip() for part in (text or "").split(","))):
        column, equals, name = part.rpartition("=")
        try:
            reading = guess.check(name)
        except LookupError as error:
            raise UsageError(
                why=Reason("encoding_unknown", "--encoding {encoding}: no such encoding; write for example tcvn3", encoding=name)
            ) from error
        if equals:
            columns[column] = reading
        else:
            file = reading
    return Told(file, columns, DETECTED in accepted)


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """The distinct texts of one column, and how they are to be read."""

    name: str
    values: Sequence[str]
    raw: bool
    reading: str = guess.AS_IS
    guesses: tuple[guess.Guess, ...] = ()

    def read(self, text: str) -> str:
        return _read(text, self.reading, raw=self.raw)[0]


def judge(frame: gpd.GeoDataFrame, told: Told, *, raw: bool = False) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Judge the text of a frame as it came, and read it as told.

    Parameters
    ----------
    frame : GeoDataFrame
    told : Told
    raw : bool
        Its text has one character a byte (:attr:`parkgis.layers.read.Incoming.raw`); else it is Unicode.

    Returns
    -------
    (GeoDataFrame, tuple of Finding)
        The frame with its text, and its column names, in NFC and as told; columns that need a word from a person are
        left as they are and have a finding at severity "error".

    Raises
    ------
    UsageError
        When a column that was told of is not there.
    """
    _demand_columns(frame, told)
    found = [_column(str(name), _distinct(frame[name]), raw=raw) for name in text_columns(frame)]
    common = _common([w for column in found if column.raw is raw for w in guess.words(column.values)], raw=raw)
    columns = [_settled(column, told, common) for column in found]
    findings = [finding for column in columns for look in LOOKS for finding in look(column, told)]
    return _applied(frame, columns, raw=raw, name_reading=told.file or common), (*findings, *_field_names(frame))


def _demand_columns(frame: gpd.GeoDataFrame, told: Told) -> None:
    names = [str(c) for c in frame.columns]
    for column in told.columns:
        if column not in names:
            why = Reason(
                "encoding_column", "--encoding {column}=…: the columns are {columns}", column=column, columns=", ".join(names)
            )
            raise UsageError(why=why)


def text_columns(frame: gpd.GeoDataFrame) -> list[Any]:
    """Return the columns that hold text."""
    return [c for c in frame.columns if c != frame.geometry.name and frame[c].dtype.kind not in "fiubMm"]


def _distinct(values: pd.Series) -> list[str]:
    """Return the distinct texts of a column that there is something to say of."""
    if isinstance(values.dtype, pd.StringDtype):
        if values.str.isascii().all() and not (values.str.len() >= CUT_BYTES).any():
            return []  # plain text: nothing to judge, and no Python object a value
    elif values.map(type).isin((list, dict)).any():
        return []
    return [value for value in pd.unique(values) if isinstance(value, str)]


def _column(name: str, values: Sequence[str], *, raw: bool) -> Column:
    """Return a column; one that holds more than bytes was made here (a sheet number that was told) and is not raw."""
    return Column(name, values, raw and all(value.isascii() or max(value) <= "\xff" for value in values))


def _common(words: Sequence[str], *, raw: bool) -> str:
    """Return what the file as a whole was surely written in; empty when that is not sure."""
    best = guess.rank(sorted(set(words)), raw=raw)[0] if words else None
    return best.reading if best and best.confidence >= SURE and best.words >= 4 * guess.FEW else ""


def _settled(column: Column, told: Told, common: str) -> Column:
    """Decide how a column is read: as told, as found if that may be taken, else not at all."""
    words = guess.words(column.values)
    if not (words or column.raw) or all(value.isascii() for value in column.values):
        return column
    guesses = tuple(guess.rank(words, raw=column.raw, prior={common: 1.0} if common else None))
    reading = told.of(column.name)
    if reading == "utf-8" and not column.raw:
        reading = guess.AS_IS
    if not reading and told.detected and guesses[0].confidence >= SURE:
        reading = guesses[0].reading
    return dataclasses.replace(column, reading=reading or guess.AS_IS, guesses=guesses)


# -- what is said of a column: each a function, column -> findings ------------------------------------------


def _undecided(column: Column, told: Told) -> Iterator[Finding]:
    """The column is not right as it stands and nobody has said how to read it."""
    best = column.guesses[0] if column.guesses else None
    if best is None or column.reading != guess.AS_IS or told.of(column.name) or best.reading == guess.AS_IS:
        return
    facts = {"column": column.name, "reading": best.reading, "sure": _percent(best.confidence), "words": best.words}
    facts |= {"samples": _proof(column, best.reading)}
    if best.confidence >= SURE:
        mixed = best.reading.startswith(guess.MIXED)  # most of the text is right: it is said, and taken in as it stands
        yield Finding(_code(best.reading), Severity.WARNING if mixed else Severity.ERROR, column.name, facts)
        return
    others = ", ".join(f"{g.reading} ({_percent(g.confidence)} %)" for g in column.guesses[:3])
    severity = Severity.ERROR if column.raw else Severity.WARNING  # Unicode text may be right, with foreign words in it
    yield Finding("text_unknown", severity, column.name, {**facts, "others": others})


def _code(reading: str) -> str:
    return {guess.MOJIBAKE: "text_mojibake"}.get(reading, "text_mixed" if reading.startswith(guess.MIXED) else "text_encoding")


def _percent(share: float) -> int:
    """Return whole percent, rounded down: only what is certain is 100."""
    return int(share * 100)


def _taken(column: Column, _told: Told) -> Iterator[Finding]:
    """The column was read anew: the proof goes with the result."""
    if column.reading != guess.AS_IS:
        changed = sum(column.read(v) != v for v in column.values if not v.isascii())
        if changed:
            facts = {"column": column.name, "reading": column.reading, "count": changed, "samples": _proof(column, column.reading)}
            yield Finding("text_read", Severity.INFO, column.name, facts)


def _undecoded(column: Column, _told: Told) -> Iterator[Finding]:
    """Some values hold bytes that the encoding told does not have."""
    if column.reading != guess.AS_IS:
        wrong = sum(not _read(v, column.reading, raw=column.raw)[1] for v in column.values)
        if wrong:
            yield Finding(
                "text_undecoded", Severity.WARNING, column.name, {"column": column.name, "reading": column.reading, "count": wrong}
            )


def _doubtful(column: Column, _told: Told) -> Iterator[Finding]:
    """Words that a second reading would make syllables, after the first: text that was converted twice."""
    if column.reading == "tcvn3":
        words = [w for v in column.values for w in re.findall(r"[^\W\d_]+", column.read(v)) if not w.isascii()]
        pairs = collections.Counter((w, mended) for w in words if (mended := legacy.mend(w, "tcvn3")) != w)
        if pairs:
            facts = {"column": column.name, "count": sum(pairs.values()), "samples": _pairs(pairs)}
            yield Finding("text_twice", Severity.WARNING, column.name, facts)


def _case(column: Column, _told: Told) -> Iterator[Finding]:
    """Names that begin with a small letter, in an encoding whose capitals stand in another font."""
    if "tcvn3" not in column.reading.split("+") or "names" in column.reading:
        return
    texts = [column.read(value) for value in column.values]
    capital = sum(text[:1].isupper() for text in texts if text)
    lost = [text for text in texts if legacy.case_lost(text)]
    if lost and capital >= LOST_SHARE * len(texts):
        pairs = collections.Counter((w, legacy.restore_names(w)) for t in lost for w in t.split() if legacy.case_lost(w))
        yield Finding(
            "text_case", Severity.WARNING, column.name, {"column": column.name, "count": len(lost), "samples": _pairs(pairs)}
        )


def _cut(column: Column, _told: Told) -> Iterator[Finding]:
    """Texts as long as the format allows, or that end within a letter."""
    coding = legacy.BYTES if column.raw else "utf-8"
    sizes = {value: len(value.encode(coding, "replace")) for value in column.values}
    full = {v for v, size in sizes.items() if size in (CUT_BYTES, CUT_BYTES + 1) or (size in (252, 253) and not v.isascii())}
    torn = {v for v in column.values if column.raw and _torn(v)}
    if full or torn:
        facts = {"column": column.name, "count": len(full | torn), "torn": len(torn)}
        yield Finding("text_cut", Severity.WARNING, column.name, facts)


def _torn(text: str) -> bool:
    """Tell whether bytes are UTF-8 but for a last letter that was cut."""
    data = text.encode(legacy.BYTES)
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and not data[: error.start].isascii()
    return False


def _composed(column: Column, _told: Told) -> Iterator[Finding]:
    """Letters and tones stood apart (NFD): joined, so that equal names are equal."""
    apart = sum(not unicodedata.is_normalized("NFC", v) for v in column.values) if not column.raw else 0
    if apart:
        yield Finding("text_nfd", Severity.INFO, column.name, {"column": column.name, "count": apart})


LOOKS: tuple[Callable[[Column, Told], Iterator[Finding]], ...] = (
    _undecided,
    _taken,
    _undecoded,
    _doubtful,
    _case,
    _cut,
    _composed,
)


def _field_names(frame: gpd.GeoDataFrame) -> Iterator[Finding]:
    """Field names that a Shapefile cut, and those it had to number because they became equal."""
    names = [str(c) for c in frame.columns if c != frame.geometry.name]
    if not names or max(len(n.encode("utf-8", "replace")) for n in names) != NAME_BYTES:
        return
    full = [n for n in names if len(n.encode("utf-8", "replace")) == NAME_BYTES]
    yield Finding("field_names_cut", Severity.INFO, facts={"names": ", ".join(full)})
    numbered = [n for n in full if re.search(r"_\d+$", n) and sum(o.startswith(re.sub(r"_\d+$", "", n)) for o in names) > 1]
    if numbered:
        yield Finding("field_names_collide", Severity.WARNING, facts={"names": ", ".join(numbered)})


# -- before and after --------------------------------------------------------------------------------------


def _proof(column: Column, reading: str) -> str:
    """Return common words before and after; nothing of words that stand in few values only."""
    pairs: collections.Counter[tuple[str, str]] = collections.Counter()
    for value in column.values:
        if not value.isascii():
            for word in {w for w in re.split(r"[\s!-@\[-`{-~]+", value) if not w.isascii()}:
                after = _read(word, reading, raw=column.raw)[0]
                if after != word:
                    pairs[word, after] += 1
    return _pairs(pairs)


def _pairs(pairs: collections.Counter[tuple[str, str]]) -> str:
    """Write the commonest pairs; a word of one value only is shown when it is the only kind there is, without its end."""
    ranked = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    often = [pair for pair, count in ranked if count >= SHARED][:SAMPLES]
    shown = often or [(before[:3] + "…", after[:2] + "…") for (before, after), _ in ranked[:SAMPLES]]
    return "; ".join(f"{before} → {after}" for before, after in shown)


def _read(text: str, reading: str, *, raw: bool) -> tuple[str, bool]:
    """Return a text read anew, in NFC, and whether every byte of it has a meaning."""
    if text.isascii():
        return text, True
    try:
        return unicodedata.normalize("NFC", guess.read(text, reading, raw=raw)), True
    except UnicodeDecodeError as error:
        torn = error.reason == "unexpected end of data"
        if torn:
            return _read(text[: error.start], reading, raw=raw)[0], True
    except UnicodeEncodeError:  # a character that Windows-1252 does not show: this text is Unicode already
        return unicodedata.normalize("NFC", text), True
    return unicodedata.normalize("NFC", guess.read(text, reading, raw=raw, errors="keep")), False


def _applied(frame: gpd.GeoDataFrame, columns: Sequence[Column], *, raw: bool, name_reading: str) -> gpd.GeoDataFrame:
    result = frame.copy(deep=False)
    for column in columns:
        if column.reading == guess.AS_IS and (column.raw or all(unicodedata.is_normalized("NFC", v) for v in column.values)):
            continue
        if not column.values:
            continue
        codes, distinct = pd.factorize(result[column.name], use_na_sentinel=True)
        texts = np.array([*(column.read(v) if isinstance(v, str) else v for v in distinct), None], dtype=object)
        result[column.name] = pd.Series(texts[codes], index=result.index, dtype=result[column.name].dtype)
    names = {c: _read(str(c), name_reading or guess.AS_IS, raw=raw)[0] for c in result.columns if not str(c).isascii()}
    return result.rename(columns=names) if names and name_reading else result
