"""A large batch is stored in parts: quickly, completely, and its cursor last."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from fake_platform import day
from platform_desk import PlatformOffice

from core.services import sync_store
from core.services.sync import refresh_invoices, sync

INVOICES, CUSTOMERS = 110, 90


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    made.platform.page = 250
    for n in range(CUSTOMERS):
        made.platform.contact(f"k{n:02}", f"Beispiel {n} GmbH")
    for n in range(INVOICES):
        made.platform.invoice(f"i{n:03}", f"k{n % 40:02}", "10.00", day("2026-10-01"))
    try:
        yield made
    finally:
        made.close()


def cursors(books):
    with books.app.store.read() as tx:
        return tx.connections.cursors(books.id, books.connection().id)


class Counting:
    """A store that counts its write transactions and breaks down in one of them."""

    def __init__(self, store, breaks=0):
        self._store, self._breaks, self.writes = store, breaks, 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    @contextmanager
    def write(self):
        self.writes += 1
        with self._store.write() as tx:
            yield tx
            if self.writes == self._breaks:
                raise KeyboardInterrupt


def test_all_of_it_is_stored(books):
    (found,) = sync(books.app, books.id, on=books.on).connections
    assert found.records == {"invoices": INVOICES, "payments": 0, "debtors": CUSTOMERS}
    assert len(books.owed()) == INVOICES
    assert len(books.debtors()) == CUSTOMERS


def test_no_transaction_stores_more_than_a_part(books, monkeypatch):
    sizes = []
    save = sync_store._Saving.save

    def saved(self, batch, began, own):
        sizes.append(max(len(batch.invoices), len(batch.debtors)))
        return save(self, batch, began, own)

    monkeypatch.setattr(sync_store._Saving, "save", saved)
    sync(books.app, books.id, on=books.on)
    assert max(sizes) == sync_store.PART
    assert sum(sizes) == INVOICES + CUSTOMERS


@pytest.mark.parametrize("breaks", range(2, 12))
def test_a_break_between_the_parts_moves_no_cursor_and_loses_nothing(books, breaks):
    broken = replace(books.app, store=Counting(books.app.store, breaks))
    with pytest.raises(KeyboardInterrupt):
        sync(broken, books.id, on=books.on)
    if len(books.owed()) < INVOICES:
        assert "invoices" not in cursors(books)
    (found,) = sync(books.app, books.id, on=books.on).connections
    assert found.error is None
    assert len(books.owed()) == INVOICES
    assert len(books.debtors()) == CUSTOMERS


def test_a_record_that_changed_in_nothing_that_counts_touches_no_ledger(books):
    sync(books.app, books.id, on=books.on)
    head = books.events().head
    refresh_invoices(books.app, books.id, books.connection(), ["i001"], on=books.on)
    assert books.events().head == head
