"""What a person does at the stand-in: by Python, by JSON, by the page; and its books."""

import time
from datetime import date
from decimal import Decimal

import pytest
import requests

from sandbox.lexoffice import VARIANTS, LexofficeSandbox
from sandbox.lexoffice.desk import OPERATIONS

DAY = date(2026, 11, 20)


@pytest.fixture
def control(sandbox):
    def post(operation, **arguments):
        answer = requests.post(
            f"{sandbox.base_url}/_sandbox/{operation}", json=arguments, timeout=5
        )
        return answer.status_code, answer.json()

    return post


def test_the_control_surface_does_by_json_what_python_does(sandbox, control):
    _, made = control("add_contact", person=["Erika", "Beispiel"], email="erika@kunde.example")
    _, invoice = control(
        "add_invoice", contact=made["result"], gross="119.00", on="2026-10-01",
        due="2026-10-15", skonto=["2.5", 7], shipping="2026-09-30",
    )  # fmt: skip
    id_ = invoice["result"]
    voucher = sandbox.world.vouchers[id_]
    assert (voucher.name, voucher.due) == ("Beispiel, Erika", date(2026, 10, 15))
    assert voucher.skonto == (Decimal("2.5"), 7)
    assert control("pay", invoice=id_, amount="19.00", on="2026-10-20")[0] == 200
    assert control("dun", invoice=id_, title="Mahnung", on="2026-11-01")[0] == 200
    assert voucher.paid[0].amount == 19
    assert [each.type for each in voucher.related] == ["dunning"]
    control("set_today", day="2026-12-24")
    assert sandbox.world.clock.today() == date(2026, 12, 24)
    control("variant", name="any_includes_overdue", value="no")
    assert sandbox.world.variants["any_includes_overdue"] == "no"
    control("book", debtors=3, invoices=5, open=2, partly_paid=1)
    assert len(sandbox.world.vouchers) == 6


def test_a_fault_can_be_switched_on_from_another_process(sandbox, api, control):
    control("fault", kind="error503", times=1)
    assert [api.get("/v1/profile").status_code for _ in range(2)] == [503, 200]
    control("fault", kind="error503", times=0)
    control("clear_faults")
    assert api.get("/v1/profile").status_code == 200


@pytest.mark.parametrize(
    ("operation", "arguments", "status"),
    [
        ("pay", {"invoice": "unknown"}, 400),
        ("pay", {}, 400),
        ("fault", {"kind": "earthquake"}, 400),
        ("add_invoice", {"contact": None, "gross": "1.00", "on": "01.10.2026"}, 400),
        ("add_invoice", {"contact": None, "gross": 1.5, "on": "2026-10-01"}, 400),
        ("add_invoice", {"contact": None, "gross": "viel", "on": "2026-10-01"}, 400),
        ("stop", {}, 404),
        ("__init__", {}, 404),
    ],
)
def test_what_cannot_be_done_is_said(sandbox, control, operation, arguments, status):
    code, body = control(operation, **arguments)
    assert code == status
    assert body["error"]
    assert not sandbox.world.vouchers


def test_every_operation_exists():
    assert all(callable(getattr(LexofficeSandbox, name)) for name in OPERATIONS)


def test_control_calls_are_neither_logged_nor_limited_nor_need_a_key():
    with LexofficeSandbox(burst=1) as sandbox:
        for _ in range(5):
            url = f"{sandbox.base_url}/_sandbox/add_contact"
            assert requests.post(url, json={"company": "Muster GmbH"}, timeout=5).ok
        assert sandbox.requests == []
        assert requests.get(f"{sandbox.base_url}/_sandbox/requests", timeout=5).json() == []


def test_a_page_of_another_origin_can_do_nothing(sandbox):
    url = f"{sandbox.base_url}/_sandbox/form/add_contact"
    form = {"company": "Untergeschoben GmbH"}
    foreign = {"Origin": "https://boese.example"}
    assert requests.post(url, data=form, headers=foreign, timeout=5).status_code == 403
    rebound = {"Host": "boese.example"}
    assert requests.post(url, data=form, headers=rebound, timeout=5).status_code == 403
    assert not sandbox.world.contacts
    own = {"Origin": sandbox.base_url}
    assert requests.post(url, data=form, headers=own, timeout=5).ok
    assert len(sandbox.world.contacts) == 1


def test_the_page_shows_customers_and_invoices_escaped(sandbox, invoice):
    sandbox.add_contact(company="<script>alert(1)</script>")
    page = requests.get(f"{sandbox.base_url}/_sandbox/", timeout=5).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "RE0001" in page
    assert "1190,00 €" in page
    assert "Störungen" in page
    english = requests.get(f"{sandbox.base_url}/_sandbox/?lang=en", timeout=5).text
    assert "Faults" in english
    assert "1190.00 €" in english


def test_the_forms_of_the_page_act_and_return_to_it(sandbox, invoice):
    def form(operation, **fields):
        url = f"{sandbox.base_url}/_sandbox/form/{operation}"
        return requests.post(url, data={"lang": "de", **fields}, timeout=5)

    answer = form("pay", invoice=invoice, amount="1.000,00", kind="cashDiscount")
    assert answer.url == f"{sandbox.base_url}/_sandbox/?lang=de"
    assert sandbox.world.vouchers[invoice].paid[0].amount == 1000
    form("credit", invoice=invoice, amount="90.00", linked="yes")
    form("dun", invoice=invoice, title="Mahnung", on="2026-11-20")
    form("pay", invoice=invoice)
    assert sandbox.world.vouchers[invoice].status == "paid"
    form("unpay", invoice=invoice)
    form("void", invoice=invoice)
    assert sandbox.world.vouchers[invoice].status == "voided"
    form("fault", kind="error500", times="2", path="/v1/payments")
    assert [each.kind for each in sandbox.gateway.faults.active()] == ["error500"]
    form("clear_faults")
    contact = next(iter(sandbox.world.contacts))
    form("add_invoice", contact=contact, gross="119,00", on="2026-11-20", due="")
    assert len(sandbox.world.vouchers) == 3
    form("set_today", day="2026-12-01")
    form("variant", name="lag", value="2")
    assert sandbox.world.variants["lag"] == "2"
    failed = form("pay", invoice=invoice, amount="1")
    assert 'role="alert"' in failed.text
    form("delete", invoice=invoice)
    assert invoice not in sandbox.world.vouchers


