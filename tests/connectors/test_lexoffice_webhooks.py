"""Events of lexoffice: only what lexoffice signed is read, and only as a pointer."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from connectors.lexoffice import webhooks
from connectors.lexoffice.platform import PLATFORM
from connectors.lexoffice.webhook_keys import candidate_key, read_keys
from connectors.lexoffice.webhooks import EVENT_MAP, EVENTS, MAX_BYTES, parse_events, verify
from core.domain.platform_records import EventChange, EventKind
from core.errors import ConfigError, EventTooLarge, SignatureInvalid, UsageError, WebhookError

PAID = {
    "organizationId": "0c1d2e3f-0000-4000-8000-000000000001",
    "eventType": "payment.changed",
    "resourceId": "1d0f2e3f-0000-4000-8000-000000000002",
    "eventDate": "2026-01-22T11:12:13.000+01:00",
}


def compact(event):
    return json.dumps(event, separators=(",", ":")).encode()


def pem(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def signed(key, raw, algorithm=None, pad=None):
    signature = key.sign(raw, pad or padding.PKCS1v15(), algorithm or hashes.SHA512())
    return {"X-Lxo-Signature": base64.b64encode(signature).decode()}


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def other():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


RAW = compact(PAID)


def test_a_signed_event_passes(key):
    assert verify(RAW, signed(key, RAW), [pem(key)]) is None


def test_a_vector_made_by_openssl_passes():
    """`openssl dgst -sha512 -sign`, as the documentation's `-verify` wants it; key made for this."""
    public = (
        "-----BEGIN PUBLIC KEY-----\n"
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkp7BksMqw3AfA6VXsBWF\n"
        "hA5bsntGYWQFmffDRfNLYkWrWdqWxDdY9JOgKicCYR+5IJzYYtqNd/uQ6QWBv7dY\n"
        "F/knacopyXialTKxSFeC9KFErYg0vde4iLPrilLwtlZE4Q3UnSlfb/BazetuOZ59\n"
        "yeHdDW+W2CPUYiNgGderCwL9hpd4xHP5gHa5Sg2VEnO29fbiDarORToXZE4CQ9ll\n"
        "90vdfgAWaFV8HwMycDECoDj7MBkKNs13XD5bjtMS0qYIgm+HplOgFHXcq7+2jFLa\n"
        "Rphznadcvr1mKVq0khOCqcr83FIihoSgTgk8fS9Lnm9GGCI6rEvkKR18cThLoglq\n"
        "MwIDAQAB\n"
        "-----END PUBLIC KEY-----\n"
    )  # fmt: skip
    raw = (
        b'{"organizationId":"0c1d","eventType":"payment.changed","resourceId":"1d0f",'
        b'"eventDate":"2026-01-22T11:12:13.000+01:00"}'
    )
    signature = (
        "HRu0LhHgndlyOvgtNQYOL79mus0Uzv/IqK0We9ejdteO3K/tTj0PmT3L2MRoWHE1CDWBDa3zr8BA"
        "w0nxfIqO0l3DmgKf4D9KBwAs9heyY5Gxm7SJbKsA3CNiI/38SKx5GswNLS46hPkV+gY7G7a8Oz9z"
        "TswWNbEjkHee9uvYLI4m6SCzbxbhB2vG4lzLJI5gDzVlljqQv4g6G+iWOk/8PVSEvYjOthPFoAjd"
        "bz3eyCZZzh5YRHrUzzXQ6RMBRzw5Gwk8ppEoBUOvjTeU3xJwndcYqQI/btxKLpJbb3Nl/oiOvwZf"
        "siyGV3qNY45jfmMu7zA8jzjwBcZYX+3IYZi7hg=="
    )  # fmt: skip
    verify(raw, {"X-Lxo-Signature": signature}, [public])
    with pytest.raises(SignatureInvalid):
        verify(raw.replace(b"1d0f", b"1d0e"), {"X-Lxo-Signature": signature}, [public])


@pytest.mark.parametrize("name", ["x-lxo-signature", "X-LXO-SIGNATURE", "X-Lxo-Signature"])
def test_the_name_of_the_header_may_be_written_in_any_case(key, name):
    verify(RAW, {"Host": "x.example", name: signed(key, RAW)["X-Lxo-Signature"]}, [pem(key)])


