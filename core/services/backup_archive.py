"""The archive of a backup: a ``.tar.gz`` whose last member says what all the others must be.

Nothing is ever unpacked by the names that an archive gives: each member is read as a stream, under a
name that is checked here, and counts only when the manifest at the end knows it with its sha256.
The manifest stands last because the sums are known last; an archive that was cut off has none.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Self

from core.errors import ConfigError, DataRefused
from core.ports.backup import CreditorMark

FORMAT = "mahnwerk-backup"
VERSION = 1  # of the archive, not of the schema
MANIFEST = "manifest.json"
FOLDERS = ("outbox", "procedures", "law")  # below MAHNWERK_HOME; neither log nor database
_TABLE = re.compile(r"tables/([a-z_]{1,60})/([0-9]{6})\.jsonl")
_BLOCK = 1024 * 1024
_LONG_HEADERS = {
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
}
_LARGEST_HEADER = 64 * 1024
_LARGEST_PART = 256 * _BLOCK  # of rows and of the manifest, which are read as a whole
_SPARE = re.compile(r"[\x00-\x1f\x7f\\:\ud800-\udfff]")  # half characters: bytes that are no UTF-8
_DAMAGED = (
    tarfile.TarError,
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    UnicodeError,
    RecursionError,  # headers about headers without end
)


@dataclass(frozen=True, slots=True)
class Part:
    """One member; ``rows`` is 0 for a file."""

    name: str
    sha256: str
    size: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds, and the moment that it holds."""

    program: str
    schema: str
    database: str
    created_at: str  # ISO 8601 in UTC
    creditors: tuple[CreditorMark, ...]
    tables: Mapping[str, tuple[str, ...]]  # name -> columns
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def files(self) -> int:
        return sum(not _TABLE.fullmatch(part.name) for part in self.parts)


def table_of(name: str) -> str:
    """The table that a member holds rows of; "" for a file."""
    found = _TABLE.fullmatch(name)
    return found[1] if found else ""


