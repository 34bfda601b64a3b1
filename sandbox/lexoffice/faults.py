"""Faults that can be switched on: what networks, gateways and platforms do on bad days."""

from __future__ import annotations

from typing import Any

from sandbox.common.faults import PAGE
from sandbox.common.replies import HTML, Reply

KINDS = (
    "throttle",  # 429 of the gateway, not executed
    "throttle500",  # 500 whose message says that it may be throttling (§1.4)
    "error500",
    "error503",
    "unauthorized",  # 401: the key has expired or was revoked
    "forbidden_token",  # 403 of the gateway, whose body echoes the token
    "payment_required",  # 402: the plan has ended
    "timeout",  # no answer until the client gives up
    "slow_drip",  # the answer, a few bytes at a time
    "html",  # 200 with a page for people
    "truncated",  # the connection ends in the middle of the JSON
    "reset",  # the connection is reset before the answer
    "late_success",  # 504, though the call was executed (§1.8)
    "bad_json_shape",  # valid JSON of another shape: a row without id, an amount "abc"
    "empty",  # 200 without a body
)
ECHO = (
    "'{token}' not a valid key=value pair (missing equal-sign) in Authorization header: "
    "'Bearer {token}'."
)


def instead(kind: str, token: str) -> Reply | None:
    """What is answered in place of executing the call; None for faults of another sort."""
    message = {
        "throttle": (429, "Rate limit exceeded"),
        "throttle500": (500, "Internal server error or rate limit exceeded"),
        "error500": (500, "Internal Server Error"),
        "error503": (503, None),
        "payment_required": (402, "Payment required"),
        "forbidden_token": (403, ECHO.format(token=token)),
        "unauthorized": (401, "Unauthorized"),
    }.get(kind)
    if message is not None:
        return Reply(message[0], {"message": message[1]})
    if kind == "html":
        return Reply(200, PAGE, type=HTML)
    return Reply(200, b"") if kind == "empty" else None


def misshapen(body: Any) -> Any:
    """The same answer in another shape: the first row loses its id, the next an amount."""
    if isinstance(body, list):
        return {"unexpected": body}
    rows = body.get("content")
    if isinstance(rows, list) and rows:
        without_id = {key: value for key, value in rows[0].items() if key != "id"}
        return {**body, "content": [without_id, *map(_no_amount, rows[1:2]), *rows[2:]]}
    changed = _no_amount(body)
    return changed if changed != body else {k: v for k, v in body.items() if k != "id"}


def _no_amount(body: dict[str, Any]) -> dict[str, Any]:
    if "openAmount" in body:
        return {**body, "openAmount": "abc"}
    if isinstance(body.get("totalPrice"), dict):
        return {**body, "totalPrice": {**body["totalPrice"], "totalGrossAmount": "abc"}}
    return body
