"""The figures for filing claims with an insolvency administrator (§ 174 InsO).

Principal, interest and costs of each claim on the day of opening: interest runs to the day before
(what accrues later is subordinate, § 39 Abs. 1 Nr. 1 InsO), and what is not due counts as due
(§ 41 InsO). What was supplied after the opening is no claim in the proceedings and stays out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from core.domain.charges import FEE, LUMP_SUM, carries_lump, fee_owed
from core.domain.claim_law import LawView, settled_until
from core.domain.interest_types import InterestSegment
from core.domain.model import Account, CreditorId, Hold, HoldKind, ItemKind, OpenCharge, OpenItem
from core.domain.money import Money, total
from core.errors import UsageError
from core.services.app import App
from core.services.judge import Judge
from core.services.law_wording import default_sentence
from core.services.lookup import creditor_of, debtor_named
from core.services.targets import claims_of
from core.services.wording import amount, day

_DAY = timedelta(days=1)
_SYNC = "sync"  # author of holds that the bookkeeping sets: it does not say when it was opened
_COSTS = (FEE, LUMP_SUM)
# Hints: German, English.
_DEADLINE = (
    (
        "Anmelden beim Insolvenzverwalter innerhalb der Frist des Eröffnungsbeschlusses; eine"
        " verspätete Anmeldung ist möglich, kostet aber eine besondere Prüfung (§ 177 InsO)."
    ),
    (
        "File with the administrator within the period that the court has set; filing late is"
        " possible but costs a separate examination (§ 177 InsO)."
    ),
)
_TAX = (
    (
        "Umsatzsteuer: Die Forderung gilt mit der Eröffnung als uneinbringlich, die Steuer kann"
        " berichtigt werden (§ 17 Abs. 2 Nr. 1 UStG); bitte mit der Steuerberatung klären."
    ),
    (
        "VAT: with the opening the claim counts as uncollectable and the tax can be corrected"
        " (§ 17 (2) no. 1 UStG); please settle it with your tax adviser."
    ),
)
_SET_OFF = (
    "Nicht abgezogen, bitte Aufrechnung prüfen (§ 94 InsO): {}.",
    "Not deducted, please check for set-off (§ 94 InsO): {}.",
)
_LATER = (
    "Nach der Eröffnung entstanden, nicht anzumelden (§ 55 InsO): {}.",
    "From after the opening, not to be filed (§ 55 InsO): {}.",
)
_NO_DATE = (
    (
        "Bei einer Forderung ist das Rechnungsdatum nicht bekannt: bitte prüfen, ob sie vor der"
        " Eröffnung entstand."
    ),
    "The invoice date of a claim is not known: please check that it arose before the opening.",
)
_NO_RATE = (
    (
        "Der Basiszinssatz ist nicht bis zur Eröffnung bekannt: Die Zinsen sind bis zum letzten"
        " bekannten Tag gerechnet."
    ),
    "The base rate is not known up to the opening: interest is computed to the last known day.",
)
_CURRENCY = (
    "Fremdwährung ist zum Kurs der Eröffnung in Euro umzurechnen (§ 45 InsO).",
    "Foreign currency is to be converted into euro at the rate of the opening (§ 45 InsO).",
)


@dataclass(frozen=True, slots=True)
class FiledClaim:
    """One claim as it is filed; ``interest`` covers the days up to ``interest_until``."""

    number: str
    ground: str
    invoice_date: date | None
    due_date: date | None
    principal: Money
    default_since: date | None
    default_rule: str
    default_text: str
    interest: Money
    interest_until: date | None
    segments: tuple[InterestSegment, ...]
    costs: Money
    total: Money


@dataclass(frozen=True, slots=True)
class FiledSum:
    """What is filed in one currency."""

    currency: str
    principal: Money
    interest: Money
    costs: Money
    total: Money


@dataclass(frozen=True, slots=True)
class Filing:
    """``fees`` are costs that belong to a notice and not to one claim; ``hints`` are for whoever
    files: what was left out, deadlines, tax.
    """

    debtor: str
    account: str
    opened: date
    interest_until: date
    claims: tuple[FiledClaim, ...]
    fees: tuple[OpenCharge, ...]
    sums: tuple[FiledSum, ...]
    hints: tuple[str, ...]


def filing(app: App, creditor: CreditorId, text: str, *, opened: date | None, on: date) -> Filing:
    """The figures of a debtor as of the day before the opening of insolvency proceedings.

    ``opened`` None: the day from which on a person has held the debtor for insolvency.

    Raises:
        UsageError: unknown or ambiguous debtor, the day of opening is not known or to come, or no
            claim is open.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        debtor = debtor_named(tx, creditor, text)
        account = tx.items.account(creditor, debtor.id, on)
        holds = tx.holds.of_debtor(creditor, debtor.id)
    day_opened = opened or _opened(holds, on)
    if day_opened is None:
        raise UsageError(
            f"Wann wurde das Insolvenzverfahren über {debtor.name} eröffnet? --opened TAG",
            en=f"When were the insolvency proceedings of {debtor.name} opened? --opened DATE",
        )
    if day_opened > on:
        raise UsageError(
            f"Der Tag der Eröffnung ({day_opened:%d.%m.%Y}) liegt in der Zukunft.",
            en=f"The day of opening ({day_opened}) lies in the future.",
        )
    everything = claims_of(account, None)
    claims = [item for item in everything if not _after(item, day_opened)]
    if account is None or not claims:
        raise UsageError(
            f"{debtor.name}: keine offene Forderung aus der Zeit vor der Eröffnung.",
            en=f"{debtor.name}: no open claim from before the opening.",
        )
    debtor = account.debtor  # of linked ones the head
    law = Judge.for_creditor(app, who).law.for_debtor(debtor)
    view = LawView(account, law, day_opened - _DAY)
    filed = tuple(_claim(app, account, item, view) for item in claims)
    known = {item.id for item in claims}
    fees = tuple(
        # The debtor may have turned out to be a consumer, who owes no more than his cap.
        replace(c, amount=fee_owed(c.amount, claims, view)) if c.kind == FEE else c
        for c in account.charges
        if _is_cost(c) and c.item not in known
    )
    fees = tuple(fee for fee in fees if fee.amount.minor)
    left_out = [item for item in everything if _after(item, day_opened)]
    hints = _hints(app, account, filed, left_out, view)
    return Filing(
        debtor.name,
        debtor.number,
        day_opened,
        day_opened - _DAY,
        filed,
        fees,
        _sums(filed, fees),
        tuple(hints),
    )


