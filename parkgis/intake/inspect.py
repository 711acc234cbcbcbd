"""``parkgis check``: every finding in one list, of a file before it comes in or of the workspace as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.errors import InputRefused
from parkgis.intake import add
from parkgis.layers.tables import contradictions, sha256
from parkgis.ledger.verify import verify
from parkgis.model import Finding, Kind, Severity

if TYPE_CHECKING:
    from pathlib import Path

    from parkgis.intake.add import Options, Progress
    from parkgis.model import Cut
    from parkgis.workspace import Workspace

LEVELS = {"info": Severity.INFO, "warning": Severity.WARNING, "error": Severity.ERROR}


def file_findings(workspace: Workspace, project: str, path: Path, options: Options, progress: Progress) -> tuple[Finding, ...]:
    """Judge a file as ``add`` would; what would be refused is among the findings."""
    try:
        _, added = add.examine(workspace, project, path, options, progress)
    except InputRefused as refused:
        return refused.findings
    return added.findings


def workspace_findings(workspace: Workspace, cut: Cut) -> tuple[Finding, ...]:
    """Return what status, the statements and the ledger's own files give to look at, the worst first."""
    snapshot = workspace.snapshot(cut)
    found = [
        *ledger_findings(workspace),
        *snapshot.findings,
        *(finding for project in snapshot.projects for finding in project.findings),
        *contradictions(workspace.statements),
    ]
    return tuple(sorted(found, key=lambda f: -f.severity))


def ledger_findings(workspace: Workspace) -> tuple[Finding, ...]:
    """Verify the digest chain, and every layer vintage against the digest its entry holds."""
    return (*verify(workspace.store), *_changed_vintages(workspace))


def _changed_vintages(workspace: Workspace) -> list[Finding]:
    found = []
    for entry in workspace.store.events(None, [Kind.LAYER]):
        path = workspace.root / entry.event.refers
        facts = {"seq": entry.seq, "file": entry.event.refers}
        if not path.is_file():
            found.append(Finding("vintage_gone", Severity.ERROR, where=entry.event.refers, facts=facts))
        elif sha256(path) != entry.event.into[1]:
            found.append(Finding("vintage_changed", Severity.ERROR, where=entry.event.refers, facts=facts))
    return found
