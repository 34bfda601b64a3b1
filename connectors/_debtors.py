"""Debtors of invoices that name no contact, and what speaks for consumer or business. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from core.domain.legal_form import assumed_type
from core.domain.model import Address, DebtorType
from core.domain.platform_records import ALONE, ONE_TIME
from core.domain.records import DebtorRecord

_EMAIL = re.compile(r"[^\s@<>\",;]+@[^\s@<>\",;]+\.[^\s@<>\",;]+")
_TITLES = frozenset({"dr.", "prof.", "dr", "prof", "dipl.-ing.", "dipl.-kfm.", "mag.", "ing."})
# Owners of a flat, heirs, couples: entered as a company, and consumers all the same.
_NO_COMPANY = re.compile(
    r"\b(GbR|WEG|Wohnungseigentümergemeinschaft|Eigentümergemeinschaft|Erbengemeinschaft|"
    r"Herrn?|Frau|Eheleute|Familie|Fam\.)(?!\w)",
    re.IGNORECASE,
)


def one_time_id(external_id: str, address: Address) -> str:
    """External id of a debtor who is no contact (collective customer, one-time address).

    The same name at the same full address is the same debtor. Without a street nothing tells two
    people of one name apart: then every voucher has a debtor of its own. Never merged further:
    a letter to the wrong one would tell him what another owes.
    """
    if not (address.is_postal and address.postcode):
        return f"{ALONE}{external_id}"
    parts = (
        address.name,
        *address.lines,
        address.street,
        address.postcode,
        address.city,
        address.country,
    )
    key = "\n".join(_plain(part) for part in parts)
    return f"{ONE_TIME}{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def debtor_by_address(external_id: str, address: Address, language: str = "de") -> DebtorRecord:
    """Who owes an invoice, from the invoice alone; such a debtor has no e-mail."""
    assumed = assumed_type(address.name)
    return DebtorRecord(
        external_id=external_id,
        account_label="",
        name=address.name,
        address=address,
        language=language or "de",
        type=assumed.type,
        type_evidence=assumed.evidence,
    )


def usable_email(text: str) -> bool:
    """Whether it has the form of one e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def greeting(how: str, titles: str, family_name: str) -> str:
    """As in "Sehr geehrte Frau Dr. Muster"; "" where form of address or name is not certain.

    ``how``: "Sehr geehrte Frau" or "Sehr geehrter Herr"; "" = not known.
    """
    words = titles.split()
    if not how or not family_name or any(word.casefold() not in _TITLES for word in words):
        return ""
    return " ".join((how, *words, family_name))


def evident_type(name: str, vat_id: str, label: str, *, company: bool) -> tuple[DebtorType, str]:
    """Consumer or business, with the evidence in German.

    The platform makes its user choose between company and person. A company is a business even
    without a legal form, unless its name speaks for people; a person may still act as one.
    """
    assumed = assumed_type(name, vat_id)
    as_made = f"in {label} als {'Firma' if company else 'Person'} angelegt"
    if assumed.evidence:
        return assumed.type, f"{assumed.evidence}; {as_made}"
    if not company:
        return DebtorType.UNKNOWN, as_made
    if _NO_COMPANY.search(name):
        return DebtorType.UNKNOWN, f"{as_made}; der Name spricht aber auch für Verbraucher"
    return (
        DebtorType.BUSINESS,
        f"{as_made}, ohne Rechtsform und USt-IdNr. (Einzelunternehmen?)",
    )


def _plain(part: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", part).casefold().split())
