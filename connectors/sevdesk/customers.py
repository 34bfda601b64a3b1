"""Contacts that a document names and the list of customers did not have, read one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from connectors._debtors import debtor_by_address
from connectors._pile import Pile
from connectors._values import FieldError, Json, child
from connectors.sevdesk.around import Around
from connectors.sevdesk.contacts import Contact, Directory, parse_contact
from connectors.sevdesk.kinds import debtor_id
from connectors.sevdesk.problems import error, warning
from connectors.sevdesk.values import ref
from core.domain.model import Address
from core.domain.platform_records import InvoiceRecord, Unread
from core.domain.records import DebtorRecord
from core.errors import NotFound, Problem, Rejected
from core.ports import Known

_NAMELESS = "Unbekannt"


class Customers:
    """Puts the debtors of documents on a pile, each once."""

    def __init__(self, around: Around, known: Known) -> None:
        self._around = around
        self._lists = around.lists
        self._known = known
        self._there: set[str] = set()  # that are stored, or were read
        self._shown: set[str] = set()  # of which only a settled document told so far

    def expect(self, debtors: Collection[str]) -> None:
        """Asks the store once for all debtors of some documents."""
        asked = set(debtors) - self._there
        if asked:
            self._there |= self._known.debtors(asked)

    def put(self, pile: Pile, row: Json, record: InvoiceRecord, *, worth_reading: bool) -> None:
        """The debtor of a document, unless he is there. ``worth_reading``: else what the document
        itself says must do, until the list of customers tells more.
        """
        if record.debtor in self._there and not (worth_reading and record.debtor in self._shown):
            return
        self._there.add(record.debtor)
        self._shown.discard(record.debtor)
        address = record.address or Address(name="")
        contact = ref(row, "contact")
        if not contact:
            pile.debtors.append(_by_address(record.debtor, address))
        elif worth_reading:
            self._read(pile, contact, address)
        else:
            self._shown.add(record.debtor)
            pile.debtors.append(_shown(child(row, "contact"), record.debtor, address))

    def _read(self, pile: Pile, contact: str, address: Address) -> None:
        pile.reads += 1
        try:
            found = self._contact(contact)
        except NotFound:
            debtor = _by_address(debtor_id(contact), address)
            pile.debtors.append(debtor)
            pile.problems.append(_missing(contact, debtor.name))
        except Rejected as error:
            bad = FieldError("Antwort", f"ist ein Fehler ({error.status or 200})")
            pile.unread.append(unread_contact(contact, bad))
        except FieldError as bad:
            pile.unread.append(unread_contact(contact, bad))
        else:
            pile.debtors.append(found.debtor)
            pile.problems.extend(found.problems)

    def _contact(self, id_: str) -> Contact:
        row = self._lists.client.contact(id_)
        parent = ref(row, "parent")
        contacts: dict[str, Json] = {}
        if parent:
            try:
                contacts[parent] = self._lists.client.contact(parent)
            except NotFound:
                parent = ""
        around = [each for each in (id_, parent) if each]
        addresses = {each: self._lists.of_contact("ContactAddress", each) for each in around}
        countries: Mapping[str, str] = {}
        for each in (place for some in addresses.values() for place in some):
            countries = self._around.countries(ref(each, "country"))
        return parse_contact(
            row,
            Directory(
                ways={each: self._lists.of_contact("CommunicationWay", each) for each in around},
                addresses=addresses,
                accounts={id_: self._lists.of_contact("AccountingContact", id_)},
                contacts=contacts,
                countries=countries,
            ),
        )


def unread_contact(contact: str, bad: FieldError) -> Unread:
    """A contact that cannot be read: nobody knows where its notices would go."""
    return Unread(
        debtor_id(contact),
        debtor_id(contact),
        error(
            "customer_unreadable",
            f"Kontakt {contact} {bad.path}",
            f"Das Feld {bad.path} {bad.reason}; der Kunde wird nicht gemahnt. Bitte den Kontakt in "
            "sevDesk prüfen und vervollständigen.",
        ),
    )


def _by_address(id_: str, address: Address) -> DebtorRecord:
    return debtor_by_address(id_, address if address.name else replace(address, name=_NAMELESS))


def _shown(embedded: Json, id_: str, address: Address) -> DebtorRecord:
    """From the contact as a document embeds it: without e-mail and address."""
    try:
        debtor = parse_contact(embedded).debtor
    except FieldError:
        return _by_address(id_, address)
    # The address that stands on the document is the one that it went to.
    return replace(debtor, address=address) if address.name else debtor


def _missing(contact: str, name: str) -> Problem:
    return warning(
        "customer_missing",
        f"Kontakt {name} ({contact})",
        "Den Kontakt einer Rechnung gibt es in sevDesk nicht mehr; es gilt die Anschrift, die auf der "
        "Rechnung steht, und eine E-Mail-Adresse fehlt. Bitte den Kontakt in sevDesk wieder anlegen "
        "oder die Rechnung von Hand verfolgen.",
    )
