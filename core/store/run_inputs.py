"""What runs decided from: compressed JSON in chunks, written with the verdicts.

Chunk 0 holds the settings of the run, the others accounts or quiet items (ADR 0019).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_type_hints

import sqlalchemy as sa

from core.domain.model import Account, ConnectionFacts, ConnectionId, CreditorId, RunId
from core.errors import RuleError
from core.ports import InputChunk, Outcome, QuietItem
from core.store import tables as t
from core.store.base import Repo
from core.store.codec import Codec, converters, dumps

Connections = Mapping[ConnectionId, ConnectionFacts]
SETTINGS = 0
# Level 1 for what grows with the books: five times as fast as the default and hardly larger.
FAST, SMALL = 1, 9
_CONNECTIONS = frozenset({"connections"})
_ACCOUNT = Codec(Account, _CONNECTIONS)
_CONNECTION = Codec(ConnectionFacts)
_QUIET = {name: converters(hint) for name, hint in get_type_hints(QuietItem).items()}
_C = t.run_input.c


class RunInputs(Repo):
    def add_settings(
        self, creditor: CreditorId, run: RunId, settings: Mapping[str, object]
    ) -> None:
        self._add(creditor, run, SETTINGS, zlib.compress(dumps(settings).encode(), SMALL))

    def add_chunk(self, creditor: CreditorId, run: RunId, seq: int, chunk: InputChunk) -> None:
        content: dict[str, object] = {"outcomes": chunk.outcomes}
        if chunk.quiet:
            content["quiet"] = _quiet_out(chunk.quiet)
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
        return InputChunk(
            _quiet_in(content["quiet"]) if "quiet" in content else (),
            _accounts_in(content) if "accounts" in content else (),
            [
                Outcome(digest, tuple(map(tuple, notices)))
                for digest, notices in content["outcomes"]
            ],
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise _unreadable(seq) from error


def _quiet_out(items: Sequence[QuietItem]) -> dict[str, list[object]]:
    """By column: the same work for each value of a column, and it is packed tighter."""
    columns = zip(*items, strict=True)
    return {
        name: list(map(out, column))
        for (name, (out, _)), column in zip(_QUIET.items(), columns, strict=True)
    }


def _quiet_in(data: Mapping[str, Sequence[Any]]) -> list[QuietItem]:
    columns = [map(into, data[name]) for name, (_, into) in _QUIET.items() if name in data]
    return [QuietItem(*row) for row in zip(*columns, strict=True)]


def _accounts_out(accounts: Sequence[Account]) -> dict[str, object]:
    """Accounts with the number of their connections, which many of them share."""
    shared: list[object] = []
    last: Connections | None = None
    rows: list[object] = []
    for account in accounts:
        if account.connections != last:
            last = account.connections
            shared.append([_CONNECTION.encode(each) for each in last.values()])
        rows.append([len(shared) - 1, _ACCOUNT.encode(account)])
    return {"connections": shared, "accounts": rows}


def _accounts_in(content: Mapping[str, Any]) -> list[Account]:
    shared = [_connections_in(each) for each in content["connections"]]
    return [
        _ACCOUNT.decode(data, connections=shared[number]) for number, data in content["accounts"]
    ]


def _connections_in(data: Sequence[Mapping[str, Any]]) -> Connections:
    found = [_CONNECTION.decode(each) for each in data]
    return {each.id: each for each in found}
