"""The event "land reached a stage", and the id its minutes give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.model import Document, Event, Kind, mint, mint_of

if TYPE_CHECKING:
    import datetime as dt

    from parkgis.model import Scalar


def reached(
    project: str, stage: str, day: dt.date, document: Document, *, by: str, parcel: str = "", geometry: str = "",
    area_m2: float | None = None, note: str = "", facts: tuple[tuple[str, Scalar], ...] = (),
) -> Event:  # fmt: skip
    """Return the event "land reached a stage", with the id its minutes give it.

    The id is minted from project, stage, parcel or polygon or area, and the document: the same minutes
    recorded twice count once, and the same minutes with another day are a conflict, not a second fact.
    """
    land = parcel or geometry or f"area {area_m2!r}"
    return Event(
        id=id_of(project, stage, land, document), kind=Kind.REACHED, day=day, project=project, stage=stage, parcel=parcel,
        geometry=geometry, area_m2=area_m2, source=document, by=by, note=note, facts=facts,
    )  # fmt: skip


def id_of(project: str, stage: str, land: str, document: Document) -> str:
    """Return the id of "land reached a stage" by a document."""
    return mint_of(document, "reached", project, stage, land)


def former_id(event: Event) -> str:
    """Return the id these minutes had before ids of one document began alike: a ledger may hold them under it."""
    land = event.parcel or event.geometry or f"area {event.area_m2!r}"
    return mint("reached", event.project, event.stage, land, event.source.number, event.source.date.isoformat())
