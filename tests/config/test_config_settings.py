"""Settings: where things lie, and what a wrong value says."""

import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from config.env_example import render
from config.settings import Settings, load_settings
from core.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MAHNWERK_{name.upper()}", raising=False)


def test_without_settings_everything_lies_in_the_users_own_folders():
    settings = load_settings()
    assert settings.home == platformdirs.user_data_path("mahnwerk", appauthor=False)
    assert settings.sqlite_file == settings.home / "mahnwerk.db"
    assert settings.secret_file.parent == platformdirs.user_config_path("mahnwerk", appauthor=False)
    assert not settings.secret_file.is_relative_to(settings.home)


def test_mahnwerk_home_moves_database_and_outbox(monkeypatch, tmp_path):
    monkeypatch.setenv("MAHNWERK_HOME", str(tmp_path / "büro"))
    settings = load_settings()
    assert settings.sqlite_file == tmp_path / "büro" / "mahnwerk.db"
    assert settings.store_url.endswith("/büro/mahnwerk.db")


def test_a_home_below_the_current_folder_becomes_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAHNWERK_HOME", "daten")
    assert load_settings().home == tmp_path / "daten"


def test_a_database_url_moves_the_store_and_never_shows_its_password(monkeypatch):
    monkeypatch.setenv("MAHNWERK_DATABASE_URL", "postgresql://user:geheim@db.example/m")
    settings = load_settings()
    assert settings.sqlite_file is None
    assert settings.store_url == "postgresql://user:geheim@db.example/m"
    assert "geheim" not in repr(settings)
    assert "geheim" not in str(settings)


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("MAHNWERK_KEY", "")
    monkeypatch.setenv("MAHNWERK_HOME", "")
    settings = load_settings()
    assert settings.key is None
    assert settings.home == platformdirs.user_data_path("mahnwerk", appauthor=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOG_LEVEL", "s3cret-laut"), ("LANGUAGE", "s3cret"), ("SMTP_TIMEOUT", "-1")],
)
def test_a_wrong_value_names_the_variable_and_not_the_value(monkeypatch, name, value):
    monkeypatch.setenv(f"MAHNWERK_{name}", value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert caught.value.exit_code == 78
    for language in ("de", "en"):
        sentence = caught.value.sentence(language)
        assert f"MAHNWERK_{name}" in sentence
        assert "s3cret" not in sentence


def test_env_example_equals_the_settings():
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == render()


def test_env_example_is_made_by_the_command_it_names():
    made = subprocess.run(
        [sys.executable, "-m", "config.env_example"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert made.stdout == render()


def test_env_example_names_every_setting_and_sets_none():
    text = render()
    for name, field in Settings.model_fields.items():
        assert f"# MAHNWERK_{name.upper()}=" in text
        assert field.description in text
    assert all(line.startswith("#") or not line for line in text.splitlines())
