"""What stops an approved notice: what has changed since, in a sentence for the operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.domain.decision import Action, Decision, PlannedNotice, Verdict
from core.domain.model import (
    Account,
    Creditor,
    ItemState,
    Notice,
    NoticeKind,
    NoticeLine,
    NoticeState,
    OpenItem,
    Twin,
)
from core.domain.notice_total import charges_left, demanded_total
from core.domain.one_claim import closed_elsewhere
from core.domain.procedure import DunningProcedure
from core.domain.reasons import Reason
from core.ports import Tx
from core.services.app import App
from core.services.wording import amount, day, verdict_sentence

# Waits by itself: the notice stays approved and is tried again by the next send.
_WAITING = {Reason.NOT_BOOKED_THROUGH, Reason.HANDING_OVER, Reason.DELIVERY_UNKNOWN}
ENDED = frozenset({NoticeState.WITHDRAWN, NoticeState.REJECTED})
_GONE = {
    ItemState.CANCELLED: ("ist storniert", "is cancelled"),
    ItemState.WRITTEN_OFF: ("ist ausgebucht", "is written off"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a notice stays, and the state that it gets for it."""

    state: NoticeState
    reason: str

    @property
    def outcome(self) -> str:
        return "withdrawn" if self.state in ENDED else "held"


def withdrawn(reason: str) -> Stop:
    return Stop(NoticeState.WITHDRAWN, reason)


def held(reason: str) -> Stop:
    return Stop(NoticeState.HELD, reason)


def again(app: App, de: str, en: str) -> Stop:
    """Back to a proposal: a person has to approve it again."""
    reason = app.say(f"{de}; bitte erneut freigeben", f"{en}; please approve it again")
    return Stop(NoticeState.PROPOSED, reason)


def ended_meanwhile(app: App, notice: Notice | None) -> str:
    """Why a notice is no proposal any more: an event withdrew it, or a person rejected it."""
    if notice is not None and notice.state is NoticeState.WITHDRAWN and notice.reason:
        return notice.reason
    return app.say("Inzwischen abgelehnt", "Rejected meanwhile")


def gone(tx: Tx, app: App, creditor: Creditor, notice: Notice, account: Account) -> str:
    """The first invoice of the notice that is paid or changed, as a sentence; "" when none is."""
    open_items = {item.id: item for item in account.items}
    for line in claims(notice):
        item = open_items.get(line.item) or tx.items.get(creditor.id, line.item)
        elsewhere = None if item is None else closed_elsewhere(account, item)
        if elsewhere is not None:
            return f"{line.number} {_settled_there(app, account, elsewhere)}"
        changed = _changed(app, line, item, paid=_was_paid(tx, creditor, item))
        if changed:
            return f"{line.number} {changed}"
    return ""


def _settled_there(app: App, account: Account, twin: Twin) -> str:
    """A payment counts wherever it is booked (ADR 0028)."""
    known = account.connections.get(twin.connection)
    where = known.name if known else str(twin.connection)
    return app.say(
        f"ist laut {where} nicht mehr offen", f"is not open any more according to {where}"
    )


def _was_paid(tx: Tx, creditor: Creditor, item: OpenItem | None) -> bool:
    """False for an item that is not open any more without a payment: it left the books."""
    if item is None or item.outstanding.amount > 0:
        return False
    return any(p.source != "local" for p in tx.items.payments(creditor.id, item.id))


def _changed(app: App, line: NoticeLine, item: OpenItem | None, *, paid: bool) -> str:
    if item is None:
        return app.say("gibt es nicht mehr", "does not exist any more")
    if item.state in _GONE:
        return app.say(*_GONE[item.state])
    if item.outstanding.amount <= 0 or item.cycle != line.cycle:
        if paid:
            return app.say("ist bezahlt", "is paid")
        return app.say("steht nicht mehr offen in den Büchern", "is not open in the books any more")
    approved = line.outstanding + line.disputed if line.disputed else line.outstanding
    if item.outstanding != approved:
        now, then = (amount(each, app.language) for each in (item.outstanding, approved))
        return app.say(
            f"hat sich geändert: offen sind {now} statt {then}",
            f"has changed: {now} is open instead of {then}",
        )
    if item.due_date != line.due_date and item.due_date is not None:
        due = day(item.due_date, app.language)
        return app.say(f"hat sich geändert: fällig am {due}", f"has changed: due on {due}")
    return ""


