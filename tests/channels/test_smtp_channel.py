"""What the mail server says decides what happened to a reminder."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from own_certificate import own_certificate

from connectors.smtp import SmtpChannel
from core.domain.model import Creditor, CreditorId, CreditorProfile, DeliveryState
from core.errors import ConfigError
from core.ports import MailMessage
from sandbox.mailbox import Mailbox

DEBTOR = "kunde@beispiel.example"
ARCHIVE = "ablage@muster.example"
PASSWORD = "geheim-Wort-77"


def creditor(box, **settings):
    profile = {
        "name": "Muster GmbH",
        "mail_from": "rechnung@muster.example",
        "archive_to": ARCHIVE,
        "smtp_host": "127.0.0.1",
        "smtp_port": box.port,
        "smtp_security": "none",
        **settings,
    }
    return Creditor(CreditorId("muster"), CreditorProfile(**profile), live=True)


def reminder(
    *to, body="Rechnung RE-1 über 119,00 EUR ist offen.", sender="rechnung@muster.example"
):
    content = (
        f"From: {sender}\r\nTo: {', '.join(to)}\r\nMessage-ID: <n1@muster.example>\r\n"
        f"Subject: Zahlungserinnerung\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    ).encode()
    return MailMessage("<n1@muster.example>", "Zahlungserinnerung", sender, to, content)


class Commit:
    """Stands for the transaction that marks a delivery as handed over."""

    def __init__(self, *, allowed=True, box=None):
        self.calls = 0
        self.kept_before = None
        self._allowed = allowed
        self._box = box

    def __call__(self):
        self.calls += 1
        if self._box is not None:
            self.kept_before = self._box.count()
        return self._allowed


@pytest.fixture
def box(tmp_path):
    with Mailbox(tmp_path / "mails") as running:
        yield running


@pytest.fixture
def channel():
    return SmtpChannel(lambda _creditor: PASSWORD, timeout=10)


def test_an_accepted_reminder_is_sent_and_lies_in_the_mailbox(box, channel):
    commit = Commit(box=box)
    result = channel.send(creditor(box), reminder(DEBTOR, ARCHIVE), commit)
    assert result.state is DeliveryState.SENT
    assert (result.reason, result.message_id) == ("", "<n1@muster.example>")
    assert commit.calls == 1
    assert commit.kept_before == 0, "the hand-over is committed before the mail is given away"
    assert box.message_ids() == {"<n1@muster.example>": 1}
    assert "119,00" in box.files()[0].read_text(encoding="utf-8")


def test_lines_that_begin_with_a_dot_arrive_as_written(box, channel):
    channel.send(creditor(box), reminder(DEBTOR, body="Liste:\n.\n..\n.ende"), Commit())
    text = box.files()[0].read_bytes()
    assert text.endswith(b"Liste:\r\n.\r\n..\r\n.ende\r\n")


def test_an_unknown_recipient_is_refused_for_good_and_nothing_was_handed_over(box, channel):
    box.behaviour.refuse[DEBTOR] = "550 no such user"
    commit = Commit()
    result = channel.send(creditor(box), reminder(DEBTOR, ARCHIVE), commit)
    assert (result.state, result.permanent) == (DeliveryState.FAILED, True)
    assert "550 no such user" in result.reason
    assert commit.calls == 0
    assert box.count() == 0, "an archive copy of a reminder that the debtor never got would lie"


def test_a_greylisted_recipient_is_refused_for_now(box, channel):
    box.behaviour.refuse[DEBTOR] = "450 try again in 5 minutes"
    result = channel.send(creditor(box), reminder(DEBTOR), Commit())
    assert (result.state, result.permanent) == (DeliveryState.FAILED, False)
    assert box.count() == 0


def test_a_refused_archive_copy_does_not_stop_the_reminder(box, channel):
    box.behaviour.refuse[ARCHIVE] = "550 mailbox full"
    result = channel.send(creditor(box), reminder(DEBTOR, ARCHIVE), Commit())
    assert result.state is DeliveryState.SENT
    assert ARCHIVE in result.reason
    assert "550 mailbox full" in result.reason
    assert box.count() == 1


def test_in_test_mode_the_creditor_may_be_recipient_and_archive_at_once(box, channel):
    box.behaviour.refuse[ARCHIVE] = "550 mailbox full"
    result = channel.send(creditor(box), reminder(ARCHIVE), Commit())
    assert (result.state, result.permanent) == (DeliveryState.FAILED, True)


@pytest.mark.parametrize(
    ("drop", "state", "kept"),
    [
        ("before", DeliveryState.FAILED, 0),
        ("during", DeliveryState.UNKNOWN, 0),
        ("after", DeliveryState.UNKNOWN, 1),
    ],
)
def test_a_lost_connection_is_unknown_only_when_the_whole_mail_was_handed_over(
    box, channel, drop, state, kept
):
    box.behaviour.drop = drop
    commit = Commit()
    result = channel.send(creditor(box), reminder(DEBTOR), commit)
    assert result.state is state
    assert not result.permanent
    assert commit.calls == 1
    assert box.count() == kept


@pytest.mark.parametrize(
    ("answer", "permanent"), [("554 content refused", True), ("451 local error", False)]
)
def test_the_answer_to_the_mail_decides_whether_trying_again_helps(box, channel, answer, permanent):
    box.behaviour.answer = answer
    result = channel.send(creditor(box), reminder(DEBTOR), Commit())
    assert (result.state, result.permanent) == (DeliveryState.FAILED, permanent)
    assert answer in result.reason


@pytest.mark.parametrize("announced", [True, False])
def test_a_mail_above_the_size_limit_is_refused_for_good(box, channel, announced):
    box.behaviour.size_limit = 2000
    box.behaviour.announce_size = announced
    commit = Commit()
    result = channel.send(creditor(box), reminder(DEBTOR, body="x" * 70 + "\n" * 3000), commit)
    assert (result.state, result.permanent) == (DeliveryState.FAILED, True)
    assert box.count() == 0
    assert commit.calls == (0 if announced else 1)


def test_a_lost_lease_stops_before_data(box, channel):
    result = channel.send(creditor(box), reminder(DEBTOR), Commit(allowed=False))
    assert (result.state, result.reason) == (DeliveryState.FAILED, "lease lost")
    assert box.count() == 0


def test_umlauts_before_the_at_sign_need_a_server_that_can(box, channel):
    result = channel.send(creditor(box), reminder("müller@beispiel.example"), Commit())
    assert result.state is DeliveryState.SENT
    box.behaviour.smtputf8 = False
    result = channel.send(creditor(box), reminder("müller@beispiel.example"), Commit())
    assert (result.state, result.permanent) == (DeliveryState.FAILED, True)
    assert "Umlaute" in result.reason


def test_umlauts_in_the_domain_need_nothing(box, channel):
    box.behaviour.smtputf8 = False
    result = channel.send(creditor(box), reminder("kunde@müller.example"), Commit())
    assert result.state is DeliveryState.SENT
    assert b"xn--mller-kva.example" in box.files()[0].read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "kunde@beispiel.example\r\nRCPT TO:<andere@beispiel.example>",
        "a b@c.example",
        "<x@y.example>",
        "ohne",
    ],
)
def test_an_address_that_is_none_never_reaches_the_server(box, channel, address):
    result = channel.send(creditor(box), reminder(address), Commit())
    assert (result.state, result.permanent) == (DeliveryState.FAILED, True)
    assert box.count() == 0


def test_no_server_at_all_is_a_failure_that_may_pass(channel):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        unused = free.getsockname()[1]
    settings = CreditorProfile(
        "Muster GmbH", smtp_host="127.0.0.1", smtp_port=unused, smtp_security="none"
    )
    result = channel.send(Creditor(CreditorId("muster"), settings), reminder(DEBTOR), Commit())
    assert (result.state, result.permanent) == (DeliveryState.FAILED, False)


def test_a_server_that_hangs_up_in_the_middle_of_the_body_leaves_a_plain_failure(channel):
    """Whoever has not seen the final dot must not deliver: the reminder may be tried again."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"220 short.example\r\n")
            stream.flush()
            for line in stream:
                word = line[:4].upper()
                stream.write(b"354 go\r\n" if word == b"DATA" else b"250 ok\r\n")
                stream.flush()
                if word == b"DATA":
                    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    settings = CreditorProfile(
        "Muster GmbH",
        smtp_host="127.0.0.1",
        smtp_port=listener.getsockname()[1],
        smtp_security="none",
    )
    mail = reminder(DEBTOR, body="x" * 8_000_000)
    result = channel.send(Creditor(CreditorId("muster"), settings), mail, Commit())
    thread.join()
    listener.close()
    assert (result.state, result.permanent) == (DeliveryState.FAILED, False)


