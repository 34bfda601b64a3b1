"""What of a debtor's master data can be compared with another's: normalised once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from core.domain.model import ConnectionId, Debtor, DebtorId
from core.domain.platform_records import ALONE, ONE_TIME

_UMLAUTS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "SS", "ẞ": "SS"})
_LONG_FORMS = {
    "GESELLSCHAFT MIT BESCHRAENKTER HAFTUNG": "GMBH",
    "AKTIENGESELLSCHAFT": "AG",
    "KOMMANDITGESELLSCHAFT": "KG",
    "UNTERNEHMERGESELLSCHAFT": "UG",
    "OFFENE HANDELSGESELLSCHAFT": "OHG",
    "EINGETRAGENER KAUFMANN": "EK",
    "EINGETRAGENE KAUFFRAU": "EK",
    "EINGETRAGENER VEREIN": "EV",
}
_FORMS = {
    "GMBH": "GMBH", "GESMBH": "GMBH", "MBH": "GMBH", "GGMBH": "GMBH", "AG": "AG", "KG": "KG",
    "KGAA": "KGAA", "UG": "UG", "OHG": "OHG", "OG": "OHG", "GBR": "GBR", "EGBR": "GBR",
    "EK": "EK", "EKFM": "EK", "EKFR": "EK", "EU": "EK", "EV": "EV", "EG": "EG", "SE": "SE",
    "LTD": "LTD", "LIMITED": "LTD", "INC": "INC", "LLC": "LLC", "BV": "BV", "NV": "NV",
    "SARL": "SARL", "SAS": "SAS", "SRL": "SRL", "SPA": "SPA", "PARTG": "PARTG",
}  # fmt: skip
# Words of an address line or a title, not of the name.
_FILLERS = frozenset(
    {"HERR", "HERRN", "FRAU", "FIRMA", "FA", "DR", "PROF", "DIPL", "ING", "MED", "CO", "UND"}
    | {"HAFTUNGSBESCHRAENKT"}
)
_ROLES = frozenset(
    {"info", "kontakt", "contact", "mail", "office", "buero", "post", "service", "verwaltung"}
    | {"rechnung", "rechnungen", "invoice", "invoices", "billing", "buchhaltung", "accounting"}
    | {"finance", "einkauf", "zentrale"}
)
_VAT_ID = re.compile(r"[A-Z]{2}[0-9A-Z]{4,12}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_INITIALS = re.compile(r"\b(\w)\.\s?(?=\w\b)")  # "e. K." is one word, "E. Muster" are two
_STREET = re.compile(r"STRASSE\b|STR\b|STRASZE\b")
_WORD = re.compile(r"[A-Z0-9]+")
_HOUSE = re.compile(r"\d+")
_ALIKE = 0.86  # of two spellings; below it even one changed word of three would pass


@dataclass(frozen=True, slots=True)
class Traits:
    """A debtor as he is compared: "" or empty where his platform does not say."""

    id: DebtorId
    connection: ConnectionId
    vat_id: str
    iban: str
    mail: str
    role_mail: bool  # info@, rechnung@: not one person's
    words: tuple[str, ...]  # of the name, sorted, without legal form and titles
    spelled: str  # the same words as written
    forms: frozenset[str]  # legal forms in the name
    street: str
    house: str
    postcode: str
    city: str
    country: str
    alone: bool  # made for one document: his name is all that is known, and he may be many

    @property
    def has_place(self) -> bool:
        return bool(self.postcode or self.city)

    def buckets(self) -> Iterator[tuple[str, ...]]:
        """Buckets: only debtors that share one are compared at all."""
        for kind, value in (("vat", self.vat_id), ("iban", self.iban), ("mail", self.mail)):
            if value:
                yield kind, value
        if self.words:
            # Names that many bear are told apart by the place.
            yield ("name", *self.words)
            yield ("name at", self.postcode or self.city, *self.words)
        if self.street and self.has_place:
            yield "address", self.postcode or self.city, self.street[:4], self.house


def traits_of(debtor: Debtor) -> Traits:
    address = debtor.address
    words, spelled, forms = _name(debtor.name or address.name)
    mail = debtor.email.strip().casefold()
    street = _STREET.sub("STR", _plain(address.street))
    house = _HOUSE.search(street)
    return Traits(
        debtor.id,
        debtor.connection,
        _matching(_VAT_ID, debtor.vat_id),
        _matching(_IBAN, debtor.iban),
        mail if "@" in mail else "",
        mail.partition("@")[0] in _ROLES,
        words,
        spelled,
        forms,
        "".join(_WORD.findall(street)),
        house[0] if house else "",
        "".join(address.postcode.upper().split()),
        "".join(_WORD.findall(_plain(address.city))),
        address.country,
        debtor.external_id.startswith((ONE_TIME, ALONE)),
    )


@lru_cache(maxsize=1 << 15)
def name_words(text: str) -> tuple[str, ...]:
    """The words of a name, sorted, without legal form and titles, umlauts written out."""
    return _name(text)[0] if text.strip() else ()


def names_agree(a: Traits, b: Traits) -> bool:
    """One spelling of the other, or its short form ("Muster Bau" and "Muster Bau Nord").

    First names must agree where both are given: "Erika Muster" is not "Max Muster".
    """
    if SequenceMatcher(None, a.spelled, b.spelled, autojunk=False).ratio() >= _ALIKE:
        # Of two similar names one word of which is quite another, that word tells them apart.
        return _words_agree(a.words, b.words) or len(a.words) != len(b.words)
    short, long = sorted((a.words, b.words), key=len)
    return len(short) > 1 and _words_agree(short, long)


def _words_agree(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Each word of the shorter name is a word of the longer, its initial or nearly so."""
    # Whole words first, so that the initial of "Z. Zack" does not take the surname of "Zoe Zack".
    left = sorted(long, key=len, reverse=True)
    for word in sorted(short, key=len, reverse=True):
        found = next((other for other in left if _one_word(word, other)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _one_word(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    # Numbers are told apart by every digit: "Objekt 12" is not "Objekt 13".
    if one == other or one.isdigit() or other.isdigit():
        return one == other
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def share_a_word(a: Traits, b: Traits) -> bool:
    return bool({word for word in a.words if len(word) > 2} & set(b.words))


def streets_agree(a: Traits, b: Traits) -> bool:
    """The same street and number, however "Straße" is written."""
    if a.house != b.house:
        return False
    return SequenceMatcher(None, a.street, b.street, autojunk=False).ratio() >= _ALIKE


def _name(text: str) -> tuple[tuple[str, ...], str, frozenset[str]]:
    plain = _plain(_INITIALS.sub(r"\1", text))
    joined = " ".join(_WORD.findall(plain))
    for long, short in _LONG_FORMS.items():
        joined = joined.replace(long, short)
    every = joined.split()
    forms = frozenset(_FORMS[word] for word in every if word in _FORMS)
    words = [word for word in every if word not in _FORMS and word not in _FILLERS] or every
    return tuple(sorted(words)), " ".join(words), forms


def _plain(text: str) -> str:
    """Upper case letters A-Z with umlauts written out; other accents are dropped."""
    upper = unicodedata.normalize("NFC", text).upper().translate(_UMLAUTS)
    folded = unicodedata.normalize("NFKD", upper)
    return "".join(char for char in folded if not unicodedata.combining(char))


def _matching(pattern: re.Pattern[str], text: str) -> str:
    key = "".join(char for char in text.upper() if char.isalnum())
    return key if pattern.fullmatch(key) else ""
