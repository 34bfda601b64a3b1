"""Claim facts that hold for one item: the item's own, else the debtor's, else the creditor's.

No platform tells them (§§ 13, 286 BGB); each is a setting with evidence. A run asks a hundred
thousand times: what a debtor's items share is found once (``debtor_facts``), where each fact comes
from only when somebody asks (``fact_sources``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from core.domain.model import CreditorProfile, Debtor, DebtorType, ItemFacts, OpenItem, Terms

# "No notice on his invoices", said of a debtor whose creditor prints it for the others.
NEVER = date.max
_NOTHING = ItemFacts()
# What a person may say of one item.
OWN_FIELDS = (
    "type",
    "terms",
    "consumer_notice",
    "invoice_received",
    "delivered_on",
    "payment_claim",
    "served_on",
    "refused_on",
    "acknowledged_on",
)


class TypeRule(StrEnum):
    """Who says what kind of debtor it is."""

    ITEM = "item"  # a person, for this claim
    DEBTOR = "debtor"  # a person, for the debtor
    ASSUMED = "assumed"  # evidence in the books: legal form, VAT id, kind of address
    UNKNOWN = "unknown"  # nothing: every rule takes him for a consumer


class FactSource(StrEnum):
    """Where a fact was set."""

    ITEM = "item"
    DEBTOR = "debtor"
    CREDITOR = "creditor"
    BOOKS = "books"  # came with the data, or follows from it


class Sourced(NamedTuple):
    """Where a fact comes from; ``evidence`` is what the person who set it said, maybe empty."""

    source: FactSource
    evidence: str = ""


# A NamedTuple, not a frozen dataclass: one is made for every item of a run.
class ClaimFacts(NamedTuple):
    """What the rules of default, interest and charges ask of one claim. None = not known."""

    type: DebtorType  # UNKNOWN counts as consumer, see ``is_business``
    type_rule: TypeRule
    terms: Terms
    law: str  # de | at | ch
    consumer_notice: bool  # the notice of § 286 Abs. 3 BGB stood on the invoice
    delivered_on: date | None
    invoice_received: date | None = None
    payment_claim: bool = True  # Entgeltforderung
    served_on: date | None = None
    refused_on: date | None = None
    acknowledged_on: date | None = None

    @property
    def is_business(self) -> bool:
        """False for consumers and for those of whom it is not known."""
        return self.type is DebtorType.BUSINESS


@dataclass(frozen=True, slots=True)
class ClaimDefaults:
    """What the creditor's profile says of all claims, parsed."""

    law: str = "de"
    terms: Terms = Terms.NO
    terms_evidence: str = ""
    consumer_notice_since: date | None = None  # invoices from that day on carry the notice
    wording: str = ""

    @classmethod
    def of(cls, profile: CreditorProfile) -> ClaimDefaults:
        """The defaults of a checked profile.

        Raises:
            ValueError: the profile holds a value that ``core.services.profile_check`` refuses.
        """
        since = profile.consumer_notice_since
        return cls(
            profile.governing_law,
            Terms(profile.payment_terms_agreed),
            profile.payment_terms_evidence,
            date.fromisoformat(since) if since else None,
            profile.consumer_notice_wording,
        )


class DebtorFacts(NamedTuple):
    """What all items of a debtor share, before what was said of each."""

    type: DebtorType
    type_rule: TypeRule
    terms: Terms
    law: str
    consumer_notice_since: date  # ``NEVER`` = no notice


def debtor_facts(debtor: Debtor, defaults: ClaimDefaults) -> DebtorFacts:
    """The facts of a debtor; what is not said of him is the creditor's."""
    since = debtor.consumer_notice_since or defaults.consumer_notice_since
    return DebtorFacts(
        debtor.type,
        _type_rule(debtor),
        debtor.terms or defaults.terms,
        debtor.governing_law or defaults.law,
        since or NEVER,
    )


def _type_rule(debtor: Debtor) -> TypeRule:
    if debtor.type is DebtorType.UNKNOWN:
        return TypeRule.UNKNOWN
    return TypeRule.DEBTOR if debtor.type_confirmed else TypeRule.ASSUMED


def item_claim_facts(item: OpenItem, shared: DebtorFacts) -> ClaimFacts:
    """The facts of one item of the debtor that ``shared`` was made of."""
    type_, rule, terms, law, since = shared
    issued = item.invoice_date
    notice = issued is not None and issued >= since
    own = item.own
    if own is None:
        return ClaimFacts(type_, rule, terms, law, notice, item.delivered_on)
    if own.type is not None:
        unknown = own.type is DebtorType.UNKNOWN
        type_, rule = own.type, TypeRule.UNKNOWN if unknown else TypeRule.ITEM
    return ClaimFacts(
        type_,
        rule,
        own.terms or terms,
        law,
        notice if own.consumer_notice is None else own.consumer_notice,
        own.delivered_on or item.delivered_on,
        own.invoice_received,
        own.payment_claim is not False,
        own.served_on,
        own.refused_on,
        own.acknowledged_on,
    )


def claim_facts(item: OpenItem, debtor: Debtor, defaults: ClaimDefaults) -> ClaimFacts:
    """The facts of one item alone; over many items of a debtor make ``debtor_facts`` once."""
    return item_claim_facts(item, debtor_facts(debtor, defaults))


def fact_sources(item: OpenItem, debtor: Debtor, defaults: ClaimDefaults) -> Mapping[str, Sourced]:
    """Where each fact of ``claim_facts`` comes from, by its name; a fact nobody told is left out.

    ``payment_claim`` is left out unless a person said something: a claim is one as a rule.
    """
    found = {**_creditor_sources(defaults), **_book_sources(item, debtor)}
    found |= _debtor_sources(debtor)
    own = item.own or _NOTHING
    for name in OWN_FIELDS:
        if getattr(own, name) is not None:
            found[name] = Sourced(FactSource.ITEM, own.evidence.get(name, ""))
    return found


def _creditor_sources(defaults: ClaimDefaults) -> dict[str, Sourced]:
    found = {
        "law": Sourced(FactSource.CREDITOR),
        "terms": Sourced(FactSource.CREDITOR, defaults.terms_evidence),
    }
    if defaults.consumer_notice_since is not None:
        found["consumer_notice"] = Sourced(FactSource.CREDITOR, defaults.wording)
    return found


def _book_sources(item: OpenItem, debtor: Debtor) -> dict[str, Sourced]:
    found: dict[str, Sourced] = {}
    if debtor.type is not DebtorType.UNKNOWN or debtor.type_evidence:
        found["type"] = Sourced(FactSource.BOOKS, debtor.type_evidence)
    if item.delivered_on is not None:
        found["delivered_on"] = Sourced(FactSource.BOOKS)
    return found


def _debtor_sources(debtor: Debtor) -> dict[str, Sourced]:
    said = debtor.evidence
    found: dict[str, Sourced] = {}
    if debtor.type_confirmed:
        found["type"] = Sourced(FactSource.DEBTOR, debtor.type_evidence)
    if debtor.terms is not None:
        found["terms"] = Sourced(FactSource.DEBTOR, said.get("terms", ""))
    if debtor.governing_law:
        found["law"] = Sourced(FactSource.DEBTOR, said.get("governing_law", ""))
    if debtor.consumer_notice_since is not None:
        told = said.get("consumer_notice_since", "")
        found["consumer_notice"] = Sourced(FactSource.DEBTOR, told)
    return found
