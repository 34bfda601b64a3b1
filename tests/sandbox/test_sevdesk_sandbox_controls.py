"""What a person does at the stand-in: by Python, by JSON, by the page; its books and its words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from command_checks import page_names_all, refuses, starts_and_says_how_to_connect
from werkzeug.test import Client

from sandbox import demo_lexoffice, demo_sevdesk
from sandbox.datev_export import demo_office
from sandbox.sevdesk import FAULT_KINDS, VARIANTS, SevdeskSandbox
from sandbox.sevdesk.desk import OPERATIONS
from sandbox.sevdesk.replies import ApiError

DAY = date(2026, 11, 20)


@pytest.fixture
def page(sevdesk):
    return Client(sevdesk.application)


def test_the_control_surface_does_by_json_what_python_does(sevdesk, page):
    def control(operation, **arguments):
        answer = page.post(f"/_sandbox/{operation}", json=arguments)
        return answer.status_code, answer.json

    kunde = control("add_contact", first="Erika", last="Beispiel")[1]["result"]
    late = control(
        "add_invoice", contact=kunde, gross="119.00", on="2026-10-01", due="2026-10-15",
        discount="2.5", discount_time=7, delivery="2026-09-30",
    )[1]["result"]  # fmt: skip
    made = sevdesk.world.invoices[late]
    assert (made.due, made.delivery, made.discount) == (
        date(2026, 10, 15), date(2026, 9, 30), Decimal("2.5"),
    )  # fmt: skip
    control("pay", invoice=late, amount="19.00", on="2026-10-20")
    assert (made.paid, made.status) == (19, 750)
    control("bank", name="Sparkonto", last_sync="2026-11-01T06:00:00+01:00")
    account = list(sevdesk.world.accounts.values())[-1]
    assert account.last_sync == datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert control("bank", name="x", last_sync="2026-11-01T06:00:00")[0] == 400
    assert control("pay", invoice=late, amount="200")[1] == {"error": "more than what is due"}
    assert control("pay", invoice="99") == (400, {"error": "object not found"})
    assert control("fly")[0] == 404
    assert page.get("/_sandbox/requests").json == []
    foreign = page.post("/_sandbox/sample", headers={"Origin": "http://elsewhere.example"})
    assert foreign.status_code == 403


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_shows_the_sample_in_both_languages(sevdesk, page, language):
    sevdesk.sample()
    text = page.get("/_sandbox/", query_string={"lang": language}).text
    assert ("Geld, das niemand zugeordnet hat" in text) == (language == "de")
    assert all(word in text for word in ("Muster Bau GmbH", "RE-1001", "820", "CHF", *VARIANTS))


def test_the_forms_of_the_page_work_and_say_what_does_not(sevdesk, page, late):
    def form(operation, **fields):
        return page.post(f"/_sandbox/form/{operation}", data=fields).headers["Location"]

    assert form("pay", invoice=late, amount="19,00", via="cash", type="N") == "/_sandbox/?lang=de"
    assert sevdesk.world.invoices[late].paid == 19
    form("unassigned", amount="1.000,50", payer="Muster")
    (line,) = [each for each in sevdesk.world.transactions.values() if each.status == 100]
    assert line.amount == Decimal("1000.50")
    assert "error=more" in form("pay", invoice=late, amount="500", lang="en")
    form("fault", kind="throttle", times="2")
    form("variant", name="pdf", value="raw")
    form("set_today", day="2026-12-24")
    assert sevdesk.world.clock.today() == date(2026, 12, 24)
    assert sevdesk.variants["pdf"] == "raw"
    assert "throttle" in page.get("/_sandbox/").text


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        ("add_contact", {}, "a company or a person"),
        ("add_contact", {"company": "a", "country": "xx"}, "no country 'xx'"),
        ("add_invoice", {"contact": None, "gross": "1.001", "on": DAY}, "no amount in euros"),
        ("add_invoice", {"contact": None, "gross": "1", "on": DAY, "kind": "XX"}, "no invoice"),
        ("add_invoice", {"contact": None, "gross": "1", "on": DAY, "due": DAY, "time_to_pay": 3},
         "either due or time_to_pay"),
        ("bank", {"name": "x", "type": "gold"}, "type is one of"),
        ("pay", {"invoice": "1001", "via": "mail"}, "via is one of"),
        ("change", {"invoice": "1001", "colour": 1}, "fields that can be changed"),
        ("change_contact", {"contact": "501", "colour": 1}, "fields that can be changed"),
        ("finalize", {"invoice": "1001"}, "no draft"),
        ("fault", {"kind": "rain"}, "no fault 'rain'"),
        ("book", {"debtors": 1, "invoices": 1, "open": 2}, "do not fit"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused(sevdesk, late, operation, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(sevdesk, operation)(**arguments)


def test_an_amount_is_never_a_float(sevdesk, late):
    with pytest.raises(TypeError, match="never float"):
        sevdesk.pay(late, 19.0)


def test_a_refused_payment_leaves_no_line_in_the_bank(sevdesk, late):
    with pytest.raises(ApiError, match="more than what is due"):
        sevdesk.pay(late, "119.01")
    assert sevdesk.world.transactions == {}


def test_a_bank_is_read_this_morning_unless_told_otherwise(sevdesk, sev):
    bank = sevdesk.bank("Zweitkonto", type="online", import_type="CSV")

    def last_sync():
        return [row["lastSync"] for row in reversed(sev.rows("/CheckAccount"))]

    assert last_sync() == ["2026-11-20T06:00:00+01:00", None, None]
    sevdesk.set_today(date(2026, 11, 23))
    assert last_sync()[0] == "2026-11-23T06:00:00+01:00"
    sevdesk.sync_bank("31", datetime(2026, 11, 18, 5, 30, tzinfo=UTC))
    assert last_sync()[0] == "2026-11-18T06:30:00+01:00"
    sevdesk.sync_bank("31", None, archived=True)
    assert last_sync()[0] is None
    assert [row["status"] for row in sev.rows("/CheckAccount")] == ["100", "100", "0"]
    assert sev.rows(f"/CheckAccount/{bank}")[0]["importType"] == "CSV"


def test_a_book_has_the_size_that_was_asked_for_and_is_the_same_again():
    def book():
        desk = SevdeskSandbox(today=DAY)
        desk.book(
            debtors=7, invoices=60, open=20, partly_paid=5, dunned=3, cancelled=4, unassigned=2
        )
        return desk.world

    world = book()
    kinds = [each.kind for each in world.invoices.values()]
    assert (kinds.count("RE"), kinds.count("SR"), kinds.count("MA")) == (60, 4, 3)
    statuses = [each.status for each in world.invoices.values() if each.kind == "RE"]
    assert [statuses.count(each) for each in (200, 750, 1000)] == [15, 5, 40]
    assert len(world.logs) == 36 + 5
    assert sum(each.status == 100 for each in world.transactions.values()) == 2
    again = book()
    assert {i: (e.gross, e.on, e.updated) for i, e in world.invoices.items()} == {
        i: (e.gross, e.on, e.updated) for i, e in again.invoices.items()
    }


def test_the_demo_book_shares_a_claim_with_datev_and_a_customer_with_lexoffice():
    def now():
        return datetime(2026, 11, 20, 9, tzinfo=UTC)

    desk, book = demo_sevdesk.office(DAY, now)
    world = desk.world
    shared = world.invoices[book.shared]
    assert (shared.number, shared.status) == (demo_sevdesk.SHARED, 200)
    postings = b"".join(demo_office(DAY).values()).decode("cp1252")
    row = next(line for line in postings.splitlines() if f'"{demo_sevdesk.SHARED}"' in line)
    assert row.startswith(f"{shared.gross}".replace(".", ","))
    assert f";{demo_sevdesk.SHARED_ACCOUNT};" in row
    assert f";{shared.on:%d%m};" in row
    lexoffice, _ = demo_lexoffice.office(DAY, now)
    linked = world.contacts[world.invoices[book.linked].contact]
    (twin,) = [each for each in lexoffice.world.contacts.values() if each.name == linked.name]
    assert linked.vat_id == twin.data["company"]["vatRegistrationId"]
    assert twin.data["emailAddresses"]["business"] == [demo_sevdesk.MAIL_OF[demo_sevdesk.LINKED]]
    assert (world.invoices[book.late].status, world.invoices[book.late].left) == (750, 500)
    assert len(desk.reminders(book.dunned)) == 1
    assert (world.invoices[book.cancelled].status, world.invoices[book.cancelled].paid) == (1000, 0)
    assert world.transactions[book.money].amount == world.invoices[book.loose].gross


def test_the_command_starts_it_and_says_how_to_connect(monkeypatch):
    starts_and_says_how_to_connect(monkeypatch, "sevdesk", "/api/v1")


@pytest.mark.parametrize("option", ["--no-limit", "--seed=3"])
def test_the_command_refuses_what_only_lexoffice_has(option):
    refuses("sevdesk", option)


def test_the_page_of_the_docs_names_every_variant_fault_and_operation():
    page_names_all("sevDesk", VARIANTS, {*FAULT_KINDS, *OPERATIONS})
