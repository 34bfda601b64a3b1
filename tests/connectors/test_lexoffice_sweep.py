"""Lists of lexoffice: pages that shift, lists that are too long, positions that survive a kill."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_desk import Memory

from connectors.lexoffice.changes import changes
from connectors.lexoffice.client import PAGE_SIZE, WINDOW
from connectors.lexoffice.contacts import parse_contact
from connectors.lexoffice.debtors import debtors
from connectors.lexoffice.first import first_reading
from connectors.lexoffice.listing import Search, Window, read_page, walk
from connectors.lexoffice.meaning import WindowExceeded
from connectors.lexoffice.position import Position, read_position
from connectors.lexoffice.reading import VoucherReader
from connectors.lexoffice.stream import Pass
from connectors.lexoffice.sweep import sweep
from core.errors import MalformedResponse, NotFound, Rejected
from core.ports import SyncScope

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)


def row(number: int, on: date = date(2026, 1, 5), status: str = "open") -> dict[str, Any]:
    shown = f"{on.isoformat()}T00:00:00.000+01:00"
    return {
        "id": f"r-{number}",
        "voucherType": "invoice",
        "voucherStatus": status,
        "voucherNumber": f"RE-{number}",
        "voucherDate": shown,
        "dueDate": shown,
        "updatedDate": shown,
        "contactId": "c-1",
        "contactName": "Muster GmbH",
        "totalAmount": Decimal(100),
        "openAmount": Decimal(100 if status == "open" else 0),
        "currency": "EUR",
    }


@dataclass
class Lists:
    """Answers list pages out of ``rows``; ``before`` runs before each page is cut."""

    rows: list[dict[str, Any]]
    before: Any = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    refuse: bool = False  # beyond the window, instead of counting
    total: object = "count"
    _kept: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def voucherlist_page(
        self, page: int, *, types: Sequence[str], statuses: Sequence[str], **filters: str
    ) -> dict[str, Any]:
        self.asked.append({"page": page, "statuses": tuple(statuses), **filters})
        if self.before:
            self.before(self, len(self.asked))
        rows = self._found(statuses, filters)
        if (self.refuse and len(rows) > WINDOW) or page * PAGE_SIZE >= WINDOW:
            raise WindowExceeded
        part = rows[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
        total = min(len(rows), WINDOW) if self.total == "count" else self.total
        return {
            "content": part,
            "last": (page + 1) * PAGE_SIZE >= len(rows),
            "totalElements": total,
        }

    def _found(self, statuses: Sequence[str], filters: dict[str, str]) -> list[dict[str, Any]]:
        key = (*statuses, *sorted(filters.items()))
        if key not in self._kept or self.before:
            found = [each for each in self.rows if self._meets(each, statuses, filters)]
            found.sort(key=lambda each: (each["voucherDate"], each["id"]))
            self._kept[key] = found
        return self._kept[key]

    @staticmethod
    def _meets(each: dict[str, Any], statuses: Sequence[str], filters: dict[str, str]) -> bool:
        on = each["voucherDate"][:10]
        return (
            ("any" in statuses or each["voucherStatus"] in statuses)
            and filters.get("voucherDateFrom", "") <= on
            and on <= filters.get("voucherDateTo", "9999")
        )


def ids(client: Lists, today: date = TODAY) -> list[str]:
    listed = walk(client, Search(("open",)), today)  # type: ignore[arg-type]
    return [values["id"] for each in listed for values in each.rows]


def swept(client: Lists) -> tuple[set[str], VoucherReader]:
    reader = VoucherReader(client, Memory())  # type: ignore[arg-type]
    return set(sweep(client, reader, TODAY)), reader  # type: ignore[arg-type]


# Pages and windows.


def test_611_rows_are_three_pages_and_each_row_comes_once() -> None:
    client = Lists([row(n) for n in range(611)])
    assert sorted(ids(client)) == sorted(f"r-{n}" for n in range(611))
    assert [each["page"] for each in client.asked] == [0, 1, 2]


def test_nothing_open_is_one_page() -> None:
    client = Lists([])
    assert ids(client) == []
    assert len(client.asked) == 1


@pytest.mark.parametrize("refuse", [False, True])
def test_beyond_ten_thousand_rows_the_days_are_parted(refuse: bool) -> None:
    """25,000 invoices of three years: no search may hold more than 10,000 of them."""
    first = date(2023, 3, 1)
    rows = [row(n, first + timedelta(days=n % 1000)) for n in range(25_000)]
    client = Lists(rows, refuse=refuse)
    found = ids(client)
    assert len(found) == len(set(found)) == 25_000
    assert max(each["page"] for each in client.asked) < WINDOW // PAGE_SIZE


def test_a_future_day_beyond_the_window_is_found_too() -> None:
    rows = [row(n, TODAY + timedelta(days=400 + n % 2)) for n in range(10_500)]
    assert len(set(ids(Lists(rows)))) == 10_500


def test_a_day_that_is_too_large_is_read_as_far_as_it_is_shown_and_reported() -> None:
    client = Lists([row(n) for n in range(10_400)] + [row(99_999, date(2026, 1, 6))])
    found, reader = swept(client)
    assert len(found) == 10_001
    (problem,) = reader.pile.problems
    assert (problem.code, problem.where) == ("list_incomplete", "voucherlist 2026-01-05")
    assert "in lexoffice selbst verfolgen" in problem.message


def test_a_day_that_is_refused_as_a_whole_is_reported_once() -> None:
    client = Lists([row(n) for n in range(10_400)], refuse=True)
    found, reader = swept(client)
    assert found == set()
    assert [each.code for each in reader.pile.problems] == ["list_incomplete"]


def test_a_list_that_never_ends_is_left_after_the_window() -> None:
    class Endless(Lists):
        def voucherlist_page(self, page: int, **more: Any) -> dict[str, Any]:
            answer = super().voucherlist_page(page, **more)
            return {**answer, "last": False}

    client = Endless([row(1)])
    assert ids(client) == ["r-1"]
    assert len(client.asked) == WINDOW // PAGE_SIZE


def test_a_page_counts_what_it_can_when_the_total_is_missing() -> None:
    page = read_page(Lists([row(1)], total=None), Search(("open",)), Window(), 0)  # type: ignore[arg-type]
    assert page is not None
    assert page.total == 1


def test_a_first_row_without_a_day_does_not_part_the_window_by_it() -> None:
    page = read_page(Lists([row(1)]), Search(("open",)), Window(), 0)  # type: ignore[arg-type]
    assert page is not None
    bad = page._replace(rows=[{"voucherDate": "bald"}])
    assert (page.oldest, bad.oldest) == (date(2026, 1, 5), None)
    assert page._replace(rows=[]).oldest is None


@pytest.mark.parametrize("content", [None, {}, "x", [1]])
def test_a_list_of_another_shape_is_malformed(content: object) -> None:
    class Strange(Lists):
        def voucherlist_page(self, page: int, **more: Any) -> dict[str, Any]:
            return {"content": content, "last": True}

    with pytest.raises(MalformedResponse, match="voucherlist"):
        ids(Strange([]))


def test_a_page_that_does_not_say_whether_it_is_the_last_is_not_taken_for_it() -> None:
    """Else the 50 invoices behind it would be missed, and nobody would know."""

    class Silent(Lists):
        def voucherlist_page(self, page: int, **more: Any) -> dict[str, Any]:
            answer = super().voucherlist_page(page, **more)
            return {name: value for name, value in answer.items() if name != "last"}

    with pytest.raises(MalformedResponse, match="letzten Seite"):
        ids(Silent([row(n) for n in range(300)]))


def test_the_number_of_pages_tells_the_last_one_as_well() -> None:
    class Counting(Lists):
        def voucherlist_page(self, page: int, **more: Any) -> dict[str, Any]:
            answer = super().voucherlist_page(page, **more)
            del answer["last"]
            return {**answer, "totalPages": 2}

    assert len(ids(Counting([row(n) for n in range(300)]))) == 300


def test_another_page_than_was_asked_for_is_noticed() -> None:
    class Stuck(Lists):
        def voucherlist_page(self, page: int, **more: Any) -> dict[str, Any]:
            return {**super().voucherlist_page(0, **more), "number": 0}

    with pytest.raises(MalformedResponse, match="Seite 0 statt 1"):
        ids(Stuck([row(n) for n in range(300)]))


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 900), st.booleans())
def test_halves_are_the_whole_without_overlap(first: date, days: int, open_end: bool) -> None:
    window = Window(first, None if open_end else first + timedelta(days=days))
    halves = window.split(None, TODAY)
    if halves is None:
        assert window.last == window.first
        return
    left, right = halves
    assert (left.first, right.last) == (window.first, window.last)
    assert left.last is not None
    assert right.first == left.last + timedelta(days=1)
    assert left.first is not None
    assert left.first <= left.last


# The sweep.


def test_what_slips_between_two_pages_while_we_read_is_found() -> None:
    """A customer pays while page one is read: the first row of page two moves onto page one."""

    def pay(client: Lists, asked: int) -> None:
        if asked == 2:
            del client.rows[0]

    client = Lists([row(n, date(2026, 1, 1) + timedelta(days=n // 30)) for n in range(600)], pay)
    found, _ = swept(client)
    assert found >= {each["id"] for each in client.rows}


def test_a_row_that_comes_twice_makes_the_list_be_read_again() -> None:
    def insert(client: Lists, asked: int) -> None:
        if asked == 2:
            client.rows.insert(0, row(9000, date(2025, 1, 1)))

    client = Lists([row(n) for n in range(300)], insert, total=300)
    found, _ = swept(client)
    assert "r-9000" in found


def test_a_list_that_never_stands_still_ends_all_the_same() -> None:
    def insert(client: Lists, asked: int) -> None:
        client.rows.insert(0, row(10_000 + asked, date(2025, 1, 1)))

    client = Lists([row(n) for n in range(600)], insert)
    found, _ = swept(client)
    assert found >= {f"r-{n}" for n in range(600)}
    assert len(client.asked) <= 12


def test_a_row_that_is_being_collected_is_told_by_what_was_asked() -> None:
    class Overdue(Lists):
        def voucherlist_page(self, page: int, **more: Any) -> dict[str, Any]:
            answer = super().voucherlist_page(page, **more)
            rows = [{**each, "voucherStatus": "overdue"} for each in answer["content"]]
            return {**answer, "content": rows}

    client = Overdue([row(1), row(2) | {"voucherStatus": "sepadebit"}])
    rows = sweep(client, VoucherReader(client, Memory()), TODAY)  # type: ignore[arg-type]
    assert {id_: each.status for id_, each in rows.items()} == {"r-1": "open", "r-2": "sepadebit"}
    assert not any("overdue" in each["statuses"] for each in client.asked)


def test_rows_without_an_id_are_reported_and_their_neighbours_stay() -> None:
    nameless = {name: value for name, value in row(1).items() if name != "id"}
    client = Lists([row(2)])
    client.rows.append(nameless | {"id": ""})
    found, reader = swept(client)
    assert found == {"r-2"}
    assert [each.code for each in reader.pile.problems] == ["voucher_unreadable"]
    assert reader.pile.unread == []


class Hollow(Lists):
    """Lists what it does not show."""

    def invoice(self, invoice_id: str) -> dict[str, Any]:
        raise NotFound(invoice_id)


def test_a_listed_voucher_that_is_not_shown_is_held_until_that_is_settled() -> None:
    client, memory = Hollow([row(1)]), Memory()
    work = Pass(client, memory, SyncScope(date(2024, 3, 1), TODAY))  # type: ignore[arg-type]
    batches = list(changes(work, Position(synced_at=NOW), NOW, NOW))
    (unread,) = [each for batch in batches for each in batch.unread]
    assert (unread.external_id, unread.debtor) == ("r-1", "c-1")
    assert unread.problem.code == "voucher_missing"
    assert "noch einmal abgleichen" in unread.problem.message
    assert [each for batch in batches for each in (*batch.gone, *batch.invoices)] == []
    assert batches[-1].cursor["unread"] == ["r-1"]


class Contrary(Lists):
    """Shows a purchase where its list has a sale."""

    def voucher(self, voucher_id: str) -> dict[str, Any]:
        return {"id": voucher_id, "type": "purchaseinvoice", "voucherStatus": "open"}


def test_a_voucher_that_is_no_sale_after_all_is_reported_and_passed_over() -> None:
    client = Contrary([row(1) | {"voucherType": "salesinvoice"}, row(2) | {"voucherType": "rent"}])
    work = Pass(client, Memory(), SyncScope(date(2024, 3, 1), TODAY))  # type: ignore[arg-type]
    batches = list(changes(work, Position(synced_at=NOW), NOW, NOW))
    problems = {problem.message for batch in batches for problem in batch.problems}
    assert len(problems) == 2
    assert all("kennt Mahnwerk nicht" in each for each in problems)
    assert [each for batch in batches for each in (*batch.unread, *batch.invoices)] == []


class Linked(Lists):
    """A credit note that was linked to its invoice since the list was made."""

    def credit_note(self, credit_note_id: str) -> dict[str, Any]:
        listed = self.rows[0]
        return {
            "id": credit_note_id,
            "voucherStatus": "paidoff",
            "voucherNumber": "GS-1",
            "voucherDate": listed["voucherDate"],
            "updatedDate": listed["updatedDate"],
            "address": {"contactId": "c-1", "name": "Muster GmbH"},
            "totalPrice": {"totalGrossAmount": Decimal(100)},
        }

    def payments(self, voucher_id: str) -> dict[str, Any]:
        refused = Rejected(voucher_id)
        refused.status = self.refusal
        raise refused

    refusal = 406


def test_a_credit_note_linked_since_the_list_was_made_is_settled() -> None:
    client, memory = Linked([row(1) | {"voucherType": "creditnote"}]), Memory()
    memory.masters["c-1"] = parse_contact({"id": "c-1", "company": {"name": "Muster GmbH"}}).debtor
    work = Pass(client, memory, SyncScope(date(2024, 3, 1), TODAY))  # type: ignore[arg-type]
    (record,) = [each for batch in changes(work, Position(synced_at=NOW), NOW, NOW)
                 for each in batch.invoices]  # fmt: skip
    assert (record.source_state, record.open) == ("paidoff", False)
    client.refusal = 400
    with pytest.raises(Rejected):
        list(changes(work, Position(synced_at=NOW), NOW, NOW))


# Positions.


@given(
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.lists(st.tuples(st.none() | st.dates(), st.none() | st.dates()), max_size=3),
    st.integers(0, 40),
    st.frozensets(st.text(min_size=1, max_size=5), max_size=4),
)
def test_a_position_survives_json(
    synced: datetime | None,
    began: datetime | None,
    bounds: list[tuple[date | None, date | None]],
    page: int,
    unread: frozenset[str],
) -> None:
    windows = tuple(Window(*each) for each in bounds) if began else ()
    position = Position(synced, began, windows, page if began else 0, 7 if began else 0, unread)
    assert read_position(json.loads(json.dumps(position.cursor()))) == position


def test_unread_ids_are_bounded() -> None:
    assert len(Position().cursor(f"{n:04}" for n in range(900))["unread"]) == 500


# The history of a long-lived account, and of one that changes while it is read.


def history(client: Lists, memory: Memory, cursor: Any = None, stop: int | None = None) -> Any:
    scope = SyncScope(date(2024, 3, 1), TODAY)
    work = Pass(client, memory, scope)  # type: ignore[arg-type]
    position = read_position(cursor or {})
    last: Any = cursor
    for count, batch in enumerate(first_reading(work, position, NOW), 1):
        memory.store(batch)
        last = json.loads(json.dumps(batch.cursor))
        assert batch.progress is not None
        if count == stop:
            break
    return last


def paid_rows(count: int, days: int = 700) -> list[dict[str, Any]]:
    begin = date(2024, 3, 1)
    return [row(n, begin + timedelta(days=n % days), "paid") for n in range(count)]


def test_a_history_beyond_ten_thousand_is_read_in_windows_of_days() -> None:
    client, memory = Lists(paid_rows(12_345)), Memory()
    cursor = history(client, memory)
    assert len(memory.records) == 12_345
    assert cursor == {"synced_at": "2026-03-02T11:00:00+00:00"}
    # 50 pages and a few that part the window; two sweeps over what is open.
    assert len(client.asked) <= 50 + 3 + 2


@pytest.mark.parametrize("stop", [1, 2, 7, 20])
def test_a_killed_history_goes_on_where_it_was(stop: int) -> None:
    client, memory = Lists(paid_rows(3_000)), Memory()
    cursor = history(client, memory, stop=stop)
    assert len(memory.records) < 3_000
    history(client, memory, cursor)
    assert len(memory.records) == 3_000
    # Twelve pages of history, two sweeps of two lists, and at most one page twice.
    assert len(client.asked) <= 12 + 2 * 2 + 1


def test_what_moves_forward_while_the_history_is_read_is_not_missed() -> None:
    def reopen(client: Lists, asked: int) -> None:
        if asked == 5:
            client.rows[0]["voucherStatus"] = "draft"

    client, memory = Lists(paid_rows(1_000), reopen), Memory()
    history(client, memory)
    assert set(memory.records) >= {f"r-{n}" for n in range(1, 1_000)}


@pytest.mark.parametrize("refuse", [False, True])
def test_a_day_too_large_does_not_stop_the_history(refuse: bool) -> None:
    rows = [row(n, date(2025, 6, 1), "paid") for n in range(10_200)]
    rows += [row(20_000, date(2025, 6, 2), "paid")]
    client, memory = Lists(rows, refuse=refuse), Memory()
    cursor = history(client, memory)
    assert "r-20000" in memory.records
    assert len(memory.records) == (1 if refuse else 10_001)
    assert set(cursor) == {"synced_at"}


def test_progress_of_the_history_is_honest() -> None:
    client, memory = Lists(paid_rows(1_000)), Memory()
    work = Pass(client, memory, SyncScope(date(2024, 3, 1), TODAY))  # type: ignore[arg-type]
    shown = [batch.progress for batch in first_reading(work, Position(), NOW)]
    assert all(each is not None and each.total == 1_000 for each in shown)
    done = [each.done for each in shown if each]
    left = [each.requests_left for each in shown if each]
    assert done == sorted(done)
    assert (done[-1], left[-1]) == (1_000, 0)
    assert left == sorted(left, reverse=True)  # type: ignore[type-var]
    assert left[0] == 3


# Changes.


def test_changes_beyond_ten_thousand_are_read_in_windows() -> None:
    client, memory = Lists(paid_rows(11_000)), Memory()
    work = Pass(client, memory, SyncScope(date(2024, 3, 1), TODAY))  # type: ignore[arg-type]
    since = Position(synced_at=NOW - timedelta(days=40))
    for batch in changes(work, since, NOW - timedelta(days=40), NOW):
        memory.store(batch)
    assert len(memory.records) == 11_000
    asked = [each for each in client.asked if each["statuses"] == ("any",)]
    assert {each["updatedDateFrom"] for each in asked} == {"2026-01-20"}


def test_a_day_of_changes_that_is_too_large_is_reported() -> None:
    client, memory = Lists([row(n, date(2025, 6, 1), "paid") for n in range(10_100)]), Memory()
    work = Pass(client, memory, SyncScope(date(2024, 3, 1), TODAY))  # type: ignore[arg-type]
    batches = list(changes(work, Position(synced_at=NOW), NOW, NOW))
    codes = [problem.code for batch in batches for problem in batch.problems]
    assert codes == ["list_incomplete"]


# Contacts.


@dataclass
class Contacts:
    count: int
    grow_at: int = -1
    total: object = "count"
    endless: bool = False
    asked: list[int] = field(default_factory=list)

    def contacts_page(self, page: int) -> dict[str, Any]:
        self.asked.append(page)
        if len(self.asked) == self.grow_at:
            self.count += 1
        start = page * PAGE_SIZE
        ids_ = range(start, min(start + PAGE_SIZE, self.count))
        rows = [{"id": f"c-{n}", "company": {"name": f"Muster {n} GmbH"}} for n in ids_]
        last = not self.endless and start + PAGE_SIZE >= self.count
        total = self.count if self.total == "count" else self.total
        return {"content": rows, "last": last, "totalElements": total}


def read_contacts(client: Contacts, cursor: Any = None, stop: int | None = None) -> Any:
    found: set[str] = set()
    batches = []
    for batch in debtors(client, cursor or {}, TODAY):  # type: ignore[arg-type]
        batches.append(batch)
        found |= {each.external_id for each in batch.debtors}
        if len(batches) == stop:
            break
    return found, batches


def test_fifteen_hundred_contacts_are_six_pages_once_a_day() -> None:
    client = Contacts(1_500)
    found, batches = read_contacts(client)
    assert len(found) == 1_500
    assert client.asked == [0, 1, 2, 3, 4, 5]
    assert batches[-1].cursor == {"read_on": "2026-03-02"}
    assert [each.progress.requests_left for each in batches] == [5, 4, 3, 2, 1, 0]
    assert read_contacts(client, batches[-1].cursor) == (set(), [])
    assert len(client.asked) == 6


def test_killed_contacts_go_on_at_their_page_and_begin_anew_the_next_day() -> None:
    client = Contacts(1_500)
    _, batches = read_contacts(client, stop=2)
    found, _ = read_contacts(client, batches[-1].cursor)
    assert client.asked == [0, 1, 2, 3, 4, 5]
    assert len(found) == 1_000
    yesterday = {**batches[-1].cursor, "read_on": "2026-03-01"}
    assert len(read_contacts(client, yesterday)[0]) == 1_500


def test_contacts_that_shift_are_read_once_more() -> None:
    client = Contacts(600, grow_at=2)
    found, batches = read_contacts(client)
    assert client.asked == [0, 1, 2, 0, 1, 2]
    assert len(found) == 601
    assert batches[-1].cursor == {"read_on": "2026-03-02"}


def test_contacts_without_a_count_are_read_as_well() -> None:
    found, batches = read_contacts(Contacts(300, total=None))
    assert len(found) == 300
    assert [each.progress.requests_left for each in batches] == [None, 0]


def test_a_contact_without_an_id_is_reported() -> None:
    class Nameless(Contacts):
        def contacts_page(self, page: int) -> dict[str, Any]:
            answer = super().contacts_page(page)
            return {**answer, "content": [{"company": {"name": "Muster"}}, *answer["content"]]}

    found, batches = read_contacts(Nameless(1))
    assert found == {"c-0"}
    assert [each.code for each in batches[0].problems] == ["contact_unreadable"]
    assert batches[0].unread == ()


def test_more_contacts_than_lexoffice_shows_are_reported() -> None:
    client = Contacts(12_000, endless=True)
    found, batches = read_contacts(client)
    assert len(found) == WINDOW
    (problem,) = batches[-1].problems
    assert problem.code == "contacts_incomplete"
