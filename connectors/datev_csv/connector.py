"""The reader of DATEV export files as the port asks for it."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.datev_csv.datev_file import read_datev
from connectors.datev_csv.header import delimiter_of
from connectors.datev_csv.opos import read_opos
from connectors.datev_csv.opos_layout import find_layout
from connectors.datev_csv.sniff import refusal_of_bytes, refusal_of_text
from connectors.datev_csv.source import examine, head
from core.domain.records import FileImport
from core.errors import DataRefused
from core.ports import ImportOptions


class DatevCsvConnector:
    """Reads DATEV-Format files (EXTF, DTVF) and OPOS lists; holds no state."""

    slug = "datev_csv"

    def read(self, path: Path, options: ImportOptions) -> FileImport:
        """Everything that one file says; bad rows are problems of the result.

        Raises:
            DataRefused: the file as a whole cannot be used; the sentence says what it is, why it
                was refused and what to do.
            ConfigError: a setting of the connection cannot be used.

        """
        first = head(path)
        reason = refusal_of_bytes(first)
        if reason:
            raise DataRefused(f"{path.name}: {reason}")
        try:
            return self._read_text(path, first, options)
        except OSError as error:
            raise DataRefused(
                f"{path.name}: nicht lesbar ({error.strerror}). Datei und Laufwerk prüfen."
            ) from error

    def _read_text(self, path: Path, first: bytes, options: ImportOptions) -> FileImport:
        source = examine(path, first)
        line = re.split(r"[\r\n]", source.sample, maxsplit=1)[0]
        delimiter = delimiter_of(line)
        if delimiter is not None and "\\r\\n" not in line:
            return read_datev(source, line, delimiter, options)
        found = None if delimiter is not None else find_layout(source.sample)
        if found is not None:
            return read_opos(source, found, options)
        raise DataRefused(f"{path.name}: {refusal_of_text(source.sample)}")
