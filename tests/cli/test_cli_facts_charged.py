"""What a fact is worth: the same late invoice, charged as the facts say, and never against them."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

B2B = Path(__file__).parents[2] / "config/procedures/b2b.toml"


@pytest.fixture
def office(terminal):
    """A creditor who demands what the law allows with the first letter."""
    terminal.init()
    text = B2B.read_text("utf-8").replace('name = "b2b"', 'name = "charging"', 1)
    first = 'text = "reminder"\n'
    assert first in text
    folder = terminal.folder / "home" / "procedures"
    folder.mkdir(exist_ok=True)
    charging = first + 'interest = "charge"\nlump_sum = "charge"\n'
    folder.joinpath("charging.toml").write_text(text.replace(first, charging, 1), "utf-8")
    terminal("init", "--set", "procedure=charging", "--set", "payment_terms_agreed=date")
    terminal.import_books()
    return terminal


def charged(office):
    """What a run would charge Beispiel Bau by kind, whose two invoices were due in October."""
    assert office.json("run")["run"]
    rows = {row["debtor"]: row for row in office.json("proposals")}
    found = Counter()
    for charge in rows["Beispiel Bau GmbH"]["charges"]:
        found[charge["kind"]] += Decimal(charge["amount"])
    return dict(found)


def test_a_business_with_agreed_terms_pays_interest_and_the_lump_sum(office):
    # 40 EUR for each of two claims (§ 288 Abs. 5 BGB), from 100 EUR on.
    found = charged(office)
    assert set(found) == {"default_interest", "lump_sum"}
    assert found["lump_sum"] == 80


def test_a_consumer_pays_no_lump_sum_and_less_interest(office):
    before = charged(office)
    office("debtor", "set", "10001", "type=consumer")
    after = charged(office)
    assert set(after) == {"default_interest"}
    assert 0 < after["default_interest"] < before["default_interest"]


def test_who_is_not_known_counts_as_consumer(office):
    office("debtor", "set", "10001", "type=consumer")
    known = charged(office)
    office("debtor", "set", "10001", "type=unknown")
    assert charged(office) == known


def test_without_agreed_terms_nothing_is_charged_before_a_mahnung(office):
    office("debtor", "set", "10001", "payment_terms_agreed=nein")
    assert charged(office) == {}


def test_one_invoice_of_a_business_can_be_a_private_one(office):
    before = charged(office)
    office("item", "set", "RE-1", "type=consumer")
    one = charged(office)
    assert one["lump_sum"] == 40
    assert one["default_interest"] < before["default_interest"]
    office("item", "set", "RE-2", "type=consumer")
    assert set(charged(office)) == {"default_interest"}


def test_damages_bear_no_lump_sum(office):
    office("item", "set", "RE-1", "payment_claim=nein")
    office("item", "set", "RE-2", "payment_claim=nein")
    assert set(charged(office)) == {"default_interest"}


@pytest.mark.parametrize(
    ("fact", "in_default"),
    [
        # 30 days from the due date, 15 October, are a Saturday, so Monday 16 November is the last
        # day to pay (§ 286 Abs. 3, § 193 BGB).
        ("delivered_on=2026-10-01", True),
        ("invoice_received=2026-10-02", True),
        # 30 days from receipt end on 21 November: tomorrow.
        ("invoice_received=2026-10-22", False),
        ("served_on=2026-11-02", True),
        ("refused_on=2026-11-19", True),
        ("acknowledged_on=2026-11-02", False),
    ],
)
def test_default_without_a_mahnung_rests_on_the_invoices_own_facts(office, fact, in_default):
    office("debtor", "set", "10001", "payment_terms_agreed=nein")
    assert charged(office) == {}
    office("item", "set", "RE-1", fact)
    assert charged(office).get("lump_sum", 0) == (40 if in_default else 0)


def test_a_consumer_is_in_default_after_thirty_days_only_with_the_notice(office):
    office("debtor", "set", "10001", "payment_terms_agreed=nein", "type=consumer")
    office("item", "set", "RE-1", "invoice_received=2026-10-02")
    assert charged(office) == {}
    office("debtor", "set", "10001", "consumer_notice_since=2026-10-02")
    assert charged(office) == {}  # the invoice is of 1 October
    office("item", "set", "RE-1", "consumer_notice=ja")
    assert set(charged(office)) == {"default_interest"}
    office("item", "set", "RE-1", "consumer_notice=")
    office("debtor", "set", "10001", "consumer_notice_since=2026-10-01")
    assert set(charged(office)) == {"default_interest"}


def test_what_was_approved_does_not_leave_once_the_debtor_is_a_consumer(office):
    run = office.json("run")["run"]
    rows = {row["debtor"]: row["id"] for row in office.json("proposals")}
    office("approve", "--run", run)
    office("debtor", "set", "10001", "type=consumer", "--evidence", "rief an")
    outcomes = {row["proposal"]: row["outcome"] for row in office.json("send")}
    assert outcomes[rows["Beispiel Bau GmbH"]] in {"held", "withdrawn"}
    assert set(charged(office)) == {"default_interest"}  # proposed anew, as the facts are now
