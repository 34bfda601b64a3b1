"""Collective accounts (Diverse): many customers on one account, told apart by address number."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.records import Posting


def split_collective(account: str, postings: Sequence[Posting]) -> dict[str, list[Posting]]:
    """Postings by debtor: ``account`` itself, or ``account#number`` of a sundry address.

    A payment carries the invoice number but seldom the address number: it follows the invoice of
    the same number when that belongs to exactly one customer. The account itself is always there,
    so that what was once on it and is not any more gets settled.
    """
    owners: dict[str, set[str]] = {}
    for posting in postings:
        if posting.sundry_address and posting.item_key:
            owners.setdefault(posting.item_key, set()).add(posting.sundry_address)
    parts: dict[str, list[Posting]] = {account: []}
    for posting in postings:
        number = posting.sundry_address
        if not number and len(owners.get(posting.item_key, ())) == 1:
            (number,) = owners[posting.item_key]
        parts.setdefault(f"{account}#{number}" if number else account, []).append(posting)
    return parts
