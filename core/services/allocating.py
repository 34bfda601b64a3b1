"""`mahnwerk allocate`: how a payment is shared out by law over a debtor's open claims.

It looks and changes nothing: what a payment settles in the books, the bookkeeping says. What counts
as owed: docs/law.md, Allocation of payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.domain.allocation import Choice, Owed, allocate, served_in_order
from core.domain.claim_law import LawView
from core.domain.model import Account, CreditorId, Debtor, ItemId, OpenCharge, OpenItem
from core.domain.money import Money, total
from core.domain.owed import Claims, NoticeFacts, owed_claims
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.judge import Judge
from core.services.lookup import creditor_of, debtor_named
from core.services.targets import claims_of
from core.services.wording import amount as shown
from core.services.wording import day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """Costs, interest and principal of one claim, in its currency."""

    costs: Money
    interest: Money
    principal: Money

    @property
    def total(self) -> Money:
        """All three together."""
        return self.costs + self.interest + self.principal


@dataclass(frozen=True, slots=True)
class ServedClaim:
    """One claim, what of the payment it takes, and why it stands where it does.

    ``rule`` is what puts it before the next one: chosen, due, rate, age, equal; "" for the last.
    ``rate`` is the interest it bears in percent a year, 0 without default. ``item`` is None for a
    fee whose claims are all paid.
    """

    item: OpenItem | None
    number: str
    due_date: date | None
    due: bool
    chosen: bool
    rate: Decimal
    rule: str
    owed: Share
    paid: Share

    @property
    def left(self) -> Money:
        """What stays owed on the claim after the payment."""
        return self.owed.total - self.paid.total


@dataclass(frozen=True, slots=True)
class AllocationReport:
    """``claims`` in the order in which the payment reaches them.

    ``not_owed`` are kept charges that were never owed and take nothing. ``possible_choice``: the
    payment is exactly the principal of one of these. ``may_refuse``: § 367 Abs. 2 BGB.
    """

    debtor: Debtor
    on: date
    amount: Money
    claims: tuple[ServedClaim, ...]
    not_owed: tuple[OpenCharge, ...]
    left_over: Money
    possible_choice: tuple[str, ...]
    may_refuse: bool
    interest_until: date
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """What came: ``currency`` "" = the one that all open claims have; ``invoices`` as named."""

    amount: Decimal
    on: date
    invoices: tuple[str, ...] = ()
    principal_first: bool = False
    currency: str = ""
    interest: bool = True  # False: the creditor renounces default interest


def allocate_payment(
    app: App, creditor: CreditorId, text: str, payment: Payment
) -> AllocationReport:
    """Shares out a payment of the named debtor by §§ 366, 367 BGB; the books stay as they are.

    Raises:
        UsageError: unknown or ambiguous debtor or invoice, nothing open, several currencies and
            none named, no amount, or another law than the German one.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        debtor = debtor_named(tx, creditor, text)
        account = tx.items.account(creditor, debtor.id, payment.on)
        items = claims_of(account, None)
        if account is None or not items:
            raise UsageError(
                f"{debtor.name or debtor.number}: Es ist nichts offen.",
                en=f"{debtor.name or debtor.number}: nothing is open.",
            )
        currency = _currency(items, payment.currency)
        amount = _amount(payment.amount, currency)
        items = [item for item in items if item.outstanding.currency == currency]
        named = {_named(tx, creditor, items, each).id for each in payment.invoices}
        notices = _notices(tx, creditor, account)
    debtor = account.debtor  # of linked ones the head
    law = Judge.for_creditor(app, who).law.for_debtor(debtor)
    if law.pack.key != "de":
        raise UsageError(
            "Für diesen Kunden gilt nicht deutsches Recht; die Reihenfolge der §§ 366, 367 BGB "
            "passt dann nicht.",
            en="German law does not govern this debtor's claims; the order of §§ 366, 367 BGB "
            "does not fit.",
        )
    view = LawView(account, law, payment.on - _DAY)
    claims = owed_claims(account, items, view, notices, interest=payment.interest)
    return _report(app, debtor, payment, amount, claims, named)


def _amount(amount: Decimal, currency: str) -> Money:
    money = Money(amount, currency)
    if amount <= 0 or money.rounded() != money:
        raise UsageError(
            f"{amount} {currency} ist kein Zahlungsbetrag.",
            en=f"{amount} {currency} is no amount of a payment.",
        )
    return money


def _currency(items: Sequence[OpenItem], wanted: str) -> str:
    found = sorted({item.outstanding.currency for item in items})
    if not wanted and len(found) == 1:
        return found[0]
    if wanted.upper() in found:
        return wanted.upper()
    listed = ", ".join(found)
    raise UsageError(
        f"Offen ist in {listed}; die Währung der Zahlung nennt --currency.",
        en=f"Claims are open in {listed}; name the currency of the payment with --currency.",
    )


