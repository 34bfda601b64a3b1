"""One invoice as it is now, with all that decides whether it may be dunned: the last look."""

from __future__ import annotations

from connectors._values import Json, text
from connectors.sevdesk.kinds import OPEN_STATUSES, REMINDER, credit_note_id
from connectors.sevdesk.lists import EMBED, NOTES, SHOW_ALL, Lists
from connectors.sevdesk.reminders import is_reminder, reminds
from connectors.sevdesk.stream import Pass
from connectors.sevdesk.values import ref
from core.domain.platform_records import Batch
from core.errors import NotSupported, Rejected


def look(work: Pass, external_id: str) -> Batch:
    """Of an open invoice three requests: itself, the customer's credit notes, its reminders; a fourth
    where it seems to have none. Of any other only one.
    """
    reader = work.reader
    before = work.known.invoices([external_id]).get(external_id)
    row = reader.fetch(external_id)
    if row is None:
        return work.pile.take({})
    note = bool(credit_note_id(external_id))
    open_one = text(row, "status") in OPEN_STATUSES
    if open_one or note:
        work.notes = _credit_notes(work, row)
        work.around.note_credits(work.notes)
    reader.put_alone(row, external_id, before)
    if open_one and not note:
        # A credit note that was written since the last sync lowers what the customer owes.
        reader.put_credit_notes(work.notes)
        work.add_reminders(reminders_of(work.lists, row), "")
    return work.pile.take({})


def _credit_notes(work: Pass, row: Json) -> list[Json]:
    contact = ref(row, "contact")
    if not contact:
        return []
    return work.lists.of_contact("CreditNote", contact, NOTES)


def reminders_of(lists: Lists, row: Json) -> list[Json]:
    """The reminders (MA) of an invoice: those of its customer, for that filter is the better known."""
    contact, id_ = ref(row, "contact"), text(row, "id")
    if contact:
        params = {**SHOW_ALL, "invoiceType": REMINDER, "embed": EMBED}
        found = lists.of_contact("Invoice", contact, params)
    else:
        found = lists.of_origin(REMINDER, id_).rows
    rows = [each for each in found if is_reminder(each) and reminds(each) == id_]
    return rows or _last_one(lists, id_)


def _last_one(lists: Lists, invoice: str) -> list[Json]:
    """Which lists show reminders is UNVERIFIED (§9.4): the invoice itself is asked for its last one,
    before it is said that it has none.
    """
    try:
        row = lists.client.last_dunning(invoice)
    except (Rejected, NotSupported):
        return []  # it is known from client libraries only (§2.4)
    if row is None or not is_reminder(row):
        return []
    return [{**row, "origin": {"id": invoice, "objectName": "Invoice"}}]
