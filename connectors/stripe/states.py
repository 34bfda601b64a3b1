"""Where an invoice stands, and what its state asks for: decided by ``status`` first (§0.5). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from connectors._values import Json, flag, text
from connectors.stripe.beside import Beside
from connectors.stripe.course import Course
from connectors.stripe.kinds import AUTOMATIC, OPEN, PAID, UNCOLLECTIBLE, VOID
from connectors.stripe.values import day
from core.domain.model import HoldKind, ItemState
from core.domain.money import Money
from core.domain.platform_records import RecordHold

STATE_MAP = {  # Stripe -> ours, as long as nothing is open; "draft" is no claim
    PAID: ItemState.SETTLED,
    OPEN: ItemState.SETTLED,
    VOID: ItemState.CANCELLED,  # also the predecessor of a revision (§2)
    UNCOLLECTIBLE: ItemState.WRITTEN_OFF,  # can be paid later all the same (§2)
}
_CLOSED = frozenset({VOID, UNCOLLECTIBLE})


def is_closed(status: str) -> bool:
    """Whether nothing is claimed, whatever was not paid."""
    return status in _CLOSED


def state_of(status: str, outstanding: Money, whole: Money) -> ItemState:
    """By what is open, too: money that went back makes a paid invoice a claim again."""
    if status not in STATE_MAP:
        return ItemState.UNKNOWN
    if not outstanding.amount:
        return STATE_MAP[status]
    return ItemState.PARTLY_PAID if outstanding < whole else ItemState.OPEN


def is_automatic(row: Json) -> bool:
    """Whether Stripe takes the money itself, by a method of payment that the customer left."""
    return text(row, "collection_method") == AUTOMATIC


def holds_of(row: Json, course: Course, moving: list[str], beside: Beside) -> Iterator[RecordHold]:
    """Why an open invoice is not dunned now. Each key is one question: what changes asks anew."""
    for id_ in moving:
        yield RecordHold(
            f"in_flight:{id_}",
            HoldKind.DIRECT_DEBIT_PENDING,
            f"In Stripe ist eine Zahlung unterwegs ({id_}); eine Lastschrift braucht Tage.",
        )
    if beside.flight_untold:
        yield RecordHold(
            "in_flight:untold",
            HoldKind.DIRECT_DEBIT_PENDING,
            "Ob eine Lastschrift unterwegs ist, ist nicht zu erkennen. Bitte in Stripe unter "
            "Entwickler → API-Schlüssel das Leserecht auf Zahlungen (Charges) prüfen.",
        )
    if is_automatic(row) and beside.dun_automatic:
        yield from _retries(row, beside)
    yield from _doubts(course)


def _retries(row: Json, beside: Beside) -> Iterator[RecordHold]:
    """Such an invoice belongs to Stripe's own attempts as long as there are any (§0.6)."""
    until = day(row, "next_payment_attempt", beside.zone)
    if until is not None and until >= beside.today:
        yield RecordHold(
            f"retry:{until}",
            HoldKind.DIRECT_DEBIT_PENDING,
            f"Stripe versucht am {until:%d.%m.%Y} wieder, das Geld einzuziehen.",
            until,
        )
    elif until is None and flag(row, "auto_advance") and row.get("attempted") is False:
        yield RecordHold(
            "first_attempt",
            HoldKind.DIRECT_DEBIT_PENDING,
            "Stripe zieht das Geld selbst ein und hat es noch nicht versucht.",
        )


def _doubts(course: Course) -> Iterator[RecordHold]:
    for id_ in course.disputed:
        yield RecordHold(
            f"dispute:{id_}",
            HoldKind.DISPUTE,
            f"Eine Zahlung auf diese Rechnung ist angefochten ({id_}) und nicht entschieden.",
        )
    if course.owed_back is not None and course.owed_back.amount > 0:
        yield RecordHold(
            # More that went back is another question.
            f"returned:{course.owed_back.minor}",
            HoldKind.MONEY_RETURNED,
            f"Von den Zahlungen gingen {_german(course.owed_back)} zurück ({_named(course)}). Ob das "
            "noch geschuldet ist, muss ein Mensch sagen.",
        )


def _named(course: Course) -> str:
    """What went back and when: "Rückerstattung re_1 vom 05.03.2026"."""
    shown = (
        f"{each.word} {each.id}" + (f" vom {each.on:%d.%m.%Y}" if each.on else "")
        for each in course.back
    )
    return ", ".join(dict.fromkeys(shown))


def _german(money: Money) -> str:
    return f"{money.plain().replace('.', ',')} {money.currency}"