def _named(tx: Tx, creditor: CreditorId, items: Sequence[OpenItem], text: str) -> OpenItem:
    wanted = {item.id for item in tx.items.find(creditor, text)}
    found = [item for item in items if item.id in wanted]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(item.external_id for item in found or items)
    if not found:
        raise UsageError(
            f"„{text}“ ist keine offene Rechnung dieses Kunden in dieser Währung; offen: {listed}",
            en=f"{text} is no open invoice of this debtor in this currency; open: {listed}",
        )
    raise UsageError(
        f"„{text}“ ist nicht eindeutig; gemeint sein kann: {listed}",
        en=f"{text} is ambiguous; candidates: {listed}",
    )


def _notices(tx: Tx, creditor: CreditorId, account: Account) -> NoticeFacts:
    """Of each notice whose fee is still kept: its claims, and since when they were in default."""
    found: NoticeFacts = {}
    for charge in account.charges:
        if charge.item is None and charge.notice not in found:
            notice = tx.notices.get(creditor, charge.notice)
            lines = notice.lines if notice else ()
            found[charge.notice] = {x.item: x.default_since for x in lines if x.level > 0}
    return found


def _report(
    app: App,
    debtor: Debtor,
    payment: Payment,
    amount: Money,
    claims: Claims,
    named: set[ItemId],
) -> AllocationReport:
    owed = claims.owed
    by_key = {claim.key: claims.items.get(claim.key) for claim in owed}
    keys = tuple(key for key, item in by_key.items() if item is not None and item.id in named)
    everything = tuple(by_key) if payment.principal_first else ()
    wanted = keys or everything
    choice = Choice(wanted, payment.principal_first) if wanted else None
    result = allocate(amount.minor, owed, choice, on=payment.on)
    parts = {part.key: part for part in result.parts}
    ordered = served_in_order(owed, choice, on=payment.on)
    served = []
    for place, claim in enumerate(ordered):
        item, part = by_key[claim.key], parts.get(claim.key)
        following = ordered[place + 1] if place + 1 < len(ordered) else None
        served.append(
            ServedClaim(
                item,
                claims.numbers[claim.key],
                item.due_date if item else claim.due_date,
                claim.due_date <= payment.on,
                claim.key in keys,
                claim.rate,
                _rule(claim, following, keys, payment.on),
                _share(claim.costs, claim.interest, claim.principal, amount.currency),
                _share(part.costs, part.interest, part.principal, amount.currency)
                if part
                else _share(0, 0, 0, amount.currency),
            )
        )
    return AllocationReport(
        debtor,
        payment.on,
        amount,
        tuple(served),
        claims.not_owed,
        Money.from_minor(result.left_over, amount.currency),
        tuple(claims.numbers[key] for key in result.possible_choice),
        result.may_refuse,
        payment.on - _DAY,
        tuple(_notes(app, payment, amount.currency, claims)),
    )


def _share(costs: int, interest: int, principal: int, currency: str) -> Share:
    of = Money.from_minor
    return Share(of(costs, currency), of(interest, currency), of(principal, currency))


def _rule(claim: Owed, following: Owed | None, chosen: Sequence[str], on: date) -> str:
    """What puts ``claim`` before ``following`` (§ 366 BGB)."""
    if following is None:
        return ""
    if claim.key in chosen and following.key not in chosen:
        return "chosen"
    if (claim.due_date <= on) != (following.due_date <= on):
        return "due"
    if claim.rate != following.rate:
        return "rate"
    ages = [each.arose_on or each.due_date for each in (claim, following)]
    return "equal" if ages[0] == ages[1] else "age"


def _notes(app: App, payment: Payment, currency: str, claims: Claims) -> list[str]:
    """What a reader must know to trust the figures."""
    notes = []
    if any(claim.interest for claim in claims.owed):
        notes.append(
            app.say(
                "Zinsen schuldet der Kunde im Verzug auch ohne Aufforderung; wer auf sie "
                "verzichtet, rechnet mit --without-interest.",
                "In default the debtor owes interest without being asked for it; to renounce it "
                "use --without-interest.",
            )
        )
    if claims.abroad and payment.interest:
        notes.append(
            app.say(
                "Verbraucher im Ausland: Zinsen sind nicht angesetzt, darüber entscheidet ein "
                "Mensch.",
                "A consumer abroad: no interest is counted, a person decides on it.",
            )
        )
    if claims.assumed:
        listed = ", ".join(claims.assumed)
        notes.append(
            app.say(
                f"{listed}: Der Verzug beruht auf einem angenommenen Zugang der Mahnung.",
                f"{listed}: default rests on an assumed receipt of the reminder.",
            )
        )
    if claims.known_until is not None:
        until = day(claims.known_until, app.language)
        notes.append(
            app.say(
                f"Zinsen nach dem {until} fehlen: der Basiszinssatz ist noch nicht bekannt "
                "(mahnwerk rates import).",
                f"Interest after {until} is missing: the base rate is not known yet "
                "(mahnwerk rates import).",
            )
        )
    if claims.credits:
        credit = total((-each.outstanding for each in claims.credits), currency)
        notes.append(
            app.say(
                f"Ein Guthaben von {shown(credit, app.language)} ist nicht verrechnet.",
                f"A credit of {shown(credit, app.language)} is not set off.",
            )
        )
    return notes
