"""Events go into the ledger, and what became of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from parkgis.intake.conflicts import as_known
from parkgis.ledger.store import voided
from parkgis.model import Event, Finding, Kind, Recorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parkgis.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What ``record`` did: new entries, how many were there already, what to look at."""

    recorded: tuple[Recorded, ...]
    already: int
    findings: tuple[Finding, ...]


def append(workspace: Workspace, events: Sequence[Event]) -> Outcome:
    """Append events; minutes recorded before are recognised, unless what was recorded is void by now."""
    struck = voided(workspace.store.events(None, [Kind.VOID]))
    fresh = as_known(workspace, events, struck)
    new = workspace.store.append(fresh)
    return Outcome(tuple(new), len(fresh) - len(new), ())
