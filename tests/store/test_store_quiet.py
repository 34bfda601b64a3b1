"""The short way of a run: debtors with nothing late are judged without building their accounts.

Whatever the books are, the short way must say exactly what `decide` says of every open item, and
it must leave none out and name none twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_story import A, Story, invoice

from core.domain.business_days import Calendar
from core.domain.dunning import decide
from core.domain.dunning_account import first_wait_days
from core.domain.dunning_item import not_due
from core.domain.ledger import LedgerItem, LedgerResult
from core.domain.model import Automation, DebtorId, HoldKind, ItemKind, ItemState, Role
from core.domain.money import Money
from core.domain.procedure import DunningLevel, DunningProcedure
from core.store.unit import SqlStore

ON = date(2026, 3, 2)
CALENDAR = Calendar(frozenset())


def _procedure(name: str, first: int, grace: int) -> DunningProcedure:
    levels = tuple(
        DunningLevel(n, f"l{n}", "reminder", first * n, 14, 10, ("email",), Automation.APPROVE)
        for n in (1, 2)
    )
    return DunningProcedure(name, "v1", name, levels, grace)


def _early() -> DunningProcedure:
    """A note five days before the due date, then the levels of the default procedure."""
    note = DunningLevel(
        1, "note", "pre_due", -5, 5, 0, ("email", "letter"), counts_as_mahnung=False
    )
    late = (replace(level, number=level.number + 1) for level in DEFAULT.levels)
    return replace(DEFAULT, levels=(note, *late))


DEFAULT, SLOW = _procedure("standard", 10, 3), _procedure("slow", 30, 0)
EARLY = _early()
ITEMS = st.builds(
    dict,
    amount=st.sampled_from([119, 50, -19]),
    kind=st.sampled_from(ItemKind),
    state=st.sampled_from(ItemState),
    due=st.one_of(st.none(), st.integers(-40, 3).map(lambda n: ON + timedelta(days=n))),
    unclear=st.sampled_from([False, False, False, True]),
    currency=st.sampled_from(["EUR", "EUR", "CHF"]),
)
CALM = st.builds(
    dict,
    amount=st.just(119),
    kind=st.sampled_from([ItemKind.INVOICE, ItemKind.OTHER]),
    state=st.sampled_from([ItemState.OPEN, ItemState.PARTLY_PAID]),
    due=st.integers(-1, 30).map(lambda n: ON + timedelta(days=n)),
    unclear=st.just(False),
    currency=st.sampled_from(["EUR", "CHF"]),
)
DEBTORS = st.builds(
    dict,
    items=st.one_of(
        st.lists(CALM, max_size=3), st.lists(st.one_of(CALM, ITEMS), min_size=1, max_size=3)
    ),
    evidence=st.lists(CALM, max_size=1),
    overrides=st.sampled_from(
        [{}, {}, {}, {"procedure": "slow"}, {"direct_debit": "true"}, {"name": '"procedure"'}]
    ),
    held=st.booleans(),
    level=st.integers(0, 2),
)


def _ledger_item(number: int, said: dict) -> LedgerItem:
    base = invoice(f"RE-{number}", said["amount"], kind=said["kind"], due=said["due"])
    amount = Money(base.outstanding.amount, said["currency"])
    return replace(
        base,
        total=amount,
        outstanding=amount,
        state=said["state"],
        currency_unclear=said["unclear"],
    )


class Books(Story):
    """Debtors as drawn, each with an account at the leading and perhaps the other connection."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store)
        with store.write() as tx:
            self.other = tx.connections.add(A, "datev_csv", "andere", Role.EVIDENCE, "1/3", ON).id
        self.numbers = count(1)
        self.accounts = count(200000000)

    def hold_books(self, debtors: list[dict]) -> None:
        with self.store.write() as tx:
            for said in debtors:
                id_ = self.new_debtor(tx, str(next(self.accounts)), "Kunde GmbH")
                tx.debtors.save_overrides(A, id_, said["overrides"])
                self._save(tx, self.connection, id_, said["items"])
                self._save(tx, self.other, id_, said["evidence"])
                if said["held"]:
                    tx.holds.add(A, HoldKind.MANUAL, id_, None, "Grund", "Erika", ON, None)
                account = tx.items.account(A, id_, ON)
                if said["level"] and account and account.items:
                    some = account.items[0].id
                    tx.items.record_level(A, {some: said["level"]}, ON - timedelta(days=5))

    def _save(self, tx, connection, debtor: DebtorId, items: list[dict]) -> None:
        found = tuple(_ledger_item(next(self.numbers), each) for each in items)
        tx.ledger.save_ledger(
            A, connection, {debtor: LedgerResult(found)}, backlog_before=None, start_level=1, on=ON
        )

    def by_decide(self, usual: DunningProcedure) -> list:
        with self.store.read() as tx:
            return [
                verdict
                for account in tx.items.accounts(A, ON)
                for verdict in self._decide(account, usual)
            ]

    def the_short_way(
        self, usual: DunningProcedure, lead_days: int | None
    ) -> tuple[list, list[DebtorId]]:
        wait = first_wait_days(usual)
        with self.store.read() as tx:
            quiet = tx.items.quiet_items(A, ON, lead_days)
            restless = tx.items.restless_debtors(A, ON, lead_days)
            verdicts = [not_due(q.item, q.level, q.due_date, wait) for q in quiet]
            for account in tx.items.accounts_of(A, restless):
                verdicts += self._decide(account, usual)
        return verdicts, restless

    @staticmethod
    def _decide(account, usual: DunningProcedure):
        procedure = SLOW if account.debtor.procedure == "slow" else usual
        return decide(account, procedure, ON, CALENDAR).verdicts


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def books_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('quiet') / 'mahnwerk.db'}"
    else:
        url = request.getfixturevalue("postgres_databases").emptied()
    opened = SqlStore(url, busy_seconds=5)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def books(books_store: SqlStore) -> Books:
    return Books(books_store)


