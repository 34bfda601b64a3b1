"""Whatever a platform says: nothing depends on its order, and no money is made up or lost."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.claim_course import Step, changes
from core.domain.model import ItemKind, ItemState
from core.domain.money import Money
from core.domain.platform_ledger import build_debtor, merged_debtor
from core.domain.platform_records import InvoiceRecord, PaymentKind, PaymentPart

START = date(2026, 1, 1)
MONEY = (PaymentKind.PAYMENT, PaymentKind.CHARGE, PaymentKind.RETURNED)
days = st.integers(0, 300).map(lambda n: START + timedelta(days=n))
cents = st.integers(-5_000_00, 5_000_00).map(lambda minor: Money.from_minor(minor, "EUR"))
parts = st.builds(
    PaymentPart,
    on=st.none() | days,
    amount=st.builds(
        Money.from_minor, st.integers(0, 3_000_00), st.sampled_from(["EUR", "EUR", "EUR", "CHF"])
    ),
    kind=st.sampled_from(PaymentKind),
    text=st.sampled_from(["", "SEPA", "bar"]),
)
records = st.builds(
    InvoiceRecord,
    external_id=st.sampled_from([f"i{n}" for n in range(30)]),
    kind=st.sampled_from([ItemKind.INVOICE, ItemKind.CREDIT_NOTE, ItemKind.OTHER]),
    number=st.just("RE-1"),
    debtor=st.just("a"),
    invoice_date=st.none() | days,
    due_date=st.none() | days,
    total=cents,
    outstanding=cents,
    state=st.sampled_from(ItemState),
    source_state=st.just("open"),
    mark=st.just("m"),
    payments=st.lists(parts, max_size=6).map(tuple),
    payments_read=st.booleans(),
)
books = st.lists(records, max_size=6, unique_by=lambda each: each.external_id)


@given(books, st.randoms())
def test_the_order_of_records_and_payments_does_not_matter(invoices, random):
    mixed = [_shuffled(each, random) for each in random.sample(invoices, len(invoices))]
    assert build_debtor(mixed, []) == build_debtor(invoices, [])
    assert merged_debtor(None, mixed) == merged_debtor(None, invoices)


def _shuffled(record, random):
    return replace(record, payments=tuple(random.sample(record.payments, len(record.payments))))


@given(books)
def test_what_is_open_is_what_the_platform_says(invoices):
    items = {item.external_id: item for item in build_debtor(invoices, []).items}
    assert {id_: i.outstanding for id_, i in items.items()} == {
        each.external_id: each.outstanding for each in invoices
    }


@given(books)
def test_on_no_day_more_was_owed_than_was_invoiced(invoices):
    undated = {each.external_id: sum(_returned_nobody_knows_when(each)) for each in invoices}
    for item in build_debtor(invoices, []).items:
        assert list(item.reductions) == sorted(item.reductions)
        open_ = item.outstanding.minor
        most = max(item.total.minor, open_) + undated[item.external_id]
        for change in reversed(item.reductions):
            open_ += change.minor
            assert 0 <= open_ <= most


def _returned_nobody_knows_when(record):
    for part in record.payments:
        if part.kind is PaymentKind.RETURNED and part.on is None:
            yield part.amount.minor


movements = st.lists(st.builds(Step, days, st.integers(-60, 60)), max_size=7)


@given(st.integers(0, 100), st.integers(0, 120), movements)
def test_a_claim_ends_at_what_is_open_and_is_never_below_nothing(total, left, moved):
    found = changes(total, left, moved)
    open_ = left + sum(step.minor for step in found)
    assert 0 <= open_ <= max(total, left)
    for step, asked in zip(found, sorted(moved, key=lambda m: (m.on, -m.minor)), strict=True):
        open_ -= step.minor
        assert open_ == step.left >= 0
        assert min(0, asked.minor) <= step.minor <= max(0, asked.minor)
    assert open_ == left


@given(st.integers(0, 100), st.integers(0, 60), movements, movements)
def test_money_more_that_came_never_makes_more_open_on_any_day(total, left, moved, more):
    came = [step for step in more if step.minor > 0 and not _returned(moved)]
    known, better = changes(total, left, moved), changes(total, left, [*moved, *came])
    missing = max(0, max(total, left) - left - sum(step.minor for step in moved))
    if not came or missing:  # what was missing counted as never owed
        return
    for day in {step.on for step in known}:
        assert _open_at(better, left, day) <= _open_at(known, left, day)


def _returned(moved):
    return any(step.minor < 0 for step in moved)


def _open_at(found, left, day):
    return left + sum(step.minor for step in found if step.on > day)


@given(books)
def test_all_money_with_a_day_is_a_payment_once(invoices):
    found = build_debtor(invoices, []).payments
    assert len({payment.external_id for payment in found}) == len(found)
    came = sorted(
        (
            part.amount.currency,
            -part.amount.minor if part.kind is PaymentKind.RETURNED else part.amount.minor,
        )
        for each in invoices
        if each.payments_read and each.total.amount >= 0
        for part in each.payments
        if part.on and part.kind in MONEY and part.amount.minor
    )
    assert sorted((p.amount.currency, p.amount.minor) for p in found) == came


@given(books)
def test_skonto_is_counted_once(invoices):
    for each in invoices:
        found = build_debtor([each], []).payments
        given_ = sum(
            part.amount.minor
            for part in each.payments
            if part.kind is PaymentKind.DISCOUNT and part.amount.currency == "EUR" and part.on
        )
        assert sum(p.discount.minor for p in found if p.discount) <= given_
        for payment in found:
            placed = sum(amount.minor for _, amount, _ in payment.allocations)
            discount = payment.discount.minor if payment.discount else 0
            assert placed in (0, payment.amount.minor + discount)
