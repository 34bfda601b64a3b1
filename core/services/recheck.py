"""The verdict of now on every notice that has not left, when something about its invoices changed.

A payment that became known withdraws the notice at once, not only when it is about to leave: nobody
approves it any more, and ``explain`` tells why. What is left to claim is proposed anew by the next
run. A letter that is printed and not reported as posted is withdrawn as well, with a task: the
paper lies in the office. Nothing is asked of a platform here, and nothing is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from core.domain.model import (
    CreditorId,
    DebtorId,
    ItemId,
    Match,
    Notice,
    NoticeId,
    NoticeState,
)
from core.domain.platform_ledger import SEEN
from core.errors import Busy, ConfigError, IllegalTransition
from core.ports import ItemPayment, Tx
from core.services.app import App
from core.services.deliver_compare import Stop, claims
from core.services.deliver_look import Desk, look
from core.services.deliver_record import PROPOSAL_STATES
from core.services.deliver_unposted import keep_from_post
from core.services.lease import Lease
from core.services.lookup import creditor_of
from core.services.owner import this_task
from core.services.wording import day

log = logging.getLogger(__name__)
TASK = "unposted_letter"
_HERE = (*PROPOSAL_STATES, NoticeState.PRINTED)


@dataclass(frozen=True, slots=True)
class Rechecked:
    """A notice whose state changed, and why."""

    notice: NoticeId
    before: NoticeState
    now: NoticeState
    reason: str


def recheck_notices(
    app: App,
    creditor: CreditorId,
    *,
    on: date,
    items: Collection[ItemId] | None = None,
    debtors: Collection[DebtorId] = (),
    cause: str = "",
) -> list[Rechecked]:
    """Withdraws, holds or un-approves notices that must not leave as they are any more.

    ``items``: notices to the debtors of these, or of the same claims on other connections, and to
    ``debtors``; neither: all. ``cause`` says where the news came from and stands behind the reason.
    Asking again changes nothing.

    Raises:
        ConfigError: there is no such creditor.
    """
    with app.store.read() as tx:
        desk = Desk(app, creditor_of(tx, creditor), on, owner="")
        concerned = _concerned(tx, creditor, items, debtors)
    found = (_recheck(desk, each, cause) for each in concerned)
    return [each for each in found if each is not None]


def _concerned(
    tx: Tx,
    creditor: CreditorId,
    items: Collection[ItemId] | None,
    debtors: Collection[DebtorId],
) -> list[Notice]:
    if items is None and not debtors:
        return tx.notices.many(creditor, states=_HERE)
    known = tx.items.many(creditor, items or ())
    # A credit, or money that pays another invoice, changes what the debtor is to be told as well.
    meant = {*debtors, *(item.debtor for item in known.values())}
    for account in tx.items.accounts_of(creditor, sorted(meant)):
        known |= {item.id: item for item in account.items}
    twins = (twin for some in tx.twins.of(creditor, known.values()).values() for twin in some)
    others = [twin.id for twin in twins if twin.match is Match.SAME]
    meant |= {item.debtor for item in tx.items.many(creditor, others).values()}
    notices = {
        notice.id: notice
        for debtor in meant
        for notice in tx.notices.many(creditor, states=_HERE, debtor=debtor)
    }
    return [notices[id_] for id_ in sorted(notices)]


def _recheck(desk: Desk, notice: Notice, cause: str) -> Rechecked | None:
    # A proposal of a day to come (test mode) is judged as on that day.
    desk = replace(desk, on=max(desk.on, notice.issue_date))
    try:
        if notice.state is NoticeState.PRINTED:
            return _recheck_printed(desk, notice, cause)
        with desk.app.store.read() as tx:
            if not _changes(notice, look(tx, desk, notice.id, leaves=False)):
                return None
        with desk.app.store.write() as tx:
            return _write(tx, desk, notice.id, cause)
    except IllegalTransition:
        return None  # it is being handed over since: its own last look has decided
    except ConfigError as error:
        # Its procedure cannot be read: it cannot leave, and it keeps no other from being judged.
        log.warning("notice %s was not looked at: %s", notice.id, error)
        return None


def _recheck_printed(desk: Desk, notice: Notice, cause: str) -> Rechecked | None:
    """Only what must not be posted any more; what merely waits is looked at by the next send."""
    with desk.app.store.read() as tx:
        if _unpostable(tx, desk, notice) is None:
            return None
    # A send that is under way prints letters anew, and looks at them itself.
    lease = Lease(desk.app, desk.creditor.id, "send", this_task(), ("Versand", "send"))
    try:
        with lease.held(), desk.app.store.write() as tx:
            current = tx.notices.get(desk.creditor.id, notice.id)
            if current is None or current.state is not NoticeState.PRINTED:
                return None
            reason = _unpostable(tx, desk, current)
            if reason is None:
                return None
            parts = (f"{reason.rstrip('.')}{_payment(tx, desk, current, reason)}", cause)
            reason = keep_from_post(tx, desk, current, "; ".join(part for part in parts if part))
            said = desk.app.say(f"Mahnung {notice.id}: {reason}", f"Notice {notice.id}: {reason}")
            tx.tasks.add(desk.creditor.id, TASK, notice.debtor, notice.id, said, desk.on)
            return Rechecked(notice.id, notice.state, NoticeState.WITHDRAWN, reason)
    except Busy:
        return None


def _unpostable(tx: Tx, desk: Desk, notice: Notice) -> str | None:
    found = look(tx, desk, notice.id, printed=True, leaves=False)
    if isinstance(found, Stop) and found.state is NoticeState.WITHDRAWN:
        return found.reason
    return None


def _changes(notice: Notice, found: object) -> bool:
    """Whether the verdict moves the notice. What nobody has approved stays a proposal."""
    if not isinstance(found, Stop):
        return False
    waits = found.state in {NoticeState.HELD, NoticeState.PROPOSED}
    if notice.state is NoticeState.PROPOSED and waits:
        return False
    return (notice.state, notice.reason) != (found.state, found.reason)


def _write(tx: Tx, desk: Desk, id_: NoticeId, cause: str) -> Rechecked | None:
    creditor = desk.creditor.id
    notice = tx.notices.get(creditor, id_)
    if notice is None or notice.state not in PROPOSAL_STATES:
        return None
    found = look(tx, desk, id_, leaves=False)
    if not isinstance(found, Stop) or not _changes(notice, found):
        return None
    reason = found.reason
    if found.state is not NoticeState.HELD:
        parts = (f"{reason}{_payment(tx, desk, notice, reason)}", cause)
        reason = "; ".join(part for part in parts if part)
    tx.notices.set_state(creditor, id_, found.state, reason=reason)
    tx.events.append(
        creditor,
        "recheck",
        {"notice": id_, "debtor": notice.debtor},
        {"state": found.state.value, "reason": reason, "on": desk.on.isoformat()},
        desk.app.clock.now(),
    )
    return Rechecked(id_, notice.state, found.state, reason)


def _payment(tx: Tx, desk: Desk, notice: Notice, reason: str) -> str:
    """Day of the last payment of the invoice that the reason names, in brackets."""
    line = next((x for x in claims(notice) if reason.startswith(f"{x.number} ")), None)
    if line is None:
        return ""
    paid = [
        each
        for each in tx.items.payments(desk.creditor.id, line.item)
        if each.amount_minor > 0 and each.source != "local"
    ]
    if not paid:
        return ""
    return f" ({_paid_on(desk.app, max(paid, key=lambda each: each.received_on))})"


def _paid_on(app: App, payment: ItemPayment) -> str:
    on = day(payment.received_on, app.language)
    if payment.rule == SEEN:
        return app.say(f"Zahlung erstmals gesehen am {on}", f"payment first seen on {on}")
    return app.say(f"Zahlung vom {on}", f"payment of {on}")
