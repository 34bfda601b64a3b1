"""Archives that were cut off, damaged, changed or made to do harm: refused, and nothing is written."""

import gzip
import hashlib
import io
import json
import re
import tarfile
import tracemalloc

import pytest

from core.errors import DataRefused
from core.services.backup_archive import check


def rewritten(path, change):
    """The archive with members changed: name, content -> list of names and contents."""
    found = io.BytesIO()
    with tarfile.open(path) as old, tarfile.open(fileobj=found, mode="w:gz") as new:
        for info in old:
            for name, content in change(info.name, old.extractfile(info).read()):
                made = tarfile.TarInfo(name)
                made.size = len(content)
                new.addfile(made, io.BytesIO(content))
    path.write_bytes(found.getvalue())


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def one_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def cheaper(path):
    rewritten(
        path, lambda n, c: [(n, c.replace(b"119000", b"119")) if "open_item" in n else (n, c)]
    )


def without_items(path):
    rewritten(path, lambda n, c: [] if "open_item" in n else [(n, c)])


def outside(path):
    rewritten(path, lambda n, c: [("../../etc/cron.d/x", b"x"), (n, c)])


def below_outbox(path):
    rewritten(path, lambda n, c: [("outbox/../../x", b"x"), (n, c)])


def absolute(path):
    rewritten(path, lambda n, c: [("/etc/x", b"x"), (n, c)])


def twice(path):
    rewritten(path, lambda n, c: [(n, c), (n, c)])


def added(path):
    rewritten(path, lambda n, c: [("outbox/x.pdf", b"x"), (n, c)] if "creditor" in n else [(n, c)])


def a_link(path):
    found = io.BytesIO()
    with tarfile.open(fileobj=found, mode="w:gz") as new:
        info = tarfile.TarInfo("outbox/x")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        new.addfile(info)
    path.write_bytes(found.getvalue())


def headers(path, kind, size, count):
    """Headers that say they are about the member behind them; the zeros of each pack to nothing."""
    with gzip.open(path, "wb", compresslevel=1) as found:
        for _ in range(count):
            info = tarfile.TarInfo("outbox/x")
            info.type, info.size = kind, size
            found.write(info.tobuf(tarfile.GNU_FORMAT) + bytes(size))


def headers_without_end(path):
    headers(path, tarfile.GNUTYPE_LONGNAME, 0, 5000)


def no_manifest(path):
    rewritten(path, lambda n, c: [] if n == "manifest.json" else [(n, c)])


def odd_manifest(path):
    rewritten(path, lambda n, c: [(n, b"[1]" if n == "manifest.json" else c)])


def of_no_day(path):
    rewritten(
        path, lambda n, c: [(n, re.sub(rb'"created_at":"[^"]*"', b'"created_at":"2026-11-20"', c))]
    )


def of_something_else(path):
    path.write_bytes(b"%PDF-1.7 kein Archiv")


def empty(path):
    path.write_bytes(b"")


DAMAGE = [
    cut, one_bit, cheaper, without_items, outside, below_outbox, absolute, twice, added, a_link,
    headers_without_end,
    no_manifest, odd_manifest, of_no_day, of_something_else, empty,
]  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return tmp_path_factory.mktemp("gut") / "gut.tar.gz"


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda f: f.__name__)
def test_a_damaged_archive_is_refused_and_nothing_is_written(terminal, machine, good, damage):
    if not good.exists():
        terminal.init()
        terminal.import_books()
        terminal("backup", good)
    path = terminal.folder / "kaputt.tar.gz"
    path.write_bytes(good.read_bytes())
    damage(path)
    assert "keine heile Sicherung" in terminal("backup", "verify", path, code=65).err
    home = machine("neu")
    assert "nichts wurde" in terminal("backup", "restore", path, code=65).err
    assert {p.name for p in home.iterdir()} <= {"log"}
    assert not (terminal.folder / "etc").exists()


def archive_manifest(path):
    with tarfile.open(path) as tar:
        return json.load(tar.extractfile("manifest.json"))


def changed_manifest(path, **values):
    def change(name, content):
        if name != "manifest.json":
            return [(name, content)]
        return [(name, json.dumps({**json.loads(content), **values}).encode())]

    rewritten(path, change)


def test_an_archive_of_a_newer_version_asks_for_an_update(office, machine):
    path = office.folder / "neuer.tar.gz"
    office("backup", path)
    changed_manifest(path, version=99)
    assert "neueren Version" in office("backup", "verify", path, code=78).err
    other = office.folder / "schema.tar.gz"
    office("backup", other)
    changed_manifest(other, schema="9999")
    home = machine("neu")
    assert "neueren Version" in office("backup", "restore", other, code=78).err
    assert {p.name for p in home.iterdir()} == {"log"}


def test_a_log_that_was_rewritten_with_its_sums_is_found(office, machine):
    """Whoever changes the archive and all its sums still has the chain of the log against him."""
    path = office.folder / "sicherung.tar.gz"
    office("backup", path)
    (office.folder / "home" / "outbox").mkdir(exist_ok=True)
    sums = {}

    def change(name, content):
        if "event_payload" in name:
            content = content.replace(b"Muster Handels", b"Master Handels")
            sums[name] = hashlib.sha256(content).hexdigest()
        if name == "manifest.json":
            manifest = json.loads(content)
            for part in manifest["parts"]:
                part["sha256"] = sums.get(part["name"], part["sha256"])
            content = json.dumps(manifest).encode()
        return [(name, content)]

    rewritten(path, change)
    assert office.json("backup", "verify", path)["rows"] > 0
    home = machine("neu")
    assert "Protokoll" in office("backup", "restore", path, code=65).err
    manifest = archive_manifest(path)
    changed_manifest(
        path, creditors=[*manifest["creditors"], {**manifest["creditors"][0], "id": "x"}]
    )
    assert "Protokoll von „x“" in office("backup", "restore", path, code=65).err
    assert not (home / "outbox").exists()
    assert "noch nichts eingerichtet" in office("open-items", code=78).err


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME], ids=["pax", "gnu"])
def test_a_header_that_unpacks_to_more_than_memory_is_not_read(tmp_path, kind):
    """A megabyte of archive would be a gigabyte of file name."""
    path, size = tmp_path / "bombe.tar.gz", 24 * 1024 * 1024
    headers(path, kind, size, 1)
    tracemalloc.start()
    try:
        with pytest.raises(DataRefused):
            check(path)
        assert tracemalloc.get_traced_memory()[1] < size / 2
    finally:
        tracemalloc.stop()
