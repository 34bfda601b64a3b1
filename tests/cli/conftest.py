"""A terminal on a fresh home; nothing of the user's own settings reaches it."""

import pytest
from cli_desk import StandingClock, Terminal

import config.bootstrap
from config.settings import Settings


@pytest.fixture
def terminal(tmp_path, monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MAHNWERK_{name.upper()}", raising=False)
    monkeypatch.setenv("MAHNWERK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAHNWERK_KEY_FILE", str(tmp_path / "conf" / "key"))
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "de")
    monkeypatch.setattr(config.bootstrap, "SystemClock", StandingClock)
    return Terminal(tmp_path)


@pytest.fixture
def office(terminal):
    """A creditor with imported books."""
    terminal.init()
    terminal.import_books()
    return terminal


@pytest.fixture
def english(office, monkeypatch):
    """The same office, answered in English."""
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "en")
    return office


@pytest.fixture
def machine(terminal, monkeypatch):
    """Moves to another machine: another folder, and another key unless it was carried over."""

    def move(name, *, key=False, url=""):
        monkeypatch.setenv("MAHNWERK_HOME", str(terminal.folder / name))
        if not key:
            monkeypatch.setenv("MAHNWERK_KEY_FILE", str(terminal.folder / f"{name}-conf" / "key"))
        if url:
            monkeypatch.setenv("MAHNWERK_DATABASE_URL", url)
        else:
            monkeypatch.delenv("MAHNWERK_DATABASE_URL", raising=False)
        return terminal.folder / name

    return move
