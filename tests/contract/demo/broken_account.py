"""Wrong in what it says of itself, in counting, or in keeping the key."""

from __future__ import annotations

import dataclasses
import logging
import socket
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from core.domain.platform_records import AccountInfo, Batch, Cursor
from core.errors import AuthFailed
from core.ports import Capability, Gate, Known, SyncScope
from demo.broken import Keyed, Told, fails
from demo.connector import DemoConnector


@fails("registry_folder_and_manifest_agree", "a_wrong_key_is_refused_once")
class OtherSlug(DemoConnector):
    slug = "demos"

    def check(self) -> AccountInfo:
        try:
            return super().check()
        except AuthFailed as error:
            error.connector = self.slug
            raise


@fails("capabilities_are_those_of_the_manifest")
class FewerCapabilities(DemoConnector):
    capabilities = frozenset({Capability.DOCUMENT})


@fails("construction_does_no_io")
class AsksInConstructor(DemoConnector):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        socket.getaddrinfo("127.0.0.1", 80)


@fails("check_names_the_account")
class OtherAccountEachTime(DemoConnector):
    def check(self) -> AccountInfo:
        return dataclasses.replace(super().check(), id=uuid.uuid4().hex)


@fails("a_wrong_key_is_refused_once")
class TriesAWrongKeyTwice(DemoConnector):
    def check(self) -> AccountInfo:
        try:
            return super().check()
        except AuthFailed:
            return super().check()


@fails("requests_are_counted_as_they_were_sent")
class CountsCallsNotRequests(DemoConnector):
    @property
    def requests(self) -> int:
        return min(1, super().requests)


@fails("every_request_asks_the_budget")
class PassesTheBudget(DemoConnector):
    def __init__(
        self, settings: Mapping[str, str], secrets: Mapping[str, str], gate: Gate, *a: Any, **m: Any
    ) -> None:
        super().__init__(settings, secrets, Told(gate, wait=False), *a, **m)


@fails("the_key_stays_secret")
class LeaksTheKeyInAnException(Keyed):
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        try:
            yield from super().fetch_invoices(cursor, known, scope)
        except AuthFailed as error:
            raise AuthFailed(f"Der Schlüssel {self.key} gilt nicht.", en="Refused.") from error


@fails("the_key_stays_secret")
class LogsTheKey(Keyed):
    def fetch_invoices(self, cursor: Cursor, known: Known, scope: SyncScope) -> Iterator[Batch]:
        logging.getLogger("demo").debug("GET /invoices, Bearer %s", self.key)
        yield from super().fetch_invoices(cursor, known, scope)


@fails("the_key_stays_secret")
class ShowsTheKey(Keyed):
    def __repr__(self) -> str:
        return f"ShowsTheKey({self.key})"
