"""What a hold, promise or plan is about: an invoice, or a debtor with all of his open claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.agreement import AgreementState, weigh_all
from core.domain.business_days import Calendar
from core.domain.dunning_account import claim_order, is_certain, is_claim_kind
from core.domain.model import Account, CreditorId, DebtorId, Hold, ItemId, OpenItem
from core.domain.money import Money, total
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.lookup import debtor_named, debtors_like, item_named
from core.services.wording import amount as shown


@dataclass(frozen=True, slots=True)
class Target:
    """``item`` None: the debtor himself; ``name`` is what the user calls it."""

    debtor: DebtorId
    item: ItemId | None
    name: str


def target_of(app: App, tx: Tx, creditor: CreditorId, text: str) -> Target:
    """An invoice of that name, else a debtor.

    Raises:
        UsageError: unknown or ambiguous; both at once is ambiguous too.
    """
    items = tx.items.find(creditor, text)
    people = tx.debtors.find(creditor, text)
    if items and people:
        raise UsageError(
            f"„{text}“ ist eine Rechnung und ein Kunde. Rechnung: Anbindung:Kennung, "
            "Kunde: seine Nummer aus „mahnwerk debtors“ angeben.",
            en=f"{text} is an invoice and a debtor. Give connection:id for the invoice, "
            "or the debtor's number from `mahnwerk debtors`.",
        )
    if items:
        item = item_named(tx, creditor, text)
        return item_target(app, item)
    if not people and not debtors_like(tx, creditor, text):
        raise UsageError(
            f"Weder eine Rechnung noch einen Kunden „{text}“ gefunden. Vorhandene zeigen: "
            "mahnwerk open-items, mahnwerk debtors",
            en=f"Neither an invoice nor a debtor {text} found. See: mahnwerk open-items, "
            "mahnwerk debtors",
        )
    debtor = debtor_named(tx, creditor, text)
    return Target(debtor.id, None, app.say(f"Kunde {debtor.name}", f"Debtor {debtor.name}"))


def item_target(app: App, item: OpenItem) -> Target:
    """That invoice by its name."""
    number = item.number or item.external_id
    return Target(item.debtor, item.id, app.say(f"Rechnung {number}", f"Invoice {number}"))


def claims_of(account: Account | None, item: ItemId | None) -> list[OpenItem]:
    """The open claims of the target, oldest first: no credits, and nothing doubtful."""
    if account is None:
        return []
    found = [
        each
        for each in account.items
        if (item is None or each.id == item)
        and each.outstanding.amount > 0
        and is_claim_kind(each)
        and is_certain(each, account)
    ]
    return sorted(found, key=claim_order)


def claims_to_agree_on(
    tx: Tx, creditor: CreditorId, target: Target, on: date, calendar: Calendar
) -> tuple[list[OpenItem], Money]:
    """The claims that a promise or plan is about, and what is open of them together.

    Raises:
        UsageError: nothing is open, it is in several currencies, or something is agreed already.
    """
    account = tx.items.account(creditor, target.debtor, on)
    claims = claims_of(account, target.item)
    if account is None or not claims:
        raise UsageError(
            f"{target.name}: keine offene Forderung.", en=f"{target.name}: no open claim."
        )
    currencies = sorted({each.outstanding.currency for each in claims})
    if len(currencies) > 1:
        raise UsageError(
            f"{target.name}: offen sind Forderungen in {', '.join(currencies)}."
            " Bitte je Rechnung vereinbaren.",
            en=f"{target.name}: claims are open in {', '.join(currencies)}."
            " Please agree for each invoice.",
        )
    _refuse_second(account.holds, claims, target, on, calendar)
    return claims, total((each.outstanding for each in claims), currencies[0])


def _refuse_second(
    holds: Sequence[Hold], claims: Sequence[OpenItem], target: Target, on: date, calendar: Calendar
) -> None:
    wanted = {each.id for each in claims}
    for agreement in weigh_all(holds, claims, on, calendar):
        pending = agreement.state is AgreementState.PENDING
        if pending and agreement.hold.active(on) and wanted & set(agreement.terms.items):
            kind = agreement.hold.kind.value
            plan = agreement.is_plan
            raise UsageError(
                f"{target.name}: es gibt schon {'einen Ratenplan' if plan else 'eine Zusage'}."
                f" Zuerst aufheben: mahnwerk release … --kind {kind}",
                en=f"{target.name}: there is {'a plan' if plan else 'a promise'} already."
                f" Release it first: mahnwerk release … --kind {kind}",
            )


def amount_of(given: Decimal | None, owed: Money, target: Target) -> Money:
    """The given amount in the claims' currency, or all of it.

    Raises:
        UsageError: not above 0, more than is open, or too many decimals.
    """
    if given is None:
        return owed
    money = Money(given, owed.currency)
    if money.rounded().amount != money.amount:
        raise UsageError(
            f"{given} hat mehr Nachkommastellen als {owed.currency}.",
            en=f"{given} has more decimals than {owed.currency}.",
        )
    if not 0 < money.amount <= owed.amount:
        raise UsageError(
            f"{target.name}: der Betrag muss zwischen 0 und {shown(owed, 'de')} liegen.",
            en=f"{target.name}: the amount must lie between 0 and {shown(owed, 'en')}.",
        )
    return money
