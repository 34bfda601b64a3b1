"""Deliveries: at most once (architecture §4.7).

reserved -> handing_over -> sent | printed | failed | unknown. A lease keeps two senders apart; a
delivery whose lease ended before the point of no return may be taken over, after it nobody may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.domain.model import CreditorId, DeliveryState, NoticeId
from core.errors import UsageError
from core.ports import DeliveryRecord
from core.store import tables as t
from core.store import transitions
from core.store.base import FAR, Repo, instant, passed

_C = t.delivery.c
_COLUMNS = (_C.id, _C.notice_id, _C.channel, _C.recipient, _C.state, _C.lease_owner,
            _C.lease_until, _C.message_id, _C.file, _C.reason)  # fmt: skip


def _delivery(row: Sequence[Any]) -> DeliveryRecord:
    id_, notice, channel, recipient, state, owner, until, message_id, file, reason = row
    return DeliveryRecord(
        id_,
        NoticeId(notice),
        channel,
        recipient,
        DeliveryState(state),
        owner,
        until or "",
        message_id,
        file,
        reason,
    )


class Deliveries(Repo):
    def reserve(
        self,
        creditor: CreditorId,
        notice: NoticeId,
        channel: str,
        recipient: str,
        owner: str,
        now: datetime,
        lease_seconds: int,
    ) -> DeliveryRecord | None:
        """Reserves the one living delivery of the notice.

        A reservation whose lease ended is taken over; one for another channel or recipient is
        closed as failed, because it never reached the point of no return.

        Returns:
            None when somebody else holds it, or one is past that point, whatever its channel.

        Raises:
            UsageError: no such notice.

        """
        self._lock(creditor, notice)
        at, until = instant(now), instant(now + timedelta(seconds=lease_seconds))
        far = instant(now + FAR)  # see `passed`
        for old in self._living(creditor, notice):
            if old.state is not DeliveryState.RESERVED or at < old.lease_until <= far:
                return None
            if (old.channel, old.recipient) == (channel, recipient):
                self._db.execute(
                    self._one(creditor, old.id).values(
                        lease_owner=owner, lease_until=until, reserved_at=at
                    )
                )
                return self._get(creditor, old.id)
            self._db.execute(
                self._one(creditor, old.id).values(
                    state=DeliveryState.FAILED.value,
                    living=False,
                    reason="Reservierung abgelaufen, anderer Weg gewählt",
                    finished_at=at,
                )
            )
        id_ = self._ids(creditor, "delivery")[0]
        self._db.execute(
            sa.insert(t.delivery),
            {
                "creditor_id": creditor,
                "id": id_,
                "notice_id": notice,
                "channel": channel,
                "recipient": recipient,
                "state": DeliveryState.RESERVED.value,
                "living": True,
                "lease_owner": owner,
                "lease_until": until,
                "reserved_at": at,
            },
        )
        return self._get(creditor, id_)

    def _lock(self, creditor: CreditorId, notice: NoticeId) -> None:
        """Two senders of one notice take turns, also over different channels."""
        c = t.notice.c
        query = sa.select(c.id).where(c.creditor_id == creditor, c.id == notice)
        if self._db.execute(query.with_for_update()).first() is None:
            raise UsageError(
                f"Die Mahnung {notice} gibt es nicht.", en=f"There is no notice {notice}."
            )

    def _one(self, creditor: CreditorId, delivery: int) -> sa.Update:
        return sa.update(t.delivery).where(_C.creditor_id == creditor, _C.id == delivery)

    def _living(self, creditor: CreditorId, notice: NoticeId) -> list[DeliveryRecord]:
        return self._many(creditor, _C.notice_id == notice, _C.living)

    def _get(self, creditor: CreditorId, delivery: int) -> DeliveryRecord:
        found = self._many(creditor, _C.id == delivery)
        if not found:
            raise UsageError(
                f"Den Versand {delivery} gibt es nicht.", en=f"There is no delivery {delivery}."
            )
        return found[0]

    def _many(
        self, creditor: CreditorId, *conditions: sa.ColumnElement[bool]
    ) -> list[DeliveryRecord]:
        query = sa.select(*_COLUMNS).where(_C.creditor_id == creditor, *conditions)
        return [_delivery(row) for row in self._db.execute(query.order_by(_C.id))]

    def hand_over(
        self,
        creditor: CreditorId,
        delivery: int,
        owner: str,
        now: datetime,
        message_id: str = "",
        *,
        lease_seconds: int = 0,
    ) -> bool:
        longer = {"lease_until": instant(now + timedelta(seconds=lease_seconds))}
        done = self._db.execute(
            self._one(creditor, delivery)
            .where(
                _C.lease_owner == owner,
                _C.state == DeliveryState.RESERVED.value,
                _C.lease_until > instant(now),
            )
            .values(
                state=DeliveryState.HANDING_OVER.value,
                message_id=message_id,
                **(longer if lease_seconds else {}),
            )
        )
        return bool(done.rowcount)

    def finish(
        self,
        creditor: CreditorId,
        delivery: int,
        state: DeliveryState,
        now: datetime,
        *,
        message_id: str = "",
        file: str = "",
        reason: str = "",
    ) -> None:
        """Ends a delivery along ``transitions.DELIVERY``; failed ends ``living``, frees the key.

        Evidence (message id, file) that is not given stays as it is.

        Raises:
            UsageError: no such delivery.
            IllegalTransition: that state may not follow.

        """
        old = self._get(creditor, delivery)
        transitions.check_delivery(delivery, old.state, state)
        done = self._db.execute(
            self._one(creditor, delivery)
            .where(_C.state == old.state.value)  # nobody moved it since we looked
            .values(
                state=state.value,
                living=state is not DeliveryState.FAILED,
                message_id=message_id or old.message_id,
                file=file or old.file,
                reason=reason,
                finished_at=instant(now),
            )
        )
        if done.rowcount == 0:
            transitions.check_delivery(delivery, self._get(creditor, delivery).state, state)

    def of_notice(self, creditor: CreditorId, notice: NoticeId) -> list[DeliveryRecord]:
        return self._many(creditor, _C.notice_id == notice)

    def by_message(self, creditor: CreditorId, message_id: str) -> DeliveryRecord | None:
        found = self._many(creditor, _C.message_id == message_id) if message_id else []
        return found[-1] if found else None

    def expired_handing_over(self, creditor: CreditorId, now: datetime) -> list[DeliveryRecord]:
        """Deliveries whose lease ended after the point of no return: they are unknown."""
        return self._many(
            creditor,
            _C.state == DeliveryState.HANDING_OVER.value,
            passed(_C.lease_until, now),
        )

    def counts(self, creditor: CreditorId) -> Mapping[DeliveryState, int]:
        query = (
            sa.select(_C.state, sa.func.count())
            .where(_C.creditor_id == creditor)
            .group_by(_C.state)
        )
        return {DeliveryState(state): int(count) for state, count in self._db.execute(query)}
