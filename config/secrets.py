"""Stored passwords: encrypted at rest with a key that is kept away from the data (architecture
§4.15). A lost key costs only entering the passwords again.
"""

from __future__ import annotations

import contextlib
import hmac
import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from core.errors import AuthFailed, ConfigError

if TYPE_CHECKING:
    # Imported when a secret is read: few commands need one.
    from cryptography.fernet import MultiFernet


class Vault:
    """Encrypts and decrypts single values; the key is read when it is first needed."""

    def __init__(self, key: SecretStr | None, key_file: Path, home: Path) -> None:
        self._key = key
        self._file = key_file
        self._home = home
        self._fernet: MultiFernet | None = None

    def __repr__(self) -> str:
        return f"Vault({self.source!r})"

    @property
    def source(self) -> str:
        """Where the key comes from; never the key."""
        return "MAHNWERK_KEY" if self._key else str(self._file)

    @property
    def file(self) -> Path | None:
        """The key file; None when the key is given directly."""
        return None if self._key else self._file

    def opens(self, token: str) -> bool:
        """Whether the key of this machine reads ``token``."""
        try:
            self.decrypt(token)
        except (AuthFailed, ConfigError):
            return False
        return True

    def encrypt(self, value: str) -> str:
        """``value`` encrypted with the newest key; makes the key file when there is none."""
        self.ensure_key()
        return self._keys().encrypt(value.encode()).decode("ascii")

    def decrypt(self, token: str, again: str = "mahnwerk init --set smtp_password=-") -> str:
        """The value of ``token``; ``again`` is the command that enters it anew.

        Raises:
            AuthFailed: the value was encrypted with a key that is not here any more.
        """
        from cryptography.fernet import InvalidToken

        try:
            return self._keys().decrypt(token.encode("ascii")).decode()
        except InvalidToken:
            raise AuthFailed(
                f"Ein gespeichertes Geheimnis lässt sich mit dem Schlüssel aus {self.source} nicht "
                f"lesen. Neu eingeben: {again}",
                en=f"A stored secret cannot be read with the key from {self.source}. "
                f"Enter it again: {again}",
            ) from None

    def ensure_key(self) -> bool:
        """Makes the key file when no key exists yet; True when it was made.

        Raises:
            ConfigError: the key file would lie in MAHNWERK_HOME, where backups would take it along.
        """
        if self._key or self._file.exists():
            return False
        if self._file.resolve().is_relative_to(self._home.resolve()):
            raise ConfigError(
                f"Der Schlüssel {self._file} läge in MAHNWERK_HOME und damit in jeder Sicherung. "
                "MAHNWERK_KEY_FILE auf einen anderen Ordner setzen.",
                en=f"The key {self._file} would lie in MAHNWERK_HOME and so in every backup. "
                "Point MAHNWERK_KEY_FILE to another folder.",
            )
        from cryptography.fernet import Fernet

        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Two processes may start at once: who comes second uses the key of the first.
        with contextlib.suppress(FileExistsError):
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(Fernet.generate_key() + b"\n")
        return True

    def derived(self, purpose: str) -> str:
        """A secret for one purpose that only who has the key can make; it gives the key not away.

        It changes with the key: what was signed with it ends then.
        """
        self.ensure_key()
        newest = self._text().replace("\n", ",").split(",")[0].strip()
        return hmac.new(newest.encode(), purpose.encode(), sha256).hexdigest()

    def check(self) -> None:
        """Reads the key.

        Raises:
            ConfigError: it is missing, unreadable or malformed.
        """
        self._keys()

    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            from cryptography.fernet import Fernet, MultiFernet

            texts = self._text().replace("\n", ",").split(",")
            try:
                self._fernet = MultiFernet([Fernet(text.strip()) for text in texts if text.strip()])
            except ValueError:
                raise ConfigError(
                    f"Der Schlüssel aus {self.source} ist kein Fernet-Schlüssel.",
                    en=f"The key from {self.source} is not a Fernet key.",
                ) from None
        return self._fernet

    def _text(self) -> str:
        if self._key:
            return self._key.get_secret_value()
        try:
            return self._file.read_text("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"Der Schlüssel {self._file} ist nicht lesbar. Fehlt er, legt ihn das nächste "
                "`mahnwerk init` neu an; Kennwörter und API-Schlüssel dann neu eingeben.",
                en=f"The key {self._file} cannot be read. If it is missing, the next "
                "`mahnwerk init` makes a new one; enter passwords and API keys again then.",
            ) from error
