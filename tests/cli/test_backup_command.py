"""A bookkeeping office loses its machine: what comes back from the backup, and what does not."""

import errno
import gzip
import json
import os
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from cli_desk import FRIDAY, StandingClock


def archive(terminal, *args, name="sicherung.tar.gz"):
    return terminal.json("backup", terminal.folder / name, *args)


@pytest.fixture
def sent(office):
    """Two letters are printed, one of them is posted; RE-5 waits for approval."""
    office("init", "--set", "smtp_password=-", stdin="geheim\n")
    office("go-live")
    assert office.json("run")["proposals"] == [1, 2]
    office("approve", 1)
    assert [row["outcome"] for row in office.json("send")] == ["printed"]
    office("posted", 1)
    return office


def test_the_machine_is_gone_and_the_backup_is_there(sent, machine, monkeypatch):
    """Backed up on Friday, restored on Sunday on another machine with another key."""
    (sent.folder / "home" / "procedures").mkdir()
    (sent.folder / "home" / "procedures" / "eigen.toml").write_text("# eigen", encoding="utf-8")
    before, head = sent.json("open-items"), sent.json("audit", "verify")["head"]
    decided = sent.json("replay", 1)["sha256"]
    made = archive(sent)
    assert made["creditors"] == [
        {"id": "muster-handels-gmbh", "name": "Muster Handels GmbH", "entries": 9, "head": head}
    ]
    letters = sorted((sent.folder / "home" / "outbox").rglob("*.pdf"))
    assert made["files"] == len(letters) + 1
    assert sent.json("backup", "verify", made["file"]) == made

    monkeypatch.setattr(StandingClock, "day", FRIDAY + timedelta(days=2))
    home = machine("neu")
    done = sent.json("backup", "restore", made["file"])
    assert (done["age_hours"], done["rows"], done["stopped"]) == (48, made["rows"], True)
    assert (done["held"], done["held_until"]) == (3, "2026-12-06")
    [lost] = done["enter_again"]
    assert lost["command"].startswith("mahnwerk init --creditor muster-handels-gmbh --set smtp")
    for letter in letters:
        again = home / letter.relative_to(sent.folder / "home")
        assert again.read_bytes() == letter.read_bytes()
    assert (home / "procedures" / "eigen.toml").read_text(encoding="utf-8") == "# eigen"
    after = sent.json("open-items")
    for row in (*before, *after):
        row.pop("holds"), row.pop("days_overdue"), row.pop("ageing")
    assert after == before
    assert sent.json("audit", "verify", "--head", head)["ok"] is True
    replayed = sent.json("replay", 1)
    assert (replayed["identical"], replayed["sha256"]) == (True, decided)


def test_what_may_have_left_after_the_backup_does_not_leave_twice(sent, machine, monkeypatch):
    """Backed up on Friday at nine; at ten proposal 2 is approved and its letter leaves. On Monday
    the old machine is gone, and the new one knows nothing of the letter.
    """
    made = archive(sent)
    sent("approve", 2)
    assert [row["outcome"] for row in sent.json("send")] == ["printed"]
    machine("neu")
    monkeypatch.setattr(StandingClock, "day", FRIDAY + timedelta(days=3))
    sent.json("backup", "restore", made["file"])
    assert "angehalten" in sent("send", code=64).err
    sent("resume")
    sent.json("booked-until", "2026-11-23")
    verdicts = sent.json("run")["verdicts"]
    assert {v["verdict"] for v in verdicts} == {"skip"}
    assert {v["reason"] for v in verdicts if v["number"] == "RE-5"} == {"held"}
    assert sent.json("send") == []
    sent("release", "10003")
    assert [v["number"] for v in sent.json("run")["verdicts"] if v["verdict"] == "dun"] == ["RE-5"]


def test_a_planned_move_goes_on_where_it_was(sent, machine):
    """Stopped, backed up, moved with the key: nothing is held, nothing is asked for again."""
    sent("approve", 2)
    sent("stop")
    made = archive(sent)
    machine("neu", key=True)
    done = sent.json("backup", "restore", made["file"], "--nothing-sent")
    assert (done["held"], done["held_until"], done["enter_again"]) == (0, None, [])
    assert sent.json("resume")["changed"] is True
    assert [row["outcome"] for row in sent.json("send")] == ["printed"]


def test_from_sqlite_to_postgresql_and_back(sent, machine, request):
    before = sent.json("open-items")
    first = archive(sent)
    machine("pg", key=True, url=request.getfixturevalue("postgres_databases").blank())
    sent.json("backup", "restore", first["file"], "--nothing-sent")
    assert sent.json("open-items") == before
    assert sent.json("replay", 1)["identical"] is True
    second = archive(sent, name="zwei.tar.gz")
    machine("zurueck", key=True)
    sent.json("backup", "restore", second["file"], "--nothing-sent")
    assert sent.json("open-items") == before
    third = archive(sent, name="drei.tar.gz")
    # Each way back wrote one entry into the log; nothing else has changed.
    assert [made["creditors"][0]["entries"] for made in (first, second, third)] == [9, 10, 11]
    kept = [tables(made["file"]) for made in (first, second, third)]
    changed = {name for name in kept[0] if kept[0][name] != kept[2][name]}
    assert changed == {"creditor", "event_head", "event_log", "event_payload"}
    assert {name for name in kept[1] if kept[1][name] != kept[2][name]} == changed - {"creditor"}


