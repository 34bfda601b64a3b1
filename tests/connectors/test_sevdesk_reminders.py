"""Reminders in sevDesk: those of people count, and ours are made once and found again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sevdesk_desk import Desk, opened

from connectors.sevdesk.envelope import Listed
from connectors.sevdesk.filters import Filters
from connectors.sevdesk.lists import Lists
from connectors.sevdesk.markers import is_marker, marker_of
from connectors.sevdesk.writing import _to_save
from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite, PlatformNotice
from core.errors import AnswerUnknown, NotSupported, Rejected

MARKER = "Mahnwerk 17/42"
TODAY = date(2026, 3, 2)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with opened() as made:
        yield made


def notice(invoice: str, *, marker: str = MARKER, on: date = TODAY) -> NoticeToWrite:
    euros = Money(Decimal("119.00"), "EUR")
    return NoticeToWrite(invoice, marker, "1. Mahnung", on, date(2026, 3, 16), "de", euros)


def write(desk: Desk, invoice: str, **fields: object) -> PlatformNotice:
    return desk.connector.write_notice(notice(invoice, **fields))  # type: ignore[arg-type]


def made(desk: Desk, invoice: str) -> int:
    return len(desk.sandbox.reminders(invoice))


# Ours.


@pytest.mark.parametrize("created", ["persisted", "preview"])
@pytest.mark.parametrize("envelope", ["wrapped", "bare"])
def test_a_notice_becomes_a_reminder_that_is_ours_and_sent(created: str, envelope: str) -> None:
    with opened(reminder_created=created, action_envelope=envelope) as desk:
        invoice = desk.invoice()
        found = write(desk, invoice)
        (id_,) = desk.sandbox.reminders(invoice)
        assert found == PlatformNotice(id_, invoice, TODAY, "Zahlungserinnerung", MARKER)
        reminder = desk.sandbox.world.invoices[id_]
        # A draft would invite somebody to send it once more.
        assert (reminder.status, reminder.send_type, reminder.charge) == (200, "VPR", Decimal(0))
        assert [desk.sandbox.world.tags[each] for each in reminder.tags] == [MARKER]
        assert desk.connector.find_notice(invoice, MARKER) == found


def test_the_same_notice_is_written_once(desk: Desk) -> None:
    invoice = desk.invoice()
    first = write(desk, invoice)
    posts = desk.sandbox.count(method="POST")
    assert write(desk, invoice) == first
    assert (made(desk, invoice), desk.sandbox.count(method="POST")) == (1, posts)


def test_the_next_level_is_another_reminder(desk: Desk) -> None:
    invoice = desk.invoice()
    write(desk, invoice)
    desk.pass_days(14)
    second = write(desk, invoice, marker="Mahnwerk 18/42", on=date(2026, 3, 16))
    assert (second.title, second.on) == ("1. Mahnung", date(2026, 3, 16))
    assert made(desk, invoice) == 2


def test_a_marker_of_an_earlier_installation_is_not_ours(desk: Desk) -> None:
    """A home that was made anew counts its notices from 1 again."""
    invoice = desk.invoice()
    write(desk, invoice)
    desk.pass_days(14)
    again = write(desk, invoice, on=date(2026, 3, 16))
    assert (again.on, made(desk, invoice)) == (date(2026, 3, 16), 2)


def test_no_charge_is_ever_sent() -> None:
    """In bookkeeping system 2.0 sevDesk would refuse the whole reminder (§1.7)."""
    shown = {"id": None, "reminderCharge": "5", "dunningLevel": "2", "header": "Mahnung",
             "contact": {"id": "501", "objectName": "Contact", "name": "Muster"}, "footText": None}  # fmt: skip
    invoice = _to_save(shown, "1001")["invoice"]
    assert "reminderCharge" not in invoice
    assert "footText" not in invoice
    assert invoice["contact"] == {"id": "501", "objectName": "Contact"}
    assert (invoice["invoiceType"], invoice["status"], invoice["dunningLevel"]) == ("MA", 100, "2")


def paid(desk: Desk, invoice: str) -> None:
    desk.sandbox.pay(invoice)


def cancelled(desk: Desk, invoice: str) -> None:
    desk.sandbox.cancel(invoice)


def deleted(desk: Desk, invoice: str) -> None:
    desk.sandbox.delete(invoice)


def drafted(desk: Desk, invoice: str) -> None:
    desk.sandbox.alter(invoice, status="100")


def garbled(desk: Desk, invoice: str) -> None:
    desk.sandbox.alter(invoice, sumGross="viel")


def reminder_in_the_making(desk: Desk, invoice: str) -> None:
    desk.connector._client.create_reminder(invoice)


def reminded_today(desk: Desk, invoice: str) -> None:
    """By a person, or by us before an answer was lost: nobody can tell."""
    desk.sandbox.dun(invoice, on=TODAY)


@pytest.mark.parametrize(
    "happened",
    [paid, cancelled, deleted, drafted, garbled, reminder_in_the_making, reminded_today],
    ids=lambda each: each.__name__,
)
def test_no_reminder_where_none_belongs(desk: Desk, happened: object) -> None:
    invoice = desk.invoice()
    happened(desk, invoice)  # type: ignore[operator]
    there = 0 if happened is deleted else made(desk, invoice)
    posts = desk.sandbox.count(method="POST")
    with pytest.raises(Rejected) as caught:
        write(desk, invoice)
    assert caught.value.connector == "sevdesk"
    assert caught.value.sentence("de") != caught.value.sentence("en")
    assert desk.sandbox.count(method="POST") == posts
    assert happened is deleted or made(desk, invoice) == there


def test_a_reminder_of_a_person_last_week_is_no_hindrance(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.sandbox.dun(invoice, on=date(2026, 2, 23))
    assert write(desk, invoice).title == "1. Mahnung"


def test_what_sevdesk_has_no_reminders_of(desk: Desk) -> None:
    invoice = desk.invoice()
    note = desk.sandbox.credit(invoice, "30.00")
    foreign = desk.invoice(currency="USD")
    template = desk.invoice(kind="WKR")
    for id_ in (f"CreditNote:{note}", foreign, template):
        with pytest.raises(NotSupported):
            write(desk, id_)
    with pytest.raises(ValueError, match="marker"):
        write(desk, invoice, marker="Mahnwerk")
    assert desk.sandbox.count(method="POST") == 0


# When an answer is missing.


@pytest.mark.parametrize("fault", ["error500_after_write", "error400_after_write"])
def test_a_reminder_whose_answer_was_lost_is_found(desk: Desk, fault: str) -> None:
    invoice = desk.invoice()
    desk.sandbox.fault(fault, method="POST", path="createInvoiceReminder")
    found = write(desk, invoice)
    assert (made(desk, invoice), found.marker) == (1, MARKER)
    assert desk.connector.find_notice(invoice, MARKER) == found


@pytest.mark.parametrize("fault", ["error500", "reset", "empty", "html", "error_in_200"])
def test_a_reminder_that_was_not_made_is_not_made_on_suspicion(desk: Desk, fault: str) -> None:
    invoice = desk.invoice()
    desk.sandbox.fault(fault, times=0, method="POST")
    with pytest.raises(AnswerUnknown):
        write(desk, invoice)
    assert desk.sandbox.count(method="POST") == 1
    desk.sandbox.clear_faults()
    assert (made(desk, invoice), desk.connector.find_notice(invoice, MARKER)) == (0, None)


def test_two_new_reminders_are_nobodys(desk: Desk) -> None:
    """A person made one while our answer was lost: which is ours, nobody can say."""
    invoice = desk.invoice()
    create = desk.connector._client.create_reminder

    def lost(id_: str) -> object:
        create(id_)
        create(id_)
        raise AnswerUnknown

    desk.connector._client.create_reminder = lost  # type: ignore[assignment,method-assign]
    with pytest.raises(AnswerUnknown):
        write(desk, invoice)
    assert desk.connector.find_notice(invoice, MARKER) is None


@pytest.mark.parametrize("path", ["/Tag/", "/sendBy"])
def test_a_reminder_that_stays_unmarked_is_not_made_again(desk: Desk, path: str) -> None:
    """Mahnwerk keeps its id; should that be lost, too, the doubtful one stands in the way."""
    invoice = desk.invoice()
    desk.sandbox.fault("error500", times=0, path=path)
    found = write(desk, invoice)
    assert [found.external_id] == desk.sandbox.reminders(invoice)
    desk.sandbox.clear_faults()
    if path == "/Tag/":
        assert desk.connector.find_notice(invoice, MARKER) is None
        with pytest.raises(Rejected):
            write(desk, invoice)
    else:
        assert write(desk, invoice).external_id == found.external_id
    assert made(desk, invoice) == 1


def test_without_embedded_tags_the_list_of_tags_finds_it() -> None:
    with opened(embeds="absent") as desk:
        invoice, other = desk.invoice(), desk.invoice()
        found = write(desk, invoice)
        write(desk, other, marker="Mahnwerk 18/43")
        assert desk.connector.find_notice(invoice, MARKER) == found
        assert desk.connector.find_notice(invoice, "Mahnwerk 18/43") is None
        desk.connector._client.page = ignoring_tags(desk)  # type: ignore[method-assign]
        assert desk.connector.find_notice(invoice, MARKER) is None


def ignoring_tags(desk: Desk) -> object:
    """The filter for a tag is ignored: every reminder comes, and none is anybody's."""
    page = desk.connector._client.page
    return lambda resource, at=0, limit=1000, **asked: page(
        resource, at, limit, **{k: v for k, v in asked.items() if not k.startswith("tags")}
    )


