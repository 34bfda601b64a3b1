"""Composition root: the only module that reads settings and joins ports with what fulfils them."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path

from config.base_rates import RateFiles
from config.calendars import calendar_at, calendar_for
from config.clock import SystemClock
from config.late import LateFiles, LateRenderer
from config.machine import ThisMachine, user_name
from config.platforms import Connecting
from config.procedures import load_procedure, procedure_loader, procedure_names
from config.secrets import Vault
from config.settings import Settings, load_settings
from config.web import WebSettings
from connectors.imap.mailbox import ImapMailbox
from connectors.print_outbox.channel import OutboxChannel
from connectors.smtp.channel import SmtpChannel
from core.domain.model import Creditor
from core.domain.procedure import DunningProcedure
from core.errors import AuthFailed, ConfigError
from core.ports import Clock, Store
from core.ports.backup import BackupStore
from core.services.app import App
from core.services.profile_check import check_email
from core.store.backup import Backups
from core.store.unit import SqlStore

LOG_FILE = "mahnwerk.log"
PROCEDURES = "procedures"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Composed:
    """The application with what entry points need beside it."""

    app: App
    machine: ThisMachine
    vault: Vault
    home: Path
    outbox: Path
    user: str
    rates: RateFiles
    web: WebSettings
    creditor: str | None = None  # what commands without --creditor mean
    keep_events: timedelta = timedelta(days=30)  # raw bytes of events, after their work is done
    fleet_dead_after: float = 30.0  # seconds without a sign of life

    @property
    def procedures(self) -> Path:
        """Folder of the user's own dunning procedures."""
        return self.home / PROCEDURES

    @property
    def backups(self) -> BackupStore:
        """The database as backups read and fill it."""
        assert isinstance(self.app.store, SqlStore)  # noqa: S101 - `compose` made it
        return Backups(self.app.store)

    def procedure_names(self) -> list[str]:
        """Names of all dunning procedures, in alphabetical order."""
        return procedure_names(self.procedures)

    def read_procedure(self, path: Path) -> DunningProcedure:
        """The procedure in a file.

        Raises:
            ConfigError: the file is missing or cannot be used; the sentence names the line.
        """
        if not path.is_file():
            raise ConfigError(f"{path}: gibt es nicht.", en=f"{path}: there is no such file.")
        return load_procedure(path.stem, path.parent)

    def queue_address(self) -> str:
        """Where the fleet's queue is, for PostgreSQL's own driver; it may hold a password.

        Raises:
            ConfigError: the store is on SQLite, where there is no queue.
        """
        store = self.app.store
        address = store.driver_address if isinstance(store, SqlStore) else ""
        if not address:
            raise ConfigError(
                "Eine Flotte braucht PostgreSQL: MAHNWERK_DATABASE_URL auf postgresql://… setzen. "
                "Für eine SQLite-Datenbank genügt ein Worker: mahnwerk work",
                en="A fleet needs PostgreSQL: point MAHNWERK_DATABASE_URL to postgresql://… "
                "For a SQLite database one worker is enough: mahnwerk work",
            )
        return address

    def close(self) -> None:
        """Gives the database connections back."""
        self.app.store.close()


