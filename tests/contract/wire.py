"""Answers that a stand-in never gives by itself, planted on the way out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scenario import Fault
from werkzeug.wrappers import Request

from sandbox.common.faults import Fault as SandboxFault
from sandbox.common.replies import Reply

Planted = Mapping[Fault, Callable[[Request], Reply]]


class Wire:
    """The faults of a scenario at its stand-in.

    Args:
        sandbox: with ``gateway`` and ``fault``.
        kinds: faults that the stand-in has itself, by its own names.
        planted: answers for all others.

    """

    def __init__(self, sandbox: Any, kinds: Mapping[Fault, str], planted: Planted) -> None:
        self._sandbox, self._kinds, self._answers = sandbox, kinds, planted
        self._planted: list[tuple[SandboxFault, Fault]] = []
        self._execute = sandbox.gateway._execute
        sandbox.gateway._execute = self.execute

    def execute(self, request: Request) -> Reply:
        for switched, fault in self._planted:
            if switched.meets(request.method, request.path) and switched.used < switched.times:
                switched.used += 1
                return self._answers[fault](request)
        found: Reply = self._execute(request)
        return found

    def fault(self, fault: Fault, *, times: int, method: str, path: str) -> None:
        if fault in self._answers:
            self._planted.append((SandboxFault("", times, path, method, 0), fault))
        else:
            self._sandbox.fault(self._kinds[fault], times=times, method=method, path=path)

    def clear(self) -> None:
        self._planted.clear()
        self._sandbox.clear_faults()
