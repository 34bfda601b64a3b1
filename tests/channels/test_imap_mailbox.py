"""Mails are read out of a real mailbox: each is kept before it counts as seen, none is lost."""

from __future__ import annotations

import socket

import pytest
from imap_server import PASSWORD, USER, ImapServer
from own_certificate import own_certificate

from connectors.imap import ImapMailbox
from core.domain.model import Creditor, CreditorId, CreditorProfile
from core.errors import AuthFailed, ConfigError, Unavailable

MAILS = [b"Subject: %d\r\n\r\nText\r\n" % n for n in range(3)]


@pytest.fixture(scope="module")
def server():
    with ImapServer() as running:
        yield running


@pytest.fixture
def box(server):
    """The server with an empty look: what other tests left is seen."""
    reader(server).read(creditor(server), lambda _: None)
    return server


def creditor(server, **fields):
    profile = {
        "name": "Muster GmbH",
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_user": USER,
        "imap_security": "none",
        **fields,
    }
    return Creditor(CreditorId("muster"), CreditorProfile(**profile), live=True)


def reader(_server, password=PASSWORD, **options):
    return ImapMailbox(lambda _creditor: password, timeout=20, **options)


def test_each_unseen_mail_is_given_once(box):
    box.deliver(*MAILS)
    kept = []
    assert reader(box).read(creditor(box), kept.append) == 3
    assert [each.split()[1] for each in kept] == [b"0", b"1", b"2"]
    assert reader(box).read(creditor(box), kept.append) == 0
    assert len(kept) == 3
    assert box.unseen() == 0


def test_a_mail_counts_as_seen_only_after_it_was_kept(box):
    """The process dies while the second mail is kept."""
    box.deliver(*MAILS)
    kept = []

    def keep(raw):
        if len(kept) == 1:
            raise RuntimeError("killed")
        kept.append(raw)

    with pytest.raises(RuntimeError):
        reader(box).read(creditor(box), keep)
    assert box.unseen() == 2
    rest = []
    reader(box).read(creditor(box), rest.append)
    assert [each.split()[1] for each in kept + rest] == [b"0", b"1", b"2"]


def test_of_a_large_mail_the_beginning_is_enough(box):
    box.deliver(b"Subject: gross\r\n\r\n" + b"x" * 70 + b"\r\n" + b"y" * 1_000_000)
    kept = []
    reader(box).read(creditor(box), kept.append)
    assert [len(each) for each in kept] == [256 * 1024]
    assert kept[0].startswith(b"Subject: gross")


def test_a_wrong_password_is_named_and_not_repeated(box):
    with pytest.raises(AuthFailed, match="imap_password") as caught:
        reader(box, "falsch-wort-11").check(creditor(box))
    assert "falsch-wort-11" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("fields", "error", "says"),
    [
        ({"imap_folder": "Gibtsnicht"}, ConfigError, "imap_folder"),
        ({"imap_host": ""}, ConfigError, "imap_host"),
        ({"imap_host": "mail.example"}, ConfigError, "imap_security=none"),
        ({"imap_security": "starttls"}, Unavailable, "imap_security"),
    ],
    ids=["folder", "none", "unprotected", "starttls"],
)
def test_what_is_set_up_wrong_is_named(box, fields, error, says):
    with pytest.raises(error, match=says):
        reader(box).check(creditor(box, **fields))


def test_nobody_answers(box):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="nicht lesbar"):
            reader(box).check(creditor(box, imap_port=free.getsockname()[1]))


def test_tls_is_asked_for_and_a_certificate_that_nobody_vouches_for_refused(tmp_path):
    context, trust, _ = own_certificate(tmp_path)
    with ImapServer(context) as server:
        server.deliver(MAILS[0])
        safe = creditor(server, imap_security="tls")
        with pytest.raises(Unavailable):
            reader(server).check(safe)
        kept = []
        reader(server, context=trust).read(safe, kept.append)
        assert len(kept) == 1
    assert CreditorProfile("x").imap_security == "tls"
