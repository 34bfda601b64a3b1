"""Items and holds in words: what a person knows them by."""

from __future__ import annotations

from core.domain.model import Hold, HoldKind, ItemKind, NoticeLine, OpenItem
from core.domain.reasons import is_english
from core.services.wording import day

_HOLDS: dict[HoldKind, tuple[str, str]] = {
    HoldKind.MANUAL: ("Mahnsperre", "on hold"),
    HoldKind.DISPUTE: ("strittig", "disputed"),
    HoldKind.PROMISE: ("Zahlungszusage", "promise to pay"),
    HoldKind.INSTALMENT_PLAN: ("Ratenzahlung", "instalment plan"),
    HoldKind.DEFERRAL: ("Stundung", "deferral"),
    HoldKind.INSOLVENCY: ("Insolvenz", "insolvency"),
    HoldKind.DECEASED: ("verstorben", "deceased"),
    HoldKind.PLATFORM_BLOCK: ("Sperre in der Buchhaltung", "blocked in the books"),
    HoldKind.POSSIBLE_DUPLICATE: ("vielleicht doppelt", "possible duplicate"),
    HoldKind.POSSIBLE_DOUBLE_IMPORT: (
        "vielleicht doppelt eingelesen",
        "possibly imported twice",
    ),
    HoldKind.ROW_ERRORS: ("Zeile oder Beleg nicht lesbar", "unreadable row or record"),
    HoldKind.PAID_LOCALLY: ("als bezahlt gemeldet", "reported as paid"),
    HoldKind.PARTIAL_DISPUTE: ("teilweise strittig", "partly disputed"),
    HoldKind.DIRECT_DEBIT_PENDING: ("Lastschrift unterwegs", "direct debit under way"),
    HoldKind.UNASSIGNED_MONEY: ("Geldeingang nicht zugeordnet", "money not assigned"),
    HoldKind.MONEY_RETURNED: ("Zahlung ging zurück", "payment went back"),
}


def hold_words(hold: Hold, language: str) -> str:
    """What the person wrote who set it, else its kind."""
    return hold.reason or hold_kind(hold.kind, language)


def hold_kind(kind: HoldKind, language: str) -> str:
    """Why there is a hold of that kind."""
    return _HOLDS[kind][is_english(language)]


def item_number(item: OpenItem | NoticeLine, language: str) -> str:
    """The number a user knows an item by; one without is named for what it is, and its day."""
    english = is_english(language)
    if item.kind is ItemKind.CHARGE_RESIDUAL:
        # The invoice itself has that number too; of a fee it is the notice's.
        return f"charges on {item.number}" if english else f"Nebenforderungen zu {item.number}"
    if item.number:
        return item.number
    if item.kind is ItemKind.CREDIT_NOTE:
        what = "credit note" if english else "Gutschrift"
    elif item.kind is ItemKind.UNAPPLIED or item.outstanding.amount < 0:
        what = "payment" if english else "Zahlung"
    else:
        what = "no number" if english else "ohne Nummer"
    if item.invoice_date is None:
        return what
    return f"{what} {'of' if english else 'vom'} {day(item.invoice_date, language)}"
