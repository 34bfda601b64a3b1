"""Base rates as data: the half-years that come with Mahnwerk, and those the user has entered.

Shipped: ``config/law/{de,at}_base_rate.csv``; the user's: ``MAHNWERK_HOME/law/`` under the same
names and in the same form, written by ``mahnwerk rates import``. Switzerland has a fixed rate and
no table. Nothing here computes interest.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import cache
from pathlib import Path

from core.domain.law import HalfYear, RateTable
from core.domain.law.rate_file import merged, parse_rates, render_rates
from core.errors import ConfigError

SHIPPED = Path(__file__).parent / "law"
LAWS = ("de", "at")  # those whose interest follows a base rate


def _name(law: str) -> str:
    return f"{law}_base_rate.csv"


def _read(path: Path) -> tuple[HalfYear, ...]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"{path}: lässt sich nicht lesen ({error.strerror}). Die Rechte der Datei prüfen.",
            en=f"{path}: cannot be read ({error.strerror}). Check the rights of the file.",
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: ist kein Text in UTF-8. Die Datei als UTF-8 speichern.",
            en=f"{path}: is not UTF-8 text. Save the file as UTF-8.",
        ) from error
    return parse_rates(text, str(path))


@cache
def _shipped(law: str) -> tuple[HalfYear, ...]:
    return _read(SHIPPED / _name(law))


class RateFiles:
    """The tables of one home; each is read once. Fulfils ``core.services.rates.RateBook``."""

    def __init__(self, home: Path | None = None) -> None:
        self._folder = home / "law" if home is not None else None
        self._tables: dict[str, RateTable] = {}

    def path(self, law: str) -> Path | None:
        """Where the user's own half-years of that law are kept."""
        return self._folder / _name(law) if self._folder is not None else None

    def shipped(self, law: str) -> tuple[HalfYear, ...]:
        """The half-years that come with Mahnwerk."""
        return _shipped(law)

    def own(self, law: str) -> tuple[HalfYear, ...]:
        """The half-years that the user has entered.

        Raises:
            ConfigError: his file cannot be used; the sentence names line, field and remedy.
        """
        path = self.path(law)
        return _read(path) if path is not None and path.is_file() else ()

    def table(self, law: str) -> RateTable | None:
        """All known half-years of a law ("de", "at"); None for one with a fixed rate ("ch").

        Raises:
            ConfigError: the user's file cannot be used.
        """
        if law not in LAWS:
            return None
        if law not in self._tables:
            where = str(self.path(law) or SHIPPED / _name(law))
            self._tables[law] = merged(self.shipped(law), self.own(law), where)
        return self._tables[law]

    def save(self, law: str, half_years: tuple[HalfYear, ...]) -> None:
        """Replaces the user's half-years: the whole file or nothing.

        Raises:
            ConfigError: there is no home, or it cannot be written.
        """
        path = self.path(law)
        if path is None:
            raise ConfigError(
                "MAHNWERK_HOME fehlt: Es gibt keinen Ordner für eigene Sätze.",
                en="MAHNWERK_HOME is missing: there is no folder for rates of your own.",
            )
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(path, render_rates(half_years))
        except OSError as error:
            raise ConfigError(
                f"{path}: lässt sich nicht schreiben ({error.strerror}). Rechte und Platz prüfen.",
                en=f"{path}: cannot be written ({error.strerror}). Check rights and space.",
            ) from error
        self._tables.pop(law, None)


def _replace(path: Path, text: str) -> None:
    """Writes beside the file and renames: a reader sees the old content or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
