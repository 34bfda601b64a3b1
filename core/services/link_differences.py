"""What a person must know when two debtors become one: where they differ, the head's data counts."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from core.domain.dunning_item import is_allowed
from core.domain.model import Debtor, DebtorType


class Field(enum.Enum):
    """What is compared; all but two of them are taken from the head."""

    TYPE = "type"
    LANGUAGE = "language"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"
    PROCEDURE = "procedure"
    LAW = "governing_law"
    TERMS = "payment_terms_agreed"
    DIRECT_DEBIT = "direct_debit"  # stays with the claims of the debtor who agreed to it
    ALLOWED_LEVELS = "allowed_levels"  # what one of them forbids is forbidden


NO_LEVEL = "none"
KEPT_APART = frozenset({Field.DIRECT_DEBIT, Field.ALLOWED_LEVELS})


@dataclass(frozen=True, slots=True)
class Difference:
    """``label`` is the other one; values as text, "" where nothing is set."""

    field: Field
    label: str
    head: str
    other: str


def differences(head: Debtor, other: Debtor, label: str) -> Iterator[Difference]:
    """Where the other one says something else. What he does not say is no difference, but where
    what the head says binds both.
    """
    mine, his = _values(head), _values(other)
    for field, value in his.items():
        said = value or (field in KEPT_APART and mine[field])
        if said and _folded(value) != _folded(mine[field]):
            yield Difference(field, label, mine[field], value)


def _values(debtor: Debtor) -> dict[Field, str]:
    place = debtor.address
    street = ", ".join(part for part in (*place.lines, place.street) if part)
    city = " ".join(part for part in (place.postcode, place.city) if part)
    terms = debtor.terms
    return {
        Field.NAME: debtor.name,
        Field.TYPE: "" if debtor.type is DebtorType.UNKNOWN else debtor.type.value,
        Field.LANGUAGE: debtor.language,
        Field.EMAIL: debtor.email,
        Field.ADDRESS: ", ".join(part for part in (street, city, place.country) if part)
        if street or city
        else "",
        Field.PROCEDURE: debtor.procedure,
        Field.LAW: debtor.governing_law,
        Field.TERMS: terms.value if terms else "",
        Field.DIRECT_DEBIT: "yes" if debtor.direct_debit else "",
        Field.ALLOWED_LEVELS: _allowed(debtor.allowed_levels),
    }


def _allowed(mask: int) -> str:
    """``1, 2`` or ``none``; "" where nothing is forbidden. The third stands for all later ones."""
    levels = [str(level) for level in (1, 2, 3) if is_allowed(level, mask)]
    return "" if len(levels) == 3 else ", ".join(levels) or NO_LEVEL


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
