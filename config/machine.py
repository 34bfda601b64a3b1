"""What only this machine can tell: where the database lies, the key, the mail server."""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

from config.secrets import Vault
from core.domain.model import Creditor
from core.errors import AuthFailed, ConfigError, Unavailable

# Folder names that the usual clients give to what they copy to other machines.
SYNCED = (
    "onedrive",
    "dropbox",
    "nextcloud",
    "owncloud",
    "icloud",
    "mobile documents",
    "google drive",
    "googledrive",
    "my drive",
    "magentacloud",
    "hidrive",
    "pcloud",
    "seafile",
)
# File systems without the locks that SQLite's write-ahead log needs.
NETWORK = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "afs",
    "ceph",
    "gluster",
    "fuse.sshfs",
    "fuse.rclone",
    "davfs",
)
MOUNTS = Path("/proc/mounts")
_DRIVE_REMOTE = 4


def risk_of(folder: Path, mounts: Path = MOUNTS) -> str:
    """Why ``folder`` is no place for a database: the synced or network drive; "" when it is fine."""
    resolved = folder.resolve()
    for part in resolved.parts:
        if any(part.casefold().startswith(name) for name in SYNCED):
            return part
    if str(resolved).startswith("\\\\"):
        return "UNC"
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(resolved.anchor) == _DRIVE_REMOTE
        return resolved.anchor if remote else ""
    return _network_mount(resolved, mounts)


def _network_mount(folder: Path, mounts: Path) -> str:
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:  # not Linux
        return ""
    best, kind = Path("/"), ""
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = Path(_unescaped(fields[1]))
        if folder.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, fields[2]
    return kind if kind.startswith(NETWORK) else ""


def _unescaped(text: str) -> str:
    """Mount points in /proc/mounts write blanks as a backslash and 040."""
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


class ThisMachine:
    """Fulfils ``core.services.doctor.Machine``."""

    def __init__(
        self,
        vault: Vault,
        database: Path | None,
        password: Callable[[Creditor], str],
        timeout: float,
    ) -> None:
        self._vault = vault
        self._database = database
        self._password = password
        self._timeout = min(timeout, 10.0)  # a person is waiting

    def check_key(self) -> str:
        self._vault.check()
        return self._vault.source

    def database_place(self) -> tuple[str, str]:
        if self._database is None:
            return "MAHNWERK_DATABASE_URL", ""
        return str(self._database), risk_of(self._database.parent)

    def check_mail(self, creditor: Creditor) -> None:
        """A real connection with TLS and login, without a mail.

        Raises:
            AuthFailed: user or password are wrong.
            Unavailable: no answer, or no valid certificate.
            ConfigError: the server does not offer what ``smtp_security`` asks for.
        """
        host = f"{creditor.profile.smtp_host}:{creditor.profile.smtp_port}"
        try:
            self._talk(creditor)
        except smtplib.SMTPAuthenticationError as error:
            raise AuthFailed(
                f"{host} lehnt die Anmeldung ab ({error.smtp_code}). Benutzer und Kennwort neu "
                "eingeben: mahnwerk init --set smtp_user=… --set smtp_password=-",
                en=f"{host} refuses the login ({error.smtp_code}). Enter user and password again: "
                "mahnwerk init --set smtp_user=… --set smtp_password=-",
            ) from None  # the server's answer may repeat what it was given
        except smtplib.SMTPNotSupportedError as error:
            raise ConfigError(
                f"{host} bietet die verlangte Verschlüsselung oder Anmeldung nicht an; "
                "smtp_security und smtp_port prüfen.",
                en=f"{host} does not offer the encryption or login asked for; check "
                "smtp_security and smtp_port.",
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            why = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or error
            raise Unavailable(
                f"{host} ist nicht erreichbar ({why}). smtp_host, smtp_port und smtp_security "
                "prüfen: mahnwerk init --set smtp_host=…",
                en=f"{host} cannot be reached ({why}). Check smtp_host, smtp_port and "
                "smtp_security: mahnwerk init --set smtp_host=…",
            ) from error

    def _talk(self, creditor: Creditor) -> None:
        profile = creditor.profile
        trust = ssl.create_default_context()
        where = (profile.smtp_host, profile.smtp_port)
        server: smtplib.SMTP
        if profile.smtp_security == "tls":
            server = smtplib.SMTP_SSL(*where, timeout=self._timeout, context=trust)
        else:
            server = smtplib.SMTP(*where, timeout=self._timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if profile.smtp_security == "starttls":
                server.starttls(context=trust)
                server.ehlo()
            if profile.smtp_user:
                server.login(profile.smtp_user, self._password(creditor))
            server.noop()
        finally:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()


def user_name() -> str:
    """Who works at this machine: the author in the event log."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without a passwd entry
        return os.environ.get("USERNAME", "unknown")
