"""The stream of debtors: all contacts once a day, and those that changed in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from connectors._pile import ROWS
from connectors._values import FieldError, Json, child, second, text
from connectors.sevdesk.contacts import Directory, by_contact, parse_contact
from connectors.sevdesk.customers import unread_contact
from connectors.sevdesk.judging import chunks
from connectors.sevdesk.kinds import debtor_id
from connectors.sevdesk.lists import Params
from connectors.sevdesk.position import instant_before
from connectors.sevdesk.stream import Pass
from connectors.sevdesk.values import ref
from core.domain.platform_records import Batch, Cursor
from core.errors import NotFound

_UPDATED = "Contact updateAfter"
_CONTACTS: Params = {"depth": 1, "embed": "parent"}  # without depth=1 only organisations come (§4)
_SUPPLIER = "2"  # category
_MOST = 200  # contacts that are kept in the cursor
_FEW = 5  # contacts that are sooner read alone than with the lists of everybody's addresses


def debtors(work: Pass, cursor: Cursor) -> Iterator[Batch]:
    """All customers once a day; later on that day those that changed, where sevDesk can tell."""
    on = work.scope.today.isoformat()
    changed = str(cursor.get("changed", ""))
    if cursor.get("read_on") != on:
        yield from _all(work, {"read_on": on, "offset": 0}, changed)
    elif "offset" in cursor:
        yield from _all(work, cursor, changed)
    elif changed and not cursor.get("ignored"):
        yield from _changed(work, cursor, changed)


def _all(work: Pass, cursor: Cursor, changed: str) -> Iterator[Batch]:
    """Four lists, joined; a page of contacts is what a kill costs."""
    people = _People(work, _directory(work), changed)
    offset, rows = int(cursor["offset"]), int(cursor.get("rows", 0))
    total = rows if offset else None
    for page in work.lists.pages("Contact", _CONTACTS, offset=offset, total=total):
        work.total = page.total
        for group in chunks(page.rows, ROWS):
            people.put(group)
            if work.pile.full:
                yield work.batch({**cursor, **people.changes})
        if not page.last and not people.waiting:
            cursor = {**cursor, "offset": page.offset, "rows": page.total or 0}
    people.put_waiting()
    yield work.batch({"read_on": cursor["read_on"], **people.changes})


def _changed(work: Pass, cursor: Cursor, changed: str) -> Iterator[Batch]:
    """That contacts can be asked for changes is UNVERIFIED (§9.10); so is whether a new e-mail
    address counts as one. What is missed here comes with the next day.
    """
    seconds, at = instant_before(changed)
    found: list[Json] = []
    for page in work.lists.pages("Contact", {**_CONTACTS, "updateAfter": seconds}):
        if not work.filters.honoured(_UPDATED, page.rows, lambda row: second(row, "update") >= at):
            yield work.batch({**cursor, "ignored": True})
            return
        found += page.rows
    known = cursor.get("recent", {})
    found = [row for row in found if known.get(text(row, "id")) != second(row, "update")]
    alone = len(found) <= _FEW
    people = _People(work, Directory() if alone else _directory(work), changed, dict(known))
    for group in chunks(found, ROWS):
        if alone:
            people.directory = _directory_of(work, group)
        people.put(group)
        if work.pile.full:
            yield work.batch(cursor)
    people.put_waiting()
    yield work.batch({**cursor, **people.changes})


@dataclass(slots=True)
class _People:
    """Contacts onto the pile; a person may have to wait for the organisation behind him."""

    work: Pass
    directory: Directory
    changed: str
    recent: dict[str, str] = field(default_factory=dict)  # latest changes, by contact
    waiting: list[Json] = field(default_factory=list)
    _parents: dict[str, Json] = field(default_factory=dict)

    @property
    def changes(self) -> dict[str, Any]:
        """For the cursor: where to go on, and what the overlap will show once more."""
        if not self.changed:
            return {}
        at = instant_before(self.changed)[1]
        recent = {id_: update for id_, update in self.recent.items() if update >= at}
        return {"changed": self.changed, "recent": recent if len(recent) <= _MOST else {}}

    def put(self, rows: Sequence[Json]) -> None:
        for row in rows:
            self._keep(row)
            self._keep(child(row, "parent"))
        for row in self._customers(rows):
            parent = ref(row, "parent")
            if parent and parent not in self._parents:
                self.waiting.append(row)
            else:
                self._put(row)
        for row in rows:
            update = second(row, "update")
            self.recent[text(row, "id")] = update
            self.changed = max(self.changed, update)
        if len(self.recent) > _MOST and self.changed:
            at = instant_before(self.changed)[1]
            self.recent = {id_: each for id_, each in self.recent.items() if each >= at}

    def _customers(self, rows: Sequence[Json]) -> list[Json]:
        """Without suppliers, unless one of them owes something all the same."""
        ids = [debtor_id(text(row, "id")) for row in rows if ref(row, "category") == _SUPPLIER]
        owing = self.work.known.debtors(ids) if ids else frozenset[str]()
        return [
            row
            for row in rows
            if ref(row, "category") != _SUPPLIER or debtor_id(text(row, "id")) in owing
        ]

    def put_waiting(self) -> None:
        """Those whose organisation came on no page."""
        for row in self.waiting:
            parent = ref(row, "parent")
            if parent not in self._parents:
                self._parents[parent] = {}
                with suppress(NotFound):
                    self._keep(self.work.lists.client.contact(parent))
            self._put(row)
        self.waiting = []

    def _keep(self, row: Json) -> None:
        """What a person needs of an organisation: ten thousand rows would be a lot to keep."""
        name = text(row, "name")
        if name:
            self._parents[text(row, "id")] = {"id": text(row, "id"), "name": name}

    def _put(self, row: Json) -> None:
        pile = self.work.pile
        self.work.done += 1
        around = self.directory
        own = Directory(
            ways=around.ways,
            addresses=around.addresses,
            accounts=around.accounts,
            contacts=self._parents,
            countries=around.countries,
        )
        try:
            found = parse_contact(row, own)
        except FieldError as bad:
            unread = unread_contact(text(row, "id"), bad)
            if unread.external_id:
                pile.unread.append(unread)
            else:
                pile.problems.append(unread.problem)
            return
        pile.debtors.append(found.debtor)
        pile.problems.extend(found.problems)


def _directory(work: Pass) -> Directory:
    """What stands beside all contacts: three lists (§4)."""
    addresses = by_contact(work.lists.every("ContactAddress"))
    return Directory(
        ways=by_contact(work.lists.every("CommunicationWay")),
        addresses=addresses,
        accounts=by_contact(work.lists.every("AccountingContact")),
        countries=_countries(work, addresses.values()),
    )


def _directory_of(work: Pass, rows: Sequence[Json]) -> Directory:
    """The same of a few contacts and of the organisations behind them."""
    ids = {id_ for row in rows for id_ in (text(row, "id"), ref(row, "parent")) if id_}
    addresses = {id_: work.lists.of_contact("ContactAddress", id_) for id_ in sorted(ids)}
    return Directory(
        ways={id_: work.lists.of_contact("CommunicationWay", id_) for id_ in sorted(ids)},
        addresses=addresses,
        accounts={id_: work.lists.of_contact("AccountingContact", id_) for id_ in sorted(ids)},
        countries=_countries(work, addresses.values()),
    )


def _countries(work: Pass, addresses: Iterable[Sequence[Json]]) -> Mapping[str, str]:
    found: Mapping[str, str] = {}
    for row in (row for rows in addresses for row in rows):
        found = work.around.countries(ref(row, "country"))
    return found
