"""How a notice can be paid, worked out right before it is rendered.

The last look has just read its invoices again, so the pay links are those of now: a link may have
ended since the notice was approved, and is therefore no part of the approval (ADR 0031).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from core.domain.model import (
    Connection,
    ConnectionId,
    ItemId,
    ItemKind,
    Match,
    NoticeLine,
    OpenItem,
    Twin,
)
from core.domain.pay_ways import PayWay, PayWays, is_pay_link, split
from core.domain.platform_records import InvoiceRecord, PayAccount, PaymentKind
from core.errors import MahnwerkError, NotSupported
from core.ports import BankTransfers, Capability
from core.services.deliver_compare import Stop, held
from core.services.deliver_look import Cleared, Desk
from core.services.deliver_report import told
from core.services.deliver_source import Source
from core.services.online_payment import way_back

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_TRIED_AGAIN = ("Der nächste Versand versucht es erneut", "The next send tries again")
_AccountKey = tuple[ConnectionId, str, str]  # debtor (external id) and currency


class _Page(NamedTuple):
    """Where a claim is paid. ``leads``: it is dunned from that connection, not from another one."""

    line: NoticeLine
    connection: Connection
    record: InvoiceRecord | None
    leads: bool

    @property
    def went_back(self) -> bool:
        """It was paid there, and the money went back: the platform's page asks for nothing."""
        payments = self.record.payments if self.record is not None else ()
        return any(part.kind is PaymentKind.RETURNED for part in payments)


@dataclass(frozen=True, slots=True)
class Payable:
    """The ways of a notice's items, and what the operator should know of them."""

    ways: PayWays = field(default_factory=dict)
    said: tuple[str, ...] = ()


