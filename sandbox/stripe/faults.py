"""Faults that can be switched on: Stripe's own kinds, and those of every network (§1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.common.faults import PAGE, Fault
from sandbox.common.replies import HTML, Reply
from sandbox.stripe.limits import REASON
from sandbox.stripe.replies import SERVER, ApiError, error_body

KINDS = (
    "throttle",  # 429 of the account's rate, not executed
    "throttle_endpoint",
    "throttle_concurrency",
    "throttle_endpoint_concurrency",
    "throttle_resource",
    "lock_timeout",  # 429 without a reason: another request holds the object
    "old_rate_limit",  # 400 with code rate_limit, as old accounts once got it
    "conflict",  # 409
    "dependency",  # 424: something that Stripe depends on
    "error500",  # not executed
    "error503",
    "should_retry",  # 400 with stripe-should-retry: true
    "no_retry",  # 500 with stripe-should-retry: false
    "bad_request",  # 400
    "unauthorized",  # 401: the key was rolled or has expired
    "key_expired",  # the same for every call until it is cleared
    "forbidden",  # 403: a key without the right
    "echo",  # 403 whose body quotes the whole key
    "timeout",  # no answer until the client gives up
    "reset",  # the connection is reset before the answer
    "html",  # 200 with a page for people
    "maintenance",  # 503 with a page for people
    "empty",  # 200 without a body
    "late_success",  # 500, though the call was executed; its idempotency key replays the 500
    "slow_drip",  # the answer, a few bytes at a time
    "truncated",  # the connection ends in the middle of the JSON
    "shape",  # valid JSON of another shape: a row without id, an amount "abc"
    "half_page",  # fewer rows than asked for, has_more still right
)
LASTING = frozenset({"key_expired"})
_REASONS = {
    "throttle": "global-rate",
    "throttle_endpoint": "endpoint-rate",
    "throttle_concurrency": "global-concurrency",
    "throttle_endpoint_concurrency": "endpoint-concurrency",
    "throttle_resource": "resource-specific",
}
TOO_MANY = "Request rate limit exceeded."
_BUSY = (
    "This object cannot be accessed right now because another API request or Stripe process is "
    "currently accessing it."
)
_FAILED = ApiError(500, "An unknown error occurred", kind=SERVER)
_ERRORS: Mapping[str, ApiError] = {
    **{kind: ApiError(429, TOO_MANY, code="rate_limit") for kind in _REASONS},
    "lock_timeout": ApiError(429, _BUSY, code="lock_timeout"),
    "old_rate_limit": ApiError(400, TOO_MANY, code="rate_limit"),
    "conflict": ApiError(409, "Another request changed this object at the same time"),
    "dependency": ApiError(424, "A service that this depends on failed", kind=SERVER),
    "error500": _FAILED,
    "error503": ApiError(503, "Service unavailable", kind=SERVER),
    "should_retry": ApiError(400, "Try again"),
    "no_retry": _FAILED,
    "bad_request": ApiError(400, "Received unknown parameter: x", code="parameter_unknown"),
    "forbidden": ApiError(403, "The provided key does not have access to this resource"),
}
_SHOULD_RETRY = {"should_retry": "true", "no_retry": "false"}
_AMOUNTS = ("amount_remaining", "amount_paid", "amount", "balance")


def instead(fault: Fault, key: str) -> Reply | None:
    """What is answered in place of executing the call; None for faults of another sort."""
    error = _ERRORS.get(fault.kind)
    if fault.kind == "echo":
        error = ApiError(403, f"The API key '{key}' may not do this")
    if error is not None:
        headers = {}
        if fault.kind in _REASONS:
            headers[REASON] = _REASONS[fault.kind]
        if fault.kind in _SHOULD_RETRY:
            headers["Stripe-Should-Retry"] = _SHOULD_RETRY[fault.kind]
        return Reply(error.status, error_body(error), headers)
    if fault.kind in {"html", "maintenance"}:
        return Reply(200 if fault.kind == "html" else 503, PAGE, type=HTML)
    return Reply(200, b"") if fault.kind == "empty" else None


def after(reply: Reply, fault: Fault) -> Reply:
    """What a fault makes of an answer whose call was executed."""
    if fault.kind == "late_success" and reply.status < 400:
        return Reply(500, error_body(_FAILED))
    if not isinstance(reply.body, dict) or reply.status >= 400:
        return reply
    if fault.kind == "shape":
        return Reply(reply.status, _misshapen(reply.body), reply.headers)
    rows = reply.body.get("data")
    if fault.kind == "half_page" and isinstance(rows, list) and len(rows) > 1:
        # The rest comes with the next cursor, as a page that was cut short.
        fewer = {**reply.body, "data": rows[: len(rows) // 2], "has_more": True}
        return Reply(reply.status, fewer, reply.headers)
    return reply


def _misshapen(body: dict[str, Any]) -> dict[str, Any]:
    """The same answer in another shape: the first row loses its id, the next an amount."""
    rows = body.get("data")
    if isinstance(rows, list) and rows:
        without_id = {key: value for key, value in rows[0].items() if key != "id"}
        return {**body, "data": [without_id, *map(_no_amount, rows[1:2]), *rows[2:]]}
    changed = _no_amount(body)
    return changed if changed != body else {"unexpected": [body.get("object")]}


def _no_amount(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{name: "abc" for name in _AMOUNTS if name in row}}
