"""The read-only part of the contract against the real lexoffice: ``make live``.

Not collected by ``make test`` (its name is no test file's). Reads one account, at 1.3 requests a
second; nothing is written, nothing subscribed, and no content is printed. What holds here may be
called verified for that account and day.
"""

from __future__ import annotations

import itertools
import json
import os
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from mirror import STREAMS, Mirror
from scenario import SuiteClock, logged
from suite_records import Records, money_in

from config.platforms import PLATFORMS
from connectors.lexoffice.connector import LexofficeConnector
from connectors.lexoffice.platform import API_BASE, RATE
from core.domain.model import ItemState
from core.domain.platform_records import AccountInfo, Batch
from core.errors import AuthFailed, Rejected
from core.ports import SyncScope

KEY = os.environ.get("MAHNWERK_LIVE_LEXOFFICE_KEY", "")
BASE = os.environ.get("MAHNWERK_LIVE_LEXOFFICE_BASE", API_BASE)  # another one: a stand-in
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MOST = 4  # batches of each stream: enough to look at, a few minutes at most

if not KEY:
    pytest.exit("MAHNWERK_LIVE_LEXOFFICE_KEY is not set")


class PacedGate:
    """One request after the other at the rate of the platform; a stand-in need not be spared."""

    def __init__(self) -> None:
        self._next = 0.0
        self._interval = 1 / float(RATE) if BASE == API_BASE else 0.0
        self.refused = 0

    def wait(self) -> None:
        now = time.monotonic()
        time.sleep(max(0.0, self._next - now))
        self._next = max(now, self._next) + self._interval

    def throttled(self, retry_after: float | None) -> float:
        self.refused += 1
        wait = retry_after or 10.0
        self._next = time.monotonic() + wait
        return wait

    def eased(self) -> None:
        return


class Live:
    """What was read of the account, once for all checks."""

    def __init__(self) -> None:
        self.gate, self.clock, self.mirror = PacedGate(), SuiteClock(), Mirror()
        self.connector = self.connect(KEY)
        self.batches: dict[str, list[Batch]] = {}

    def connect(self, key: str) -> LexofficeConnector:
        settings, secrets = {"api_base": BASE}, {"api_key": key}
        return LexofficeConnector(settings, secrets, self.gate, self.clock)

    def read(self) -> None:
        today = self.clock.today("Europe/Berlin")
        scope = SyncScope(today - timedelta(days=365), today)
        for stream in STREAMS:
            read = self.mirror.read(self.connector, stream, scope)
            self.batches[stream] = list(itertools.islice(read, MOST))


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    opened = Live()
    opened.clock.instant = datetime.now(UTC)
    with logged() as lines:
        opened.read()
    assert [line for line in lines if KEY in line] == []
    yield opened
    opened.connector.close()


class TestLive:
    @pytest.fixture
    def book(self, live: Live) -> Mirror:
        if not live.mirror.invoice:
            pytest.skip("cannot here: the account has no invoices")
        return live.mirror

    test_records_are_our_own_frozen_types = Records.test_records_are_our_own_frozen_types
    test_days_are_plain_dates = Records.test_days_are_plain_dates

    def test_check_names_the_account(self, live: Live) -> None:
        account = live.connector.check()
        assert type(account) is AccountInfo
        assert account.id
        assert account.name

    def test_a_wrong_key_is_refused(self, live: Live) -> None:
        other = live.connect(KEY[::-1] + "x")
        with pytest.raises(AuthFailed) as caught:
            other.check()
        other.close()
        assert KEY not in "".join(traceback.format_exception(caught.value))

    def test_everything_could_be_read(self, live: Live) -> None:
        """An unread record or a problem is something that the reference does not say."""
        assert [each.problem.code for each in live.mirror.unreadable.values()] == []
        assert [each.code for each in live.mirror.problems] == []

    def test_no_state_is_unknown(self, book: Mirror) -> None:
        odd = {r.source_state for r in book.invoice.values() if r.state is ItemState.UNKNOWN}
        assert odd == set()

    def test_money_has_cents_and_a_currency(self, book: Mirror) -> None:
        amounts = [each for record in book.invoice.values() for each in money_in(record)]
        assert amounts
        assert [each for each in amounts if each.rounded() != each] == []
        assert {each.currency for each in amounts} == {"EUR"}

    def test_ids_come_once(self, live: Live, book: Mirror) -> None:
        ids = [each.external_id for b in live.batches["invoices"] for each in b.invoices]
        assert len(ids) == len(set(ids)) == len(book.invoice)

    def test_every_debtor_that_is_named_is_there(self, live: Live, book: Mirror) -> None:
        if len(live.batches["debtors"]) == MOST:
            pytest.skip("cannot here: the account has more contacts than are read")
        assert {each.debtor for each in book.invoice.values()} <= set(book.debtor)

    def test_cursors_survive_json(self, live: Live) -> None:
        cursors = [dict(each.cursor) for found in live.batches.values() for each in found]
        assert [json.loads(json.dumps(each)) for each in cursors] == cursors

    def test_the_last_look_and_the_list_agree(self, live: Live, book: Mirror) -> None:
        """Of three open invoices; a change in this very second would be one of the account."""
        opened = [each for each in book.invoice.values() if each.open][:3]
        if not opened:
            pytest.skip("cannot here: the account has no open invoices")
        for record in opened:
            (looked,) = live.connector.fetch_invoice(record.external_id, book).invoices
            assert looked.mark == record.mark
            assert looked.outstanding == record.outstanding

    def test_an_unknown_invoice_is_gone(self, live: Live) -> None:
        assert live.connector.fetch_invoice(UNKNOWN, Mirror()).gone == (UNKNOWN,)

    def test_the_original_is_a_pdf(self, live: Live, book: Mirror) -> None:
        kinds = {"invoice", "downpaymentinvoice"}
        found = [k for k, r in book.invoice.items() if r.facts.get("voucher_type") in kinds]
        if not found:
            pytest.skip("cannot here: the account has no invoices of its own")
        assert live.connector.fetch_document(found[0]).content.startswith(b"%PDF-")

    def test_no_original_of_an_unknown_invoice(self, live: Live) -> None:
        with pytest.raises(Rejected):
            live.connector.fetch_document(UNKNOWN)

    def test_the_rate_was_low_enough(self, live: Live) -> None:
        assert live.gate.refused == 0
        assert PLATFORMS["lexoffice"].slug == live.connector.slug
