"""Problems of one connector: only those that its table names, so that each one is documented."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Problem, Severity


class Problems:
    """Makes problems of the codes in ``table`` (code -> German meaning).

    Raises:
        KeyError: of both methods, for a code that is not there.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table

    def error(self, code: str, where: str, message: str) -> Problem:
        """The record was refused."""
        return self._made(code, Severity.ERROR, where, message)

    def warning(self, code: str, where: str, message: str) -> Problem:
        """The record was kept, with a doubt."""
        return self._made(code, Severity.WARNING, where, message)

    def _made(self, code: str, severity: Severity, where: str, message: str) -> Problem:
        if code not in self._table:
            raise KeyError(code)
        return Problem(code, severity, where, message)
