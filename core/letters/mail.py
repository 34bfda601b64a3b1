"""A notice as e-mail: text and HTML saying the same, the letter attached, equal bytes each time.

Every value that reaches a header was cleaned of line breaks before, and the standard library's
SMTP policy refuses them again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from email import policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from core.domain.model import CreditorProfile
from core.errors import ConfigError, NotMailable
from core.letters import address
from core.letters import attachments as enclosures
from core.letters import texts as text_blocks
from core.letters.clean import clean, slug
from core.letters.texts import Texts, plain
from core.letters.view import NoticeView
from core.ports import Attachment, LetterContext, MailMessage

CHANNEL = "email"
TEST_HEADER = "X-Mahnwerk-Test"
_NOON = time(12)
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class _Envelope:
    sender: str
    to: str
    reply_to: str
    recipients: tuple[str, ...]


def mailable(text: str) -> str:
    """The address as SMTP takes it: the domain in ASCII (``test@xn--testmbel-c1a.de``).

    Raises:
        NotMailable: it is no address, or its local part needs SMTPUTF8, which few servers speak.

    """
    wanted = clean(text)
    try:
        # Reachability is found out by sending; an intranet domain is as good as any other.
        checked = validate_email(wanted, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise NotMailable(f"No mail can be sent to {wanted!r}: {error}") from error
    if checked.ascii_email is None:
        raise NotMailable(
            f"No mail can be sent to {wanted!r}: the part before the @ holds letters that mail "
            "servers do not accept."
        )
    return checked.ascii_email


class _Policy(policy.EmailPolicy):
    """Python's own folding of a header loses a space between two encoded words: in a subject that
    would join two words of a customer's name or number.
    """

    def fold(self, name: str, value: Any) -> str:
        return self._subject(value) if name == "Subject" else str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == "Subject":
            return self._subject(value).encode("ascii")
        return bytes(super().fold_binary(name, value))

    def _subject(self, value: object) -> str:
        text = Header(str(value), header_name="Subject").encode(linesep=self.linesep)
        return f"Subject: {text}{self.linesep}"


_SMTP = _Policy(linesep="\r\n")


class MailRenderer:
    """Builds mails; the templates are compiled once."""

    def __init__(self, templates: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
            undefined=StrictUndefined,
            keep_trailing_newline=True,
        )
        self._templates.filters["runs"] = plain

    def render(self, context: LetterContext, view: NoticeView, pdf: bytes, to: str) -> MailMessage:
        """The mail of ``context`` to ``to``; in test mode to the creditor instead.

        Raises:
            NotMailable: ``to`` cannot receive mail.
            ConfigError: the creditor has no usable sender, reply or archive address.

        """
        texts = text_blocks.load(view.language)
        envelope = _envelope(context.creditor.profile, mailable(to), test=view.test)
        message_id = _message_id(context, mailable(to), envelope.sender)
        subject = _subject(view, texts, mailable(to))
        message = EmailMessage(policy=_SMTP)
        self._headers(message, context, view, envelope)
        message["Subject"] = subject
        message["Message-ID"] = message_id
        if view.test:
            message[TEST_HEADER] = mailable(to)
        self._body(message, context, view, texts, subject, mailable(to))
        name = attachment_name(context, view)
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
        self._enclose(message, context.attachments, name)
        _fix_boundaries(message, message_id)
        return MailMessage(
            message_id, subject, envelope.sender, envelope.recipients, message.as_bytes()
        )

    def _enclose(
        self, message: EmailMessage, attachments: Sequence[Attachment], letter: str
    ) -> None:
        names = enclosures.safe_names(attachments, [letter])
        for attachment, name in zip(attachments, names, strict=True):
            main, sub = enclosures.safe_type(attachment.media_type)
            message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)

    def _headers(
        self, message: EmailMessage, context: LetterContext, view: NoticeView, envelope: _Envelope
    ) -> None:
        name = "" if view.test else view.debtor
        message["From"] = Address(view.sender, addr_spec=envelope.sender)
        message["To"] = Address(name, addr_spec=envelope.to)
        message["Reply-To"] = Address(addr_spec=envelope.reply_to)
        message["Date"] = format_datetime(_sent_at(context))
        message["Auto-Submitted"] = "auto-generated"

    def _body(
        self,
        message: EmailMessage,
        context: LetterContext,
        view: NoticeView,
        texts: Texts,
        subject: str,
        to: str,
    ) -> None:
        banner = texts.fill("common", "test_banner", recipient=to) if view.test else ""
        attached = (texts.get("common", "attached"), enclosures.sentence(context, texts))
        columns = address.footer(context.creditor.profile, texts, account=view.own_account)
        values = {
            "view": view,
            "banner": banner,
            "subject": subject,
            "attached": " ".join(part for part in attached if part),
            "footer": [[clean(line) for line in column] for column in columns],
        }
        text = self._templates.get_template("mail.txt.j2").render(values)
        html = self._templates.get_template("mail.html.j2").render(values)
        # Quoted-printable passes every server, also those without 8BITMIME.
        message.set_content(text, charset="utf-8", cte="quoted-printable")
        message.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")


def attachment_name(context: LetterContext, view: NoticeView) -> str:
    """For example ``Zahlungserinnerung-muster-handwerk-gmbh-42.pdf``, plain ASCII."""
    title = "-".join(part.capitalize() for part in slug(view.title).split("-"))
    parts = (title, slug(context.creditor.profile.name), str(context.notice.id))
    return "-".join(part for part in parts if part) + ".pdf"


def _envelope(profile: CreditorProfile, to: str, *, test: bool) -> _Envelope:
    sender = _own(profile.mail_from or profile.email, "mail_from")
    reply_to = _own(profile.reply_to or profile.email or sender, "reply_to")
    if test:
        return _Envelope(sender, reply_to, reply_to, (reply_to,))
    archive = _own(profile.archive_to, "archive_to") if profile.archive_to else ""
    # The archive copy is a second recipient of the envelope and stands in no header.
    recipients = tuple(dict.fromkeys(part for part in (to, archive) if part))
    return _Envelope(sender, to, reply_to, recipients)


def _own(text: str, name: str) -> str:
    if not text.strip():
        raise ConfigError(f"The creditor has no mail address; set {name}.")
    try:
        return mailable(text)
    except NotMailable as error:
        raise ConfigError(f"The creditor's {name} is not usable: {error}") from error


def _subject(view: NoticeView, texts: Texts, to: str) -> str:
    subject = texts.fill(
        "mail", "subject", title=view.title, debtor=view.debtor, customer=view.customer
    )
    if view.test:
        subject = texts.fill("mail", "test_subject", recipient=to, subject=subject)
    return subject


def _message_id(context: LetterContext, to: str, sender: str) -> str:
    """Equal for the same notice, channel, recipient and issue date: a repeat is recognisable.

    The hash of what was approved is in it: nobody who has not seen the mail can guess it, so that
    nobody else can say that it came back (``core.services.returned_mail``).
    """
    parts = (
        context.creditor.id,
        str(context.notice.id),
        CHANNEL,
        to,
        context.notice.issue_date.isoformat(),
        context.notice.approved_hash,
    )
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_ID_LENGTH]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _sent_at(context: LetterContext) -> datetime:
    if context.sent_at is not None:
        return context.sent_at
    zone = ZoneInfo(context.creditor.profile.zone)
    return datetime.combine(context.notice.issue_date, _NOON, zone)


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries derived from the Message-ID instead of random ones: equal bytes each time."""
    stem = hashlib.sha256(message_id.encode()).hexdigest()[:_ID_LENGTH]
    multiparts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{stem}_{number}")
