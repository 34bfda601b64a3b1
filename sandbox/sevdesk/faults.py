"""Faults that can be switched on: sevDesk's own kinds, and those of every network (§6.11)."""

from __future__ import annotations

from typing import Any

from sandbox.common.faults import PAGE, Fault
from sandbox.common.replies import HTML, Reply
from sandbox.sevdesk.replies import Json, error_body

KINDS = (
    "throttle",  # 429 with Retry-After, not executed
    "error500",
    "error503",
    "unauthorized",  # 401: the token was made anew or its user is gone
    "token_rotated",  # the same for every call until it is cleared
    "forbidden",  # 403: a token without rights
    "blocked",  # 403 for every call until it is cleared (§1: repeated errors can block a token)
    "payment_required",  # 402: the plan has no API (§9.11: status and body are not known)
    "error_in_200",  # 200 with an error object, not executed (§1.6)
    "timeout",  # no answer until the client gives up
    "reset",  # the connection is reset before the answer
    "html",  # 200 with a page for people
    "maintenance",  # 503 with a page for people
    "empty",  # 200 without a body
    "error500_after_write",  # 500, though the call was executed (§1)
    "error400_after_write",  # 400, though the call was executed (§1)
    "slow_drip",  # the answer, a few bytes at a time
    "truncated",  # the connection ends in the middle of the JSON
    "bad_json_shape",  # valid JSON of another shape: a row without id, an amount "abc"
    "half_page",  # fewer rows than there are; a total that was asked for stays
)
LASTING = frozenset({"token_rotated", "blocked"})
# kind -> (status, message)
_ERRORS = {
    "throttle": (429, "Too many requests"),
    "error500": (500, "Internal Server Error"),
    "error503": (503, "Service Unavailable"),
    "forbidden": (403, "You are not allowed to do this"),
    "blocked": (403, "This token was blocked"),
    "payment_required": (402, "Your plan does not include the API"),
    "error_in_200": (200, "Something went wrong"),
}
_RETRY_SECONDS = 1.0


def instead(fault: Fault) -> Reply | None:
    """What is answered in place of executing the call; None for faults of another sort."""
    if fault.kind in _ERRORS:
        status, message = _ERRORS[fault.kind]
        headers = {}
        if fault.kind == "throttle":
            headers["Retry-After"] = f"{fault.seconds or _RETRY_SECONDS:.0f}"
        return Reply(status, error_body(status, message), headers)
    if fault.kind in {"html", "maintenance"}:
        return Reply(200 if fault.kind == "html" else 503, PAGE, type=HTML)
    return Reply(200, b"") if fault.kind == "empty" else None


def after(reply: Reply, fault: Fault) -> Reply:
    """What a fault makes of an answer whose call was executed."""
    if fault.kind == "error500_after_write":
        return Reply(500, error_body(500, "Internal Server Error"))
    if fault.kind == "error400_after_write":
        return Reply(400, error_body(400, "Bad Request"))
    if fault.kind == "half_page" and isinstance(reply.body, dict):
        rows = reply.body.get("objects")
        if isinstance(rows, list):
            return Reply(reply.status, {**reply.body, "objects": rows[: len(rows) // 2]})
    if fault.kind == "bad_json_shape" and isinstance(reply.body, dict):
        return Reply(reply.status, _misshapen(reply.body), reply.headers)
    return reply


def _misshapen(body: Json) -> Any:
    """The same answer in another shape: the first row loses its id, the next an amount."""
    rows = body.get("objects")
    if isinstance(rows, list) and rows and isinstance(rows[0], dict):
        without_id = {key: value for key, value in rows[0].items() if key != "id"}
        return {**body, "objects": [without_id, *map(_no_amount, rows[1:2]), *rows[2:]]}
    return {"unexpected": [rows]}


def _no_amount(row: Json) -> Json:
    return {**row, **{name: "abc" for name in ("sumGross", "paidAmount", "amount") if name in row}}
