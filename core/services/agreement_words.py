"""Promises and plans in sentences, for `explain`, `debtor show` and the tasks."""

from __future__ import annotations

from datetime import date

from core.domain.agreement import Agreement, AgreementState, missing_for, weigh_all
from core.domain.business_days import Calendar
from core.domain.dispute import contested, disputed_part
from core.domain.model import Account, ItemId, Notice, OpenItem
from core.domain.reasons import is_english
from core.services.wording import amount, channel_word, day, state_word


def agreement_sentence(agreement: Agreement, language: str) -> str:
    """What was agreed and what became of it, in one sentence."""
    return _plan(agreement, language) if agreement.is_plan else _promise(agreement, language)


def _promise(agreement: Agreement, language: str) -> str:
    (promised,) = agreement.terms.instalments[:1]
    made, due = day(agreement.hold.from_on, language), day(promised.on, language)
    much, came = amount(promised.amount, language), amount(agreement.received, language)
    last = day(agreement.hold.until_on or promised.on, language)
    if is_english(language):
        head = f"Promise of {made} to pay {much} by {due}"
        return {
            AgreementState.PENDING: f"{head}: pending; money is awaited until {last}.",
            AgreementState.KEPT: f"{head}: kept.",
            AgreementState.BROKEN: f"{head}: not kept ({came} received).",
            AgreementState.RELEASED: f"{head}: released.",
        }[agreement.state]
    head = f"Zusage vom {made} über {much} bis {due}"
    return {
        AgreementState.PENDING: f"{head}: läuft noch, auf das Geld wird bis {last} gewartet.",
        AgreementState.KEPT: f"{head}: gehalten.",
        AgreementState.BROKEN: f"{head}: nicht gehalten (eingegangen: {came}).",
        AgreementState.RELEASED: f"{head}: aufgehoben.",
    }[agreement.state]


def _plan(agreement: Agreement, language: str) -> str:
    rates = agreement.terms.instalments
    made, count = day(agreement.hold.from_on, language), len(rates)
    much = amount(agreement.terms.baseline or rates[0].amount, language)
    english = is_english(language)
    head = (
        f"Plan of {made} to pay {much} in {count} instalments"
        if english
        else f"Ratenplan vom {made} über {much} in {count} Raten"
    )
    if agreement.state is AgreementState.PENDING:
        return f"{head}: {_next(agreement, language)}"
    if agreement.state is AgreementState.BROKEN:
        return f"{head}: {missed_words(agreement, language)}"
    kept = agreement.state is AgreementState.KEPT
    if english:
        return f"{head}: {'fulfilled' if kept else 'released'}."
    return f"{head}: {'erfüllt' if kept else 'aufgehoben'}."


def missed_words(agreement: Agreement, language: str) -> str:
    """Which instalment did not come."""
    each = agreement.terms.instalments[max(agreement.missed, 1) - 1]
    due, much = day(each.on, language), amount(each.amount, language)
    number = max(agreement.missed, 1)
    if is_english(language):
        return f"instalment {number} of {much}, due on {due}, did not come; the plan has ended."
    return (
        f"Rate {number} über {much}, fällig am {due}, ist nicht eingegangen; der Plan ist beendet."
    )


def _next(agreement: Agreement, language: str) -> str:
    for number, each in enumerate(agreement.terms.instalments, start=1):
        missing = missing_for(agreement, number)
        if missing.minor:
            much, due = amount(missing, language), day(each.on, language)
            if is_english(language):
                return f"running; next are {much} by {due}."
            return f"läuft; als Nächstes {much} bis {due}."
    return "running." if is_english(language) else "läuft."


def account_agreements(
    account: Account, item: ItemId | None, on: date, calendar: Calendar, language: str
) -> tuple[str, ...]:
    """Promises and plans about the item (None: about the debtor), oldest first."""
    found = weigh_all(account.holds, account.items, on, calendar, account.connections)
    found.sort(key=lambda each: (each.hold.from_on, each.hold.id))
    return tuple(
        agreement_sentence(each, language)
        for each in found
        if item is None or item in each.terms.items
    )


def dispute_sentence(account: Account, item: OpenItem, on: date, language: str) -> str:
    """Which part of the item is contested, and what is left to dun; "" when none is."""
    part = disputed_part(item, contested(account.holds, on).get(item.id))
    if part is None:
        return ""
    much, rest = amount(part, language), amount(item.outstanding - part, language)
    if is_english(language):
        return f"Contested: {much}; only the rest of {rest} is dunned."
    return f"Bestritten: {much}; gemahnt wird nur der Rest von {rest}."


def plan_notice_sentence(notice: Notice, language: str) -> str:
    """A note before an instalment, for the history of an item."""
    due = day(notice.deadline, language) if notice.deadline else "–"
    now, english = state_word(notice.state, language), is_english(language)
    if notice.sent_on is not None:
        left, how = day(notice.sent_on, language), channel_word(notice.channel, language)
        if english:
            return f"The note about the instalment of {due} left on {left} ({how})."
        return f"Die Erinnerung an die Rate vom {due} ging am {left} hinaus ({how})."
    why = f": {notice.reason}" if notice.reason else ""
    if english:
        return f"Note about the instalment of {due} (notice {notice.id}): {now}{why}"
    return f"Erinnerung an die Rate vom {due} (Mahnung {notice.id}): {now}{why}"
