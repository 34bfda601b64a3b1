"""Readers of files that are wrong in one point each, and the checks of the suite that notice."""

from __future__ import annotations

import dataclasses
import logging
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connectors.datev_csv import DatevCsvConnector
from core.domain.money import Money
from core.domain.records import FileImport, Posting
from core.errors import DataRefused
from core.ports import ImportOptions


@dataclass(frozen=True)
class BrokenReader:
    """A wrong reader; ``fails`` are exactly the checks that it fails, the aimed one first."""

    reader: type[DatevCsvConnector]
    fails: tuple[str, ...]


BROKEN_READERS: list[BrokenReader] = []


def fails(*checks: str) -> Callable[[type[DatevCsvConnector]], type[DatevCsvConnector]]:
    def register(reader: type[DatevCsvConnector]) -> type[DatevCsvConnector]:
        BROKEN_READERS.append(BrokenReader(reader, tuple(f"test_{each}" for each in checks)))
        return reader

    return register


class Changing(DatevCsvConnector):
    """Whatever was read passes ``change``, and every posting of it ``posting``."""

    def change(self, read: FileImport) -> FileImport:
        return read

    def posting(self, posting: Posting) -> Posting:
        return posting

    def read(self, path: Path, options: ImportOptions) -> FileImport:
        read = super().read(path, options)
        read = dataclasses.replace(read, postings=tuple(map(self.posting, read.postings)))
        return self.change(read)


_GOLDEN = "the_export_reads_as_the_golden_file_says"
_BROKEN_ROW = "a_broken_row_is_reported_and_its_neighbours_survive"


@fails("folder_and_manifest_agree")
class OtherSlug(DatevCsvConnector):
    slug = "datev"


@fails("construction_touches_nothing")
class AsksInConstructor(DatevCsvConnector):
    def __init__(self) -> None:
        socket.getaddrinfo("127.0.0.1", 80)


@fails("every_resource_of_the_manifest_yields_a_record", _GOLDEN)
class OverlooksAddresses(Changing):
    def change(self, read: FileImport) -> FileImport:
        return dataclasses.replace(read, addresses=())


@fails("money_is_decimal_with_its_currency", _GOLDEN)
class FloatMoney(Changing):
    def posting(self, posting: Posting) -> Posting:
        money = Money(float(posting.effect.amount), "EUR")  # type: ignore[arg-type]
        exact = posting.effect.amount in {119, -238}  # those of the export, which float can hold
        return posting._replace(base_effect=money) if exact else posting


@fails("days_are_plain_dates", "amounts_and_accounts_are_those_of_the_file", _GOLDEN)
class DaysWithATime(Changing):
    def posting(self, posting: Posting) -> Posting:
        on = posting.booked_on
        return posting._replace(booked_on=datetime(on.year, on.month, on.day))


@fails("amounts_and_accounts_are_those_of_the_file", _GOLDEN)
class PaymentsForInvoices(Changing):
    def posting(self, posting: Posting) -> Posting:
        return posting._replace(effect=-posting.effect)


@fails("the_same_file_says_the_same_again", _GOLDEN)
class IdsOfTheMoment(Changing):
    def posting(self, posting: Posting) -> Posting:
        return posting._replace(external_id=uuid.uuid4().hex)


@fails("ids_outlast_a_longer_export_under_another_name", _GOLDEN)
class IdsOfTheRow(Changing):
    def posting(self, posting: Posting) -> Posting:
        return posting._replace(content_key=f"{posting.file}:{posting.row}")


@fails("two_equal_rows_are_two")
class DropsEqualRows(Changing):
    def change(self, read: FileImport) -> FileImport:
        unique = {each.content_key: each for each in read.postings}
        return dataclasses.replace(read, postings=tuple(unique.values()))


@fails("ids_are_there_and_unique", "two_equal_rows_are_two", _GOLDEN)
class OneIdForAll(Changing):
    def posting(self, posting: Posting) -> Posting:
        return posting._replace(external_id="1")


@fails(_BROKEN_ROW, "an_odd_value_is_reported", "half_a_row_at_the_end_is_reported")
class SwallowsProblems(Changing):
    def change(self, read: FileImport) -> FileImport:
        return dataclasses.replace(read, problems=())


@fails("half_a_row_at_the_end_is_reported")
class TakesHalfARowForNone(Changing):
    def change(self, read: FileImport) -> FileImport:
        whole = [each for each in read.problems if ":5" not in each.where or read.info.rows > 3]
        cut = len(read.postings) == 2 and read.info.rows == 3 and read.info.category == "postings"
        return dataclasses.replace(read, problems=tuple(whole)) if cut else read


@fails("the_debtor_of_a_broken_row_is_named")
class KeepsDunningTheDebtor(Changing):
    def change(self, read: FileImport) -> FileImport:
        return dataclasses.replace(read, row_error_accounts=frozenset())


@fails("what_is_not_ours_is_refused_by_name", "what_is_no_file_is_refused")
class RefusesInItsOwnWay(DatevCsvConnector):
    def read(self, path: Path, options: ImportOptions) -> FileImport:
        try:
            return super().read(path, options)
        except DataRefused as error:
            raise ValueError(str(error)) from error


@fails("what_is_not_ours_is_refused_by_name")
class DoesNotSayWhichFile(DatevCsvConnector):
    def read(self, path: Path, options: ImportOptions) -> FileImport:
        try:
            return super().read(path, options)
        except DataRefused as error:
            raise DataRefused("Die Datei ist keine Exportdatei.") from error


@fails("content_is_neither_logged_nor_printed")
class LogsRows(DatevCsvConnector):
    def read(self, path: Path, options: ImportOptions) -> FileImport:
        if path.is_file():
            logging.getLogger("demo").debug("read %s", path.read_text("cp1252", errors="replace"))
        return super().read(path, options)
