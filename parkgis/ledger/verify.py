"""Recompute the digest chain and say which entry does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.ledger import text
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parkgis.ledger.store import Kept

PROJECT, DOCUMENT = text.COLUMNS.index("project"), text.COLUMNS.index("document")


def chain_findings(rows: Iterable[text.Row]) -> Iterator[Finding]:
    """Walk stored rows and yield a finding for every entry that is not as it was written.

    Each entry is checked against the *stored* digest before it, so one changed entry is named alone and
    does not drag the rest of the ledger with it; an entry whose digest alone was changed is told from
    its follower, which still holds with the recomputed one.
    """
    previous, expected_seq, forgiven = "", 1, ""
    for row in rows:
        seq, digest = row[0], row[-1]
        right = text.chain(previous, row[:-1])
        if seq != expected_seq:  # what came before is gone: nothing can be said of this one
            yield _finding("ledger_gap", expected_seq, found=seq)
            forgiven = ""
        elif digest != right and (not forgiven or digest != text.chain(forgiven, row[:-1])):
            yield _finding("ledger_changed", seq, project=row[PROJECT], document=row[DOCUMENT])
            forgiven = right
        else:
            forgiven = ""
        previous, expected_seq = digest, seq + 1


def verify(store: Kept) -> Iterator[Finding]:
    """Check the chain, the guards and the tail of a ledger."""
    yield from chain_findings(store.rows())
    for name in store.guards_missing():
        yield _finding("ledger_unguarded", 0, guard=name)
    head, issued = store.newest_seq(), store.last_seq_issued()
    if issued != head:
        yield _finding("ledger_tail", head, head=head, issued=issued)


def _finding(code: str, seq: int, **facts: object) -> Finding:
    return Finding(code, Severity.ERROR, where=f"ledger:{seq}", facts={"seq": seq, **facts})
