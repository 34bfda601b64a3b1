"""The same over TLS: certificates are checked, and a deadline ends an exchange there too."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from http_desk import Desk
from scripted_server import ScriptedServer, answer, drip, head, silence

from core.errors import AnswerUnknown, Unreachable


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself; beside its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Muster")])
    now = datetime.now(UTC)
    alt = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alt, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "muster.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    path.write_bytes(
        signed.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


@pytest.fixture
def desk(certificate: Path) -> Iterator[Desk]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ScriptedServer(tls=context).running() as server:
        desk = Desk(server)
        yield desk
        for client in desk.clients:
            client.close()


def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(desk: Desk) -> None:
    client = desk.client()
    with pytest.raises(Unreachable, match="Zertifikat"):
        client.get_json("/x")
    assert client.requests == 1
    assert desk.server.seen == []


@pytest.mark.parametrize(
    "script",
    [silence, drip(b"HTTP/1.1 200 OK\r\nX: "), drip(head(200, {"Content-Length": "90000"}))],
    ids=["no answer", "head", "body"],
)
def test_a_slow_platform_is_given_up_in_time(desk: Desk, certificate: Path, script: object) -> None:
    desk.server.play(script, answer(200, {"ok": True}))  # type: ignore[arg-type]
    client = desk.client(timeout=(2.0, 0.4))
    client._session.verify = str(certificate)
    began = time.monotonic()
    with pytest.raises(AnswerUnknown):
        client.post_json("/x", {})
    assert time.monotonic() - began < 2.5
    assert client.get_json("/x") == {"ok": True}
