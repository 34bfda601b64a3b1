"""Facts as people write them, in German and English, and as they are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from core.domain.claim_facts import NEVER
from core.domain.law import LAWS
from core.domain.model import DebtorType, Terms
from core.errors import UsageError

_TYPES = {
    "consumer": DebtorType.CONSUMER,
    "verbraucher": DebtorType.CONSUMER,
    "verbraucherin": DebtorType.CONSUMER,
    "business": DebtorType.BUSINESS,
    "unternehmer": DebtorType.BUSINESS,
    "unternehmen": DebtorType.BUSINESS,
    "unknown": DebtorType.UNKNOWN,
    "unbekannt": DebtorType.UNKNOWN,
}
# A plain yes means the usual agreement: the due date by the calendar.
_TERMS = {
    "no": Terms.NO,
    "nein": Terms.NO,
    "date": Terms.DATE,
    "datum": Terms.DATE,
    "ja": Terms.DATE,
    "yes": Terms.DATE,
    "receipt": Terms.RECEIPT,
    "zugang": Terms.RECEIPT,
}
_ANSWERS = {"ja": True, "yes": True, "nein": False, "no": False}
_NEVER = frozenset({"nie", "never", "none", "keine", "nein", "no"})


def refuse_unknown(name: str, fields: Collection[str]) -> None:
    """Says which fields there are.

    Raises:
        UsageError: the field is none of them.
    """
    if name not in fields:
        raise UsageError(
            f"Feld „{name}“ gibt es nicht. Möglich: {', '.join(fields)}",
            en=f"There is no field {name}. Possible: {', '.join(fields)}",
        )


def debtor_type(name: str, text: str) -> DebtorType:
    """Consumer, business or unknown.

    Raises:
        UsageError: another word.
    """
    return _TYPES[_one_of(name, text, _TYPES, "consumer, business, unknown")]


def terms(name: str, text: str) -> Terms:
    """How a time for payment was agreed; a plain yes is a day by the calendar.

    Raises:
        UsageError: another word.
    """
    return _TERMS[_one_of(name, text, _TERMS, "no, date, receipt")]


def answer(name: str, text: str) -> bool:
    """Yes or no.

    Raises:
        UsageError: another word.
    """
    return _ANSWERS[_one_of(name, text, _ANSWERS, "ja, nein, yes, no")]


def law(name: str, text: str) -> str:
    """The law that governs claims.

    Raises:
        UsageError: a law whose rules we do not know.
    """
    return _one_of(name, text, dict.fromkeys(LAWS), ", ".join(LAWS))


def day(name: str, text: str) -> date:
    """``2026-11-22`` or ``22.11.2026``.

    Raises:
        UsageError: anything else.
    """
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 — no instant
        except ValueError:
            continue
    raise UsageError(
        f"{name}: „{text}“ ist kein Tag; so: 2026-11-22 oder 22.11.2026.",
        en=f"{name}: {text!r} is not a day; write 2026-11-22 or 22.11.2026.",
    )


def past_day(name: str, text: str, on: date) -> date:
    """A day that has come by ``on``.

    Raises:
        UsageError: no day, or one that lies ahead.
    """
    found = day(name, text)
    if found > on:
        raise UsageError(
            f"{name}: der {found:%d.%m.%Y} liegt in der Zukunft; eingetragen wird, was geschehen "
            "ist.",
            en=f"{name}: {found} lies in the future; enter what has happened.",
        )
    return found


def since(name: str, text: str) -> date:
    """A day from which something holds; ``nie`` or ``never`` = it never does.

    Raises:
        UsageError: neither.
    """
    return NEVER if _folded(text) in _NEVER else day(name, text)


def _one_of(name: str, text: str, known: Mapping[str, object], usual: str) -> str:
    word = _folded(text)
    if word not in known:
        raise UsageError(
            f"{name}: „{text}“ gibt es nicht; möglich: {usual}.",
            en=f"{name}: there is no {text!r}; possible: {usual}.",
        )
    return word


def _folded(text: str) -> str:
    return text.strip().casefold()
