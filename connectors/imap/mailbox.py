"""Reads unseen mails out of one folder of an IMAP account (RFC 9051, RFC 3501).

Nothing is deleted or moved: a mail is marked as seen after it was kept, and only then. A process
that dies between both keeps it again, which the receiver can tell.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors._mail_account import clean, is_this_machine
from core.domain.model import Creditor
from core.errors import AuthFailed, ConfigError, Unavailable

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

log = logging.getLogger(__name__)
# A report stands in front of the mail that it is about: the beginning is all that is needed, and
# nobody fills our memory with a large one.
_MOST = 256 * 1024
# In one call; the rest with the next.
_AT_ONCE = 200
_SEEN = "\\Seen"


class ImapMailbox:
    """Fulfils ``core.ports.ReturnedMailbox`` with the IMAP account of the creditor's profile.

    ``password`` is asked once per connection. ``context`` is the trust for TLS; by default that of
    the system. ``timeout`` in seconds, per answer.
    """

    def __init__(
        self,
        password: Callable[[Creditor], str],
        *,
        timeout: float = 30.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._password = password
        self._timeout = timeout
        self._context = context

    def check(self, creditor: Creditor) -> None:
        """Logs in and opens the folder, reads nothing. Raises as :meth:`read`."""
        with self._open(creditor):
            pass

    def read(self, creditor: Creditor, keep: Callable[[bytes], None]) -> int:
        """Gives each unseen mail to ``keep``, then marks it as seen; how many there were.

        Raises:
            ConfigError: no mailbox, no such folder, or an unprotected server elsewhere.
            AuthFailed: user or password are wrong.
            Unavailable: no answer.
        """
        with self._open(creditor) as mailbox:
            uids = mailbox.uids("UNSEEN", charset=None)[:_AT_ONCE]
            for uid in uids:
                raw = self._beginning(mailbox, uid)
                if raw is not None:
                    keep(raw)
                mailbox.flag(uid, _SEEN, True)
            return len(uids)

    def _beginning(self, mailbox: BaseMailBox, uid: str) -> bytes | None:
        """None when it is gone meanwhile. PEEK: reading alone does not mark it."""
        _, parts = mailbox.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{_MOST}>)")
        found = (part[1] for part in parts if isinstance(part, tuple))
        return next((bytes(each) for each in found), None)

    @contextmanager
    def _open(self, creditor: Creditor) -> Iterator[BaseMailBox]:
        profile = creditor.profile
        _check_profile(creditor)
        where = f"{profile.imap_host}:{profile.imap_port}"
        secret = self._password(creditor)
        from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

        mailbox = None
        try:
            mailbox = self._connect(creditor)
            if profile.imap_security == "starttls":
                mailbox.client.starttls(self._trust())
            mailbox.login(profile.imap_user, secret, profile.imap_folder or "INBOX")
            yield mailbox
        except MailboxLoginError:
            # The answer of a server to a login may repeat what it was given.
            raise _refused(where) from None
        except MailboxFolderSelectError:
            raise ConfigError(
                f"{where} hat keinen Ordner {profile.imap_folder!r}: imap_folder prüfen.",
                en=f"{where} has no folder {profile.imap_folder!r}: check imap_folder.",
            ) from None
        except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
            raise _away(where, clean(str(error), secret)) from None
        finally:
            if mailbox is not None:
                with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                    mailbox.logout()
                with contextlib.suppress(OSError):
                    mailbox.client.shutdown()

    def _connect(self, creditor: Creditor) -> BaseMailBox:
        from imap_tools import MailBox, MailBoxUnencrypted

        profile = creditor.profile
        where = (profile.imap_host, profile.imap_port, self._timeout)
        if profile.imap_security == "tls":
            return MailBox(*where, ssl_context=self._trust())
        # STARTTLS is asked for by hand: a connection that refuses it is closed here.
        return MailBoxUnencrypted(*where)

    def _trust(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()


def _check_profile(creditor: Creditor) -> None:
    profile = creditor.profile
    if not profile.imap_host:
        raise ConfigError(
            "Kein Postfach für zurückgekommene Mails eingerichtet: "
            "mahnwerk init --set imap_host=… --set imap_user=… --set imap_password=-",
            en="No mailbox for returned mails is set up: "
            "mahnwerk init --set imap_host=… --set imap_user=… --set imap_password=-",
        )
    if profile.imap_security == "none" and not is_this_machine(profile.imap_host):
        raise ConfigError(
            "imap_security=none gilt nur für einen Mailserver auf diesem Rechner; tls oder "
            "starttls setzen.",
            en="imap_security=none is only for a mail server on this machine; set tls or starttls.",
        )


def _refused(where: str) -> AuthFailed:
    return AuthFailed(
        f"{where} lehnt die Anmeldung ab. Benutzer und Kennwort neu eingeben: "
        "mahnwerk init --set imap_user=… --set imap_password=-",
        en=f"{where} refuses the login. Enter user and password again: "
        "mahnwerk init --set imap_user=… --set imap_password=-",
    )


def _away(where: str, why: str) -> Unavailable:
    return Unavailable(
        f"Das Postfach {where} ist nicht lesbar ({why}). imap_host, imap_port und imap_security "
        "prüfen: mahnwerk init --set imap_host=…",
        en=f"The mailbox {where} cannot be read ({why}). Check imap_host, imap_port and "
        "imap_security: mahnwerk init --set imap_host=…",
    )
