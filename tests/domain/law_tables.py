"""The shipped base rates for tests of the law, and short ways to say a claim."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from config.base_rates import RateFiles
from core.domain.interest import compute, exact
from core.domain.law import HalfYear, RateTable, pack_for
from core.domain.law.rates import half_year_end
from core.domain.model import DebtorType

DE = RateFiles().table("de")
AT = RateFiles().table("at")
TABLES = {"de": DE, "at": AT, "ch": None}


def day(text):
    return date.fromisoformat(text)


def cents(text):
    return int(Decimal(text) * 100)


def rule(debtor, law="de", *, claim=None, payment_claim=True):
    return pack_for(law).interest_rule(
        DebtorType(debtor), day(claim) if claim else None, payment_claim
    )


def interest(amount, start, end, of, table=DE, *, paid=(), pauses=(), currency="EUR"):
    """Interest on ``amount`` euros; ``paid`` is [(day, euros)], ``pauses`` [(first, last)]."""
    return compute(
        cents(amount),
        currency,
        day(start),
        day(end),
        of,
        table,
        changes=[(day(on), cents(euros)) for on, euros in paid],
        pauses=[(day(first), day(last)) for first, last in pauses],
    )


def euros(found):
    return found.total.plain()


def days(found):
    return sum(segment.days for segment in found.segments)


def unrounded(found):
    return sum((exact(segment) for segment in found.segments), Fraction(0))


def table(first, *percents):
    """Half-years from ``first`` on with these figures."""
    rows, start = [], day(first)
    for percent in percents:
        rows.append(HalfYear(start, half_year_end(start), Decimal(percent), "test", True))
        start = date(start.year, 7, 1) if start.month == 1 else date(start.year + 1, 1, 1)
    return RateTable(tuple(rows))
