"""One mail over SMTP (RFC 5321), with the moment of no return made visible.

The server's word decides: a mail is sent when the final dot was answered with 250, refused when it
was answered with 4xx or 5xx, and *unknown* when no answer came. A server must not deliver a mail
whose end it has not seen (RFC 5321 §4.1.1.4), so everything before the final dot is a plain
failure.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors._mail_account import clean, is_this_machine
from connectors.smtp.bound import over_after
from core.domain.model import Creditor, DeliveryState
from core.errors import ConfigError
from core.ports import HandOver, MailMessage

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_TOO_LARGE = 552
# Nobody needs to know the name of this machine: the address literal that mail programs send.
_HELO = "[127.0.0.1]"


@dataclass(frozen=True, slots=True)
class _Reply:
    code: int
    text: str

    @property
    def permanent(self) -> bool:
        return 500 <= self.code <= 599

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


class SmtpChannel:
    """Fulfils ``core.ports.MailChannel`` with the SMTP account of the creditor's profile.

    ``password`` is asked once per mail and only when the profile names a user. ``context`` is
    the trust for TLS; by default that of the system. ``timeout`` in seconds, per answer;
    ``longest`` for all that comes after the point of no return, however a server spins it out: it
    must be over before others take the delivery for one that was broken off.
    """

    def __init__(
        self,
        password: Callable[[Creditor], str],
        *,
        timeout: float = 30.0,
        longest: float = 240.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._password = password
        self._timeout, self._longest = timeout, longest
        self._context = context

    def send(
        self, creditor: Creditor, message: MailMessage, before_data: Callable[[], bool]
    ) -> HandOver:
        """One conversation; see the module for what the states mean.

        Raises:
            ConfigError: no mail server, or an unprotected one that is not on this machine.

        """
        _check_profile(creditor)
        secret = self._password(creditor) if creditor.profile.smtp_user else ""
        try:
            server = self._connect(creditor)
        except (OSError, smtplib.SMTPException) as error:
            return _failed(f"Mailserver nicht erreichbar: {_why(error, secret)}")
        try:
            refusal = self._prepare(server, creditor, secret)
            if refusal is not None:
                return refusal
            return _conversation(server, creditor, message, before_data, secret, self._longest)
        finally:
            with (
                contextlib.suppress(OSError, smtplib.SMTPException),
                over_after(self._timeout, server),
            ):
                server.quit()
            server.close()

    def _connect(self, creditor: Creditor) -> smtplib.SMTP:
        profile = creditor.profile
        if profile.smtp_security == "tls":
            return smtplib.SMTP_SSL(
                profile.smtp_host,
                profile.smtp_port,
                local_hostname=_HELO,
                timeout=self._timeout,
                context=self._trust(),
            )
        return smtplib.SMTP(
            profile.smtp_host, profile.smtp_port, local_hostname=_HELO, timeout=self._timeout
        )

    def _trust(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    def _prepare(self, server: smtplib.SMTP, creditor: Creditor, secret: str) -> HandOver | None:
        """Protection and login; None when the conversation may go on."""
        profile = creditor.profile
        try:
            server.ehlo_or_helo_if_needed()
            if profile.smtp_security == "starttls":
                server.starttls(context=self._trust())
                server.ehlo()
            if profile.smtp_user:
                server.login(profile.smtp_user, secret)
        except smtplib.SMTPAuthenticationError as error:
            # The answer of a server to a login may repeat what it was given: only the code is kept.
            return _failed(
                f"Anmeldung am Mailserver abgelehnt ({error.smtp_code});"
                " Benutzer und Passwort mit `mahnwerk init` neu setzen"
            )
        except smtplib.SMTPNotSupportedError:
            return _failed(
                "Der Mailserver bietet die verlangte Verschlüsselung oder Anmeldung nicht an;"
                " smtp_security und smtp_port prüfen"
            )
        except (OSError, smtplib.SMTPException) as error:
            return _failed(f"Mailserver nicht erreichbar: {_why(error, secret)}")
        return None


def _check_profile(creditor: Creditor) -> None:
    profile = creditor.profile
    if not profile.smtp_host:
        raise ConfigError(
            "Kein Mailserver eingerichtet; `mahnwerk init --set smtp_host=…` holt es nach."
        )
    if profile.smtp_security not in {"starttls", "tls", "none"}:
        raise ConfigError(
            f"smtp_security={profile.smtp_security!r}: erlaubt sind starttls, tls, none."
        )
    if profile.smtp_security == "none" and not is_this_machine(profile.smtp_host):
        raise ConfigError(
            "smtp_security=none gilt nur für einen Mailserver auf diesem Rechner;"
            " starttls oder tls setzen."
        )


def _conversation(
    server: smtplib.SMTP,
    creditor: Creditor,
    message: MailMessage,
    before_data: Callable[[], bool],
    secret: str,
    longest: float,
) -> HandOver:
    try:
        envelope = _envelope(server, creditor, message)
    except (OSError, smtplib.SMTPException) as error:
        return _failed(f"Verbindung zum Mailserver verloren: {_why(error, secret)}")
    if isinstance(envelope, HandOver):
        return envelope
    # Outside of every ``try``: what goes wrong in there is not the mail server's fault.
    if not before_data():
        return _failed("lease lost")
    with over_after(longest, server):
        try:
            started = _Reply(*_reply(server.docmd("DATA"), secret))
            if started.code != 354:
                return _refused("Mailserver nimmt die Nachricht nicht an", started)
            server.send(_dotted(message.content))
        except (OSError, smtplib.SMTPException) as error:
            # The final dot was not handed over: no server may deliver this mail.
            return _failed(f"Verbindung zum Mailserver verloren: {_why(error, secret)}")
        result = _finish(server, message, secret)
    return result if result.reason else replace(result, reason=envelope)


def _finish(server: smtplib.SMTP, message: MailMessage, secret: str) -> HandOver:
    """The final dot and the answer to it; from here on silence means unknown."""
    try:
        server.send(b".\r\n")
        answer = _Reply(*_reply(server.getreply(), secret))
    except (OSError, smtplib.SMTPException):
        answer = _Reply(0, "")
    if 200 <= answer.code <= 299:
        return HandOver(DeliveryState.SENT, message_id=message.message_id)
    if 400 <= answer.code <= 599:
        return _refused("Mailserver lehnt die Nachricht ab", answer)
    return HandOver(
        DeliveryState.UNKNOWN,
        "Verbindung nach der Übergabe verloren; ob die Nachricht ankam, ist nicht bekannt",
        message_id=message.message_id,
    )


def _envelope(server: smtplib.SMTP, creditor: Creditor, message: MailMessage) -> HandOver | str:
    """MAIL and RCPT. What was refused of the archive copy, "" when nothing; or the failure."""
    addresses = [message.sender, *message.recipients]
    wrong = [address for address in addresses if not _ADDRESS.fullmatch(address)]
    if wrong:
        return _failed(f"Ungültige Mailadresse {clean(wrong[0], '')!r}", permanent=True)
    limit = _size_limit(server)
    if 0 < limit < len(message.content):
        what = f"Nachricht zu groß für den Mailserver ({len(message.content)} von {limit} Byte)"
        return replace(_failed(what, permanent=True), too_large=True)
    try:
        sender, *recipients = [_ascii_domain(address) for address in addresses]
    except UnicodeError:
        return _failed("Ungültige Domain in einer Mailadresse", permanent=True)
    options = _options(server, [sender, *recipients], message)
    if options is None:
        return _failed("Mailserver kann keine Umlaute in Mailadressen", permanent=True)
    answer = _Reply(*_reply(server.mail(sender, options), ""))
    if answer.code == _TOO_LARGE:
        return _refused("Nachricht zu groß für den Mailserver", answer)
    if answer.code != 250:
        # A refused sender is our setting, not this debtor's address: a letter would not mend it.
        return _failed(f"Mailserver lehnt den Absender ab: {answer}")
    answers = [
        (address, _Reply(*_reply(server.rcpt(recipient), "")))
        for address, recipient in zip(message.recipients, recipients, strict=True)
    ]
    return _judge_recipients(creditor, answers)


def _judge_recipients(creditor: Creditor, answers: list[tuple[str, _Reply]]) -> HandOver | str:
    archive = creditor.profile.archive_to.strip().casefold()
    debtors = [each for each in answers if each[0].casefold() != archive] or answers
    copies = [each for each in answers if each not in debtors]
    accepted = [each for each in debtors if each[1].code in {250, 251}]
    if not accepted:
        # One address that may be accepted later keeps the whole mail for later.
        worst = next((reply for _, reply in debtors if not reply.permanent), debtors[0][1])
        return _refused("Mailserver lehnt den Empfänger ab", worst)
    refused = [each for each in debtors + copies if each[1].code not in {250, 251}]
    return "; ".join(f"nicht an {clean(address, '')} ({reply})" for address, reply in refused)


def _size_limit(server: smtplib.SMTP) -> int:
    value = server.esmtp_features.get("size", "").strip()
    return int(value) if value.isdecimal() else 0


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode('ascii')}"


def _options(server: smtplib.SMTP, addresses: list[str], message: MailMessage) -> list[str] | None:
    """Parameters of MAIL FROM; None when the server lacks one that is needed."""
    options = []
    if server.has_extn("size"):
        options.append(f"size={len(message.content)}")
    if any(not address.isascii() for address in addresses):
        if not server.has_extn("smtputf8"):
            return None
        options.append("SMTPUTF8")
    if not message.content.isascii() and server.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    return options


def _dotted(content: bytes) -> bytes:
    """The mail as it goes over the wire: CRLF, and a dot before each leading dot."""
    lines = _LINE_END.sub(b"\r\n", content)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)


def _reply(answer: tuple[int, bytes], secret: str) -> tuple[int, str]:
    return answer[0], clean(answer[1].decode("utf-8", "replace"), secret)


def _refused(what: str, reply: _Reply) -> HandOver:
    # 552: the message is too large (RFC 1870), or too large for what is left of a mailbox.
    failed = _failed(f"{what}: {reply}", permanent=reply.permanent)
    return replace(failed, too_large=reply.code == _TOO_LARGE)


def _failed(reason: str, *, permanent: bool = False) -> HandOver:
    return HandOver(DeliveryState.FAILED, reason, permanent=permanent)


def _why(error: Exception, secret: str) -> str:
    return clean(str(error) or type(error).__name__, secret)
