"""A file as bytes: size limit, checksum, encoding and its first lines, without holding it whole.

Decode order (DATEV's upload rule plus what is seen in the wild): UTF-8 BOM, UTF-16 BOMs, strict
UTF-8 when the file has multi-byte sequences and decodes, else Windows-1252.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataRefused

# DATEV takes 50 MB per upload; twice that leaves room for UTF-16 copies of a full batch.
MAX_BYTES = 100_000_000
SAMPLE_BYTES = 65_536
_CHUNK = 1 << 20
_MAX_BAD_LINES = 20
# The five byte values that Windows-1252 leaves undefined.
CP1252_UNDEFINED = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A readable text file: where it is, how it is encoded, and how it begins.

    ``bad_lines`` are the first lines with bytes that the encoding does not define; they are
    read with a replacement character.
    """

    path: Path
    sha256: str
    encoding: str
    sample: str
    bad_lines: tuple[int, ...] = ()
    bad_count: int = 0
    has_nul: bool = False

    @property
    def name(self) -> str:
        return self.path.name

    @contextmanager
    def open(self) -> Iterator[Iterator[str]]:
        """The lines, their ends untouched (csv needs them inside quotes).

        NUL characters become replacement characters: PostgreSQL stores none, and both databases
        must take the same files.
        """
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as handle:
            yield (line.replace("\0", "\ufffd") for line in handle) if self.has_nul else handle


def head(path: Path) -> bytes:
    """The first bytes of a file whose size is acceptable.

    Raises:
        DataRefused: the file cannot be read, is empty, or is larger than ``MAX_BYTES``.

    """
    try:
        if not path.is_file():
            raise DataRefused(f"{path.name}: keine lesbare Datei. Pfad prüfen.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataRefused(
                f"{path.name}: {size / 1e6:.0f} MB sind zu groß (Grenze {MAX_BYTES / 1e6:.0f} MB; "
                "DATEV selbst nimmt 50 MB je Datei). Zeitraum beim Export verkleinern."
            )
        with path.open("rb") as handle:
            first = handle.read(SAMPLE_BYTES)
    except OSError as error:
        raise DataRefused(
            f"{path.name}: nicht lesbar ({error.strerror}). Zugriffsrechte prüfen."
        ) from error
    if not first:
        raise DataRefused(f"{path.name}: die Datei ist leer. Export wiederholen.")
    return first


def examine(path: Path, first: bytes) -> Source:
    """Checksum, encoding and first lines of a file that looks like text."""
    bom = next((name for mark, name in _BOMS if first.startswith(mark)), None)
    encoding, digest, has_nul = _scan(path, bom)
    bad_lines, bad_count = _bad_lines(path, encoding)
    sample = codecs.getincrementaldecoder(encoding)("replace").decode(first)
    return Source(path, digest, encoding, sample, bad_lines, bad_count, has_nul)


def _scan(path: Path, bom: str | None) -> tuple[str, str, bool]:
    """Encoding, sha256, and whether a NUL byte occurs (in UTF-16 always), in one pass."""
    has_nul = False
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    utf8 = bom is None
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
            has_nul = has_nul or b"\0" in chunk
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    return bom or ("utf-8" if utf8 else "cp1252"), digest.hexdigest(), has_nul


def _bad_lines(path: Path, encoding: str) -> tuple[tuple[int, ...], int]:
    """Lines (1-based, the first few) and number of bytes that the encoding does not define."""
    if encoding == "utf-8":
        return (), 0
    if encoding == "cp1252":
        return _undefined_cp1252(path)
    lines: list[int] = []
    count = 0
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        for number, line in enumerate(handle, 1):
            if "\ufffd" in line:
                count += line.count("\ufffd")
                lines.append(number)
    return tuple(lines[:_MAX_BAD_LINES]), count


def _undefined_cp1252(path: Path) -> tuple[tuple[int, ...], int]:
    with path.open("rb") as handle:
        count = 0
        while chunk := handle.read(_CHUNK):
            if not chunk.isascii():
                count += sum(chunk.count(value) for value in CP1252_UNDEFINED)
    if not count:
        return (), 0
    lines: list[int] = []
    with path.open("rb") as raw:
        for number, line in enumerate(raw, 1):
            if any(value in line for value in CP1252_UNDEFINED):
                lines.append(number)
                if len(lines) == _MAX_BAD_LINES:
                    break
    return tuple(lines), count
