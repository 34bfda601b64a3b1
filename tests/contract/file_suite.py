"""All that a reader of export files owes; a reader joins with a class of six lines."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from decimal import Decimal

import pytest
from connector_suite import ConnectorSuite, NotOverridden, manifest_of, no_network
from file_scenario import FileScenario, Harm, Line
from plain import assert_golden, dump
from scenario import logged
from suite_records import assert_said, money_in

from core.domain.money import Money, is_currency_code, minor_digits
from core.domain.records import FileImport
from core.errors import DataRefused, Severity
from core.ports import FileConnector

PLAIN = (Line("RE-1"), Line("RE-2", "238.00", "10002"), Line("RE-3", "50.55", "10003"))
NOT_OURS = {
    "nothing": b"",
    "blanks": b" \r\n \r\n",
    "pdf": b"%PDF-1.7\n1 0 obj\n",
    "zip": b"PK\x03\x04" + bytes(60),
    "binary": bytes(range(256)) * 20,
    "html": b"<!DOCTYPE html><html><body>Anmelden</body></html>",
    "prose": b"Sehr geehrte Damen und Herren,\r\nanbei die Daten.\r\n",
}


class FileSuite(ConnectorSuite):
    """Override ``scenario``."""

    @pytest.fixture
    def scenario(self) -> FileScenario:
        raise NotOverridden("override the fixture `scenario`")

    @pytest.fixture
    def connector(self, scenario: FileScenario) -> FileConnector:
        return scenario.connector()

    @pytest.fixture
    def whole(self, scenario: FileScenario) -> dict[str, FileImport]:
        """Every file of the export, read."""
        files = scenario.export()
        return {name: scenario.read(files[name], name) for name in files}

    def test_folder_and_manifest_agree(
        self, scenario: FileScenario, connector: FileConnector
    ) -> None:
        manifest = manifest_of(scenario.folder)
        assert connector.slug == manifest["slug"] == scenario.folder.name == scenario.slug

    def test_construction_touches_nothing(self, scenario: FileScenario) -> None:
        before = sorted(scenario.files.iterdir())
        with no_network():
            scenario.connector()
        assert sorted(scenario.files.iterdir()) == before

    def test_every_resource_of_the_manifest_yields_a_record(
        self, scenario: FileScenario, whole: dict[str, FileImport]
    ) -> None:
        declared = set(manifest_of(scenario.folder)["sync"])
        assert set(scenario.resources) == declared
        found = {
            name: [each for read in whole.values() for each in getattr(read, field)]
            for name, field in scenario.resources.items()
        }
        assert [name for name, records in found.items() if not records] == []

    def test_money_is_decimal_with_its_currency(self, whole: dict[str, FileImport]) -> None:
        amounts = [each for read in whole.values() for each in _money(read)]
        assert len(amounts) >= 5
        for money in amounts:
            assert type(money.amount) is Decimal
            assert is_currency_code(money.currency)
            exponent = money.amount.normalize().as_tuple().exponent
            assert isinstance(exponent, int)
            assert -exponent <= minor_digits(money.currency)

    def test_days_are_plain_dates(self, whole: dict[str, FileImport]) -> None:
        days = [p.booked_on for read in whole.values() for p in read.postings]
        assert len(days) >= 3
        assert {type(day) for day in days} == {date}

    def test_amounts_and_accounts_are_those_of_the_file(self, scenario: FileScenario) -> None:
        read = scenario.read(scenario.invoices(PLAIN))
        found = {p.number: (p.account_label, p.effect.amount, p.booked_on) for p in read.postings}
        assert found == {p.number: (p.account, Decimal(p.gross), p.on) for p in PLAIN}

    def test_ids_are_there_and_unique(self, scenario: FileScenario) -> None:
        read = scenario.read(scenario.invoices(PLAIN))
        ids = [each.external_id for each in read.postings]
        assert len(set(ids)) == len(PLAIN)
        assert "" not in ids

    def test_the_same_file_says_the_same_again(self, scenario: FileScenario) -> None:
        content = scenario.invoices(PLAIN)
        first, second = scenario.read(content), scenario.read(content)
        assert first.postings == second.postings
        assert dump(first) == dump(second)

    def test_ids_outlast_a_longer_export_under_another_name(self, scenario: FileScenario) -> None:
        before = scenario.read(scenario.invoices(PLAIN), "march")
        more = (Line("RE-0", "1.00", on=date(2026, 3, 1)), *PLAIN, Line("RE-9", "9.00"))
        after = scenario.read(scenario.invoices(more), "april")
        ids = {each.number: each.content_key for each in before.postings}
        assert {p.number: p.content_key for p in after.postings if p.number in ids} == ids

    def test_two_equal_rows_are_two(self, scenario: FileScenario) -> None:
        read = scenario.read(scenario.invoices((PLAIN[0], PLAIN[0], PLAIN[1])))
        assert Counter(each.number for each in read.postings) == {"RE-1": 2, "RE-2": 1}
        assert len({each.external_id for each in read.postings}) == 3

    def test_a_broken_row_is_reported_and_its_neighbours_survive(
        self, scenario: FileScenario
    ) -> None:
        lines = (PLAIN[0], Line("RE-2", account="10002", harm=Harm.BROKEN), PLAIN[2])
        read = scenario.read(scenario.invoices(lines))
        assert [each.number for each in read.postings] == ["RE-1", "RE-3"]
        assert_said([p for p in read.problems if p.severity is Severity.ERROR])
        assert all(each.where.startswith("export.csv:") for each in read.problems)
        assert read.info.refused == 1

    def test_the_debtor_of_a_broken_row_is_named(self, scenario: FileScenario) -> None:
        good = scenario.read(scenario.invoices(PLAIN))
        (account,) = {each.account for each in good.postings if each.number == "RE-2"}
        lines = (PLAIN[0], Line("RE-2", account="10002", harm=Harm.BROKEN), PLAIN[2])
        assert scenario.read(scenario.invoices(lines)).row_error_accounts == {account}

    def test_an_odd_value_is_reported(self, scenario: FileScenario) -> None:
        read = scenario.read(scenario.invoices((*PLAIN, Line("RE-4", harm=Harm.ODD))))
        assert_said(list(read.problems))
        assert [each.number for each in read.postings][:3] == ["RE-1", "RE-2", "RE-3"]

    def test_half_a_row_at_the_end_is_reported(self, scenario: FileScenario) -> None:
        content = scenario.invoices(PLAIN)
        start = content.rindex(b"\n", 0, len(content) - 2) + 1
        read = scenario.read(content[: start + 3])
        assert [each.number for each in read.postings] == ["RE-1", "RE-2"]
        assert_said(list(read.problems))

    @pytest.mark.parametrize("content", NOT_OURS.values(), ids=NOT_OURS)
    def test_what_is_not_ours_is_refused_by_name(
        self, scenario: FileScenario, content: bytes
    ) -> None:
        with pytest.raises(DataRefused) as refused:
            scenario.read(content, "datei")
        assert str(refused.value).startswith("datei.csv: ")
        assert str(refused.value).endswith(".")

    def test_what_is_no_file_is_refused(
        self, scenario: FileScenario, connector: FileConnector
    ) -> None:
        for path in (scenario.files, scenario.files / "missing.csv"):
            with pytest.raises(DataRefused):
                connector.read(path, scenario.options)

    def test_content_is_neither_logged_nor_printed(self, scenario: FileScenario) -> None:
        secret, shown = "RE-4711-SECRET", io.StringIO()
        with logged() as lines, redirect_stdout(shown), redirect_stderr(shown):
            scenario.read(scenario.invoices((*PLAIN, Line(secret, harm=Harm.BROKEN))))
        assert [text for text in lines if secret in text] == []
        assert shown.getvalue() == ""

    def test_the_export_reads_as_the_golden_file_says(
        self,
        scenario: FileScenario,
        whole: dict[str, FileImport],
    ) -> None:
        assert whole
        assert_golden(scenario.golden, whole)
        assert json.loads(scenario.golden.read_text("utf-8")).keys() == whole.keys()


def _money(read: FileImport) -> Iterator[Money]:
    for posting in read.postings:
        yield from money_in((posting.effect, posting.base_effect, posting.discount))
    yield from money_in(read.balances)
