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


def _transfers(platform: Platform, connection: Connection) -> str:
    """How bank transfers are handled; "" for a platform that has no say in how debtors pay."""
    if not platform.bank_transfers:
        return ""
    return platform.value(connection.settings, platform.bank_transfers)