@dataclass(slots=True)
class PayDesk:
    """Asks a platform for its account once per debtor and currency in a send."""

    desk: Desk
    source: Source
    _accounts: dict[_AccountKey, PayAccount | str] = field(default_factory=dict)

    def equip(self, cleared: Cleared, said: list[str]) -> Cleared | Stop:
        """The notice with its pay ways; remarks for its outcome join ``said``."""
        if cleared.taken_back is not None:
            return cleared  # it takes a notice back: there is nothing to pay
        found = self.of(cleared)
        if isinstance(found, Stop):
            return found
        said += [each for each in found.said if each not in said]
        return replace(cleared, pay_ways=found.ways)

    def of(self, cleared: Cleared) -> Payable | Stop:
        """How each item is paid at its platform; Stop when nobody could pay one of them."""
        ways: dict[ItemId, PayWay] = {}
        said: list[str] = []
        for page in self._pages(cleared):
            way = self._way(page, said)
            if way is None and not page.leads:
                continue  # who dunns it from other books gets the money there
            if way is None:
                return self._no_way(page, said)
            if way.link or not way.own_account:
                ways[page.line.item] = way
        where = split(cleared.notice, ways)
        if where.uneven:
            return self._uneven()
        if where.names_own_account and self._has_no_account():
            return self._no_account()
        return Payable(ways, tuple(said))

    def _has_no_account(self) -> bool:
        """Who is paid by links alone goes live without an IBAN; one that is needed later is missed
        here. In test mode a letter goes to nobody but himself.
        """
        creditor = self.desk.creditor
        return creditor.live and not creditor.profile.iban

    def _no_account(self) -> Stop:
        return held(
            self.desk.app.say(
                "Ohne IBAN kann das niemand bezahlen: mahnwerk init --set iban=…",
                "Nobody can pay it without an IBAN: mahnwerk init --set iban=…",
            )
        )

    def _pages(self, cleared: Cleared) -> list[_Page]:
        """Claims of the notice that stand at a platform with pay links, also those that are dunned
        from another connection. What was left when an invoice was paid is a claim of our own: no
        page of the platform asks for it.
        """
        creditor, paying = self.desk.creditor.id, self._paying()
        lines = {
            line.item: line
            for line in cleared.notice.lines
            if line.outstanding.amount > 0 and line.kind is not ItemKind.CHARGE_RESIDUAL
        }
        if not paying:
            return []
        with self.desk.app.store.read() as tx:
            items = tx.items.many(creditor, list(lines))
            twins = tx.twins.of(creditor, items.values())
            found = []
            for id_, line in lines.items():
                place = _place(items.get(id_), twins.get(id_, ()), paying)
                if place is not None:
                    connection, external_id = paying[place.connection], place.external_id
                    records = tx.sources.by_id(creditor, connection.id, [external_id])
                    leads = isinstance(place, OpenItem)
                    found.append(_Page(line, connection, records.get(external_id), leads))
        return found

    def _paying(self) -> dict[ConnectionId, Connection]:
        known = self.desk.app.platforms.all
        return {
            c.id: c
            for c in self.source.live().values()
            if Capability.PAY_LINK in known[c.platform].capabilities
        }

    def _way(self, page: _Page, said: list[str]) -> PayWay | None:
        """None: there is no way. A remark for the operator joins ``said``."""
        line, connection, record, _ = page
        transfers = self._transfers(connection)
        link = self._link(line, record, said)
        whole = None
        if record is not None and record.outstanding != line.outstanding:
            whole = record.outstanding
        if transfers == BankTransfers.WATCHED:
            return PayWay(link, own_account=True, whole=whole)
        account = None
        # A transfer of a part settles nothing there, so the account is of no use for one.
        if transfers == BankTransfers.PLATFORM and record is not None and whole is None:
            account = self._account(connection, record.debtor, line.outstanding.currency, said)
        return PayWay(link, account, whole=whole) if link or account else None

    def _transfers(self, connection: Connection) -> str:
        platform = self.desk.app.platforms.all[connection.platform]
        if not platform.bank_transfers:
            return BankTransfers.WATCHED  # it has no say in how debtors pay
        return platform.value(connection.settings, platform.bank_transfers)

    def _link(self, line: NoticeLine, record: InvoiceRecord | None, said: list[str]) -> str:
        given = record.pay_link if record is not None else ""
        if not given or is_pay_link(given):
            return given
        said.append(
            self.desk.app.say(
                f"Der Zahlungslink zu {line.number} ist keine https-Adresse aus höchstens 2.000 "
                "druckbaren Zeichen und steht nicht auf der Mahnung",
                f"The pay link of {line.number} is no https address of at most 2,000 printable "
                "characters and does not stand on the notice",
            )
        )
        return ""

    def _account(
        self, connection: Connection, debtor: str, currency: str, said: list[str]
    ) -> PayAccount | None:
        key = (connection.id, debtor, currency)
        if key not in self._accounts:
            self._accounts[key] = self._asked(connection, debtor, currency)
        found = self._accounts[key]
        if isinstance(found, PayAccount):
            return found
        remark = self.desk.app.say(
            f"{connection.name}: ohne Konto der Plattform: {found}",
            f"{connection.name}: without an account of the platform: {found}",
        )
        if remark not in said:
            said.append(remark)
        return None

    def _asked(self, connection: Connection, debtor: str, currency: str) -> PayAccount | str:
        """The account, or why there is none; a failure never costs the notice its link."""
        app = self.desk.app
        try:
            self.source.alive()
            found = self.source.connector(connection).fetch_pay_account(debtor, currency)
        except NotSupported:
            found = None
        except MahnwerkError as error:
            return told(app, error).rstrip(".")
        if found is None:
            return app.say("der Kunde hat dort keines", "the customer has none there")
        iban = "".join(found.iban.split()).upper()
        if not found.holder.strip() or not _IBAN.fullmatch(iban):
            return app.say(
                "Inhaber oder IBAN sind nicht lesbar", "its holder or IBAN cannot be read"
            )
        return found._replace(iban=iban)

    def _no_way(self, page: _Page, said: list[str]) -> Stop:
        app, line, connection = self.desk.app, page.line, page.connection
        label = app.platforms.all[connection.platform].label
        setting = app.platforms.all[connection.platform].bank_transfers
        remarks = "".join(f" {each}." for each in said)
        if page.went_back:
            way = way_back(app, line.number, label, setting)
            return held(f"{way}{remarks} {app.say(*_TRIED_AGAIN)}")
        return held(
            app.say(
                f"{line.number}: {connection.name} nennt weder Zahlungslink noch Konto; so könnte "
                f"sie niemand bezahlen.{remarks} Rechnung in {label} prüfen; wer Überweisungen auf "
                f"das eigene Konto dort einträgt, stellt {setting}=watched ein. Der nächste "
                "Versand versucht es erneut",
                f"{line.number}: {connection.name} names neither pay link nor account, so nobody "
                f"could pay it.{remarks} Look at the invoice in {label}; whoever enters transfers "
                f"to your own account there sets {setting}=watched. The next send tries again",
            )
        )

    def _uneven(self) -> Stop:
        return held(
            self.desk.app.say(
                "Gutschriften lassen sich mit keinem Zahlungslink verrechnen: er verlangt immer die "
                "ganze Rechnung. Gutschrift auf der Plattform der Rechnung eintragen oder auszahlen",
                "Credits cannot be set off against a pay link: it always asks for the whole "
                "invoice. Enter the credit at the invoice's platform, or pay it out",
            )
        )


def _place(
    item: OpenItem | None, twins: Iterable[Twin], paying: Collection[ConnectionId]
) -> OpenItem | Twin | None:
    """The item, or the same claim elsewhere, at a platform with pay links."""
    same = (each for each in twins if each.match is Match.SAME and each.outstanding.amount > 0)
    everywhere: list[OpenItem | Twin] = [*([item] if item else ()), *same]
    return next((each for each in everywhere if each.connection in paying), None)
