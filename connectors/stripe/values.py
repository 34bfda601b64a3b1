"""Values as Stripe writes them: minor units by its own tables, Unix seconds, references (§1, §2).

Pure. What is missing where it is needed, or is unreadable, raises FieldError with its JSON path.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from connectors._values import FieldError, Json, child, text
from core.domain.money import Money, is_currency_code

# §2 Currencies. MGA has no decimals here and two at ISO 4217, so these tables are not Money's.
_ZERO = frozenset(
    {
        "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV",
        "XAF", "XOF", "XPF",
    }
)  # fmt: skip
_THREE = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# §2 lists UGX without decimals and says of both that they come "as if two-decimal with 00 at the
# end" (UNVERIFIED): an amount may mean a hundred times another.
_DOUBTFUL = frozenset({"ISK", "UGX"})
_WHOLE = re.compile(r"[+-]?\d{1,15}")
_LARGEST = 10**15  # beyond it is no invoice, and BIGINT minor units would not hold it
_LATEST = 7_258_118_400  # 1 January 2200; milliseconds are no instant


def decimals(code: str) -> int:
    """Decimals that amounts of a currency have on the wire."""
    if code in _ZERO and code not in _DOUBTFUL:
        return 0
    return 3 if code in _THREE else 2


def doubtful(code: str) -> bool:
    """Whether the reference contradicts itself about a currency; nothing of it is dunned."""
    return code in _DOUBTFUL


def currency(values: Json, key: str = "currency") -> str:
    """The currency in capitals; Stripe writes it in small letters."""
    found = text(values, key)
    if not found:
        raise FieldError(key, "fehlt")
    if not is_currency_code(found.upper()):
        raise FieldError(key, f"„{found[:10]}“ ist kein Währungscode")
    return found.upper()


def amount(values: Json, key: str, code: str, *, signed: bool = False) -> Money:
    """An amount that must be there. ``signed``: it may be negative."""
    found = optional(values, key, code, signed=signed)
    if found is None:
        raise FieldError(key, "fehlt")
    return found


def optional(values: Json, key: str, code: str, *, signed: bool = False) -> Money | None:
    """An amount; None when there is none."""
    found = values.get(key)
    return None if found is None else money(found, code, key, signed=signed)


def money(found: object, code: str, path: str, *, signed: bool = False) -> Money:
    """Minor units as money.

    Raises:
        FieldError: no whole number, a negative one, or more decimals than its currency has here.

    """
    minor = _whole(found)
    if minor is None or abs(minor) >= _LARGEST:
        raise FieldError(path, f"„{str(found)[:20]}“ ist kein Betrag")
    if minor < 0 and not signed:
        raise FieldError(path, f"„{minor}“ ist negativ")
    # With 00 at the end a doubtful amount is read as the smaller of both; without, it cannot be one
    # of two decimals. It is for showing only.
    whole = doubtful(code) and minor % 100
    exact = Money(Decimal(minor).scaleb(0 if whole else -decimals(code)), code)
    try:
        return Money.from_minor(exact.minor, code)
    except ValueError:
        raise FieldError(path, f"„{minor}“ hat mehr Nachkommastellen als {code}") from None


def _whole(found: object) -> int | None:
    """A compatible server may write numbers as texts, or with a fraction of zero."""
    if isinstance(found, bool) or not isinstance(found, int | Decimal | str):
        return None
    written = str(found).strip()
    if isinstance(found, Decimal):
        if not found.is_finite() or found != found.to_integral_value() or abs(found) >= _LARGEST:
            return None
        written = str(int(found))
    return int(written) if _WHOLE.fullmatch(written) else None


def instant(values: Json, key: str) -> datetime | None:
    """An instant in UTC, from Unix seconds; None when there is none."""
    found = values.get(key)
    if found is None:
        return None
    seconds = _whole(found)
    if seconds is None or not 0 <= seconds <= _LATEST:
        raise FieldError(key, f"„{str(found)[:20]}“ ist kein Zeitpunkt")
    return datetime.fromtimestamp(seconds, UTC)


def day(values: Json, key: str, zone: ZoneInfo) -> date | None:
    """The calendar day of an instant in the creditor's zone; None when there is none."""
    at = instant(values, key)
    return None if at is None else at.astimezone(zone).date()


def readable_day(values: Json, key: str, zone: ZoneInfo) -> date | None:
    """The same where nothing depends on it: None also for what is no instant."""
    try:
        return day(values, key, zone)
    except FieldError:
        return None


def ref(values: Json, key: str) -> str:
    """The id that a reference names, expanded or not; "" when there is none (§1 Lists)."""
    return text(child(values, key), "id") or text(values, key)
