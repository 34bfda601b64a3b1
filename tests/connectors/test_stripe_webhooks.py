"""Events of Stripe: every behaviour of §4 and §5 of the reference, and what we add to them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.errors
from connectors.stripe import webhooks
from connectors.stripe.event_body import EVENT_MAP, EVENTS, MAX_BYTES
from connectors.stripe.webhooks import parse_events, verify
from core.domain.platform_records import EventChange, EventKind
from core.errors import ConfigError, EventTooLarge, SignatureInvalid, WebhookError

CASES = json.loads((Path(__file__).parent / "stripe_signatures.json").read_text("utf-8"))["cases"]
SECRET = "whsec_mahnwerkEins0123456789abcdef"
AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
SECONDS = int(AT.timestamp())


def signed(raw, at=SECONDS, secret=SECRET):
    digest = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={digest}"}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_signature(case):
    raw = base64.b64decode(case["body"])
    now = datetime.fromtimestamp(case["now"], UTC)
    given = (raw, case["headers"], case["secrets"], now, case["tolerance"])
    if case["outcome"] == "ok":
        verify(*given)
        return
    with pytest.raises(getattr(core.errors, case["outcome"])) as refused:
        verify(*given)
    assert type(refused.value).__name__ == case["outcome"]
    told = str(refused.value) + refused.value.sentence("en")
    assert not any(secret and secret in told for secret in case["secrets"])


def test_every_refusal_of_a_signature_is_a_bad_request():
    outcomes = {case["outcome"] for case in CASES} - {"ok", "ConfigError"}
    assert outcomes == {"SignatureInvalid", "EventStale"}
    assert {getattr(core.errors, each).status for each in outcomes} == {400}


def test_the_usual_tolerance_is_five_minutes():
    raw = b"{}"
    verify(raw, signed(raw, SECONDS - 300), [SECRET], AT)
    with pytest.raises(core.errors.EventStale, match="Uhr"):
        verify(raw, signed(raw, SECONDS - 301), [SECRET], AT)


def test_a_part_of_a_second_makes_nothing_stale():
    """300 s are good, and the header knows whole seconds only."""
    verify(b"{}", signed(b"{}", SECONDS - 300), [SECRET], AT.replace(microsecond=900_000))


@pytest.mark.parametrize("body", [bytearray(b"{}"), memoryview(b"{}").tobytes()])
def test_bytes_of_any_kind_are_bytes(body):
    verify(bytes(body), signed(b"{}"), [SECRET], AT)


def test_signatures_are_compared_in_constant_time_and_all_of_them(monkeypatch):
    """Who measures must not learn which secret or which v1 was the right one."""
    compared = []

    def compare(left, right):
        compared.append((left, right))
        return left == right

    monkeypatch.setattr(webhooks.hmac, "compare_digest", compare)
    good = signed(b"{}")["Stripe-Signature"]
    verify(b"{}", {"Stripe-Signature": f"{good},v1=aa"}, [SECRET, "whsec_mahnwerk2"], AT)
    assert len(compared) == 4
    assert all(isinstance(each, bytes) for pair in compared for each in pair)


def test_nothing_is_parsed_before_the_signature_holds(monkeypatch):
    monkeypatch.setattr(webhooks, "read_event", None)
    with pytest.raises(SignatureInvalid):
        verify(b"\xff[[[[", signed(b"other"), [SECRET], AT)
    verify(b"\xff[[[[", signed(b"\xff[[[["), [SECRET], AT)


def test_what_is_too_large_is_neither_signed_nor_parsed():
    raw = b" " * (MAX_BYTES + 1)
    with pytest.raises(EventTooLarge) as refused:
        verify(raw, signed(raw), [SECRET], AT)
    assert refused.value.status == 413
    with pytest.raises(EventTooLarge):
        parse_events(raw)
    verify(raw[1:], signed(raw[1:]), [SECRET], AT)


def test_an_invoice_of_ten_long_lines_is_not_too_large():
    line = {"description": "Wartung " * 60, "metadata": {f"k{n}": "x" * 500 for n in range(50)}}
    body = snapshot("invoice.finalized", {"id": "in_1", "lines": {"data": [line] * 10}})
    assert parse_events(body)[0].external_id == "in_1"


@given(
    st.binary(max_size=60),
    st.dictionaries(st.sampled_from(["Stripe-Signature", "stripe-signature", "X"]), st.text()),
    st.lists(st.text(max_size=8), max_size=3),
)
def test_whatever_comes_only_refusals_come_out(raw, headers, secrets):
    with pytest.raises((WebhookError, ConfigError)):
        verify(raw, headers, ["whsec_mahnwerk", *secrets], AT)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = [
    "id", "object", "type", "created", "livemode", "account", "data", "related_object", "api_version"
]  # fmt: skip
BODIES = st.dictionaries(
    st.sampled_from(NAMES),
    VALUES
    | st.sampled_from(["event", "v2.core.event", "invoice.paid", "v1.refund.failed", 1790845200])
    | st.fixed_dictionaries({"object": st.fixed_dictionaries({"id": VALUES})})
    | st.fixed_dictionaries({"id": VALUES}),
)


@given(st.binary(max_size=60) | BODIES.map(lambda body: json.dumps(body).encode()))
def test_whatever_a_body_holds_only_events_or_refusals_come_out(raw):
    try:
        (event,) = parse_events(raw)
    except WebhookError:
        return
    assert event.at.tzinfo is UTC
    assert event.key
    assert event.external_id or event.kind in (EventKind.OTHER, EventKind.DEBTOR)


# --- what an event says ---


def snapshot(kind, thing, **more):
    body = {
        "id": "evt_1A", "object": "event", "type": kind, "created": SECONDS, "livemode": False,
        "api_version": "2026-10-28.endive", "data": {"object": thing}, "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None}, **more,
    }  # fmt: skip
    return json.dumps(body).encode()


def thin(kind, related, **more):
    body = {
        "id": "evt_65", "object": "v2.core.event", "type": kind,
        "created": "2026-10-01T09:00:00.000Z", "livemode": False, "related_object": related, **more,
    }  # fmt: skip
    return json.dumps(body).encode()


def test_a_paid_invoice_is_to_be_read_again():
    (event,) = parse_events(snapshot("invoice.paid", {"id": "in_1", "object": "invoice"}))
    assert (event.kind, event.change) == (EventKind.PAYMENT, EventChange.CHANGED)
    assert (event.external_id, event.key, event.at) == ("in_1", "evt_1A", AT)
    assert (event.organization, event.mode) == ("", "test")


def test_an_event_of_a_connected_account_names_it_and_a_live_one_says_so():
    raw = snapshot("invoice.paid", {"id": "in_1"}, account="acct_Muster", livemode=True)
    (event,) = parse_events(raw)
    assert (event.organization, event.mode) == ("acct_Muster", "live")


CHARGE = {"id": "ch_1", "payment_intent": "pi_1"}
REFUND = {"id": "re_1", "charge": "ch_1", "payment_intent": "pi_1"}
DISPUTE = {"id": "du_1", "charge": "ch_1", "payment_intent": None}


@pytest.mark.parametrize(
    ("kind", "thing", "expected"),
    [
        ("invoice.finalized", {"id": "in_1"}, ("invoice", "created", "in_1")),
        ("invoice.updated", {"id": "in_1"}, ("invoice", "changed", "in_1")),
        ("invoice.voided", {"id": "in_1"}, ("invoice", "changed", "in_1")),
        ("invoice.deleted", {"id": "in_1"}, ("invoice", "deleted", "in_1")),
        ("invoice.overdue", {"id": "in_1"}, ("invoice", "changed", "in_1")),
        ("invoice_payment.paid", {"id": "inpay_1", "invoice": "in_1"}, ("payment", "changed", "in_1")),
        ("credit_note.created", {"id": "cn_1", "invoice": "in_1"}, ("invoice", "changed", "in_1")),
        ("credit_note.voided", {"id": "cn_1", "invoice": {"id": "in_1"}}, ("invoice", "changed", "in_1")),
        ("charge.refunded", CHARGE, ("payment", "changed", "pi_1")),
        ("charge.refunded", {"id": "py_1", "payment_intent": None}, ("payment", "changed", "py_1")),
        ("refund.created", REFUND, ("payment", "changed", "pi_1")),
        ("refund.failed", {"id": "pyr_1"}, ("payment", "changed", "pyr_1")),
        ("charge.refund.updated", REFUND, ("payment", "changed", "pi_1")),
        ("charge.dispute.created", DISPUTE, ("payment", "changed", "ch_1")),
        ("charge.dispute.closed", DISPUTE, ("payment", "changed", "ch_1")),
        ("payment_intent.processing", {"id": "pi_1"}, ("payment", "changed", "pi_1")),
        ("cash_balance.funds_available", {"object": "cash_balance", "customer": "cus_1"},
         ("debtor", "changed", "cus_1")),
        ("customer.updated", {"id": "cus_1"}, ("debtor", "changed", "cus_1")),
        ("customer.deleted", {"id": "cus_1"}, ("debtor", "deleted", "cus_1")),
        ("customer.tax_id.created", {"id": "txi_1", "customer": "cus_1"}, ("debtor", "changed", "cus_1")),
        ("invoice.upcoming", {"object": "invoice"}, ("other", "other", "")),
        ("payout.paid", {"id": "po_1"}, ("other", "other", "po_1")),
        ("invoice.something_new", {"id": "in_1"}, ("other", "other", "in_1")),
    ],
)  # fmt: skip
def test_each_type_names_what_to_read_again(kind, thing, expected):
    (event,) = parse_events(snapshot(kind, thing))
    assert (event.kind, event.change, event.external_id) == expected


def test_an_event_older_than_basil_still_says_which_invoice():
    """Then a charge named its invoice, and an account's default version may be that old (§0.3)."""
    old = {"id": "ch_1", "invoice": "in_7", "payment_intent": "pi_1"}
    (event,) = parse_events(snapshot("charge.refunded", old, api_version="2019-12-03"))
    assert event.external_id == "in_7"
    invoice = {"id": "in_7", "paid": True, "closed": True, "charge": "ch_1", "billing": "x"}
    (event,) = parse_events(snapshot("invoice.paid", invoice, api_version="2016-07-06"))
    assert event.external_id == "in_7"


