"""Money that came in and is not assigned yet holds what it could pay, for as long as it could."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from fake_platform import SLUG, day, euro
from platform_desk import PlatformOffice

from core.domain.model import HoldKind
from core.domain.platform_records import Batch
from core.services import bank_lines
from core.services.bank_lines import check_all
from core.services.holds import release
from core.services.onboard_report import report_of
from core.services.run import run
from core.services.sync import refresh_invoices, sync
from core.services.sync_store import store_batch

MONEY = HoldKind.UNASSIGNED_MONEY


@pytest.fixture
def books(tmp_path):
    made = PlatformOffice(tmp_path)
    made.platform.contact("k1", "Muster Bau GmbH", iban="DE89370400440532013000")
    made.platform.contact("k2", "Beispiel, Erika")
    made.platform.invoice("i1", "k1", "119.00", day("2026-09-01"))
    made.platform.invoice("i2", "k1", "40.00", day("2026-10-01"))
    made.platform.invoice("i3", "k2", "119.00", day("2026-09-01"))
    try:
        yield made
    finally:
        made.close()


def read(books, **fields):
    (found,) = sync(books.app, books.id, "laden", on=books.on, **fields).connections
    assert found.error is None
    return found


def held(books):
    """{external id of the item, or of the debtor when all of him is held}"""
    with books.app.store.read() as tx:
        holds = [h for h in tx.holds.active(books.id, books.on) if h.kind is MONEY]
        items = tx.items.many(books.id, [h.item for h in holds if h.item])
        return {
            items[h.item].external_id if h.item else tx.debtors.get(books.id, h.debtor).external_id
            for h in holds
        }


def reasons(books):
    with books.app.store.read() as tx:
        return [h.reason for h in tx.holds.active(books.id, books.on) if h.kind is MONEY]


def test_the_number_holds_the_invoice_until_the_money_is_assigned(books):
    books.platform.receive("t1", "50.00", day("2026-11-18"), payer="Max Ander", text="RE-i1 Teil 1")
    read(books)
    assert held(books) == {"i1"}
    (reason,) = reasons(books)
    assert "50,00 EUR vom 18.11.2026 von „Max Ander“" in reason
    books.platform.assign("t1")
    books.platform.pay("i1", "50.00", day("2026-11-18"))
    read(books)
    assert held(books) == set()
    assert books.owed()["i1"] == "69.00"


def test_the_verdict_names_the_money_and_nothing_is_proposed(books):
    books.platform.booked = books.on
    books.platform.receive("t1", "159.00", day("2026-11-18"), payer="MUSTER BAU")
    read(books)
    done = run(books.app, books.id, on=books.on)
    with books.app.store.read() as tx:
        told = {v["item"]: v for v in tx.runs.verdicts(books.id, done.run)}
    one, two, three = (told[books.item(id_).id] for id_ in ("i1", "i2", "i3"))
    assert (one["reason"], two["reason"], three["action"]) == ("held", "held", "dun")
    assert one["facts"]["hold_kind"] == "unassigned_money"


@pytest.mark.parametrize(
    ("line", "whom"),
    [
        ({"payer": "ERIKA BEISPIEL"}, {"k2"}),
        ({"payer": "Bau Muster", "text": "RE-i3"}, {"k1", "i3"}),
        ({"iban": "DE89 3704 0044 0532 0130 00"}, {"k1"}),
        ({"payer": "Wer Anders"}, {"i1", "i3"}),  # only the amount is known: it may be either's
    ],
)
def test_whom_a_payment_of_119_euro_holds(books, line, whom):
    books.platform.receive("t1", "119.00", day("2026-11-18"), **line)
    read(books)
    assert held(books) == whom


def test_the_first_reading_counts_the_invoices_that_money_holds(books):
    """One number, and the payer of two invoices: 119 and 40 of him, 119 of Erika Beispiel."""
    books.platform.receive("t1", "50.00", day("2026-11-18"), payer="Max Ander", text="RE-i3")
    read(books)
    assert report_of(books.app, books.id, books.connection(), on=books.on).held_by_money == 1
    books.platform.receive("t2", "20.00", day("2026-11-18"), payer="MUSTER BAU")
    read(books)
    assert report_of(books.app, books.id, books.connection(), on=books.on).held_by_money == 3


def test_an_invoice_that_comes_after_the_money_is_held_with_it(books):
    books.platform.receive("t1", "80.00", day("2026-11-18"), text="RE-i4")
    read(books)
    assert held(books) == set()
    books.platform.invoice("i4", "k2", "80.00", day("2026-11-01"))
    read(books)
    assert held(books) == {"i4"}


def test_a_single_invoice_that_is_read_again_is_compared_too(books):
    books.platform.receive("t1", "19.00", day("2026-11-18"))
    read(books)
    books.platform.pay("i1", "100.00", day("2026-11-17"))
    refresh_invoices(books.app, books.id, books.connection(), ["i1"], on=books.on)
    assert held(books) == {"i1"}


def test_released_once_is_answered_for_this_money_and_no_other(books):
    books.platform.receive("t1", "119.00", day("2026-11-18"), payer="Erika Beispiel")
    read(books)
    release(books.app, books.id, "K-k2", kind=MONEY, by="Sachbearbeiter", on=books.on)
    read(books)
    assert held(books) == set()
    books.platform.receive("t2", "119.00", day("2026-11-19"), payer="Erika Beispiel")
    read(books)
    assert held(books) == {"k2"}


def test_the_same_line_with_another_amount_asks_anew(books):
    books.platform.receive("t1", "119.00", day("2026-11-18"), payer="Erika Beispiel")
    read(books)
    release(books.app, books.id, "K-k2", kind=MONEY, by="Sachbearbeiter", on=books.on)
    books.platform.bank = [books.platform.bank[0]._replace(amount=euro("19.00"))]
    read(books)
    assert held(books) == {"k2"}


def test_a_strangers_amount_stops_counting_after_30_days(books):
    books.platform.receive("t1", "119.00", day("2026-11-18"))
    read(books)
    assert held(books) == {"i1", "i3"}
    books.day(day("2026-12-18"))
    assert held(books) == {"i1", "i3"}
    books.day(day("2026-12-19"))
    assert held(books) == set()


def test_money_that_turns_out_to_have_a_payer_holds_strangers_no_longer(books):
    books.platform.receive("t1", "119.00", day("2026-11-18"), payer="Neukunde AG")
    read(books)
    assert held(books) == {"i1", "i3"}
    books.platform.contact("k3", "Neukunde AG")
    books.platform.invoice("i5", "k3", "200.00", day("2026-11-02"))
    books.day(books.on + timedelta(days=1))
    read(books)
    assert held(books) == {"k3"}


def test_money_at_one_connection_holds_invoices_of_another(books):
    books.platform.receive("t1", "119.00", day("2026-11-18"), text="RE-9001")
    books.add("zweite", SLUG)
    read(books)
    record = replace(books.platform.invoices["i3"], external_id="x9", number="RE-9001")
    store_batch(
        books.app, books.id, books.connection("zweite"), "", Batch({}, (record,)),
        on=books.on, began=books.app.clock.now(),
    )  # fmt: skip
    assert "x9" in held(books)


def test_a_list_that_is_not_read_leaves_what_is_known(books):
    books.platform.receive("t1", "119.00", day("2026-11-18"), text="RE-i3")
    read(books)
    books.platform.bank = None
    read(books)
    assert held(books) == {"i3"}
    books.platform.bank = []
    read(books)
    assert held(books) == set()


class Killed(BaseException):
    pass


def test_killed_between_money_and_holds_the_next_sync_makes_up_for_it(books, monkeypatch):
    read(books)
    books.platform.receive("t1", "119.00", day("2026-11-18"), text="RE-i3")

    def killed(*_args, **_fields):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("core.services.sync_store.check_all", killed)
        with pytest.raises(Killed):
            read(books)
    assert held(books) == set()
    read(books)
    assert held(books) == {"i3"}


def test_looking_at_everybody_writes_nothing_when_nothing_changed(books, monkeypatch):
    books.platform.receive("t1", "119.00", day("2026-11-18"), payer="Muster Bau")
    read(books)
    store = books.app.store

    class ReadOnly:
        def read(self):
            return store.read()

        @contextmanager
        def write(self):
            raise AssertionError("nothing to write")
            yield

    assert not check_all(replace(books.app, store=ReadOnly()), books.id, on=books.on)


def test_many_debtors_are_held_in_short_transactions(books, monkeypatch):
    monkeypatch.setattr(bank_lines, "PART", 1)
    books.platform.receive("t1", "119.00", day("2026-11-18"))
    read(books)
    assert held(books) == {"i1", "i3"}
    assert books.events().ok
