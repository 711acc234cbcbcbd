"""What a newer parcel layer does to the entries of the ledger: which stay by their key, which follow a split or a merge.

A split retires a key and makes others (:mod:`parkgis.status.fold`); both must stand in the layer, so the old parcel is
carried over into the new vintage, out of use but with its ground. A parcel that was only renumbered is a split into one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from parkgis.errors import InputRefused, Reason, UsageError
from parkgis.frames import PARCELS
from parkgis.intake.conflicts import renamed
from parkgis.intake.parcels import mended
from parkgis.intake.vintages import ALONE, MOVED_M, Comparison, Fate, compare
from parkgis.layers.frame import frame_of
from parkgis.ledger.store import voided
from parkgis.model import Cut, Document, Event, Finding, Kind, Severity, mint
from parkgis.status import lineage
from parkgis.status.fold import children, parents

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from parkgis.status import Site
    from parkgis.workspace import Workspace

Change = tuple[Kind, tuple[str, ...], tuple[str, ...]]
KEPT = (Fate.SPLIT, Fate.MERGED, Fate.REARRANGED)
BY_PARCEL = (Kind.OBSTACLE, Kind.LIFTED, Kind.PAYMENT)
ALLOWED = ("key_kept", "moved_off", "lineage_area", "lineage_shape")
"""Findings that an officer may accept by their code; the others would leave entries without land."""


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A newer vintage of a project's parcels, as it would be written.

    Attributes
    ----------
    id : str
        Twelve digits over the older vintage, the file, the ledger's head and every option: another of these, another id.
    comparison : Comparison
        Parcels in use before, against those of the file.
    successions : tuple of (Kind, tuple of str, tuple of str)
        Splits and merges that would be recorded: kind, old keys, new keys.
    carried : GeoDataFrame
        Rows of the older layer that the new vintage keeps, out of use, because entries speak of them.
    recorded : int
        Parcels in use that entries speak of.
    findings : tuple of Finding
        At severity ``error``: what forbids the vintage.
    """

    id: str
    comparison: Comparison
    successions: tuple[Change, ...]
    carried: gpd.GeoDataFrame
    recorded: int
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """The document splits and merges rest on, and the day they became true."""

    document: Document
    day: dt.date


def propose(
    workspace: Workspace,
    site: Site,
    frame: gpd.GeoDataFrame,
    accepted: Collection[str],
    told: Mapping[str, Sequence[str]],
    identity: str,
) -> Proposal:
    """Say what would become of every parcel and of every entry if a measured frame were the next vintage.

    Parameters
    ----------
    site : Site
        With a parcel layer.
    frame : GeoDataFrame
        Of the newer file, holding to :data:`parkgis.frames.PARCELS`, in the grid of the layer.
    accepted : collection of str
        Codes of findings that are taken in knowingly; of :data:`ALLOWED`.
    told : mapping of str to sequence of str
        Old key -> new keys, where the officer knows better than ground and key.
    identity : str
        What else the proposal depends on: file, options.

    Raises
    ------
    UsageError
        When ``told`` names a parcel that is not there.
    """
    assert site.layer is not None
    before = frame_of(site.layer)
    changes = _lineage(workspace, site.project.id)
    retired = {key for event in changes for key in parents(event)}
    recorded = _recorded(workspace, site.project.id) | {key for event in changes for key in children(event)}
    there = set(frame["key"])
    again = [key for key in retired if key in there]
    comparison = compare(
        before[~before["key"].isin(retired)].reset_index(drop=True), frame[~frame["key"].isin(again)].reset_index(drop=True)
    )
    _demand_known(told, comparison)
    successions = _successions(comparison, recorded, told)
    gone = {key for _, old, _ in successions for key in old} | retired
    carried = before[before["key"].isin(gone - there)]
    findings = [
        *_lost(comparison, recorded, successions, accepted),
        *_reused(gone - retired, there),
        *_unlike(before, frame, again),
    ]
    findings += _unconserved(workspace, site, successions, joined(frame, carried), accepted)
    findings += _shifted(comparison)
    head = workspace.store.head()
    id_ = mint("vintage", site.project.id, site.layer_sha256, identity, head.seq, head.digest)[:12]
    used = sum(key in recorded for key in comparison.old["key"])
    return Proposal(id_, comparison, successions, carried, used, tuple(findings))


