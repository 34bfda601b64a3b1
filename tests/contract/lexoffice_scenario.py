"""lexoffice for the contract suite: our sandbox, steered."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from scenario import Fault, Report
from stand_in_scenario import CONNECTORS, StandInScenario
from werkzeug.wrappers import Request
from wire import Wire

from connectors.lexoffice import webhooks
from connectors.lexoffice.connector import LexofficeConnector
from core.domain.platform_records import ConnectorEvent
from sandbox.common.replies import Reply
from sandbox.lexoffice import LexofficeSandbox, signing

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
    Fault.BAD_REQUEST: lambda _: Reply(400, {"message": "Bad Request"}),
    Fault.SHAPE: lambda _: Reply(200, [7]),
    Fault.REFUSED: lambda _: Reply(200, {"message": "Service unavailable"}),
}


class Changed(Wire):
    """Besides, other fields of one voucher."""

    def __init__(self, sandbox: LexofficeSandbox) -> None:
        super().__init__(sandbox, _KINDS, _PLANTED)
        self.fields: dict[str, dict[str, object]] = {}

    def execute(self, request: Request) -> Reply:
        reply = super().execute(request)
        return replace(reply, body=self._other(reply.body, request.path.rpartition("/")[2]))

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


class LexofficeScenario(StandInScenario):
    slug = "lexoffice"
    connects = LexofficeConnector
    sizes_pages = False
    folder = CONNECTORS / "lexoffice"
    settled = "paid"
    key = "sandbox-key-of-the-contract"
    page_size = 250
    several_batches = 30

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = LexofficeSandbox(api_key=self.key, now=self.clock.now, limiter=False)
        self.sandbox.variant("callback", "unchecked")
        self.wire: Changed = Changed(self.sandbox)
        self.reports = LexofficeReports(self.sandbox)

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