@pytest.mark.parametrize(
    ("tags", "marker"),
    [
        ([{"name": "Mahnwerk 1/7"}], "Mahnwerk 1/7"),
        ([{"name": "VIP"}, {"tag": {"name": "Mahnwerk 1/7"}}], "Mahnwerk 1/7"),
        ([{"name": "Mahnwerk"}], ""),
        ([], ""),
        (None, ""),
    ],
    ids=["tag", "relation", "another tag", "none", "not shown"],
)
def test_a_tag_tells_ours(tags: object, marker: str) -> None:
    assert marker_of({"tags": tags}) == marker
    assert is_marker("Mahnwerk 1/7") != is_marker("Mahnwerk 1/7 ")


# Those of people.


def test_reminders_of_people_come_after_their_invoices_and_once(desk: Desk) -> None:
    invoice = desk.invoice()
    id_ = desk.sandbox.dun(invoice, on=date(2026, 2, 10))
    ours = desk.connector.write_notice(notice(invoice, on=date(2026, 2, 11)))
    desk.sync()
    found = desk.memory.dunnings
    assert found[id_] == PlatformNotice(id_, invoice, date(2026, 2, 10), "Zahlungserinnerung")
    assert found[ours.external_id].marker == MARKER
    desk.sync()
    desk.memory.dunnings.clear()
    desk.pass_days()
    desk.sync()
    assert set(desk.memory.dunnings) == {id_, ours.external_id}


