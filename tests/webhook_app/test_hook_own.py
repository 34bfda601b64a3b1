"""Other systems of the creditor: signed by HMAC or by a JWT that binds the body, both for minutes."""

import base64
import json
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from hook_desk import HookDesk
from jose import jwt

from core.domain.money import Money
from core.errors import WebhookError
from core.services.inbound_events import Says, read_inbound

PAID = json.dumps({
    "event": "paid", "invoice": "RE-17", "amount": "119.00", "currency": "EUR",
    "on": "2026-03-01", "event_id": "kasse-9",
}).encode()  # fmt: skip
MAIL = b"From: mailer-daemon@muster.example\r\nSubject: Undelivered\r\n\r\n\xff\xfe\x00"


def post(desk, raw, headers, path=None):
    return desk.flask().test_client().post(path or desk.inbound_path, data=raw, headers=headers)


def token(desk, raw, secret=None, algorithm="HS256", lack=(), **claims):
    at = int(desk.clock.now().timestamp())
    full = {"iat": at, "exp": at + 60, "jti": "j-1", "body_sha256": sha256(raw).hexdigest()}
    full = {k: v for k, v in (full | claims).items() if k not in lack}
    key = desk.inbound_secret if secret is None else secret
    return {"Authorization": f"Bearer {jwt.encode(full, key, algorithm=algorithm)}"}


def test_a_till_reports_a_payment_once_however_often_it_tries(desk):
    for _ in range(2):
        assert post(desk, PAID, desk.own_headers(PAID)).status_code == 200
        desk.clock.advance(seconds=40)
    assert desk.rows() == [("inbound:kasse-9", "inbound", "new", PAID)]


def test_what_it_said_can_be_read(desk):
    found = read_inbound(PAID)
    assert (found.says, found.invoice, found.id) == (Says.PAID, "RE-17", "")
    assert (found.amount, found.on) == (Money(Decimal("119.00"), "EUR"), date(2026, 3, 1))


def test_without_an_id_the_bytes_tell_one_event_from_another(desk):
    first, second = b'{"event":"changed","id":"7"}', b'{"event":"changed","id":"8"}'
    for raw in (first, second, first):
        assert post(desk, raw, desk.own_headers(raw)).status_code == 200
    assert len(desk.rows()) == 2


def test_a_jwt_binds_the_body_and_is_good_for_minutes(desk):
    assert post(desk, PAID, token(desk, PAID)).status_code == 200
    forged = PAID.replace(b"119.00", b"1190.0")
    assert post(desk, forged, token(desk, PAID)).status_code == 400
    assert len(desk.rows()) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"lack": ["iat"]}, {"lack": ["exp"]}, {"lack": ["jti"]}, {"lack": ["body_sha256"]},
        {"jti": ""}, {"jti": 7}, {"jti": "x" * 201}, {"exp": "morgen"}, {"iat": True},
        {"secret": "ein-anderes-geheimnis"}, {"algorithm": "HS512"}, {"algorithm": "HS384"},
        {"exp": 10**11}, {"body_sha256": "0" * 64}, {"exp": -5},
    ],
    ids=str,
)  # fmt: skip
def test_a_jwt_that_lacks_something_or_is_signed_otherwise(desk, claims):
    assert post(desk, PAID, token(desk, PAID, **claims)).status_code == 400
    assert desk.rows() == []


def test_a_jwt_without_a_signature_says_nothing(desk):
    """alg=none: the algorithm is ours to choose."""
    at = int(desk.clock.now().timestamp())
    claims = {"iat": at, "exp": at + 60, "jti": "j", "body_sha256": sha256(PAID).hexdigest()}
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    encoded = [
        base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts
    ]
    for end in ("", "AAAA"):
        bearer = {"Authorization": f"Bearer {'.'.join(encoded)}.{end}"}
        assert post(desk, PAID, bearer).status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [(-301, 400), (-300, 200), (300, 200), (301, 400)])
def test_a_signature_counts_for_five_minutes_either_way(desk, seconds, status):
    headers = desk.own_headers(PAID)
    desk.clock.advance(seconds=-seconds)
    assert post(desk, PAID, headers).status_code == status


def test_a_jwt_ends(desk):
    headers = token(desk, PAID)
    desk.clock.advance(seconds=61)
    assert post(desk, PAID, headers).status_code == 400


@pytest.mark.parametrize("value", ["", "t=,v1=", "v1=ab", "t=1", "t=abc,v1=00", "t=1,v1=ü",
                                   "t=99999999999999,v1=00", "," * 5000])  # fmt: skip
def test_a_garbled_signature_is_400(desk, value):
    headers = {"Mahnwerk-Signature": value.encode("utf-8").decode("latin-1")}
    assert post(desk, PAID, headers).status_code == 400


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"", "JSON"), (b"[]", "JSON"), (b"[" * 50_000, "JSON"), (b"\xff", "JSON"),
        (b"{}", "event"), (b'{"event":"gone","id":"1"}', "event"), (b'{"event":"paid"}', "id"),
        (b'{"event":"paid","id":{}}', "id"), (b'{"event":"paid","id":"a\\u0000"}', "id"),
        (b'{"event":"paid","id":"1","amount":"viel"}', "amount"),
        (b'{"event":"paid","id":"1","amount":"-1"}', "amount"),
        (b'{"event":"paid","id":"1","amount":"0"}', "amount"),
        (b'{"event":"paid","id":"1","amount":"1.005"}', "amount"),
        (b'{"event":"paid","id":"1","amount":NaN}', "amount"),
        (b'{"event":"paid","id":"1","amount":1e400}', "amount"),
        (b'{"event":"paid","id":"1","amount":"1","currency":"Euro"}', "currency"),
        (b'{"event":"paid","id":"1","on":"gestern"}', "on"),
    ],
)  # fmt: skip
def test_what_is_rightly_signed_and_wrong_names_the_field_and_waits_for_a_person(desk, raw, named):
    with pytest.raises(WebhookError, match=named):
        read_inbound(raw)
    assert post(desk, raw, desk.own_headers(raw)).status_code == 200
    [row] = desk.rows()
    assert row[1:] == ("other", "failed", raw)


def test_a_number_in_json_is_exact(desk):
    assert read_inbound(b'{"event":"paid","id":"1","amount":0.1}').amount == Money(
        Decimal("0.1"), "EUR"
    )


def test_a_mail_that_came_back_is_stored_byte_for_byte(desk):
    headers = desk.own_headers(MAIL, desk.mail_secret) | {"Content-Type": "message/rfc822"}
    for _ in range(2):
        assert post(desk, MAIL, headers, desk.mail_path).status_code == 200
    [(key, kind, state, raw)] = desk.rows()
    assert (kind, state, raw) == ("returned_mail", "new", MAIL)
    assert key == f"mail:{sha256(MAIL).hexdigest()}"


def test_secrets_are_not_interchangeable(desk):
    assert post(desk, MAIL, desk.own_headers(MAIL), desk.mail_path).status_code == 400
    wrong = desk.own_headers(PAID, desk.mail_secret)
    assert post(desk, PAID, wrong).status_code == 400


def test_another_creditors_office_has_other_addresses(desk, tmp_path, clock):
    other = HookDesk(tmp_path / "anderer", clock)
    try:
        assert other.inbound_path != desk.inbound_path
        answer = post(other, PAID, desk.own_headers(PAID), desk.inbound_path)
        assert answer.status_code == 404
    finally:
        other.close()
