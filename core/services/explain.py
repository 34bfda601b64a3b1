"""`mahnwerk explain`: why an invoice was or was not dunned, and when the next step comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from core.domain.assignment import procedure_for
from core.domain.decision import Action, Decision
from core.domain.forecast import course, on_day
from core.domain.model import (
    Account,
    CreditorId,
    ItemId,
    ItemKind,
    ItemState,
    NoticeKind,
    NoticeState,
    OpenItem,
)
from core.domain.money import Money
from core.domain.platform_ledger import SEEN
from core.domain.reasons import TEXTS, is_english
from core.errors import UsageError
from core.ports import ItemPayment, Tx
from core.services.agreement_words import (
    account_agreements,
    dispute_sentence,
    plan_notice_sentence,
)
from core.services.app import App
from core.services.assignment_words import assigned_sentence
from core.services.claims import AlsoOn, also_on, also_sentence, names_of
from core.services.explain_law import LawExplained, explain_law
from core.services.judge import Judge
from core.services.link_suggestions import Linked, beside
from core.services.lookup import creditor_of, item_named
from core.services.platform_notice_words import (
    answered_sentences,
    waiting_facts,
    waiting_of,
    waiting_sentences,
)
from core.services.residual_words import residual_sentences
from core.services.taken_back_words import taken_back_sentence
from core.services.wording import amount, channel_word, day, reason_sentence

_SETTLED = {
    "de": {
        ItemState.CANCELLED: "Storniert: es gibt nichts zu mahnen.",
        ItemState.WRITTEN_OFF: "Ausgebucht: es gibt nichts zu mahnen.",
        ItemState.SETTLED: "Ausgeglichen: es ist nichts mehr offen.",
    },
    "en": {
        ItemState.CANCELLED: "Cancelled: there is nothing to dun.",
        ItemState.WRITTEN_OFF: "Written off: there is nothing to dun.",
        ItemState.SETTLED: "Settled: nothing is outstanding.",
    },
}
_HISTORY = {
    "de": {
        NoticeState.PROPOSED: "Vorschlag {id} (Stufe {level}) wartet auf Freigabe.",
        NoticeState.APPROVED: "Vorschlag {id} (Stufe {level}) ist freigegeben und noch nicht weg.",
        NoticeState.HELD: "Vorschlag {id} (Stufe {level}) ist angehalten: {reason}",
        NoticeState.SENT: "Stufe {level} ging am {on} hinaus ({channel}).",
        NoticeState.PRINTED: "Stufe {level} ist gedruckt, aber nicht als verschickt gemeldet.",
        NoticeState.UNKNOWN: "Ob Stufe {level} ankam, ist ungeklärt (Mahnung {id}).",
        NoticeState.WITHDRAWN: "Mahnung {id} (Stufe {level}) wurde zurückgezogen: {reason}",
        NoticeState.REJECTED: "Vorschlag {id} (Stufe {level}) wurde abgelehnt: {reason}",
        NoticeState.FAILED: "Mahnung {id} (Stufe {level}) ist gescheitert: {reason}",
        NoticeState.HANDING_OVER: "Mahnung {id} (Stufe {level}) wird gerade übergeben.",
    },
    "en": {
        NoticeState.PROPOSED: "Proposal {id} (level {level}) waits for approval.",
        NoticeState.APPROVED: "Proposal {id} (level {level}) is approved and has not left yet.",
        NoticeState.HELD: "Proposal {id} (level {level}) is on hold: {reason}",
        NoticeState.SENT: "Level {level} left on {on} ({channel}).",
        NoticeState.PRINTED: "Level {level} is printed but not reported as posted.",
        NoticeState.UNKNOWN: "Whether level {level} arrived is not known (notice {id}).",
        NoticeState.WITHDRAWN: "Notice {id} (level {level}) was withdrawn: {reason}",
        NoticeState.REJECTED: "Proposal {id} (level {level}) was rejected: {reason}",
        NoticeState.FAILED: "Notice {id} (level {level}) failed: {reason}",
        NoticeState.HANDING_OVER: "Notice {id} (level {level}) is being handed over.",
    },
}


_AHEAD = timedelta(days=183)


class Step(NamedTuple):
    """A notice that would come, if nobody pays and what comes before it leaves on its day."""

    on: date
    level: int
    kind: NoticeKind


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict on one invoice in words; ``history`` tells what was said to the debtor."""

    number: str
    debtor: str
    verdict: str  # dun | skip
    reason: str  # stable reason code, or the state of a settled item
    text: str
    facts: Mapping[str, str]
    next_on: date | None
    history: tuple[str, ...]
    procedure: str = ""  # which dunning procedure applies and by which rule, as a sentence
    basis: str = ""  # paragraph or setting that the verdict rests on
    law: LawExplained = field(default_factory=LawExplained)
    # What comes if nobody pays: day, level (0: a note before an instalment) and kind of notice.
    course: tuple[Step, ...] = ()
    kind: ItemKind = ItemKind.INVOICE  # a charge residual has the number of its invoice
    imagined: bool = False  # a day to come: as if nobody paid and every proposal left
    also_on: tuple[AlsoOn, ...] = ()  # what other connections have of it, or may have
    linked: tuple[Linked, ...] = ()  # the debtors that its debtor is one customer with


