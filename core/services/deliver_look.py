"""The last look (architecture §2): may this approved notice leave now, and if not, why not?

It reads creditor, debtor, items and holds again, decides again, for the issue date and for today,
and compares what comes out with what was approved. It is called twice: before a notice is
rendered, and inside the transaction that commits its hand-over, so that no payment can slip in
between: SQLite serialises that transaction with every import, and on PostgreSQL it has locked the
items before it looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from core.domain.automation import needs_person
from core.domain.dunning_account import booked_through
from core.domain.model import (
    Account,
    Automation,
    Creditor,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeLine,
    NoticeState,
    OpenItem,
    Pending,
)
from core.domain.procedure import DunningProcedure
from core.ports import TakenBackNotice, Tx
from core.services.app import App
from core.services.approval_hash import approval_hash
from core.services.deliver_compare import (
    Stop,
    again,
    as_now,
    claims,
    gone,
    held,
    judged,
    plan_of,
    unwanted,
    withdrawn,
)
from core.services.deliver_desk import Cleared, Desk
from core.services.judge import Judge
from core.services.lookup import creditor_of
from core.services.notice_procedure import procedure_of_notice
from core.services.wording import day

APPROVAL_WORKING_DAYS = 3
_LEFT = (NoticeState.SENT, NoticeState.PRINTED, NoticeState.HANDING_OVER, NoticeState.UNKNOWN)


def look(
    tx: Tx,
    desk: Desk,
    notice: NoticeId,
    *,
    printed: bool = False,
    locked: bool = False,
    leaves: bool = True,
) -> Cleared | Stop:
    """The verdict of now on a notice.

    ``printed`` looks at a letter that waits to be posted; ``locked`` says that the caller has
    marked the notice's items as its own before. ``leaves`` False: it is not to leave now, so that
    the switch that stops all sending does not matter.

    Raises:
        ConfigError: its procedure cannot be read.

    """
    creditor, say = creditor_of(tx, desk.creditor.id), desk.app.say
    found = tx.notices.get(creditor.id, notice)
    if found is None:
        return withdrawn(
            say("Die Mahnung gibt es nicht mehr", "The notice does not exist any more")
        )
    if creditor.stopped and leaves:
        return _switched_off(desk.app)
    if found.issue_date > desk.on:
        return held(_in_the_future(desk.app, found.issue_date))
    if found.kind is NoticeKind.APOLOGY:
        return _apology(tx, desk, creditor, found, printed=printed)
    account = tx.items.account(creditor.id, found.debtor, desk.on)
    debtor = account.debtor if account else tx.debtors.get(creditor.id, found.debtor)
    if debtor is None:
        return withdrawn(say("Den Kunden gibt es nicht mehr", "The debtor does not exist any more"))
    if account is None:
        account = Account(debtor, ())
    if debtor.id != found.debtor and not printed:
        # Linked while the notice was made; what is printed went to an address that was right.
        return withdrawn(
            say(
                f"Der Kunde ist jetzt mit {debtor.name} verknüpft",
                f"The debtor is linked with {debtor.name} now",
            )
        )
    fresh = _compare(
        tx, desk, creditor, found, _undisturbed(tx, creditor, found, account, own=printed or locked)
    )
    if isinstance(fresh, Stop):
        return fresh
    content, procedure = fresh
    text = procedure.text_of(content)
    version = desk.app.renderer.text_version(text, debtor.language)
    value = approval_hash(creditor, debtor, content, text, version)
    cleared = Cleared(creditor, debtor, found, procedure, value)
    return _check_approval(desk, cleared, printed=printed) or cleared


def _switched_off(app: App) -> Stop:
    return held(
        app.say(
            "Der Versand ist angehalten (mahnwerk resume)", "Sending is stopped (mahnwerk resume)"
        )
    )


def _apology(
    tx: Tx, desk: Desk, creditor: Creditor, notice: Notice, *, printed: bool
) -> Cleared | Stop:
    """It demands nothing, so nothing that may be paid or held meanwhile stands against it."""
    debtor = tx.debtors.get(creditor.id, notice.debtor)
    taken = tx.notices.get(creditor.id, NoticeId(int(notice.scope)))
    if debtor is None or taken is None or taken.state is not NoticeState.WITHDRAWN:
        return withdrawn(
            desk.app.say(
                f"Mahnung {notice.scope} ist nicht zurückgenommen",
                f"Notice {notice.scope} is not taken back",
            )
        )
    procedure = procedure_of_notice(desk.app, tx, creditor.id, taken)
    text = procedure.text_of(notice)
    version = desk.app.renderer.text_version(text, debtor.language)
    value = approval_hash(creditor, debtor, notice, text, version)
    about = TakenBackNotice(taken.id, taken.issue_date, procedure.text_of(taken))
    cleared = Cleared(creditor, debtor, notice, procedure, value, taken_back=about)
    return _check_approval(desk, cleared, printed=printed) or cleared


def _undisturbed(
    tx: Tx, creditor: Creditor, notice: Notice, account: Account, *, own: bool
) -> Account:
    """The account without what this notice and its siblings did themselves.

    All notices of one run to one debtor leave together and count as one contact
    (architecture §4.3): one that left minutes or, after a failure, days before the others must
    not block them. Items that wait for this notice itself (``own``) do not stop it.
    """
    left = tx.notices.many(creditor.id, states=_LEFT, debtor=notice.debtor)
    siblings = [n for n in left if n.run == notice.run and n.id != notice.id]
    undone = {line.item: line for n in siblings for line in claims(n)}
    mine = {line.item for n in siblings if n.kind is NoticeKind.PLAN for line in n.lines}
    mine |= {line.item for line in notice.lines} if own else set()
    account = _unreminded(notice, account, left)
    items = tuple(_undone(item, undone.get(item.id), item.id in mine) for item in account.items)
    account = replace(account, items=items)
    if account.last_notice_on not in {n.sent_on for n in siblings if n.sent_on}:
        return account
    before = [n for n in left if n.run != notice.run]
    return replace(
        account,
        last_notice_on=max((n.sent_on for n in before if n.sent_on), default=None),
        last_deadline=max((n.deadline for n in before if n.sent_on and n.deadline), default=None),
    )


def _unreminded(notice: Notice, account: Account, left: Sequence[Notice]) -> Account:
    """The account without the note itself, and without notes of its run as a contact."""
    if notice.kind is NoticeKind.PLAN and notice.deadline is not None:
        account = replace(account, reminded=account.reminded - {notice.deadline})
    if account.last_reminder_on is None:
        return account
    notes = (n for n in left if n.kind is NoticeKind.PLAN and n.run != notice.run)
    days = [n.sent_on for n in notes if n.sent_on]
    return replace(account, last_reminder_on=max(days, default=None))


def _undone(item: OpenItem, sibling: NoticeLine | None, own: bool) -> OpenItem:
    if sibling is not None and sibling.cycle == item.cycle:
        return replace(item, level=sibling.level - 1, last_notice_on=None, pending=Pending.NONE)
    return replace(item, pending=Pending.NONE) if own else item


def _compare(
    tx: Tx, desk: Desk, creditor: Creditor, notice: Notice, account: Account
) -> tuple[Notice, DunningProcedure] | Stop:
    """The notice as the store would make it now, or what stops it."""
    judge = desk.judge(creditor)
    procedure = judge.procedure_of(account)
    if procedure.name != notice.procedure:
        return withdrawn(
            desk.app.say(
                f"Der Kunde hat jetzt das Mahnverfahren {procedure.name}",
                f"The debtor now has the dunning procedure {procedure.name}",
            )
        )
    missing = gone(tx, desk.app, creditor, notice, account)
    if missing:
        return withdrawn(missing)
    _, then = judge.decide(account, notice.issue_date)
    decisions = [then]
    if desk.on != notice.issue_date:
        # A hold that started since, or money that is not booked through any more.
        decisions.append(judge.decide(account, desk.on)[1])
    for decision in decisions:
        stop = judged(desk.app, notice, account, decision) or unwanted(
            desk.app,
            notice,
            account,
            decision,
            behind=_behind(notice, account, procedure, decision.on, judge),
        )
        if stop:
            return stop
    plan = plan_of(notice, then)
    if plan is None:
        return withdrawn(
            desk.app.say(
                "Der Vorschlag hat sich geändert; der nächste Lauf schlägt ihn neu vor",
                "The proposal has changed; the next run proposes it anew",
            )
        )
    return as_now(desk.app, notice, account, plan, procedure)


def _behind(
    notice: Notice, account: Account, procedure: DunningProcedure, on: date, judge: Judge
) -> bool:
    """Whether money for the lines of the notice is not booked far enough to say anything."""
    items = {line.item for line in notice.lines}
    connections = {item.connection for item in account.items if item.id in items}
    days = procedure.booked_through_working_days
    return not all(
        known is not None and booked_through(known.booked_until, on, days, judge.calendar)
        for known in map(account.connections.get, connections)
    )


def _check_approval(desk: Desk, cleared: Cleared, *, printed: bool) -> Stop | None:
    """What is wrong with the approval. A letter that is printed has used it; it only must still
    say the same.
    """
    notice, calendar = cleared.notice, desk.app.calendar(cleared.creditor.profile.land)
    if notice.state is NoticeState.PROPOSED:
        if not _needs_nobody(cleared):
            return again(desk.app, "Die Freigabe fehlt", "It is not approved")
        # Its date and its interest are printed on it: no older than an approval may be.
        days = calendar.working_days_between(notice.issue_date, desk.on)
        return _outdated(desk.app, notice.issue_date) if days > APPROVAL_WORKING_DAYS else None
    if notice.approved_hash != cleared.hash:
        return again(
            desk.app,
            "Empfänger, Absender, Mahnverfahren oder Text haben sich seit der Freigabe geändert "
            "(der Text auch durch eine neue Version von Mahnwerk)",
            "Recipient, sender, procedure or text have changed since the approval "
            "(the text also with a new version of Mahnwerk)",
        )
    if printed or notice.approved_on is None:
        return None
    if calendar.working_days_between(notice.approved_on, desk.on) > APPROVAL_WORKING_DAYS:
        given = day(notice.approved_on, desk.app.language)
        return again(
            desk.app,
            f"Die Freigabe vom {given} ist älter als {APPROVAL_WORKING_DAYS} Arbeitstage",
            f"The approval of {given} is older than {APPROVAL_WORKING_DAYS} working days",
        )
    return None


def _outdated(app: App, issued: date) -> Stop:
    de, en = (day(issued, language) for language in ("de", "en"))
    return withdrawn(
        app.say(
            f"Der Vorschlag vom {de} ist zu alt; der nächste Lauf schlägt ihn neu vor",
            f"The proposal of {en} is too old; the next run proposes it anew",
        )
    )


def _in_the_future(app: App, issued: date) -> str:
    shown = day(issued, app.language)
    return app.say(
        f"Das Ausstellungsdatum {shown} liegt in der Zukunft",
        f"The issue date {shown} lies in the future",
    )


def _needs_nobody(cleared: Cleared) -> bool:
    """True for automation ``send``, unless the amount asks for a person (architecture §4.5)."""
    limit = cleared.procedure.person_above
    return cleared.notice.automation is Automation.SEND and not needs_person(
        cleared.notice.total, limit
    )


__all__ = ["Cleared", "Desk", "look"]