@pytest.mark.parametrize(
    ("kind", "related", "expected"),
    [
        ("v1.invoice.paid", "in_1", ("payment", "in_1")),
        ("v1.invoice.voided", "in_1", ("invoice", "in_1")),
        ("v1.invoice_payment.open", "inpay_1", ("payment", "inpay_1")),
        ("v1.refund.created", "re_1", ("payment", "re_1")),
        ("v1.credit_note.created", "cn_1", ("invoice", "cn_1")),
        ("v1.customer.updated", "cus_1", ("debtor", "cus_1")),
        # names no customer: nothing to read alone, and the next sync has it
        ("v1.customer.tax_id.created", "txi_1", ("debtor", "")),
        ("v2.core.account.updated", "acct_1", ("other", "acct_1")),
    ],
)
def test_a_thin_event_names_what_to_read_again(kind, related, expected):
    raw = thin(kind, {"id": related, "type": "x", "url": f"/v1/x/{related}"})
    (event,) = parse_events(raw)
    assert (event.kind, event.external_id) == expected
    assert (event.at, event.key, event.mode) == (AT, "evt_65", "test")


def test_a_thin_event_about_nothing_is_no_reason_to_fail():
    (event,) = parse_events(thin("v1.billing.meter.no_meter_found", None))
    assert (event.kind, event.external_id) == (EventKind.OTHER, "")


