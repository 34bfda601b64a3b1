"""Fetches mails that came back out of the creditor's mailbox into the inbox of events.

Each is committed before it is marked as seen; its key is made of its bytes, so that one that is
fetched twice, or comes by a hook as well, is worked on once. What is no report is not kept: the
folder may be one that customers write to, and anybody could fill the database by mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.model import CreditorId
from core.ports import NO_CONNECTION
from core.services.app import App
from core.services.delivery_report import read_report
from core.services.inbound_events import returned_mail_event
from core.services.lookup import creditor_of


@dataclass(frozen=True, slots=True)
class MailIntake:
    """How many mails were read, and how many reports among them are new."""

    read: int
    new: int


def read_mailbox(app: App, creditor: CreditorId, *, on: date) -> MailIntake:  # noqa: ARG001
    """Reads what is unseen; what the mails say is worked on with the inbox (``work_inbox``).

    Raises:
        ConfigError: no mailbox is set up, or its folder is not there.
        AuthFailed: user or password are wrong.
        Unavailable: the mail server does not answer; what was read before is kept.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
    new = 0

    def keep(raw: bytes) -> None:
        nonlocal new
        if read_report(raw) is None:
            return
        with app.store.write() as tx:
            event = returned_mail_event(raw)
            added = tx.inbox.add(creditor, NO_CONNECTION, [event], raw, app.clock.now())
            if added:
                tx.jobs.events_arrived(creditor, NO_CONNECTION)
        new += added

    read = app.mailbox.read(who, keep)
    return MailIntake(read, new)
