"""Writing a notice to the stand-in over HTTP: what arrives there, and what faults leave behind.

That the stand-in accepts it says nothing about lexoffice itself.
"""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lexoffice_desk import client_at

from connectors.lexoffice import dunnings
from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite
from core.errors import (
    AnswerUnknown,
    AuthFailed,
    ConnectorError,
    NotSupported,
    RateLimited,
    Rejected,
)
from sandbox.lexoffice import LexofficeSandbox

TODAY = date(2026, 11, 20)
MARKER = "Mahnwerk 17/42"


@pytest.fixture
def sandbox():
    with LexofficeSandbox(limiter=False, today=TODAY) as running:
        yield running


@pytest.fixture
def client(sandbox):
    with client_at(sandbox) as opened:
        yield opened


@pytest.fixture
def invoice(sandbox):
    """RE-2041 over 1,190.00 € of 5 October; 500.00 € were paid."""
    contact = sandbox.add_contact(company="Nordlicht Bau GmbH", email="bau@nordlicht.example")
    found = sandbox.add_invoice(
        contact=contact, gross="1190.00", on=date(2026, 10, 5), number="RE-2041"
    )
    sandbox.pay(found, "500.00", on=date(2026, 10, 22))
    return found


def notice(invoice, **changes):
    given = {
        "invoice": invoice,
        "marker": MARKER,
        "title": "1. Mahnung",
        "on": TODAY,
        "deadline": date(2026, 12, 4),
        "language": "de",
        "outstanding": Money(Decimal("690.00"), "EUR"),
    }
    return NoticeToWrite(**{**given, **changes})


def posts(sandbox):
    return sandbox.count("/v1/dunnings", "POST")


def test_the_notice_stands_beside_its_invoice(sandbox, client, invoice):
    charges = (("Mahngebühr", Money(Decimal("2.50"), "EUR")),)
    written = dunnings.write(client, notice(invoice, charges=charges))
    kept = client.dunning(written.external_id)
    assert kept["title"] == "1. Mahnung"
    assert kept["voucherDate"].startswith("2026-11-20T00:00:00.000+01:00")
    assert kept["address"]["name"] == "Nordlicht Bau GmbH"
    assert Decimal(str(kept["totalPrice"]["totalGrossAmount"])) == Decimal("1192.50")
    assert kept["remark"].endswith(MARKER)
    assert dunnings.related_dunnings(client.invoice(invoice)) == [written.external_id]
    assert dunnings.parse_dunning(kept, invoice) == written
    assert client.payments(invoice)["openAmount"] == Decimal("690.00")


def test_only_one_request_writes(sandbox, client, invoice):
    dunnings.write(client, notice(invoice))
    assert [(each.method, each.path.split("/")[2]) for each in sandbox.requests] == [
        ("GET", "invoices"),
        ("POST", "dunnings"),
    ]


def test_three_levels_are_three_dunnings_each_found_by_its_marker(sandbox, client, invoice):
    for level in (1, 2, 3):
        marker = f"Mahnwerk {level}/42"
        dunnings.write(client, notice(invoice, marker=marker, title=f"{level}. Mahnung"))
    for level in (1, 2, 3):
        found = dunnings.find(client, invoice, f"Mahnwerk {level}/42")
        assert found.title == f"{level}. Mahnung"
    assert posts(sandbox) == 3


def test_a_dunning_by_hand_is_not_taken_for_ours(sandbox, client, invoice):
    by_hand = sandbox.dun(invoice, title="Mahnung", on=date(2026, 11, 1))
    assert dunnings.find(client, invoice, MARKER) is None
    written = dunnings.write(client, notice(invoice))
    assert written.external_id != by_hand
    found = dunnings.parse_dunning(client.dunning(by_hand), invoice)
    assert (found.title, found.on, found.marker) == ("Mahnung", date(2026, 11, 1), "")


@pytest.mark.parametrize("kind", ["invoice", "downpaymentinvoice"])
def test_a_one_time_customer_gets_one_too(sandbox, client, kind):
    address = {"street": "Weg 1", "zip": "10115", "city": "Berlin", "countryCode": "DE"}
    found = sandbox.add_invoice(
        contact=None, name="Erika Muster", address=address, gross="119.00", kind=kind,
        on=date(2026, 10, 5),
    )  # fmt: skip
    amount = Money(Decimal("119.00"), "EUR")
    written = dunnings.write(client, notice(found, outstanding=amount))
    kept = client.dunning(written.external_id)
    assert kept["address"]["name"] == "Erika Muster"
    assert "contactId" not in kept["address"]


def test_the_word_for_dunnings_may_be_another(sandbox, client, invoice):
    sandbox.variant("dunning_related_type", "paymentreminder")
    written = dunnings.write(client, notice(invoice))
    assert dunnings.find(client, invoice, MARKER) == written
    assert dunnings.write(client, notice(invoice)) == written
    assert posts(sandbox) == 1


# --- what must not be written


@pytest.mark.parametrize("kind", ["salesinvoice", "creditnote", "salescreditnote"])
def test_other_vouchers_take_none(sandbox, client, kind):
    contact = sandbox.add_contact(company="Muster Handel GmbH")
    found = sandbox.add_invoice(contact=contact, gross="119.00", on=date(2026, 10, 5), kind=kind)
    with pytest.raises(NotSupported):
        dunnings.write(client, notice(found))
    assert posts(sandbox) == 0


@pytest.mark.parametrize("happens", ["pay", "void", "reopen_as_draft", "delete"])
def test_what_is_not_open_any_more_is_left_alone(sandbox, client, invoice, happens):
    getattr(sandbox, happens)(invoice)
    with pytest.raises(Rejected):
        dunnings.write(client, notice(invoice))
    assert posts(sandbox) == 0


