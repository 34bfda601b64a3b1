"""What the databases complain about, in sentences for the operator."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeGuard

import sqlalchemy as sa

from core.errors import STORE, ConfigError, DataRefused, MahnwerkError, RuleError, Unavailable

if TYPE_CHECKING:
    import psycopg

_Words = tuple[str, str]  # German, English

_LOCKED = (
    "Die Datenbank ist durch einen anderen Vorgang gesperrt. Bitte gleich noch einmal.",
    "The database is locked by another process. Please try again in a moment.",
)
_READ_ONLY = (
    "Die Datenbank ist schreibgeschützt. Bitte Rechte von Ordner, Datei und Datenträger prüfen.",
    "The database is read-only. Please check the rights of folder and file, and the disk.",
)
_FULL = (
    "Der Datenträger der Datenbank ist voll. Bitte Platz schaffen; nichts wurde halb gespeichert.",
    "The disk of the database is full. Please make room; nothing was stored by half.",
)
_NO_TABLES = (
    "Die Datenbank ist noch nicht eingerichtet. Bitte: mahnwerk init",
    "The database is not set up yet. Please: mahnwerk init",
)
_LOOKING = (
    "Ein Lesevorgang wollte schreiben; das ist ein Fehler in Mahnwerk.",
    "A reader wanted to write; this is a bug in Mahnwerk.",
)
_CLASH = (
    "Die Datenbank hat eine doppelte oder fremde Zuordnung abgelehnt: {}",
    "The database refused a reference that is double or not its own: {}",
)
_UNREACHABLE = (
    "Der Datenbankserver ist nicht erreichbar. Läuft er, und stimmt MAHNWERK_DATABASE_URL?",
    "The database server cannot be reached. Is it running, and is MAHNWERK_DATABASE_URL right?",
)
_OTHER = ("Datenbankfehler: {}", "Database error: {}")
_ALL_TAKEN = (
    "Keine Verbindung zur Datenbank mehr frei. Bitte gleich noch einmal; sonst weniger --threads.",
    "No connection to the database is left. Please try again in a moment; else fewer --threads.",
)

_SQLITE: dict[int, tuple[type[MahnwerkError], _Words]] = {
    sqlite3.SQLITE_BUSY: (Unavailable, _LOCKED),
    sqlite3.SQLITE_LOCKED: (Unavailable, _LOCKED),
    sqlite3.SQLITE_READONLY: (ConfigError, _READ_ONLY),
    sqlite3.SQLITE_FULL: (ConfigError, _FULL),
    sqlite3.SQLITE_CANTOPEN: (
        ConfigError,
        (
            "Die Datenbankdatei lässt sich nicht öffnen. Ist der Ordner da und beschreibbar?",
            "The database file cannot be opened. Is the folder there, and may it be written?",
        ),
    ),
    sqlite3.SQLITE_NOTADB: (
        ConfigError,
        (
            "Die Datei ist keine Datenbank von Mahnwerk.",
            "The file is no database of Mahnwerk.",
        ),
    ),
    sqlite3.SQLITE_CORRUPT: (
        ConfigError,
        (
            "Die Datenbankdatei ist beschädigt. Bitte eine Sicherung einspielen.",
            "The database file is damaged. Please restore a backup.",
        ),
    ),
    sqlite3.SQLITE_IOERR: (
        ConfigError,
        (
            (
                "Der Datenträger der Datenbank meldet einen Fehler: voll, abgehängt oder defekt. Bitte "
                "das prüfen und es noch einmal versuchen; nichts wurde halb gespeichert."
            ),
            (
                "The disk of the database reports an error: full, detached or defective. Please check "
                "that and try again; nothing was stored by half."
            ),
        ),
    ),
}

# SQLSTATE or its class -> what to do; the longest match counts.
_POSTGRES: dict[str, tuple[type[MahnwerkError], _Words]] = {
    "55P03": (Unavailable, _LOCKED),
    "40P01": (Unavailable, _LOCKED),
    "40001": (Unavailable, _LOCKED),
    "53100": (ConfigError, _FULL),
    "53": (
        Unavailable,
        (
            "Der Datenbankserver ist überlastet. Bitte gleich noch einmal.",
            "The database server is overloaded. Please try again in a moment.",
        ),
    ),
    "57": (
        Unavailable,
        (
            "Der Datenbankserver wird gerade beendet oder gestartet. Bitte gleich noch einmal.",
            "The database server is being stopped or started. Please try again in a moment.",
        ),
    ),
    "08": (
        Unavailable,
        (
            "Die Verbindung zum Datenbankserver ist abgebrochen. Bitte gleich noch einmal.",
            "The connection to the database server was lost. Please try again in a moment.",
        ),
    ),
    "25006": (ConfigError, _READ_ONLY),
    "28": (
        ConfigError,
        (
            (
                "Der Datenbankserver lehnt die Anmeldung ab. Bitte Benutzer und Kennwort in "
                "MAHNWERK_DATABASE_URL prüfen."
            ),
            (
                "The database server refuses the login. Please check user and password in "
                "MAHNWERK_DATABASE_URL."
            ),
        ),
    ),
    "3D": (
        ConfigError,
        (
            (
                "Die Datenbank gibt es auf diesem Server nicht. Bitte anlegen, oder ihren Namen in "
                "MAHNWERK_DATABASE_URL prüfen."
            ),
            (
                "There is no such database on this server. Please create it, or check its name in "
                "MAHNWERK_DATABASE_URL."
            ),
        ),
    ),
    "42501": (
        ConfigError,
        (
            (
                "Dem Datenbankbenutzer fehlen Rechte. Bitte ihn zum Eigentümer der Datenbank machen, "
                "oder in MAHNWERK_DATABASE_URL einen anderen angeben."
            ),
            (
                "The database user lacks rights. Please make him the owner of the database, or name "
                "another one in MAHNWERK_DATABASE_URL."
            ),
        ),
    ),
    "42P01": (ConfigError, _NO_TABLES),
    "22": (
        DataRefused,
        (
            "Die Datenbank kann einen Wert nicht speichern; nichts wurde gespeichert.",
            "The database cannot store a value; nothing was stored.",
        ),
    ),
}


def explained(error: BaseException, *, writing: bool) -> MahnwerkError | None:
    """Our error for one of the databases' errors; None when it is none of theirs."""
    if isinstance(error, sa.exc.TimeoutError):
        return _error(Unavailable, _ALL_TAKEN)
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _sqlite(cause, writing=writing)
    if _is_postgres(cause):
        return _postgres(cause, writing=writing)
    return None


