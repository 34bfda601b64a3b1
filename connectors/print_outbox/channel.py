"""The outbox: PDFs that wait for the printer, and an archive of all that left.

``<root>/<creditor>/`` holds the letters and print files, ``archive/`` below it a copy of every
letter and mail as it was sent (a merchant keeps dunning letters for six years, § 257 HGB), and
``archive/void/`` letters that were replaced and must not be posted.

A file appears under its name only when it is complete: it is written beside it, synced to the
disk and renamed. File names are safe on Windows too, where many bookkeeping offices work.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from core.domain.model import Creditor, DeliveryState
from core.errors import Rejected
from core.ports import HandOver

_LENGTH = 120
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\s]+')
# Device names that Windows reserves in every folder, whatever the suffix.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")


def safe_name(name: str) -> str:
    """``name`` as a file name that Windows, macOS and Linux accept; never empty, never a path."""
    cleaned = _UNSAFE.sub("_", name).strip(" ._")
    stem, dot, suffix = cleaned.rpartition(".")
    if dot and len(suffix) <= 5:
        cleaned = f"{stem[: _LENGTH - len(suffix) - 1].rstrip(' .')}.{suffix}"
    else:
        cleaned = cleaned[:_LENGTH].rstrip(" .")
    if not cleaned or _RESERVED.fullmatch(cleaned):
        cleaned = f"_{cleaned}"
    return cleaned


class OutboxChannel:
    """Writes letters into ``root``; fulfils ``core.ports.LetterChannel``."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def folder(self, creditor: Creditor) -> Path:
        """The creditor's folder, where a person prints from."""
        return self._root / safe_name(str(creditor.id))

    def put(
        self, creditor: Creditor, name: str, pdf: bytes, before_rename: Callable[[], bool]
    ) -> HandOver:
        """Writes a PDF; printed only when it stands under its name with exactly these bytes."""
        path = self.folder(creditor) / safe_name(name)
        try:
            existing = _bytes_of(path)
            if existing is not None and existing != pdf:
                return HandOver(
                    DeliveryState.FAILED,
                    f"{path.name} liegt schon mit anderem Inhalt im Ausgang;"
                    " bitte prüfen und entfernen",
                )
            draft = _draft(path, pdf)
        except OSError as error:
            return HandOver(DeliveryState.FAILED, f"Ausgang nicht beschreibbar: {_why(error)}")
        try:
            if not before_rename():
                return HandOver(DeliveryState.FAILED, "lease lost")
            return _rename(draft, path, self._relative(path))
        finally:
            draft.unlink(missing_ok=True)

    def place(self, creditor: Creditor, name: str) -> str:
        """``name`` below the outbox, as ``put`` reports it."""
        return self._relative(self.folder(creditor) / safe_name(name))

    def archive(self, creditor: Creditor, name: str, content: bytes) -> str:
        """Keeps what leaves, byte for byte; returns its name below the outbox.

        Raises:
            Rejected: the file cannot be written, or exists with other bytes.

        """
        path = self.folder(creditor) / "archive" / safe_name(name)
        try:
            existing = _bytes_of(path)
            if existing is None:
                _draft(path, content).replace(path)
                _sync_folder(path.parent)
        except OSError as error:
            raise Rejected(f"Das Archiv ist nicht beschreibbar: {_why(error)}") from error
        if existing not in {None, content}:
            raise Rejected(f"{path.name} liegt schon mit anderem Inhalt im Archiv.")
        return self._relative(path)

    def read(self, creditor: Creditor, file: str) -> bytes | None:
        """The bytes of a file below the outbox; None when it is not there (any more)."""
        path = self._inside(creditor, file)
        return _bytes_of(path) if path else None

    def void(self, creditor: Creditor, file: str) -> None:
        """Moves a letter that must not be posted to ``archive/void``; nothing if it is gone."""
        path = self._inside(creditor, file)
        if path is None or not path.is_file():
            return
        target = self.folder(creditor) / "archive" / "void"
        target.mkdir(parents=True, exist_ok=True)
        number, goal = 1, target / path.name
        while goal.exists():
            number += 1
            goal = target / f"{path.stem}-{number}{path.suffix}"
        path.replace(goal)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    def _inside(self, creditor: Creditor, file: str) -> Path | None:
        """The path of ``file`` when it lies in the creditor's folder, else None."""
        folder = self.folder(creditor).resolve()
        path = (self._root / file).resolve()
        return path if file and path.is_relative_to(folder) else None


def _rename(draft: Path, path: Path, file: str) -> HandOver:
    """The point of no return. A rename that failed has not happened: the letter is not there."""
    try:
        draft.replace(path)
    except OSError as error:
        # Windows: the old file is open in a viewer.
        return HandOver(DeliveryState.FAILED, f"{path.name} ist nicht schreibbar: {_why(error)}")
    _sync_folder(path.parent)
    return HandOver(DeliveryState.PRINTED, file=file)


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _draft(path: Path, content: bytes) -> Path:
    """A complete copy beside ``path``, on the disk, under a name that nobody prints."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sync_folder(folder: Path) -> None:
    """Makes a rename survive a power cut; Windows has no handle on a folder and needs none."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
