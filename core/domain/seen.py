"""What the dunning rules may look at: a run decides from this, and only this is kept of it.

A run stores what it decided from, to be replayed years later. What no rule reads is taken out
before the rules see it, so that it need not be stored and nothing can come to depend on it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from core.domain.model import Account, Address, Creditor, CreditorProfile, Debtor, Hold

# Stands for a text of which the rules know only that there is one.
SOME = "?"
# Letterhead, bank and mail server: who writes and where, never whether.
_LETTERHEAD = frozenset(
    {
        "street", "postcode", "city", "legal_form", "register_court", "register_number",
        "managers", "seat", "tax_number", "vat_id", "phone", "email", "website", "contact", "iban",
        "bic", "bank", "reply_to", "archive_to", "mail_from", "smtp_host", "smtp_port",
        "smtp_user", "smtp_security", "letter_form", "client",
    }
)  # fmt: skip
_PLAIN: dict[str, Any] = {"name": ""} | {
    field.name: field.default for field in fields(CreditorProfile) if field.name in _LETTERHEAD
}


def _some(text: str) -> str:
    return SOME if text else ""


def seen_account(account: Account) -> Account:
    """The account without what no rule reads.

    Names, street, town and salutation go; of a mail address, a VAT id and each part of the postal
    address it stays known whether there is one. Country, Land and postcode stay (§ 193 BGB: the
    feast days of the place), and so does the reason of a hold, which verdicts print.
    """
    twins = {
        item: tuple(replace(twin, holds=_seen_holds(twin.holds)) for twin in found)
        for item, found in account.twins.items()
    }
    return replace(
        account,
        debtor=seen_debtor(account.debtor),
        holds=_seen_holds(account.holds),
        twins=twins,
    )


def _seen_holds(holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    return tuple(replace(hold, author="") if hold.author else hold for hold in holds)


def seen_debtor(debtor: Debtor) -> Debtor:
    """The debtor without what no rule reads; see :func:`seen_account`."""
    return replace(
        debtor,
        name="",
        address=_seen_address(debtor.address),
        salutation="",
        email=_some(debtor.email),
        vat_id=_some(debtor.vat_id),
        iban="",
    )


def _seen_address(address: Address) -> Address:
    return Address(
        name=_some(address.name),
        street=_some(address.street),
        postcode=address.postcode,
        city=_some(address.city),
        country=address.country,
        own_postcode=address.own_postcode,
    )


def seen_creditor(creditor: Creditor) -> Creditor:
    """The creditor without letterhead, bank and mail server: settings that rules read stay."""
    return Creditor(creditor.id, replace(creditor.profile, **_PLAIN))
