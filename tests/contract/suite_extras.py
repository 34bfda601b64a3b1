"""Contract of what a platform may offer beside its books: originals, write-back, reports."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from scenario import Fault, Report, Reports, Scenario

from core.domain.money import Money
from core.domain.platform_records import Document, NoticeToWrite, PlatformNotice
from core.errors import ConfigError, ConnectorError, Rejected, Unreachable, WebhookError
from core.ports import PlatformConnector


class Documents:
    def test_the_original_is_a_pdf(
        self, scenario: Scenario, connector: PlatformConnector, documents: None
    ) -> None:
        document = connector.fetch_document(scenario.add_invoice("119.00"))
        assert type(document) is Document
        assert document.media_type == "application/pdf"
        assert document.content.startswith(b"%PDF-")
        assert document.name.endswith(".pdf")
        assert not set(document.name) & set('/\\:"')

    def test_no_original_of_an_unknown_invoice(
        self, scenario: Scenario, connector: PlatformConnector, documents: None
    ) -> None:
        lost = scenario.add_invoice("119.00")
        scenario.delete(lost)
        with pytest.raises(Rejected):
            connector.fetch_document(lost)

    def test_the_original_of_a_draft_is_refused_and_it_stays_one(
        self, scenario: Scenario, connector: PlatformConnector, documents: None
    ) -> None:
        """To some platforms whoever asks for the PDF has sent it."""
        draft = scenario.draft()
        with pytest.raises(Rejected):
            connector.fetch_document(draft)
        assert scenario.is_draft(draft)


def to_write(scenario: Scenario, invoice: str) -> NoticeToWrite:
    on, euros = date(2026, 3, 2), Money(Decimal("119.00"), "EUR")
    return NoticeToWrite(
        invoice, scenario.marker, "Zahlungserinnerung", on, date(2026, 3, 16), "de", euros
    )


class WriteBack:
    def test_a_written_notice_is_found_by_its_marker(
        self, scenario: Scenario, connector: PlatformConnector, write_back: None
    ) -> None:
        invoice = scenario.add_invoice("119.00")
        assert connector.find_notice(invoice, scenario.marker) is None
        made = connector.write_notice(to_write(scenario, invoice))
        assert type(made) is PlatformNotice
        assert (made.invoice, made.marker, made.on) == (
            invoice,
            scenario.marker,
            date(2026, 3, 2),
        )
        assert connector.find_notice(invoice, scenario.marker) == made
        for other in (scenario.marker + "0", scenario.marker[:-1]):
            assert connector.find_notice(invoice, other) is None
        assert scenario.written(invoice) == 1

    def test_our_own_notice_is_never_a_foreign_one(
        self, scenario: Scenario, connector: PlatformConnector, write_back: None
    ) -> None:
        invoice = scenario.add_invoice("119.00")
        made = connector.write_notice(to_write(scenario, invoice))
        mirror = scenario.synced()
        mirror.refresh(connector, invoice)
        assert {key: each.marker for key, each in mirror.notice.items()} == {
            made.external_id: scenario.marker
        }

    def test_a_late_success_is_found_and_not_doubled(
        self, scenario: Scenario, connector: PlatformConnector, write_back: None
    ) -> None:
        """The platform wrote it, but the answer was lost (504)."""
        invoice = scenario.add_invoice("119.00")
        scenario.fault(Fault.LATE_SUCCESS, method="POST", path=scenario.write_path)
        try:
            found: PlatformNotice | None = connector.write_notice(to_write(scenario, invoice))
        except Unreachable:
            found = connector.find_notice(invoice, scenario.marker)
        assert found is not None
        assert found.marker == scenario.marker
        assert scenario.written(invoice) == 1
        assert sent_once(scenario)

    @pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RESET, Fault.BAD_REQUEST])
    def test_a_failed_write_is_not_repeated(
        self,
        scenario: Scenario,
        connector: PlatformConnector,
        write_back: None,
        fault: Fault,
    ) -> None:
        invoice = scenario.add_invoice("119.00")
        scenario.fault(fault, times=999, method="POST", path=scenario.write_path)
        with pytest.raises(ConnectorError):
            connector.write_notice(to_write(scenario, invoice))
        scenario.clear_faults()
        assert sent_once(scenario)
        assert scenario.written(invoice) == 0
        assert connector.find_notice(invoice, scenario.marker) is None


def sent_once(scenario: Scenario) -> bool:
    """One write left; or several under one key, of which the platform does one. Before another key
    is used, somebody has looked.
    """
    path, keys = scenario.write_path, list(scenario.write_keys)
    sent = [each.method for each in scenario.requests if path in each.path]
    if not keys:
        return sent.count("POST") == 1
    used = ["" if method == "GET" else keys.pop(0) for method in sent]
    blind = [now for last, now in itertools.pairwise(used) if last and now and now != last]
    return not keys and not blind and used.count("") < len(used)


class Webhooks:
    @pytest.fixture
    def reports(self, scenario: Scenario, webhooks: None) -> Reports:
        assert scenario.reports is not None, "the manifest promises webhooks"
        return scenario.reports

    @pytest.fixture
    def report(self, scenario: Scenario, reports: Reports) -> Report:
        return reports.signed(scenario.add_invoice("119.00"))

    def test_a_genuine_report_is_taken(self, reports: Reports, report: Report) -> None:
        reports.verify(report.raw, report.headers, [reports.keys[0]])
        lower = {name.lower(): value for name, value in report.headers.items()}
        reports.verify(report.raw, lower, [reports.keys[0]])

    def test_a_changed_report_is_refused(self, reports: Reports, report: Report) -> None:
        changed = report.raw[:-1] + b" " + report.raw[-1:]
        with pytest.raises(WebhookError):
            reports.verify(changed, report.headers, [reports.keys[0]])

    @pytest.mark.parametrize("value", [None, "", "nonsense", "ÄÖÜ", "AAAA"])
    def test_a_report_without_a_true_signature_is_refused(
        self, reports: Reports, report: Report, value: str | None
    ) -> None:
        headers = {k: v for k, v in report.headers.items() if k.lower() != reports.header.lower()}
        if value is not None:
            headers[reports.header] = value
        with pytest.raises(WebhookError):
            reports.verify(report.raw, headers, [reports.keys[0]])

    def test_the_signature_of_somebody_else_is_refused(
        self, reports: Reports, report: Report
    ) -> None:
        with pytest.raises(WebhookError):
            reports.verify(report.raw, report.headers, [reports.keys[1]])

    def test_without_a_key_nothing_is_taken(self, reports: Reports, report: Report) -> None:
        with pytest.raises((WebhookError, ConfigError)):
            reports.verify(report.raw, report.headers, [])

    def test_one_of_several_keys_is_enough(self, reports: Reports, report: Report) -> None:
        reports.verify(report.raw, report.headers, list(reports.keys))
        reports.verify(report.raw, report.headers, list(reversed(reports.keys)))

    def test_a_report_points_to_its_invoice(self, scenario: Scenario, reports: Reports) -> None:
        invoice = scenario.add_invoice("119.00")
        (event,) = reports.parse(reports.signed(invoice).raw)
        assert event.external_id == invoice
        assert event.at == scenario.clock.now()
        assert event.at.tzinfo is not None

    def test_a_repeated_report_has_the_same_key(self, scenario: Scenario, reports: Reports) -> None:
        invoice, other = scenario.add_invoice("119.00"), scenario.add_invoice("50.00")
        first, again = reports.signed(invoice), reports.signed(invoice)
        foreign = reports.signed(other)
        scenario.clock.advance(seconds=1)
        later = reports.signed(invoice)
        keys = [reports.parse(each.raw)[0].key for each in (first, again, foreign, later)]
        assert keys[0] == keys[1]
        assert len(set(keys)) == 3

    @pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"{", b"\xff\xfe", b"null", b"7"])
    def test_nonsense_is_refused(self, reports: Reports, raw: bytes) -> None:
        with pytest.raises(WebhookError):
            reports.parse(raw)

    def test_subscriptions_are_made_once_and_can_be_ended(
        self, scenario: Scenario, connector: PlatformConnector, webhooks: None
    ) -> None:
        assert connector.subscriptions() == []
        made = connector.subscribe(scenario.hook_url)
        assert made
        assert {each.url for each in made} == {scenario.hook_url}
        again = connector.subscribe(scenario.hook_url)
        assert [each.new for each in again if each.new] == []
        listed = connector.subscriptions()
        assert sorted(each.event for each in listed) == sorted({each.event for each in listed})
        assert len(listed) == len(made)
        for each in listed:
            connector.unsubscribe(each.id)
        assert connector.subscriptions() == []
