"""`mahnwerk backup restore`: a backup on an empty machine, stopped, and nobody written to twice.

Nothing is written before the whole archive was read and compared. Then one transaction fills the
database, brings it up to date and checks each event log against the head that the backup noted;
it is committed when the files stand in their place. What the old machine did after the backup is
unknown here: payments come with the next sync, but a notice that left meanwhile does not. So every
customer who owes something is held for two weeks, unless somebody says that nothing left.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from core.domain.model import Creditor, CreditorId, HoldKind
from core.errors import ConfigError, DataRefused, UsageError
from core.ports import Tx
from core.ports.backup import BackupStore, CreditorMark, Refill, TableShape, Value
from core.services.app import App
from core.services.backup import sync_folder
from core.services.backup_archive import (
    FOLDERS,
    MANIFEST,
    Manifest,
    changed,
    check,
    copied,
    members,
    table_of,
    whole,
)

# As long as the usual interval between two levels: who got a notice a moment after the backup has
# had that long until the next one.
HOLD_DAYS = 14
_STAGING = ".restore-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. ``held`` counts customers, until and including ``held_until``."""

    file: str
    created_at: str
    age_hours: int
    program: str
    schema: str
    creditors: tuple[CreditorMark, ...]
    rows: int
    files: int
    held: int
    held_until: date | None


def restore(
    app: App, into: BackupStore, home: Path, path: Path, *, by: str, nothing_left: bool = False
) -> Restored:
    """Fills an empty database and the folders of an empty home; all creditors are stopped.

    ``nothing_left``: somebody says that no notice left after the backup.

    Raises:
        DataRefused: the archive is cut off, damaged or changed, or an event log does not fit.
        UsageError: database or home are not empty.
        ConfigError: it cannot be read or written, or is of a newer version.
    """
    manifest = check(path)
    for folder in FOLDERS:
        _need_empty(home / folder)
    with _sentences(home), _staging(home) as root, into.refill(manifest.schema) as refill:
        _load(path, manifest, refill, root)
        tx = refill.finish()
        told = _after(app, tx, manifest, by=by, held=not nothing_left)
        _place(root, home)
    return told.report(path, manifest, app.clock.now())