def test_an_answer_that_never_ends_is_over_before_others_judge_the_delivery():
    """A line now and then keeps every timeout from running out."""
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream, suppress(OSError):
            stream.write(b"220 tar.example\r\n")
            stream.flush()
            while stream.readline()[:4].upper() != b"DATA":
                stream.write(b"250 ok\r\n")
                stream.flush()
            stream.write(b"354 go\r\n")
            stream.flush()
            while stream.readline() != b".\r\n":
                pass
            while not over.wait(0.02):
                stream.write(b"250-still looking\r\n")
                stream.flush()

    thread = threading.Thread(target=serve)
    thread.start()
    settings = CreditorProfile(
        "Muster GmbH",
        smtp_host="127.0.0.1",
        smtp_port=listener.getsockname()[1],
        smtp_security="none",
    )
    slow = SmtpChannel(lambda _creditor: PASSWORD, timeout=10, longest=0.3)
    late = threading.Timer(5, over.set)
    late.start()
    result = slow.send(Creditor(CreditorId("muster"), settings), reminder(DEBTOR), Commit())
    in_time = not over.is_set()
    late.cancel()
    over.set()
    thread.join()
    listener.close()
    assert (result.state, in_time) == (DeliveryState.UNKNOWN, True)


# --- protection --------------------------------------------------------------------------------


