"""Errors that this connector finds itself bear its name, as those of its HTTP client do."""

from __future__ import annotations

from typing import TypeVar

from core.errors import ConnectorError

E = TypeVar("E", bound=ConnectorError)


def refused(error: E, cause: ConnectorError | None = None) -> E:
    """``error`` of lexoffice; with status and request id of the answer that caused it."""
    error.connector = "lexoffice"
    if cause is not None:
        error.status, error.request_id = cause.status, cause.request_id
    return error
