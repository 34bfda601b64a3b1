"""Legal forms in names: evidence that a debtor is no consumer (§ 13 BGB: natural persons only).

Read word by word, never inside of words. A miss costs little: who is not known counts as consumer.
A false hit would charge a consumer what he does not owe, so what could be a name, initials or the
floor of a house is no evidence. Nor is a GbR, which consumers can form as well.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from core.domain.model import DebtorType

# Whatever their case; keys without dots.
_LONG = {
    "gmbh": "GmbH",
    "mbh": "GmbH",
    "gesmbh": "GmbH",
    "ggmbh": "gGmbH",
    "ohg": "OHG",
    "kgaa": "KGaA",
    "partg": "PartG",
    "partgmbb": "PartG mbB",
    "partmbb": "PartG mbB",
    "mbb": "PartG mbB",
    "ewiv": "EWIV",
    "aktiengesellschaft": "AG",
    "kommanditgesellschaft": "KG",
    "unternehmergesellschaft": "UG",
    "handelsgesellschaft": "OHG",
    "partnerschaftsgesellschaft": "PartG",
    "ltd": "Ltd.",
    "limited": "Ltd.",
    "llc": "LLC",
    "llp": "LLP",
    "plc": "PLC",
    "inc": "Inc.",
    "corp": "Corp.",
    "sarl": "S.à r.l.",
    "sàrl": "S.à r.l.",
    "sagl": "Sagl",
    "srl": "S.r.l.",
    "sasu": "SASU",
    "eurl": "EURL",
    "oyj": "Oyj",
    "kft": "Kft.",
    "zrt": "Zrt.",
}
# Short ones as they are written, dots and all. "S. A." and "E.K." are somebody's initials.
_SHORT = {
    "AG": "AG",
    "KG": "KG",
    "UG": "UG",
    "SE": "SE",
    "SA": "S.A.",
    "S.A": "S.A.",
    "SAS": "SAS",
    "OG": "OG",
    "KEG": "KEG",
    "BV": "B.V.",
    "B.V": "B.V.",
    "NV": "N.V.",
    "N.V": "N.V.",
    "ApS": "ApS",
    "SpA": "S.p.A.",
    "S.p.A": "S.p.A.",
    "s.r.o": "s.r.o.",
    "d.o.o": "d.o.o.",
    "z.o.o": "Sp. z o.o.",
    "S.à": "S.à r.l.",
    "S.à.r.l": "S.à r.l.",
    "eG": "eG",
    "e.G": "eG",
    "eK": "e.K.",
    "e.K": "e.K.",
    "eKfm": "e.Kfm.",
    "e.Kfm": "e.Kfm.",
    "eKfr": "e.Kfr.",
    "e.Kfr": "e.Kfr.",
    "eU": "e.U.",
    "e.U": "e.U.",
    "eV": "e.V.",
    "e.V": "e.V.",
}
# In a name that is all capitals these may be anybody's name.
_CAPITALS = frozenset({"AG", "KG", "UG"})
# What a person can be himself: all that counts where a name begins with "Herr" or "Frau".
_SOLE = frozenset({"e.K.", "e.Kfm.", "e.Kfr.", "e.U."})
# Legal persons without a trade: no consumers, for the law of default counted with businesses.
_NO_TRADE = frozenset({"e.V.", "Stiftung", "KdöR", "AöR"})
_ENDINGS = {
    "stiftung": "Stiftung",
    "genossenschaft": "eG",
    "kdör": "KdöR",
    "aör": "AöR",
}
# Offices that stand at the head of a name; within it they may be part of an address.
_PUBLIC = frozenset(
    {
        "stadt",
        "landeshauptstadt",
        "hansestadt",
        "gemeinde",
        "verbandsgemeinde",
        "samtgemeinde",
        "ortsgemeinde",
        "kirchengemeinde",
        "pfarrgemeinde",
        "landkreis",
        "landratsamt",
        "freistaat",
        "bundesrepublik",
        "bundesamt",
        "landesamt",
        "finanzamt",
        "jobcenter",
        "amtsgericht",
        "landgericht",
        "zweckverband",
        "universität",
        "universitätsklinikum",
        "hochschule",
        "handwerkskammer",
        "ministerium",
    }
)
_PARTNERS = frozenset({"gbr", "gesbr", "egbr"})
_PERSON = frozenset({"herr", "herrn", "frau", "eheleute", "familie", "fam"})
_CARE_OF = re.compile(r"\bc/o\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s&+/,;()\"„“”«»]+")
_SPACED = re.compile(r"(?<!\S)e\. (?=(?:K|Kfm|Kfr|V|G|U)\b)")  # "e. K." is one word
_POLISH = re.compile(r"\bz o\.o\b")
_MERGED = re.compile(r"\bCo\.(?=\w)", re.IGNORECASE)  # GmbH & Co.KG
_LIABILITY = re.compile(r"\bmit beschränkter Haftung\b", re.IGNORECASE)

FORM = "Rechtsform im Namen: "
OFFICE = "Öffentliche Stelle: "
VAT_ID = "USt-IdNr. "
NO_PERSON = " (keine natürliche Person, § 13 BGB)"


class Assumed(NamedTuple):
    """The type of debtor that evidence speaks for, with the evidence in German."""

    type: DebtorType
    evidence: str = ""


def assumed_type(name: str, vat_id: str = "") -> Assumed:
    """Business when a VAT id or the name says so, else unknown; a person may know better."""
    if vat_id:
        return Assumed(DebtorType.BUSINESS, f"{VAT_ID}{vat_id}")
    form = legal_form(name)
    if form:
        beside = NO_PERSON if form in _NO_TRADE else ""
        return Assumed(DebtorType.BUSINESS, f"{FORM}{form}{beside}")
    office = public_office(name)
    if office:
        return Assumed(DebtorType.BUSINESS, f"{OFFICE}{office}{NO_PERSON}")
    return Assumed(DebtorType.UNKNOWN)


def legal_form(name: str) -> str:
    """The legal form that a name carries, as it is usually written: "GmbH & Co. KG"; "" = none."""
    words = _words(name)
    if any(_plain(word) in _PARTNERS for word in words):
        return ""
    shouted = name.isupper()
    person = bool(words) and _plain(words[0]) in _PERSON
    found = []
    for place, word in enumerate(words):
        form = _LONG.get(_plain(word.rpartition("-")[2])) or _ending(word)
        if not form and place and not words[place - 1].rstrip(".").isdigit():
            form = _short(word, shouted=shouted)
        if form and form not in found and (form in _SOLE or not person):
            found.append(form)
    return _joined(found, words)


def public_office(name: str) -> str:
    """The word that makes a public body of a name ("Stadt", "Finanzamt"); "" = none."""
    words = _words(name)
    if len(words) < 2 or _plain(words[0]) in _PERSON:
        return ""
    return next((word for word in words[:2] if _plain(word) in _PUBLIC), "")


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFC", name)
    text = _CARE_OF.split(text)[0]  # where a letter goes, not who owes
    text = _SPACED.sub("e.", text)
    text = _POLISH.sub("z.o.o", text)
    text = _LIABILITY.sub("mbH", text)
    text = _MERGED.sub("Co. ", text)
    return [word for word in _BETWEEN.split(text) if word]


def _plain(word: str) -> str:
    return word.replace(".", "").casefold()


def _short(word: str, *, shouted: bool) -> str:
    written = word.rstrip(".")
    if shouted and written not in _CAPITALS:
        return ""
    return _SHORT.get(written, "")


def _ending(word: str) -> str:
    plain = word.casefold().rstrip(".")
    return next((form for ending, form in _ENDINGS.items() if plain.endswith(ending)), "")


def _joined(found: list[str], words: list[str]) -> str:
    if not found:
        return ""
    if len(found) > 1 and any(_plain(word) == "co" for word in words):
        return f"{found[0]} & Co. {found[-1]}"
    return found[0]
