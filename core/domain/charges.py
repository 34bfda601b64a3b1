"""Which charges a notice carries (architecture §4.6): interest, lump sum, fee; three things.

None is on by default, and none comes before default. Interest and the lump sum belong to an item
and follow its own level; the reminder fee belongs to the notice. All amounts are in the notice's
currency; nothing is converted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.claim_law import LawView, spread
from core.domain.interest import Interest
from core.domain.law.pack import LawPack
from core.domain.model import (
    Account,
    Charge,
    ItemId,
    ItemKind,
    OpenCharge,
    OpenItem,
    Reduction,
    Showing,
)
from core.domain.money import Money
from core.domain.procedure import DunningLevel, DunningProcedure

INTEREST, LUMP_SUM, FEE = "default_interest", "lump_sum", "dunning_fee"
Claim = tuple[OpenItem, DunningLevel]
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Chargeable:
    """The notice that is being planned. ``channel`` is the one it will most likely leave by."""

    claims: Sequence[Claim]
    deductions: Sequence[tuple[OpenItem, Decimal]]  # negative parts of credits
    top: DunningLevel
    channel: str
    first: bool  # the first notice of the decision: it carries fees that are still owed


def charges_of(
    notice: Chargeable, view: LawView, account: Account, procedure: DunningProcedure
) -> tuple[Charge, ...]:
    """The charges of one notice: by item, then the fee of this notice and kept ones.

    Kept charges that are still owed are demanded again, each on the notice of its item; one that
    was paid or waived never is.
    """
    if person_decides(account, view):
        return ()
    on_notice = {item.id for item, _ in notice.claims}
    currency = notice.claims[0][0].outstanding.currency
    kept = [c for c in account.charges if c.amount.currency == currency]
    own = [c for c in kept if c.item in on_notice]
    fees = [c for c in kept if c.item is None]
    owing = [claim for claim in notice.claims if _owes(claim[0], view)]
    charges = _interest(owing, notice, view, own)
    charges += _lump_sums(owing, view, procedure, own)
    fee = _fee(owing, notice, view)
    full = _full_lumps(charges, own, view.law.pack, currency)
    if not kept and (fee is None or full >= fee.amount.amount):
        return tuple(charges)  # nothing to set off, or the lump sums cover all of the fee
    charges = _offset(charges, fee, _about(on_notice, fees, account), own, full)
    if notice.first:
        charges += _fees_again(fees, view, account)
    return tuple(charges)


def person_decides(account: Account, view: LawView) -> bool:
    """A consumer abroad gets no automatic charge: another law may protect him."""
    abroad = account.debtor.address.country.upper() not in ("", view.law.pack.country)
    return abroad and not account_is_business(account, view)


def account_is_business(account: Account, view: LawView) -> bool:
    """True when every claim of the account is one against a business."""
    return all(
        view.facts(item).is_business for item in account.items if item.outstanding.amount > 0
    )


def _about(
    items: Collection[ItemId], fees: Sequence[OpenCharge], account: Account
) -> list[OpenCharge]:
    """The fees of earlier notices that were about one of ``items``."""
    notices = {past.notice for item in items for past in account.notices.get(item, ())}
    return [fee for fee in fees if fee.notice in notices]


def _owes(item: OpenItem, view: LawView) -> bool:
    # § 289 BGB: charges bear no charges.
    return item.kind is not ItemKind.CHARGE_RESIDUAL and view.default(item).holds(view.on)


def _interest(
    owing: Sequence[Claim], notice: Chargeable, view: LawView, own: Sequence[OpenCharge]
) -> list[Charge]:
    parts: dict[ItemId, tuple[Reduction, ...]] = {}
    if notice.deductions and any(level.interest is not Showing.OFF for _, level in owing):
        used = [(c, -Money(part, c.outstanding.currency).minor) for c, part in notice.deductions]
        claims = sorted((item for item, _ in notice.claims), key=view.burden)
        parts = dict(spread(claims, used))
    found: list[Charge] = []
    for item, level in owing:
        before = [c for c in own if c.item == item.id and c.kind == INTEREST] if own else ()
        kept = [c for c in before if not c.paid]
        paid_until = max((c.since for c in before if c.paid), default=None)
        if level.interest is Showing.OFF or (kept and level.interest is Showing.SHOW):
            # What was demanded once is still owed; a level that demands none adds nothing to it.
            again = (_interest_again(c, item, view, paid_until) for c in kept)
            found += [charge for charge in again if charge.amount.amount]
            continue
        interest = view.interest(item, parts.get(item.id, ()), paid_until)
        if interest is None or not (interest.total.amount or _runs_on(interest, item)):
            continue
        known = view.facts(item)
        rule = view.law.pack.interest_rule(known.type, item.invoice_date, known.payment_claim)
        found.append(
            Charge(
                INTEREST,
                interest.total,
                rule.basis,
                item.id,
                item.number,
                level.interest is Showing.CHARGE,
                interest.segments[0].start if interest.segments else view.default(item).since,
                interest.until,
                interest.open_ended,
                interest.segments,
            )
        )
    return found


def _runs_on(interest: Interest, item: OpenItem) -> bool:
    """True for interest that accrues at a rate nobody knows yet: it is named without an amount
    (architecture §4.9).
    """
    return interest.open_ended and item.outstanding.minor > item.charged_minor


def _interest_again(
    charge: OpenCharge, item: OpenItem, view: LawView, paid_until: date | None
) -> Charge:
    """Kept interest at its old figure, or at less when by what is known now less had accrued."""
    accrued = view.interest(item, (), paid_until, until=charge.since)
    again = _again(charge, item.number)
    if accrued is None or accrued.total.minor >= charge.amount.minor:
        return again
    return again._replace(amount=accrued.total)


def _lump_sums(
    owing: Sequence[Claim],
    view: LawView,
    procedure: DunningProcedure,
    own: Sequence[OpenCharge],
) -> list[Charge]:
    """40 euro once per claim: only business, only payment claims, from a minimum claim on."""
    pack = view.law.pack
    found: list[Charge] = []
    for item, level in owing:
        before = next((c for c in own if c.item == item.id and c.kind == LUMP_SUM), None)
        if before is not None:
            # Today's facts decide: a debtor may turn out to be a consumer.
            if not before.paid and carries_lump(item, view):
                found.append(_again(before, item.number))
            continue
        lump = pack.lump_sum(item.outstanding.currency)
        if level.lump_sum is Showing.OFF or lump is None or not carries_lump(item, view):
            continue
        least = procedure.lump_sum_minimum.get(lump.currency, _NOTHING)
        if item.outstanding.amount < least:
            continue
        demanded = level.lump_sum is Showing.CHARGE
        found.append(Charge(LUMP_SUM, lump, pack.lump_basis, item.id, item.number, demanded))
    return found


def _full_lumps(
    charges: Sequence[Charge], own: Sequence[OpenCharge], pack: LawPack, currency: str
) -> Decimal:
    """What the demanded lump sums, kept ones included, come to before anything is set off."""
    lump = pack.lump_sum(currency)
    if lump is None:
        return _NOTHING
    items = {c.item for c in own if c.kind == LUMP_SUM and not c.waived}
    items |= {c.item for c in charges if c.kind == LUMP_SUM and c.demanded}
    return lump.amount * len(items)


def lump_sum_by_law(item: OpenItem, view: LawView) -> Money | None:
    """What the law gives once for a claim in default, whatever a procedure makes of it.

    None before default, against a consumer, and where the law or the currency knows none.
    Source: § 288 Abs. 5 BGB; § 458 UGB.
    """
    if not _owes(item, view) or not carries_lump(item, view):
        return None
    return view.law.pack.lump_sum(item.outstanding.currency)


def carries_lump(item: OpenItem, view: LawView) -> bool:
    """Whether the law gives the lump sum for such a claim, once it is in default."""
    known, pack = view.facts(item), view.law.pack
    # § 288 Abs. 5 BGB came with the nine points: not for older obligations (Art. 229 § 34 EGBGB).
    former = (
        pack.reformed_on is not None
        and item.invoice_date is not None
        and item.invoice_date < pack.reformed_on
    )
    return known.is_business and known.payment_claim and not former


def _fee(owing: Sequence[Claim], notice: Chargeable, view: LawView) -> Charge | None:
    """The reminder fee: posted letters only, and never on the notice that brings default about.

    A consumer among those who owe caps it for all.
    """
    pack = view.law.pack
    currency = notice.claims[0][0].outstanding.currency
    amount = notice.top.fee.get(currency, _NOTHING)
    if not amount or not owing or notice.channel != "letter" or pack.fee_needs_agreement:
        return None
    owed = fee_owed(Money(amount, currency), [item for item, _ in owing], view)
    return Charge(FEE, owed, pack.fee_basis) if owed.minor else None


def _consumer_cap(pack: LawPack, currency: str) -> Decimal:
    """Nothing in a currency for which no cap is known."""
    cap = pack.consumer_fee_cap
    return cap.amount if cap is not None and cap.currency == currency else _NOTHING


def _fees_again(fees: Sequence[OpenCharge], view: LawView, account: Account) -> list[Charge]:
    """Kept fees that are still owed, by what is known now: a claim of their notice was in default
    when it left, and a consumer pays no more than he may be asked for.
    """
    found: list[Charge] = []
    for fee in fees:
        about = [
            item
            for item in account.items
            if any(past.notice == fee.notice for past in account.notices.get(item.id, ()))
        ]
        late = [i for i in about if (since := view.default(i).since) and since <= fee.since]
        if fee.paid or (about and not late):
            continue
        amount = fee_owed(fee.amount, late, view)
        if amount.minor:
            found.append(_again(fee, "")._replace(amount=amount))
    return found


def fee_owed(amount: Money, late: Sequence[OpenItem], view: LawView) -> Money:
    """A fee as far as it may be asked for when ``late`` are the claims in default."""
    if all(view.facts(item).is_business for item in late):
        return amount
    return Money(min(amount.amount, _consumer_cap(view.law.pack, amount.currency)), amount.currency)


def _offset(
    charges: Sequence[Charge],
    fee: Charge | None,
    fees: Sequence[OpenCharge],
    own: Sequence[OpenCharge],
    full: Decimal,
) -> list[Charge]:
    """The lump sum is set off against other costs of recovery (§ 288 Abs. 5 Satz 3 BGB).

    Fees and lump sums together, earlier ones included, are never more than the larger of the two.
    ``full`` is what the demanded lump sums of the notice come to without that.
    """
    fees_before = sum((c.amount.amount for c in fees if not c.waived), _NOTHING)
    kept = (c.amount.amount for c in own if c.kind == LUMP_SUM and not c.waived)
    lumps_before = sum(kept, _NOTHING)
    wanted = fee.amount.amount if fee is not None else _NOTHING
    new = [c for c in charges if c.kind == LUMP_SUM and c.earlier is None]
    shown = sum((c.amount.amount for c in new if not c.demanded), _NOTHING)
    room = max(full, fees_before + wanted) - fees_before - lumps_before
    # What is left for lump sums that are demanded, and what those only shown would add.
    left = {True: max(_NOTHING, full - lumps_before - fees_before)}
    wanted = max(_NOTHING, min(wanted, room - left[True]))
    left[False] = max(_NOTHING, full + shown - max(full, fees_before + wanted))
    found = [c for c in charges if c not in new]
    for charge in new:
        part = min(charge.amount.amount, left[charge.demanded])
        left[charge.demanded] -= part
        if part > 0:
            found.append(_part(charge, part))
    if fee is not None and wanted:
        found.append(fee._replace(amount=Money(wanted, fee.amount.currency)))
    return found


def _part(charge: Charge, part: Decimal) -> Charge:
    """The charge over ``part``; a smaller one names the rule that made it smaller."""
    if part == charge.amount.amount:
        return charge
    basis = charge.basis.replace("Abs. 5 BGB", "Abs. 5 Satz 1, 3 BGB")
    return charge._replace(amount=Money(part, charge.amount.currency), basis=basis)


def _again(charge: OpenCharge, number: str) -> Charge:
    """A kept charge that is demanded again: the same one, not a second."""
    return Charge(
        charge.kind,
        charge.amount,
        charge.basis,
        charge.item,
        number,
        since=charge.since,
        earlier=charge.id,
    )
