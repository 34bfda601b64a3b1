"""Sent notices are shown on their platforms, after all mails and letters of a ``send`` have left.

At most once: that it is asked is on record before it is asked. Where the answer is missing, the
platform is searched for the marker; only what is not there ten minutes later is written anew, and
only once. A platform that cannot be written to never changes the state of a notice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from core.domain.model import Connection, ConnectionId, NoticeId
from core.domain.platform_records import NoticeToWrite
from core.errors import (
    AnswerUnknown,
    ConfigError,
    ConnectorError,
    MahnwerkError,
    MalformedResponse,
    NotSupported,
    Rejected,
)
from core.ports import Capability, Lane, PlatformConnector, PlatformNoticeRow
from core.services.deliver_compare import claims
from core.services.deliver_look import Desk
from core.services.deliver_report import SendReport, told
from core.services.deliver_source import Source, is_on
from core.services.platform_notice_words import FAILED, WRITING, WRITTEN
from core.services.write_back_intent import to_write

log = logging.getLogger(__name__)
# How long a platform may take to show what it was given (lexoffice: not documented).
SETTLED = timedelta(minutes=10)
_TRIES = 2


@dataclass(slots=True)
class WriteBack:
    """Writes what is intended, whichever send intended it. Call under the lease of ``send``."""

    desk: Desk
    source: Source
    report: SendReport
    codes: set[int] = field(default_factory=set)  # exit codes of what waits for the next send
    _open: dict[ConnectionId, PlatformConnector] = field(default_factory=dict)
    _failed: dict[ConnectionId, MahnwerkError] = field(default_factory=dict)

    def all(self) -> None:
        """Every row that waits, oldest first; what fails is told and never raised."""
        try:
            for row in self._waiting():
                connection = self.source.live().get(row.connection)
                if connection is not None and not self._silent(connection):
                    self._one(connection, row)
        except MahnwerkError as error:
            self.report.warnings.append(told(self.desk.app, error))  # the lease is lost
        except KeyboardInterrupt:
            # Everything has left: whoever waits no longer still gets the report of it.
            self.report.warnings.append(self._interrupted())
        finally:
            for connector in self._open.values():
                connector.close()
            self._open.clear()

    def _waiting(self) -> list[PlatformNoticeRow]:
        if not self.desk.creditor.live or not self.source.live():
            return []
        with self.desk.app.store.read() as tx:
            return tx.platform_notices.rows(self.desk.creditor.id, states=(WRITING,))

    def _silent(self, connection: Connection) -> bool:
        return connection.id in self._failed or connection.id in self.source.failed

    def _one(self, connection: Connection, row: PlatformNoticeRow) -> None:
        self.source.alive()
        try:
            self._settle(connection, row)
        except (Rejected, NotSupported) as error:
            self._fail(connection, row, told(self.desk.app, error))
        except MalformedResponse as error:
            self._wait(connection, row, error)
        except (ConnectorError, ConfigError) as error:
            self._failed[connection.id] = error
            self._wait(connection, row, error)
        except Exception as error:
            log.exception("notice %s was not written to its platform", row.notice)
            self._warn(connection, row, told(self.desk.app, error))

    def _settle(self, connection: Connection, row: PlatformNoticeRow) -> None:
        """Raises ConnectorError, ConfigError."""
        wanted = is_on(self.desk.app, connection, "write_back", Capability.WRITE_BACK)
        if not row.asked_at:
            if wanted:
                self._write(connection, row, 1)
            else:
                self._fail(connection, row, self._off())
            return
        found = self._connector(connection).find_notice(row.invoice, row.marker)
        if found is not None:
            self._done(row, found.external_id)
            return
        if self.desk.app.clock.now() - datetime.fromisoformat(row.asked_at) < SETTLED:
            return  # it may only not be shown yet
        if row.tries < _TRIES and wanted:
            self._write(connection, row, row.tries + 1)
        else:
            self._fail(connection, row, self._lost())

    def _write(self, connection: Connection, row: PlatformNoticeRow, tries: int) -> None:
        """Raises ConnectorError, ConfigError."""
        write = self._content(row)
        if write is None:
            self._fail(connection, row, self._gone())
            return
        connector = self._connector(connection)
        self._ask(row, tries)
        try:
            made = connector.write_notice(write)
        except (AnswerUnknown, MalformedResponse) as error:
            self._wait(connection, row, error)
        except (Rejected, NotSupported):
            raise
        except ConnectorError:
            self._set(row, WRITING, tries=row.tries, asked_at=row.asked_at)  # nothing was made
            raise
        else:
            self._done(row, made.external_id)

    def _content(self, row: PlatformNoticeRow) -> NoticeToWrite | None:
        creditor = self.desk.creditor.id
        with self.desk.app.store.read() as tx:
            notice = None if row.notice is None else tx.notices.get(creditor, row.notice)
            item = None if row.item is None else tx.items.get(creditor, row.item)
            if notice is None or item is None:
                return None
            line = next((each for each in claims(notice) if each.item == item.id), None)
            if line is None:
                return None
            write = to_write(tx, self.desk.app, creditor, notice, line, item)
        return replace(write, marker=row.marker, invoice=row.invoice)

    def _connector(self, connection: Connection) -> PlatformConnector:
        if connection.id not in self._open:
            app, creditor = self.desk.app, self.desk.creditor.id
            self._open[connection.id] = app.platforms.connect(creditor, connection, Lane.SYNC)
        return self._open[connection.id]

    # --- what is kept and told -------------------------------------------------------------

    def _ask(self, row: PlatformNoticeRow, tries: int) -> None:
        now = self.desk.app.clock.now().astimezone(UTC).isoformat()
        self._set(row, WRITING, tries=tries, asked_at=now)

    def _done(self, row: PlatformNoticeRow, external_id: str) -> None:
        self._set(row, WRITTEN, external_id=external_id)
        self.report.written += 1

    def _fail(self, connection: Connection, row: PlatformNoticeRow, why: str) -> None:
        self._set(row, FAILED, why)
        self._warn(connection, row, why)

    def _set(
        self,
        row: PlatformNoticeRow,
        state: str,
        reason: str = "",
        *,
        external_id: str | None = None,
        tries: int | None = None,
        asked_at: str | None = None,
    ) -> None:
        """A sync may have found the entry meanwhile: then the row is done."""
        desk, creditor = self.desk, self.desk.creditor.id
        with desk.app.store.write() as tx:
            current = tx.platform_notices.get(creditor, row.id)
            if current is None or current.state != WRITING:
                return
            tx.platform_notices.set_state(
                creditor,
                row.id,
                state,
                external_id=external_id,
                reason=reason,
                tries=tries,
                asked_at=asked_at,
            )
            if state != WRITING:
                tx.events.append(
                    creditor,
                    f"write_back_{state}",
                    {"notice": row.notice or 0, "platform_notice": row.id},
                    {"external_id": external_id or "", "marker": row.marker, "reason": reason},
                    desk.app.clock.now(),
                )

    def _wait(self, connection: Connection, row: PlatformNoticeRow, error: MahnwerkError) -> None:
        """The next send goes on with it; scripts hear of it by the exit code of this one."""
        self.codes.add(error.exit_code)
        self._warn(connection, row, told(self.desk.app, error))

    def _warn(self, connection: Connection, row: PlatformNoticeRow, why: str) -> None:
        say, why = self.desk.app.say, why.rstrip(".")
        text = say(
            f"{connection.name}: Mahnung {row.notice} ist dort nicht eingetragen: {why}",
            f"{connection.name}: notice {row.notice} is not entered there: {why}",
        )
        self.report.warnings.append(text)
        self._tell(row.notice, text)

    def _tell(self, notice: NoticeId | None, text: str) -> None:
        """Beside the outcome of its notice, when that left with this send."""
        for place, outcome in enumerate(self.report.outcomes):
            if outcome.proposal == notice:
                told_before = (*outcome.warnings, text)
                self.report.outcomes[place] = replace(outcome, warnings=told_before)

    def _interrupted(self) -> str:
        return self.desk.app.say(
            "Das Eintragen auf der Plattform ist abgebrochen; der nächste Versand setzt es fort",
            "Entering on the platform was interrupted; the next send goes on with it",
        )

    def _off(self) -> str:
        return self.desk.app.say(
            "Das Eintragen ist ausgeschaltet (write_back=no)",
            "Entering is switched off (write_back=no)",
        )

    def _lost(self) -> str:
        return self.desk.app.say(
            "Die Plattform hat nicht geantwortet und zeigt die Mahnung nicht; bitte dort nachsehen "
            "und bei Bedarf von Hand vermerken",
            "The platform did not answer and does not show the notice; please look there and note "
            "it by hand if needed",
        )

    def _gone(self) -> str:
        return self.desk.app.say(
            "Die Mahnung oder ihre Rechnung gibt es nicht mehr",
            "The notice or its invoice does not exist any more",
        )
