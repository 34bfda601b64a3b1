"""The event log: one hash chain per creditor (architecture §2).

An entry holds ids and the sha256 of its payload; the payload lies apart and may be erased without
breaking the chain. The chain proves that nothing between the first entry and a head that somebody
noted elsewhere was changed; it cannot prove that what was written was true, nor notice that the
end was cut off and the head row with it, unless an outside head is given to ``verify``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from core.domain.model import CreditorId
from core.errors import UsageError
from core.ports import AuditResult
from core.store import tables as t
from core.store.base import Repo, instant

_L, _P, _H = t.event_log.c, t.event_payload.c, t.event_head.c


def genesis(creditor: CreditorId) -> str:
    """The head of an empty chain; it binds the chain to its creditor."""
    return _sha256(f"mahnwerk|{creditor}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _link(prev: str, seq: int, at: str, kind: str, refs: str, payload_sha256: str) -> str:
    return _sha256("|".join((prev, str(seq), at, kind, refs, payload_sha256)))


class _Entry(NamedTuple):
    seq: int
    at: str
    kind: str
    refs: str
    payload_sha256: str
    prev_hash: str
    hash: str
    payload: str | None  # None = erased


class Events(Repo):
    def append(
        self,
        creditor: CreditorId,
        kind: str,
        refs: Mapping[str, int | str],
        payload: Mapping[str, object],
        at: datetime,
    ) -> str:
        """Appends an entry and returns the new head.

        The head row stays locked until the transaction ends, so callers append last.

        Raises:
            UsageError: no such creditor.

        """
        head = self._db.execute(
            sa.select(_H.seq, _H.hash).where(_H.creditor_id == creditor).with_for_update()
        ).first()
        if head is None:
            raise UsageError(
                f"Den Mandanten „{creditor}“ gibt es nicht.", en=f"There is no creditor {creditor}."
            )
        seq, when = head.seq + 1, instant(at)
        what, body = _canonical(refs), _canonical(payload)
        body_hash = _sha256(body)
        link = _link(head.hash, seq, when, kind, what, body_hash)
        self._db.execute(
            sa.insert(t.event_log),
            {
                "creditor_id": creditor,
                "seq": seq,
                "at": when,
                "kind": kind,
                "refs": what,
                "payload_sha256": body_hash,
                "prev_hash": head.hash,
                "hash": link,
            },
        )
        self._db.execute(
            sa.insert(t.event_payload), {"creditor_id": creditor, "seq": seq, "payload": body}
        )
        self._db.execute(
            sa.update(t.event_head).where(_H.creditor_id == creditor).values(seq=seq, hash=link)
        )
        return link

    def head(self, creditor: CreditorId) -> str:
        """The hash of the last entry; "" for an unknown creditor."""
        query = sa.select(_H.hash).where(_H.creditor_id == creditor)
        return self._db.execute(query).scalar() or ""

    def verify(self, creditor: CreditorId, head: str = "") -> AuditResult:
        """Recomputes the chain; ``head`` is one that was noted outside and must occur in it."""
        prev, count, seen = genesis(creditor), 0, False
        for entry in self._entries(creditor):
            problem = _check(entry, prev, count + 1)
            if problem:
                return AuditResult(ok=False, entries=count, head=prev, problem=problem)
            prev, count = entry.hash, entry.seq
            seen = seen or prev == head
        problem = self._check_end(creditor, prev, count)
        if not problem and head and not seen and not (count == 0 and head == prev):
            problem = (
                f"Der angegebene Kopf {head[:12]}… kommt in den {count} Einträgen nicht vor: "
                "das Ende wurde abgeschnitten oder neu geschrieben."
            )
        return AuditResult(ok=not problem, entries=count, head=prev, problem=problem)

    def _check_end(self, creditor: CreditorId, last: str, count: int) -> str:
        row = self._db.execute(sa.select(_H.seq, _H.hash).where(_H.creditor_id == creditor)).first()
        if row is None:
            return f"Den Mandanten „{creditor}“ gibt es nicht."
        if row.seq > count:
            return f"Nach Eintrag {count} fehlen Einträge: der Kopf steht bei {row.seq}."
        if (row.seq, row.hash) != (count, last):
            return f"Eintrag {count}: der Kopf passt nicht zum letzten Eintrag."
        return ""

    def _entries(self, creditor: CreditorId) -> Iterator[_Entry]:
        payload = sa.and_(_P.creditor_id == _L.creditor_id, _P.seq == _L.seq)
        query = (
            sa.select(
                _L.seq, _L.at, _L.kind, _L.refs, _L.payload_sha256, _L.prev_hash, _L.hash,
                _P.payload,
            )
            .select_from(t.event_log.outerjoin(t.event_payload, payload))
            .where(_L.creditor_id == creditor)
            .order_by(_L.seq)
        )  # fmt: skip
        with self._db.execute(query.execution_options(yield_per=1000)) as result:
            for row in result:
                yield _Entry(*row)


def _check(entry: _Entry, prev: str, expected: int) -> str:
    """What is wrong with one entry; "" when nothing is."""
    if entry.seq != expected:
        return f"Eintrag {expected} fehlt: nach {expected - 1} kommt {entry.seq}."
    if entry.prev_hash != prev:
        return f"Eintrag {entry.seq}: er schließt nicht an den davor an (umgestellt oder ersetzt)."
    own = _link(prev, entry.seq, entry.at, entry.kind, entry.refs, entry.payload_sha256)
    if own != entry.hash:
        return f"Eintrag {entry.seq} wurde verändert."
    if entry.payload is not None and _sha256(entry.payload) != entry.payload_sha256:
        return f"Eintrag {entry.seq}: sein Inhalt wurde verändert."
    return ""
