"""Calls, replies and the platform's three envelopes of errors (§1.8, §1.9)."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from sandbox.lexoffice.model import Json

# Resources that still answer with an IssueList.
LEGACY = frozenset({"contacts", "files", "vouchers"})


class ApiError(Exception):
    """An answer that is no success; ``issues`` for legacy resources, ``details`` for others."""

    def __init__(
        self,
        status: int,
        message: str = "",
        *,
        details: Iterable[Json] = (),
        issue: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.details, self.issue = list(details), issue


def invalid(field_name: str, violation: str, message: str) -> ApiError:
    """406 of a regular resource that names one field."""
    detail = {"violation": violation, "field": field_name, "message": message}
    text = f"Validation failed for field '{field_name}'."
    return ApiError(406, text, details=[detail], issue=("invalid_value", field_name))


def missing(field_name: str) -> ApiError:
    """406: a field that must not be empty."""
    error = invalid(field_name, "NOTNULL", "darf nicht leer sein")
    error.issue = ("missing_entity", field_name)
    return error


def not_found(what: str) -> ApiError:
    """404; also for the right id at the wrong endpoint."""
    return ApiError(404, f"{what} not found", issue=("missing_entity", "id"))


def envelope(error: ApiError, path: str, at: str, request_id: str) -> Json:
    """The body of an error, in the form that the resource of ``path`` uses."""
    resource = path.split("/")[2] if path.count("/") >= 2 else ""
    if resource in LEGACY:
        key, source = error.issue or _issue(error.status)
        issue = {"i18nKey": key, "source": source, "type": _type(error.status)}
        listed = {**issue, "additionalData": error.message or None, "args": None}
        return {"requestId": request_id, "IssueList": [listed]}
    body: Json = {
        "timestamp": at,
        "status": error.status,
        "error": HTTPStatus(error.status).phrase,
        "path": path,
        "traceId": request_id.replace("-", "")[:12],
        "requestId": request_id,
        "message": error.message,
    }
    return {**body, "details": error.details} if error.details else body


def _issue(status: int) -> tuple[str, str]:
    if status == 400:
        return "bad_request_error", "query"
    return ("technical_error", "server") if status >= 500 else ("invalid_value", "request")


def _type(status: int) -> str:
    return "technical" if status >= 500 else "validation_failure"


def action(id_: str, uri: str, created: str, updated: str, version: int) -> Json:
    """What every POST and PUT answers: never the object itself."""
    return {
        "id": id_,
        "resourceUri": uri,
        "createdDate": created,
        "updatedDate": updated,
        "version": version,
    }