def explain(app: App, creditor: CreditorId, text: str, *, on: date, language: str) -> Explanation:
    """Decides anew for the invoice's account on the day; nothing is changed by looking.

    On a day to come it is what holds then if nobody pays and what is proposed before has left, as
    in a dry run.

    Raises:
        UsageError: unknown or ambiguous invoice.
    """
    return _explain(app, creditor, lambda tx: item_named(tx, creditor, text), on, language)


def explain_item(
    app: App, creditor: CreditorId, item: ItemId, *, on: date, language: str
) -> Explanation:
    """As :func:`explain`, of the item with that id.

    Raises:
        UsageError: the creditor has no such item.
    """

    def find(tx: Tx) -> OpenItem:
        found = tx.items.get(creditor, item)
        if found is None:
            raise UsageError(
                f"Keinen Posten mit der Nummer {item} gefunden.",
                en=f"There is no item with the id {item}.",
            )
        return found

    return _explain(app, creditor, find, on, language)


def _explain(
    app: App, creditor: CreditorId, find: Callable[[Tx], OpenItem], on: date, language: str
) -> Explanation:
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        item = find(tx)
        account = tx.items.account(creditor, item.debtor, on)
        known = _known(app, tx, creditor, item, language)
    if account is None or item.outstanding.amount == 0:
        return known
    judge = Judge.for_creditor(app, who)
    today = app.clock.today(who.profile.zone)
    if today < on:
        account = on_day(account, _decides(judge), today, on)
    # What is open of it by all connections.
    item = next((own for own in account.items if own.id == item.id), item)
    _, decision = judge.decide(account, on)
    assigned = procedure_for(account, judge.rules)
    verdict = next(v for v in decision.verdicts if v.item == item.id)
    found = {**verdict.facts, "procedure": assigned.name, "procedure_rule": assigned.rule}
    return replace(
        known,
        verdict=verdict.action,
        reason=verdict.reason,
        text=reason_sentence(verdict.reason, verdict.facts, language),
        facts={**known.facts, **found},
        next_on=verdict.next_on,
        history=(*_agreed(account, item, judge, on, language), *known.history),
        procedure=assigned_sentence(assigned, language),
        basis=TEXTS[verdict.reason].basis(language),
        law=explain_law(judge, account, item, on, language),
        course=_course(account, item, judge, on),
        imagined=today < on,
    )


