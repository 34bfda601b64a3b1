"""`mahnwerk platform-notices` as a user types it."""

from datetime import date
from decimal import Decimal

import pytest

import config.bootstrap
from core.domain.model import Address, ItemKind, ItemState, Role
from core.domain.money import Money
from core.domain.platform_records import Batch, InvoiceRecord, PlatformNotice
from core.domain.records import DebtorRecord
from core.services.sync_store import store_batch

CREDITOR = "muster-handels-gmbh"
FRIDAY = date(2026, 11, 20)
TOTAL = Money(Decimal("119.00"), "EUR")


def invoice(number):
    return InvoiceRecord(
        f"id-{number}", ItemKind.INVOICE, number, "k-1", date(2026, 9, 1), date(2026, 9, 15),
        TOTAL, TOTAL, ItemState.OPEN, "open", "1",
    )  # fmt: skip


@pytest.fixture
def desk(terminal):
    """Two invoices of lexoffice; the first was dunned there twice, the second once."""
    terminal.init()
    composed = config.bootstrap.compose()
    with composed.app.store.write() as tx:
        connection = tx.connections.add(
            CREDITOR, "lexoffice", "lexoffice", Role.LEADING, "org-1", FRIDAY
        )
    notices = (
        PlatformNotice("d-1", "id-RE-1", date(2026, 10, 1), "Zahlungserinnerung"),
        PlatformNotice("d-2", "id-RE-1", date(2026, 10, 19), "1. Mahnung"),
        PlatformNotice("d-3", "id-RE-2", date(2026, 10, 19), "Letzte [bold]Mahnung[/bold]"),
    )
    customer = DebtorRecord("k-1", "1001", "Beispiel Bau GmbH", Address(name="Beispiel Bau GmbH"))
    batch = Batch(
        {}, invoices=(invoice("RE-1"), invoice("RE-2")), debtors=(customer,), notices=notices
    )
    store_batch(
        composed.app, CREDITOR, connection, "invoices", batch, on=FRIDAY,
        began=composed.app.clock.now(),
    )  # fmt: skip
    composed.close()
    return terminal


def levels(desk):
    return {row["number"]: row["level"] for row in desk.json("open-items")}


def test_the_list_names_invoice_customer_and_suggested_level(desk):
    rows = desk.json("platform-notices")
    assert [(r["id"], r["number"], r["suggested_level"], r["state"]) for r in rows] == [
        (1, "RE-1", 1, "foreign"), (2, "RE-1", 2, "foreign"), (3, "RE-2", 4, "foreign"),
    ]  # fmt: skip
    assert rows[0]["debtor"] == "Beispiel Bau GmbH"
    assert (rows[0]["on"], rows[0]["outstanding"]) == ("2026-10-01", "119.00")
    out = desk("platform-notices").out
    assert "Zahlungserinnerung" in out
    assert "[bold]Mahnung[/bold]" in out  # foreign text is data
    assert "19.10.2026" in out
    assert "mahnwerk platform-notices confirm" in out


def test_confirmed_and_dismissed_ones_say_so(desk):
    (confirmed,) = desk.json("platform-notices", "confirm", "2")
    assert confirmed == {
        "id": 2, "outcome": "confirmed", "number": "RE-1", "level": 2, "on": "2026-10-19",
        "reason": "",
    }  # fmt: skip
    (dismissed,) = desk.json("platform-notices", "dismiss", "3")
    assert (dismissed["outcome"], dismissed["level"]) == ("dismissed", 0)
    assert levels(desk) == {"RE-1": 2, "RE-2": 0}
    states = {row["id"]: row["state"] for row in desk.json("platform-notices")}
    assert states == {1: "foreign", 2: "confirmed", 3: "dismissed"}
    refused = desk("platform-notices", "dismiss", "2", code=65)
    assert "bestätigt" in refused.out


def test_all_are_confirmed_at_once_and_only_once(desk):
    assert [each["level"] for each in desk.json("platform-notices", "confirm", "--all")] == [
        1,
        2,
        4,
    ]
    assert levels(desk) == {"RE-1": 2, "RE-2": 4}
    assert desk.json("platform-notices", "confirm", "--all") == []
    assert "Nichts wartet" in desk("platform-notices", "confirm", "--all").out
    assert "confirm" not in desk("platform-notices").out


def test_level_and_day_can_be_named(desk):
    (outcome,) = desk.json("platform-notices", "confirm", "1", "--level", "3", "--on", "02.11.2026")
    assert (outcome["level"], outcome["on"]) == (3, "2026-11-02")
    (item,) = [row for row in desk.json("open-items") if row["number"] == "RE-1"]
    assert (item["level"], item["last_notice_on"]) == (3, "2026-11-02")


def test_what_cannot_be_is_refused(desk):
    for wrong in ((), ("1", "--all"), ("99",), ("1", "--on", "2026-11-21"), ("eins",)):
        desk("platform-notices", "confirm", *wrong, code=64)
    desk("platform-notices", "dismiss", code=64)
    answer = desk("platform-notices", "confirm", "1", "--level", "9", code=65)
    assert "1 bis 5" in answer.out
    assert levels(desk) == {"RE-1": 0, "RE-2": 0}


def test_explain_and_the_open_items_point_to_them(desk):
    found = desk.json("explain", "RE-1")
    assert found["facts"]["platform_notices"] == "1,2"
    assert "platform-notices confirm 2" in found["history"][-1]
    assert "Auf der Plattform steht „1. Mahnung“" in desk("explain", "RE-1").out
    note = desk("open-items").err
    assert note.strip() == (
        "Mahnungen der Plattform, die auf Antwort warten: 3. Ansehen: mahnwerk platform-notices"
    )
    desk("platform-notices", "confirm", "--all")
    assert desk("open-items").err == ""


def test_without_any_it_says_so(terminal):
    terminal.init()
    assert terminal.json("platform-notices") == []
    assert "Keine Mahnungen der Plattform" in terminal("platform-notices").out
