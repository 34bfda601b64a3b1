"""What an import changes of the open items, and what it leaves alone."""

from __future__ import annotations

from datetime import date

import pytest
from store_story import NOW, TODAY, A, Story, euro, invoice

from core.domain.ledger import LedgerHold, LedgerPayment, LedgerResult
from core.domain.model import HoldKind, ItemId, ItemKind, ItemState
from core.domain.records import BatchInfo, Posting, PostingKind
from core.errors import RuleError
from core.ports import LedgerChanges
from core.store.unit import SqlStore

LATER = date(2026, 3, 10)


def _item(story: Story, item: ItemId):
    with story.store.read() as tx:
        return tx.items.get(A, item)


def test_level_and_history_survive_an_import(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119))
    with store.write() as tx:
        tx.items.record_level(A, {ids["RE-1"]: 2}, TODAY)
        tx.items.set_pending(A, ids.values(), "printed")
    story.books(invoice("RE-1", 119, outstanding=50), on=LATER)
    found = _item(story, ids["RE-1"])
    assert (found.level, found.last_notice_on, found.pending) == (2, TODAY, "printed")
    assert (found.outstanding, found.cycle) == (euro(50), 1)


def test_a_settled_item_that_opens_again_begins_a_new_cycle(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119), backlog_before=date(2026, 2, 1), start_level=3)
    item = ids["RE-1"]
    assert (_item(story, item).backlog, _item(story, item).start_level) == (True, 3)
    with store.write() as tx:
        tx.items.record_level(A, {item: 2}, TODAY)
    story.books(invoice("RE-1", 119, outstanding=0))
    assert _item(story, item).level == 2
    story.books(invoice("RE-1", 119), on=LATER)
    again = _item(story, item)
    assert (again.cycle, again.level, again.last_notice_on) == (2, 0, None)
    assert (again.start_level, again.backlog) == (1, False)


def test_an_overpaid_invoice_is_the_same_item_under_another_kind(store: SqlStore) -> None:
    story = Story(store)
    before = story.books(invoice("RE-1", 119))
    after = story.books(invoice("RE-1", 119, outstanding=-11, kind=ItemKind.UNAPPLIED))
    assert before == after
    assert _item(story, after["RE-1"]).kind is ItemKind.UNAPPLIED


def test_what_the_books_do_not_name_any_more_is_settled(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119), invoice("RE-2", 50))
    story.books(invoice("RE-2", 50), on=LATER)
    gone = _item(story, ids["RE-1"])
    assert (gone.outstanding, gone.state) == (euro(0), ItemState.SETTLED)
    with store.read() as tx:
        assert [i.number for i in tx.items.open_items(A)] == ["RE-2"]


def test_payments_follow_the_books(store: SqlStore) -> None:
    story = Story(store)
    rows = (("100000000/RE-1", euro(30), "number"), ("100000000/RE-1", euro(20), "amount"))
    paid = LedgerPayment("zahlung-1", TODAY, euro(50), euro(1), "Überweisung", rows)
    ids = story.books(invoice("RE-1", 119, outstanding=69), payments=[paid])
    with store.read() as tx:
        (found,) = tx.items.payments(A, ids["RE-1"])
    assert (found.amount_minor, found.rule, found.source) == (5000, "number", "platform")
    story.books(invoice("RE-1", 119), on=LATER)
    with store.read() as tx:
        assert tx.items.payments(A, ids["RE-1"]) == []


def test_an_allocation_to_nothing_is_refused(store: SqlStore) -> None:
    story = Story(store)
    lost = LedgerPayment("z", TODAY, euro(5), None, "", (("100000000/RE-9", euro(5), "number"),))
    with pytest.raises(RuleError, match="RE-9"):
        story.books(invoice("RE-1", 119), payments=[lost])
    with store.read() as tx:
        assert tx.items.open_items(A) == []


