"""Words for the stable ids that tables show; the JSON documents keep the ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from cli.i18n import language, tr
from cli.output import day, money
from core.domain.model import (
    Automation,
    Debtor,
    DebtorType,
    Hold,
    HoldKind,
    ItemKind,
    Match,
    NoticeLine,
    OpenItem,
    Terms,
)
from core.services.claims import AlsoOn
from core.services.fact_wording import (
    evidence_text,
    law_word,
    since_word,
    terms_word,
    type_word,
)
from core.services.link_suggestions import Linked
from core.services.wording import channel_word, charge_word, state_word

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
_CHECKS: dict[str, tuple[str, str]] = {
    "creditor": ("Mandant", "creditor"),
    "database": ("Datenbank", "database"),
    "database_place": ("Ort der Datenbank", "place of the database"),
    "base_rate": ("Basiszinssatz", "base rate"),
    "key": ("Schlüssel", "key"),
    "letterhead": ("Briefkopf", "letterhead"),
    "iban": ("IBAN", "IBAN"),
    "mail": ("Mail", "mail"),
    "letter": ("Probebrief", "test letter"),
    "booked_until": ("Geld gebucht bis", "money booked until"),
    "platform": ("Plattform", "platform"),
    "sync": ("zuletzt eingelesen", "last read"),
    "unread": ("nicht lesbare Belege", "unreadable records"),
    "write_back": ("Mahnungen in der Plattform", "notices on the platform"),
    "platform_notices": ("Mahnungen der Plattform", "dunnings of the platform"),
    "webhook_key": ("Meldungen der Plattform", "events of the platform"),
    "unposted": ("nicht zur Post gegeben", "not posted"),
    "unknown": ("ungewisser Versand", "uncertain delivery"),
    "governing_law": ("anwendbares Recht", "governing law"),
    "default": ("Verzug ohne Mahnung", "default without a Mahnung"),
    "debtor_types": ("Art der Kunden", "types of debtors"),
    "same_claims": ("dieselbe Forderung", "same claim"),
    "mode": ("Betriebsart", "mode"),
}


def check(name: str) -> str:
    """One of doctor's checks; an unknown one stands for itself."""
    return tr(*_CHECKS.get(name, (name, name)))


def state(value: str) -> str:
    """A notice's state, or the outcome of a delivery, which has the same name."""
    return state_word(value, language())


def channel(value: str) -> str:
    """A channel of delivery."""
    return channel_word(value, language())


_APPROVALS = {
    Automation.PROPOSE: ("einzeln", "one by one"),
    Automation.APPROVE: ("auch gesammelt", "also in bulk"),
    Automation.SEND: ("ohne", "none"),
}


def approval(value: Automation) -> str:
    """How the notices of a level are approved."""
    return tr(*_APPROVALS[value])


def holds(found: Iterable[Hold]) -> str:
    """Why there is a hold, or several: what the person wrote, else its kind."""
    return ", ".join(hold.reason or tr(*_HOLDS[hold.kind]) for hold in found)


def also(found: Sequence[AlsoOn]) -> str:
    """Where else a claim stands and what is open there; what is in doubt has a question mark."""
    told = []
    for other in found:
        left = money(other.outstanding) if other.outstanding.amount else tr("erledigt", "closed")
        doubt = "?" if other.match is Match.SUSPECT else ""
        told.append(f"{other.connection}{doubt}: {left}")
    return ", ".join(told)


def linked(found: Sequence[Linked]) -> str:
    """Whom a debtor is one customer with; the one whose data counts is marked."""
    head = tr("Hauptkunde", "head")
    return ", ".join(f"{each.label} ({head})" if each.head else each.label for each in found)


def charge_kind(kind: str) -> str:
    """Mahngebühr, Verzugszinsen or Verzugspauschale."""
    return charge_word(kind, language())


def debtor_type(value: DebtorType) -> str:
    """Consumer, business or unknown in words."""
    return type_word(value, language())


def terms(value: Terms) -> str:
    """Whether and how a time for payment was agreed."""
    return terms_word(value, language())


def law(value: str) -> str:
    """The law that governs a claim."""
    return law_word(value, language())


def since(value: date) -> str:
    """A day from which something holds, or that it never does."""
    return since_word(value, language())


def evidence(text: str) -> str:
    """Evidence in the reader's language, as far as it is not a person's own words."""
    return evidence_text(text, language())


def account(debtor: Debtor) -> str:
    """The account as the user knows it, not its canonical form."""
    return debtor.label or debtor.external_id


def number(item: OpenItem | NoticeLine) -> str:
    """The number a user knows an item by; one without is named for what it is, and its day."""
    if item.kind is ItemKind.CHARGE_RESIDUAL:
        # The invoice itself has that number too; of a fee it is the notice's.
        return tr(f"Nebenforderungen zu {item.number}", f"charges on {item.number}")
    if item.number:
        return item.number
    if item.kind is ItemKind.CREDIT_NOTE:
        what = tr("Gutschrift", "credit note")
    elif item.kind is ItemKind.UNAPPLIED or item.outstanding.amount < 0:
        what = tr("Zahlung", "payment")
    else:
        what = tr("ohne Nummer", "no number")
    if item.invoice_date is None:
        return what
    return tr(f"{what} vom {day(item.invoice_date)}", f"{what} of {day(item.invoice_date)}")


def counted(count: int, one: tuple[str, str], more: tuple[str, str]) -> str:
    """``1 Rechnung``, ``2 Rechnungen``; each word in German and English."""
    return f"{count} {tr(*(one if count == 1 else more))}"


def invoices(count: int) -> str:
    """So many invoices."""
    return counted(count, ("Rechnung", "invoice"), ("Rechnungen", "invoices"))


def debtors(count: int) -> str:
    """So many debtors."""
    return counted(count, ("Kunde", "debtor"), ("Kunden", "debtors"))


def settled_invoices(count: int) -> str:
    """So many settled invoices, in German in the dative."""
    return counted(
        count,
        ("beglichenen Rechnung", "settled invoice"),
        ("beglichenen Rechnungen", "settled invoices"),
    )


def requests(count: int) -> str:
    """So many requests to a platform."""
    return counted(count, ("Anfrage", "request"), ("Anfragen", "requests"))
