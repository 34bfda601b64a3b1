"""Whatever a person does in whatever order: list, payments and invoice tell the same story."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.wrappers import Request

from sandbox.lexoffice import LexofficeSandbox
from sandbox.lexoffice.model import PAYMENT_KINDS
from sandbox.lexoffice.replies import ApiError

DAY = date(2026, 11, 20)
GROSS = Decimal("1190.00")

EVENTS = st.one_of(
    st.tuples(
        st.just("pay"),
        st.sampled_from(PAYMENT_KINDS),
        st.decimals(min_value="0.01", max_value="1300", places=2) | st.none(),
    ),
    st.tuples(st.just("credit"), st.booleans(), st.decimals("0.01", "1200", places=2)),
    st.tuples(st.sampled_from(["unpay", "void", "reopen_as_draft", "finalize", "dun"])),
)


def ask(sandbox, path, **query):
    """A request without a network: the gateway is asked directly."""
    headers = {"Authorization": f"Bearer {sandbox.api_key}"}
    request = Request.from_values(path, query_string=query, headers=headers)
    answer = sandbox.gateway.answer(request)
    return answer.status_code, json.loads(answer.get_data(), parse_float=Decimal)


def act(sandbox, invoice, event):
    """Does it; what the platform would not offer in this state is refused and changes nothing."""
    name, *rest = event
    try:
        if name == "pay":
            sandbox.pay(invoice, rest[1], kind=rest[0])
        elif name == "credit":
            sandbox.credit(invoice, rest[1], linked=rest[0])
        elif name == "dun":
            sandbox.dun(invoice, title="Mahnung", on=DAY)
        else:
            getattr(sandbox, name)(invoice)
    except (ValueError, ApiError):
        return


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=12))
def test_list_payments_and_invoice_agree_after_every_event(events):
    sandbox = LexofficeSandbox(today=DAY, limiter=False)
    contact = sandbox.add_contact(company="Muster GmbH")
    invoice = sandbox.add_invoice(contact=contact, gross=GROSS, on=date(2026, 10, 1))
    for event in events:
        act(sandbox, invoice, event)
        check(sandbox, invoice)


def check(sandbox, invoice):
    _, found = ask(sandbox, f"/v1/invoices/{invoice}")
    _, page = ask(sandbox, "/v1/voucherlist", voucherType="invoice", voucherStatus="any", size=250)
    (row,) = page["content"]
    status, payments = ask(sandbox, f"/v1/payments/{invoice}")
    state = found["voucherStatus"]
    assert row["voucherStatus"] == ("overdue" if state == "open" else state)
    assert row["totalAmount"] == found["totalPrice"]["totalGrossAmount"] == GROSS
    assert row["updatedDate"][:19] == found["updatedDate"][:19]
    if state == "draft":
        assert (status, payments["status"]) == (406, 406)
        assert "openAmount" not in row
        return
    left = payments["openAmount"]
    assert payments["voucherStatus"] == state
    assert 0 <= left == row["openAmount"] <= GROSS
    cleared = sum(
        item["amount"]
        for item in payments["paymentItems"]
        if item["paymentItemType"] != "dunningCosts"
    )
    if state == "open":
        assert left > 0
        assert left + cleared == GROSS
    else:
        assert (left, payments["paymentStatus"]) == (0, "balanced")
    assert ("paidDate" in payments) == (state == "paid")
