"""Checks of a parcel layer, each a case in and marks out; a check is an entry in a tuple, not a branch.

``AT_THE_DOOR`` judge a file before it is taken in: linear, a few ufuncs over a million parcels, and each of its findings
refuses the file unless its code is accepted. ``CHECKS`` are what ``add`` tells after measuring. ``ALL`` is what
``parkgis check`` goes through, on a stored layer as on an incoming file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.layers.checks import coverage, ground, keys, papers, rings
from parkgis.layers.checks.case import NOBODY, Case, Check, Marks, named, summary
from parkgis.layers.checks.limits import limit
from parkgis.layers.checks.pairs import Overlaps, mean_width, overlapping, overlaps
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

SLIVER_M2 = limit("overlap")

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

AT_THE_DOOR: tuple[Check, ...] = (
    Check({"geometry_empty": _ERROR}, rings.empty),
    Check({"geometry_type": _ERROR}, rings.kind),
    Check({"geometry_invalid": _ERROR, "ring_nesting": _ERROR}, rings.invalid),
    Check({"key_incomplete": _ERROR}, keys.incomplete),
    Check({"key_duplicate": _ERROR}, keys.duplicate),
)
CHECKS: tuple[Check, ...] = (
    Check({"overlap": _WARNING}, coverage.overlap),
    Check({"outside_boundary": _WARNING}, ground.outside),
    Check({"crosses_boundary": _INFO}, ground.crosses),
    Check({"area_differs": _WARNING, "document_area_missing": _INFO}, papers.area),
    Check({"land_code_unknown": _WARNING, "land_code_old": _INFO}, papers.land),
)
THOROUGH: tuple[Check, ...] = (
    Check({"geometry_duplicate": _WARNING}, rings.duplicate),
    Check({"gap": _WARNING}, coverage.gap),
    Check({"parcel_sliver": _WARNING}, rings.sliver),
    Check({"spike": _WARNING}, rings.spike),
    Check({"parcel_tiny": _INFO}, rings.tiny),
    Check({"multipart": _INFO}, rings.multipart),
    Check({"area_total": _WARNING}, papers.total),
    Check({"decision_differs": _INFO}, ground.decision),
    Check({"commune_unknown": _INFO, "commune_reused": _INFO}, papers.commune),
    Check({"holder_missing": _INFO}, papers.holder),
    Check({"parcel_without_event": _INFO}, ground.unrecorded),
)
PAIRWISE: tuple[Check, ...] = CHECKS[:1]
"""Checks that find nothing in a frame whose ``irregular`` column, just measured, is all false."""
ALL: tuple[Check, ...] = (*AT_THE_DOOR, *CHECKS, *THOROUGH)


def marks(case: Case, checks: Sequence[Check] = ALL) -> tuple[Marks, ...]:
    """Run checks over a case; nothing is changed.

    Returns
    -------
    tuple of Marks
        One a code that was found, in the order of the checks.
    """
    return tuple(found for check in checks for found in check.run(case))


def look(frame: gpd.GeoDataFrame | Case, checks: Sequence[Check]) -> tuple[Finding, ...]:
    """Run checks and say what they found, a finding a code."""
    case = frame if isinstance(frame, Case) else Case(frame)
    return tuple(summary(found, case) for found in marks(case, checks))


def codes(checks: Sequence[Check] = ALL) -> dict[str, Severity]:
    """Return every code the checks may give, with its severity."""
    return {code: severity for check in checks for code, severity in check.finds.items()}


__all__ = [
    "ALL", "AT_THE_DOOR", "CHECKS", "NOBODY", "PAIRWISE", "SLIVER_M2", "THOROUGH", "Case", "Check", "Marks", "Overlaps", "codes",
    "limit", "look", "marks", "mean_width", "named", "overlapping", "overlaps", "summary",
]  # fmt: skip
