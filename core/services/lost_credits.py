"""Credits of which nobody can tell whose they are hold everybody whose they could be.

A credit note at the collective customer, without contact and address, is no line of anybody's
account. Whoever bears its name, and everybody without a contact when it bears none, would be
dunned for the full sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from core.domain.ledger_types import LedgerHold, LedgerResult
from core.domain.model import ConnectionId, CreditorId, HoldKind
from core.domain.platform_records import ALONE, ONE_TIME, LostCredit
from core.ports import Tx

# What platforms call a customer without a contact of his own.
_NOBODY = frozenset({"", "sammelkunde"})


def may_own(credit: LostCredit, debtor: str, name: str) -> bool:
    """Whether the credit could belong to the debtor of that external id and name."""
    bearer = _plain(credit.name)
    if bearer in _NOBODY:
        return debtor.startswith((ONE_TIME, ALONE))
    return bearer == _plain(name)


def concerned(
    tx: Tx, creditor: CreditorId, connection: ConnectionId, credits_: Collection[LostCredit]
) -> set[str]:
    """External ids of all debtors of the connection to whom one of the credits could belong."""
    if not credits_:
        return set()
    return {
        each.external_id
        for each in tx.debtors.all(creditor)
        if each.connection == connection
        and any(may_own(credit, each.external_id, each.name) for credit in credits_)
    }


def with_holds(
    result: LedgerResult, debtor: str, name: str, credits_: Iterable[LostCredit]
) -> LedgerResult:
    """The ledger of a debtor with a hold for every credit that could be his."""
    own = {item.external_id for item in result.items}
    holds = tuple(
        LedgerHold(
            # Another amount is a new question, also to somebody who released the hold.
            key=f"lost_credit:{credit.external_id}:{credit.minor}",
            kind=HoldKind.PLATFORM_BLOCK,
            item=None,
            reason="Eine offene Gutschrift ohne Kontakt und Anschrift kann diesem Kunden gehören. "
            "Bitte sie auf der Plattform verrechnen oder einem Kontakt zuordnen.",
        )
        for credit in sorted(credits_)
        if credit.external_id not in own and may_own(credit, debtor, name)
    )
    return replace(result, holds=(*result.holds, *holds)) if holds else result


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
