"""What a law says about interest, the lump sum and fees; one instance per law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.law.rates import RateRule
from core.domain.model.kinds import DebtorType
from core.domain.money import Money


@dataclass(frozen=True, slots=True)
class LawPack:
    """The rules of one law. Rates that change are not here: see ``RateTable``.

    ``consumer_fee_cap`` is the most that a reminder fee of a consumer may be without a person's
    decision; zero means that none is charged automatically, None that the law names no cap.
    ``fee_needs_agreement``: a reminder fee is owed only if it was agreed with its amount, by
    businesses too. ``counting`` says which days bear interest and on what authority.
    """

    key: str  # "de", "at", "ch"
    country: str  # ISO 3166-1: "DE", "AT", "CH"
    currency: str
    consumer: RateRule
    business: RateRule  # for a payment claim (Entgeltforderung)
    business_other: RateRule  # for damages, a refund after rescission and the like
    counting: str
    former: RateRule | None = None  # business, payment claim that arose before ``reformed_on``
    reformed_on: date | None = None
    lump: Money | None = None  # Verzugspauschale of a business
    lump_basis: str = ""
    consumer_fee_cap: Money | None = None
    fee_basis: str = ""
    fee_needs_agreement: bool = False

    def interest_rule(
        self, debtor_type: DebtorType, claim_date: date | None, payment_claim: bool
    ) -> RateRule:
        """The rate that a claim carries in default.

        Args:
            debtor_type: unknown counts as consumer (architecture §4.6).
            claim_date: the day on which the obligation arose; None = today's law holds.
            payment_claim: whether it is a claim to payment for goods or services.
        """
        if debtor_type is not DebtorType.BUSINESS:
            return self.consumer
        if not payment_claim:
            return self.business_other
        if self.former is not None and self.reformed_on is not None and claim_date is not None:
            return self.former if claim_date < self.reformed_on else self.business
        return self.business

    def lump_sum(self, currency: str) -> Money | None:
        """The lump sum for a business's payment claim in ``currency``; see ``lump_basis``.

        None where the law has none, and in a currency in which it names no amount: nothing is
        converted.
        """
        return self.lump if self.lump is not None and self.lump.currency == currency else None
