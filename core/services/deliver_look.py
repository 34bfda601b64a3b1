"""The last look (architecture §2): may this approved notice leave now, and if not, why not?

It reads creditor, debtor, items and holds again, decides again, for the issue date and for today,
and compares what comes out with what was approved. It is called twice: before a notice is
rendered, and inside the transaction that commits its hand-over, so that no payment can slip in
between: SQLite serialises that transaction with every import, and on PostgreSQL it has locked the
items before it looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from core.domain.automation import needs_person
from core.domain.decision import Action, Decision, PlannedNotice, Verdict
from core.domain.model import (
    Account,
    Automation,
    Creditor,
    Debtor,
    ItemState,
    Notice,
    NoticeId,
    NoticeLine,
    NoticeState,
    OpenItem,
    Pending,
)
from core.domain.money import total
from core.domain.procedure import DunningLevel, DunningProcedure
from core.domain.reasons import Reason
from core.ports import Tx
from core.services.app import App
from core.services.approval_hash import approval_hash
from core.services.judge import Judge
from core.services.lookup import creditor_of
from core.services.wording import GERMAN, amount, day, verdict_sentence

APPROVAL_WORKING_DAYS = 3
# Waits by itself: the notice stays approved and is tried again by the next send.
_WAITING = {Reason.NOT_BOOKED_THROUGH, Reason.HANDING_OVER, Reason.DELIVERY_UNKNOWN}
_LEFT = (NoticeState.SENT, NoticeState.PRINTED, NoticeState.HANDING_OVER, NoticeState.UNKNOWN)
_GONE = {
    ItemState.CANCELLED: "ist storniert",
    ItemState.WRITTEN_OFF: "ist ausgebucht",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step of one ``send`` is given; ``creditor`` is read anew at each look."""

    app: App
    creditor: Creditor
    on: date
    owner: str

    def judge(self, creditor: Creditor) -> Judge:
        return Judge.for_creditor(self.app, creditor)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a notice stays, and the state that it gets for it."""

    state: NoticeState
    reason: str

    @property
    def outcome(self) -> str:
        return "withdrawn" if self.state is NoticeState.WITHDRAWN else "held"


@dataclass(frozen=True, slots=True)
class Cleared:
    """A notice that may leave, with everything that is needed to render it."""

    creditor: Creditor
    debtor: Debtor
    notice: Notice
    procedure: DunningProcedure
    hash: str

    @property
    def level(self) -> DunningLevel:
        return self.procedure.level(self.notice.level)


def withdrawn(reason: str) -> Stop:
    return Stop(NoticeState.WITHDRAWN, reason)


def held(reason: str) -> Stop:
    return Stop(NoticeState.HELD, reason)


def again(reason: str) -> Stop:
    """Back to a proposal: a person has to approve it again."""
    return Stop(NoticeState.PROPOSED, f"{reason}; bitte erneut freigeben")


def look(
    tx: Tx, desk: Desk, notice: NoticeId, *, printed: bool = False, locked: bool = False
) -> Cleared | Stop:
    """The verdict of now on a notice.

    ``printed`` looks at a letter that waits to be posted; ``locked`` says that the caller has
    marked the notice's items as its own before.

    Raises:
        ConfigError: its procedure cannot be read.

    """
    creditor = creditor_of(tx, desk.creditor.id)
    found = tx.notices.get(creditor.id, notice)
    if found is None:
        return withdrawn("Die Mahnung gibt es nicht mehr")
    if creditor.stopped:
        return held("Der Versand ist angehalten (mahnwerk resume)")
    if found.issue_date > desk.on:
        return held(f"Das Ausstellungsdatum {day(found.issue_date, GERMAN)} liegt in der Zukunft")
    account = tx.items.account(creditor.id, found.debtor, desk.on)
    debtor = account.debtor if account else tx.debtors.get(creditor.id, found.debtor)
    if debtor is None:
        return withdrawn("Den Kunden gibt es nicht mehr")
    if account is None:
        account = Account(debtor, ())
    fresh = _compare(
        tx, desk, creditor, found, _undisturbed(tx, creditor, found, account, own=printed or locked)
    )
    if isinstance(fresh, Stop):
        return fresh
    content, procedure = fresh
    level = procedure.level(content.level)
    version = desk.app.renderer.text_version(level.text, debtor.language)
    value = approval_hash(creditor, debtor, content, level.text, version)
    cleared = Cleared(creditor, debtor, found, procedure, value)
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
    undone = {line.item: line for n in siblings for line in _claims(n)}
    mine = {line.item for line in notice.lines} if own else set()
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
        return withdrawn(f"Der Kunde hat jetzt das Mahnverfahren {procedure.name}")
    gone = _gone(tx, creditor, notice, account)
    if gone:
        return withdrawn(gone)
    _, then = judge.decide(account, notice.issue_date)
    decisions = [then]
    if desk.on != notice.issue_date:
        # A hold that started since, or money that is not booked through any more.
        decisions.append(judge.decide(account, desk.on)[1])
    for decision in decisions:
        stop = _judged(notice, account, decision)
        if stop:
            return stop
    plan = _plan_of(notice, then)
    if plan is None:
        return withdrawn("Der Vorschlag hat sich geändert; der nächste Lauf schlägt ihn neu vor")
    return _as_now(notice, account, plan, procedure)


def _gone(tx: Tx, creditor: Creditor, notice: Notice, account: Account) -> str:
    """The first invoice of the notice that is paid or changed, as a sentence; "" when none is."""
    open_items = {item.id: item for item in account.items}
    for line in _claims(notice):
        item = open_items.get(line.item) or tx.items.get(creditor.id, line.item)
        changed = _changed(line, item)
        if changed:
            return f"{line.number} {changed}"
    return ""


def _changed(line: NoticeLine, item: OpenItem | None) -> str:
    if item is None:
        return "gibt es nicht mehr"
    if item.state in _GONE:
        return _GONE[item.state]
    if item.outstanding.amount <= 0 or item.cycle != line.cycle:
        return "ist bezahlt"
    if item.outstanding != line.outstanding:
        return f"hat sich geändert: offen sind {amount(item.outstanding, GERMAN)} statt {amount(line.outstanding, GERMAN)}"
    if item.due_date != line.due_date and item.due_date is not None:
        return f"hat sich geändert: fällig am {day(item.due_date, GERMAN)}"
    return ""


def _judged(notice: Notice, account: Account, decision: Decision) -> Stop | None:
    verdicts: dict[int, Verdict] = {verdict.item: verdict for verdict in decision.verdicts}
    for line in _claims(notice):
        verdict = verdicts.get(line.item)
        if verdict is None:
            return withdrawn(f"{line.number} wird nicht mehr gemahnt")
        if verdict.action is not Action.DUN:
            reason = f"{line.number}: {verdict_sentence(verdict, account, GERMAN)}"
            return held(reason) if verdict.reason in _WAITING else withdrawn(reason)
        if verdict.level != line.level:
            return withdrawn(
                f"{line.number} steht jetzt vor Mahnstufe {verdict.level} statt {line.level}"
            )
    return None


def _plan_of(notice: Notice, decision: Decision) -> PlannedNotice | None:
    wanted = {line.item for line in _claims(notice)}
    for plan in decision.notices:
        items = {line.item for line in plan.lines if line.level > 0}
        if plan.currency == notice.currency and plan.kind is notice.kind and wanted <= items:
            return plan
    return None


def _as_now(
    notice: Notice, account: Account, plan: PlannedNotice, procedure: DunningProcedure
) -> tuple[Notice, DunningProcedure] | Stop:
    """The notice with the lines and charges of now. An invoice that is new on the account, or
    that a person took off the proposal, is no change of what was approved.
    """
    wanted = {line.item for line in _claims(notice)}
    lines = tuple(line for line in plan.lines if line.level == 0 or line.item in wanted)
    same_items = wanted == {line.item for line in plan.lines if line.level > 0}
    charges = plan.charges if same_items else notice.charges
    amounts = [line.outstanding for line in lines] + [charge.amount for charge in charges]
    fresh = replace(
        notice,
        lines=_in_order_of(notice, lines),
        charges=charges,
        total=total(amounts, notice.currency),
        procedure_version=procedure.version,
    )
    if fresh.total != notice.total:
        return withdrawn(
            f"Die Summe hat sich geändert: {amount(fresh.total, GERMAN)} statt {amount(notice.total, GERMAN)}"
            f" ({account.debtor.name})"
        )
    return fresh, procedure


def _in_order_of(notice: Notice, lines: Iterable[NoticeLine]) -> tuple[NoticeLine, ...]:
    """Lines in the order they were approved in: the order is no content."""
    place = {line.item: number for number, line in enumerate(notice.lines)}
    return tuple(sorted(lines, key=lambda line: (place.get(line.item, len(place)), line.item)))


def _claims(notice: Notice) -> list[NoticeLine]:
    return [line for line in notice.lines if line.level > 0]


def _check_approval(desk: Desk, cleared: Cleared, *, printed: bool) -> Stop | None:
    """What is wrong with the approval. A letter that is printed has used it; it only must still
    say the same.
    """
    notice = cleared.notice
    if notice.state is NoticeState.PROPOSED:
        return None if _needs_nobody(cleared) else again("Die Freigabe fehlt")
    if notice.approved_hash != cleared.hash:
        return again(
            "Empfänger, Absender, Text oder Mahnverfahren haben sich seit der Freigabe geändert"
        )
    calendar = desk.app.calendar(cleared.creditor.profile.land)
    if printed or notice.approved_on is None:
        return None
    if calendar.working_days_between(notice.approved_on, desk.on) > APPROVAL_WORKING_DAYS:
        return again(
            f"Die Freigabe vom {day(notice.approved_on, GERMAN)} ist älter als"
            f" {APPROVAL_WORKING_DAYS} Arbeitstage"
        )
    return None


def _needs_nobody(cleared: Cleared) -> bool:
    """True for automation ``send``, unless the amount asks for a person (architecture §4.5)."""
    limit = cleared.procedure.person_above
    return cleared.notice.automation is Automation.SEND and not needs_person(
        cleared.notice.total, limit
    )
