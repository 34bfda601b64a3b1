"""Storing events before anybody is answered: what waits at the same time shares one transaction.

A commit that reaches the disk takes longer than everything else that is done for an event. So the
one whose turn it is stores what all the others have put down meanwhile as well; each of them is
answered after that commit and no sooner.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.model import ConnectionId, CreditorId
from core.domain.platform_records import ConnectorEvent
from core.errors import ConfigError, Unavailable
from core.ports import InboxState, Tx
from core.services.app import App

_MOST = 64  # of one transaction: nobody else may write meanwhile


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came in one request."""

    creditor: CreditorId
    connection: ConnectionId
    events: tuple[ConnectorEvent, ...]
    raw: bytes
    at: datetime
    state: InboxState = InboxState.NEW
    reason: str = ""


class _Waiting:
    __slots__ = ("added", "arrived", "done", "error")

    def __init__(self, arrived: Arrived) -> None:
        self.arrived, self.done = arrived, False
        self.added = 0
        self.error: Exception | None = None


class InboxWriter:
    """Puts what arrived into the inbox; safe for several threads."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._list = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: list[_Waiting] = []

    def put(self, arrived: Arrived) -> int:
        """Returns after the commit how many events of it were new.

        Raises:
            MahnwerkError: it could not be stored; nothing of it was.
        """
        mine = _Waiting(arrived)
        with self._list:
            self._waiting.append(mine)
        while not mine.done:
            with self._turn:
                if not mine.done:
                    self._store_waiting()
        if mine.error is not None:
            raise mine.error
        return mine.added

    def _store_waiting(self) -> None:
        with self._list:
            batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        try:
            self._store(batch)
        except (ConfigError, Unavailable) as error:  # the store itself: the same for everybody
            for each in batch:
                each.error = error
        except Exception:  # noqa: BLE001 — one of them is to blame and finds out alone
            self._one_by_one(batch)
        finally:
            for each in batch:
                each.done = True

    def _one_by_one(self, batch: Sequence[_Waiting]) -> None:
        for each in batch:
            each.added = 0
            try:
                self._store([each])
            except Exception as error:  # noqa: BLE001 — raised where it is waited for
                each.error = error

    def _store(self, batch: Sequence[_Waiting]) -> None:
        # Always in the same order, so that two processes never wait for each other's rows.
        ordered = sorted(batch, key=lambda each: each.arrived.creditor)
        with self._app.store.write() as tx:
            for each in ordered:
                each.added = _add(tx, each.arrived)
            news = {
                (each.arrived.creditor, each.arrived.connection)
                for each in ordered
                if each.added and each.arrived.state is InboxState.NEW
            }
            for creditor, connection in sorted(news):
                tx.jobs.events_arrived(creditor, connection)


def _add(tx: Tx, arrived: Arrived) -> int:
    return tx.inbox.add(
        arrived.creditor,
        arrived.connection,
        arrived.events,
        arrived.raw,
        arrived.at,
        state=arrived.state,
        reason=arrived.reason,
    )
