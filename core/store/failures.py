"""What the databases complain about, in sentences for the operator."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from core.errors import ConfigError, DataRefused, MahnwerkError, RuleError, Unavailable

_LOCKED = "Die Datenbank ist durch einen anderen Vorgang gesperrt. Bitte gleich noch einmal."
_READ_ONLY = (
    "Die Datenbank ist schreibgeschützt. Bitte Rechte von Ordner und Datei sowie den "
    "Datenträger prüfen."
)
_FULL = (
    "Der Datenträger der Datenbank ist voll. Bitte Platz schaffen; nichts wurde halb gespeichert."
)
_LOOKING = "Ein Lesevorgang wollte schreiben; das ist ein Fehler in Mahnwerk."
_CLASH = "Die Datenbank hat eine doppelte oder fremde Zuordnung abgelehnt: {}"

_SQLITE: dict[int, MahnwerkError] = {
    sqlite3.SQLITE_BUSY: Unavailable(_LOCKED),
    sqlite3.SQLITE_LOCKED: Unavailable(_LOCKED),
    sqlite3.SQLITE_READONLY: ConfigError(_READ_ONLY),
    sqlite3.SQLITE_FULL: ConfigError(_FULL),
    sqlite3.SQLITE_CANTOPEN: ConfigError(
        "Die Datenbankdatei lässt sich nicht öffnen. Gibt es den Ordner, und darf er beschrieben "
        "werden?"
    ),
    sqlite3.SQLITE_NOTADB: ConfigError("Die Datei ist keine Datenbank von Mahnwerk."),
    sqlite3.SQLITE_CORRUPT: ConfigError(
        "Die Datenbankdatei ist beschädigt. Bitte eine Sicherung einspielen."
    ),
    sqlite3.SQLITE_IOERR: ConfigError("Der Datenträger der Datenbank meldet einen Fehler."),
}

# SQLSTATE or its class -> what to do; the longest match counts.
_POSTGRES: dict[str, MahnwerkError] = {
    "55P03": Unavailable(_LOCKED),
    "40P01": Unavailable(_LOCKED),
    "40001": Unavailable(_LOCKED),
    "53100": ConfigError(_FULL),
    "53": Unavailable("Der Datenbankserver ist überlastet. Bitte gleich noch einmal."),
    "57": Unavailable("Der Datenbankserver wird gerade beendet oder gestartet."),
    "08": Unavailable("Die Verbindung zum Datenbankserver ist abgebrochen."),
    "25006": ConfigError(_READ_ONLY),
    "28": ConfigError("Der Datenbankserver lehnt die Anmeldung ab."),
    "3D": ConfigError("Die Datenbank gibt es auf diesem Server nicht."),
    "42501": ConfigError("Dem Datenbankbenutzer fehlen Rechte."),
    "42P01": ConfigError("Die Datenbank ist noch nicht eingerichtet. Bitte: mahnwerk init"),
    "22": DataRefused("Die Datenbank kann einen Wert nicht speichern; nichts wurde gespeichert."),
}


def explained(error: BaseException, *, writing: bool) -> MahnwerkError | None:
    """Our error for one of the databases' errors; None when it is none of theirs."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _sqlite(cause, writing=writing)
    if isinstance(cause, psycopg.Error):
        return _postgres(cause, writing=writing)
    return None


def _sqlite(cause: sqlite3.Error, *, writing: bool) -> MahnwerkError:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # extended codes carry it in the low byte
    if code == sqlite3.SQLITE_CONSTRAINT:
        return RuleError(_CLASH.format(cause))
    if code == sqlite3.SQLITE_READONLY and not writing:
        return RuleError(_LOOKING)
    if "no such table" in str(cause):
        return _POSTGRES["42P01"]
    return _SQLITE.get(code) or MahnwerkError(f"Datenbankfehler: {cause}")


def _postgres(cause: psycopg.Error, *, writing: bool) -> MahnwerkError:
    state = cause.sqlstate or ""
    if state.startswith("23"):
        return RuleError(_CLASH.format(cause.diag.constraint_name or state))
    if state == "25006" and not writing:
        return RuleError(_LOOKING)
    if not state and isinstance(cause, psycopg.OperationalError):
        return Unavailable("Der Datenbankserver ist nicht erreichbar.")
    found = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    return found or MahnwerkError(f"Datenbankfehler {state}: {cause.diag.message_primary}")


@contextmanager
def plain_errors(*, writing: bool) -> Iterator[None]:
    """Turns errors of the database into ours."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error, psycopg.Error) as error:
        found = explained(error, writing=writing)
        if found is None:
            raise
        raise type(found)(str(found)) from error
