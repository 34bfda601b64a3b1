"""Connectors that are wrong in one point each, and exactly those checks that notice it.

They are in broken_account.py, broken_bank.py, broken_records.py, broken_streams.py,
broken_changes.py and broken_extras.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.platform_records import Batch, Cursor, InvoiceRecord
from core.ports import Gate, Known
from demo.connector import DemoConnector
from demo.demo_scenario import DemoReports


@dataclass(frozen=True)
class Broken:
    """A wrong half of a connector; ``fails`` are the checks that it fails, the aimed one first."""

    name: str
    fails: tuple[str, ...]
    connector: type[DemoConnector] = DemoConnector
    reports: type[DemoReports] = DemoReports


BROKEN: list[Broken] = []


def fails(*checks: str) -> Callable[[type], type]:
    """Registers a broken connector, or broken reports, with the checks that it must fail."""

    def register(made: type) -> type:
        part = "connector" if issubclass(made, DemoConnector) else "reports"
        names = tuple(f"test_{each}" for each in checks)
        BROKEN.append(Broken(made.__name__, names, **{part: made}))
        return made

    return register


class Rewriting(DemoConnector):
    """Every invoice that is delivered is changed by ``rewrite`` on its way out."""

    def rewrite(self, record: InvoiceRecord) -> InvoiceRecord:
        return record

    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        batch = super()._batch(rows, cursor, known)
        return dataclasses.replace(batch, invoices=tuple(map(self.rewrite, batch.invoices)))


class Keyed(DemoConnector):
    def __init__(
        self, settings: Mapping[str, str], secrets: Mapping[str, str], *a: Any, **m: Any
    ) -> None:
        super().__init__(settings, secrets, *a, **m)
        self.key = secrets["api_key"]


class Told:
    """A gate that keeps something from the real one."""

    def __init__(self, gate: Gate, *, wait: bool = True, after: bool = True) -> None:
        self._gate, self._wait, self._after = gate, wait, after

    def wait(self) -> None:
        if self._wait:
            self._gate.wait()

    def throttled(self, retry_after: float | None) -> float:
        return self._gate.throttled(retry_after if self._after else None)

    def eased(self) -> None:
        self._gate.eased()