def compose(
    settings: Settings | None = None, *, clock: Clock | None = None, language: str | None = None
) -> Composed:
    """Joins the parts; makes the home folder, but neither database nor key.

    ``language`` is that of the person at the terminal; else that of the settings, else German.

    Raises:
        ConfigError: a setting cannot be used.
    """
    settings = settings or load_settings()
    _make_home(settings.home)
    clock = clock or SystemClock()
    vault = Vault(settings.key, settings.secret_file, settings.home)
    store = SqlStore(settings.store_url)
    password = _password_of(store, vault, "smtp_password")
    outbox = settings.home / "outbox"
    rates = RateFiles(settings.home)
    app = App(
        store=store,
        clock=clock,
        renderer=LateRenderer(),
        mail=SmtpChannel(password, timeout=settings.smtp_timeout),
        letters=OutboxChannel(outbox),
        calendar=calendar_for,
        procedure=procedure_loader(settings.home / PROCEDURES),
        files={"datev": LateFiles()},
        check_email=partial(check_email, "email"),
        language=language or settings.language or "de",
        rates=rates.table,
        place=calendar_at,
        mailbox=ImapMailbox(
            _password_of(store, vault, "imap_password"), timeout=settings.smtp_timeout
        ),
        platforms=Connecting(store, vault, clock).platforms(),
    )
    machine = ThisMachine(vault, settings.sqlite_file, password, settings.smtp_timeout)
    return Composed(
        app,
        machine,
        vault,
        settings.home,
        outbox,
        user_name(),
        rates,
        settings.web,
        settings.creditor,
        timedelta(days=settings.keep_events_days),
        settings.fleet_dead_after,
    )


def build(settings: Settings | None = None, *, clock: Clock | None = None) -> App:
    """The application alone; see :func:`compose`."""
    return compose(settings, clock=clock).app


@contextmanager
def logged() -> Iterator[None]:
    """Logs to ``MAHNWERK_HOME/log`` and, from MAHNWERK_LOG_LEVEL on, to stderr; while it lasts.

    Raises:
        ConfigError: a setting cannot be used, or the folder cannot be written.
    """
    settings = load_settings()
    path = _log_path(settings)
    file = RotatingFileHandler(
        path, maxBytes=_MEGABYTE, backupCount=5, encoding="utf-8", delay=True
    )
    file.setLevel(logging.INFO)
    console = logging.StreamHandler()
    console.setLevel(settings.log_level)
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    root = logging.getLogger()
    level = root.level
    logging.getLogger("alembic").setLevel(logging.WARNING)  # says on every command that it is there
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # tells of every single job
    root.setLevel(min(logging.INFO, console.level))
    try:
        for handler in (file, console):
            handler.setFormatter(form)
            root.addHandler(handler)
        yield
    finally:
        root.setLevel(level)
        for handler in (file, console):
            root.removeHandler(handler)
            handler.close()


def record_crash(text: str) -> Path:
    """Appends a traceback to the log file and returns its path; a temporary one when all fails."""
    try:
        path = _log_path(load_settings())
        _append(path, text)
    except (ConfigError, OSError):
        path = Path(tempfile.gettempdir()) / LOG_FILE
        _append(path, text)
    return path


def _append(path: Path, text: str) -> None:
    stamp = SystemClock().now().isoformat(timespec="seconds")
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"{stamp} CRASH\n{text}\n")


def _log_path(settings: Settings) -> Path:
    folder = settings.home / "log"
    _make_home(settings.home)
    _make_home(folder)
    return folder / LOG_FILE


def _make_home(folder: Path) -> None:
    """Makes a folder that only the user may read: it holds what his customers owe."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"Der Ordner {folder} lässt sich nicht anlegen ({error.strerror}). "
            "MAHNWERK_HOME auf einen beschreibbaren Ordner setzen.",
            en=f"The folder {folder} cannot be made ({error.strerror}). "
            "Point MAHNWERK_HOME to a folder that can be written.",
        ) from error


def _password_of(store: Store, vault: Vault, name: str) -> Callable[[Creditor], str]:
    def password(creditor: Creditor) -> str:
        with store.read() as tx:
            token = tx.creditors.secrets(creditor.id).get(name)
        if not token:
            raise AuthFailed(
                f"Das Kennwort des Mailkontos fehlt: mahnwerk init --set {name}=-",
                en=f"The password of the mail account is missing: mahnwerk init --set {name}=-",
            )
        return vault.decrypt(token, f"mahnwerk init --set {name}=-")

    return password


__all__ = [
    "Composed",
    "build",
    "compose",
    "logged",
    "record_crash",
]
