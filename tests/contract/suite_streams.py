"""Contract: streams end, come whole, and go on from where they were stored."""

from __future__ import annotations

import copy
import itertools
import json
from collections import Counter
from datetime import datetime
from decimal import Decimal

from mirror import STREAMS, Mirror
from scenario import Fault, Scenario

from core.domain.platform_records import Batch
from core.errors import Unreachable
from core.ports import PlatformConnector


def whole(scenario: Scenario) -> tuple[Mirror, list[Batch]]:
    """Read to the end in one go."""
    mirror, connector = Mirror(), scenario.connector()
    return mirror, mirror.sync(connector, scenario.scope)


class Streams:
    def test_pages_come_whole_and_once(self, scenario: Scenario) -> None:
        ids = scenario.add_many(2 * scenario.page_size + 1)
        mirror, batches = whole(scenario)
        delivered = Counter(each.external_id for batch in batches for each in batch.invoices)
        assert sorted(delivered) == sorted(ids)
        assert set(delivered.values()) == {1}
        assert sorted(mirror.invoice) == sorted(ids)

    def test_no_page_is_asked_for_twice(self, scenario: Scenario) -> None:
        scenario.add_many(2 * scenario.page_size + 1)
        whole(scenario)
        asked = Counter((each.path, each.query) for each in scenario.requests)
        pages = {each: n for each, n in asked.items() if scenario.page_word in each[1]}
        assert len(pages) >= 3
        assert {each: times for each, times in pages.items() if times > 1} == {}

    def test_an_empty_account_is_an_empty_book(self, scenario: Scenario) -> None:
        mirror, _ = whole(scenario)
        assert mirror.invoice == mirror.unreadable == {}
        assert mirror.problems == mirror.gone == []

    def test_cursors_survive_json(self, scenario: Scenario) -> None:
        cursors = [dict(each.cursor) for each in _several(scenario)[1]]
        assert len(cursors) >= 3
        assert [json.loads(json.dumps(each)) for each in cursors] == cursors

    def test_instants_in_cursors_are_aware(self, scenario: Scenario) -> None:
        texts = [text for batch in _several(scenario)[1] for text in _strings(dict(batch.cursor))]
        instants = [each for each in map(_instant, texts) if each is not None]
        assert [each for each in instants if each.tzinfo is None] == []

    def test_the_second_sync_changes_nothing(self, scenario: Scenario) -> None:
        mirror, _ = _several(scenario)
        before = mirror.records()
        batches = mirror.sync(scenario.connector(), scenario.scope)
        assert mirror.records() == before
        assert [each.gone for each in batches if each.gone] == []

    def test_what_comes_again_comes_unchanged(self, scenario: Scenario) -> None:
        """An overlap may repeat records; a repeated one is equal, so that nothing is rewritten."""
        mirror, _ = _several(scenario)
        paid = next(iter(mirror.invoice))
        before = dict(mirror.invoice)
        scenario.clock.advance(minutes=5)
        scenario.pay(paid, Decimal("1.00"))
        mirror.sync(scenario.connector(), scenario.scope)
        changed = [key for key, each in mirror.invoice.items() if before.get(key) != each]
        assert changed == [paid]

    def test_a_change_that_is_listed_late_is_seen(self, scenario: Scenario) -> None:
        """The platform dates it before our last sync, but lists it only afterwards."""
        invoice = scenario.add_invoice("119.00")
        scenario.clock.advance(minutes=10)
        mirror = scenario.synced()
        scenario.clock.advance(seconds=-30)
        scenario.pay(invoice)
        late = scenario.add_invoice("50.00")
        scenario.clock.advance(seconds=40)
        mirror.sync(scenario.connector(), scenario.scope)
        assert not mirror.invoice[invoice].open
        assert late in mirror.invoice

    def test_a_failing_page_keeps_what_came_before(self, scenario: Scenario) -> None:
        expected, batches = _several(scenario)
        for step in range(1, len(batches)):
            mirror = Mirror()
            _until_failure(scenario, mirror, step)
            mirror.sync(scenario.connector(), scenario.scope)
            assert mirror.records() == expected.records(), f"failed after {step} batches"

    def test_a_killed_sync_loses_and_doubles_nothing(self, scenario: Scenario) -> None:
        expected, batches = _several(scenario)
        for step in range(1, len(batches)):
            mirror = Mirror()
            _kill_after(mirror, scenario.connector(), scenario, step)
            mirror.sync(scenario.connector(), scenario.scope)
            assert mirror.records() == expected.records(), f"killed after {step} batches"
            assert mirror.gone == []

    def test_a_later_sync_that_breaks_off_loses_nothing(self, scenario: Scenario) -> None:
        before, _ = _several(scenario)
        scenario.clock.advance(days=1)
        _much_happens(scenario, list(before.invoice))
        scenario.clock.advance(hours=2)
        expected = copy.deepcopy(before)
        batches = expected.sync(scenario.connector(), scenario.scope)
        assert len(batches) >= 3
        for step in range(1, len(batches)):
            mirror = copy.deepcopy(before)
            _until_failure(scenario, mirror, step)
            mirror.sync(scenario.connector(), scenario.scope)
            assert mirror.records() == expected.records(), f"failed after {step} batches"

    def test_what_changes_while_it_is_read_is_seen_next_time(self, scenario: Scenario) -> None:
        for n in range(scenario.several_batches):
            scenario.add_invoice(f"{100 + n}.00")
        mirror, paid, payments = Mirror(), "", 0
        connector = scenario.connector()
        mirror.sync(connector, scenario.scope, ("debtors",))
        for batch in mirror.read(connector, "invoices", scenario.scope):
            if batch.invoices:
                paid, payments = paid or batch.invoices[0].external_id, payments + 1
                scenario.clock.advance(hours=1)
                scenario.pay(paid, Decimal("1.00"))
                scenario.clock.advance(hours=2)
        assert payments >= 2
        scenario.clock.advance(hours=2)
        mirror.sync(scenario.connector(), scenario.scope)
        found = mirror.invoice[paid]
        assert found.outstanding.amount == found.total.amount - payments

    def test_pages_that_shift_are_made_good(self, scenario: Scenario) -> None:
        """A row of the first page is deleted: the first row of the next one moves before it."""
        ids = scenario.add_many(2 * scenario.page_size + 1)
        mirror, deleted = Mirror(), ""
        for batch in mirror.read(scenario.connector(), "invoices", scenario.scope):
            if batch.invoices and not deleted:
                deleted = batch.invoices[0].external_id
                scenario.delete(deleted)
                scenario.clock.advance(hours=2)
        scenario.clock.advance(hours=2)
        mirror.sync(scenario.connector(), scenario.scope)
        assert [each for each in ids if each not in mirror.invoice and each != deleted] == []

    def test_payments_of_settled_invoices_come_and_end(self, scenario: Scenario) -> None:
        ids = [scenario.add_invoice(f"{n}.00") for n in range(10, 14)]
        for each in ids:
            scenario.pay(each)
        mirror = scenario.synced()
        mirror.sync(scenario.connector(), scenario.scope, ("payments",))
        assert sorted(mirror.invoice) == sorted(ids)
        assert [k for k in ids if not mirror.invoice[k].payments_read] == []
        assert [len(mirror.invoice[k].payments) for k in ids] == [1] * len(ids)


