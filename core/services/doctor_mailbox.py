"""Doctor: mails that come back, and addresses that do not work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from core.domain.model import Creditor
from core.errors import MahnwerkError
from core.ports import HookKind
from core.services.app import App
from core.services.bad_addresses import bad_addresses

_SHOWN = 5


class Say(Protocol):
    """The doctor's language."""

    def __call__(self, de: str, en: str) -> str: ...
    def error(self, error: Exception) -> str: ...


def examine_mailbox(app: App, creditor: Creditor, say: Say) -> Iterator[tuple[str, str, str]]:
    """(check, status, sentence)"""
    profile = creditor.profile
    if profile.imap_host:
        where = f"{profile.imap_host}:{profile.imap_port}"
        try:
            app.mailbox.check(creditor)
        except MahnwerkError as error:
            yield "returned_mail", "fail", say.error(error)
        else:
            yield (
                "returned_mail",
                "ok",
                say(
                    f"Zurückgekommene Mails werden aus {where} gelesen.",
                    f"Returned mails are read out of {where}.",
                ),
            )
    elif profile.smtp_host and creditor.live and not _has_hook(app, creditor):
        yield (
            "returned_mail",
            "warn",
            say(
                "Niemand liest Mails, die zurückkommen: eine Mahnung, die nie ankam, gilt dann als "
                "zugestellt. Einrichten: mahnwerk init --set imap_host=… --set imap_user=… "
                "--set imap_password=- (docs/delivery.md)",
                "Nobody reads mails that come back: a notice that never arrived counts as "
                "delivered. Set it up: mahnwerk init --set imap_host=… --set imap_user=… "
                "--set imap_password=- (docs/delivery.md)",
            ),
        )
    bad = bad_addresses(app, creditor.id)
    if bad:
        listed = ", ".join(f"{debtor.name} ({debtor.number})" for debtor, _ in bad[:_SHOWN])
        more = "" if len(bad) <= _SHOWN else " …"
        yield (
            "bad_addresses",
            "warn",
            say(
                f"Mails kommen zurück von {len(bad)} Kunden: {listed}{more}. Neue Adresse: mahnwerk "
                "debtor set KUNDE email=…; wieder gültig: mahnwerk debtor address-ok KUNDE",
                f"Mails come back from {len(bad)} debtors: {listed}{more}. New address: mahnwerk "
                "debtor set DEBTOR email=…; valid again: mahnwerk debtor address-ok DEBTOR",
            ),
        )


def _has_hook(app: App, creditor: Creditor) -> bool:
    """Whether a mail server hands over what comes back."""
    with app.store.read() as tx:
        return tx.hooks.of(creditor.id, HookKind.RETURNED_MAIL) is not None
