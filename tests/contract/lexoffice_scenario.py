"""lexoffice for the contract suite: our sandbox, steered.

What the sandbox shows is what the reference says of lexoffice; that a check holds here proves
nothing of the real service (docs/sandbox.md).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from scenario import Fault, Report, Request, Scenario
from werkzeug.wrappers import Request as WerkzeugRequest

from config.platforms import PLATFORMS
from connectors.lexoffice import webhooks
from connectors.lexoffice.connector import LexofficeConnector
from core.domain.platform_records import ConnectorEvent
from core.ports import PlatformConnector
from sandbox.common.faults import Fault as SandboxFault
from sandbox.common.replies import Reply
from sandbox.lexoffice import LexofficeSandbox, signing

ROOT = Path(__file__).resolve().parents[2]
_KINDS = {
    Fault.THROTTLE: "throttle",
    Fault.ERROR: "error500",
    Fault.UNAUTHORIZED: "unauthorized",
    Fault.ECHO: "forbidden_token",
    Fault.SILENCE: "timeout",
    Fault.RESET: "reset",
    Fault.HTML: "html",
    Fault.TRUNCATED: "truncated",
    Fault.EMPTY: "empty",
    Fault.LATE_SUCCESS: "late_success",
}
# What the stand-in never answers by itself, planted on the way out.
_PLANTED = {
    Fault.BAD_REQUEST: Reply(400, {"message": "Bad Request"}),
    Fault.SHAPE: Reply(200, [7]),
    Fault.REFUSED: Reply(200, {"message": "Service unavailable"}),
}


class Wire:
    """Answers that the sandbox cannot give: other fields of one voucher, other shapes."""

    def __init__(self, sandbox: LexofficeSandbox) -> None:
        self.fields: dict[str, dict[str, object]] = {}
        self.planted: list[tuple[SandboxFault, Reply]] = []
        self._execute = sandbox.gateway._execute
        sandbox.gateway._execute = self.execute  # type: ignore[method-assign]

    def execute(self, request: WerkzeugRequest) -> Reply:
        for fault, planted in self.planted:
            if fault.meets(request.method, request.path) and fault.used < fault.times:
                fault.used += 1
                return planted
        reply = self._execute(request)
        id_ = request.path.rpartition("/")[2]
        return replace(reply, body=self._other(reply.body, id_))

    def _other(self, body: object, id_: str) -> object:
        if not isinstance(body, dict):
            return body
        if isinstance(body.get("content"), list):
            rows = [self._other(row, str(row.get("id", ""))) for row in body["content"]]
            return {**body, "content": rows}
        other = {name: value for name, value in self.fields.get(id_, {}).items() if name in body}
        return {**body, **other}


@functools.cache
def _stranger() -> str:
    """The public key of somebody else; made once, it takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


class LexofficeReports:
    """Events signed by the sandbox's key, and the connector's half of them."""

    header = signing.HEADER

    def __init__(self, sandbox: LexofficeSandbox) -> None:
        self._sandbox = sandbox
        self.keys = (sandbox.webhook_key, _stranger())

    def signed(self, invoice: str) -> Report:
        at = self._sandbox.world.clock.now()
        raw = self._sandbox.webhooks.payload("payment.changed", invoice, at)
        return Report(raw, {self.header: signing.sign(raw)})

    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        webhooks.verify(raw, headers, keys)

    def parse(self, raw: bytes) -> Sequence[ConnectorEvent]:
        return webhooks.parse_events(raw)


class LexofficeScenario(Scenario):
    slug = "lexoffice"
    folder = ROOT / "connectors" / "lexoffice"
    registry = PLATFORMS
    key = "sandbox-key-of-the-contract"
    page_size = 250
    several_batches = 30

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = LexofficeSandbox(api_key=self.key, now=self.clock.now, limiter=False)
        self.sandbox.variant("callback", "unchecked")
        self.wire = Wire(self.sandbox)
        self.reports = LexofficeReports(self.sandbox)

    def start(self) -> None:
        self.base = self.sandbox.start()

    def stop(self) -> None:
        self.sandbox.stop()

    def build(self, key: str, timeout: float, patience: float) -> PlatformConnector:
        made = LexofficeConnector(
            {"api_base": self.base},
            {"api_key": key},
            self.gate,
            self.clock,
            patience,
            sleep=self.naps.append,
        )
        made._client._http._timeout = (timeout, timeout)
        return made

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
        debtor = debtor or self.add_debtor(f"Muster {len(self.sandbox.world.contacts)} GmbH")
        return self.sandbox.add_invoice(contact=debtor, gross=gross, on=on, due=due)

    def add_many(self, count: int) -> list[str]:
        """Settled ones: the list says all of them that the first reading needs."""
        debtor, on = self.add_debtor("Muster Menge GmbH"), date(2026, 1, 12)
        add = self.sandbox.add_invoice
        return [add(contact=debtor, gross="10.00", on=on, status="paid") for _ in range(count)]

    def pay(self, invoice: str, amount: Decimal | None = None) -> None:
        self.sandbox.pay(invoice, amount)

    def credit(self, invoice: str, amount: Decimal) -> None:
        self.sandbox.credit(invoice, amount)

    def void(self, invoice: str) -> None:
        self.sandbox.void(invoice)

    def delete(self, invoice: str) -> None:
        self.sandbox.delete(invoice)

    def dun(self, invoice: str, title: str) -> str:
        return self.sandbox.dun(invoice, title=title, on=self.today)

    def written(self, invoice: str) -> int:
        dunnings = self.sandbox.world.dunnings.values()
        return sum(each.invoice == invoice for each in dunnings)

    def draft(self) -> str:
        debtor = self.add_debtor("Muster Entwurf GmbH")
        add = self.sandbox.add_invoice
        return add(contact=debtor, gross="119.00", on=self.today, status="draft")

    def is_draft(self, invoice: str) -> bool:
        return self.sandbox.world.voucher(invoice).status == "draft"

    def spoil(self, invoice: str) -> None:
        self._change(invoice, {"totalAmount": "abc", "openAmount": "abc", "totalPrice": {}})

    def estrange(self, invoice: str) -> None:
        self._change(invoice, {"voucherStatus": "in_limbo"})

    def mend(self, invoice: str) -> None:
        self._change(invoice, {})

    def _change(self, invoice: str, fields: dict[str, Any]) -> None:
        world = self.sandbox.world
        with world.lock, world.changing(world.voucher(invoice), "changed"):
            self.wire.fields[invoice] = fields

    def fault(self, fault: Fault, *, times: int = 1, method: str = "GET", path: str = "") -> None:
        if fault in _PLANTED:
            self.wire.planted.append((SandboxFault("", times, path, method, 0), _PLANTED[fault]))
        else:
            self.sandbox.fault(_KINDS[fault], times=times, method=method, path=path)

    def clear_faults(self) -> None:
        self.wire.planted.clear()
        self.sandbox.clear_faults()

    @property
    def requests(self) -> Sequence[Request]:
        return [Request(*each) for each in self.sandbox.requests]