def demand_seen(proposal: Proposal, seen: str, *, replace: bool, path: object) -> None:
    """Refuse a vintage that takes land from entries, and one that nobody has looked at.

    Parameters
    ----------
    seen : str
        Id of the proposal the officer has seen; empty for none.
    replace : bool
        He says that the file takes the place of the older one: enough where no ground and no key changes.

    Raises
    ------
    InputRefused, UsageError
    """
    if seen and seen != proposal.id:
        raise UsageError(
            why=Reason(
                "proposal_other",
                "proposal {proposal} no longer holds: the file, an option or the ledger has changed since; "
                "look at the new one, {id}",
                proposal=seen,
                id=proposal.id,
            )
        )
    if proposal.refused and (seen or replace):
        raise InputRefused(proposal.refused, path=path)
    if not seen and not (replace and proposal.comparison.quiet):
        raise UsageError(
            why=Reason(
                "has_parcels",
                "the project already has parcels, and this file changes them; look at the proposal (this command without "
                "--replace), then pass --accept-proposal ID",
            )
        )


def events(workspace: Workspace, project: str, proposal: Proposal, paper: Paper | None, by: str) -> list[Event]:
    """Return the splits and merges of a proposal as entries of a document.

    Raises
    ------
    UsageError
        Without a document, where there is anything to record; for a day in the future.
    """
    if not proposal.successions:
        return []
    if paper is None:
        raise UsageError(
            why=Reason(
                "vintage_paper",
                "{count} splits, merges or new numbers would be recorded: pass --document NUMBER --document-date DAY (and --day, "
                "if they became true on another day)",
                count=len(proposal.successions),
            )
        )
    struck = voided(workspace.store.events(None, [Kind.VOID]))
    return [renamed(_event(project, change, paper, by), struck) for change in proposal.successions]


def _event(project: str, change: Change, paper: Paper, by: str) -> Event:
    kind, old, new = change
    one, several = (old[0], new) if kind is Kind.SPLIT else (new[0], old)
    return Event(
        id=mint(kind.value, project, one),
        kind=kind,
        day=paper.day,
        project=project,
        source=paper.document,
        by=by,
        parcel=one,
        into=several,
    )


