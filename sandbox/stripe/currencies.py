"""Minor units as Stripe counts them (§2 Currencies), which is not what ISO 4217 says.

MGA has no decimals here and two at ISO. ISK and UGX contradict each other in the reference: a
variant of the stand-in decides.
"""

from __future__ import annotations

from decimal import Decimal

ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split()  # noqa: SIM905
)
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
DOUBTFUL = frozenset({"isk", "ugx"})


def exponent(currency: str, doubtful: str = "as_listed") -> int:
    """Decimals of a currency (lower case); ``doubtful`` decides for ISK and UGX."""
    if currency in DOUBTFUL and doubtful != "as_listed":
        return 2 if doubtful == "two" else 0
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def to_minor(amount: Decimal | str | int, currency: str, doubtful: str = "as_listed") -> int:
    """Major units as the whole number that goes over the wire.

    Raises:
        ValueError: no amount, or more decimals than the currency has.
    """
    try:
        exact = Decimal(amount).scaleb(exponent(currency, doubtful))
    except ArithmeticError as error:
        raise ValueError(f"no amount: {amount!r}") from error
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise ValueError(f"{amount} {currency} has more decimals than the currency")
    return int(exact)


def to_major(amount: int, currency: str, doubtful: str = "as_listed") -> Decimal:
    """Minor units of the wire in major ones."""
    return Decimal(amount).scaleb(-exponent(currency, doubtful))