@given(
    debtors=st.lists(DEBTORS, min_size=1, max_size=4),
    way=st.sampled_from([(DEFAULT, 0), (EARLY, 5), (EARLY, None)]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_short_way_says_what_decide_says(
    books: Books, debtors: list[dict], way: tuple[DunningProcedure, int | None]
) -> None:
    """Each example adds its debtors to the books of those before, which are looked at again."""
    books.hold_books(debtors)
    expected = sorted(books.by_decide(way[0]), key=lambda v: v.item)
    found, restless = books.the_short_way(*way)
    assert sorted(found, key=lambda v: v.item) == expected
    assert len({v.item for v in found}) == len(found)
    assert restless == sorted(restless)


def test_it_is_short_only_for_debtors_with_nothing_late(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119, due=ON))
    with store.read() as tx:
        assert [q.number for q in tx.items.quiet_items(A, ON)] == ["RE-1"]
        assert tx.items.restless_debtors(A, ON) == []
        tomorrow = ON + timedelta(days=1)
        assert tx.items.quiet_items(A, tomorrow) == []
        assert tx.items.restless_debtors(A, tomorrow) == [story.debtor]


def test_before_a_note_is_due_a_debtor_is_quiet_and_from_then_on_not(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119, due=ON + timedelta(days=5)))
    with store.read() as tx:
        assert tx.items.restless_debtors(A, ON, 4) == []
        assert [q.number for q in tx.items.quiet_items(A, ON, 4)] == ["RE-1"]
        assert tx.items.restless_debtors(A, ON, 5) == [story.debtor]
        assert tx.items.quiet_items(A, ON, 5) == []


def test_where_rules_matter_nobody_is_quiet(store: SqlStore) -> None:
    story = Story(store)
    story.books(invoice("RE-1", 119, due=ON + timedelta(days=500)))
    with store.read() as tx:
        assert tx.items.quiet_items(A, ON, None) == []
        assert tx.items.restless_debtors(A, ON, None) == [story.debtor]