def _is_postgres(cause: object) -> TypeGuard[psycopg.Error]:
    """True for an error of PostgreSQL's driver, which a home on SQLite never imports."""
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(cause, driver.Error)


def is_clash(error: BaseException) -> bool:
    """True when a unique index refused a row, whichever way it was inserted."""
    if isinstance(error, sa.exc.IntegrityError):
        return True
    return _is_postgres(error) and (error.sqlstate or "") == "23505"  # unique_violation


def _sqlite(cause: sqlite3.Error, *, writing: bool) -> MahnwerkError:
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # extended codes carry it in the low byte
    if code == sqlite3.SQLITE_CONSTRAINT:
        return _error(RuleError, _CLASH, cause)
    if code == sqlite3.SQLITE_READONLY and not writing:
        return _error(RuleError, _LOOKING)
    if "no such table" in str(cause):
        return _error(ConfigError, _NO_TABLES)
    if code not in _SQLITE:
        return _error(MahnwerkError, _OTHER, cause)
    return _error(*_SQLITE[code])


def _postgres(cause: psycopg.Error, *, writing: bool) -> MahnwerkError:
    state = cause.sqlstate or ""
    if state.startswith("23"):
        return _error(RuleError, _CLASH, cause.diag.constraint_name or state)
    if state == "25006" and not writing:
        return _error(RuleError, _LOOKING)
    if not state and isinstance(cause, sys.modules["psycopg"].OperationalError):
        return _error(Unavailable, _UNREACHABLE)
    found = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    if found is None:
        return _error(MahnwerkError, _OTHER, f"{state}: {cause.diag.message_primary}")
    return _error(*found)


def _error(kind: type[MahnwerkError], words: _Words, detail: object = "") -> MahnwerkError:
    de, en = words
    return kind(de.replace("{}", str(detail)), en=en.replace("{}", str(detail)))


@contextmanager
def plain_errors(*, writing: bool) -> Iterator[None]:
    """Turns errors of the database into ours."""
    try:
        yield
    except Exception as error:
        found = explained(error, writing=writing)
        if found is None:
            raise
        if isinstance(found, Unavailable):
            found.connector = STORE  # no platform's fault: no work can be done for anybody
        raise found from error