def test_during_a_change_of_keys_both_count(key, other):
    both = [pem(other) + "\n" + pem(key)]
    verify(RAW, signed(key, RAW), both)
    verify(RAW, signed(other, RAW), both)
    verify(RAW, signed(key, RAW), [pem(other), pem(key)])


def test_the_key_of_somebody_else_does_not_pass(key, other):
    with pytest.raises(SignatureInvalid):
        verify(RAW, signed(other, RAW), [pem(key)])


@given(st.data())
def test_one_changed_bit_anywhere_is_noticed(key, data):
    at = data.draw(st.integers(0, len(RAW) * 8 - 1))
    changed = bytearray(RAW)
    changed[at // 8] ^= 1 << at % 8
    with pytest.raises(SignatureInvalid):
        verify(bytes(changed), signed(key, RAW), [pem(key)])


def test_the_same_event_written_with_blanks_does_not_pass(key):
    with pytest.raises(SignatureInvalid):
        verify(json.dumps(PAID).encode(), signed(key, RAW), [pem(key)])


@pytest.mark.parametrize(
    ("algorithm", "pad"),
    [
        (hashes.SHA256(), padding.PKCS1v15()),
        (hashes.SHA512(), padding.PSS(padding.MGF1(hashes.SHA512()), 20)),
    ],
)
def test_another_scheme_does_not_pass(key, algorithm, pad):
    with pytest.raises(SignatureInvalid):
        verify(RAW, signed(key, RAW, algorithm, pad), [pem(key)])


@pytest.mark.parametrize(
    "value", ["", "   ", "%%%", "QUJD", "QUJ", "ünlesbar", "QUJD, QUJD", "A" * 100_000]
)
def test_a_garbled_header_does_not_pass(key, value):
    with pytest.raises(SignatureInvalid) as refused:
        verify(RAW, {"X-Lxo-Signature": value}, [pem(key)])
    assert refused.value.status == 400


def test_no_header_does_not_pass(key):
    with pytest.raises(SignatureInvalid):
        verify(RAW, {"X-Lexoffice-Token": "abc"}, [pem(key)])


def test_without_a_usable_key_nothing_is_said_of_the_event(key):
    """A 400 would make lexoffice drop the event; the fault is ours, so it must come again."""
    curve = pem(ec.generate_private_key(ec.SECP256R1()))
    short = pem(rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505 — too short on purpose
    for keys in ([], ["nothing"], [curve], [short], [pem(key).replace("M", "!")]):
        with pytest.raises(ConfigError):
            verify(RAW, signed(key, RAW), keys)


def test_a_broken_key_does_not_disable_its_neighbour(key):
    broken = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    verify(RAW, signed(key, RAW), [broken, pem(key)])


def test_what_is_too_large_is_not_even_hashed(key):
    raw = compact({**PAID, "more": "x" * MAX_BYTES})
    with pytest.raises(EventTooLarge) as refused:
        verify(raw, signed(key, raw), [pem(key)])
    assert refused.value.status == 413
    with pytest.raises(EventTooLarge):
        parse_events(raw)


def test_an_event_is_a_pointer():
    (event,) = parse_events(RAW)
    assert event.organization == PAID["organizationId"]
    assert (event.kind, event.change) == (EventKind.PAYMENT, EventChange.CHANGED)
    assert event.external_id == PAID["resourceId"]
    assert event.at == datetime(2026, 1, 22, 10, 12, 13, tzinfo=UTC)
    assert event.at.tzinfo is UTC
    assert event.key == f"payment.changed|{PAID['resourceId']}|2026-01-22T11:12:13.000+01:00"


def test_every_delivery_of_an_event_has_the_same_key():
    repeated = dict(reversed(PAID.items()))
    assert parse_events(compact(repeated))[0].key == parse_events(RAW)[0].key
    for name in ("eventType", "resourceId", "eventDate"):
        value = "2026-01-22T11:12:14.000+01:00" if name == "eventDate" else "invoice.changed"
        assert parse_events(compact({**PAID, name: value}))[0].key != parse_events(RAW)[0].key


def test_a_type_that_is_new_is_kept_as_other():
    (event,) = parse_events(compact({**PAID, "eventType": "subscription.renewed"}))
    assert (event.kind, event.change) == (EventKind.OTHER, EventChange.OTHER)


def test_the_revoked_key_is_told():
    (event,) = parse_events(compact({**PAID, "eventType": "token.revoked"}))
    assert event.kind is EventKind.KEY_REVOKED


@pytest.mark.parametrize(
    ("vendor", "kind"),
    [
        ("invoice.", EventKind.INVOICE), ("down-payment-invoice.", EventKind.INVOICE),
        ("voucher.", EventKind.INVOICE), ("credit-note.", EventKind.CREDIT_NOTE),
        ("payment.", EventKind.PAYMENT), ("contact.", EventKind.DEBTOR),
        ("dunning.", EventKind.PLATFORM_NOTICE), ("token.", EventKind.KEY_REVOKED),
    ],
)  # fmt: skip
def test_every_type_has_the_kind_of_its_resource(vendor, kind):
    of_it = {name: kinds for name, kinds in EVENT_MAP.items() if name.startswith(vendor)}
    assert {found for found, _ in of_it.values()} == {kind}
    for name, (_, change) in of_it.items():
        last = name.rsplit(".", 1)[1]
        assert change is EventChange({"revoked": "deleted"}.get(last, last))


def test_what_is_subscribed_is_what_is_read():
    assert len(set(EVENTS)) == len(EVENTS)
    assert set(EVENTS) <= set(EVENT_MAP)
    foreign = {EventKind.OTHER, EventKind.INBOUND, EventKind.RETURNED_MAIL}  # of no platform
    assert {EVENT_MAP[event][0] for event in EVENTS} == set(EventKind) - foreign


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b"[1]", b'"text"', b"{", b"\xff\xfe{}", b"{}", b"[" * 60_000,
        b'{"organizationId":' + b"9" * 5000 + b"}",
        *(compact({**PAID, name: None}) for name in PAID),
        *(compact({**PAID, name: 7}) for name in PAID),
        *(compact({**PAID, name: ""}) for name in PAID),
        *(compact({**PAID, name: "x" * 201}) for name in PAID),
        *(compact({**PAID, name: "a\u202eb"}) for name in PAID),
        compact({**PAID, "eventDate": "yesterday"}),
        compact({**PAID, "eventDate": "2026-01-22T11:12:13.000"}),
        compact({**PAID, "eventDate": "2026-02-30T11:12:13.000+01:00"}),
        compact({**PAID, "eventDate": "0001-01-01T00:00:00.000+01:00"}),
    ],
)  # fmt: skip
def test_what_is_malformed_is_refused_in_one_way(raw):
    with pytest.raises(WebhookError) as refused:
        parse_events(raw)
    assert refused.value.status == 400