def test_holds_of_the_source_come_change_and_go(store: SqlStore) -> None:
    story = Story(store)
    hold = LedgerHold("sperre:RE-1", HoldKind.PLATFORM_BLOCK, "100000000/RE-1", "Postensperre")
    ids = story.books(invoice("RE-1", 119), holds=[hold])
    with store.write() as tx:
        own = tx.holds.add(A, "manual", story.debtor, None, "Kulanz", "Erika", TODAY, None)
        assert [h.item for h in tx.holds.active(A, TODAY)] == [ids["RE-1"], None]
    until = LedgerHold(hold.key, hold.kind, hold.item, "bis 31.03.", date(2026, 3, 31))
    story.books(invoice("RE-1", 119), holds=[until], on=LATER)
    with store.read() as tx:
        first, _ = tx.holds.of_debtor(A, story.debtor)
    assert (first.until_on, first.reason, first.from_on) == (date(2026, 3, 31), "bis 31.03.", TODAY)
    story.books(invoice("RE-1", 119), on=LATER)
    with store.read() as tx:
        assert [h.id for h in tx.holds.active(A, LATER)] == [own]
        ended = tx.holds.of_debtor(A, story.debtor)[0]
    assert ended.until_on == date(2026, 3, 9)
    assert ended.active(date(2026, 3, 9))


def test_local_knowledge_of_a_payment_holds_until_the_books_agree(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119))
    item = ids["RE-1"]
    with store.write() as tx:
        tx.items.record_local_payment(A, item, 5000, TODAY, "Erika")
        tx.items.record_local_payment(A, item, 1900, TODAY, "Erika")
        assert tx.items.get(A, item).outstanding == euro(119)
        assert [p.source for p in tx.items.payments(A, item)] == ["local", "local"]
    story.books(invoice("RE-1", 119, outstanding=69), on=LATER)
    with store.read() as tx:
        (hold,) = tx.holds.active(A, LATER)
    assert (hold.kind, hold.item) == (HoldKind.PAID_LOCALLY, item)
    story.books(invoice("RE-1", 119, outstanding=50), on=LATER)
    with store.read() as tx:
        assert tx.holds.active(A, LATER) == []
        assert len(tx.items.payments(A, item)) == 2


def test_found_by_number_external_id_and_connection(store: SqlStore) -> None:
    story = Story(store)
    ids = story.books(invoice("RE-1", 119))
    with store.read() as tx:
        for text in ("RE-1", "100000000/RE-1", "datev:100000000/RE-1"):
            assert [i.id for i in tx.items.find(A, text)] == [ids["RE-1"]]
        assert tx.items.find(A, "other:100000000/RE-1") == []
        assert tx.items.facts(A, ids["RE-1"]) == {"file": "buchungen.csv"}


def test_accounts_come_in_order_with_all_that_a_decision_needs(store: SqlStore) -> None:
    story = Story(store)
    with store.write() as tx:
        story.new_debtor(tx, "100010000", "Ohne Posten GmbH")
        tx.debtors.save_overrides(
            A, story.debtor, {"email": "neu@kunde.example", "type": "business"}
        )
        hold = tx.holds.add(A, "dispute", story.debtor, None, "strittig", "Erika", TODAY, None)
        tx.holds.release(A, hold, LATER)
    story.books(invoice("RE-2", 50, due=date(2026, 1, 20)), invoice("RE-1", 119))
    with store.read() as tx:
        (account,) = tx.items.accounts(A, LATER)
        assert list(tx.items.accounts(A, LATER, after=account.debtor.id)) == []
        assert list(tx.items.accounts(A, LATER, limit=0)) == []
    assert [i.number for i in account.items] == ["RE-1", "RE-2"]
    assert account.debtor.email == "neu@kunde.example"
    assert account.debtor.type == "business"
    assert account.debtor.address.lines == ("Einkauf",)
    assert account.holds[0].until_on == date(2026, 3, 9)
    assert account.connections[story.connection].name == "datev"


