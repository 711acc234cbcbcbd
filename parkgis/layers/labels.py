"""Join the texts of a drawing to the polygons they stand in: number, land use, stated area."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from parkgis.layers.nodes import first_place
from parkgis.ledger.sheets import number
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parkgis.layers.nodes import Shapes

NAMED = 5  # examples named in a finding
ROUNDING_M2 = 0.5
"""Stated areas may differ by this much whatever the share: older maps write whole square metres."""

_NUMBER = re.compile(r"\d{1,6}[A-Za-z]?")
_AREA = re.compile(r"\d{1,3}(?:[.,]\d{3})*[.,]\d{1,2}|\d{1,9}[.,]\d{1,2}")
_LAND = re.compile(r"[A-ZĐ]{2,4}\d?(?:\s{0,2}[+/]\s{0,2}[A-ZĐ]{2,4}\d?)*")
_BREAK = re.compile(r"[\n;]|\s{2,}")


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A text of the drawing: what its level says it is, its words, its place (a point)."""

    role: str
    text: str
    place: shapely.Point


@dataclasses.dataclass(slots=True)
class Label:
    """What the texts inside one polygon say. ``several`` holds the numbers where there is more than one."""

    number: str = ""
    land: str = ""
    area_m2: float | None = None
    several: tuple[str, ...] = ()


def parts(text: Text) -> list[tuple[str, str]]:
    """Return (role, words) of a label; on a number level lines tell by their form what they are.

    Examples
    --------
    >>> parts(Text("number", "345\\n600.5\\nLUC", shapely.Point(0, 0)))
    [('number', '345'), ('area', '600.5'), ('land', 'LUC')]
    >>> parts(Text("land", "ONT+CLN", shapely.Point(0, 0))), parts(Text("area", "600", shapely.Point(0, 0)))
    ([('land', 'ONT+CLN')], [('area', '600')])
    """
    lines = [line.strip() for line in _BREAK.split(text.text) if line.strip()]
    if text.role != "number":
        return [(text.role, line) for line in lines]
    found = []
    for line in lines:
        for piece in line.split("/") if _NUMBER.fullmatch(line.split("/")[0].strip()) else [line]:
            form = next(
                (role for role, fits in (("number", _NUMBER), ("area", _AREA), ("land", _LAND)) if fits.fullmatch(piece.strip())),
                "",
            )
            if form:
                found.append((form, piece.strip()))
    return found


def join(faces: Shapes, texts: Sequence[Text], area_share: float) -> tuple[list[Label], list[Finding]]:
    """Return a label for each polygon, and what does not fit.

    Parameters
    ----------
    faces : array of Polygon
        Metres.
    texts : sequence of Text
    area_share : float
        Share of the drawn area by which the stated one may differ.

    Returns
    -------
    (list of Label, list of Finding)
        ``label_missing``, ``label_several``, ``label_outside``, ``label_area_off``, ``label_unread``, ``label_twice``.
    """
    said: list[dict[str, list[str]]] = [{} for _ in faces]
    places = np.array([text.place for text in texts], dtype=object)
    at, face = shapely.STRtree(faces).query(places, predicate="intersects") if len(texts) else (np.empty(0, int), np.empty(0, int))
    unread = []
    for text, polygon in zip(at, face, strict=True):
        pieces = parts(texts[text])
        unread += [] if pieces else [texts[text].text]
        for role, words in pieces:
            said[polygon].setdefault(role, []).append(words)
    labels = [_label(one) for one in said]
    outside = sorted(set(range(len(texts))) - set(at.tolist()))
    return labels, [*_findings(faces, labels, area_share), *_stray(texts, outside, unread)]


def _label(said: dict[str, list[str]]) -> Label:
    numbers = tuple(dict.fromkeys(said.get("number", ())))
    areas = [area for area in map(number, said.get("area", ())) if area is not None]
    lands = tuple(dict.fromkeys("".join(land.split()) for land in said.get("land", ())))
    return Label(
        numbers[0] if len(numbers) == 1 else "", "+".join(lands), areas[0] if len(set(areas)) == 1 else None,
        numbers if len(numbers) > 1 else (),
    )  # fmt: skip


def _findings(faces: Shapes, labels: Sequence[Label], area_share: float) -> Iterable[Finding]:
    measured = shapely.area(faces)
    none = [i for i, label in enumerate(labels) if not label.number and not label.several]
    many = [i for i, label in enumerate(labels) if label.several]
    off = [i for i, label in enumerate(labels) if label.area_m2 and _differs(label.area_m2, float(measured[i]), area_share)]
    yield from _said("label_missing", none, places=_places(faces, none), area_m2=float(measured[none].sum()))
    yield from _said(
        "label_several", many, places=_places(faces, many), example=" + ".join(labels[many[0]].several) if many else ""
    )
    if off:
        first = max(off, key=lambda i: abs((labels[i].area_m2 or 0.0) - measured[i]))
        facts = {"example": labels[first].number or _places(faces, [first]), "stated_m2": labels[first].area_m2}
        yield from _said("label_area_off", off, **facts, measured_m2=float(measured[first]), share=f"{area_share * 100:g} %")
    seen: dict[str, int] = {}
    for label in labels:
        if label.number:
            seen[label.number] = seen.get(label.number, 0) + 1
    twice = [name for name, count in seen.items() if count > 1]
    yield from _said("label_twice", twice, example=", ".join(twice[:NAMED]))


def _differs(stated: float, measured: float, share: float) -> bool:
    return abs(stated - measured) > max(share * measured, ROUNDING_M2)


def _stray(texts: Sequence[Text], outside: Sequence[int], unread: Sequence[str]) -> Iterable[Finding]:
    shown = "; ".join(
        f"{' '.join(texts[i].text.split())[:20]} ({texts[i].place.x:.2f}, {texts[i].place.y:.2f})" for i in outside[:NAMED]
    )
    yield from _said("label_outside", outside, places=shown)
    yield from _said("label_unread", unread, example="; ".join(" ".join(text.split())[:20] for text in unread[:NAMED]))


def _said(code: str, rows: Sequence[Any], **facts: Any) -> Iterable[Finding]:
    if len(rows):
        yield Finding(code, Severity.WARNING, where=first_place(facts), facts={"count": len(rows), **facts})


def _places(faces: Shapes, rows: Sequence[int]) -> str:
    inner = shapely.get_coordinates(shapely.point_on_surface(faces[np.array(rows[:NAMED], dtype=int)]))
    shown = "; ".join(f"({x:.2f}, {y:.2f})" for x, y in inner)
    return f"{shown} …" if len(rows) > NAMED else shown
