"""What the contract suite asks of a reader of files: files that show one thing each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, NamedTuple

from core.domain.records import FileImport
from core.ports import FileConnector, ImportOptions


class Harm(StrEnum):
    """What is wrong with a row."""

    NONE = ""
    BROKEN = "broken"  # its amount cannot be read
    ODD = "odd"  # a value that nobody has heard of


class Line(NamedTuple):
    """One invoice of a debtor, as a row of an export."""

    number: str
    gross: str = "119.00"
    account: str = "10001"
    on: date = date(2026, 3, 5)
    harm: Harm = Harm.NONE


class FileScenario(ABC):
    """Writes files as the outside system would; ``folder_of_files`` is empty at first."""

    slug: ClassVar[str]
    folder: ClassVar[Path]  # of the connector, with its manifest.toml
    golden: ClassVar[Path]
    suffix: ClassVar[str] = ".csv"
    options: ClassVar[ImportOptions]
    # Resource of the manifest -> field of FileImport that holds its records.
    resources: ClassVar[Mapping[str, str]]

    def __init__(self, folder_of_files: Path) -> None:
        self.files = folder_of_files

    def put(self, content: bytes, name: str = "export") -> Path:
        path = self.files / f"{name}{self.suffix}"
        path.write_bytes(content)
        return path

    def read(self, content: bytes, name: str = "export") -> FileImport:
        return self.connector().read(self.put(content, name), self.options)

    @abstractmethod
    def connector(self) -> FileConnector: ...
    @abstractmethod
    def export(self) -> Mapping[str, bytes]:
        """A whole invented export: a file of every resource of the manifest."""

    @abstractmethod
    def invoices(self, lines: Sequence[Line]) -> bytes:
        """A file with these rows, in this order."""
