"""What runs decided from: compressed JSON in chunks, written with the verdicts.

Chunk 0 holds the settings of the run, the others accounts or quiet items (ADR 0021).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from core.domain.model import (
    Account,
    Address,
    ConnectionFacts,
    ConnectionId,
    CreditorId,
    Debtor,
    OpenItem,
    RunId,
)
from core.errors import RuleError
from core.ports import InputChunk, Outcome, QuietItem
from core.store import tables as t
from core.store.base import Repo
from core.store.codec import Codec, dumps
from core.store.record_table import RecordTable

Connections = Mapping[ConnectionId, ConnectionFacts]
SETTINGS = 0
# Level 1 for what grows with the books: five times as fast as the default and hardly larger.
FAST, SMALL = 1, 9
_ACCOUNTS = RecordTable(Account, frozenset({"connections", "debtor", "items"}))
_DEBTORS = RecordTable(Debtor, frozenset({"address"}))
_ADDRESSES = RecordTable(Address)
_ITEMS = RecordTable(OpenItem, frozenset({"debtor"}))
_CONNECTIONS = Codec(ConnectionFacts)
_QUIET = RecordTable(QuietItem)
_C = t.run_input.c


class RunInputs(Repo):
    def add_settings(
        self, creditor: CreditorId, run: RunId, settings: Mapping[str, object]
    ) -> None:
        self._add(creditor, run, SETTINGS, zlib.compress(dumps(settings).encode(), SMALL))

    def add_chunk(self, creditor: CreditorId, run: RunId, seq: int, chunk: InputChunk) -> None:
        content: dict[str, object] = {"outcomes": chunk.outcomes}
        if chunk.quiet:
            content["quiet"] = _QUIET.encode(chunk.quiet)
        if chunk.accounts:
            content |= _accounts_out(chunk.accounts)
        self._add(creditor, run, seq, zlib.compress(dumps(content).encode(), FAST))

    def _add(self, creditor: CreditorId, run: RunId, seq: int, payload: bytes) -> None:
        row = {"creditor_id": creditor, "run_id": run, "seq": seq, "payload": payload}
        self._db.execute(sa.insert(t.run_input), row)

    def settings(self, creditor: CreditorId, run: RunId) -> Mapping[str, object] | None:
        query = sa.select(_C.payload).where(
            _C.creditor_id == creditor, _C.run_id == run, _C.seq == SETTINGS
        )
        payload = self._db.execute(query).scalar()
        return None if payload is None else _read(payload, SETTINGS)

    def chunks(self, creditor: CreditorId, run: RunId) -> Iterator[InputChunk]:
        query = (
            sa.select(_C.seq, _C.payload)
            .where(_C.creditor_id == creditor, _C.run_id == run, _C.seq > SETTINGS)
            .order_by(_C.seq)
        )
        for expected, (seq, payload) in enumerate(self._db.execute(query), 1):
            if seq != expected:
                raise _unreadable(expected)
            yield _chunk(payload, seq)


def _unreadable(seq: int) -> RuleError:
    return RuleError(
        f"Die Aufzeichnung des Mahnlaufs ist beschädigt: Teil {seq} fehlt oder ist nicht lesbar.",
        en=f"The record of the run is damaged: part {seq} is missing or cannot be read.",
    )


def _read(payload: bytes, seq: int) -> dict[str, Any]:
    try:
        content = json.loads(zlib.decompress(payload))
    except (zlib.error, ValueError) as error:
        raise _unreadable(seq) from error
    if not isinstance(content, dict):
        raise _unreadable(seq)
    return content


def _chunk(payload: bytes, seq: int) -> InputChunk:
    content = _read(payload, seq)
    try:
        quiet = _quiet_in(content.get("quiet", {}))
        accounts = list(_accounts_in(content)) if "accounts" in content else []
        outcomes = [
            Outcome(digest, tuple(map(tuple, notices))) for digest, notices in content["outcomes"]
        ]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise _unreadable(seq) from error
    if len(outcomes) != (1 if quiet else len(accounts)):
        raise _unreadable(seq)
    return InputChunk(quiet, accounts, outcomes)


def _quiet_in(data: Mapping[str, Sequence[Any]]) -> list[QuietItem]:
    return list(_QUIET.decode(data, len(data.get("item", ()))))


def _accounts_out(accounts: Sequence[Account]) -> dict[str, object]:
    """Accounts by column, with the number of their connections, which many of them share."""
    shared: list[object] = []
    numbers: list[int] = []
    last: Connections | None = None
    for account in accounts:
        if account.connections is not last and account.connections != last:
            last = account.connections
            shared.append([_CONNECTIONS.encode(each) for each in last.values()])
        numbers.append(len(shared) - 1)
    debtors = [account.debtor for account in accounts]
    return {
        "connections": shared,
        "connected": numbers,
        "accounts": _ACCOUNTS.encode(accounts),
        "debtors": _DEBTORS.encode(debtors),
        "addresses": _ADDRESSES.encode(debtor.address for debtor in debtors),
        "counts": [len(account.items) for account in accounts],
        "items": _ITEMS.encode(item for account in accounts for item in account.items),
    }


def _accounts_in(content: Mapping[str, Any]) -> Iterator[Account]:
    counts: list[int] = content["counts"]
    total = len(counts)
    addresses = _ADDRESSES.decode(content["addresses"], total)
    debtors = list(_DEBTORS.decode(content["debtors"], total, address=addresses))
    owners = [debtor.id for debtor, n in zip(debtors, counts, strict=True) for _ in range(n)]
    items = _ITEMS.decode(content["items"], len(owners), debtor=owners)
    shared = [_connections_in(each) for each in content["connections"]]
    yield from _ACCOUNTS.decode(
        content["accounts"],
        total,
        debtor=debtors,
        items=[tuple(islice(items, n)) for n in counts],
        connections=[shared[number] for number in content["connected"]],
    )


def _connections_in(data: Sequence[Mapping[str, Any]]) -> Connections:
    found = [_CONNECTIONS.decode(each) for each in data]
    return {each.id: each for each in found}
