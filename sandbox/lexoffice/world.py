"""The state of one organisation at the stand-in, and how each part of it is changed."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sandbox.common.clock import SandboxClock
from sandbox.common.variants import Variants
from sandbox.lexoffice.model import ENDPOINTS, EVENTS, Contact, Dunning, Subscription, Voucher
from sandbox.lexoffice.replies import not_found
from sandbox.lexoffice.variants import FREE, VARIANTS

Listener = Callable[[str, str, datetime], None]

# First number of each kind, as a fresh organisation has them.
_PREFIX = {
    "invoice": "RE",
    "downpaymentinvoice": "RE",  # down-payment invoices are numbered in the invoice range (§2.4)
    "creditnote": "GS",
    "quotation": "AG",
    "orderconfirmation": "AB",
    "deliverynote": "LS",
}


class World:
    """Everything the platform knows of one organisation.

    ``lock`` is held by every request and every control operation; what is kept here is only
    read and changed under it. Ids come from ``seed``: the same operations give the same ids.
    """

    def __init__(self, seed: int, clock: SandboxClock) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.variants = Variants(VARIANTS, FREE)
        self.random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.organization_id = self.new_id()
        self.connection_id = self.new_id()
        self.user_id = self.new_id()
        self.company = "Musterbetrieb e.K."
        self.connected = datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)  # the key's birthday
        self.contacts: dict[str, Contact] = {}
        self.vouchers: dict[str, Voucher] = {}
        self.dunnings: dict[str, Dunning] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.documents: dict[str, str] = {}  # documentFileId of the deprecated route -> voucher
        self.uploads: dict[str, tuple[bytes, str]] = {}
        self.ghosts: dict[str, Voucher] = {}  # deleted, still listed while ``lag`` lasts
        self.listeners: list[Listener] = []
        self._numbers: dict[str, int] = {}
        self._customers = 10000

    def new_id(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def next_number(self, kind: str) -> str:
        prefix = _PREFIX.get(kind, "BE")
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}{self._numbers[prefix]:04d}"

    def next_customer(self) -> int:
        self._customers += 1
        return self._customers

    def contact(self, id_: str) -> Contact:
        """Raises ApiError 404."""
        found = self.contacts.get(id_)
        if found is None:
            raise not_found("contact")
        return found

    def voucher(self, id_: str, endpoint: str = "") -> Voucher:
        """A voucher that the endpoint serves; "" for any. Raises ApiError 404."""
        found = self.vouchers.get(id_)
        if found is None or (endpoint and ENDPOINTS[found.kind] != endpoint):
            raise not_found("voucher")
        return found

    def dunning(self, id_: str) -> Dunning:
        """Raises ApiError 404."""
        found = self.dunnings.get(id_)
        if found is None:
            raise not_found("dunning")
        return found

    def emit(self, event: str, resource: str) -> None:
        """Tells the webhooks; pointers only, at the instant of the change."""
        at = self.clock.now()
        for listener in self.listeners:
            listener(event, resource, at)

    def add(self, voucher: Voucher) -> Voucher:
        """Keeps a new voucher; lists show it after the ``lag``."""
        self.vouchers[voucher.id] = voucher
        lag = self._lag()
        if lag:
            voucher.stale = (None, self.clock.monotonic() + lag)
        self.emit(f"{EVENTS[voucher.kind]}.created", voucher.id)
        return voucher

    @contextmanager
    def changing(self, voucher: Voucher, *events: str, bump: bool = True) -> Iterator[Voucher]:
        """Changes a voucher: version and updatedDate move unless ``bump`` is off, events follow.

        A change of the status always moves them, and adds ``status.changed``.
        """
        before = voucher.status
        lag = self._lag()
        if lag and not self._is_stale(voucher):
            copy = replace(voucher, paid=list(voucher.paid), related=list(voucher.related))
            voucher.stale = (copy, self.clock.monotonic() + lag)
        yield voucher
        moved = voucher.status != before
        if bump or moved:
            voucher.version += 1
            voucher.updated = self.clock.now()
        prefix = EVENTS[voucher.kind]
        for event in events:
            self.emit(event if "." in event else f"{prefix}.{event}", voucher.id)
        if moved:
            self.emit(f"{prefix}.status.changed", voucher.id)

    def remove(self, voucher: Voucher) -> None:
        """Deletes it; its id is unknown from now on, lists forget it after the ``lag``."""
        del self.vouchers[voucher.id]
        lag = self._lag()
        if lag:
            voucher.stale = (voucher, self.clock.monotonic() + lag)
            self.ghosts[voucher.id] = voucher
        self.emit(f"{EVENTS[voucher.kind]}.deleted", voucher.id)

    def listed(self) -> Iterator[Voucher]:
        """The vouchers as lists show them now: a write may not have arrived there yet."""
        for voucher in self.vouchers.values():
            if not voucher.stale:
                yield voucher
            elif not self._is_stale(voucher):
                voucher.stale = None
                yield voucher
            elif voucher.stale[0] is not None:
                yield voucher.stale[0]
        yield from (each for each in self.ghosts.values() if self._is_stale(each))

    def _lag(self) -> float:
        return float(self.variants["lag"])

    def _is_stale(self, voucher: Voucher) -> bool:
        return voucher.stale is not None and self.clock.monotonic() < voucher.stale[1]
