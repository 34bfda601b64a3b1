"""What the store finds of one claim on several connections, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from store_story import NOW, TODAY, A, B, Story, euro, invoice

from core.domain.ledger import LedgerHold, LedgerResult
from core.domain.model import (
    Charge,
    HoldKind,
    ItemState,
    Match,
    NoticeState,
    Reduction,
    Role,
)
from core.domain.records import DebtorRecord
from core.store.unit import SqlStore

NAMES = {"name": "Kunde GmbH", "email": "kunde@kunde.example"}


class TwoConnections(Story):
    """``books`` are those of the first connection; ``there`` are those of a second one."""

    def __init__(self, store: SqlStore, creditor=A, role=Role.EVIDENCE, **debtor) -> None:
        super().__init__(store, creditor)
        record = DebtorRecord("9", "9", **{"name": "Kunde GmbH", **debtor}, address=_place(self))
        with store.write() as tx:
            self.second = tx.connections.add(creditor, "muster", "online", role, "o", TODAY).id
            tx.debtors.upsert(creditor, self.second, [record])
            self.theirs = tx.debtors.ensure(creditor, self.second, {"9": "9"})["9"]

    def there(self, *items, holds=()):
        with self.store.write() as tx:
            tx.ledger.save_ledger(
                self.id, self.second, {self.theirs: LedgerResult(tuple(items), (), tuple(holds))},
                backlog_before=None, start_level=1, on=TODAY,
            )  # fmt: skip
            return {i.number: tx.items.find(self.id, f"online:{i.external_id}")[0] for i in items}

    def twins(self):
        """Twins of all open items, by connection and number of the item."""
        with self.store.read() as tx:
            items = {item.id: item for item in tx.items.open_items(self.id)}
            found = tx.twins.of(self.id, items.values())
        return {(items[id_].connection, items[id_].number): twins for id_, twins in found.items()}


def _place(story):
    with story.store.read() as tx:
        return tx.debtors.get(story.id, story.debtor).address


def test_one_connection_alone_has_no_twins(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119))
    with store.read() as tx:
        assert tx.twins.of(A, tx.items.open_items(A)) == {}


def test_each_side_sees_the_other_and_which_of_them_leads(store: SqlStore) -> None:
    story = TwoConnections(store)
    story.books(invoice("RE-1", 119), invoice("RE-2", 50))
    paid = replace(invoice("re-1", 119, outstanding=19), reductions=(Reduction(TODAY, 10000),),
                   state=ItemState.PARTLY_PAID)  # fmt: skip
    story.there(paid, invoice("RE-3", 70))
    found = story.twins()
    assert set(found) == {(story.connection, "RE-1"), (story.second, "re-1")}
    ((mine,), (theirs,)) = found[story.connection, "RE-1"], found[story.second, "re-1"]
    assert (mine.match, mine.leads, mine.outstanding) == (Match.SAME, False, euro(19))
    assert mine.reductions == (Reduction(TODAY, 10000),)
    assert (theirs.match, theirs.leads, theirs.outstanding) == (Match.SAME, True, euro(119))
    with store.read() as tx:
        (account,) = [a for a in tx.items.accounts(A, TODAY) if a.debtor.id == story.debtor]
    assert {i.number: i.outstanding for i in account.items} == {"RE-1": euro(19), "RE-2": euro(50)}


def test_what_is_settled_there_is_found_with_its_day(store: SqlStore) -> None:
    story = TwoConnections(store)
    story.books(invoice("RE-1", 119))
    story.there(replace(invoice("RE-1", 119, outstanding=0), settled_on=date(2026, 2, 20)))
    ((twin,),) = story.twins().values()
    assert (twin.state, twin.settled_on) == (ItemState.SETTLED, date(2026, 2, 20))


@pytest.mark.parametrize(
    ("debtor", "expected"),
    [
        ({"name": "KUNDE G.m.b.H."}, Match.SAME),
        ({"name": "Beispiel AG", "vat_id": "DE123456789"}, Match.SUSPECT),
        ({"name": "Beispiel AG", "email": "kunde@kunde.example"}, Match.SAME),
        ({"name": "Beispiel AG"}, Match.SUSPECT),
    ],
    ids=["name", "vat of one", "mail", "nothing"],
)
def test_the_debtor_is_recognised_or_not(sqlite_store: SqlStore, debtor, expected) -> None:
    story = TwoConnections(sqlite_store, **debtor)
    story.books(invoice("RE-1", 119))
    story.there(invoice("RE-1", 119))
    assert {twin.match for twins in story.twins().values() for twin in twins} == {expected}


def test_linked_debtors_are_one_and_those_kept_apart_are_two(store: SqlStore) -> None:
    story = TwoConnections(store, name="Beispiel AG")
    story.books(invoice("RE-1", 119))
    story.there(invoice("RE-1", 119))
    with store.write() as tx:
        tx.links.keep_apart(A, story.debtor, story.theirs, "Erika", NOW)
    assert story.twins() == {}
    with store.write() as tx:
        tx.links.no_longer_apart(A, [story.debtor, story.theirs])
        tx.links.link(A, [story.theirs], story.debtor, "Erika", NOW)
    assert len(story.twins()) == 2
    with store.read() as tx:
        (account,) = tx.items.accounts(A, TODAY)
    assert len(account.items) == len(account.twins) == 2


def test_a_person_puts_together_and_takes_apart_whatever_the_numbers_are(store: SqlStore) -> None:
    story = TwoConnections(store)
    ids = story.books(invoice("RE-1", 119))
    other = story.there(invoice("4711", 119))["4711"]
    assert story.twins() == {}
    for same in (False, True):
        with store.write() as tx:
            tx.twins.decide(A, other.id, ids["RE-1"], "Erika", NOW, same=same)
        assert [t.decided for twins in story.twins().values() for t in twins] == 2 * [True] * same
    with store.read() as tx:
        assert tx.twins.decisions(A) == {(ids["RE-1"], other.id): True}


def test_a_list_that_knows_only_what_is_open_is_recognised(store: SqlStore) -> None:
    """An OPOS list has 690 EUR of an invoice over 1,190 EUR, and says nothing of the whole."""
    story = TwoConnections(store)
    story.books(replace(invoice("RE-1", 690), facts={"opos": "opos.csv:7"}))
    story.there(invoice("RE-1", 1190))
    assert {twin.match for twins in story.twins().values() for twin in twins} == {Match.SAME}
    story.books(invoice("RE-1", 690))  # its postings say 690 EUR
    assert {twin.match for twins in story.twins().values() for twin in twins} == {Match.SUSPECT}


def test_holds_on_the_other_side_come_with_it(store: SqlStore) -> None:
    story = TwoConnections(store)
    story.books(invoice("RE-1", 119))
    blocked = invoice("RE-1", 119)
    story.there(blocked, holds=[LedgerHold("k", HoldKind.DISPUTE, blocked.external_id, "Mangel")])
    with store.write() as tx:
        tx.holds.add(A, "insolvency", story.theirs, None, "eröffnet", "Erika", TODAY, None)
        lapsed = tx.holds.add(A, "manual", story.theirs, None, "alt", "Erika", TODAY, None)
        tx.holds.release(A, lapsed, TODAY)
    (twin,) = story.twins()[story.connection, "RE-1"]
    assert [hold.kind for hold in twin.holds] == [HoldKind.INSOLVENCY, HoldKind.DISPUTE]


def test_another_creditor_has_other_claims(sqlite_store: SqlStore) -> None:
    mine, others = TwoConnections(sqlite_store), TwoConnections(sqlite_store, B)
    mine.books(invoice("RE-1", 119))
    others.there(invoice("RE-1", 119))
    assert mine.twins() == others.twins() == {}


def test_while_a_notice_leaves_the_other_side_stays_as_it_is(store: SqlStore) -> None:
    """On PostgreSQL its rows are locked; SQLite has one writer."""
    story = TwoConnections(store)
    ids = story.books(invoice("RE-1", 119))
    story.there(invoice("RE-1", 119))
    with store.write() as tx:
        items = tx.items.many(A, ids.values()).values()
        assert tx.twins.of(A, items, lock=True) == tx.twins.of(A, items) != {}


def test_a_number_that_everybody_has_names_no_claim(sqlite_store: SqlStore) -> None:
    """60 invoices with the number „0“ in the export, one on the platform."""
    story = TwoConnections(sqlite_store)
    story.books(*(replace(invoice("0", 119), external_id=f"e{n}") for n in range(60)))
    story.there(invoice("0", 119))
    assert story.twins() == {}


def test_a_number_that_was_cut_is_found(sqlite_store: SqlStore) -> None:
    story = TwoConnections(sqlite_store)
    story.books(invoice("16-123456789", 119), invoice("RE-7", 119))
    story.there(invoice("RE2016-123456789", 119), invoice("RE/7", 119))
    assert len(story.twins()) == 4


def test_a_letter_from_the_side_that_leads_no_more_is_known_with_its_deadline_and_fee(
    store: SqlStore,
) -> None:
    story = TwoConnections(store, role=Role.LEADING)
    mine = story.books(invoice("RE-1", 119))["RE-1"]
    (notice,) = story.run(story.draft({"RE-1": 1}))
    theirs = story.there(invoice("RE-1", 119))["RE-1"].id
    sent = {"sent_on": TODAY, "channel": "letter", "deadline": date(2026, 3, 12)}
    fee = Charge("dunning_fee", euro("2.50"), "§ 280 BGB")
    with store.write() as tx:
        tx.notices.approve(A, notice, "h", "Erika", TODAY)
        tx.notices.set_state(A, notice, NoticeState.HANDING_OVER)
        tx.notices.set_state(A, notice, NoticeState.SENT, **sent)
        tx.items.record_level(A, {mine: 1}, TODAY)
        tx.charges.keep(A, story.debtor, notice, [fee], "receivable", TODAY)
        first = tx.connections.get(A, story.connection)
        tx.connections.save(A, replace(first, role=Role.EVIDENCE))
    with store.read() as tx:
        (found,) = tx.items.accounts_of(A, [story.theirs])
    assert [past.notice for past in found.notices[theirs]] == [notice]
    assert found.last_deadline == date(2026, 3, 12)
    # It is owed by whom it was sent to; here it is only set off.
    assert [(c.amount, c.paid, c.waived) for c in found.charges] == [(euro("2.50"), True, False)]
    # Moved, it is a charge of the item that leads.
    with store.write() as tx:
        (row,) = tx.charges.rows(A)
        tx.charges.move(A, row.charge.id, theirs, story.theirs)
        (row,) = tx.charges.rows(A)
    assert (row.charge.item, row.debtor) == (theirs, story.theirs)
