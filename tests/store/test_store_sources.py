"""Records of a platform as they were read: stored once, changed only when they differ, never lost.

Muster GmbH reads its invoices from a platform; customers are k1, k2, invoices r1, r2 …
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_story import NOW, A, B, Story, euro

from core.domain.model import Address, ConnectionId, ItemKind, ItemState
from core.domain.platform_records import Batch, InvoiceRecord, PaymentKind, PaymentPart, Unread
from core.domain.records import DebtorRecord
from core.errors import Problem, Severity
from core.store import tables as t
from core.store.unit import SqlStore

ONE = ConnectionId(1)
LATER = NOW + timedelta(hours=1)
PLACE = Address("Kunde GmbH", (), "Musterweg 1", "12345", "Musterstadt")
BAD = Problem("platform_record", Severity.ERROR, "r1", "Der Beleg ist nicht lesbar. Bitte prüfen.")


def claim(id_: str, debtor: str = "k1", *, left: int = 119, **changes: Any) -> InvoiceRecord:
    record = InvoiceRecord(
        external_id=id_,
        kind=ItemKind.INVOICE,
        number=id_.upper(),
        debtor=debtor,
        invoice_date=date(2026, 1, 5),
        due_date=date(2026, 1, 19),
        total=euro(119),
        outstanding=euro(left),
        state=ItemState.OPEN if left else ItemState.SETTLED,
        source_state="open" if left else "paid",
        mark=f"{left}",
    )
    return replace(record, **changes)


def customer(id_: str, name: str = "Kunde GmbH") -> DebtorRecord:
    return DebtorRecord(id_, id_, name, PLACE)


def batch(*records: Any, gone: tuple[str, ...] = ()) -> Batch:
    def of(kind: type) -> tuple[Any, ...]:
        return tuple(each for each in records if isinstance(each, kind))

    return Batch({}, of(InvoiceRecord), of(DebtorRecord), unread=of(Unread), gone=gone)


def save(
    store: SqlStore, *records: Any, gone: tuple[str, ...] = (), at: datetime = NOW
) -> set[str]:
    with store.write() as tx:
        return tx.sources.save(A, ONE, batch(*records, gone=gone), at)


def rows(store: SqlStore) -> list[tuple[Any, ...]]:
    with store.read() as tx:
        found = tx.sources._db.execute(sa.select(t.source_record))
        return sorted(map(tuple, found), key=repr)


@pytest.fixture
def home(store: SqlStore) -> SqlStore:
    Story(store)
    return store


FULL = claim(
    "r9",
    left=19,
    due_rule="14 Tage",
    direct_debit=True,
    delivered_on=date(2026, 1, 3),
    settled_on=date(2026, 2, 1),
    payments=(
        PaymentPart(date(2026, 2, 1), euro(100), PaymentKind.PAYMENT, "Überweisung"),
        PaymentPart(None, euro("0.01"), PaymentKind.CURRENCY),
    ),
    payments_read=True,
    address=PLACE,
    language="en",
    facts={"remark": "Grüße, „Muster“"},
)


@pytest.mark.parametrize("record", [claim("r1"), FULL, claim("r2", left=0, invoice_date=None)])
def test_a_record_comes_back_as_it_was(home: SqlStore, record: InvoiceRecord) -> None:
    save(home, record, customer("k1", "Söhne & Co"))
    with home.read() as tx:
        assert tx.sources.by_id(A, ONE, [record.external_id]) == {record.external_id: record}
        assert tx.sources.invoices(A, ONE, ["k1"]) == {"k1": [record]}
        assert tx.sources.debtors(A, ONE, ["k1"]) == {"k1": customer("k1", "Söhne & Co")}
        assert tx.sources.marks(A, ONE, [record.external_id, "r0"]) == {
            record.external_id: record.mark
        }


def test_what_is_new_or_different_touches_its_debtor(home: SqlStore) -> None:
    assert save(home, claim("r1"), claim("r2", "k2"), customer("k3")) == {"k1", "k2", "k3"}
    assert save(home, claim("r1"), claim("r2", "k2", left=19), customer("k3")) == {"k2"}
    assert save(home, customer("k3", "Neuer Name GmbH")) == {"k3"}


def test_the_same_batch_twice_writes_nothing(home: SqlStore) -> None:
    unread = Unread("r3", "k2", BAD)
    save(home, claim("r1"), FULL, customer("k1"), unread)
    before = rows(home)
    assert save(home, claim("r1"), FULL, customer("k1"), unread, gone=("r7",), at=LATER) == set()
    assert rows(home) == before, "not even the day on which it was seen"


def test_an_invoice_that_moves_touches_both_debtors(home: SqlStore) -> None:
    save(home, claim("r1"))
    assert save(home, claim("r1", "k2")) == {"k1", "k2"}
    with home.read() as tx:
        assert tx.sources.invoices(A, ONE, ["k1", "k2"]) == {"k2": [claim("r1", "k2")]}


def test_what_the_platform_lost_is_gone(home: SqlStore) -> None:
    save(home, claim("r1"), claim("r2", "k2"), Unread("r2", "k2", BAD))
    assert save(home, gone=("r2", "r9")) == {"k2"}
    with home.read() as tx:
        assert set(tx.sources.by_id(A, ONE, ["r1", "r2"])) == {"r1"}
        assert tx.sources.unread(A, ONE) == []
    assert save(home, gone=("r2",)) == set()


def test_what_is_gone_and_was_read_in_one_batch_is_there(home: SqlStore) -> None:
    save(home, claim("r1"), gone=("r1",))
    with home.read() as tx:
        assert set(tx.sources.by_id(A, ONE, ["r1"])) == {"r1"}


def test_a_record_that_cannot_be_read_leaves_the_one_that_was(home: SqlStore) -> None:
    save(home, claim("r1"))
    assert save(home, Unread("r1", "k1", BAD)) == {"k1"}
    with home.read() as tx:
        assert tx.sources.unread(A, ONE) == [Unread("r1", "k1", BAD)]
        assert set(tx.sources.by_id(A, ONE, ["r1"])) == {"r1"}


def test_what_can_be_read_again_is_not_unread_any_more(home: SqlStore) -> None:
    save(home, claim("r1"), customer("k2"), Unread("r1", "k1", BAD), Unread("k2", "k2", BAD))
    # Both records are as before: their debtors are touched because they can be read.
    assert save(home, claim("r1"), customer("k2")) == {"k1", "k2"}
    with home.read() as tx:
        assert tx.sources.unread(A, ONE) == []


def test_unread_records_come_by_id_and_may_belong_to_nobody(home: SqlStore) -> None:
    some = [Unread(id_, debtor, BAD) for id_, debtor in (("r2", ""), ("r1", "k1"), ("r3", "k9"))]
    assert save(home, *some) == {"k1", "k9"}
    with home.read() as tx:
        assert [each.external_id for each in tx.sources.unread(A, ONE)] == ["r1", "r2", "r3"]


def test_invoices_come_by_day_and_then_by_id(home: SqlStore) -> None:
    days = {"r3": date(2026, 1, 1), "r2": date(2026, 2, 1), "r1": date(2026, 2, 1)}
    save(home, *(claim(id_, invoice_date=day) for id_, day in days.items()))
    with home.read() as tx:
        found = tx.sources.invoices(A, ONE, ["k1", "k0"])
    assert [each.external_id for each in found["k1"]] == ["r3", "r1", "r2"]
    assert "k0" not in found


def test_open_is_what_has_something_outstanding(home: SqlStore) -> None:
    credit = claim("g1", left=-50, kind=ItemKind.CREDIT_NOTE, total=euro(-50), mark="v1")
    save(home, claim("r1", left=0), claim("r2", mark="v7"), credit)
    with home.read() as tx:
        assert tx.sources.open_marks(A, ONE) == {"r2": "v7", "g1": "v1"}
    save(home, claim("r2", left=0))
    with home.read() as tx:
        assert tx.sources.open_marks(A, ONE) == {"g1": "v1"}


def test_settled_invoices_without_payments_come_newest_first(home: SqlStore) -> None:
    def paid(id_: str, day: date | None, **more: Any) -> InvoiceRecord:
        return claim(id_, left=0, invoice_date=day, **more)

    save(
        home,
        paid("r1", date(2024, 5, 1)),
        paid("r2", date(2026, 1, 1)),
        paid("r4", date(2026, 1, 1)),
        paid("r3", None),
        paid("r5", date(2026, 2, 1), payments_read=True),
        claim("r6"),
    )
    with home.read() as tx:
        assert tx.sources.without_payments(A, ONE, 10) == ["r2", "r4", "r1", "r3"]
        assert tx.sources.without_payments(A, ONE, 2) == ["r2", "r4"]


def test_counts(home: SqlStore) -> None:
    empty = dict.fromkeys(("invoices", "open", "debtors", "unread", "without_payments"), 0)
    with home.read() as tx:
        assert tx.sources.counts(A, ONE) == empty
    save(home, claim("r1"), claim("r2", left=0), FULL, customer("k1"), Unread("x", "", BAD))
    with home.read() as tx:
        assert tx.sources.counts(A, ONE) == {
            "invoices": 3, "open": 2, "debtors": 1, "unread": 1, "without_payments": 1
        }  # fmt: skip
        assert tx.sources.known_debtors(A, ONE, ["k1", "k2"]) == frozenset({"k1"})


def test_what_changed_since_an_instant(home: SqlStore) -> None:
    save(home, claim("r1"), claim("r2"), claim("r3"))
    save(home, claim("r1"), claim("r2", left=1), at=LATER)
    with home.read() as tx:
        assert tx.sources.changed_since(A, ONE, ["r1", "r2", "r9"], NOW) == {"r2"}
        assert tx.sources.changed_since(A, ONE, ["r1", "r2", "r3"], LATER) == set()
        before = NOW - timedelta(microseconds=1)
        assert tx.sources.changed_since(A, ONE, ["r1", "r3"], before) == {"r1", "r3"}
        assert tx.sources.changed_since(A, ONE, ["r1", "r2"], before, NOW) == {"r1"}


def test_forgotten_marks_make_every_invoice_look_changed(home: SqlStore) -> None:
    save(home, claim("r1"), claim("r2", left=0), customer("k1"))
    with home.write() as tx:
        tx.sources.forget_marks(A, ONE)
    with home.read() as tx:
        assert tx.sources.marks(A, ONE, ["r1", "r2"]) == {"r1": "", "r2": ""}
        assert tx.sources.by_id(A, ONE, ["r1"]) == {"r1": claim("r1")}
    save(home, claim("r1"))
    with home.read() as tx:
        assert tx.sources.marks(A, ONE, ["r1", "r2"]) == {"r1": "119", "r2": ""}


def test_more_records_than_one_statement_takes(home: SqlStore) -> None:
    many = [claim(f"r{n}", f"k{n % 7}") for n in range(2500)]
    assert len(save(home, *many)) == 7
    changed = [claim(f"r{n}", f"k{n % 7}", left=n % 2) for n in range(2500)]
    assert len(save(home, *changed)) == 7
    with home.read() as tx:
        assert tx.sources.counts(A, ONE)["open"] == 1250
    save(home, gone=tuple(f"r{n}" for n in range(2400)))
    with home.read() as tx:
        assert tx.sources.counts(A, ONE)["invoices"] == 100


def test_two_connections_may_have_the_same_ids(home: SqlStore) -> None:
    Story(home, B)
    save(home, claim("r1"))
    with home.write() as tx:
        tx.sources.save(B, ONE, batch(claim("r1", "k5")), NOW)
        tx.sources.save(B, ONE, batch(gone=("r1",)), NOW)
    with home.read() as tx:
        assert tx.sources.by_id(A, ONE, ["r1"]).keys() == {"r1"}
        assert tx.sources.by_id(B, ONE, ["r1"]) == {}


RECORDS = st.lists(
    st.one_of(
        st.builds(
            claim,
            st.sampled_from(["r1", "r2", "r3"]),
            st.sampled_from(["k1", "k2"]),
            left=st.sampled_from([0, 19, 119]),
        ),
        st.builds(customer, st.sampled_from(["k1", "k2"]), st.sampled_from(["Alt", "Neu"])),
        st.builds(
            Unread, st.sampled_from(["r1", "r2", "k1"]), st.sampled_from(["", "k1"]), st.just(BAD)
        ),
    ),
    max_size=5,
    unique_by=lambda each: (type(each), each.external_id),
)


@given(st.lists(st.tuples(RECORDS, st.sets(st.sampled_from(["r1", "r3"]))), max_size=5), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_newest_batch_decides_however_many_came_before(
    books: SqlStore, past: list[tuple[list[Any], set[str]]], data: st.DataObject
) -> None:
    """At least once, in any order: when the newest state comes last, only that is left."""
    last = [claim("r1", "k2", left=5), claim("r2"), customer("k1"), customer("k2"), claim("r3")]
    kept: list[Any] = []
    for order in (past, data.draw(st.permutations(past))):
        _empty(books)
        for records, gone in order:
            save(books, *records, gone=tuple(gone))
        save(books, *last)
        kept.append(rows(books))
        assert save(books, *last) == set()
    assert kept[0] == kept[1]
    assert len(kept[0]) == len(last)


@given(RECORDS, RECORDS)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_not_touched_has_the_records_he_had(
    books: SqlStore, first: list[Any], then: list[Any]
) -> None:
    _empty(books)
    save(books, *first)
    before = {name: _of(books, name) for name in ("k1", "k2")}
    touched = save(books, *then, gone=("r2",))
    for name in {"k1", "k2"} - touched:
        assert _of(books, name) == before[name]


def _of(store: SqlStore, debtor: str) -> object:
    with store.read() as tx:
        unread = [each for each in tx.sources.unread(A, ONE) if each.debtor == debtor]
        return tx.sources.invoices(A, ONE, [debtor]), tx.sources.debtors(A, ONE, [debtor]), unread


def _empty(store: SqlStore) -> None:
    with store.write() as tx:
        tx.sources._db.execute(sa.delete(t.source_record))


@pytest.fixture(scope="module")
def books() -> Any:
    """One store for all examples of a property."""
    store = SqlStore("sqlite://")
    store.migrate()
    Story(store)
    yield store
    store.close()