def _need_empty(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(
            f"Der Ordner {folder} ist nicht leer; eingespielt wird nur in einen leeren. Ihn "
            "wegräumen oder MAHNWERK_HOME auf einen neuen Ordner setzen.",
            en=f"The folder {folder} is not empty; a backup is restored into an empty one only. "
            "Move it away, or point MAHNWERK_HOME to a new folder.",
        )


@contextlib.contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """A folder for files that wait beside their place; taken away in the end."""
    for left in home.glob(f"{_STAGING}*"):  # of a restore that was killed
        shutil.rmtree(left, ignore_errors=True)
    root = Path(tempfile.mkdtemp(prefix=_STAGING, dir=home))
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _place(root: Path, home: Path) -> None:
    """Gives all folders their names, or none.

    The last thing before the commit, and not taken back when that fails: whether a server that is
    gone has committed is not known, and letters without a database can be moved away.
    """
    placed: list[Path] = []
    try:
        for folder in sorted(root.iterdir()):
            goal = home / folder.name
            with contextlib.suppress(FileNotFoundError):
                goal.rmdir()  # empty: it was looked at
            folder.rename(goal)
            placed.append(goal)
        sync_folder(home)
    except OSError:
        for goal in placed:
            goal.rename(root / goal.name)
        raise


def _load(path: Path, manifest: Manifest, refill: Refill, root: Path) -> None:
    """Everything of the archive, compared with the manifest once more: files may change."""
    sums = {part.name: part.sha256 for part in manifest.parts}
    for name, size, stream in members(path):
        if name == MANIFEST:
            continue
        table = table_of(name)
        if table:
            found = _rows(path, name, whole(path, size, stream), sums)
            refill.add(TableShape(table, manifest.tables.get(table, ())), found)
            continue
        goal = root / name
        goal.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(goal, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as into:
            if copied(path, stream, into) != sums.get(name):
                raise changed(path, name)
            into.flush()
            os.fsync(into.fileno())


def _rows(path: Path, name: str, content: bytes, sums: dict[str, str]) -> list[list[Value]]:
    if hashlib.sha256(content).hexdigest() != sums.get(name):
        raise changed(path, name)
    try:
        return [json.loads(line) for line in content.splitlines()]
    except (ValueError, RecursionError) as error:
        raise changed(path, name) from error


@dataclass(frozen=True, slots=True)
class _Told:
    held: int
    until: date | None

    def report(self, path: Path, manifest: Manifest, now: datetime) -> Restored:
        age = now - datetime.fromisoformat(manifest.created_at)
        return Restored(
            str(path),
            manifest.created_at,
            int(age / timedelta(hours=1)),
            manifest.program,
            manifest.schema,
            manifest.creditors,
            manifest.rows,
            manifest.files,
            self.held,
            self.until,
        )


def _after(app: App, tx: Tx, manifest: Manifest, *, by: str, held: bool) -> _Told:
    """The logs are checked, the switch is off, and customers are held; all of it is on record."""
    count, last = 0, None
    marks = {mark.id: mark for mark in manifest.creditors}
    known = tx.creditors.all()
    for missing in sorted(marks.keys() - {str(creditor.id) for creditor in known}):
        _check_log(tx, CreditorId(missing), None)
    for creditor in known:
        _check_log(tx, creditor.id, marks.get(creditor.id))
        tx.creditors.set_stopped(creditor.id, True)
        until = app.clock.today(creditor.profile.zone) + timedelta(days=HOLD_DAYS)
        here = _hold(app, tx, creditor, manifest, until, by) if held else 0
        if here:
            count, last = count + here, max(until, last or until)
        payload = {
            "by": by,
            "backup_of": manifest.created_at,
            "head": marks[creditor.id].head,
            "held": here,
            "held_until": until.isoformat() if here else "",
        }
        tx.events.append(creditor.id, "restored", {}, payload, app.clock.now())
    return _Told(count, last)


def _check_log(tx: Tx, creditor: CreditorId, mark: CreditorMark | None) -> None:
    found = tx.events.verify(creditor)
    if mark is None or not found.ok or (found.entries, found.head) != (mark.entries, mark.head):
        why = found.problem or "der Kopf ist ein anderer als der notierte"
        raise DataRefused(
            f"Das Protokoll von „{creditor}“ in der Sicherung ist nicht unversehrt: {why}. Eine "
            "andere Sicherung nehmen; nichts wurde eingespielt.",
            en=f"The log of {creditor!r} in the backup is not intact. Take another backup; nothing "
            "was restored.",
        )


def _hold(app: App, tx: Tx, creditor: Creditor, manifest: Manifest, until: date, by: str) -> int:
    """Holds every debtor who owes something: a notice that left after the backup is unknown."""
    day = datetime.fromisoformat(manifest.created_at).astimezone(UTC).date()
    on = app.clock.today(creditor.profile.zone)
    reason = app.say(
        f"Wiederhergestellt aus der Sicherung vom {day:%d.%m.%Y}: was danach verschickt wurde, ist "
        "hier nicht bekannt",
        f"Restored from the backup of {day.isoformat()}: what was sent after it is not known here",
    )
    owing = {i.debtor for i in tx.items.open_items(creditor.id) if i.outstanding.amount > 0}
    for debtor in sorted(owing):
        tx.holds.add(creditor.id, HoldKind.MANUAL, debtor, None, reason, by, on, until)
    return len(owing)


@contextlib.contextmanager
def _sentences(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = "kein Platz mehr" if full else error.strerror or str(error)
        reason = "no room left" if full else error.strerror or str(error)
        raise ConfigError(
            f"{home}: lässt sich nicht schreiben ({why}); nichts wurde eingespielt. Platz schaffen "
            "und Rechte prüfen, dann noch einmal.",
            en=f"{home}: cannot be written ({reason}); nothing was restored. Make room and check "
            "the rights, then try again.",
        ) from error
