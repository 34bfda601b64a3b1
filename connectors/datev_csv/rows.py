"""Records out of delimited text: ``csv.reader`` where the quotes are well-formed.

A broken quote must not cost the rows behind it (datev.md §1): when strict parsing fails, or a
record over several lines has not the width of the file, the first physical line alone is handed
out as broken and reading goes on with the next one.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

# A legal line break in a text field spans a few lines; a swallowing quote spans the whole file.
MAX_LINES_PER_RECORD = 12
# No row of any category comes near; a line of millions of delimiters must not cost minutes.
MAX_LINE_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A line whose quotes do not match; ``field`` is 1-based, ``values`` a lenient split.

    ``mended`` are its fields when there is only one way to read it, else None.
    """

    field: int
    values: list[str]
    mended: list[str] | None = None


class Records:
    """Iterates over ``(line number, fields or BrokenRow)``.

    ``width`` is the number of fields of an ordinary row; 0 = not known yet.
    """

    def __init__(self, lines: Iterable[str], delimiter: str) -> None:
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self.width = 0

    def _feed(self) -> Iterator[str]:
        taken = self._taken
        for text in chain(self._drain(), self._lines):
            line = text if len(text) <= MAX_LINE_LENGTH else text[:MAX_LINE_LENGTH]
            taken.append(line)
            yield line
            if len(taken) >= MAX_LINES_PER_RECORD:
                return  # strict csv.reader then raises "unexpected end of data"

    def _drain(self) -> Iterator[str]:
        while self._again:
            yield self._again.popleft()

    def __iter__(self) -> Iterator[tuple[int, list[str] | BrokenRow]]:
        number = 1
        taken = self._taken
        while True:
            restart = False
            reader = csv.reader(self._feed(), delimiter=self._delimiter, strict=True)
            while not restart:
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    row = None
                if row is None or (len(taken) > 1 and len(row) != self.width):
                    yield number, self._broken()
                    restart = True
                else:
                    yield number, row
                number += 1 if restart else len(taken)
                taken.clear()

    def _broken(self) -> BrokenRow:
        """Hands out the first line alone; the others are read again."""
        self._again.extendleft(reversed(self._taken[1:]))
        line = self._taken[0].rstrip("\r\n")
        values = [value.strip().strip('"') for value in line.split(self._delimiter)]
        mended = mend(line, self._delimiter, self.width)
        return BrokenRow(broken_field(line, self._delimiter), values, mended)


def mend(line: str, delimiter: str, width: int) -> list[str] | None:
    """The fields of a line whose only fault are quotes inside a text (``"Rohr 1" lang"``).

    None unless every delimiter ends a field beyond doubt: as many as in every row, and no quoted
    field that might go on behind one.
    """
    pieces = line.split(delimiter)
    if not width or len(pieces) != width or not all(map(_stands_alone, pieces)):
        return None
    return [p[1:-1].replace('""', '"') if p.startswith('"') else p for p in pieces]


def _stands_alone(piece: str) -> bool:
    """True for text without quotes round it, and for text whose quotes end where it ends."""
    if not piece.startswith('"'):
        return not piece.endswith('"')
    # ``"abc""`` goes on behind the delimiter: a doubled quote does not end a field.
    return len(piece) > 1 and piece.endswith('"') and _closing_quote(piece, 1) > 0


def broken_field(line: str, delimiter: str) -> int:
    """Number (1-based) of the field in which the quoting of ``line`` breaks."""
    field, position, length = 1, 0, len(line)
    while position < length:
        if line[position] == '"':
            end = _closing_quote(line, position + 1)
            if end < 0 or (end + 1 < length and line[end + 1] != delimiter):
                return field
            position = end + 1
        else:
            nxt = line.find(delimiter, position)
            position = length if nxt < 0 else nxt
        position += 1
        field += 1
    return max(field - 1, 1)


def _closing_quote(line: str, start: int) -> int:
    """Index of the quote that ends the field, doubled quotes skipped; -1 = none."""
    position = start
    while (end := line.find('"', position)) >= 0:
        if line[end + 1 : end + 2] != '"':
            return end
        position = end + 2
    return -1