def test_a_snapshot_type_is_not_that_of_a_thin_event():
    assert parse_events(snapshot("v1.invoice.paid", {"id": "in_1"}))[0].kind is EventKind.OTHER


BARE = {
    "id": "evt_1",
    "type": "invoice.paid",
    "created": SECONDS,
    "data": {"object": {"id": "in_1"}},
}


def test_a_body_needs_no_optional_field():
    (event,) = parse_events(json.dumps(BARE).encode())
    assert (event.organization, event.mode, event.external_id) == ("", "", "in_1")


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None}, {"id": ""}, {"id": 7}, {"id": "e" * 256}, {"id": "a\nb"}, {"id": "a b"},
        {"type": None}, {"created": None}, {"created": "2026-10-01"}, {"created": True},
        {"created": -1}, {"created": 10**18}, {"created": 1.5}, {"data": None}, {"data": []},
        {"data": {"object": None}}, {"data": {"object": {}}}, {"data": {"object": {"id": ["x"]}}},
        {"object": "list"}, {"object": ["event"]}, {"livemode": "yes"}, {"account": 7},
        {"object": "v2.core.event"},
    ],
    ids=str,
)  # fmt: skip
def test_a_body_that_lacks_what_matters_is_refused(broken):
    with pytest.raises(WebhookError) as refused:
        parse_events(json.dumps({**BARE, **broken}).encode())
    assert not isinstance(refused.value, SignatureInvalid)


@pytest.mark.parametrize("created", ["2026-10-01T09:00:00", "gestern", 1790845200, None])
def test_a_thin_event_needs_an_instant_with_its_offset(created):
    with pytest.raises(WebhookError, match="created"):
        parse_events(thin("v1.invoice.paid", {"id": "in_1"}, created=created))


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"{", b"\xff\xfe", b"null", b"7", b"[" * 100_000]
)
def test_nonsense_with_a_good_signature_is_no_matter_of_the_signature(raw):
    verify(raw, signed(raw), [SECRET], AT)
    with pytest.raises(WebhookError) as refused:
        parse_events(raw)
    assert not isinstance(refused.value, SignatureInvalid)


# --- what is subscribed to ---


def test_the_least_that_a_dunning_product_needs_is_subscribed_to_by_exact_names():
    """§4: invoice.*, invoice_payment.paid, credit_note.*, refund.*, charge.refunded, …"""
    assert set(EVENTS) <= set(EVENT_MAP)
    assert all(EVENT_MAP[each].kind is not EventKind.OTHER for each in EVENTS)
    assert len(set(EVENTS)) == len(EVENTS)
    by = {prefix: sum(each.startswith(prefix) for each in EVENTS) for prefix in (
        "invoice.", "invoice_payment.paid", "credit_note.", "refund.", "charge.refunded",
        "charge.dispute.", "customer.", "cash_balance.funds_available",
    )}  # fmt: skip
    assert by == {
        "invoice.": 12, "invoice_payment.paid": 1, "credit_note.": 3, "refund.": 3,
        "charge.refunded": 1, "charge.dispute.": 5, "customer.": 3, "cash_balance.funds_available": 1,
    }  # fmt: skip


def test_a_receiver_that_is_down_does_not_hold_up_the_merchants_invoices():
    """Stripe waits up to 72 hours for the answer to invoice.created before it finalises (§2)."""
    assert "invoice.created" not in EVENTS
