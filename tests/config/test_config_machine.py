"""What the doctor asks this machine: synced and network drives, and the mail server."""

import socket

import pytest

from config.machine import ThisMachine, risk_of, user_name
from config.secrets import Vault
from core.domain.model import Creditor, CreditorProfile
from core.errors import AuthFailed, ConfigError, Unavailable
from sandbox.mailbox import Mailbox

NO_MOUNTS = "rootfs / ext4 rw 0 0\n"


@pytest.fixture
def mounts(tmp_path):
    path = tmp_path / "mounts"
    path.write_text(NO_MOUNTS)
    return path


@pytest.mark.parametrize(
    "folder",
    ["OneDrive", "OneDrive - Muster GmbH", "Dropbox", "Nextcloud", "iCloudDrive", "Google Drive"],
)
def test_a_synced_folder_is_named(tmp_path, mounts, folder):
    assert risk_of(tmp_path / folder / "mahnwerk", mounts) == folder


def test_an_ordinary_folder_is_fine(tmp_path, mounts):
    assert risk_of(tmp_path / "mahnwerk", mounts) == ""


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "fuse.sshfs"])
def test_a_network_drive_is_named_by_its_kind(tmp_path, mounts, kind):
    share = tmp_path / "Büro Daten"
    written = str(share).replace(" ", "\\040")
    mounts.write_text(f"{NO_MOUNTS}server:/share {written} {kind} rw 0 0\n")
    assert risk_of(share / "mahnwerk", mounts) == kind
    assert risk_of(tmp_path / "anderswo", mounts) == ""


def test_a_local_disk_below_a_network_drive_is_fine(tmp_path, mounts):
    share, local = tmp_path / "share", tmp_path / "share" / "local"
    mounts.write_text(f"{NO_MOUNTS}s:/ {share} nfs rw 0 0\n/dev/x {local} ext4 rw 0 0\n")
    assert risk_of(local / "mahnwerk", mounts) == ""


def test_a_system_without_mounts_file_is_fine(tmp_path):
    assert risk_of(tmp_path, tmp_path / "none") == ""


def test_the_author_of_an_entry_has_a_name():
    assert user_name()


@pytest.fixture
def mail_server(tmp_path):
    with Mailbox(tmp_path / "mails", login=("post", "richtig")) as mailbox:
        yield mailbox.port


def machine(tmp_path, word="richtig"):
    vault = Vault(None, tmp_path / "conf" / "key", tmp_path / "home")
    return ThisMachine(vault, tmp_path / "home" / "mahnwerk.db", lambda _creditor: word, 5.0)


def creditor(port, **fields):
    given = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"} | fields
    return Creditor("muster", CreditorProfile(name="Muster GmbH", **given))


def test_a_mail_server_that_answers_is_fine(tmp_path, mail_server):
    machine(tmp_path).check_mail(creditor(mail_server))
    machine(tmp_path).check_mail(creditor(mail_server, smtp_user="post"))


def test_a_wrong_password_asks_for_a_new_one_and_never_repeats_it(tmp_path, mail_server):
    with pytest.raises(AuthFailed) as caught:
        machine(tmp_path, "falsch-s3cret").check_mail(creditor(mail_server, smtp_user="post"))
    assert caught.value.exit_code == 77
    assert "smtp_password=-" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_server_without_tls_is_a_wrong_setting(tmp_path, mail_server):
    with pytest.raises(ConfigError, match="smtp_security"):
        machine(tmp_path).check_mail(creditor(mail_server, smtp_security="starttls"))


def test_nobody_listening_says_which_server(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, but nobody listens
        port = closed.getsockname()[1]
        with pytest.raises(Unavailable, match=f"127.0.0.1:{port}"):
            machine(tmp_path).check_mail(creditor(port))


def test_the_key_and_the_database_are_located(tmp_path):
    here = machine(tmp_path)
    with pytest.raises(ConfigError):
        here.check_key()
    where, risk = here.database_place()
    assert where == str(tmp_path / "home" / "mahnwerk.db")
    assert risk == ""
