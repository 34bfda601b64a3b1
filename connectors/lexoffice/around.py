"""What stands around a voucher: the contact who owes it, and the dunnings that hang on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connectors._debtors import debtor_by_address
from connectors._pile import Pile
from connectors._values import FieldError
from connectors.lexoffice.client import Json, LexofficeClient
from connectors.lexoffice.contacts import parse_contact
from connectors.lexoffice.dunnings import parse_dunning
from connectors.lexoffice.problems import error
from core.domain.model import Address
from core.domain.platform_records import Unread
from core.errors import NotFound
from core.ports import Known


class Surroundings:
    """Reads each contact and each dunning that is not stored once."""

    def __init__(self, client: LexofficeClient, known: Known) -> None:
        self._client = client
        self._known = known
        self._debtors: set[str] = set()  # that are stored or were read

    def read_contact(self, pile: Pile, contact: str, address: Address) -> None:
        """A contact that the list of customers did not have; ``address`` stands on an invoice."""
        if contact in self._debtors:
            return
        self._debtors.add(contact)
        if contact in self._known.debtors([contact]):
            return
        if not self.read_again(pile, contact):
            pile.debtors.append(debtor_by_address(contact, address))

    def read_again(self, pile: Pile, contact: str) -> bool:
        """A contact as he is now; False when lexoffice does not have him."""
        try:
            debtor, problems = parse_contact(self._client.contact(contact))
        except NotFound:
            return False
        except FieldError as bad:
            pile.unread.append(unread_contact(contact, bad))
        else:
            pile.debtors.append(replace(debtor, external_id=contact))
            pile.problems.extend(problems)
        return True

    def read_dunnings(self, pile: Pile, invoice: str, ids: Sequence[str]) -> None:
        """Dunnings that are new to us, whoever made them."""
        stored = self._known.notices(ids) if ids else frozenset[str]()
        for id_ in ids:
            if id_ in stored:
                continue
            try:
                pile.notices.append(parse_dunning(self._client.dunning(id_), invoice))
            except NotFound:
                continue  # deleted since, or no dunning

    def dunning(self, id_: str) -> Json | None:
        """A dunning as lexoffice shows it; None when it is deleted."""
        try:
            return self._client.dunning(id_)
        except NotFound:
            return None


def unread_contact(contact: str, bad: FieldError) -> Unread:
    """A contact that cannot be read: nobody knows where its notices would go."""
    return Unread(
        contact,
        contact,
        error(
            "contact_unreadable",
            f"contacts {contact} {bad.path}",
            f"Das Feld {bad.path} {bad.reason}; der Kunde wird nicht gemahnt. Bitte den Kontakt in "
            "lexoffice prüfen und vervollständigen.",
        ),
    )
