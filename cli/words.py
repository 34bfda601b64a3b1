"""Words for the stable ids that tables show; the JSON documents keep the ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from cli.i18n import language, tr
from cli.output import money
from core.domain.model import (
    Automation,
    Debtor,
    DebtorType,
    Hold,
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
from core.services.item_words import hold_words, item_number
from core.services.link_suggestions import Linked
from core.services.wording import channel_word, charge_word, state_word

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
    "worker": ("Worker", "worker"),
    "events": ("Ereignisse", "events"),
    "work": ("unbeaufsichtigte Arbeit", "unattended work"),
    "returned_mail": ("Mails, die zurückkommen", "mails that come back"),
    "bad_addresses": ("ungültige Mailadressen", "bad e-mail addresses"),
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
    return ", ".join(hold_words(hold, language()) for hold in found)


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


def email(debtor: Debtor) -> str:
    """His mail address, and whether mails to it come back."""
    if not debtor.mail_bounces:
        return debtor.email
    return f"{debtor.email} ({tr('kommt zurück', 'bounces')})"


def account(debtor: Debtor) -> str:
    """The account as the user knows it, not its canonical form."""
    return debtor.label or debtor.external_id


def number(item: OpenItem | NoticeLine) -> str:
    """The number a user knows an item by; one without is named for what it is, and its day."""
    return item_number(item, language())


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