def test_without_encryption_only_this_machine(box, channel):
    with pytest.raises(ConfigError, match="starttls"):
        channel.send(creditor(box, smtp_host="mail.muster.example"), reminder(DEBTOR), Commit())


@pytest.mark.parametrize("setting", [{"smtp_host": ""}, {"smtp_security": "ssl"}])
def test_a_missing_or_wrong_setting_names_itself(box, channel, setting):
    with pytest.raises(ConfigError, match=next(iter(setting))):
        channel.send(creditor(box, **setting), reminder(DEBTOR), Commit())


def test_a_server_without_starttls_gets_neither_password_nor_mail(box, channel):
    wanted = creditor(box, smtp_security="starttls", smtp_user="muster")
    result = channel.send(wanted, reminder(DEBTOR), Commit())
    assert (result.state, result.permanent) == (DeliveryState.FAILED, False)
    assert box.count() == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return own_certificate(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_login_over_tls_sends_and_the_password_appears_nowhere(
    tmp_path, certificate, security, caplog
):
    # aiosmtpd advises against a server that asks its clients for certificates; this one does not.
    server, trust, _ = certificate
    caplog.set_level(0)
    with Mailbox(
        tmp_path / "mails",
        tls=server,
        implicit_tls=security == "tls",
        login=("muster", PASSWORD),
    ) as box:
        wanted = creditor(box, smtp_security=security, smtp_user="muster")
        channel = SmtpChannel(lambda _creditor: PASSWORD, timeout=10, context=trust)
        assert channel.send(wanted, reminder(DEBTOR), Commit()).state is DeliveryState.SENT

        wrong = SmtpChannel(lambda _creditor: "falsches-Wort-99", timeout=10, context=trust)
        result = wrong.send(wanted, reminder(DEBTOR), Commit())
        assert (result.state, result.permanent) == (DeliveryState.FAILED, False)
        assert "535" in result.reason
        assert "Wort" not in result.reason
        assert box.count() == 1
    assert "falsches-Wort-99" not in caplog.text


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path, certificate):
    server = certificate.server
    with Mailbox(tmp_path / "mails", tls=server) as box:
        channel = SmtpChannel(lambda _creditor: PASSWORD, timeout=10)
        result = channel.send(creditor(box, smtp_security="starttls"), reminder(DEBTOR), Commit())
        assert (result.state, result.permanent) == (DeliveryState.FAILED, False)
        assert box.count() == 0


def test_the_mailbox_shows_a_mail_only_when_it_is_whole(tmp_path: Path):
    with Mailbox(tmp_path / "mails") as box:
        assert (box.count(), box.files(), dict(box.message_ids())) == (0, [], {})
