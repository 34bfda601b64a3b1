"""`mahnwerk promise`: the debtor says when he pays; until then, and three bank days, nobody duns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.model import CreditorId, HoldKind
from core.domain.money import Money
from core.domain.promise import promise_terms, promise_until
from core.errors import UsageError
from core.services.app import App
from core.services.lookup import creditor_of
from core.services.targets import amount_of, claims_to_agree_on, target_of
from core.services.wording import amount as shown
from core.services.wording import day


@dataclass(frozen=True, slots=True)
class PromiseReport:
    """A promise that was noted: ``by`` is the promised day, ``until`` the last day of its hold."""

    hold: int
    target: str
    amount: Money
    by: date
    until: date
    numbers: tuple[str, ...]


def promise(
    app: App,
    creditor: CreditorId,
    text: str,
    *,
    until: date,
    amount: Decimal | None,
    reason: str,
    by: str,
    on: date,
) -> PromiseReport:
    """Notes that ``amount`` (None: all) of an invoice, or of all open claims of a debtor, is
    promised for ``until``. What is invoiced later is not part of it.

    Raises:
        UsageError: unknown or ambiguous name, a day in the past, nothing open, an amount that does
            not fit, or something is agreed already.
    """
    if until < on:
        raise UsageError(
            f"Der zugesagte Tag ({until:%d.%m.%Y}) liegt in der Vergangenheit.",
            en=f"The promised day ({until}) lies in the past.",
        )
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        calendar = app.calendar(who.profile.land)
        target = target_of(app, tx, creditor, text)
        claims, owed = claims_to_agree_on(tx, creditor, target, on, calendar)
        promised = amount_of(amount, owed, target)
        terms = promise_terms(promised, until, claims)
        last = promise_until(until, calendar)
        said = reason.strip() or _said(app, promised, until)
        new = tx.holds.add(
            creditor,
            HoldKind.PROMISE,
            target.debtor,
            target.item,
            said,
            by,
            on,
            last,
            terms=terms,
        )
        item = {"item": target.item} if target.item else {}
        tx.events.append(
            creditor,
            "promise",
            {"hold": new, "debtor": target.debtor, **item},
            {
                "amount": promised.plain(),
                "currency": promised.currency,
                "by_day": until.isoformat(),
                "until": last.isoformat(),
                "reason": said,
                "by": by,
            },
            app.clock.now(),
        )
    numbers = tuple(each.number or each.external_id for each in claims)
    return PromiseReport(new, target.name, promised, until, last, numbers)


def _said(app: App, promised: Money, until: date) -> str:
    return app.say(
        f"{shown(promised, 'de')} bis {day(until, 'de')} zugesagt",
        f"{shown(promised, 'en')} promised for {day(until, 'en')}",
    )
