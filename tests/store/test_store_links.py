"""Debtors that are one customer have one account, whichever of them is asked for (ADR 0027)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from store_story import NOW, TODAY, Story, euro, invoice

from core.domain.ledger import LedgerResult
from core.domain.model import Address, Charge, DebtorId, HoldKind, NoticeState, Role
from core.domain.records import DebtorRecord
from core.errors import RuleError
from core.store import tables as t

LATE, TO_COME = date(2026, 1, 15), date(2026, 5, 1)
SAVE = {"backlog_before": None, "start_level": 1, "on": TODAY}


class Two(Story):
    """Debtor 10000 in DATEV owes 119 euros; so far nobody knows that sevDesk has him as well."""

    def __init__(self, store, *, due: date = LATE) -> None:
        super().__init__(store)
        with store.write() as tx:
            added = tx.connections.add(self.id, "sevdesk", "sevdesk", Role.LEADING, "9", TODAY)
            record = DebtorRecord("c-7", "", "Kunde GmbH", Address(), email="sevdesk@kunde.example")
            tx.debtors.upsert(self.id, added.id, [record])
            self.other = tx.debtors.ensure(self.id, added.id, {"c-7": ""})["c-7"]
            self.sevdesk = added.id
        self.items = self.books(invoice("RE-1", 119, due=due))

    def owes(self, number: str, amount: int, due: date = LATE) -> int:
        """What sevDesk says that he owes."""
        item = replace(invoice(number, amount, due=due), external_id=number)
        with self.store.write() as tx:
            tx.ledger.save_ledger(
                self.id, self.sevdesk, {self.other: LedgerResult((item,))}, **SAVE
            )
            return tx.items.find(self.id, number)[0].id

    def link(self, *debtors: DebtorId, head: DebtorId | None = None) -> None:
        with self.store.write() as tx:
            tx.links.link(self.id, debtors or [self.other], head or self.debtor, "Erika", NOW)

    def unlink(self, *debtors: DebtorId) -> None:
        with self.store.write() as tx:
            tx.links.unlink(self.id, debtors or [self.other], NOW)

    def account(self, debtor: DebtorId):
        with self.store.read() as tx:
            return tx.items.account(self.id, debtor, TODAY)


def numbers(account) -> list[str]:
    return [item.number for item in account.items]


def test_whoever_is_asked_for_the_account_is_that_of_the_group(store):
    """Given he owes 119 and 50 euros, when he is linked, then one account has both."""
    story = Two(store)
    story.owes("SV-1", 50)
    story.link()

    asked = [story.account(each) for each in (story.debtor, story.other)]

    assert asked[0] == asked[1]
    assert (asked[0].debtor.id, asked[0].debtor.email) == (story.debtor, "kunde@kunde.example")
    assert numbers(asked[0]) == ["RE-1", "SV-1"]
    with store.read() as tx:
        both = tx.items.accounts_of(story.id, [story.other, story.debtor])
        assert [numbers(a) for a in both] == [["RE-1", "SV-1"]]


def test_a_stream_of_accounts_has_every_group_once_under_its_head(store):
    """Given only the other one owes anything, then he is met at the place of the head."""
    story = Two(store)
    with store.write() as tx:
        third = story.new_debtor(tx, "300000000", "Dritte GmbH")
        bill = LedgerResult((replace(invoice("RE-3", 10), external_id="3/RE-3"),))
        tx.ledger.save_ledger(story.id, story.connection, {third: bill}, **SAVE)
    story.books(invoice("RE-1", 119, outstanding=0))
    story.owes("SV-1", 50)
    story.link(story.debtor, head=third)
    story.link(story.other, head=third)

    with store.read() as tx:
        every = list(tx.items.accounts(story.id, TODAY))
        first = list(tx.items.accounts(story.id, TODAY, limit=1))
        rest = list(tx.items.accounts(story.id, TODAY, after=first[-1].debtor.id))

    assert [(a.debtor.id, numbers(a)) for a in every] == [(third, ["RE-3", "SV-1"])]
    assert [*first, *rest] == every


def test_late_and_quiet_part_all_open_items(store):
    """Given 119 euros are late and 50 are not due, when they are linked, then nobody is quiet."""
    story = Two(store)
    late = story.owes("SV-1", 50, due=TO_COME)
    with store.read() as tx:
        assert tx.items.restless_debtors(story.id, TODAY) == [story.debtor]
        assert [row[0] for row in tx.items.quiet_items(story.id, TODAY)] == [late]
    story.link(story.debtor, head=story.other)
    with store.read() as tx:
        assert tx.items.restless_debtors(story.id, TODAY) == [story.other]
        assert tx.items.quiet_items(story.id, TODAY) == []


def test_the_strictest_of_all_counts_and_direct_debit_stays_with_its_claims(store):
    """Given sevDesk collects and forbids level 3, and DATEV level 1, then both hold."""
    story = Two(store)
    story.owes("SV-1", 50)
    with store.write() as tx:
        overrides = {"direct_debit": "true", "allowed_levels": "3"}
        tx.debtors.save_overrides(story.id, story.other, overrides)
        tx.debtors.save_overrides(story.id, story.debtor, {"allowed_levels": "6"})
        tx.holds.add(story.id, "dispute", story.other, None, "Mangel", "Erika", TODAY, None)
        tx.notices.record_contact(story.id, story.other, date(2026, 2, 20), date(2026, 3, 6))
        tx.notices.record_contact(story.id, story.debtor, date(2026, 2, 24), date(2026, 3, 3))
    story.link()

    found = story.account(story.debtor)

    assert {i.number: i.direct_debit for i in found.items} == {"RE-1": False, "SV-1": True}
    assert (found.debtor.direct_debit, found.debtor.allowed_levels) == (False, 2)
    assert [hold.kind for hold in found.holds] == [HoldKind.DISPUTE]
    assert (found.last_notice_on, found.last_deadline) == (date(2026, 2, 24), date(2026, 3, 6))
    with store.read() as tx:
        assert len(tx.holds.of_debtor(story.id, story.debtor)) == 1


def test_chains_of_links_end_at_one_head(store):
    """Given 2 is linked to 1, when 1 becomes a member of 3, then all are members of 3."""
    story = Two(store)
    with store.write() as tx:
        third = story.new_debtor(tx, "300000000", "Dritte GmbH")
    story.link()
    story.link(story.debtor, head=third)
    with store.read() as tx:
        assert tx.links.heads(story.id) == {story.debtor: third, story.other: third}
        assert tx.links.group(story.id, story.other) == (third, story.debtor, story.other)
    for member, head in ((third, story.debtor), (third, third)):
        with pytest.raises(RuleError, match="Hauptkunde"):
            story.link(member, head=head)


def test_what_was_said_to_the_head_stays_true_of_the_claim_after_the_end(store):
    """Given a first level went to the head, when the link ends, then sevDesk's claim has it still,
    with its lump sum, its hold and the day of the letter.
    """
    story = Two(store)
    item = story.owes("SV-1", 50)
    story.link()
    (notice,) = story.run(story.draft({"RE-1": 1, "SV-1": 1}))
    sent = {"sent_on": TODAY, "channel": "email", "deadline": date(2026, 3, 12)}
    with store.write() as tx:
        tx.notices.approve(story.id, notice, "h", "Erika", TODAY)
        tx.notices.set_state(story.id, notice, NoticeState.HANDING_OVER)
        tx.notices.set_state(story.id, notice, NoticeState.SENT, **sent)
        tx.items.record_level(story.id, {item: 1, story.items["RE-1"]: 1}, TODAY)
        tx.notices.record_contact(story.id, story.debtor, TODAY, date(2026, 3, 12))
        lump = Charge("lump_sum", euro(40), "§ 288 Abs. 5 BGB", item, "SV-1")
        tx.charges.keep(story.id, story.debtor, notice, [lump], "receivable", TODAY)
        tx.holds.add(story.id, "manual", story.debtor, item, "abgelehnt", "Erika", TODAY, None)
    story.unlink()

    own, head = story.account(story.other), story.account(story.debtor)

    assert (numbers(own), numbers(head)) == (["SV-1"], ["RE-1"])
    assert [past.notice for past in own.notices[item]] == [notice]
    assert [charge.item for charge in own.charges] == [item]
    assert [hold.item for hold in own.holds] == [item]
    assert own.last_notice_on == head.last_notice_on == TODAY
    assert (head.charges, head.holds) == ((), ())

    story.link(story.debtor, head=story.other)
    assert set(story.account(story.debtor).notices) == {item, story.items["RE-1"]}


def test_withdrawn_proposals_free_their_items(store):
    story = Two(store)
    (first,) = story.run(story.draft({"RE-1": 1}))
    with store.write() as tx:
        assert tx.links.withdraw(story.id, [story.other, story.debtor], "verknüpft") == [first]
        assert tx.links.withdraw(story.id, [story.other, story.debtor], "verknüpft") == []
        found = tx.notices.get(story.id, first)
        assert (found.state, found.reason) == (NoticeState.WITHDRAWN, "verknüpft")
    assert story.run(story.draft({"RE-1": 1})) == [first + 1]


def test_who_is_kept_apart_is_remembered_until_he_is_linked(store):
    story = Two(store)
    with store.write() as tx:
        for pair in ((story.other, story.debtor), (story.debtor, story.other)):
            tx.links.keep_apart(story.id, *pair, "Erika", NOW)
        assert tx.links.apart(story.id) == [(story.debtor, story.other)]
        both = [story.other, story.debtor]
        assert tx.links.no_longer_apart(story.id, both) == [(story.debtor, story.other)]
        assert tx.links.apart(story.id) == []


def test_links_cost_one_question_in_a_transaction(sqlite_store):
    """Without links an account costs what it cost before, and one look at an empty table."""
    story = Two(sqlite_store)
    asked: list[str] = []
    with sqlite_store.read() as tx:
        db = tx.items._db
        sa.event.listen(db, "before_cursor_execute", lambda *a: asked.append(a[2]))
        for _ in range(3):
            tx.items.account(story.id, story.debtor, TODAY)
            tx.items.restless_debtors(story.id, TODAY)
            tx.items.quiet_items(story.id, TODAY + timedelta(days=1))
            tx.holds.of_debtor(story.id, story.debtor)
    assert sum(t.debtor_link.name in sql for sql in asked) == 1
