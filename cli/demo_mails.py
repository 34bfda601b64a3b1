"""What the demo shows of the mails that its server took."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

from cli.call import say
from cli.demo_shell import DemoFailed

if TYPE_CHECKING:
    from sandbox.mailbox import Mailbox


def show_mail(mailbox: Mailbox, address: str, invoices: int) -> None:
    """Names the PDFs of the one mail to the address: its notice, and so many invoices.

    Raises:
        DemoFailed: there are more or fewer.
    """
    mails = mails_to(mailbox, address)
    names = [name for each in mails for name in _attached(each)]
    if len(mails) != 1 or len(names) != invoices + 1:
        raise DemoFailed(
            f"An {address} gingen {len(mails)} Mails mit {len(names)} PDF statt einer mit "
            f"{invoices + 1}.",
            en=f"{address} got {len(mails)} mails with {len(names)} PDFs, not one with "
            f"{invoices + 1}.",
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


def _attached(mail: EmailMessage) -> list[str]:
    """File names of its PDFs."""
    return [
        part.get_filename() or "?"
        for part in mail.iter_attachments()
        if (part.get_payload(decode=True) or b"").startswith(b"%PDF")  # type: ignore[union-attr]
    ]
