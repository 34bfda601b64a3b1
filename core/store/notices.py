"""Notices: what is proposed, approved, under way and done.

Proposals of a run that is not ready are hidden from lists, from approval and from sending, unless
their run is asked for by its id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.model import (
    CreditorId,
    DebtorId,
    ItemId,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
    RunId,
)
from core.domain.notice_total import charges_left, demanded_total
from core.errors import IllegalTransition, RuleError, UsageError
from core.ports import NoticeDraft
from core.store import contacts, transitions
from core.store import tables as t
from core.store.base import Repo, chunks
from core.store.links import Links
from core.store.notice_rows import COLUMNS, LINE_COLUMNS, charges_out, notice_of
from core.store.proposals import Proposals
from core.store.runs import READY

_N, _L, _R = t.notice.c, t.notice_item.c, t.dunning_run.c


class Notices(Repo):
    def __init__(self, connection: sa.Connection, links: Links) -> None:
        super().__init__(connection)
        self._links = links

    def replace_proposals(
        self,
        creditor: CreditorId,
        run: RunId,
        issue_date: date,
        debtors: Sequence[DebtorId],
        drafts: Sequence[NoticeDraft],
    ) -> list[NoticeId]:
        """Refreshes the living proposals of ``debtors``; see ``core.store.proposals``.

        Returns:
            All living proposals of those debtors: kept approved ones, refreshed ones, new ones.

        Raises:
            RuleError: an item stands in that level already on a notice that has left or is
                leaving; nothing of this call is stored.

        """
        return Proposals(self._db).replace(creditor, run, issue_date, debtors, drafts)

    def get(self, creditor: CreditorId, notice: NoticeId) -> Notice | None:
        found = self._read(creditor, _N.id == notice, self._visible())
        return found[0] if found else None

    def many(
        self,
        creditor: CreditorId,
        *,
        states: Sequence[NoticeState] = (),
        run: RunId | None = None,
        debtor: DebtorId | None = None,
    ) -> list[Notice]:
        """Notices by id; no ``states`` means all of them. ``debtor``: to him, and to all that he
        is linked with.
        """
        conditions = [self._visible() if run is None else _N.run_id == run]
        if states:
            conditions.append(_N.state.in_([state.value for state in states]))
        if debtor is not None:
            conditions.append(self._links.among_group(creditor, _N.debtor_id, debtor))
        return self._read(creditor, *conditions)

    def of_item(self, creditor: CreditorId, item: ItemId) -> list[Notice]:
        """All notices that the item stands on, ended ones too."""
        query = sa.select(_L.notice_id).where(
            _L.creditor_id == creditor, _L.open_item_id == item, sa.not_(_L.dropped)
        )
        ids = self._db.execute(query).scalars().all()
        return self._read(creditor, self._among(_N.id, ids), self._visible())

    def living_debtors(self, creditor: CreditorId) -> set[DebtorId]:
        """Debtors with a living proposal, of a run that is not ready too."""
        query = sa.select(_N.debtor_id).where(_N.creditor_id == creditor, _N.living).distinct()
        return {DebtorId(id_) for id_ in self._db.execute(query).scalars()}

    def _visible(self) -> sa.ColumnElement[bool]:
        return sa.exists().where(
            _R.creditor_id == _N.creditor_id, _R.id == _N.run_id, _R.state == READY
        )

    def _read(self, creditor: CreditorId, *conditions: sa.ColumnElement[bool]) -> list[Notice]:
        query = sa.select(*COLUMNS).where(_N.creditor_id == creditor, *conditions)
        rows = self._db.execute(query.order_by(_N.id)).all()
        lines: dict[int, list[Sequence[Any]]] = defaultdict(list)
        for part in chunks(rows):
            found = sa.select(*LINE_COLUMNS).where(
                _L.creditor_id == creditor,
                sa.not_(_L.dropped),
                self._among(_L.notice_id, [row[0] for row in part]),
            )
            for line in self._db.execute(found.order_by(_L.notice_id, _L.position)).all():
                lines[line[0]].append(line)
        return [notice_of(row, lines[row[0]]) for row in rows]

    def approve(
        self, creditor: CreditorId, notice: NoticeId, hash_: str, by: str, on: date
    ) -> None:
        """Approves a proposal for exactly the content that ``hash_`` stands for.

        Raises:
            UsageError: no such proposal.
            IllegalTransition: it is neither proposed nor held.

        """
        if not hash_:
            raise RuleError(
                "Eine Freigabe braucht die Prüfsumme ihres Inhalts.",
                en="An approval needs the hash of its content.",
            )
        done = self._db.execute(
            sa.update(t.notice)
            .where(
                _N.creditor_id == creditor,
                _N.id == notice,
                _N.state.in_((NoticeState.PROPOSED.value, NoticeState.HELD.value)),
                self._visible(),
            )
            .values(
                state=NoticeState.APPROVED.value,
                reason="",
                approved_hash=hash_,
                approved_by=by,
                approved_on=on,
            )
        )
        if done.rowcount:
            return
        found = self.get(creditor, notice)
        if found is None:
            raise UsageError(
                f"Den Vorschlag {notice} gibt es nicht.", en=f"There is no proposal {notice}."
            )
        raise IllegalTransition(
            f"Vorschlag {notice} ist „{found.state}“ und kann nicht freigegeben werden.",
            en=f"Proposal {notice} is {found.state} and cannot be approved.",
        )

    def set_state(
        self,
        creditor: CreditorId,
        notice: NoticeId,
        state: NoticeState,
        *,
        reason: str = "",
        channel: str | None = None,
        document: str | None = None,
        printed_on: date | None = None,
        sent_on: date | None = None,
        deadline: date | None = None,
    ) -> None:
        """Moves a notice along ``transitions.NOTICE``; arguments that are None stay as they are.

        Failed frees the items like rejected and withdrawn do. Back to proposed ends the approval.

        Raises:
            UsageError: no such notice.
            IllegalTransition: that state may not follow.

        """
        old, approved = self._state(creditor, notice)
        transitions.check_notice(notice, old, state)
        if state is NoticeState.APPROVED and not approved:
            raise IllegalTransition(
                f"Mahnung {notice} ist nicht freigegeben.", en=f"Notice {notice} is not approved."
            )
        given = {
            "channel": channel,
            "document": document,
            "printed_on": printed_on,
            "sent_on": sent_on,
            "deadline": deadline,
        }
        values: dict[str, object] = {k: v for k, v in given.items() if v is not None}
        if state is NoticeState.PROPOSED:
            values |= {"approved_hash": "", "approved_by": "", "approved_on": None}
        self._move(creditor, notice, state, reason, values)

    def _state(self, creditor: CreditorId, notice: NoticeId) -> tuple[NoticeState, str]:
        """State and approval of a notice, locked until the transaction ends."""
        query = sa.select(_N.state, _N.approved_hash).where(
            _N.creditor_id == creditor, _N.id == notice
        )
        row = self._db.execute(query.with_for_update()).first()
        if row is None:
            raise UsageError(
                f"Die Mahnung {notice} gibt es nicht.", en=f"There is no notice {notice}."
            )
        return NoticeState(row[0]), row[1]

    def _move(
        self,
        creditor: CreditorId,
        notice: NoticeId,
        state: NoticeState,
        reason: str,
        values: dict[str, object],
    ) -> None:
        self._db.execute(
            sa.update(t.notice)
            .where(_N.creditor_id == creditor, _N.id == notice)
            .values(state=state.value, living=state in transitions.LIVING, reason=reason, **values)
        )
        if state in transitions.FREEING:
            self._db.execute(
                sa.update(t.notice_item)
                .where(_L.creditor_id == creditor, _L.notice_id == notice)
                .values(living=False)
            )

    def drop_item(self, creditor: CreditorId, notice: NoticeId, item: ItemId) -> Notice | None:
        """Takes one claim off a proposal; the others stay, and the next run may propose it again.

        An approval ends, because what was approved has changed. None when nothing to dun is left
        or credits outweigh it: then the notice is withdrawn.

        Raises:
            UsageError: no such proposal, or the item is not on it.
            IllegalTransition: the notice is no proposal any more.
            RuleError: a credit; without it the letter would demand too much.

        """
        state, _ = self._state(creditor, notice)  # locks it before its lines are read
        found = self.get(creditor, notice)
        if found is None:
            raise UsageError(
                f"Den Vorschlag {notice} gibt es nicht.", en=f"There is no proposal {notice}."
            )
        if state not in transitions.LIVING:
            raise IllegalTransition(
                f"Mahnung {notice} ist „{state}“ und kein Vorschlag mehr.",
                en=f"Notice {notice} is {state} and no proposal any more.",
            )
        line = next((x for x in found.lines if x.item == item), None)
        if line is None:
            raise UsageError(
                f"Posten {item} steht nicht auf Vorschlag {notice}.",
                en=f"Item {item} is not on proposal {notice}.",
            )
        if found.kind is NoticeKind.APOLOGY:
            raise RuleError(
                f"{notice} nimmt eine Mahnung zurück; das geht ganz oder gar nicht.",
                en=f"{notice} takes a notice back: all of it or none.",
            )
        if found.kind is NoticeKind.PLAN:
            raise RuleError(
                f"Vorschlag {notice} ist eine Ratenerinnerung; sie geht ganz oder gar nicht.",
                en=f"Proposal {notice} is a note about an instalment: all of it or none.",
            )
        if line.level == 0:
            raise RuleError(
                f"{line.number} ist ein Guthaben und bleibt auf der Mahnung.",
                en=f"{line.number} is a credit and stays on the notice.",
            )
        self._db.execute(
            sa.update(t.notice_item)
            .where(_L.creditor_id == creditor, _L.notice_id == notice, _L.open_item_id == item)
            .values(living=False, dropped=True)
        )
        return self._recomputed(creditor, found, item)

    def _recomputed(self, creditor: CreditorId, old: Notice, dropped: ItemId) -> Notice | None:
        left = [line for line in old.lines if line.item != dropped]
        level = max((line.level for line in left), default=0)
        charges = charges_left(old.charges, left, old.level)
        net = demanded_total(left, (), old.currency)
        if level == 0 or net.amount <= 0:
            reason = "kein Posten mehr zu mahnen"
            self._move(creditor, old.id, NoticeState.WITHDRAWN, reason, {})
            return None
        self._db.execute(
            sa.update(t.notice)
            .where(_N.creditor_id == creditor, _N.id == old.id)
            .values(
                state=NoticeState.PROPOSED.value,
                reason="",
                level=level,
                charges=charges_out(charges),
                total_minor=demanded_total(left, charges, old.currency).minor,
                approved_hash="",
                approved_by="",
                approved_on=None,
            )
        )
        return self.get(creditor, old.id)

    def record_contact(
        self, creditor: CreditorId, debtor: DebtorId, on: date, deadline: date | None
    ) -> None:
        """Notes a contact with the debtor; the later day and deadline count."""
        contacts.note(self._db, creditor, debtor, on, deadline)
