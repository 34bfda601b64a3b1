"""`mahnwerk backup`: one archive of everything that cannot be made again, while all is running.

First one moment of the database, then the files: whatever the database says has left was archived
before it said so. Written beside its place, read back, and only then renamed; a disk that fills up
leaves nothing behind. Neither the key nor the log is in it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from core.errors import ConfigError, UsageError
from core.ports.backup import BackupStore, CreditorMark, Snapshot, TableShape
from core.services.app import App
from core.services.backup_archive import FOLDERS, Manifest, Writer, check, has_place
from core.services.run_inputs import code_version

SUFFIX = ".tar.gz"
_NAME = "mahnwerk-%Y%m%dT%H%M%SZ" + SUFFIX
_PART = 1024 * 1024  # characters of rows in one member
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Backup:
    """An archive that was written or checked; ``removed`` are older ones that made room, ``skipped``
    files whose names fit no archive.
    """

    file: str
    created_at: str
    program: str
    schema: str
    creditors: tuple[CreditorMark, ...]
    rows: int
    files: int
    bytes: int
    removed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def backup(
    app: App,
    source: BackupStore,
    home: Path,
    target: Path,
    *,
    keep: int | None = None,
    never: Path | None = None,
) -> Backup:
    """Writes an archive to ``target``, a new file or a folder where it gets a name of its moment.

    ``keep``: so many of its kind stay in the folder, the newest. ``never`` is the key file, which is
    left out wherever it lies.

    Raises:
        UsageError: the file exists, or ``keep`` without a folder.
        ConfigError: it cannot be written, the disk is full, or nothing is set up yet.
    """
    now = app.clock.now().astimezone(UTC)
    path = _path(target, now, keep)
    with _sentences(path):
        files = _Files(home, never)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        manifest = _write(source, files, path, now)
        removed = _thin_out(path.parent, keep, path) if keep else ()
        skipped = tuple(ascii(name) for name in files.skipped)
        return replace(_report(path, manifest), removed=removed, skipped=skipped)


def verify_backup(path: Path) -> Backup:
    """Reads a whole archive and compares each part with its sum.

    Raises:
        DataRefused: it is cut off, damaged or changed.
        ConfigError: it cannot be read, or is of a newer version.
    """
    manifest = check(path)
    return _report(path, manifest)


def _report(path: Path, manifest: Manifest) -> Backup:
    return Backup(
        str(path),
        manifest.created_at,
        manifest.program,
        manifest.schema,
        manifest.creditors,
        manifest.rows,
        manifest.files,
        path.stat().st_size,
    )


def _path(target: Path, now: datetime, keep: int | None) -> Path:
    if target.is_dir() or not target.name.endswith(SUFFIX):
        target = target / now.strftime(_NAME)
    elif keep is not None:
        raise UsageError(
            f"--keep gilt für einen Ordner; {target} ist eine Datei.",
            en=f"--keep goes with a folder; {target} is a file.",
        )
    if target.exists():
        raise UsageError(
            f"{target} gibt es schon; eine Sicherung wird nie überschrieben.",
            en=f"{target} exists already; a backup is never overwritten.",
        )
    return target


def _write(source: BackupStore, files: _Files, path: Path, now: datetime) -> Manifest:
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # Before the first byte nobody else may read it: it holds what customers owe.
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            _fill(source, files, stream, now)
            stream.flush()
            os.fsync(stream.fileno())
        manifest = check(draft)
        draft.replace(path)
        sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    return manifest


def _fill(source: BackupStore, files: _Files, stream: BinaryIO, now: datetime) -> None:
    writer = Writer(stream)
    with source.snapshot() as snapshot:
        schema, database = snapshot.schema, snapshot.database
        creditors, tables = tuple(snapshot.creditors()), snapshot.tables()
        for table in tables:
            for number, lines in enumerate(_lines(snapshot, table)):
                writer.rows(table.name, number, lines)
    for name, file in files.all():
        # It may have been moved away (a letter that was replaced) since the folder was listed.
        with contextlib.suppress(FileNotFoundError), file.open("rb") as content:
            writer.file(name, content, os.fstat(content.fileno()).st_size)
    columns = {table.name: table.columns for table in tables}
    created = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    writer.end(
        Manifest(code_version(), schema, database, created, creditors, columns, tuple(writer.parts))
    )


def _lines(snapshot: Snapshot, table: TableShape) -> Iterator[list[str]]:
    """The rows of a table as JSON lines, in parts that fit into memory; at least one part."""
    lines: list[str] = []
    length, first = 0, True
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in snapshot.rows(table.name):
        lines.append(encode(row) + "\n")
        length += len(lines[-1])
        if length >= _PART:
            yield lines
            lines, length, first = [], 0, False
    if lines or first:
        yield lines


@dataclass(slots=True)
class _Files:
    """What lies below our folders; no drafts, no links, not the key (``never``)."""

    home: Path
    never: Path | None
    skipped: list[str] = field(default_factory=list)

    def all(self) -> Iterator[tuple[str, Path]]:
        """Name in the archive and place, by name."""
        key = self.never.resolve() if self.never else None
        for folder in FOLDERS:
            for path in sorted(_below(self.home / folder)):
                if path.name.endswith((".part", ".tmp")) or path.resolve() == key:
                    continue
                name = path.relative_to(self.home).as_posix()
                if has_place(name):
                    yield name, path
                else:
                    self.skipped.append(name)


def _below(folder: Path) -> Iterable[Path]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _thin_out(folder: Path, keep: int, newest: Path) -> tuple[str, ...]:
    """Takes away all but the newest; only after a good one was written."""
    pattern = "mahnwerk-" + "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z" + SUFFIX
    others = sorted((p for p in folder.glob(pattern) if p != newest), reverse=True)
    gone = others[keep - 1 :]
    for path in gone:
        path.unlink()
    return tuple(path.name for path in gone)


@contextlib.contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ConfigError(
                f"Für die Sicherung {path} reicht der Platz nicht; es blieb nichts Halbes liegen. "
                "Platz schaffen oder einen anderen Ordner nehmen.",
                en=f"There is not enough room for the backup {path}; nothing half-written is left. "
                "Make room, or take another folder.",
            ) from error
        raise ConfigError(
            f"Die Sicherung {path} lässt sich nicht schreiben ({error.strerror or error}). "
            "Rechte und Datenträger prüfen oder einen anderen Ordner nehmen.",
            en=f"The backup {path} cannot be written ({error.strerror or error}). "
            "Check rights and disk, or take another folder.",
        ) from error


def sync_folder(folder: Path) -> None:
    """Makes the rename survive a power cut; Windows has no handle on a folder and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
