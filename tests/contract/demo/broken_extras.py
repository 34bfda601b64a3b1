"""Wrong in originals, in writing back, or in what the platform reports."""

from __future__ import annotations

import base64
import dataclasses
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.platform_records import (
    Batch,
    ConnectorEvent,
    Cursor,
    Document,
    NoticeToWrite,
    PlatformNotice,
)
from core.errors import ConnectorError, NotFound, Unreachable
from core.ports import Known, Subscription
from demo import webhooks
from demo.broken import fails
from demo.connector import EVENTS, DemoConnector
from demo.demo_scenario import DemoReports
from demo.mapping import parse_reminder


@fails("the_original_is_a_pdf")
class OriginalInBase64(DemoConnector):
    def fetch_document(self, external_id: str) -> Document:
        document = super().fetch_document(external_id)
        return dataclasses.replace(document, content=base64.b64encode(document.content))


@fails("the_original_is_a_pdf")
class OriginalWithAPath(DemoConnector):
    def fetch_document(self, external_id: str) -> Document:
        return dataclasses.replace(super().fetch_document(external_id), name="../../etc/x.pdf")


@fails("no_original_of_an_unknown_invoice")
class OriginalOfNothing(DemoConnector):
    def fetch_document(self, external_id: str) -> Document:
        try:
            return super().fetch_document(external_id)
        except NotFound:
            return Document("leer.pdf", "application/pdf", b"%PDF-1.7\n")


@fails("a_failed_write_is_not_repeated", "a_late_success_is_found_and_not_doubled")
class RepeatsAWriteBlindly(DemoConnector):
    def write_notice(self, notice: NoticeToWrite) -> PlatformNotice:
        try:
            return super().write_notice(notice)
        except Unreachable:
            return super().write_notice(notice)


@fails("a_failed_write_is_not_repeated")
class RepeatsARefusedWrite(DemoConnector):
    def write_notice(self, notice: NoticeToWrite) -> PlatformNotice:
        try:
            return super().write_notice(notice)
        except Unreachable:
            raise
        except ConnectorError:
            return super().write_notice(notice)


@fails("a_written_notice_is_found_by_its_marker")
class FindsTheMarkerOfAnother(DemoConnector):
    """1/7 is the beginning of 1/70."""

    def find_notice(self, invoice: str, marker: str) -> PlatformNotice | None:
        found = (parse_reminder(invoice, each) for each in self._reminders(invoice))
        return next((n for n in found if n.marker and marker.startswith(n.marker)), None)


@fails("our_own_notice_is_never_a_foreign_one")
class ForgetsItsOwnMarker(DemoConnector):
    def _batch(self, rows: list[dict[str, Any]], cursor: Cursor, known: Known) -> Batch:
        batch = super()._batch(rows, cursor, known)
        foreign = tuple(dataclasses.replace(each, marker="") for each in batch.notices)
        return dataclasses.replace(batch, notices=foreign)


@fails("subscriptions_are_made_once_and_can_be_ended")
class SubscribesTwice(DemoConnector):
    def subscribe(self, url: str) -> list[Subscription]:
        made = [self.client.add_hook(event, url) for event in EVENTS]
        return [Subscription(each["id"], each["event"], url, new=True) for each in made]


_FORGED = (
    "a_changed_report_is_refused",
    "a_report_without_a_true_signature_is_refused",
    "the_signature_of_somebody_else_is_refused",
    "without_a_key_nothing_is_taken",
)


@fails(*_FORGED)
class TakesEverything(DemoReports):
    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        return


@fails("a_changed_report_is_refused")
class ChecksWhatItParsed(DemoReports):
    """The signature is over the bytes as they came, not over what they mean."""

    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        webhooks.verify(json.dumps(json.loads(raw)).encode(), headers, keys)


@fails("a_report_without_a_true_signature_is_refused")
class TakesWhatIsNotSigned(DemoReports):
    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        if any(name.lower() == self.header.lower() for name in headers):
            webhooks.verify(raw, headers, keys)


@fails("a_report_without_a_true_signature_is_refused")
class DiesOfAnOddSignature(DemoReports):
    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        {name.lower(): value for name, value in headers.items()}[self.header.lower()].encode(
            "ascii"
        )
        webhooks.verify(raw, headers, keys)


@fails("without_a_key_nothing_is_taken")
class TakesAllWithoutAKey(DemoReports):
    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        if keys:
            webhooks.verify(raw, headers, keys)


@fails("one_of_several_keys_is_enough")
class KnowsOneKeyOnly(DemoReports):
    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        webhooks.verify(raw, headers, keys[:1])


@fails("a_genuine_report_is_taken")
class MindsTheCaseOfAHeader(DemoReports):
    def verify(self, raw: bytes, headers: Mapping[str, str], keys: Sequence[str]) -> None:
        own = {name: value for name, value in headers.items() if name == self.header}
        webhooks.verify(raw, own, keys)


class Reading(DemoReports):
    def change(self, event: ConnectorEvent) -> ConnectorEvent:
        return event

    def parse(self, raw: bytes) -> Sequence[ConnectorEvent]:
        return [self.change(each) for each in super().parse(raw)]


@fails("a_report_points_to_its_invoice")
class NaiveEvents(Reading):
    def change(self, event: ConnectorEvent) -> ConnectorEvent:
        return dataclasses.replace(event, at=event.at.replace(tzinfo=None))


@fails("a_repeated_report_has_the_same_key")
class EveryDeliveryIsNew(Reading):
    def change(self, event: ConnectorEvent) -> ConnectorEvent:
        return dataclasses.replace(event, key=uuid.uuid4().hex)


@fails("a_repeated_report_has_the_same_key")
class LaterEventsAreRepetitions(Reading):
    def change(self, event: ConnectorEvent) -> ConnectorEvent:
        return dataclasses.replace(event, key=event.external_id)


@fails("nonsense_is_refused")
class DiesOfNonsense(DemoReports):
    def parse(self, raw: bytes) -> Sequence[ConnectorEvent]:
        if raw == b"null":
            raise TypeError("'NoneType' object is not subscriptable")
        return super().parse(raw)