def test_postings_are_stored_once_and_leave_with_their_batch(store: SqlStore) -> None:
    story = Story(store)
    posting = Posting(
        "p-1", "100000000", "10000", PostingKind.INVOICE, "RE-1", "RE1", TODAY, euro(119),
        euro(119), discount=euro(2), references=("A", "B"), batch="b", content_key="c", row=7,
    )  # fmt: skip
    info = BatchInfo("buchungen.csv", "0" * 64, "postings", identity="b", from_on=TODAY)
    with store.write() as tx:
        batch = tx.ledger.add_batch(A, story.connection, info, {"100000001"}, NOW)
        assert tx.ledger.add_postings(A, story.connection, batch, [posting, posting]) == {
            "100000000"
        }
        assert tx.ledger.add_postings(A, story.connection, batch, [posting]) == set()
        assert tx.ledger.postings(A, story.connection, ["100000000"]) == {"100000000": [posting]}
        assert tx.ledger.equal_rows(A, story.connection, ["c", "d"]) == {"c"}
        assert set(tx.ledger.batch_rows(A, story.connection, batch)) == {"p-1"}
        assert tx.ledger.supersede_batch(A, batch) == {"100000000"}
        assert tx.ledger.accounts(A, story.connection) == set()
        (stored,) = tx.ledger.batches(A, story.connection)
    assert (stored.info, stored.superseded) == (info, True)
    assert stored.row_error_accounts == {"100000001"}


def test_a_hold_that_a_user_released_stays_released_until_the_source_asks_anew(
    store: SqlStore,
) -> None:
    story = Story(store)
    item = "100000000/RE-1"

    def imported(on: date, *, reason: str = "Zeile 7", until: date | None = None) -> None:
        hold = LedgerHold(f"block:{item}", HoldKind.PLATFORM_BLOCK, item, reason, until)
        story.books(invoice("RE-1", 119), holds=[hold], on=on)

    def active(on: date) -> list[tuple[int, date | None]]:
        with store.read() as tx:
            return [(h.id, h.until_on) for h in tx.holds.active(A, on)]

    imported(TODAY)
    [(first, _)] = active(TODAY)
    with store.write() as tx:
        tx.holds.release(A, first, date(2026, 3, 4))
    imported(date(2026, 3, 5), reason="Zeile 9 des nächsten Exports")
    assert active(date(2026, 3, 5)) == []
    with store.read() as tx:
        assert tx.holds.of_debtor(A, story.debtor)[0].until_on == date(2026, 3, 3)
    end = date(2026, 4, 30)
    imported(date(2026, 3, 6), until=end)
    [(second, until)] = active(date(2026, 3, 6))
    assert (second != first, until) == (True, end)
    with store.write() as tx:
        tx.holds.release(A, second, date(2026, 3, 7))
    story.books(invoice("RE-1", 119), on=date(2026, 3, 8))
    imported(date(2026, 3, 9), until=end)
    assert len(active(date(2026, 3, 9))) == 1


def test_saving_books_says_which_payments_and_holds_are_news(store: SqlStore) -> None:
    story = Story(store)
    number = "100000000/RE-1"
    paid = LedgerPayment("z1", TODAY, euro(50), None, "", ((number, euro(50), "number"),))
    hold = LedgerHold("block", HoldKind.PLATFORM_BLOCK, None, "Sperre", date(2026, 3, 31))

    def saved(payments: list[LedgerPayment], holds: list[LedgerHold]) -> LedgerChanges:
        books = LedgerResult((invoice("RE-1", 119),), tuple(payments), tuple(holds))
        with store.write() as tx:
            return tx.ledger.save_ledger(
                A,
                story.connection,
                {story.debtor: books},
                backlog_before=None,
                start_level=1,
                on=TODAY,
            )

    first = saved([paid], [hold])
    assert first == LedgerChanges(
        payments=((1, "2026-03-02", 5000, "EUR"),), holds=((1, "platform_block", "2026-03-31"),)
    )
    assert not saved([paid], [hold])
    assert saved([], []) == LedgerChanges(payments_gone=(1,), holds_ended=(1,))


def test_a_hold_may_name_an_invoice_number_of_any_length(store: SqlStore) -> None:
    story = Story(store)
    number = "RE-" + "9" * 300
    item = f"100000000/{number}"
    hold = LedgerHold(f"block:{item}", HoldKind.PLATFORM_BLOCK, item, "Postensperre")
    for day in (TODAY, LATER):
        story.books(invoice(number, 119), holds=[hold], on=day)
    with store.read() as tx:
        assert len(tx.holds.of_debtor(A, story.debtor)) == 1
