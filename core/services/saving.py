"""Writes a file where the user asked for it."""

from __future__ import annotations

from pathlib import Path

from core.errors import UsageError


def save(path: Path, content: bytes) -> None:
    """Writes the whole file.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"„{path}“ kann nicht geschrieben werden: {error.strerror}",
            en=f"{path} cannot be written: {error.strerror}",
        ) from error
