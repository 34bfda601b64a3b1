"""Known failure 11: customer A sees customer B's invoices (OCA account-financial-tools #173).

Two creditors with equal names, numbers, addresses and external ids, and equal ids too. Every
method of every repository is called for one of them; the rows of the other never change, and what
is read of him stays the same. A method that is missing in the list below fails the test.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from isolation_inbox import INBOX_CALLS, OF_THE_MACHINE, furnish_inbox
from isolation_platform import PLATFORM_CALLS, furnish_platform
from store_story import NOW, TODAY, A, B, Story, euro, invoice

from core import ports
from core.domain.decision import Action, Verdict
from core.domain.ledger import LedgerHold, LedgerPayment, LedgerResult
from core.domain.model import (
    Address,
    Charge,
    CreditorProfile,
    DeliveryState,
    HoldKind,
    HoldTerms,
    ItemFacts,
    NoticeState,
    Role,
)
from core.domain.reasons import Reason
from core.domain.records import (
    Balance,
    BatchInfo,
    DebtorRecord,
    PaymentTerm,
    Posting,
    PostingKind,
    SundryAddress,
)
from core.store import tables as t
from core.store.unit import SqlStore

ACCOUNT = "100000000"
PLACE = Address("Kunde GmbH", (), "Musterweg 1", "12345", "Musterstadt")
POSTING = Posting(
    "p-1", ACCOUNT, "10000", PostingKind.INVOICE, "RE-1", "RE1", TODAY, euro(9), euro(9),
    content_key="c",
)  # fmt: skip
BALANCE = Balance(ACCOUNT, "10000", "RE-1", "RE1", TODAY, euro(9), None, None, None)
INFO = BatchInfo("opos.csv", "0" * 64, "opos", as_of=TODAY)
VERDICT = Verdict(1, Action.SKIP, Reason.NOT_DUE, 0)  # type: ignore[arg-type]
CHUNK = ports.InputChunk((ports.QuietItem(1, 1, "RE-1", "p-1", 0, TODAY),))  # type: ignore[arg-type]
MAIL = ("email", "kunde@kunde.example")
HOLD = LedgerHold("k", HoldKind.PLATFORM_BLOCK, None, "Sperre")
PAID = LedgerPayment("z", TODAY, euro(9), None, "", ((f"{ACCOUNT}/RE-1", euro(9), "number"),))
LUMP_SUM = Charge("lump_sum", euro(40), "§ 288 Abs. 5 BGB", 1, "RE-1")  # type: ignore[arg-type]
INTEREST = Charge("default_interest", euro(2), "§ 288 Abs. 2 BGB", 1, "RE-1")  # type: ignore[arg-type]
ITEMS = (invoice("RE-1", 119), invoice("RE-2", 50))
LEDGER = {1: LedgerResult(ITEMS, (PAID,), (HOLD,))}
SAVE: dict[str, Any] = {"backlog_before": TODAY, "start_level": 1, "on": TODAY}


def furnish(store: SqlStore, creditor: Any) -> Story:
    """A creditor with one row at least in every table; all ids of both creditors are equal."""
    story = Story(store, creditor)
    with store.write() as tx:
        tx.creditors.save_secret(creditor, "smtp", "geheim")
        tx.ledger.save_ledger(creditor, 1, LEDGER, **SAVE)
        batch = tx.ledger.add_batch(creditor, 1, INFO, [ACCOUNT], NOW)
        tx.ledger.add_postings(creditor, 1, batch, [POSTING])
        tx.ledger.add_balances(creditor, 1, batch, [BALANCE])
        tx.ledger.save_terms(creditor, 1, [PaymentTerm(1, "14 Tage", 14)])
        tx.ledger.save_addresses(creditor, 1, [SundryAddress("7", ACCOUNT, "Kunde", PLACE)])
        tx.holds.add(creditor, "manual", 1, None, "Kulanz", "Erika", TODAY, None)
    story.run(story.draft({"RE-1": 1, "RE-2": 1}))
    with store.write() as tx:
        tx.charges.keep(creditor, 1, 1, [LUMP_SUM], "receivable", TODAY)
        tx.runs.add_verdicts(creditor, 1, 0, [VERDICT])
        tx.run_inputs.add_settings(creditor, 1, {"version": "1"})
        tx.run_inputs.add_chunk(creditor, 1, 1, CHUNK)
        tx.deliveries.reserve(creditor, 1, *MAIL, "one", NOW, 60)
        tx.tasks.add(creditor, "hand_over", 1, 1, "Inkasso?", TODAY)
        tx.leases.take(creditor, "run", "one", NOW, 60)
        tx.events.append(creditor, "run", {"run": 1}, {"x": 1}, NOW)
    furnish_platform(store, creditor)
    furnish_inbox(store, creditor)
    _decide(store, creditor)
    return story


def _decide(store: SqlStore, creditor: Any) -> None:
    """What a person decided of debtors and claims."""
    with store.write() as tx:
        tx.debtors.ensure(creditor, 1, {"3": "3", "4": "4"})
        tx.links.link(creditor, [2], 1, "Erika", NOW)
        tx.links.keep_apart(creditor, 3, 1, "Erika", NOW)
        tx.twins.decide(creditor, 2, 1, "Erika", NOW, same=True)


# Every method as a call for one creditor; the ids are those of both.
CALLS: dict[str, Callable[[Any, Any, Story], object]] = {
    "creditors.add": lambda x, c, s: x.creditors.add("neu", CreditorProfile("Neu"), NOW),
    "creditors.get": lambda x, c, s: x.creditors.get(c),
    "creditors.all": lambda x, c, s: [k for k in x.creditors.all() if k.id == c],
    "creditors.save_profile": lambda x, c, s: x.creditors.save_profile(c, CreditorProfile("N")),
    "creditors.set_live": lambda x, c, s: x.creditors.set_live(c, True),
    "creditors.forget_test_mode": lambda x, c, s: x.creditors.forget_test_mode(c, TODAY),
    "creditors.set_stopped": lambda x, c, s: x.creditors.set_stopped(c, True),
    "creditors.secrets": lambda x, c, s: x.creditors.secrets(c),
    "creditors.save_secret": lambda x, c, s: x.creditors.save_secret(c, "smtp", "neu"),
    "connections.add": lambda x, c, s: x.connections.add(c, "d", "zwei", Role.LEADING, "", TODAY),
    "connections.get": lambda x, c, s: x.connections.get(c, 1),
    "connections.by_name": lambda x, c, s: x.connections.by_name(c, "datev"),
    "connections.all": lambda x, c, s: x.connections.all(c),
    "connections.save": lambda x, c, s: x.connections.save(c, _renamed(x.connections.get(c, 1))),
    "connections.awaited": lambda x, c, s: x.connections.awaited(c),
    "debtors.upsert": lambda x, c, s: x.debtors.upsert(
        c, 1, [DebtorRecord(ACCOUNT, "10000", "Anders", PLACE)]
    ),
    "debtors.ensure": lambda x, c, s: x.debtors.ensure(c, 1, {ACCOUNT: "", "2": "2"}),
    "debtors.get": lambda x, c, s: x.debtors.get(c, 1),
    "debtors.record": lambda x, c, s: x.debtors.record(c, 1),
    "debtors.all": lambda x, c, s: x.debtors.all(c),
    "debtors.records": lambda x, c, s: x.debtors.records(c, 1, [ACCOUNT]),
    "debtors.find": lambda x, c, s: x.debtors.find(c, ACCOUNT),
    "debtors.overrides": lambda x, c, s: x.debtors.overrides(c, 1),
    "debtors.save_overrides": lambda x, c, s: x.debtors.save_overrides(c, 1, {"land": "BY"}),
    "ledger.batches": lambda x, c, s: x.ledger.batches(c, 1),
    "ledger.add_batch": lambda x, c, s: x.ledger.add_batch(c, 1, INFO, [], NOW),
    "ledger.supersede_batch": lambda x, c, s: x.ledger.supersede_batch(c, 1),
    "ledger.known_rows": lambda x, c, s: x.ledger.known_rows(c, 1, ["p-1"]),
    "ledger.batch_rows": lambda x, c, s: x.ledger.batch_rows(c, 1, 1),
    "ledger.add_postings": lambda x, c, s: x.ledger.add_postings(
        c, 1, 1, [_other_posting(POSTING)]
    ),
    "ledger.add_balances": lambda x, c, s: x.ledger.add_balances(c, 1, 1, [BALANCE]),
    "ledger.save_terms": lambda x, c, s: x.ledger.save_terms(c, 1, [PaymentTerm(1, "x", 1)]),
    "ledger.terms": lambda x, c, s: x.ledger.terms(c, 1),
    "ledger.save_addresses": lambda x, c, s: x.ledger.save_addresses(
        c, 1, [SundryAddress("7", ACCOUNT, "Anders", PLACE)]
    ),
    "ledger.addresses": lambda x, c, s: x.ledger.addresses(c, 1, [ACCOUNT]),
    "ledger.accounts": lambda x, c, s: x.ledger.accounts(c, 1),
    "ledger.postings": lambda x, c, s: x.ledger.postings(c, 1, [ACCOUNT]),
    "ledger.balances": lambda x, c, s: x.ledger.balances(c, 1, [ACCOUNT]),
    "ledger.opos_days": lambda x, c, s: x.ledger.opos_days(c, 1),
    "ledger.equal_rows": lambda x, c, s: x.ledger.equal_rows(c, 1, ["c"]),
    "ledger.save_ledger": lambda x, c, s: x.ledger.save_ledger(
        c, 1, {1: LedgerResult((invoice("RE-1", 119, outstanding=1),))}, **SAVE
    ),
    "links.heads": lambda x, c, s: x.links.heads(c),
    "links.group": lambda x, c, s: x.links.group(c, 1)[1:],
    "links.link": lambda x, c, s: x.links.link(c, [3], 1, "Max", NOW),
    "links.unlink": lambda x, c, s: x.links.unlink(c, [2], NOW),
    "links.withdraw": lambda x, c, s: x.links.withdraw(c, [1, 2], "verknüpft"),
    "links.keep_apart": lambda x, c, s: x.links.keep_apart(c, 3, 2, "Max", NOW),
    "links.no_longer_apart": lambda x, c, s: x.links.no_longer_apart(c, [1, 3]),
    "links.apart": lambda x, c, s: x.links.apart(c),
    "twins.of": lambda x, c, s: x.twins.of(c, x.items.many(c, [1, 2]).values()),
    "twins.decisions": lambda x, c, s: x.twins.decisions(c),
    "twins.decide": lambda x, c, s: x.twins.decide(c, 1, 2, "Max", NOW, same=False),
    "items.get": lambda x, c, s: x.items.get(c, 1),
    "items.many": lambda x, c, s: x.items.many(c, [1, 2]),
    "items.find": lambda x, c, s: [
        *x.items.find(c, "RE-1"),
        *x.items.find(c, f"datev:{ACCOUNT}/RE-1"),
    ],
    "items.open_items": lambda x, c, s: x.items.open_items(c),
    "items.facts": lambda x, c, s: x.items.facts(c, 1),
    "items.accounts": lambda x, c, s: list(x.items.accounts(c, TODAY)),
    "items.accounts_of": lambda x, c, s: x.items.accounts_of(c, [1]),
    "items.restless_debtors": lambda x, c, s: x.items.restless_debtors(c, TODAY),
    "items.quiet_items": lambda x, c, s: x.items.quiet_items(c, TODAY),
    "items.account": lambda x, c, s: x.items.account(c, 1, TODAY),
    "items.record_level": lambda x, c, s: x.items.record_level(c, {1: 3}, TODAY),
    "items.set_pending": lambda x, c, s: x.items.set_pending(c, [1], "printed"),
    "items.record_local_payment": lambda x, c, s: x.items.record_local_payment(
        c, 1, 100, TODAY, "Erika"
    ),
    "items.set_start_level": lambda x, c, s: x.items.set_start_level(c, 1, 2),
    "items.payments": lambda x, c, s: x.items.payments(c, 1),
    "items.claims_arisen_before": lambda x, c, s: x.items.claims_arisen_before(c, TODAY),
    "charges.keep": lambda x, c, s: x.charges.keep(c, 1, 1, [INTEREST], "receivable", TODAY),
    "charges.rows": lambda x, c, s: x.charges.rows(c),
    "charges.settle": lambda x, c, s: x.charges.settle(c, 1, "paid", TODAY, "Erika"),
    "charges.reduce": lambda x, c, s: x.charges.reduce(c, 1, 100),
    "charges.move": lambda x, c, s: x.charges.move(c, 1, 2, 1),
    "charges.notice_states": lambda x, c, s: x.charges.notice_states(c, 1),
    "charges.chase": lambda x, c, s: x.charges.chase(c, 1, 1, [1], "RE-1", euro(40), TODAY),
    "items.save_own": lambda x, c, s: x.items.save_own(c, 1, ItemFacts(delivered_on=TODAY)),
    "holds.add": lambda x, c, s: x.holds.add(c, "manual", 1, 1, "", "", TODAY, None),
    "holds.release": lambda x, c, s: x.holds.release(c, 1, TODAY),
    "holds.settle": lambda x, c, s: x.holds.settle(c, 1, HoldTerms(outcome="kept"), TODAY),
    "holds.active": lambda x, c, s: x.holds.active(c, TODAY),
    "holds.of_debtor": lambda x, c, s: x.holds.of_debtor(c, 1),
    "runs.start": lambda x, c, s: x.runs.start(c, TODAY, {}, NOW),
    "runs.add_verdicts": lambda x, c, s: x.runs.add_verdicts(c, 1, 1, [VERDICT]),
    "runs.verdicts": lambda x, c, s: list(x.runs.verdicts(c, 1)),
    "runs.finish": lambda x, c, s: x.runs.finish(
        c, x.runs.start(c, TODAY, {}, NOW), "ready", {}, "", NOW
    ),
    "run_inputs.add_settings": lambda x, c, s: x.run_inputs.add_settings(
        c, x.runs.start(c, TODAY, {}, NOW), {"version": "2"}
    ),
    "run_inputs.add_chunk": lambda x, c, s: x.run_inputs.add_chunk(c, 1, 2, CHUNK),
    "run_inputs.settings": lambda x, c, s: x.run_inputs.settings(c, 1),
    "run_inputs.chunks": lambda x, c, s: list(x.run_inputs.chunks(c, 1)),
    "runs.get": lambda x, c, s: x.runs.get(c, 1),
    "runs.latest": lambda x, c, s: x.runs.latest(c),
    "notices.replace_proposals": lambda x, c, s: x.notices.replace_proposals(c, 1, TODAY, [1], []),
    "notices.get": lambda x, c, s: x.notices.get(c, 1),
    "notices.many": lambda x, c, s: x.notices.many(c),
    "notices.of_item": lambda x, c, s: x.notices.of_item(c, 1),
    "notices.living_debtors": lambda x, c, s: x.notices.living_debtors(c),
    "notices.approve": lambda x, c, s: x.notices.approve(c, 1, "h", "Erika", TODAY),
    "notices.set_state": lambda x, c, s: x.notices.set_state(c, 1, NoticeState.REJECTED),
    "notices.drop_item": lambda x, c, s: x.notices.drop_item(c, 1, 1),
    "notices.record_contact": lambda x, c, s: x.notices.record_contact(c, 1, TODAY, TODAY),
    "deliveries.reserve": lambda x, c, s: x.deliveries.reserve(
        c, 1, *MAIL, "two", NOW.replace(hour=12), 60
    ),
    "deliveries.hand_over": lambda x, c, s: x.deliveries.hand_over(c, 1, "one", NOW),
    "deliveries.finish": lambda x, c, s: x.deliveries.finish(c, 1, DeliveryState.FAILED, NOW),
    "deliveries.of_notice": lambda x, c, s: x.deliveries.of_notice(c, 1),
    "deliveries.counts": lambda x, c, s: x.deliveries.counts(c),
    "deliveries.expired_handing_over": lambda x, c, s: x.deliveries.expired_handing_over(
        c, NOW.replace(hour=12)
    ),
    "tasks.add": lambda x, c, s: x.tasks.add(c, "hand_over", 1, 1, "", TODAY),
    "tasks.known": lambda x, c, s: x.tasks.known(c, ["promise:1"]),
    "tasks.close_of_debtor": lambda x, c, s: x.tasks.close_of_debtor(c, 1, ["hand_over"], TODAY),
    "tasks.open": lambda x, c, s: x.tasks.open(c),
    "tasks.done": lambda x, c, s: x.tasks.done(c, 1, TODAY),
    "events.append": lambda x, c, s: x.events.append(c, "run", {}, {}, NOW),
    "events.head": lambda x, c, s: x.events.head(c),
    "events.verify": lambda x, c, s: x.events.verify(c),
    "leases.take": lambda x, c, s: x.leases.take(c, "run", "two", NOW.replace(hour=12), 60),
    "leases.release": lambda x, c, s: x.leases.release(c, "run", "one"),
    "leases.holder": lambda x, c, s: x.leases.holder(c, "run"),
    **PLATFORM_CALLS,
    **INBOX_CALLS,
}
WRITES = ("add", "forget", "save", "set", "record_", "release", "upsert", "ensure", "supersede", "start",
          "finish", "replace", "approve", "drop", "reserve", "hand_over", "done", "append",
          "take", "keep", "chase", "reduce", "intend", "block", "ease", "link", "unlink", "withdraw",
          "no_longer", "decide", "move", "retry", "end", "revoke", "mark", "again", "wait")  # fmt: skip


def _renamed(connection: Any) -> Any:
    return replace(connection, booked_source="geändert", settings={"x": "y"})


def _other_posting(posting: Posting) -> Posting:
    return posting._replace(external_id="p-2")


def _is_write(name: str) -> bool:
    method = name.partition(".")[2]
    return (
        name not in OF_THE_MACHINE
        and method not in {"record", "addresses", "settings", "blocked", "marks", "waiting"}
        and method.startswith(WRITES)
    )


def _rows(store: SqlStore, creditor: str) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as tx:
        db = tx.creditors._db
        return {
            table.name: sorted(
                map(tuple, db.execute(sa.select(table).where(_owner(table) == creditor))), key=repr
            )
            for table in t.metadata.sorted_tables
            if table is not t.worker_seen  # of the machine
        }


def _owner(table: sa.Table) -> Any:
    return table.c.id if table.name == "creditor" else table.c.creditor_id


def _methods() -> Iterator[str]:
    for repo, kind in inspect.get_annotations(ports.Tx, eval_str=True).items():
        for name in dir(kind):  # what it inherits, too
            if not name.startswith("_"):
                yield f"{repo}.{name}"


def test_every_method_of_the_store_is_in_the_list() -> None:
    assert set(_methods()) == set(CALLS)


def test_nothing_crosses_two_creditors(store: SqlStore) -> None:
    story = furnish(store, A)
    with store.write() as tx:
        tx.creditors.add(B, CreditorProfile("Leer"), NOW)
    with store.read() as tx:  # of a creditor with nothing, nothing of the other is seen
        for name, call in CALLS.items():
            if name in OF_THE_MACHINE:
                continue
            if not _is_write(name) and not name.startswith(("creditors.", "events.")):
                assert not call(tx, B, story), name
                assert name not in PLATFORM_CALLS or call(tx, A, story), "reads nothing at all"


@pytest.mark.parametrize("name", sorted(filter(_is_write, CALLS)))
def test_a_write_for_one_leaves_every_row_of_the_other(sqlite_store: SqlStore, name: str) -> None:
    story = furnish(sqlite_store, A)
    furnish(sqlite_store, B)
    before, own = _rows(sqlite_store, B), _rows(sqlite_store, A)
    assert all(before.values()), "a table without a row proves nothing"
    with sqlite_store.write() as tx:
        CALLS[name](tx, A, story)
    assert _rows(sqlite_store, B) == before
    if name != "creditors.add":
        assert _rows(sqlite_store, A) != own
