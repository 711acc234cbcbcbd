"""Recompute the digest chain and say which entry does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkgis.ledger import text
from parkgis.model import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parkgis.ledger.store import Kept
    from parkgis.model import Recorded

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


def against_digest(store: Kept, digest: str) -> int | None:
    """Return the number of the entry that carries a digest noted elsewhere, or its first digits; None when none does.

    Everything up to that entry is as it was when the digest was noted: nobody can write another entry, or change one,
    and end in the same digest. What :func:`verify` alone cannot see is a newest entry forged with its digest.
    """
    noted = digest.strip().lower()
    return next((int(row[0]) for row in store.rows() if str(row[-1]).startswith(noted)), None)


def digest_findings(store: Kept, digest: str) -> tuple[int | None, list[Finding]]:
    """Return the entry that carries a noted digest, and a finding when none does."""
    seq = against_digest(store, digest)
    gone = Finding("ledger_digest_gone", Severity.ERROR, where="ledger", facts={"digest": digest.strip().lower()})
    return seq, [gone] if seq is None else []


def against_entries(store: Kept, others: Iterable[Recorded]) -> Iterator[Finding]:
    """Yield a finding for the first entry of an older copy that this ledger does not hold as it was."""
    rows = store.rows()
    for other in others:
        row = next(rows, None)
        if row is None or row[-1] != other.digest:
            yield _finding("ledger_other_history", other.seq, document=other.event.source.number)
            return


def _finding(code: str, seq: int, **facts: object) -> Finding:
    return Finding(code, Severity.ERROR, where=f"ledger:{seq}", facts={"seq": seq, **facts})
