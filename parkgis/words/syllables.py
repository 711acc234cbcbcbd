"""Is this a Vietnamese syllable? Onset, rime and tone by the rules of the spelling; no word list.

By this a text says in which encoding it was written: bytes read in the wrong one hardly ever give syllables.
"""

from __future__ import annotations

import functools
import unicodedata

TONES = "\u0301\u0300\u0309\u0303\u0323"  # sắc, huyền, hỏi, ngã, nặng
SHARP = frozenset("\u0301\u0323")  # the two tones of a syllable that ends in c, ch, p, t

ONSETS = ("ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", *"bcdđghklmnprstvx", "")
_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uên uênh uêt ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uyn
    uynh uyp uyt uyu ư ưa ưc ưi ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yêm yên yêng yêt yêu ych ynh yn yt
"""
RIMES = frozenset(_RIMES.split())
AFTER_QU = RIMES | {"ôc"}
AFTER_GI = RIMES | {"êc", "êm", "ên", "êng", "êt", "êp", "êu", ""}
FRONT = "eêiy"  # vowels before which k, gh, ngh stand
STOPS = ("c", "ch", "p", "t")


def toneless(word: str) -> tuple[str, str]:
    """Return a word in small letters without its tone marks, and the marks in their order.

    Examples
    --------
    >>> toneless("Trường")
    ('trương', '\u0300')
    """
    parts = unicodedata.normalize("NFD", word.lower())
    bare = "".join(c for c in parts if c not in TONES)
    return unicodedata.normalize("NFC", bare), "".join(c for c in parts if c in TONES)


@functools.lru_cache(maxsize=1 << 16)
def is_syllable(word: str) -> bool:
    """Tell whether the spelling allows a word of one syllable, whatever its case.

    Examples
    --------
    >>> [is_syllable(w) for w in ("Nguyễn", "QUỐC", "giếng", "Trưªng", "kà", "cá", "cá́")]
    [True, True, True, False, False, True, False]
    """
    bare, tone = toneless(word)
    return len(tone) <= 1 and any(_fits(onset, bare.removeprefix(onset), tone) for onset in ONSETS if bare.startswith(onset))


def _fits(onset: str, rime: str, tone: str) -> bool:
    if rime not in (AFTER_QU if onset == "qu" else AFTER_GI if onset == "gi" else RIMES):
        return False
    if rime.endswith(STOPS) and tone not in SHARP:
        return False
    front = rime[:1] in FRONT and rime != ""
    if onset in ("k", "gh", "ngh"):
        return front
    return not (front and (onset in ("c", "ng") or (onset == "g" and rime[0] != "i")))


@functools.lru_cache(maxsize=1 << 16)
def parts(word: str) -> tuple[str, ...]:
    """Return a word cut where a small letter meets a capitalised one: ``PhanThị`` is two.

    ``NGUYễN`` is one: a text in capitals that lost the case of its toned letters.

    Examples
    --------
    >>> parts("PhanThị"), parts("UBND")
    (('Phan', 'Thị'), ('UBND',))
    """
    cuts = [at for at in range(1, len(word) - 1) if word[at - 1].islower() and word[at].isupper() and word[at + 1].islower()]
    return tuple(word[a:b] for a, b in zip([0, *cuts], [*cuts, len(word)], strict=True))


def plausible(word: str) -> bool:
    """Tell whether a word is syllables only.

    Examples
    --------
    >>> plausible("PhanThị"), plausible("NGUYễN"), plausible("§inh")
    (True, True, False)
    """
    return all(is_syllable(part) for part in parts(word))
