"""Storing events before anybody is answered: what waits at the same time shares one transaction.

A commit that reaches the disk takes longer than everything else that is done for an event. So the
one whose turn it is stores what all the others have put down meanwhile as well; each of them is
answered after that commit and no sooner.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from core.domain.model import ConnectionId, CreditorId
from core.errors import ConfigError, Unavailable
from core.ports import Arrival, InboxState, Tx
from core.services.app import App

_MOST = 64  # of one transaction: nobody else may write meanwhile


class _Waiting:
    """One request. Its gate opens when it is stored, or when it is its turn to store."""

    __slots__ = ("added", "arrival", "creditor", "done", "error", "gate")

    def __init__(self, creditor: CreditorId, arrival: Arrival) -> None:
        self.creditor, self.arrival = creditor, arrival
        self.added, self.done = 0, False
        self.error: Exception | None = None
        self.gate = threading.Semaphore(0)


class InboxWriter:
    """Puts what arrived into the inbox; safe for several threads."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._list = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._somebody_stores = False

    def put(self, creditor: CreditorId, arrival: Arrival) -> int:
        """Returns after the commit how many events of it were new.

        Raises:
            MahnwerkError: it could not be stored; nothing of it was.
        """
        mine = _Waiting(creditor, arrival)
        with self._list:
            self._waiting.append(mine)
            first = not self._somebody_stores
            self._somebody_stores = True
        if not first:
            mine.gate.acquire()
        if not mine.done:
            try:
                self._store_waiting()
            finally:
                self._hand_on()
        if mine.error is not None:
            raise mine.error
        return mine.added

    def _hand_on(self) -> None:
        with self._list:
            self._somebody_stores = bool(self._waiting)
            if self._waiting:
                self._waiting[0].gate.release()

    def _store_waiting(self) -> None:
        batch: list[_Waiting] = []
        try:
            with self._app.store.write() as tx:
                # Not before the store is ours: that may take a while, and more arrive meanwhile.
                batch = self._take()
                _store(tx, batch)
        except (ConfigError, Unavailable) as error:  # the store itself: the same for everybody
            batch = batch or self._take()
            for each in batch:
                each.error = error
        except Exception as error:  # noqa: BLE001 — raised where it is waited for
            batch = batch or self._take()
            self._one_by_one(batch, error)
        for each in batch:
            each.done = True
            each.gate.release()

    def _take(self) -> list[_Waiting]:
        with self._list:
            taken, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        return taken

    def _one_by_one(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """One of them is to blame, and the others are stored without it."""
        for each in batch:
            each.error = error if len(batch) == 1 else None
            if each.error is None:
                try:
                    with self._app.store.write() as tx:
                        _store(tx, [each])
                except Exception as own:  # noqa: BLE001 — raised where it is waited for
                    each.error = own


def _store(tx: Tx, batch: Sequence[_Waiting]) -> None:
    # Always in the same order, so that two processes never wait for each other's rows.
    for creditor in sorted({each.creditor for each in batch}):
        own = [each for each in batch if each.creditor == creditor]
        news: set[ConnectionId] = set()
        added = tx.inbox.add_many(creditor, [each.arrival for each in own])
        for each, count in zip(own, added, strict=True):
            each.added = count
            if count and each.arrival.state is InboxState.NEW:
                news.add(each.arrival.connection)
        for connection in sorted(news):
            tx.jobs.events_arrived(creditor, connection)
