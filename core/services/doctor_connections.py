"""Doctor: live connections — whether the platform answers, what was read, what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from shlex import quote
from zoneinfo import ZoneInfo

from core.domain.model import Connection, Creditor
from core.domain.platform_records import TEST, AccountInfo, Unread
from core.errors import MahnwerkError, RateLimited
from core.ports import Lane, PlatformNoticeRow
from core.services.app import App
from core.services.asking import asking
from core.services.connection_mode import mode_words
from core.services.connection_state import mode, organisation, synced_at
from core.services.doctor_webhooks import webhook_finding
from core.services.gate import MICROSECONDS, microseconds
from core.services.platform_notice_words import FAILED, FOREIGN, WRITING, still_open
from core.services.wording import day

OK, WARN, FAIL = "ok", "warn", "fail"
# Name of the check, how it is, and the sentence.
Finding = tuple[str, str, str]
Say = Callable[[str, str], str]
# A change that was missed must not live longer than a day; a week-end is no day of work.
_STALE = timedelta(days=3)
_NAMED = 3  # records that a sentence names


@dataclass(frozen=True, slots=True)
class _State:
    """What the store has of a connection."""

    organisation: str
    mode: str  # of its data; "" where the platform has none
    synced_at: datetime | None
    unread: Sequence[Unread]
    blocked: int  # microseconds
    unwritten: Sequence[PlatformNoticeRow]  # of invoices that are still open, as those below
    foreign: int


def examine_connections(app: App, creditor: Creditor, on: date, say: Say) -> Iterator[Finding]:
    """Findings of every live connection; asks each platform once whose account the key opens."""
    with app.store.read() as tx:
        connections = tx.connections.all(creditor.id)
    for each in connections:
        if each.platform in app.platforms.all:
            state = _state(app, creditor, each)
            yield _answers(app, creditor, each, state, say)
            yield from _kept(creditor, each, state, on, say)
            hooks = webhook_finding(app, creditor.id, each, say)
            if hooks is not None:
                yield hooks


def _state(app: App, creditor: Creditor, connection: Connection) -> _State:
    with app.store.read() as tx:
        cursors = tx.connections.cursors(creditor.id, connection.id)
        rows = tx.platform_notices.rows(creditor.id, states=(WRITING, FAILED, FOREIGN))
        own = [row for row in rows if row.connection == connection.id]
        notices = still_open(tx, creditor.id, own)
        now = microseconds(app.clock.now())
        return _State(
            organisation(cursors),
            mode(cursors),
            synced_at(cursors),
            tx.sources.unread(creditor.id, connection.id),
            tx.budgets.blocked(creditor.id, connection.id, now),
            [row for row in notices if row.state != FOREIGN],
            sum(row.state == FOREIGN for row in notices),
        )


def _answers(
    app: App, creditor: Creditor, connection: Connection, state: _State, say: Say
) -> Finding:
    name = connection.name
    if state.blocked:
        # To ask now would make the platform's patience shorter still.
        seconds = -(-state.blocked // MICROSECONDS)
        return (
            "platform",
            WARN,
            say(
                f"{name}: Die Plattform drosselt; noch {seconds} s wird nichts gefragt. Weniger "
                f"Anfragen: mahnwerk connect {connection.platform} --name {quote(name)} --set rate=…",
                f"{name}: the platform asks to slow down; nothing is asked for {seconds} s. Ask "
                f"less often: mahnwerk connect {connection.platform} --name {quote(name)} --set rate=…",
            ),
        )
    try:
        # The lane of a person who waits: it is given up soon.
        with asking(app, creditor.id, connection, Lane.LAST_LOOK) as connector:
            account = connector.check()
    except RateLimited as error:
        return "platform", WARN, f"{name}: {_told(error, say)}"
    except MahnwerkError as error:
        return "platform", FAIL, f"{name}: {_told(error, say)}"
    if connection.client and not account.is_one(connection.client):
        return "platform", FAIL, _stranger(connection, account.name, say)
    if account.mode and (state.mode not in ("", account.mode) or _is_test(creditor, account)):
        return "platform", FAIL, _other_data(connection, account.mode, say)
    de, en = (f" ({word})" if word else "" for word in mode_words(account.mode))
    sentence = say(f"{name}: {account.name} antwortet{de}.", f"{name}: {account.name} answers{en}.")
    return "platform", OK, sentence


def _is_test(creditor: Creditor, account: AccountInfo) -> bool:
    return creditor.live and account.mode == TEST


def _other_data(connection: Connection, found: str, say: Say) -> str:
    """As nobody can connect it; a key may still have been exchanged by other means."""
    enter = (
        f"mahnwerk connect {connection.platform} --name {quote(connection.name)} --set api_key=-"
    )
    de, en = mode_words(found)
    return say(
        f"{connection.name}: der Schlüssel öffnet {de}; die gehören nicht zu diesem Mandanten. Den "
        f"richtigen eingeben: {enter}",
        f"{connection.name}: the key opens {en}, which are not this creditor's. Enter the right "
        f"one: {enter}",
    )


def _told(error: MahnwerkError, say: Say) -> str:
    return say(error.sentence("de"), error.sentence("en"))


def _stranger(connection: Connection, other: str, say: Say) -> str:
    enter = (
        f"mahnwerk connect {connection.platform} --name {quote(connection.name)} --set api_key=-"
    )
    return say(
        f"{connection.name}: Der Schlüssel öffnet jetzt „{other}“, eine andere Organisation. Den "
        f"richtigen eingeben: {enter}",
        f"{connection.name}: the key opens {other} now, another organisation. Enter the right "
        f"one: {enter}",
    )


def _kept(
    creditor: Creditor,
    connection: Connection,
    state: _State,
    on: date,
    say: Say,
) -> Iterator[Finding]:
    zone = ZoneInfo(creditor.profile.zone)
    yield _synced(connection, state.synced_at, on, zone, say)
    if state.unread:
        yield _unread(connection, state.unread, say)
    yield from _unwritten(connection, state.unwritten, say)
    if state.foreign:
        yield _foreign(connection, state.foreign, say)


def _synced(
    connection: Connection, at: datetime | None, on: date, zone: ZoneInfo, say: Say
) -> Finding:
    name = connection.name
    if at is None:
        command = f"mahnwerk onboard {quote(name)}"
        sentence = say(
            f"{name}: noch nie ganz eingelesen. Einlesen: {command}",
            f"{name}: never read to the end. Read it: {command}",
        )
        return "sync", WARN, sentence
    read_on = at.astimezone(zone).date()
    de, en = day(read_on, "de"), day(read_on, "en")
    if on - read_on <= _STALE:
        return "sync", OK, say(f"{name}: zuletzt {de}.", f"{name}: last on {en}.")
    sentence = say(
        f"{name}: zuletzt am {de} eingelesen. Einlesen: mahnwerk sync {quote(name)}",
        f"{name}: last read on {en}. Read it: mahnwerk sync {quote(name)}",
    )
    return "sync", WARN, sentence


def _unread(connection: Connection, records: Sequence[Unread], say: Say) -> Finding:
    listed = "; ".join(f"{each.external_id}: {each.problem.message}" for each in records[:_NAMED])
    more = " …" if len(records) > _NAMED else ""
    sentence = say(
        f"{connection.name}: nicht lesbare Belege: {len(records)}; ihre Kunden werden nicht "
        f"gemahnt. {listed}{more}",
        f"{connection.name}: unreadable records: {len(records)}; their debtors are not dunned. "
        f"{listed}{more}",
    )
    return "unread", WARN, sentence


def _unwritten(
    connection: Connection, rows: Sequence[PlatformNoticeRow], say: Say
) -> Iterator[Finding]:
    failed = [row for row in rows if row.state == FAILED]
    waiting = [row for row in rows if row.state != FAILED]
    if waiting:
        ids = _ids(waiting)
        sentence = say(
            f"{connection.name}: Ob Mahnung {ids} in der Plattform steht, ist offen. Klären: "
            "mahnwerk send",
            f"{connection.name}: whether notice {ids} is on the platform is not known. Find out: "
            "mahnwerk send",
        )
        yield "write_back", WARN, sentence
    if failed:
        why = next((row.reason for row in failed if row.reason), "")
        sentence = say(
            f"{connection.name}: Mahnung {_ids(failed)} ließ sich nicht in die Plattform schreiben: "
            f"{why} Versandt ist sie; dort von Hand vermerken.",
            f"{connection.name}: notice {_ids(failed)} could not be written to the platform: {why} "
            "It was sent; note it there by hand.",
        )
        yield "write_back", WARN, sentence


def _ids(rows: Sequence[PlatformNoticeRow]) -> str:
    ids = list(dict.fromkeys(str(row.notice or row.id) for row in rows))
    return ", ".join(ids[:_NAMED]) + (" …" if len(ids) > _NAMED else "")


def _foreign(connection: Connection, count: int, say: Say) -> Finding:
    de = "Eine Mahnung" if count == 1 else f"{count} Mahnungen"
    en = "one dunning" if count == 1 else f"{count} dunnings"
    sentence = say(
        f"{connection.name}: {de} der Plattform noch nicht bestätigt. Ansehen: "
        "mahnwerk platform-notices",
        f"{connection.name}: {en} of the platform not confirmed yet. Look: "
        "mahnwerk platform-notices",
    )
    return "platform_notices", WARN, sentence
