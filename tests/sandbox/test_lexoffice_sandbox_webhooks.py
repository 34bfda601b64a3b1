"""Subscriptions, signed deliveries, and the schedule of retries in compressed time."""

import base64
import json
from datetime import date
from itertools import pairwise

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from waiting import until

from sandbox.lexoffice import LexofficeSandbox
from sandbox.lexoffice.webhooks import RETRY_AFTER
from sandbox.serve import LocalServer

DAY = date(2026, 11, 20)


class Receiver:
    """Keeps what arrives, and answers what it is told: a list in turn, its last one for ever."""

    def __init__(self):
        self.codes, self.head_code = [200], 200
        self.heads, self.got = 0, []
        self.location = ""

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "HEAD":
            self.heads += 1
            start_response(f"{self.head_code} x", [])
            return [b""]
        body = environ["wsgi.input"].read()
        self.got.append((path, body, environ.get("HTTP_X_LXO_SIGNATURE", "")))
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        headers = [("Location", self.location)] if self.location else []
        start_response(f"{code} x", headers)
        return [b""]


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def url(receiver):
    with LocalServer(receiver) as server:
        yield f"{server.url}/hook/geheim"


@pytest.fixture
def subscribe(sandbox, api, url):
    sandbox.variant("callback", "http")

    def post(event, to=url):
        return api.post("/v1/event-subscriptions", {"eventType": event, "callbackUrl": to})

    return post


def test_a_subscription_is_created_after_a_head_and_shown_with_another_id_name(
    sandbox, api, subscribe, receiver, url
):
    answer = subscribe("payment.changed")
    assert (answer.status_code, receiver.heads) == (201, 1)
    id_ = answer.json()["id"]
    assert answer.headers["Location"].endswith(f"/v1/event-subscriptions/{id_}")
    (listed,) = api.json("/v1/event-subscriptions")["content"]
    assert listed == api.json(f"/v1/event-subscriptions/{id_}")
    assert listed == {
        "subscriptionId": id_,
        "organizationId": sandbox.organization_id,
        "createdDate": listed["createdDate"],
        "eventType": "payment.changed",
        "callbackUrl": url,
    }
    assert set(api.json("/v1/event-subscriptions")) == {"content"}  # no fields of paging


def test_the_same_again_is_409_and_another_event_is_not(subscribe):
    assert subscribe("payment.changed").status_code == 201
    assert subscribe("payment.changed").status_code == 409
    assert subscribe("invoice.deleted").status_code == 201


@pytest.mark.parametrize("event", ["invoice.paid", "dunning.status.changed", "contact.updated", ""])
def test_an_event_that_does_not_exist_is_406(subscribe, event):
    assert subscribe(event).status_code == 406


def test_a_callback_that_fails_head_or_is_not_https_is_406(sandbox, subscribe, receiver):
    receiver.head_code = 500
    assert subscribe("payment.changed").status_code == 406
    assert subscribe("payment.changed", "http://127.0.0.1:9/closed").status_code == 406
    assert subscribe("payment.changed", "no address").status_code == 406
    sandbox.variant("callback", "https")
    receiver.head_code = 200
    assert subscribe("payment.changed").status_code == 406
    sandbox.variant("callback", "unchecked")
    receiver.heads = 0
    assert subscribe("payment.changed").status_code == 201
    assert receiver.heads == 0


def test_a_subscription_can_be_deleted_but_not_changed(sandbox, api, subscribe, receiver, invoice):
    id_ = subscribe("payment.changed").json()["id"]
    assert api("PUT", f"/v1/event-subscriptions/{id_}", json={}).status_code == 405
    assert api("DELETE", f"/v1/event-subscriptions/{id_}").status_code == 204
    assert api("DELETE", f"/v1/event-subscriptions/{id_}").status_code == 404
    sandbox.pay(invoice)
    assert sandbox.webhooks.wait()
    assert receiver.got == []


