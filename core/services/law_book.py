"""Which law holds for a debtor's claims, with its rates and the working days at his place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from core.domain.business_days import Calendar
from core.domain.claim_facts import ClaimDefaults
from core.domain.claim_law import Law
from core.domain.law import pack_for
from core.domain.law.rates import RateTable
from core.domain.model import CreditorProfile, Debtor
from core.services.app import App


@dataclass(frozen=True, slots=True)
class LawBook:
    """Gives the law of each account of one creditor; equal places share one object."""

    defaults: ClaimDefaults
    rates: Callable[[str], RateTable | None]
    place: Callable[[Debtor], Calendar]
    _known: dict[tuple[str, Calendar], Law] = field(default_factory=dict)

    @classmethod
    def of(cls, app: App, profile: CreditorProfile) -> LawBook:
        """The law book of a creditor: his governing law, unless a debtor's own is set."""
        return cls(ClaimDefaults.of(profile), app.rates, app.place)

    def for_debtor(self, debtor: Debtor) -> Law:
        """What `decide` needs of the law for this debtor's account.

        Raises:
            ConfigError: a user's own base rates cannot be read.
        """
        key = (debtor.governing_law or self.defaults.law, self.place(debtor))
        found = self._known.get(key)
        if found is None:
            law, place = key
            found = self._known[key] = Law(pack_for(law), self.rates(law), place, self.defaults)
        return found