def tables(path):
    """Table -> the sums of its parts."""
    with tarfile.open(path) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    found = {}
    for part in manifest["parts"]:
        if part["name"].startswith("tables/"):
            found.setdefault(part["name"].split("/")[1], []).append(part["sha256"])
    return found


def test_neither_key_nor_password_nor_log_is_in_it(sent):
    """Not even a key that somebody laid into the outbox."""
    key = (sent.folder / "conf" / "key").read_bytes()
    made = archive(sent)
    content = gzip.decompress((sent.folder / "sicherung.tar.gz").read_bytes())
    assert key.strip() not in content
    assert b"geheim\n" not in content
    assert not [name for name in names(made["file"]) if "log" in name.split("/")[0]]
    if os.name == "posix":
        assert (sent.folder / "sicherung.tar.gz").stat().st_mode & 0o777 == 0o600


def names(path):
    with tarfile.open(path) as tar:
        return tar.getnames()


def test_the_key_is_left_out_wherever_it_lies(office, monkeypatch):
    outbox = office.folder / "home" / "outbox"
    outbox.mkdir(exist_ok=True)
    (outbox / "key").write_bytes((office.folder / "conf" / "key").read_bytes())
    monkeypatch.setenv("MAHNWERK_KEY_FILE", str(outbox / "key"))
    (outbox / "brief.pdf").write_bytes(b"%PDF")
    (outbox / ".x.part").write_bytes(b"%P")
    (outbox / "zwei\nzeilen.pdf").write_bytes(b"%PDF")
    (outbox / "fremd.pdf").symlink_to(office.folder / "conf" / "key")
    made = archive(office)
    assert [n for n in names(made["file"]) if n.startswith("outbox/")] == ["outbox/brief.pdf"]
    assert made["skipped"] == ["'outbox/zwei\\nzeilen.pdf'"]


def test_a_folder_keeps_the_newest(office, monkeypatch):
    folder = office.folder / "alle"
    folder.mkdir()
    (folder / "mahnwerk-notiz.txt").write_text("bleibt", encoding="utf-8")
    kept = []
    for days in range(4):
        monkeypatch.setattr(StandingClock, "day", FRIDAY + timedelta(days=days))
        made = office.json("backup", folder, "--keep", 2)
        kept.append(made["file"].rpartition("/")[2])
    assert made["removed"] == [kept[1]]
    assert sorted(p.name for p in folder.iterdir()) == [*kept[2:], "mahnwerk-notiz.txt"]
    assert "gibt es schon" in office("backup", folder, "--keep", 2, code=64).err


def test_wishes_that_cannot_be_served(office, machine):
    made = archive(office)
    assert "gibt es schon" in office("backup", made["file"], code=64).err
    other = office.folder / "zwei.tar.gz"
    assert "--keep" in office("backup", other, "--keep", 3, code=64).err
    assert "nicht leer" in office("backup", "restore", made["file"], code=64).err
    assert "nicht lesen" in office("backup", "verify", other, code=78).err
    home = machine("belegt")
    (home / "outbox").mkdir(parents=True)
    (home / "outbox" / "brief.pdf").write_bytes(b"%PDF")
    assert "outbox ist nicht leer" in office("backup", "restore", made["file"], code=64).err
    machine("leer")
    assert "nichts zu sichern" in office("backup", code=78).err
    assert not (office.folder / "leer" / "backup").exists() or not list(
        (office.folder / "leer" / "backup").iterdir()
    )


def test_where_nothing_is_named_it_lies_in_the_home_and_says_so(office):
    answer = office("backup")
    assert "anderen Datenträger" in answer.err
    [path] = (office.folder / "home" / "backup").iterdir()
    assert str(path) in answer.out


def test_a_restore_that_cannot_place_its_files_leaves_nothing(sent, machine, monkeypatch):
    """The disk fails at the rename of the second folder: the first goes back, nothing is committed."""
    (sent.folder / "home" / "procedures").mkdir()
    (sent.folder / "home" / "procedures" / "eigen.toml").write_text("# eigen", encoding="utf-8")
    made = archive(sent)
    home = machine("neu")
    real = Path.rename

    def rename(self, goal):
        if Path(goal) == home / "procedures":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(self, goal)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", rename)
        assert "nichts wurde eingespielt" in sent("backup", "restore", made["file"], code=78).err
    assert not [
        p for p in home.iterdir() if p.name != "log" and not p.name.startswith("mahnwerk.db")
    ]
    assert "noch nichts eingerichtet" in sent("open-items", code=78).err
    (home / ".restore-alt").mkdir()  # of one that was killed
    assert sent.json("backup", "restore", made["file"])["rows"] == made["rows"]
    assert {path.name for path in home.iterdir()} >= {"outbox", "procedures", "mahnwerk.db"}
    assert not (home / ".restore-alt").exists()