def test_a_payment_is_announced_with_a_signed_pointer(sandbox, subscribe, receiver, invoice):
    subscribe("payment.changed")
    sandbox.pay(invoice, "500.00")
    assert sandbox.webhooks.wait()
    ((path, body, signature),) = receiver.got
    assert path == "/hook/geheim"
    event = json.loads(body)
    assert body == json.dumps(event, separators=(",", ":")).encode()  # compact, as signed
    assert event == {
        "organizationId": sandbox.organization_id,
        "eventType": "payment.changed",
        "resourceId": invoice,
        "eventDate": event["eventDate"],
    }
    assert event["eventDate"].startswith("2026-11-20T10:00:")
    key = serialization.load_pem_public_key(sandbox.webhook_key.encode())
    raw = base64.b64decode(signature)
    key.verify(raw, body, padding.PKCS1v15(), hashes.SHA512())
    with pytest.raises(InvalidSignature):
        key.verify(raw, body + b" ", padding.PKCS1v15(), hashes.SHA512())


def test_what_happens_to_vouchers_is_announced(sandbox, subscribe, receiver, muster):
    for event in (
        "invoice.created", "invoice.changed", "invoice.deleted", "invoice.status.changed",
        "payment.changed", "dunning.created", "dunning.deleted", "contact.changed",
        "credit-note.status.changed", "down-payment-invoice.created", "voucher.created",
    ):  # fmt: skip
        assert subscribe(event).status_code == 201

    def seen():
        assert sandbox.webhooks.wait()
        found = [json.loads(body)["eventType"] for _, body, _ in receiver.got]
        receiver.got.clear()
        return found

    id_ = sandbox.add_invoice(contact=muster, gross="100.00", on=DAY)
    assert seen() == ["invoice.created", "invoice.status.changed"]
    sandbox.pay(id_, "40.00")
    assert seen() == ["payment.changed"]
    sandbox.pay(id_)
    assert seen() == ["payment.changed", "invoice.status.changed"]
    sandbox.unpay(id_)
    assert seen() == ["payment.changed", "invoice.status.changed"]
    sandbox.reopen_as_draft(id_)
    assert "payment.changed" in seen()
    sandbox.change(id_, title="Neu")
    assert seen() == ["invoice.changed"]
    sandbox.finalize(id_)
    assert seen() == ["invoice.status.changed"]
    dunning = sandbox.dun(id_, title="Mahnung", on=DAY)
    sandbox.delete(dunning)
    assert seen() == ["dunning.created", "dunning.deleted"]
    sandbox.credit(id_, "10.00")
    assert {"credit-note.status.changed", "payment.changed"} <= set(seen())
    sandbox.void(id_)
    sandbox.delete(id_)
    assert seen() == ["invoice.status.changed", "invoice.deleted"]
    sandbox.change_contact(muster, note="neu")
    sandbox.archive(muster)
    assert seen() == ["contact.changed", "contact.changed"]
    sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, kind="downpaymentinvoice")
    sandbox.add_invoice(contact=muster, gross="10.00", on=DAY, kind="salesinvoice")
    assert seen() == ["down-payment-invoice.created", "voucher.created"]


@pytest.mark.parametrize("code", [401, 403, 404, 429, 500, 503])
def test_these_answers_are_retried_until_one_is_accepted(
    sandbox, subscribe, receiver, invoice, code
):
    subscribe("payment.changed")
    receiver.codes = [code, code, 204]
    sandbox.pay(invoice)
    assert sandbox.webhooks.wait()
    assert [each.status for each in sandbox.deliveries] == [code, code, 204]
    assert len({body for _, body, _ in receiver.got}) == 1  # the same bytes again
    assert len(sandbox.world.subscriptions) == 1


@pytest.mark.parametrize("code", [200, 201, 202, 204, 400, 406, 422])
def test_these_answers_are_final(sandbox, subscribe, receiver, invoice, code):
    subscribe("payment.changed")
    receiver.codes = [code]
    sandbox.pay(invoice)
    assert sandbox.webhooks.wait()
    assert len(receiver.got) == 1
    assert len(sandbox.world.subscriptions) == 1