@given(st.binary(max_size=300))
def test_no_body_makes_the_reader_stumble(raw):
    try:
        events = parse_events(raw)
    except WebhookError:
        return
    assert all(event.at.tzinfo is UTC for event in events)


def test_nothing_of_the_body_is_in_the_refusal():
    with pytest.raises(WebhookError) as refused:
        parse_events(compact({**PAID, "eventDate": "SECRET"}))
    assert "SECRET" not in str(refused.value) + refused.value.en


def test_the_shipped_candidate_is_one_long_key():
    """Its facts; whether it is lexoffice's own is for the operator to compare."""
    (found,) = read_keys(candidate_key())
    assert found.bits == 4096
    assert found.fingerprint == ("6a42debdf6c613137f8da76b231711c93c3b4fc2dc0e7a2998e08c7f479f80b1")
    assert PLATFORM.signing.read(PLATFORM.signing.candidate()) == (found,)
    assert PLATFORM.signing.setting in {setting.name for setting in PLATFORM.settings}


def test_a_fingerprint_is_that_of_the_public_key_info(key):
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (found,) = read_keys("some words\n" + pem(key) + pem(key))
    assert found.fingerprint == hashlib.sha256(der).hexdigest()
    assert read_keys(found.pem) == (found,)


@pytest.mark.parametrize(
    "text",
    ["", "words", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "\x00" * 10],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(UsageError):
        read_keys(text)


def test_a_private_key_is_never_taken(key):
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    with pytest.raises(UsageError) as refused:
        read_keys(private)
    assert "PRIVATE" not in str(refused.value)


def test_the_header_is_the_documented_one():
    assert webhooks.SIGNATURE_HEADER == "X-Lxo-Signature"
