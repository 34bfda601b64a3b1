"""`mahnwerk paid`: the user knows of a payment before the books do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.model import CreditorId, ItemKind, OpenItem
from core.domain.money import Money
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.lookup import creditor_of, item_named
from core.services.targets import amount_of, item_target
from core.services.wording import amount as shown


@dataclass(frozen=True, slots=True)
class PaidReport:
    number: str
    amount: Money
    outstanding: Money  # in the books, unchanged until the source agrees


def paid(
    app: App, creditor: CreditorId, text: str, *, amount: Decimal | None, on: date, by: str
) -> PaidReport:
    """Records a payment as local knowledge; the item is held until the source agrees.

    Raises:
        UsageError: unknown or ambiguous invoice, charges that no source knows, nothing open, a day
            in the future, or an amount that is not positive, has too many decimals or exceeds what
            is open.
    """
    with app.store.write() as tx:
        item = item_named(tx, creditor, text)
        return record_paid(app, tx, creditor, item, amount=amount, on=on, by=by)


def record_paid(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    item: OpenItem,
    *,
    amount: Decimal | None,
    on: date,
    by: str,
) -> PaidReport:
    """The same for an item that was found already, in the caller's transaction.

    Raises:
        UsageError: as :func:`paid`, but for the name.
    """
    who = creditor_of(tx, creditor)
    if on > app.clock.today(who.profile.zone):
        raise UsageError(
            f"{on:%d.%m.%Y} liegt in der Zukunft. Eine angekündigte Zahlung: "
            "mahnwerk promise RECHNUNG --until TAG",
            en=f"{on} lies in the future. For an announced payment: "
            "mahnwerk promise INVOICE --until DATE",
        )
    _refuse_residual(tx, creditor, item)
    open_amount = item.outstanding
    if open_amount.amount <= 0:
        raise UsageError(
            f"Rechnung {item.number}: nichts offen ({shown(open_amount, 'de')}).",
            en=f"Invoice {item.number}: nothing outstanding ({shown(open_amount, 'en')}).",
        )
    money = amount_of(amount, open_amount, item_target(app, item))
    tx.items.record_local_payment(creditor, item.id, money.minor, on, by)
    tx.events.append(
        creditor,
        "paid_locally",
        {"item": item.id, "debtor": item.debtor},
        {"amount": money.plain(), "currency": money.currency, "on": on.isoformat(), "by": by},
        app.clock.now(),
    )
    return PaidReport(item.number, money, open_amount)


def _refuse_residual(tx: Tx, creditor: CreditorId, item: OpenItem) -> None:
    """Left-over charges are ours alone: no source would ever end the hold of a local payment."""
    if item.kind is not ItemKind.CHARGE_RESIDUAL:
        return
    rows = tx.charges.rows(creditor, item.debtor, settled=False)
    ids = " ".join(str(row.charge.id) for row in rows if row.residual == item.id)
    raise UsageError(
        f"{item.number} sind Nebenforderungen: mahnwerk charges paid {ids}",
        en=f"{item.number} are charges: mahnwerk charges paid {ids}",
    )
