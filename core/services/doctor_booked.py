"""Doctor: up to which day money is booked, who says so, and what to do when that is too long ago."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from shlex import quote

from core.domain.model import BY_PLATFORM, Connection, Creditor
from core.services.app import App
from core.services.booked import platform_label, source_words
from core.services.doctor_connections import OK, WARN, Finding, Say
from core.services.online_payment import is_online
from core.services.wording import day


def examine_booked(app: App, creditor: Creditor, on: date, say: Say) -> Iterator[Finding]:
    """A finding of every connection, also of those that are read from files."""
    limit = app.procedure(creditor.profile.procedure).booked_through_working_days
    calendar = app.calendar(creditor.profile.land)
    with app.store.read() as tx:
        connections = tx.connections.all(creditor.id)
    for each in connections:
        until = each.booked_until
        if until is None:
            yield _never(app, each, say)
        elif calendar.working_days_between(until, on) <= limit:
            de, en = source_words(app, each)
            told = f"{each.name}: {day(until, app.language)}"
            yield "booked_until", OK, say(f"{told} ({de})", f"{told} ({en})") if de else told
        else:
            yield _stale(app, each, day(until, app.language), limit, say)


def _never(app: App, connection: Connection, say: Say) -> Finding:
    if is_online(app, connection):
        command = f"mahnwerk onboard {quote(connection.name)}"
        return (
            "booked_until",
            WARN,
            say(
                f"{connection.name}: noch nie gelesen, es geht nichts hinaus: {command}",
                f"{connection.name}: never read, nothing leaves: {command}",
            ),
        )
    sentence = say(
        f"{connection.name}: noch nie bestätigt, es geht nichts hinaus. Neu einlesen oder "
        "bestätigen: mahnwerk booked-until DATUM",
        f"{connection.name}: never confirmed, nothing leaves. Import again or confirm: "
        "mahnwerk booked-until DATE",
    )
    return "booked_until", WARN, sentence


def _stale(app: App, connection: Connection, until: str, limit: int, say: Say) -> Finding:
    name, command = connection.name, quote(connection.name)
    de, en = source_words(app, connection)
    de, en = (f" ({de})", f" ({en})") if de else ("", "")
    mend_de, mend_en = "Neu einlesen oder bestätigen", "Import again or confirm"
    if connection.booked_source == BY_PLATFORM:
        label = platform_label(app, connection)
        mend_de = f"Bankverbindung in {label} erneuern und mahnwerk sync {command}, oder bestätigen"
        mend_en = f"Renew the bank connection in {label} and mahnwerk sync {command}, or confirm"
        if is_online(app, connection):  # no bank account is read there
            mend_de, mend_en = (
                f"mahnwerk sync {command}{w}" for w in (", oder bestätigen", ", or confirm")
            )
    sentence = say(
        f"{name}: {until}{de}; älter als {limit} Arbeitstage, es geht nichts hinaus. {mend_de}: "
        "mahnwerk booked-until DATUM",
        f"{name}: {until}{en}; older than {limit} working days, nothing leaves. {mend_en}: "
        "mahnwerk booked-until DATE",
    )
    return "booked_until", WARN, sentence
