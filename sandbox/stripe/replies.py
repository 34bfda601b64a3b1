"""Stripe's one envelope of errors (§1 Errors), and what a handler raises for it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
INVALID = "invalid_request_error"
IDEMPOTENCY = "idempotency_error"
CARD = "card_error"
SERVER = "api_error"
LOG = "https://dashboard.stripe.example/{mode}/logs/{request}"


class ApiError(Exception):
    """An answer that is no success."""

    def __init__(
        self, status: int, message: str, *, kind: str = INVALID, code: str = "", param: str = ""
    ) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.kind, self.code, self.param = kind, code, param


def error_body(error: ApiError, request: str = "", *, livemode: bool = False) -> Json:
    """``{"error": {…}}``; code and param only where there are such."""
    found: Json = {"type": error.kind, "message": error.message}
    if error.code:
        found["code"] = error.code
    if error.param:
        found["param"] = error.param
    if request:
        found["request_log_url"] = LOG.format(mode="live" if livemode else "test", request=request)
    return {"error": found}


def bad(message: str, *, param: str = "", code: str = "") -> ApiError:
    """400: a parameter that is wrong."""
    return ApiError(400, message, param=param, code=code)


def missing(kind: str, id_: str, param: str = "id", status: int = 404) -> ApiError:
    """An object that is not there; 400 where it is named in a parameter, 404 in the path."""
    return ApiError(status, f"No such {kind}: '{id_}'", param=param, code="resource_missing")