def _several(scenario: Scenario) -> tuple[Mirror, list[Batch]]:
    """Enough open invoices for several batches."""
    for n in range(scenario.several_batches):
        scenario.add_invoice(f"{100 + n}.00")
    mirror, batches = whole(scenario)
    assert len(batches) >= 3
    return mirror, batches


def _much_happens(scenario: Scenario, ids: list[str]) -> None:
    """Everything is changed: most partly paid, some paid, voided, deleted; and a new one."""
    scenario.pay(ids[0])
    scenario.void(ids[1])
    scenario.delete(ids[2])
    for each in ids[3:]:
        scenario.pay(each, Decimal("1.00"))
    scenario.add_invoice("77.00", debtor=scenario.add_debtor("Spät & Muster GmbH"))


def _kill_after(
    mirror: Mirror, connector: PlatformConnector, scenario: Scenario, steps: int
) -> None:
    """The process ends after so many stored batches, over all streams."""
    for stream in STREAMS:
        read = mirror.read(connector, stream, scenario.scope)
        steps -= len(list(itertools.islice(read, steps)))
        read.close()  # type: ignore[attr-defined]
        if steps <= 0:
            return


def _until_failure(scenario: Scenario, mirror: Mirror, steps: int) -> None:
    """The platform breaks down after so many stored batches; at the very end nothing may fail."""
    connector, done = scenario.connector(), 0
    try:
        for stream in STREAMS:
            for _ in mirror.read(connector, stream, scenario.scope):
                done += 1
                if done == steps:
                    scenario.fault(Fault.ERROR, times=9_999)
    except Unreachable:
        pass
    finally:
        scenario.clear_faults()
    assert done >= steps


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inside for text in _strings(each)]


def _instant(text: str) -> datetime | None:
    """The instant that a text is; None for days and everything else."""
    if ":" not in text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