def test_a_state_that_lexoffice_might_accept_is_not_tried(sandbox, client, invoice):
    sandbox.variant("dunnable_states", "any")
    sandbox.pay(invoice)
    with pytest.raises(Rejected, match="bezahlt"):
        dunnings.write(client, notice(invoice))


# --- faults


def test_a_late_success_is_found_and_not_repeated(sandbox, client, invoice):
    """504 after 30 s, though the dunning was made (§1.8)."""
    sandbox.fault("late_success", path="/dunnings", method="POST")
    written = dunnings.write(client, notice(invoice))
    assert written.marker == MARKER
    assert posts(sandbox) == 1
    assert len(dunnings.related_dunnings(client.invoice(invoice))) == 1


@pytest.mark.parametrize(
    "fault", ["reset", "truncated", "html", "empty", "error500", "error503", "throttle500"]
)
def test_no_fault_makes_two_dunnings_or_hides_one(sandbox, client, invoice, fault):
    sandbox.fault(fault, path="/dunnings", method="POST")
    failed = None
    try:
        dunnings.write(client, notice(invoice))
    except ConnectorError as error:
        failed = error
    made = dunnings.related_dunnings(client.invoice(invoice))
    assert failed is None or isinstance(failed, AnswerUnknown) or made == []
    assert posts(sandbox) == 1
    again = dunnings.write(client, notice(invoice))  # as the service does later
    assert dunnings.related_dunnings(client.invoice(invoice)) == [again.external_id]


def test_a_call_that_was_not_executed_may_be_repeated(sandbox, client, invoice):
    """429: "a rejected call is not executed"."""
    sandbox.fault("throttle", times=2, path="/dunnings", method="POST")
    written = dunnings.write(client, notice(invoice))
    assert dunnings.related_dunnings(client.invoice(invoice)) == [written.external_id]


def test_throttled_to_the_end_nothing_was_made(sandbox, client, invoice):
    sandbox.fault("throttle", times=0, path="/dunnings", method="POST")
    with pytest.raises(RateLimited):
        dunnings.write(client, notice(invoice))
    sandbox.clear_faults()
    assert dunnings.find(client, invoice, MARKER) is None


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden_token", "payment_required"])
def test_a_key_without_the_right_is_said_so(sandbox, client, invoice, fault):
    sandbox.fault(fault, path="/dunnings", method="POST")
    with pytest.raises(AuthFailed) as refused:
        dunnings.write(client, notice(invoice))
    assert sandbox.api_key not in str(refused.value) + refused.value.en
    assert posts(sandbox) == 1


def test_the_answer_is_lost_and_looking_fails_until_later(sandbox, client, invoice):
    sandbox.fault("late_success", path="/dunnings", method="POST")
    sandbox.fault("unauthorized", times=0, path="/dunnings/", method="GET")
    with pytest.raises(AnswerUnknown):
        dunnings.write(client, notice(invoice))
    sandbox.clear_faults()
    assert dunnings.find(client, invoice, MARKER) is not None
    assert posts(sandbox) == 1


# --- to the cent, whatever the invoice looks like

RATES = st.sampled_from([Decimal(0), Decimal(7), Decimal(19)])
PRICES = st.decimals(Decimal("0.01"), Decimal(9999), places=4)
LINE = st.fixed_dictionaries(
    {
        "price": PRICES,
        "rate": RATES,
        "quantity": st.decimals(Decimal("0.5"), Decimal(20), places=2),
        "discount": st.sampled_from([Decimal(0), Decimal(3), Decimal("12.5")]),
    }
)


def line_of(given, field):
    return {
        "type": "custom",
        "name": "Leistung",
        "quantity": given["quantity"],
        "unitName": "Stück",
        "unitPrice": {
            "currency": "EUR",
            field: given["price"],
            "taxRatePercentage": given["rate"],
        },
        "discountPercentage": given["discount"],
    }


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(LINE, min_size=1, max_size=4),
    repeat=st.sampled_from([1, 1, 1, 100]),
    kind=st.sampled_from(["net", "gross"]),
    whole=st.sampled_from([{}, {"totalDiscountPercentage": 10}, {"totalDiscountAbsolute": 1}]),
    fee=st.decimals(Decimal("0.01"), Decimal(500), places=2),
)
def test_the_dunning_comes_to_the_invoice_and_its_charges(
    sandbox, client, lines, repeat, kind, whole, fee
):
    """Also with a discount on the whole, and with more lines than a dunning holds."""
    field = "netAmount" if kind == "net" else "grossAmount"
    wanted = [line_of(each, field) for each in lines] * repeat
    contact = sandbox.add_contact(company="Nordlicht Bau GmbH")
    made = client._http.post_json(
        "/invoices",
        {
            "voucherDate": "2026-10-05T00:00:00.000+02:00",
            "address": {"contactId": contact},
            "lineItems": wanted[:300],
            "totalPrice": {"currency": "EUR", **whole},
            "taxConditions": {"taxType": kind},
            "shippingConditions": {"shippingType": "none"},
            "paymentConditions": {"paymentTermLabel": "14 Tage", "paymentTermDuration": 14},
        },
        {"finalize": "true"},
    )
    invoice = client.invoice(made["id"])
    gross = Decimal(str(invoice["totalPrice"]["totalGrossAmount"]))
    assume(gross > 0)
    charges = (("Mahngebühr", Money(fee, "EUR")),)
    owed = Money(gross, "EUR")
    written = dunnings.write(client, notice(made["id"], outstanding=owed, charges=charges))
    kept = client.dunning(written.external_id)
    assert Decimal(str(kept["totalPrice"]["totalGrossAmount"])) == gross + fee
    assert len(kept["lineItems"]) <= 300