def _known(app: App, tx: Tx, creditor: CreditorId, item: OpenItem, language: str) -> Explanation:
    """What there is to say of an item whatever is decided; all there is of a settled one."""
    debtor = tx.debtors.get(creditor, item.debtor)
    foreign = waiting_of(tx, creditor, item.id)
    names = names_of(tx.connections.all(creditor))
    others = also_on(tx.twins.of(creditor, [item]).get(item.id, ()), names)
    words = _SETTLED.get(language, _SETTLED["en"])
    return Explanation(
        item.number,
        debtor.name if debtor else "",
        Action.SKIP,
        item.state,
        words.get(item.state, words[ItemState.SETTLED]),
        {**tx.items.facts(creditor, item.id), **waiting_facts(foreign)},
        None,
        (
            *(also_sentence(app, each) for each in others),
            *residual_sentences(tx, creditor, item, language),
            *answered_sentences(tx, creditor, item.id, language),
            *_history(tx, creditor, item, language),
            *waiting_sentences(foreign, language),
        ),
        kind=item.kind,
        also_on=others,
        linked=beside(tx, creditor, item.debtor),
    )


def _decides(judge: Judge) -> Callable[[Account, date], Decision]:
    return lambda account, day: judge.decide(account, day)[1]


def _course(account: Account, item: OpenItem, judge: Judge, on: date) -> tuple[Step, ...]:
    """The steps of half a year ahead."""
    ahead = course(account, _decides(judge), on, on + _AHEAD)
    return tuple(
        Step(day, line.level, notice.kind)
        for day, notice in ahead
        for line in notice.lines
        if line.item == item.id
    )


def _agreed(
    account: Account, item: OpenItem, judge: Judge, on: date, language: str
) -> tuple[str, ...]:
    """Promises, plans and what is contested."""
    agreed = account_agreements(account, item.id, on, judge.calendar, language)
    disputed = dispute_sentence(account, item, on, language)
    return (*agreed, disputed) if disputed else agreed


def _history(tx: Tx, creditor: CreditorId, item: OpenItem, language: str) -> tuple[str, ...]:
    words = _HISTORY.get(language, _HISTORY["en"])
    told: list[str] = []
    for notice in tx.notices.of_item(creditor, item.id):
        over = taken_back_sentence(notice, item.id, language)
        if over:
            told.append(over)
            continue
        if notice.kind is NoticeKind.PLAN:
            told.append(plan_notice_sentence(notice, language))
            continue
        level = next((line.level for line in notice.lines if line.item == item.id), notice.level)
        told.append(
            words[notice.state].format(
                id=notice.id,
                level=level,
                reason=notice.reason,
                on=day(notice.sent_on, language) if notice.sent_on else "",
                channel=channel_word(notice.channel, language),
            )
        )
    told.extend(_payment(payment, language) for payment in tx.items.payments(creditor, item.id))
    return tuple(told)


def _payment(payment: ItemPayment, language: str) -> str:
    if payment.amount_minor < 0:
        return _went_back(payment, language)
    paid = amount(Money.from_minor(payment.amount_minor, payment.currency), language)
    on = day(payment.received_on, language)
    if payment.source == "local":
        if is_english(language):
            return f"Reported as paid on {on}: {paid} (not in the books yet)."
        return f"Am {on} als bezahlt gemeldet: {paid} (noch nicht in den Büchern)."
    if payment.rule == SEEN:
        if is_english(language):
            return f"Payment, first seen on {on}: {paid} (the platform names no day)."
        return f"Zahlung, erstmals gesehen am {on}: {paid} (die Plattform nennt keinen Tag)."
    if is_english(language):
        return f"Payment of {on}: {paid}."
    return f"Zahlung vom {on}: {paid}."


def _went_back(payment: ItemPayment, language: str) -> str:
    """Refunded, or taken back by a bank; the platform's own word for it stands behind."""
    back = amount(Money.from_minor(-payment.amount_minor, payment.currency), language)
    on = day(payment.received_on, language)
    why = f" ({payment.text})" if payment.text else ""
    if is_english(language):
        return f"Went back on {on}: {back}{why}."
    return f"Am {on} zurückgegangen: {back}{why}."
