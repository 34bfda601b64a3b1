"""The stream of debtors: all customers, once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors._pile import Pile
from connectors._values import FieldError, text
from connectors.lexoffice.around import unread_contact
from connectors.lexoffice.client import PAGE_SIZE, WINDOW, Json, LexofficeClient, page_of
from connectors.lexoffice.contacts import parse_contact
from connectors.lexoffice.problems import warning
from connectors.lexoffice.stream import pages_of
from core.domain.platform_records import Batch, Cursor, Progress
from core.errors import Problem

_TRIES = 2


def debtors(client: LexofficeClient, cursor: Cursor, today: date) -> Iterator[Batch]:
    """All customers, once a day; a page is what a kill costs.

    Contacts have neither a day of change nor a filter by it (§2.8), but one page holds 250.
    """
    on = today.isoformat()
    page, tries = 0, 1
    if cursor.get("read_on") == on:
        if "page" not in cursor:
            return
        page, tries = int(cursor["page"]), int(cursor.get("tries", 1))
    pile = Pile()
    total: int | None = None
    done, shifted = page * PAGE_SIZE, False
    while True:
        envelope = client.contacts_page(page)
        found = page_of(envelope, "/contacts", page)
        count = envelope.get("totalElements")
        if isinstance(count, int):
            shifted |= total not in (None, count)
            total = count
        for values in found.items:
            _add(pile, values)
        done += len(found.items)
        page += 1
        last = found.last
        if not last and page >= WINDOW // PAGE_SIZE:
            pile.problems.append(_incomplete())
            last = True
        if last and shifted and tries < _TRIES:
            # The pages shifted while we read them: somebody may have slipped between two.
            page, tries, last, done, shifted = 0, tries + 1, False, 0, False
        left = None if total is None else max(0, pages_of(total) - page)
        yield pile.take(
            {"read_on": on} if last else {"read_on": on, "page": page, "tries": tries},
            Progress(done, total, 0 if last else left),
        )
        if last:
            return


def _add(pile: Pile, values: Json) -> None:
    try:
        debtor, problems = parse_contact(values)
    except FieldError as bad:
        id_ = text(values, "id")
        unread = unread_contact(id_, bad)
        if id_:
            pile.unread.append(unread)
        else:
            pile.problems.append(unread.problem)
        return
    pile.debtors.append(debtor)
    pile.problems.extend(problems)


def _incomplete() -> Problem:
    return warning(
        "contacts_incomplete",
        "contacts",
        "Es gibt mehr als 10.000 Kunden; lexoffice zeigt davon nur die ersten. Die übrigen werden "
        "gelesen, sobald eine offene Rechnung sie nennt; spätere Änderungen an ihnen bleiben dann "
        "aus. Bitte nicht mehr gebrauchte Kontakte in lexoffice löschen.",
    )
