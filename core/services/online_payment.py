"""Whether debtors of a creditor pay on a page of the platform, and not to his account."""

from __future__ import annotations

from core.domain.model import Connection, CreditorId, Role
from core.ports import BankTransfers, Capability, Platform, Tx
from core.services.app import App


def pays_online(app: App, tx: Tx, creditor: CreditorId) -> bool:
    """True when every connection that is dunned from has pay links, and none takes money at the
    creditor's own account: then his letters do without an IBAN. False without a connection.
    """
    dunned = [each for each in tx.connections.all(creditor) if each.role is Role.LEADING]
    return bool(dunned) and all(is_online(app, each) for each in dunned)


def is_online(app: App, connection: Connection) -> bool:
    """The invoices of that connection are paid at the platform alone."""
    platform = app.platforms.all.get(connection.platform)
    if platform is None or Capability.PAY_LINK not in platform.capabilities:
        return False
    return _transfers(platform, connection) in (BankTransfers.OFF, BankTransfers.PLATFORM)


def way_back(app: App, number: str, label: str, setting: str) -> str:
    """What to do about money that went back, where the platform's page asks for it no more."""
    return app.say(
        f"{number} ist in {label} bezahlt; was zurückging, fordert der Zahlungslink nicht. Dort eine neue "
        f"Rechnung darüber stellen und {number} gutschreiben: gemahnt wird dann die neue. Einen Brief "
        f"mit Ihrer IBAN gibt es nur mit {setting}=watched. Ist das Geld schon da: mahnwerk paid {number}.",
        f"{number} is paid in {label}; its pay link does not ask for what went back. Make a new invoice "
        f"over it there and credit {number}: then the new one is dunned. A letter with your IBAN there is "
        f"only with {setting}=watched. If the money has come already: mahnwerk paid {number}.",
    )


def way_back_of(app: App, connection: Connection | None, number: str) -> str:
    """The same for a claim of that connection; "" where it can be paid by transfer."""
    if connection is None or not is_online(app, connection):
        return ""
    platform = app.platforms.all[connection.platform]
    if _transfers(platform, connection) != BankTransfers.OFF:
        return ""
    return way_back(app, number, platform.label, platform.bank_transfers)


def _transfers(platform: Platform, connection: Connection) -> str:
    """How bank transfers are handled; "" for a platform that has no say in how debtors pay."""
    if not platform.bank_transfers:
        return ""
    return platform.value(connection.settings, platform.bank_transfers)
