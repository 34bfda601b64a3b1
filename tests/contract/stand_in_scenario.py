"""A platform for the contract suite: what those have alike that are steered by our stand-in.

What a stand-in shows is what the reference says of its platform; that a check holds here proves
nothing of the real service (docs/sandbox.md).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

from scenario import Fault, Request, Scenario
from wire import Wire

from config.platforms import PLATFORMS
from core.ports import PlatformConnector

CONNECTORS = Path(__file__).resolve().parents[2] / "connectors"


class StandInScenario(Scenario):
    """One account at ``sandbox``; ``wire`` plants what that never answers by itself."""

    registry = PLATFORMS
    connects: ClassVar[Any]  # the class of the connector
    sizes_pages: ClassVar[bool] = True  # the connector can be told how many rows a page has
    debtor_field: ClassVar[str] = "contact"  # whom the stand-in calls a debtor
    settled: ClassVar[object] = None  # status of an invoice that needs no payment to be settled
    sandbox: Any
    wire: Wire

    def __init__(self) -> None:
        super().__init__()
        self.settings: dict[str, str] = {}  # of the connection, beside its address
        self._numbers = itertools.count(1)

    def start(self) -> None:
        self.base = self.sandbox.start()

    def stop(self) -> None:
        self.sandbox.stop()

    def build(self, key: str, timeout: float, patience: float) -> PlatformConnector:
        made: Any = self.connects(
            {"api_base": self.base, **self.settings},
            {"api_key": key},
            self.gate,
            self.clock,
            patience,
            sleep=self.naps.append,
            **({"limit": self.page_size} if self.sizes_pages else {}),
        )
        made._client._http._timeout = (timeout, timeout)
        return made  # type: ignore[no-any-return]

    def add_debtor(self, name: str, email: str = "") -> str:
        return self.sandbox.add_contact(company=name, email=email)

    def add_invoice(
        self,
        gross: str,
        *,
        on: date = date(2026, 1, 12),
        due: date = date(2026, 1, 26),
        debtor: str | None = None,
    ) -> str:
        debtor = debtor or self.add_debtor(f"Muster {next(self._numbers)} GmbH")
        return self.sandbox.add_invoice(**{self.debtor_field: debtor}, gross=gross, on=on, due=due)

    def add_many(self, count: int) -> list[str]:
        """Settled ones: the list says all of them that the first reading needs."""
        given = {self.debtor_field: self.add_debtor("Muster Menge GmbH"), "status": self.settled}
        on = date(2026, 1, 12)
        return [self.sandbox.add_invoice(gross="10.00", on=on, **given) for _ in range(count)]

    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        self.sandbox.pay(invoice, amount)

    def credit(self, invoice: str, amount: Decimal) -> None:
        self.sandbox.credit(invoice, amount)

    def void(self, invoice: str) -> None:
        self.sandbox.void(invoice)

    def delete(self, invoice: str) -> None:
        self.sandbox.delete(invoice)

    def draft(self) -> str:
        debtor = self.add_debtor("Muster Entwurf GmbH")
        return self.sandbox.draft(**{self.debtor_field: debtor}, gross="119.00", on=self.today)

    def mend(self, invoice: str) -> None:
        self.sandbox.alter(invoice)

    def fault(self, fault: Fault, *, times: int = 1, method: str = "GET", path: str = "") -> None:
        self.wire.fault(fault, times=times, method=method, path=path)

    def clear_faults(self) -> None:
        self.wire.clear()

    @property
    def requests(self) -> Sequence[Request]:
        return [Request(*each) for each in self.sandbox.requests]