def test_a_reminder_that_is_still_a_draft_reached_nobody(desk: Desk) -> None:
    invoice = desk.invoice()
    draft = str(desk.connector._client.create_reminder(invoice)["id"])
    desk.sync()
    assert desk.look(invoice).notices == ()
    desk.sandbox.finalize(draft)
    assert [each.external_id for each in desk.look(invoice).notices] == [draft]


@pytest.mark.parametrize(
    "variant",
    [("ma_listed", "shown"), ("show_all", "without_ma"), ("ma_by_type", "needs_show_ma"),
     ("ma_closed_with_invoice", "yes"), ("reminder_bumps_update", "no")],
    ids=lambda each: each[0],
)  # fmt: skip
def test_a_reminder_by_hand_is_seen_at_the_last_look_and_overnight(
    variant: tuple[str, str],
) -> None:
    with opened(**dict([variant])) as desk:
        looked, slept = desk.invoice(), desk.invoice()
        desk.sync()
        for invoice in (looked, slept):
            desk.sandbox.dun(invoice)
        assert len(desk.look(looked).notices) == 1
        desk.pass_days()
        desk.sync()
        assert {each.invoice for each in desk.memory.dunnings.values()} == {looked, slept}


@pytest.mark.parametrize("none", ["bare", "null"])
def test_a_reminder_that_no_list_shows_is_asked_for(none: str) -> None:
    with opened(last_dunning_none=none) as desk:
        invoice = desk.invoice()
        client = desk.connector._client
        page = client.page

        def hiding(resource: str, *at: int, **asked: object) -> Listed:
            found = page(resource, *at, **asked)  # type: ignore[arg-type]
            rows = [row for row in found.rows if row.get("invoiceType") != "MA"]
            return Listed(rows, None if found.total is None else len(rows))

        client.page = hiding  # type: ignore[assignment,method-assign]
        assert desk.look(invoice).notices == ()
        made = desk.sandbox.dun(invoice, on=TODAY)
        assert [(e.external_id, e.invoice) for e in desk.look(invoice).notices] == [(made, invoice)]
        with pytest.raises(Rejected):
            write(desk, invoice)
        desk.sandbox.fault("error_in_200", path="/getLastDunning")
        assert desk.look(invoice).notices == ()


def test_a_reminder_of_no_invoice_is_told(desk: Desk) -> None:
    desk.invoice(kind="MA", status=200, order="77")
    desk.sync()
    assert desk.codes() == ["reminder_without_invoice"]


def test_reminders_of_an_invoice_without_contact_are_found_by_their_origin() -> None:
    for honoured in ("honoured", "ignored"):
        with opened(origin_filter=honoured) as desk:
            invoice, other = desk.invoice(contact=None), desk.invoice(contact=None)
            ours, _ = desk.sandbox.dun(invoice), desk.sandbox.dun(other)
            lists = Lists(desk.connector._client, Filters((), []), 1000)
            assert [each.external_id for each in desk.look(invoice).notices] == [ours]
            assert lists.of_origin("MA", invoice).honoured == (honoured == "honoured")
