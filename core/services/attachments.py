"""Original invoices for the mails of one send, as the platform keeps them.

A debtor who has the invoice before him pays without asking for it. Whether a connection attaches
them is its setting ``attach_invoices``. What cannot be had for good is left out and said; what
may come later holds the notice, as any other question to its platform.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from shlex import quote

from core.domain.model import Connection, ConnectionId, ItemKind, NoticeLine, OpenItem
from core.errors import (
    AuthFailed,
    ConfigError,
    ConnectorError,
    MahnwerkError,
    MalformedResponse,
    NotSupported,
    Rejected,
)
from core.ports import Attachment, Capability
from core.services.deliver_compare import Stop, claims, held
from core.services.deliver_look import Cleared, Desk
from core.services.deliver_report import told
from core.services.deliver_source import Source, is_on

# Of all attachments of a mail but the letter; base64 makes a third more of it, and many mail
# servers refuse what is larger than 20 to 25 MB.
LARGEST = 15_000_000
_NEVER = (Rejected, NotSupported, MalformedResponse)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What a mail carries beside its letter, and why something is missing."""

    files: tuple[Attachment, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class Originals:
    """Fetches each invoice once, when its notice is about to leave by mail."""

    desk: Desk
    source: Source
    failed: dict[ConnectionId, MahnwerkError] = field(default_factory=dict)
    codes: set[int] = field(default_factory=set)  # exit codes of all failures

    def of(self, cleared: Cleared) -> Enclosed | Stop:
        """The invoices that a notice dunns, in their order; Stop when one may be had later."""
        files: list[Attachment] = []
        missing: list[str] = []
        for line, item, connection in self._wanted(cleared):
            if connection.id in self.failed:
                return self._later(connection, self.failed[connection.id])
            try:
                files.append(self._fetch(connection, item, line))
            except _NEVER as error:
                missing.append(self._without(line.number, told(self.desk.app, error)))
            except (ConnectorError, ConfigError) as error:
                self._give_up(connection, error)
                return self._later(connection, error)
            missing += self._too_much(files)
        return Enclosed(tuple(files), tuple(missing))

    def _wanted(self, cleared: Cleared) -> list[tuple[NoticeLine, OpenItem, Connection]]:
        app, creditor, live = self.desk.app, self.desk.creditor.id, self.source.live()
        attaching = {
            c.id: c for c in live.values() if is_on(app, c, "attach_invoices", Capability.DOCUMENT)
        }
        if not attaching:
            return []
        dunned = [
            line
            for line in claims(cleared.notice)
            if line.outstanding.amount > 0 and line.kind is not ItemKind.CHARGE_RESIDUAL
        ]
        with app.store.read() as tx:
            items = tx.items.many(creditor, [line.item for line in dunned])
        return [
            (line, items[line.item], attaching[items[line.item].connection])
            for line in dunned
            if items[line.item].connection in attaching
        ]

    def _fetch(self, connection: Connection, item: OpenItem, line: NoticeLine) -> Attachment:
        """Raises ConnectorError, ConfigError."""
        self.source.alive()
        document = self.source.connector(connection).fetch_document(item.external_id)
        return Attachment(document.name, document.media_type, document.content, line.number)

    def _give_up(self, connection: Connection, error: MahnwerkError) -> None:
        """A key may be good for reading and not for files: letters of that connection go on."""
        self.failed[connection.id] = error
        self.codes.add(error.exit_code)
        if not isinstance(error, AuthFailed):
            self.source.give_up(connection, error)

    def _too_much(self, files: list[Attachment]) -> list[str]:
        """Takes the largest out until the rest fits; says which."""
        left_out = []
        while sum(len(each.content) for each in files) > LARGEST:
            largest = max(files, key=lambda each: len(each.content))
            files.remove(largest)
            size = f"{len(largest.content) / 1_000_000:.1f}"
            why = self.desk.app.say(
                f"zu groß mit {size.replace('.', ',')} MB, zusammen höchstens 15 MB",
                f"too large with {size} MB, at most 15 MB in all",
            )
            left_out.append(self._without(largest.number, why))
        return left_out

    def _without(self, number: str, why: str) -> str:
        return self.desk.app.say(
            f"Ohne die Rechnung {number} im Anhang: {why}",
            f"Without invoice {number} attached: {why}",
        )

    def _later(self, connection: Connection, error: MahnwerkError) -> Stop:
        why = told(self.desk.app, error).rstrip(".")
        off = f"mahnwerk connect {connection.platform} --name {quote(connection.name)} "
        off += "--set attach_invoices=no"
        return held(
            self.desk.app.say(
                f"{connection.name}: die Rechnung für den Anhang ist nicht lesbar: {why}. Der "
                f"nächste Versand versucht es erneut; ohne Rechnungen: {off}",
                f"{connection.name}: the invoice to attach cannot be read: {why}. The next send "
                f"tries again; without invoices: {off}",
            )
        )