def judged(app: App, notice: Notice, account: Account, decision: Decision) -> Stop | None:
    verdicts: dict[int, Verdict] = {verdict.item: verdict for verdict in decision.verdicts}
    for line in claims(notice):
        verdict = verdicts.get(line.item)
        if verdict is None:
            told = app.say("wird nicht mehr gemahnt", "is not dunned any more")
            return withdrawn(f"{line.number} {told}")
        if verdict.reason is Reason.NO_SENDING_DAY:
            continue  # it waits for its day and stays approved, see ``deliver_hours``
        if verdict.action is not Action.DUN:
            reason = f"{line.number}: {verdict_sentence(verdict, account, app.language)}"
            return held(reason) if verdict.reason in _WAITING else withdrawn(reason)
        if verdict.level != line.level:
            return withdrawn(
                app.say(
                    f"{line.number} steht jetzt vor Mahnstufe {verdict.level} statt {line.level}",
                    f"{line.number} is now to get level {verdict.level} instead of {line.level}",
                )
            )
    return None


def unwanted(
    app: App, notice: Notice, account: Account, decision: Decision, *, behind: bool
) -> Stop | None:
    """Stops a note before an instalment that is paid, over, or of a plan that has ended.

    While money is not booked far enough (``behind``) nobody knows: then it waits.
    """
    if notice.kind is not NoticeKind.PLAN or plan_of(notice, decision) is not None:
        return None
    if behind:
        name = account.debtor.name
        return held(
            app.say(
                f"Zahlungen von {name} sind nicht weit genug gebucht (mahnwerk booked-until)",
                f"Payments of {name} are not booked far enough (mahnwerk booked-until)",
            )
        )
    return withdrawn(
        app.say(
            "Die Rate ist bezahlt oder vorbei, oder der Ratenplan ruht oder ist beendet",
            "The instalment is paid or over, or its plan has ended or is suspended",
        )
    )


def plan_of(notice: Notice, decision: Decision) -> PlannedNotice | None:
    """What the decision proposes in place of that notice."""
    wanted = {line.item for line in claims(notice)}
    for plan in decision.notices:
        if plan.currency != notice.currency or plan.kind is not notice.kind:
            continue
        if notice.kind is NoticeKind.PLAN:
            if plan.scope == notice.scope:
                return plan
        elif wanted <= {line.item for line in plan.lines if line.level > 0}:
            return plan
    return None


def as_now(
    app: App, notice: Notice, account: Account, plan: PlannedNotice, procedure: DunningProcedure
) -> tuple[Notice, DunningProcedure] | Stop:
    """The notice with the lines and charges of now. An invoice that is new on the account, or
    that a person took off the proposal, is no change of what was approved.
    """
    wanted = {line.item for line in claims(notice)}
    lines = tuple(line for line in plan.lines if line.level == 0 or line.item in wanted)
    same_items = wanted == {line.item for line in plan.lines if line.level > 0}
    charges = plan.charges if same_items else charges_left(plan.charges, lines, plan.level)
    fresh = replace(
        notice,
        lines=_in_order_of(notice, lines),
        charges=charges,
        total=demanded_total(lines, charges, notice.currency),
        procedure_version=procedure.version,
    )
    if fresh.total != notice.total:
        now, then = amount(fresh.total, app.language), amount(notice.total, app.language)
        told = app.say(
            f"Die Summe hat sich geändert: {now} statt {then}",
            f"The total has changed: {now} instead of {then}",
        )
        return withdrawn(f"{told} ({account.debtor.name})")
    return fresh, procedure


def _in_order_of(notice: Notice, lines: Iterable[NoticeLine]) -> tuple[NoticeLine, ...]:
    """Lines in the order they were approved in: the order is no content."""
    place = {line.item: number for number, line in enumerate(notice.lines)}
    return tuple(sorted(lines, key=lambda line: (place.get(line.item, len(place)), line.item)))


def claims(notice: Notice) -> list[NoticeLine]:
    return [line for line in notice.lines if line.level > 0]
