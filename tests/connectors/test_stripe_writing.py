"""Our notices in the metadata of Stripe's invoices: once, found again, never a lower level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from stripe_desk import Desk, opened

from connectors.stripe.markers import Entry, entries, metadata, notices_of
from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite
from core.errors import AuthFailed, Rejected, Unreachable

MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 1)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


def notice(invoice: str, marker: str = "Mahnwerk 7/12", on: date = MARCH, level: int = 1) -> Any:
    euros = Money(Decimal("119.00"), "EUR")
    return NoticeToWrite(invoice, marker, "1. Mahnung", on, None, "de", euros, level=level)


def shown(desk: Desk, invoice: str) -> dict[str, str]:
    found = desk.connector._client.get(f"invoices/{invoice}")["metadata"]
    return {name: value for name, value in found.items() if name.startswith("mahnwerk")}


def test_a_notice_stands_on_its_invoice(desk: Desk) -> None:
    invoice = desk.invoice(metadata={"debitor": "10017"})
    made = desk.connector.write_notice(notice(invoice))
    assert (made.invoice, made.marker, made.on) == (invoice, "Mahnwerk 7/12", MARCH)
    assert shown(desk, invoice) == {
        "mahnwerk_level": "1",
        "mahnwerk_last_notice_on": "2026-03-02",
        "mahnwerk_notice": "2026-03-02 1 Mahnwerk 7/12",
    }
    kept = desk.connector._client.get(f"invoices/{invoice}")["metadata"]
    assert kept["debitor"] == "10017"


def test_it_is_found_by_its_marker_and_by_no_other(desk: Desk) -> None:
    invoice = desk.invoice()
    assert desk.connector.find_notice(invoice, "Mahnwerk 7/12") is None
    made = desk.connector.write_notice(notice(invoice))
    assert desk.connector.find_notice(invoice, "Mahnwerk 7/12") == made
    for other in ("Mahnwerk 7/1", "Mahnwerk 7/120", "7/12"):
        assert desk.connector.find_notice(invoice, other) is None


def test_written_twice_it_is_there_once(desk: Desk) -> None:
    invoice = desk.invoice()
    first = desk.connector.write_notice(notice(invoice))
    desk.forget_requests()
    assert desk.connector.write_notice(notice(invoice)) == first
    assert [each.method for each in desk.sandbox.requests] == ["GET"]


def test_two_notices_stand_beside_each_other(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.connector.write_notice(notice(invoice))
    desk.connector.write_notice(notice(invoice, "Mahnwerk 9/12", APRIL, 2))
    assert shown(desk, invoice)["mahnwerk_level"] == "2"
    for marker, on in (("Mahnwerk 7/12", MARCH), ("Mahnwerk 9/12", APRIL)):
        found = desk.connector.find_notice(invoice, marker)
        assert found is not None
        assert found.on == on


def test_an_older_notice_that_is_written_late_lowers_nothing(desk: Desk) -> None:
    """The answer to the first was lost; meanwhile the second stands there."""
    invoice = desk.invoice()
    desk.connector.write_notice(notice(invoice, "Mahnwerk 9/12", APRIL, 2))
    desk.connector.write_notice(notice(invoice))
    found = shown(desk, invoice)
    assert found["mahnwerk_level"] == "2"
    assert found["mahnwerk_last_notice_on"] == "2026-04-01"
    assert desk.connector.find_notice(invoice, "Mahnwerk 7/12") is not None


def test_the_same_marker_of_another_installation_is_written_anew(desk: Desk) -> None:
    """Its numbers begin at 1 as well; the entry of last year is not this notice."""
    invoice = desk.invoice(metadata={"mahnwerk_notice": "2025-03-02 3 Mahnwerk 7/12"})
    made = desk.connector.write_notice(notice(invoice))
    assert made.on == MARCH
    assert shown(desk, invoice)["mahnwerk_notice"] == "2026-03-02 1 Mahnwerk 7/12"


def test_a_lost_answer_is_looked_for(desk: Desk) -> None:
    """The write was done and the answer was a failure, which the same key would bring for a day."""
    invoice = desk.invoice()
    desk.sandbox.fault("late_success", times=1, method="POST")
    made = desk.connector.write_notice(notice(invoice))
    assert desk.connector.find_notice(invoice, "Mahnwerk 7/12") == made
    assert shown(desk, invoice)["mahnwerk_notice"] == "2026-03-02 1 Mahnwerk 7/12"


def test_a_failure_that_is_replayed_is_got_around_by_another_key(desk: Desk) -> None:
    """The first six tries fail, and so would all of that key; nothing was written."""
    invoice = desk.invoice()
    desk.sandbox.fault("error500", times=6, method="POST")
    desk.connector.write_notice(notice(invoice))
    assert shown(desk, invoice)["mahnwerk_level"] == "1"


def test_while_stripe_is_down_nothing_is_written_and_later_once(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.fault("error503", times=99, method="POST")
    with pytest.raises(Unreachable):
        desk.connector.write_notice(notice(invoice))
    desk.sandbox.clear_faults()
    assert desk.connector.find_notice(invoice, "Mahnwerk 7/12") is None
    desk.connector.write_notice(notice(invoice))
    assert shown(desk, invoice)["mahnwerk_notice"] == "2026-03-02 1 Mahnwerk 7/12"


def test_a_failure_that_lasts_is_told(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.fault("error500", times=99, method="POST")
    with pytest.raises(Unreachable):
        desk.connector.write_notice(notice(invoice))


def test_reminders_are_paused_by_choice_only(desk: Desk) -> None:
    for chosen, expected in (("no", True), ("yes", False)):
        invoice = desk.invoice(advance=True)
        desk.rebuild(pause_reminders=chosen)
        desk.connector.write_notice(notice(invoice))
        row = desk.connector._client.get(f"invoices/{invoice}")
        assert row["auto_advance"] is expected


def test_reminders_that_somebody_switched_on_again_are_paused_again(desk: Desk) -> None:
    invoice = desk.invoice(advance=True)
    desk.connector.write_notice(notice(invoice))
    desk.rebuild(pause_reminders="yes")
    desk.connector.write_notice(notice(invoice))
    assert desk.connector._client.get(f"invoices/{invoice}")["auto_advance"] is False
    desk.forget_requests()
    desk.connector.write_notice(notice(invoice))
    assert [each.method for each in desk.sandbox.requests] == ["GET"]


@pytest.mark.parametrize("how", ["pay", "void"])
def test_on_what_is_not_open_any_more_nothing_is_written(desk: Desk, how: str) -> None:
    invoice = desk.invoice(number="RE-7")
    getattr(desk.sandbox, how)(invoice)
    with pytest.raises(Rejected) as caught:
        desk.connector.write_notice(notice(invoice))
    assert "RE-7" in str(caught.value)
    assert "mahnwerk sync" in caught.value.en
    assert shown(desk, invoice) == {}


def test_on_what_is_gone_nothing_is_written(desk: Desk) -> None:
    draft = desk.sandbox.draft(desk.customer(), "80.00", on=MARCH)
    desk.sandbox.delete(draft)
    for ask in (
        lambda: desk.connector.write_notice(notice(draft)),
        lambda: desk.connector.find_notice(draft, "Mahnwerk 7/12"),
    ):
        with pytest.raises(Rejected) as caught:
            ask()
        assert "gibt es in Stripe nicht mehr" in str(caught.value)


def test_a_key_that_may_only_read_says_which_right_is_missing(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.restrict("invoices:write")
    with pytest.raises(AuthFailed) as caught:
        desk.connector.write_notice(notice(invoice))
    assert "Schreibrecht" in str(caught.value)
    assert "Rechnungen" in str(caught.value)


def test_a_marker_that_would_not_be_found_is_not_written(desk: Desk) -> None:
    with pytest.raises(ValueError, match="marker"):
        desk.connector.write_notice(notice(desk.invoice(), "Mahnung; vom Montag"))


def test_our_own_notice_is_read_as_ours(desk: Desk) -> None:
    invoice = desk.invoice()
    made = desk.connector.write_notice(notice(invoice))
    desk.sync()
    assert desk.memory.dunnings == {made.external_id: made}


def test_what_others_wrote_there_is_no_notice() -> None:
    for written in ("ja", "2026-13-40 1 Mahnwerk 7/12", "2026-03-02 1 Mahnung", "; ;", ""):
        assert notices_of({"id": "in_1", "metadata": {"mahnwerk_notice": written}}) == []
    assert notices_of({"id": "in_1", "metadata": None}) == []


def test_a_value_of_500_characters_keeps_the_newest() -> None:
    """Thirty notices to one debtor; the oldest give way."""
    row: dict[str, Any] = {"id": "in_1", "metadata": {}}
    for n in range(30):
        fields = metadata(row, notice("in_1", f"Mahnwerk {n}/1200", MARCH, 3))
        row["metadata"] = {name[9:-1]: value for name, value in fields}
    kept = entries(row)
    assert len(row["metadata"]["mahnwerk_notice"]) <= 500
    assert kept[-1] == Entry(MARCH, 3, "Mahnwerk 29/1200")
    assert kept[0] != Entry(MARCH, 3, "Mahnwerk 0/1200")


@pytest.mark.parametrize(
    ("level", "last"), [("hoch", "gestern"), ("-1", ""), ("999", "2026-02-30"), ("²", "x")]
)
def test_foreign_values_are_replaced(level: str, last: str) -> None:
    row = {"metadata": {"mahnwerk_level": level, "mahnwerk_last_notice_on": last}}
    found = dict(metadata(row, notice("in_1", level=2)))
    assert found["metadata[mahnwerk_level]"] == "2"
    assert found["metadata[mahnwerk_last_notice_on]"] == "2026-03-02"
