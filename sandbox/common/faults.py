"""Faults that can be switched on: what networks, gateways and platforms do on bad days."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PAGE = (
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

    kinds: Sequence[str]  # those that it knows
    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    released: threading.Event = field(default_factory=threading.Event)

    def add(self, fault: Fault) -> None:
        """Raises ValueError for an unknown kind or a negative count."""
        if fault.kind not in self.kinds:
            raise ValueError(f"no fault {fault.kind!r}; there are: {', '.join(self.kinds)}")
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