@dataclass(slots=True)
class Writer:
    """Writes an archive to a stream, member by member; memory does not grow with it."""

    stream: BinaryIO
    parts: list[Part] = field(default_factory=list)
    _zip: gzip.GzipFile = field(init=False)
    _tar: tarfile.TarFile = field(init=False)

    def __post_init__(self) -> None:
        # Without name and time: the same content is the same archive.
        self._zip = gzip.GzipFile(
            filename="", mode="wb", compresslevel=6, fileobj=self.stream, mtime=0
        )
        self._tar = tarfile.TarFile(fileobj=self._zip, mode="w", format=tarfile.PAX_FORMAT)

    def rows(self, table: str, number: int, lines: list[str]) -> None:
        content = "".join(lines).encode()
        name = f"tables/{table}/{number:06d}.jsonl"
        self._member(name, io.BytesIO(content), len(content), len(lines))

    def file(self, name: str, stream: BinaryIO, size: int) -> None:
        """Raises OSError when the file became shorter while it was read."""
        self._member(name, stream, size, 0)

    def end(self, manifest: Manifest) -> None:
        text = json.dumps(
            {"format": FORMAT, "version": VERSION, **asdict(manifest)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        content = text.encode()
        self._tar.addfile(_info(MANIFEST, len(content)), io.BytesIO(content))
        self._tar.close()
        self._zip.close()

    def _member(self, name: str, stream: BinaryIO, size: int, rows: int) -> None:
        hashing = _Hashing(stream)
        self._tar.addfile(_info(name, size), hashing)
        self.parts.append(Part(name, hashing.digest.hexdigest(), size, rows))


class _Hashing:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


class _Header(tarfile.TarInfo):
    """Of a member; refuses what tarfile would read whole into memory to know a name."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        long = found.type in _LONG_HEADERS and found.size > _LARGEST_HEADER
        if long or found.type == tarfile.GNUTYPE_SPARSE:
            raise tarfile.ReadError("a header that is none of ours")
        return found


def members(path: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of each member, in order; its stream ends with the next one.

    Raises:
        DataRefused: no archive of ours, cut off, damaged, or with a member that has no place.
        ConfigError: the file cannot be read.
    """
    with _refusing(path), tarfile.open(path, mode="r|gz", tarinfo=_Header) as tar:
        for info in tar:
            plain = info.isreg() and not info.issparse()
            stream = tar.extractfile(info) if plain else None
            if stream is None or not has_place(info.name):
                raise _refused(path, f"fremder Inhalt: {info.name}", f"foreign: {info.name}")
            yield info.name, info.size, stream


def has_place(name: str) -> bool:
    """Whether a member of that name may be: a table, the manifest, or a file below our folders."""
    if name == MANIFEST or _TABLE.fullmatch(name):
        return True
    root, *steps = name.split("/")
    safe = all(step.strip(". ") and not _SPARE.search(step) for step in steps)
    return root in FOLDERS and bool(steps) and safe


def check(path: Path) -> Manifest:
    """Reads the whole archive and compares it with its manifest.

    Raises:
        DataRefused: see :func:`members`; or a member is missing, changed or too many.
        ConfigError: the file cannot be read, or is of a newer version.
    """
    seen: dict[str, tuple[str, int]] = {}
    manifest: Manifest | None = None
    for name, size, stream in members(path):
        if manifest is not None or name in seen:
            raise _refused(path, f"zu viel darin: {name}", f"too much in it: {name}")
        if name == MANIFEST:
            manifest = _manifest(path, whole(path, size, stream))
        else:
            with _refusing(path):
                seen[name] = (_sum(stream), size)
    if manifest is None:
        raise _refused(path, "sie ist abgeschnitten", "it was cut off")
    expected = {part.name: (part.sha256, part.size) for part in manifest.parts}
    wrong = sorted(name for name in seen | expected if seen.get(name) != expected.get(name))
    if wrong:
        raise _refused(path, f"verändert oder fehlend: {wrong[0]}", f"changed or gone: {wrong[0]}")
    return manifest


def whole(path: Path, size: int, stream: IO[bytes]) -> bytes:
    """A part that is read at once.

    Raises:
        DataRefused: it is larger than any that we write.
    """
    if size > _LARGEST_PART:
        raise _refused(path, "ein Teil ist zu groß", "a part is too large")
    with _refusing(path):
        return stream.read()


def copied(path: Path, stream: IO[bytes], into: BinaryIO) -> str:
    """Copies a member; returns its sha256."""
    digest = hashlib.sha256()
    while True:
        with _refusing(path):
            block = stream.read(_BLOCK)
        if not block:
            return digest.hexdigest()
        digest.update(block)
        into.write(block)


def changed(path: Path, name: str) -> DataRefused:
    """A member that is not what the manifest says, though it was a moment ago."""
    return _refused(path, f"verändert: {name}", f"changed: {name}")


def _sum(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _manifest(path: Path, content: bytes) -> Manifest:
    try:
        found: dict[str, Any] = json.loads(content)
        form, version = found.pop("format"), found.pop("version")
        if form == FORMAT and version > VERSION:
            raise _newer(path)
        found["creditors"] = tuple(CreditorMark(**each) for each in found["creditors"])
        found["parts"] = tuple(Part(**each) for each in found["parts"])
        found["tables"] = {name: tuple(columns) for name, columns in found["tables"].items()}
        manifest = Manifest(**found)
        if datetime.fromisoformat(manifest.created_at).tzinfo is None:
            form = ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused(
            path, "ihr Verzeichnis ist unlesbar", "its manifest is unreadable"
        ) from error
    if form != FORMAT:
        raise _refused(path, "ein fremdes Archiv", "an archive of something else")
    return manifest


def _newer(path: Path) -> ConfigError:
    return ConfigError(
        f"{path} stammt von einer neueren Version von Mahnwerk. Bitte das Programm aktualisieren.",
        en=f"{path} is of a newer version of Mahnwerk. Please update the program.",
    )


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise _refused(
            path, "sie ist abgeschnitten oder beschädigt", "cut off or damaged"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path}: lässt sich nicht lesen ({error.strerror or error}).",
            en=f"{path}: cannot be read ({error.strerror or error}).",
        ) from error


def _refused(path: Path, de: str, en: str) -> DataRefused:
    return DataRefused(
        f"{path} ist keine heile Sicherung von Mahnwerk: {de}. Eine andere nehmen; nichts wurde "
        "eingespielt.",
        en=f"{path} is no sound backup of Mahnwerk: {en}. Take another one; nothing was restored.",
    )
