"""Stored passwords: readable with the key only, and a lost key is a clear sentence."""

import os
import stat

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from config.secrets import Vault
from core.errors import AuthFailed, ConfigError


@pytest.fixture
def folders(tmp_path):
    home, conf = tmp_path / "home", tmp_path / "conf"
    home.mkdir()
    return home, conf / "key"


def test_a_password_comes_back_and_is_not_readable_without_the_key(folders):
    home, key_file = folders
    token = Vault(None, key_file, home).encrypt("pässwort")
    assert "pässwort" not in token
    assert Vault(None, key_file, home).decrypt(token) == "pässwort"


@pytest.mark.skipif(os.name == "nt", reason="cannot here: Windows has no file modes")
def test_only_the_user_may_read_the_key(folders):
    home, key_file = folders
    assert Vault(None, key_file, home).ensure_key() is True
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_an_existing_key_is_never_replaced(folders):
    home, key_file = folders
    vault = Vault(None, key_file, home)
    vault.ensure_key()
    before = key_file.read_bytes()
    assert vault.ensure_key() is False
    assert key_file.read_bytes() == before


def test_the_key_is_never_made_inside_the_home_folder(folders):
    home, _ = folders
    with pytest.raises(ConfigError, match="MAHNWERK_KEY_FILE"):
        Vault(None, home / "sub" / "key", home).ensure_key()
    assert not (home / "sub").exists()


def test_a_lost_key_asks_to_enter_the_password_again(folders):
    home, key_file = folders
    token = Vault(None, key_file, home).encrypt("geheim")
    other = Vault(SecretStr(Fernet.generate_key().decode()), key_file, home)
    with pytest.raises(AuthFailed) as caught:
        other.decrypt(token)
    assert caught.value.exit_code == 77
    assert "smtp_password=-" in str(caught.value)
    assert "geheim" not in repr(caught.value)
    assert token not in str(caught.value)
    with pytest.raises(AuthFailed, match="mahnwerk connect lexoffice --set api_key=-"):
        other.decrypt(token, "mahnwerk connect lexoffice --set api_key=-")


def test_a_new_key_in_front_reads_what_the_old_one_wrote(folders):
    home, key_file = folders
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    token = Vault(SecretStr(old), key_file, home).encrypt("alt")
    both = Vault(SecretStr(f"{new},{old}"), key_file, home)
    assert both.decrypt(token) == "alt"
    assert Vault(SecretStr(new), key_file, home).decrypt(both.encrypt("neu")) == "neu"


def test_the_key_is_never_shown(folders):
    home, key_file = folders
    key = Fernet.generate_key().decode()
    vault = Vault(SecretStr(key), key_file, home)
    vault.check()
    assert key not in repr(vault)
    assert vault.source == "MAHNWERK_KEY"


@pytest.mark.parametrize("content", ["kein Schlüssel", "", "äöü"])
def test_a_broken_key_is_named_without_its_content(folders, content):
    home, key_file = folders
    key_file.parent.mkdir()
    key_file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Vault(None, key_file, home).check()
    assert str(key_file) in str(caught.value)
    assert not content or content not in str(caught.value)


def test_a_missing_key_says_how_to_get_one(folders):
    home, key_file = folders
    with pytest.raises(ConfigError, match="mahnwerk init"):
        Vault(None, key_file, home).check()
