"""The read-only part of the contract against a real platform: what every ``live_*.py`` runs.

Reads one account, no faster than the platform allows; nothing is written, nothing subscribed, and
no content is printed. What holds here may be called verified for that account and day.
"""

from __future__ import annotations

import itertools
import json
import os
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from mirror import STREAMS, Mirror
from scenario import SuiteClock, logged
from suite_records import Records, money_in

from config.platforms import PLATFORMS
from core.domain.model import ItemState
from core.domain.platform_records import AccountInfo, Batch, InvoiceRecord
from core.errors import AuthFailed, Rejected
from core.ports import SyncScope

MOST = 4  # batches of each stream: enough to look at, a few minutes at most


class PacedGate:
    """One request after the other at the rate of the platform; a stand-in need not be spared."""

    def __init__(self, interval: float) -> None:
        self._next = 0.0
        self._interval = interval
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


@dataclass(frozen=True)
class Real:
    """An account to be read: its key is in the environment, the address may be a stand-in's."""

    slug: str
    connector: Callable[..., Any]
    api_base: str
    rate: str  # requests a second
    unknown: str  # an id that no invoice has

    @property
    def key(self) -> str:
        return os.environ.get(self._variable("KEY"), "")

    @property
    def base(self) -> str:
        return os.environ.get(self._variable("BASE"), self.api_base)

    def must_have_a_key(self) -> None:
        """Ends the run of a file that has no account to read."""
        if not self.key:
            pytest.exit(f"{self._variable('KEY')} is not set")

    def _variable(self, what: str) -> str:
        return f"MAHNWERK_LIVE_{self.slug.upper()}_{what}"


class Live:
    """What was read of the account, once for all checks."""

    def __init__(self, real: Real) -> None:
        self.real = real
        self.gate = PacedGate(1 / float(real.rate) if real.base == real.api_base else 0.0)
        self.clock, self.mirror = SuiteClock(), Mirror()
        self.connector = self.connect(real.key)
        self.batches: dict[str, list[Batch]] = {}

    def connect(self, key: str) -> Any:
        settings, secrets = {"api_base": self.real.base}, {"api_key": key}
        return self.real.connector(settings, secrets, self.gate, self.clock)

    def read(self) -> None:
        today = self.clock.today("Europe/Berlin")
        scope = SyncScope(today - timedelta(days=365), today)
        for stream in STREAMS:
            read = self.mirror.read(self.connector, stream, scope)
            self.batches[stream] = list(itertools.islice(read, MOST))


class LiveChecks:
    """Joined by a class that names its account."""

    real: ClassVar[Real]
    # Problems that tell of the account, not of what the reference does not say.
    of_the_account: ClassVar[frozenset[str]] = frozenset()
    currencies: ClassVar[frozenset[str]] = frozenset({"EUR"})

    @pytest.fixture(scope="class")
    @classmethod
    def live(cls) -> Iterator[Live]:
        opened = Live(cls.real)
        opened.clock.instant = datetime.now(UTC)
        with logged() as lines:
            opened.read()
        assert [line for line in lines if cls.real.key in line] == []
        yield opened
        opened.connector.close()

    def has_original(self, record: InvoiceRecord) -> bool:
        """Whether the platform draws a PDF of it."""
        raise NotImplementedError

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
        other = live.connect(self.real.key[::-1] + "x")
        with pytest.raises(AuthFailed) as caught:
            other.check()
        other.close()
        assert self.real.key not in "".join(traceback.format_exception(caught.value))

    def test_everything_could_be_read(self, live: Live) -> None:
        """An unread record or a problem is something that the reference does not say."""
        assert [each.problem.code for each in live.mirror.unreadable.values()] == []
        codes = {each.code for each in live.mirror.problems}
        assert sorted(codes - self.of_the_account) == []

    def test_no_state_is_unknown(self, book: Mirror) -> None:
        odd = {
            record.source_state
            for record in book.invoice.values()
            if record.state is ItemState.UNKNOWN and record.total.currency in self.currencies
        }
        assert odd == set()

    def test_money_has_cents_and_a_currency(self, book: Mirror) -> None:
        amounts = [each for record in book.invoice.values() for each in money_in(record)]
        assert amounts
        assert [each for each in amounts if each.rounded() != each] == []
        assert self.of_the_account or {each.currency for each in amounts} == self.currencies

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
        unknown = self.real.unknown
        assert live.connector.fetch_invoice(unknown, Mirror()).gone == (unknown,)

    def test_the_original_is_a_pdf(self, live: Live, book: Mirror) -> None:
        found = [key for key, record in book.invoice.items() if self.has_original(record)]
        if not found:
            pytest.skip("cannot here: the account has no invoices of its own")
        assert live.connector.fetch_document(found[0]).content.startswith(b"%PDF-")

    def test_no_original_of_an_unknown_invoice(self, live: Live) -> None:
        with pytest.raises(Rejected):
            live.connector.fetch_document(self.real.unknown)

    def test_the_rate_was_low_enough(self, live: Live) -> None:
        assert live.gate.refused == 0
        assert PLATFORMS[self.real.slug].slug == live.connector.slug
