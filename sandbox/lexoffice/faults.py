"""Faults that can be switched on: what networks, gateways and platforms do on bad days."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.lexoffice.replies import Reply

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
_PAGE = (
    b"<!DOCTYPE html><html><head><title>Wartungsarbeiten</title></head>"
    b"<body><h1>Wir sind gleich wieder da</h1></body></html>"
)
_TIMEOUT_SECONDS = 120.0
_DRIP_BYTES, _DRIP_SECONDS = 16, 0.05


@dataclass(slots=True)
class Fault:
    """One switched-on fault. ``times`` counts down, 0 lasts until it is cleared."""

    kind: str
    times: int
    path: str  # part of the path; "" for every one
    method: str  # "" for every one
    seconds: float
    used: int = 0

    def meets(self, method: str, path: str) -> bool:
        return self.path in path and self.method.upper() in {"", method}


@dataclass(slots=True)
class Faults:
    """The faults of one stand-in, in the order they were switched on."""

    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    def add(self, fault: Fault) -> None:
        """Raises ValueError for an unknown kind or a negative count."""
        if fault.kind not in KINDS:
            raise ValueError(f"no fault {fault.kind!r}; there are: {', '.join(KINDS)}")
        if fault.times < 0 or fault.seconds < 0:
            raise ValueError("times and seconds are not negative")
        with self._lock:
            if self.released.is_set():  # calls that hang still wait for the one that is there
                self.released = threading.Event()
            self._faults.append(fault)

    def clear(self) -> None:
        """Switches all off; calls that hang in a timeout end now."""
        with self._lock:
            self._faults.clear()
            self.released.set()

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that meets this call; counts it."""
        with self._lock:
            for fault in self._faults:
                if fault.meets(method, path):
                    fault.used += 1
                    if fault.used == fault.times:
                        self._faults.remove(fault)
                    return fault
        return None

    def active(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def hang(self, fault: Fault) -> None:
        """Answers nothing for the fault's seconds; ends early when faults are cleared."""
        self.released.wait(fault.seconds or _TIMEOUT_SECONDS)


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
        return Reply(200, _PAGE, type="text/html; charset=utf-8")
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


def reset(connection: socket.socket) -> None:
    """Ends a connection the hard way (RST): linger for no time, then close.

    Detached first: the files of the handler would keep the socket open, and the server's own
    way of closing says good-bye (FIN).
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
    raise ConnectionResetError("fault: reset")


def dripping(body: bytes, fault: Fault, released: threading.Event) -> Iterator[bytes]:
    """A few bytes at a time, ``fault.seconds`` between them."""
    for start in range(0, len(body), _DRIP_BYTES):
        yield body[start : start + _DRIP_BYTES]
        released.wait(fault.seconds or _DRIP_SECONDS)


def cut_short(body: bytes, connection: socket.socket) -> Iterator[bytes]:
    """Half of the body, then the end of the connection."""
    yield body[: max(1, len(body) // 2)]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("fault: truncated")
