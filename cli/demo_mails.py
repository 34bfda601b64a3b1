"""What the demo shows of the mails that its server took."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from typing import TYPE_CHECKING

from cli.call import say
from cli.demo_shell import DemoFailed

if TYPE_CHECKING:
    from sandbox.mailbox import Mailbox


def show_mail(mailbox: Mailbox, address: str, invoices: int, *, mails: int = 1) -> None:
    """Names the PDFs of the mails to the address: of each its notice, and so many invoices.

    Raises:
        DemoFailed: there are more or fewer.
    """
    came = mails_to(mailbox, address)
    names = [name for each in came for name in _attached(each)]
    wanted = mails * (invoices + 1)
    if len(came) != mails or len(names) != wanted:
        raise DemoFailed(
            f"An {address} gingen {len(came)} Mails mit {len(names)} PDF statt {mails} mit {wanted}.",
            en=f"{address} got {len(came)} mails with {len(names)} PDFs, not {mails} with {wanted}.",
        )
    listed = ", ".join(names)
    say(f"  {address}: {listed}", f"  {address}: {listed}")


def mails_to(mailbox: Mailbox, address: str) -> list[EmailMessage]:
    """The mails that the server took for this address."""
    read = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in mailbox.files()
    ]
    return [
        each
        for each in read
        if isinstance(each, EmailMessage) and address in (each.get_all("X-Envelope-To") or ())
    ]


def none_to(
    mailbox: Mailbox, mail_of: Mapping[str, str], numbers: Iterable[str], why: str, *, en: str
) -> None:
    """Nobody was dunned for these invoices; ``why`` not.

    Raises:
        DemoFailed: somebody was.
    """
    for number in numbers:
        if mails_to(mailbox, mail_of[number]):
            raise DemoFailed(
                f"{number} war {why} und wurde doch gemahnt.",
                en=f"{number} was {en} and yet dunned.",
            )


def words_of(mail: EmailMessage) -> str:
    """What it says as text."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _attached(mail: EmailMessage) -> list[str]:
    """File names of its PDFs."""
    return [
        part.get_filename() or "?"
        for part in mail.iter_attachments()
        if (part.get_payload(decode=True) or b"").startswith(b"%PDF")  # type: ignore[union-attr]
    ]
