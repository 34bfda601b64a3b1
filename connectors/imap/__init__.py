"""A mailbox that mails come back to, over IMAP."""

from connectors.imap.mailbox import ImapMailbox

__all__ = ["ImapMailbox"]
