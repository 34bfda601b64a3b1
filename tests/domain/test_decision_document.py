"""The document of decisions: equal content has equal bytes, and its checksum can be checked."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest
from dunning_story import account, after_due, invoice, on
from hypothesis import given
from hypothesis import strategies as st

from core.domain.decision import Action, Verdict
from core.domain.decision_document import (
    DocumentHash,
    account_entry,
    canonical,
    document_sha256,
    plain,
    quiet_entry,
)
from core.domain.model import NoticeKind, Reduction
from core.domain.money import Money
from core.domain.reasons import Reason


@dataclass(frozen=True)
class Line:
    number: str
    amount: Money
    level: int = 0
    tags: dict = field(default_factory=dict)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(Decimal("119.00"), "EUR"), "119.00 EUR"),
        (Money(Decimal("-0.01"), "EUR"), "-0.01 EUR"),
        (Money(Decimal(119), "EUR"), "119.00 EUR"),
        (Money(Decimal("-0.00"), "EUR"), "0.00 EUR"),
        (Money(Decimal("1E+3"), "EUR"), "1000.00 EUR"),
        (Money(Decimal(9000), "JPY"), "9000 JPY"),
        (Money(Decimal("1.00"), "KWD"), "1.000 KWD"),
    ],
)
def test_an_amount_has_one_spelling(amount: Money, text: str) -> None:
    assert plain(amount) == text == str(amount)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_the_short_way_to_write_an_amount_is_the_long_one(minor: int, currency: str) -> None:
    amount = Money.from_minor(minor, currency)
    assert plain(amount) == str(amount)


def test_defaults_are_left_out_so_that_a_later_field_changes_nothing() -> None:
    amount = Money.from_minor(100, "EUR")
    assert plain(Line("RE-1", amount)) == {"number": "RE-1", "amount": "1.00 EUR"}
    assert plain(Line("RE-1", amount, 2, {1: date(2026, 3, 2)})) == {
        "number": "RE-1",
        "amount": "1.00 EUR",
        "level": 2,
        "tags": {"1": "2026-03-02"},
    }


def test_values_of_every_kind() -> None:
    class Text(str):
        __slots__ = ()

    assert plain(Reduction(date(2026, 3, 2), 5)) == ["2026-03-02", 5]
    assert plain(MappingProxyType({"a": None})) == {"a": None}
    assert plain([True, Decimal("1.27"), NoticeKind.TASK, Text("x")]) == [True, "1.27", "task", "x"]
    with pytest.raises(TypeError, match="float"):
        plain(1.5)


def test_the_checksum_is_that_of_the_list() -> None:
    entries = [{"b": "ä", "a": 1}, {"verdicts": []}]
    document = DocumentHash()
    first, second = [document.add(entry) for entry in entries]
    text = '[{"a":1,"b":"ä"},{"verdicts":[]}]'
    assert canonical(entries) == text
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert document.hexdigest() == document.hexdigest() == document_sha256(entries) == expected
    assert first == hashlib.sha256(b'{"a":1,"b":"\xc3\xa4"}').hexdigest()[:16]
    assert first != second


def test_a_document_without_entries() -> None:
    assert DocumentHash().hexdigest() == document_sha256([]) == hashlib.sha256(b"[]").hexdigest()


def test_an_account_with_its_notice() -> None:
    decision = on(after_due(20), account(invoice(1)))
    entry = account_entry(7, "standard", decision, {1: "RE-1"})
    assert (entry["debtor"], entry["procedure"]) == (7, "standard")
    [verdict] = entry["verdicts"]
    assert (verdict["number"], verdict["action"], verdict["level"]) == ("RE-1", "dun", 1)
    [notice] = entry["notices"]
    assert notice["lines"][0]["item"] == 1
    assert json.loads(canonical(entry)) == entry


def test_quiet_items() -> None:
    verdict = Verdict(3, Action.SKIP, Reason.NOT_DUE, 0, date(2026, 4, 1), {"due_date": "x"})
    [told] = quiet_entry([verdict], ["RE-3"])["verdicts"]
    assert told == {
        "action": "skip",
        "facts": {"due_date": "x"},
        "item": 3,
        "level": 0,
        "next_on": "2026-04-01",
        "number": "RE-3",
        "reason": "not_due",
    }
