"""Words about linked debtors: signs that two are one, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

from cli.i18n import tr
from cli.words import debtor_type, law, terms
from core.domain.model import DebtorType, Terms
from core.domain.same_debtor import AGAINST, Sign, Strength
from core.services.link_differences import KEPT_APART, NO_LEVEL, Difference, Field

_SIGNS = {
    Sign.VAT_ID: ("USt-IdNr.", "VAT id"),
    Sign.IBAN: ("IBAN", "IBAN"),
    Sign.EMAIL: ("E-Mail", "e-mail"),
    Sign.NAME: ("Name", "name"),
    Sign.LIKE_NAME: ("ähnlicher Name", "similar name"),
    Sign.ADDRESS: ("Anschrift", "address"),
    Sign.PLACE: ("Ort", "place"),
    Sign.OTHER_VAT_ID: ("andere USt-IdNr.", "another VAT id"),
    Sign.OTHER_NAME: ("anderer Name", "another name"),
    Sign.OTHER_FORM: ("andere Rechtsform", "another legal form"),
    Sign.OTHER_ADDRESS: ("andere Anschrift", "another address"),
}
_STRENGTHS = {
    Strength.STRONG: ("stark", "strong"),
    Strength.LIKELY: ("wahrscheinlich", "likely"),
    Strength.WEAK: ("schwach", "weak"),
    Strength.NONE: ("keine", "none"),
}
_FIELDS = {
    Field.TYPE: ("Art", "Type"),
    Field.LANGUAGE: ("Sprache", "Language"),
    Field.EMAIL: ("E-Mail", "E-mail"),
    Field.ADDRESS: ("Anschrift", "Address"),
    Field.NAME: ("Name", "Name"),
    Field.PROCEDURE: ("Mahnverfahren", "Procedure"),
    Field.LAW: ("Recht", "Law"),
    Field.TERMS: ("Zahlungsziel vereinbart", "Terms agreed"),
    Field.DIRECT_DEBIT: ("Lastschrift", "Direct debit"),
    Field.ALLOWED_LEVELS: ("erlaubte Mahnstufen", "Allowed levels"),
}
_OWN = {
    Field.DIRECT_DEBIT: (
        "Was eingezogen wird, wird nicht gemahnt; die übrigen Rechnungen schon.",
        "What is collected is not dunned; the other invoices are.",
    ),
    Field.ALLOWED_LEVELS: (
        "Was bei einem verboten ist, ist für alle verboten.",
        "What one of them forbids is forbidden for all.",
    ),
}


def signs(found: Sequence[Sign], *, against: bool) -> str:
    """What agrees, or what speaks against it."""
    return ", ".join(tr(*_SIGNS[sign]) for sign in found if (sign in AGAINST) is against)


def strength(value: Strength) -> str:
    """How sure a suggestion is."""
    return tr(*_STRENGTHS[value])


def difference(found: Difference) -> str:
    """Where two linked debtors differ, and what counts."""
    name = tr(*_FIELDS[found.field])
    mine, his = (_value(found.field, text) for text in (found.head, found.other))
    if found.field in KEPT_APART:
        return f"{name}: {mine} / {found.label}: {his}. {tr(*_OWN[found.field])}"
    return tr(
        f"{name}: es gilt {mine}; bei {found.label} steht {his}.",
        f"{name}: {mine} counts; {found.label} has {his}.",
    )


def _value(field: Field, text: str) -> str:
    if field is Field.ALLOWED_LEVELS:
        return tr("keine", "none") if text == NO_LEVEL else text or tr("alle", "all")
    if not text:
        return "–"
    if field is Field.TYPE:
        return debtor_type(DebtorType(text))
    if field is Field.LAW:
        return law(text)
    if field is Field.TERMS:
        return terms(Terms(text))
    return tr("ja", "yes") if field is Field.DIRECT_DEBIT else text
