"""Settings from the environment; only ``config.bootstrap`` and ``config.env_example`` read them.

A ``.env`` file in the working folder is not read: a stray file must not move somebody's
database. Docker Compose and ``set -a; . ./.env`` hand it over as environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.web import WebSettings, networks, public_url
from core.errors import ConfigError

PREFIX = "MAHNWERK_"


def _data_folder() -> Path:
    return platformdirs.user_data_path("mahnwerk", appauthor=False)


class Settings(BaseSettings):
    """What a machine settles for all creditors in its store."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(
        default_factory=_data_folder,
        description="Folder of database, outbox and log. Default: the user's data folder.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="Moves the store to another database, e.g. PostgreSQL 14 or newer: "
        "postgresql+psycopg://user:password@host/name. Default: SQLite in MAHNWERK_HOME.",
    )
    key: SecretStr | None = Field(
        default=None,
        description="Key for stored passwords (Fernet); several, newest first, separated by commas.",
    )
    key_file: Path | None = Field(
        default=None,
        description="File with that key, outside MAHNWERK_HOME. "
        "Default: a file in the user's configuration folder, made on first use.",
    )
    creditor: str | None = Field(
        default=None, description="Creditor of commands without --creditor."
    )
    language: Literal["de", "en"] | None = Field(
        default=None, description="de or en. Default: from LC_ALL, LC_MESSAGES or LANG."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", description="What is logged to stderr: DEBUG, INFO, WARNING or ERROR."
    )
    smtp_timeout: float = Field(
        default=30.0, gt=0, description="Seconds to wait for the mail server."
    )
    keep_events_days: int = Field(
        default=30,
        ge=1,
        description="Days that the raw bytes of events are kept after they were worked on.",
    )
    serve_host: str = Field(
        default="127.0.0.1", description="Address that mahnwerk serve listens on."
    )
    serve_port: int = Field(
        default=8080, ge=0, le=65535, description="Port of mahnwerk serve; 0: any free one."
    )
    serve_threads: int = Field(
        default=16, ge=1, le=64, description="Requests that mahnwerk serve answers at a time."
    )
    url: str = Field(
        default="",
        description="Where platforms and browsers reach mahnwerk serve, e.g. "
        "https://mahnwerk.example; registered webhooks begin with it.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of reverse proxies whose X-Forwarded-For, -Proto and "
        "-Host are believed, separated by commas.",
    )
    monitor_from: str = Field(
        default="127.0.0.0/8,::1",
        description="Addresses or networks that may read /metrics and the details of /readyz.",
    )
    monitor_token: SecretStr | None = Field(
        default=None,
        description="Bearer token with which they may be read from anywhere else.",
    )
    stale_hours: int = Field(
        default=24,
        ge=1,
        description="Hours after which /readyz calls a connection stale that was not read.",
    )
    fleet_dead_after: float = Field(
        default=30.0,
        ge=1,
        description="Seconds without a sign of life after which other workers of a fleet take over.",
    )

    @property
    def sqlite_file(self) -> Path | None:
        """The database file; None when the store is elsewhere."""
        return None if self.database_url else self.home / "mahnwerk.db"

    @property
    def store_url(self) -> str:
        """Where the store is, as SQLAlchemy writes it; may hold a password."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.home / 'mahnwerk.db').as_posix()}"

    @property
    def web(self) -> WebSettings:
        """What ``mahnwerk serve`` is told.

        Raises:
            ConfigError: an address or network that is none.
        """
        return WebSettings(
            host=self.serve_host,
            port=self.serve_port,
            url=public_url(self.url) if self.url else "",
            threads=self.serve_threads,
            trusted_proxies=networks(self.trusted_proxies, f"{PREFIX}TRUSTED_PROXIES"),
            monitors=networks(self.monitor_from, f"{PREFIX}MONITOR_FROM"),
            monitor_token=self.monitor_token.get_secret_value() if self.monitor_token else "",
            stale_hours=self.stale_hours,
        )

    @property
    def secret_file(self) -> Path:
        """Where the key is kept when it is not given directly."""
        default = platformdirs.user_config_path("mahnwerk", appauthor=False) / "key"
        return (self.key_file or default).expanduser()


def load_settings() -> Settings:
    """Settings of this process.

    Raises:
        ConfigError: a variable has a value that cannot be used; its value is not repeated.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise ConfigError(
            f"{name} hat keinen gültigen Wert: {first['msg']}",
            en=f"{name} has no valid value: {first['msg']}",
        ) from None
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})
