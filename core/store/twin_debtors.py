"""Whether two debtors are one: linked, kept apart by a person, or recognised by what is known."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from core.domain.model import CreditorId, Debtor, DebtorId
from core.domain.same_debtor import Sign, similarity
from core.store import debtors as debtor_rows
from core.store import tables as t
from core.store.base import Repo, chunks
from core.store.links import Links

_D = t.debtor.c


class TwinDebtors(Repo):
    """The debtors of items that are compared, each pair of them looked at once."""

    def __init__(
        self,
        connection: sa.Connection,
        links: Links,
        creditor: CreditorId,
        debtors: Iterable[DebtorId],
    ) -> None:
        super().__init__(connection)
        self._people = self._read(creditor, debtors)
        self._heads = links.heads(creditor)
        self._apart = {frozenset(pair) for pair in links.apart(creditor)}
        self._judged: dict[tuple[DebtorId, DebtorId], bool | None] = {}

    def same(self, one: DebtorId, other: DebtorId) -> bool | None:
        """True and False for certain; None: nobody knows."""
        if self._heads.get(one, one) == self._heads.get(other, other):
            return True
        if frozenset((one, other)) in self._apart:
            return False
        pair = (min(one, other), max(one, other))
        if pair not in self._judged:
            self._judged[pair] = _recognised(self._people[one], self._people[other])
        return self._judged[pair]

    def is_debited(self, debtor: DebtorId) -> bool:
        """Whether his money is collected by direct debit."""
        return self._people[debtor].direct_debit

    def _read(self, creditor: CreditorId, ids: Iterable[DebtorId]) -> dict[DebtorId, Debtor]:
        found: dict[DebtorId, Debtor] = {}
        for part in chunks(sorted(set(ids))):
            query = sa.select(*debtor_rows.COLUMNS).where(
                _D.creditor_id == creditor, self._among(_D.id, part)
            )
            for row in self._db.execute(query):
                debtor = debtor_rows.debtor_of(row)
                found[debtor.id] = debtor
        return found


def _recognised(one: Debtor, other: Debtor) -> bool | None:
    alike = similarity(one, other)
    if Sign.OTHER_VAT_ID in alike.reasons:
        return False
    return True if alike.recognised else None
