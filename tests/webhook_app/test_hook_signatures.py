"""The signature vectors of Stripe and lexoffice, through the hook as it is mounted."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hook_desk import HookDesk, lexoffice_body, lexoffice_signed, rsa_key

from core.services.webhook_secrets import keep_secrets

VECTORS = Path(__file__).parents[1] / "connectors" / "stripe_signatures.json"
CASES = json.loads(VECTORS.read_text("utf-8"))["cases"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One office for all vectors; each sets clock and secrets for itself."""
    clock = SimpleNamespace(instant=datetime(2026, 3, 2, 9, tzinfo=UTC))
    clock.now, clock.today = (lambda: clock.instant), (lambda _zone: clock.instant.date())
    opened = HookDesk(tmp_path_factory.mktemp("vectors"), clock)
    yield opened
    opened.close()


def through(desk, case):
    """The status, and the bytes that were stored."""
    desk.clock.instant = datetime.fromtimestamp(case["now"], UTC)
    with desk.app.store.write() as tx:
        tx.connections.save_secret(desk.id, desk.stripe.id, "webhook_secret", "")
        if case["secrets"]:
            keep_secrets(desk.app, tx, desk.id, desk.stripe, case["secrets"])
    before = len(desk.rows())
    headers = {k: v for k, v in case["headers"].items() if isinstance(v, str)}
    client = desk.flask().test_client()
    answer = client.post(
        desk.stripe_path, data=base64.b64decode(case["body"]),
        headers=[(k, v.encode("utf-8", "surrogateescape").decode("latin-1")) for k, v in headers.items()],
    )  # fmt: skip
    return answer.status_code, desk.rows()[before:]


# Other tolerances are Stripe's own vectors of its libraries; the hook has one.
USUAL = [case for case in CASES if case["tolerance"] == 300]


def test_most_vectors_have_our_tolerance():
    assert len(USUAL) > len(CASES) * 0.8


@pytest.mark.parametrize("case", USUAL, ids=[case["name"] for case in USUAL])
def test_a_vector_of_stripe(shared, case):
    status, stored = through(shared, case)
    if case["outcome"] == "ok":
        assert status == 200
        assert len(stored) in (0, 1)  # several vectors sign one body: the same event
    else:
        assert (status, stored) == (400, [])


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"X-Lxo-Signature": ""}, {"X-Lxo-Signature": "kein base64!"},
        {"X-Lxo-Signature": "AAAA"}, {"X-Lxo-Signature": "ä" * 20}, {"X-Lxo-Signature": "A" * 9000},
        {"X-Lexoffice-Token": "abc"},
    ],
)  # fmt: skip
def test_a_garbled_signature_of_lexoffice(desk, client, headers):
    raw = lexoffice_body(1)
    assert client.post(desk.lexoffice_path, data=raw, headers=headers).status_code == 400
    assert desk.rows() == []


def test_another_hash_another_padding_and_other_bytes_of_lexoffice(desk, client):
    raw = lexoffice_body(1)
    wrong = [
        rsa_key().sign(raw, padding.PKCS1v15(), hashes.SHA256()),
        rsa_key().sign(raw, padding.PSS(padding.MGF1(hashes.SHA512()), 20), hashes.SHA512()),
        rsa_key().sign(raw + b"\n", padding.PKCS1v15(), hashes.SHA512()),
        rsa_key().sign(json.dumps(json.loads(raw)).encode(), padding.PKCS1v15(), hashes.SHA512()),
    ]
    for signature in wrong:
        headers = {"X-Lxo-Signature": base64.b64encode(signature).decode()}
        assert client.post(desk.lexoffice_path, data=raw, headers=headers).status_code == 400
    good = lexoffice_signed(raw)
    assert client.post(desk.lexoffice_path, data=raw, headers=good).status_code == 200
