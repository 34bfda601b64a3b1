"""The interest calculator: a claim in, the figure with its lines and what to know about it out.

Works without any creditor; the lines of a notice come from the same ``core.domain.interest``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.interest import Interest, compute
from core.domain.interest_types import InterestSegment
from core.domain.law import LawPack, RateRule, RateTable, pack_for
from core.domain.model import DebtorType
from core.domain.money import Money, is_currency_code, minor_digits
from core.errors import UsageError
from core.services.app import App
from core.services.wording import percent


@dataclass(frozen=True, slots=True)
class InterestQuestion:
    """A claim of ``amount`` that bears interest from ``start`` to ``end``, both inclusive.

    ``amount`` is what was owed on ``start``, before ``payments`` (day, amount). ``claim_date`` is
    the day the obligation arose, None = not later than ``start``. ``currency`` "" is that of the
    law's country.
    """

    amount: Decimal
    start: date
    end: date
    debtor: DebtorType
    law: str = "de"
    currency: str = ""
    claim_date: date | None = None
    payment_claim: bool = True
    payments: tuple[tuple[date, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class InterestAnswer:
    """``warnings`` must be known to judge the figure; ``notes`` say what it rests on."""

    interest: Interest
    rule: RateRule
    pack: LawPack
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def answer_interest(app: App, question: InterestQuestion) -> InterestAnswer:
    """Interest on one claim, with its lines.

    Raises:
        UsageError: days, amounts or the currency do not fit together; the sentence says which.
        ConfigError: there is no such law, or the user's base rates cannot be used.
    """
    pack = pack_for(question.law)
    currency = (question.currency or pack.currency).upper()
    _check_currency(currency)
    _check_days(question)
    principal = _minor(question.amount, currency)
    payments = [(day, _minor(amount, currency)) for day, amount in question.payments]
    _check_payments(question, payments, principal)
    # A claim that bears interest on a day had arisen by then.
    arose = question.claim_date or question.start
    rule = pack.interest_rule(question.debtor, arose, question.payment_claim)
    table = app.rates(pack.key) if rule.points is not None else None
    found = compute(
        principal, currency, question.start, question.end, rule, table, changes=payments
    )
    return InterestAnswer(
        found,
        rule,
        pack,
        tuple(_warnings(app, found, table)),
        tuple(_notes(app, question, found, rule, pack, table)),
    )


def _check_currency(currency: str) -> None:
    from babel.numbers import list_currencies  # not before a currency is checked

    if not is_currency_code(currency) or currency not in list_currencies():
        raise UsageError(
            f"Die Währung „{currency}“ gibt es nicht; so: EUR, CHF, USD.",
            en=f"There is no currency {currency!r}; write EUR, CHF, USD.",
        )


def _check_days(question: InterestQuestion) -> None:
    start, end, arose = question.start, question.end, question.claim_date
    if end < start:
        raise UsageError(
            f"Der letzte Zinstag {end:%d.%m.%Y} liegt vor dem ersten, {start:%d.%m.%Y}.",
            en=f"The last day {end} lies before the first, {start}.",
        )
    if arose is not None and arose > start:
        raise UsageError(
            f"Die Forderung ist erst am {arose:%d.%m.%Y} entstanden und kann nicht schon ab "
            f"{start:%d.%m.%Y} Zinsen tragen.",
            en=f"The claim arose on {arose} and cannot bear interest from {start} on.",
        )


def segment_documents(segments: Sequence[InterestSegment]) -> list[dict[str, object]]:
    """Interest lines as every JSON document shows them."""
    return [
        {
            "from": each.start,
            "to": each.end,
            "days": each.days,
            "rate": each.rate,
            "base_rate": each.base_rate,
            "principal": each.principal,
            "amount": each.amount,
        }
        for each in segments
    ]


def _minor(amount: Decimal, currency: str) -> int:
    try:
        return Money(amount, currency).minor
    except ValueError:
        places = minor_digits(currency)
        raise UsageError(
            f"{amount} {currency}: Diese Währung hat {places} Nachkommastellen.",
            en=f"{amount} {currency}: this currency has {places} decimals.",
        ) from None


def _check_payments(
    question: InterestQuestion, payments: list[tuple[date, int]], principal: int
) -> None:
    start, end = question.start, question.end
    for day, minor in payments:
        if not start <= day <= end:
            raise UsageError(
                f"Die Zahlung vom {day:%d.%m.%Y} liegt nicht zwischen {start:%d.%m.%Y} und "
                f"{end:%d.%m.%Y}. Frühere vom Betrag abziehen, spätere weglassen.",
                en=f"The payment of {day} is not between {start} and {end}. Deduct an earlier "
                "one from the amount, leave a later one out.",
            )
        if minor <= 0:
            raise UsageError(
                f"Die Zahlung vom {day:%d.%m.%Y} muss größer als null sein.",
                en=f"The payment of {day} must be above zero.",
            )
    if sum(minor for _, minor in payments) > principal:
        raise UsageError(
            "Die Zahlungen sind zusammen höher als der Betrag.",
            en="The payments together are higher than the amount.",
        )


def _warnings(app: App, found: Interest, table: RateTable | None) -> list[str]:
    """What makes the figure less than the whole truth."""
    told = []
    if found.open_start and table is not None:
        first = table.known_from
        told.append(
            app.say(
                f"Der Basiszinssatz ist erst ab {first:%d.%m.%Y} bekannt. Die Tage davor sind "
                "nicht berechnet.",
                f"The base rate is known from {first} on only. The days before are not computed.",
            )
        )
    if found.open_ended and table is not None:
        last = table.known_until
        told.append(
            app.say(
                f"Der Basiszinssatz ist nur bis {last:%d.%m.%Y} bekannt. Zinsen sind nur bis "
                "dahin berechnet; danach laufen weitere auf.",
                f"The base rate is known only until {last}. Interest is computed until then only; "
                "more accrues after it.",
            )
        )
    return told


def _notes(
    app: App,
    question: InterestQuestion,
    found: Interest,
    rule: RateRule,
    pack: LawPack,
    table: RateTable | None,
) -> list[str]:
    """What the figure rests on and a reader might want to check."""
    told = []
    if rule is pack.former and question.claim_date is None:
        since = pack.reformed_on
        told.append(
            app.say(
                f"Zinsen laufen schon vor dem {since:%d.%m.%Y}; es gilt der Satz für Forderungen "
                f"von davor ({rule.basis}).",
                f"Interest begins before {since}; the rate for claims from before that day holds "
                f"({rule.basis}).",
            )
        )
    if rule is pack.business and pack.key == "at":
        told.append(
            app.say(
                "Ist der Schuldner für den Verzug nicht verantwortlich, gelten 4 % (§ 456 Satz 2 "
                "UGB).",
                "If the debtor is not responsible for the delay, 4 % hold (§ 456 sentence 2 UGB).",
            )
        )
    if any(segment.rate == 0 for segment in found.segments):
        told.append(
            app.say(
                "Der Zinssatz läge zeitweise unter null und ist dann mit null angesetzt.",
                "The rate would be below zero at times and is taken as zero then.",
            )
        )
    return told + (_unconfirmed(app, found, table) if table is not None else [])


def _unconfirmed(app: App, found: Interest, table: RateTable) -> list[str]:
    used = {half.valid_from: half for s in found.segments if (half := table.half_year(s.start))}
    return [
        app.say(
            f"Der Basiszinssatz ab {half.valid_from:%d.%m.%Y} "
            f"({percent(half.percent, 'de')}) ist nicht amtlich bestätigt. Quelle: "
            f"{half.source}.",
            f"The base rate from {half.valid_from} on ({half.percent} %) is not officially "
            f"confirmed. Source: {half.source_in('en')}.",
        )
        for half in used.values()
        if not half.confirmed
    ]