def _opened(holds: Iterable[Hold], on: date) -> date | None:
    days = [
        hold.from_on
        for hold in holds
        if hold.kind is HoldKind.INSOLVENCY and hold.author != _SYNC and hold.active(on)
    ]
    return min(days, default=None)


def _after(item: OpenItem, opened: date) -> bool:
    """Supplied, as far as it is known, on or after the day of opening (§ 55 InsO)."""
    made = item.delivered_on or item.invoice_date
    return made is not None and made >= opened


def _is_cost(charge: OpenCharge) -> bool:
    return charge.kind in _COSTS and not charge.paid


def _claim(app: App, account: Account, item: OpenItem, view: LawView) -> FiledClaim:
    currency = item.outstanding.currency
    state = view.default(item)
    # What was paid or waived is not filed again.
    interest = view.interest(item, (), settled_until(account, item.id))
    zero = Money.zero(currency)
    since = state.since if state.since is not None and state.holds(view.on) else None
    kept = [c for c in account.charges if c.item == item.id and _is_cost(c)]
    if not carries_lump(item, view):  # the debtor may have turned out to be a consumer
        kept = [c for c in kept if c.kind != LUMP_SUM]
    costs = total((c.amount for c in kept), currency)
    accrued = interest.total if interest else zero
    return FiledClaim(
        number=item.number or item.external_id,
        ground=_ground(app, item),
        invoice_date=item.invoice_date,
        due_date=item.due_date,
        principal=item.outstanding,
        default_since=since,
        default_rule=state.rule.value if since and state.rule else "",
        default_text=default_sentence(state, app.language),
        interest=accrued,
        interest_until=interest.until if interest else None,
        segments=interest.segments if interest else (),
        costs=costs,
        total=item.outstanding + accrued + costs,
    )


def _ground(app: App, item: OpenItem) -> str:
    """What the claim rests on, as the form of the administrator asks (§ 174 Abs. 2 InsO)."""
    number = item.number or item.external_id
    made = f" vom {day(item.invoice_date, 'de')}" if item.invoice_date else ""
    dated = f" of {day(item.invoice_date, 'en')}" if item.invoice_date else ""
    if item.kind is ItemKind.INVOICE:
        return app.say(
            f"Lieferung oder Leistung, Rechnung {number}{made}",
            f"goods or services, invoice {number}{dated}",
        )
    return app.say(f"Forderung {number}{made}", f"claim {number}{dated}")


def _sums(claims: Sequence[FiledClaim], fees: Sequence[OpenCharge]) -> tuple[FiledSum, ...]:
    currencies = {c.principal.currency for c in claims} | {f.amount.currency for f in fees}
    found = []
    for currency in sorted(currencies):
        own = [claim for claim in claims if claim.principal.currency == currency]
        principal = total((claim.principal for claim in own), currency)
        interest = total((claim.interest for claim in own), currency)
        kept = [fee.amount for fee in fees if fee.amount.currency == currency]
        costs = total([*(claim.costs for claim in own), *kept], currency)
        found.append(FiledSum(currency, principal, interest, costs, principal + interest + costs))
    return tuple(found)


def _hints(
    app: App,
    account: Account,
    claims: Sequence[FiledClaim],
    left_out: Sequence[OpenItem],
    view: LawView,
) -> Iterator[str]:
    """What whoever files must mind: always deadline and tax, the rest where it applies."""
    yield app.say(*_DEADLINE)
    yield app.say(*_TAX)
    credits_ = [item for item in account.items if item.outstanding.amount < 0]
    if credits_:
        listed = ", ".join(
            f"{item.number or item.external_id} ({amount(-item.outstanding, app.language)})"
            for item in credits_
        )
        yield app.say(*(text.format(listed) for text in _SET_OFF))
    if left_out:
        listed = ", ".join(item.number or item.external_id for item in left_out)
        yield app.say(*(text.format(listed) for text in _LATER))
    if any(not claim.invoice_date for claim in claims):
        yield app.say(*_NO_DATE)
    if any(claim.interest_until and claim.interest_until < view.on for claim in claims):
        yield app.say(*_NO_RATE)
    if any(claim.principal.currency != "EUR" for claim in claims):
        yield app.say(*_CURRENCY)
