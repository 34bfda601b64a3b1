"""What a key may not read, or another server does not have: said once, and then done without.

Rights of a restricted key are given one by one (§1), and a server that only resembles Stripe's may
lack whole resources. Invoices and customers are needed; without the others less is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import NamedTuple, TypeVar

from connectors.stripe.problems import warning
from core.errors import (
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    NotSupported,
    Problem,
    Rejected,
)

_Found = TypeVar("_Found")
# A missing right comes as 401 or 403 (§1: both are to be expected), a missing resource as 404.
_STATUSES = frozenset({400, 401, 403, 404, 405, 410, 501})


class Lacking(NamedTuple):
    """A resource that can be missing: its right in Stripe, and what follows."""

    right_de: str
    right_en: str
    de: str
    en: str


# The labels of the rights are UNVERIFIED (§1).
LACKING = {
    "events": Lacking(
        "Ereignisse",
        "Events",
        "Mahnwerk liest dann mit jedem Abgleich alles Offene neu, dazu alle Rückzahlungen",
        "Mahnwerk then reads everything open with every sync, and all refunds",
    ),
    "charges": Lacking(
        "Zahlungen (Charges)",
        "Charges",
        "Lastschriften unterwegs fragt Mahnwerk dann für jede offene Rechnung einzeln ab",
        "Mahnwerk then asks for direct debits under way with each open invoice",
    ),
    "payment_intents": Lacking(
        "PaymentIntents",
        "PaymentIntents",
        "ob eine Lastschrift unterwegs ist, ist dann nicht immer zu erkennen; solche Rechnungen mahnt "
        "Mahnwerk nicht",
        "whether a direct debit is under way cannot always be told; such invoices are not dunned",
    ),
    "refunds": Lacking(
        "Rückerstattungen (Charges/Refunds)",
        "Refunds (Charges/Refunds)",
        "zurückgezahltes Geld bleibt unbemerkt, solche Rechnungen gelten als bezahlt",
        "money paid back stays unnoticed, such invoices count as paid",
    ),
    "disputes": Lacking(
        "Streitfälle (Disputes)",
        "Disputes",
        "Rücklastschriften nach der Zahlung bleiben unbemerkt, solche Rechnungen gelten als bezahlt",
        "direct debits returned after payment stay unnoticed, such invoices count as paid",
    ),
    "credit_notes": Lacking(
        "Gutschriften (Credit notes)",
        "Credit notes",
        "zurückgezahltes Geld zählt dann auch als offen, wo eine Gutschrift es erklärt; gemahnt wird es "
        "nie von selbst",
        "money paid back counts as open even where a credit note explains it; it is never dunned by "
        "itself",
    ),
    "cash_balance_transactions": Lacking(
        "Kundenguthaben (Cash balance)",
        "Cash balances",
        "überwiesenes Geld, das auf dem Konto eines Kunden liegt, hält dann keine Mahnung auf",
        "money that was transferred and lies on a customer's account holds no notice then",
    ),
    "invoice_payments": Lacking(
        "Rechnungen (Invoices, mit Zahlungen)",
        "Invoices (with payments)",
        "Zahltage fehlen dann, Rückzahlungen bleiben unbemerkt, und eine Lastschrift unterwegs hält "
        "alle Rechnungen ihres Kunden auf",
        "days of payment are missing then, refunds stay unnoticed, and a direct debit under way holds "
        "every invoice of its customer",
    ),
}


def lacks(error: ConnectorError) -> bool:
    """Whether a refusal may mean that a right or a resource is missing."""
    kinds = (AuthFailed, Rejected, NotSupported)
    if isinstance(error, MalformedResponse):
        return error.status == HTTPStatus.NOT_FOUND  # as a foreign server says that it has it not
    return isinstance(error, kinds) and error.status in _STATUSES


def _no_such_list(error: ConnectorError) -> bool:
    """Whether a server does not know a list at all; Stripe itself has all of them. A row that a filter
    names and that is gone (``NotFound``) says nothing of the list.
    """
    return isinstance(error, NotSupported | MalformedResponse)


class Optional:
    """Asks what may be missing.

    Args:
        problems: where it is told.
        missing: resources that are known to be.
        absent: those of them that the server does not have at all, whatever the key may read.
        works: asks for what every key must read; raises what is wrong with the key itself.

    """

    def __init__(
        self,
        problems: list[Problem],
        missing: Collection[str] = (),
        works: Callable[[], object] = lambda: None,
        absent: Collection[str] = (),
    ) -> None:
        self.missing, self.absent = set(missing), set(absent)
        self._problems, self._works = problems, works

    def quiet(self) -> None:
        """From here on nothing is told: another pass of the same sync does it."""
        self._problems = []

    def ask(self, resource: str, read: Callable[[], _Found]) -> _Found | None:
        """What ``read`` brings; None where the resource is missing.

        Raises:
            ConnectorError: it is there, but failed.

        """
        if resource in self.missing:
            return None
        try:
            return read()
        except ConnectorError as error:
            if not lacks(error):
                raise
            # A missing right looks like a key that was withdrawn just now (§1): believed, the rest
            # of the day would pass without its events.
            self._works()
            if _no_such_list(error):
                self.absent.add(resource)
        self.missing.add(resource)
        self._problems.append(_told(resource))
        return None


def _told(resource: str) -> Problem:
    lacking = LACKING[resource]
    text = (
        f"Der Schlüssel darf „{lacking.right_de}“ nicht lesen, oder der Server hat es nicht: "
        f"{lacking.de}. Bitte in Stripe unter Entwickler → API-Schlüssel das Leserecht geben."
    )
    if resource == "events":
        return warning("feed_missing", resource, text)
    return warning("resource_missing", resource, text)