def test_a_book_has_the_size_that_was_asked_for(sandbox, api):
    sandbox.book(debtors=40, invoices=200, open=60, partly_paid=12, dunned=7, collective=5)
    assert api.json("/v1/contacts")["totalElements"] == 40
    rows = api.rows("open", size=250)
    assert len(rows) == 60
    assert len(api.rows("paid", size=250)) == 140
    assert sum(1 for row in rows if row["openAmount"] < row["totalAmount"]) == 12
    assert sum(1 for row in rows if "contactId" not in row) == 5
    assert len(sandbox.world.dunnings) == 7
    assert {row["contactId"] for row in api.rows(size=250) if "contactId" in row} == set(
        sandbox.world.contacts
    )
    for row in rows:
        paid = api.json(f"/v1/payments/{row['id']}")
        assert paid["openAmount"] == row["openAmount"]


def test_a_book_is_the_same_for_the_same_seed():
    def rows(seed):
        sandbox = LexofficeSandbox(seed=seed, today=DAY)
        sandbox.book(debtors=10, invoices=40, open=9, partly_paid=3, dunned=2, collective=1)
        return [(v.id, v.number, v.gross, v.name, v.due) for v in sandbox.world.vouchers.values()]

    assert rows(1) == rows(1)
    assert rows(1) != rows(2)


def test_the_same_operations_give_the_same_ids():
    def ids():
        sandbox = LexofficeSandbox(seed=5, today=DAY)
        contact = sandbox.add_contact(company="Muster GmbH")
        return contact, sandbox.add_invoice(contact=contact, gross="1.00", on=DAY)

    assert ids() == ids()


def test_ten_thousand_invoices_are_there_in_seconds():
    sandbox = LexofficeSandbox(today=DAY)
    start = time.perf_counter()
    sandbox.book(debtors=1500, invoices=10_000, open=600, partly_paid=60)
    assert time.perf_counter() - start < 10  # 0.3 s on an idle machine
    assert len(sandbox.world.vouchers) == 10_000


@pytest.mark.parametrize(
    "size",
    [
        {"debtors": 0, "invoices": 1, "open": 1, "partly_paid": 0},
        {"debtors": 1, "invoices": 1, "open": 2, "partly_paid": 0},
        {"debtors": 1, "invoices": 2, "open": 1, "partly_paid": 2},
        {"debtors": 1, "invoices": 2, "open": 1, "partly_paid": 0, "dunned": -1},
    ],
)
def test_a_book_that_does_not_add_up_is_refused(size):
    with pytest.raises(ValueError, match=r"book|counts|more"):
        LexofficeSandbox(today=DAY).book(**size)


@pytest.mark.parametrize("name", list(VARIANTS))
def test_every_variant_takes_its_values_and_no_other(sandbox, name):
    for value in VARIANTS[name]:
        if value != "*":
            sandbox.variant(name, value)
    with pytest.raises(ValueError, match=name):
        sandbox.variant(name, "no such value!")
    with pytest.raises(ValueError, match="no variant"):
        sandbox.variant(f"{name}s", "yes")


def test_a_day_can_be_given_and_moved_but_not_a_clock_from_outside(sandbox):
    assert sandbox.world.clock.today() == DAY
    sandbox.set_today(date(2027, 3, 28))
    assert sandbox.world.clock.today() == date(2027, 3, 28)
    ruled = LexofficeSandbox(now=sandbox.world.clock.now)
    with pytest.raises(ValueError, match="outside"):
        ruled.set_today(DAY)


def test_what_cannot_be_changed_is_refused(sandbox, invoice):
    with pytest.raises(ValueError, match="can be changed"):
        sandbox.change(invoice, id="other")
    sandbox.change(invoice, due=date(2026, 12, 1), number="RE-9", gross="10.00")
    voucher = sandbox.world.vouchers[invoice]
    assert (voucher.due, voucher.number, voucher.gross) == (
        date(2026, 12, 1), "RE-9", Decimal("10.00"),
    )  # fmt: skip


def test_a_person_can_only_do_what_the_state_allows(sandbox, muster, invoice):
    draft = sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, status="draft")
    for operation in (sandbox.void, sandbox.reopen_as_draft, sandbox.unpay):
        with pytest.raises(ValueError, match="is draft"):
            operation(draft)
    with pytest.raises(ValueError, match="is open, not draft"):
        sandbox.finalize(invoice)
    with pytest.raises(ValueError, match="no payments"):
        sandbox.unpay(invoice)
    with pytest.raises(ValueError, match="is draft"):
        sandbox.dun(draft, title="Mahnung", on=DAY)
    sandbox.credit(invoice, "190.00")
    with pytest.raises(ValueError, match="linked"):
        sandbox.reopen_as_draft(invoice)
    sandbox.pay(invoice)
    sandbox.unpay(invoice)
    kinds = [each.kind for each in sandbox.world.vouchers[invoice].paid]
    assert kinds == ["partPaymentCreditNote"]  # only what was paid is taken back
