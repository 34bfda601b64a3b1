"""Where a notice goes on a channel, and what is missing when it cannot go there."""

from __future__ import annotations

from core.domain.charges import FEE
from core.domain.model import Creditor, Debtor, Notice
from core.errors import UsageError
from core.services.app import App


def recipient_of(app: App, debtor: Debtor, channel: str) -> str:
    """The debtor's mail or postal address in one line; "" when the channel has none to use."""
    if channel == "email":
        usable = debtor.reachable_email
        return usable.strip() if _is_address(app, usable) else ""
    address = debtor.address
    if channel != "letter" or not address.is_postal:
        return ""
    return ", ".join(
        part
        for part in (
            address.name,
            *address.lines,
            address.street,
            f"{address.postcode} {address.city}".strip(),
            address.country,
        )
        if part
    )


def _is_address(app: App, email: str) -> bool:
    try:
        return bool(email.strip()) and bool(app.check_email(email))
    except UsageError:
        return False


def no_recipient(app: App, debtor: Debtor, channel: str) -> str:
    """Why :func:`recipient_of` found none."""
    name = debtor.name
    if channel == "email" and debtor.mail_bounces:
        return app.say(
            f"Mails an {debtor.email} kommen zurück; wieder gültig:"
            f" mahnwerk debtor address-ok {debtor.number}",
            f"Mails to {debtor.email} come back; valid again:"
            f" mahnwerk debtor address-ok {debtor.number}",
        )
    if channel == "email":
        return app.say(f"{name} hat keine gültige Mailadresse", f"{name} has no valid mail address")
    if channel == "letter":
        return app.say(
            f"{name} hat keine vollständige Postanschrift;"
            " Stammdaten ergänzen oder mahnwerk debtor set …",
            f"{name} has no complete postal address;"
            " complete the master data or mahnwerk debtor set …",
        )
    return app.say(f"Unbekannter Versandweg {channel}", f"Unknown channel {channel}")


def forbids(app: App, creditor: Creditor, notice: Notice, channel: str) -> str:
    """Why nothing of this notice may go that way, whoever gets it; "" when it may."""
    if channel == "email" and not creditor.profile.smtp_host:
        # As the doctor says: without a mail server only letters go.
        return app.say(
            "Kein Mailserver eingerichtet (mahnwerk init --set smtp_host=…)",
            "No mail server is set up (mahnwerk init --set smtp_host=…)",
        )
    return fee_forbids(app, notice, channel)


def fee_forbids(app: App, notice: Notice, channel: str) -> str:
    """Why a notice with a reminder fee must not leave by that channel; "" when it may.

    The fee is what a posted letter costs: a mail carries none (architecture §4.6), and the approval
    covers the amount with the fee.
    """
    charged = any(charge.kind == FEE and charge.earlier is None for charge in notice.charges)
    if channel == "letter" or not charged:
        return ""
    return app.say(
        "Mit Mahngebühr geht die Mahnung nur als Brief hinaus",
        "With a dunning fee the notice leaves as a letter only",
    )