def joined(frame: gpd.GeoDataFrame, carried: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what is written: the rows of the newer file and the carried ones, by key."""
    if carried.empty:
        return frame
    both = gpd.GeoDataFrame(pd.concat([frame, carried[[*PARCELS.columns, "geometry"]]], ignore_index=True), crs=frame.crs)
    return both.sort_values("key", kind="stable").reset_index(drop=True)


# -- what the ledger speaks of -------------------------------------------------------------------------------


def _lineage(workspace: Workspace, project: str) -> list[Event]:
    found = workspace.store.standing(Cut(dt.date.max, workspace.cut().known), [Kind.SPLIT, Kind.MERGE])
    return [entry.event for entry in found if entry.event.project == project]


def _recorded(workspace: Workspace, project: str) -> set[str]:
    cut = Cut(dt.date.max, workspace.cut().known)
    keys = {key for batch in workspace.store.reached(cut) if batch.project == project for key in batch.keys}
    others = workspace.store.standing(cut, BY_PARCEL)
    return keys | {e.event.parcel for e in others if e.event.project == project and e.event.parcel}


# -- what becomes of it --------------------------------------------------------------------------------------


def _demand_known(told: Mapping[str, Sequence[str]], comparison: Comparison) -> None:
    for side, names in ((comparison.old, list(told)), (comparison.new, [key for new in told.values() for key in new])):
        if lost := [name for name in names if name not in set(side["key"])]:
            raise UsageError(why=Reason("vintage_map", "--map: there is no parcel {parcel}", parcel=", ".join(lost)))


def _successions(comparison: Comparison, recorded: Collection[str], told: Mapping[str, Sequence[str]]) -> tuple[Change, ...]:
    """Return the splits and merges that parcels with entries need so that these follow their ground."""
    found: list[Change] = [(Kind.SPLIT, (old,), tuple(new)) for old, new in told.items()]
    for fate, old, new in comparison.groups(Fate.RENUMBERED, Fate.SPLIT, Fate.MERGED):
        if set(old) & set(recorded) and not set(old) & (set(new) | told.keys()):
            found.append((Kind.MERGE if fate is Fate.MERGED else Kind.SPLIT, tuple(old), tuple(new)))
    return tuple(found)


def _lost(
    comparison: Comparison,
    recorded: Collection[str],
    successions: Sequence[Change],
    accepted: Collection[str],
) -> list[Finding]:
    """Find parcels with entries that would lose their land, or keep a key that now means other land."""
    followed = {key for _, old, _ in successions for key in old}
    there = set(comparison.new["key"])
    gone, kept = [], []
    for _, old, new in comparison.groups(Fate.VANISHED, *KEPT):
        speaks = [key for key in old if key in recorded and key not in followed]
        kept += [key for key in speaks if key in new]
        gone += [key for key in speaks if key not in new]
    off = _off(comparison, recorded)
    named = (("keys_vanish", gone), ("key_kept", kept), ("moved_off", off))
    found = [_named(code, keys, accepted) for code, keys in named if keys]
    return found + ([_named("key_reused", reused, ())] if (reused := [key for key in gone if key in there]) else [])


def _off(comparison: Comparison, recorded: Collection[str]) -> list[str]:
    """Return keys with entries whose parcel lies nowhere near where it lay, the common shift taken off."""
    new = comparison.new
    alone = np.isin(comparison.fates[comparison.new_group], [list(Fate).index(fate) for fate in ALONE])
    size = np.sqrt(new["area_grid_m2"].to_numpy(float))
    far = alone & (np.nan_to_num(comparison.moved_m) > np.hypot(*comparison.shift_m) + np.maximum(size, MOVED_M))
    return [key for key in new["key"][far] if key in recorded]


def _reused(gone: Collection[str], there: Collection[str]) -> list[Finding]:
    """Find keys that are to be retired and that the newer file gives to other ground: entries could not tell them apart."""
    reused = sorted(set(gone) & set(there))
    return [_named("key_reused", reused, ())] if reused else []


def _unlike(before: gpd.GeoDataFrame, frame: gpd.GeoDataFrame, again: Sequence[str]) -> list[Finding]:
    """Find keys out of use that the file holds with another ground."""
    olds, news = (side.set_index("key").geometry for side in (before, frame))
    held = [key for key in sorted(again) if key in olds.index]
    apart = [key for key in held if float(olds[key].symmetric_difference(mended(np.array([news[key]]))[0][0]).area) > 1.0]
    return [_named("key_reused", apart, ())] if apart else []


def _named(code: str, keys: Sequence[str], accepted: Collection[str]) -> Finding:
    severity = Severity.WARNING if code in ALLOWED and code in accepted else Severity.ERROR
    return Finding(code, severity, where=keys[0], facts={"count": len(keys), "example": ", ".join(keys[:5])})


def _unconserved(
    workspace: Workspace,
    site: Site,
    successions: Sequence[Change],
    layer: gpd.GeoDataFrame,
    accepted: Collection[str],
) -> list[Finding]:
    """Hold every split and merge to its land (:func:`parkgis.status.lineage.breaches`)."""
    named = {key for _, old, new in successions for key in (*old, *new)}
    rows = layer[layer["key"].isin(named)].drop_duplicates("key")
    shapes = dict(zip(rows["key"], mended(np.asarray(rows.geometry.values))[0], strict=True))
    paper = Paper(Document("?", workspace.today()), workspace.today())
    found = [
        finding
        for change in successions
        for finding in lineage.breaches(_event(site.project.id, change, paper, ""), shapes, Severity.ERROR, change[1][0])
    ]
    return [dataclasses.replace(f, severity=Severity.WARNING) if f.code in accepted else f for f in found]


def _shifted(comparison: Comparison) -> list[Finding]:
    east, north = comparison.shift_m
    if not (east or north):
        return []
    facts = {"east_m": round(east, 2), "north_m": round(north, 2), "distance_m": round(float(np.hypot(east, north)), 2)}
    return [Finding("vintage_shift", Severity.WARNING, facts=facts)]
