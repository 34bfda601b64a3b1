"""Reads a delivery status notification (RFC 3464) out of a mail that somebody sent us.

Foreign mail is data: it may be broken, nested without end, or made to deceive. What cannot be read
is no report; nothing in here raises because of what a mail contains.
"""

from __future__ import annotations

import email
import email.errors
import email.policy
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from core.domain.mail_status import Fate, fate

log = logging.getLogger(__name__)
MAX_BYTES = 1024 * 1024  # a report with the whole of our mail behind it; a larger one is none
# All that is parsed: the report and the head of our mail stand in front.
_READ = 128 * 1024
# Python's parser compares each line with the end of each part that is open, and takes a quoted
# parameter apart again and again: a small mail made for that keeps it busy for minutes.
_NESTED = 16  # a report of a report of our mail has six
_CONTENT_TYPE = 2000
_NESTING = re.compile(rb"boundary|delivery-status", re.IGNORECASE)
_TYPE_HEADER = re.compile(rb"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_PARTS = 50
_RECIPIENTS = 50
_IDS = 20  # each is looked up
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\uffff]+")
_TEXT = 200
_BROKEN = (
    email.errors.MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One per-recipient block. Addresses are in lower case; ``original`` "" = not said."""

    final: str
    original: str
    fate: Fate
    status: str
    diagnostic: str  # what the other server said, cut and on one line


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """``message_ids``: of the mail that it is about, the best source first."""

    message_ids: tuple[str, ...]
    recipients: tuple[Recipient, ...]


def read_report(raw: bytes) -> DeliveryReport | None:
    """The report in a mail; None when it is none: an absence note, a complaint (ARF), any mail."""
    beginning = raw[:_READ]
    if len(raw) > MAX_BYTES or _is_bomb(beginning):
        return None
    try:
        # The old policy parses headers as they are asked for and leaves what is odd as it is; the
        # new one raises on some headers that only broken programs write.
        mail = email.message_from_bytes(beginning, policy=email.policy.compat32)
        return _report(mail)
    except _BROKEN as error:  # whatever a mail does to the parser, it is no report then
        log.warning("a returned mail cannot be read: %s", type(error).__name__)
        return None


def _is_bomb(raw: bytes) -> bool:
    """Nested deeper, or described at greater length, than any report: made to keep us busy."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    headers = (len(each[0]) for each in _TYPE_HEADER.finditer(lines))
    return len(_NESTING.findall(lines)) > _NESTED or max(headers, default=0) > _CONTENT_TYPE


def _report(mail: Message) -> DeliveryReport | None:
    recipients: list[Recipient] = []
    ids: list[str] = []
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            recipients += _recipients(part)
        elif kind in {"message/rfc822", "text/rfc822-headers", "message/global-headers"}:
            ids += _ids_of(part)
    if not recipients:
        return None
    for name in ("In-Reply-To", "References"):
        ids += _MESSAGE_ID.findall(str(mail.get(name, "")))
    several = tuple(dict.fromkeys(ids))[:_IDS]
    return DeliveryReport(several, tuple(recipients[:_RECIPIENTS]))


def _parts(mail: Message) -> Iterator[Message]:
    """The mail's own parts, without going into the mails that it carries."""
    left: list[Message] = [mail]
    seen = 0
    while left and seen < _PARTS:
        part = left.pop(0)
        seen += 1
        yield part
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            left += [each for each in part.get_payload() if isinstance(each, Message)]


def _recipients(part: Message) -> Iterator[Recipient]:
    """The blocks of fields; the first of them is about the message as a whole."""
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else _blocks_of(str(payload))
    for block in blocks:
        if not isinstance(block, Message):
            continue
        action, final = _field(block, "Action"), _address(_field(block, "Final-Recipient"))
        original = _address(_field(block, "Original-Recipient"))
        if not action or not (final or original):
            continue
        status = _field(block, "Status")
        diagnostic = _field(block, "Diagnostic-Code")
        yield Recipient(final, original, fate(action, status), status[:_TEXT], diagnostic[:_TEXT])


def _blocks_of(text: str) -> list[Message]:
    """For a report whose part was transferred encoded, so that the parser left it whole."""
    lines = text.replace("\r\n", "\n")
    return [email.message_from_string(block) for block in lines.split("\n\n") if block.strip()]


def _field(block: Message, name: str) -> str:
    return _UNPRINTABLE.sub(" ", str(block.get(name, ""))).strip()


def _address(field: str) -> str:
    """``rfc822; <kunde@beispiel.example>`` -> ``kunde@beispiel.example``."""
    kind, _, address = field.partition(";")
    if not address:
        address = kind
    return address.strip().strip("<>").strip('"').lower()[:_TEXT]


def _ids_of(part: Message) -> list[str]:
    """Message-ID of the mail or the headers that were returned."""
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = payload[0] if payload else None
        found = str(inner.get("Message-ID", "")) if isinstance(inner, Message) else ""
        return _MESSAGE_ID.findall(found)
    content = part.get_payload(decode=True)
    text = content if isinstance(content, bytes) else str(payload).encode("utf-8", "replace")
    headers = email.message_from_bytes(text, policy=email.policy.compat32)
    return _MESSAGE_ID.findall(str(headers.get("Message-ID", "")))