def test_gone_deletes_the_subscription_at_once(sandbox, subscribe, receiver, invoice):
    subscribe("payment.changed")
    receiver.codes = [410]
    sandbox.pay(invoice)
    assert sandbox.webhooks.wait()
    assert len(receiver.got) == 1
    assert sandbox.world.subscriptions == {}


def test_redirects_are_followed_three_times_and_not_retried(
    sandbox, subscribe, receiver, url, invoice
):
    subscribe("payment.changed")
    receiver.codes, receiver.location = [307, 307, 307, 200], url
    sandbox.pay(invoice, "1.00")
    assert sandbox.webhooks.wait()
    assert [each.status for each in sandbox.deliveries] == [200]
    receiver.codes = [307]
    sandbox.pay(invoice, "1.00")
    assert sandbox.webhooks.wait()
    assert [each.number for each in sandbox.deliveries] == [0, 0]  # given up, not retried
    assert len(sandbox.world.subscriptions) == 1


def test_the_schedule_is_the_platforms():
    assert RETRY_AFTER[:5] == (10, 20, 40, 80, 160)
    assert RETRY_AFTER[5] == 30 * 60
    assert RETRY_AFTER[6:] == (7200,) * 19
    assert len(RETRY_AFTER) == 25


@pytest.mark.parametrize(("code", "left"), [(404, 0), (500, 1)])
def test_after_all_tries_404_deletes_the_subscription_and_500_does_not(url, receiver, code, left):
    with LexofficeSandbox(today=DAY, time_factor=1e-7) as sandbox:
        sandbox.variant("callback", "unchecked")
        receiver.codes = [code]
        world = sandbox.world
        from sandbox.lexoffice.model import Subscription

        world.subscriptions["s"] = Subscription("s", "payment.changed", url, world.clock.now())
        sandbox.pay(sandbox.add_invoice(contact=None, gross="1.00", on=DAY))
        assert sandbox.webhooks.wait()
        assert [each.number for each in sandbox.deliveries] == list(range(26))
        assert len(world.subscriptions) == left


def test_time_is_compressed_by_the_factor(url, receiver):
    with LexofficeSandbox(today=DAY, time_factor=0.002) as sandbox:
        from sandbox.lexoffice.model import Subscription

        receiver.codes = [503, 503, 503, 200]
        arrivals = []
        answer = receiver.__call__

        def timed(environ, start_response):
            arrivals.append(sandbox.world.clock.monotonic())
            return answer(environ, start_response)

        with LocalServer(timed) as server:
            sandbox.world.subscriptions["s"] = Subscription(
                "s", "payment.changed", f"{server.url}/", sandbox.world.clock.now()
            )
            sandbox.pay(sandbox.add_invoice(contact=None, gross="1.00", on=DAY))
            assert sandbox.webhooks.wait()
        gaps = [later - earlier for earlier, later in pairwise(arrivals)]
        assert [gap >= least for gap, least in zip(gaps, (0.02, 0.04, 0.08), strict=True)] == [
            True, True, True,
        ]  # fmt: skip


def test_a_subscriber_that_is_away_is_tried_again(sandbox, receiver, invoice, subscribe):
    with LocalServer(receiver) as gone:
        address = f"{gone.url}/hook"
        assert subscribe("payment.changed", address).status_code == 201
    sandbox.pay(invoice)
    until(lambda: len(sandbox.deliveries) >= 3)
    sandbox.stop()
    assert [(each.number, each.status) for each in sandbox.deliveries[:3]] == [
        (0, 0), (1, 0), (2, 0),
    ]  # fmt: skip
    assert len(sandbox.world.subscriptions) == 1


def test_a_revoked_key_says_good_bye_and_takes_its_subscriptions_along(
    sandbox, subscribe, receiver, invoice
):
    subscribe("token.revoked")
    subscribe("payment.changed")
    sandbox.revoke_key()
    sandbox.pay(invoice)
    assert sandbox.webhooks.wait()
    ((_, body, _),) = receiver.got
    assert json.loads(body)["eventType"] == "token.revoked"
    assert json.loads(body)["resourceId"] == sandbox.world.connection_id
    assert sandbox.world.subscriptions == {}
