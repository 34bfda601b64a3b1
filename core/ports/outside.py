"""Files in, letters and mails out, and the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from core.domain.model import (
    Creditor,
    Debtor,
    DeliveryState,
    Notice,
    NoticeId,
    RunId,
)
from core.domain.money import Money
from core.domain.pay_ways import PayWays
from core.domain.records import (
    FileImport,
)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    as_of: date | None = None
    client: str = ""  # BERATER/MANDANT for files that do not carry it
    settings: Mapping[str, str] = field(default_factory=dict)  # of the connection


class FileConnector(Protocol):
    """Reads export files. Raises ``DataRefused`` for a file that is refused as a whole."""

    slug: str

    def read(self, path: Path, options: ImportOptions) -> FileImport: ...


class Attachment(NamedTuple):
    """A file that a mail carries beside its letter; foreign, so its name is made safe."""

    name: str  # as the platform calls it; "" = none
    media_type: str
    content: bytes
    number: str = ""  # of the invoice that it is


class TakenBackNotice(NamedTuple):
    """What an apology takes back, as its reader has it before him."""

    id: NoticeId
    on: date  # its date of issue
    text: str  # text block that it was written with


@dataclass(frozen=True, slots=True)
class LetterContext:
    """All that a letter or mail is made of. Foreign text is data, never template source."""

    creditor: Creditor
    debtor: Debtor
    notice: Notice
    text: str  # text block, e.g. "reminder"
    final_level: bool = False  # the last level before the hand-over: its consequence is true
    test_mode: bool = False
    # Text blocks of the procedure's levels by number, to name the level of every line.
    level_texts: Mapping[int, str] = field(default_factory=dict)
    # Date header of a mail; None = noon of the issue date in the creditor's zone.
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()  # of a mail, behind the letter; letters have none
    # How items are paid at their platform; those not named are paid to the creditor's account.
    pay_ways: PayWays = field(default_factory=dict)
    taken_back: TakenBackNotice | None = None  # of an apology


@dataclass(frozen=True, slots=True)
class MailMessage:
    """A rendered mail: what goes through SMTP, byte for byte, and its envelope."""

    message_id: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class ProposalList:
    """Proposals of one run for the client's signature."""

    creditor: Creditor
    run: RunId
    on: date
    rows: tuple[tuple[Notice, Debtor], ...]
    language: str = "de"
    # Text blocks of the levels by procedure and number; a level without one shows its number.
    level_texts: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetOf:
    """A table for a spreadsheet: headings, and rows of text, numbers, days and amounts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int | date | Money | None, ...], ...]


class Renderer(Protocol):
    def letter(self, context: LetterContext) -> bytes:
        """The letter as PDF/A-2b."""
        ...

    def mail(self, context: LetterContext, pdf: bytes, to: str) -> MailMessage: ...
    def print_file(
        self,
        creditor: Creditor,
        run: RunId,
        on: date,
        letters: Sequence[tuple[Notice, Debtor, bytes]],
    ) -> bytes:
        """All letters of a run in one PDF behind a cover list."""
        ...

    def proposal_list_pdf(self, proposals: ProposalList) -> bytes:
        """The proposals as a list for the client's signature."""
        ...

    def proposal_list_xlsx(self, proposals: ProposalList) -> bytes: ...
    def workbook(self, tables: tuple[SheetOf, ...], language: str, on: date) -> bytes:
        """Tables as an XLSX file, one sheet each."""
        ...

    def title(self, text: str, language: str) -> str:
        """What a letter of that text block is headed with. Raises ConfigError: no such block."""
        ...

    def text_version(self, text: str, language: str) -> str:
        """Version of the text block, part of what an approval is bound to."""
        ...


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a channel reports back. ``state`` is sent, printed, failed or unknown."""

    state: DeliveryState
    reason: str = ""
    permanent: bool = False  # failed for good: the next channel may be tried
    message_id: str = ""
    file: str = ""
    too_large: bool = False  # a smaller mail may be taken


class MailChannel(Protocol):
    def send(
        self, creditor: Creditor, message: MailMessage, before_data: Callable[[], bool]
    ) -> HandOver:
        """One SMTP conversation. ``before_data`` is called before the DATA command, commits
        handing_over, and returns False when the delivery must not go on.
        """
        ...


class ReturnedMailbox(Protocol):
    """Where mails come back to. Raises ConfigError, AuthFailed, Unavailable."""

    def check(self, creditor: Creditor) -> None:
        """Logs in and reads nothing."""
        ...

    def read(self, creditor: Creditor, keep: Callable[[bytes], None]) -> int:
        """Gives every mail that nobody has seen to ``keep``, and marks it as seen when that has
        returned; how many there were. Of a large mail only the beginning is given.
        """
        ...


class LetterChannel(Protocol):
    def put(
        self, creditor: Creditor, name: str, pdf: bytes, before_rename: Callable[[], bool]
    ) -> HandOver:
        """Writes the PDF into the outbox; the rename is the point of no return."""
        ...

    def place(self, creditor: Creditor, name: str) -> str:
        """The name below the outbox that ``put`` would give to ``name``."""
        ...

    def archive(self, creditor: Creditor, name: str, content: bytes) -> str:
        """Keeps what leaves, byte for byte; returns its name below the outbox. Raises Rejected
        when it cannot be kept: then nothing may leave.
        """
        ...

    def read(self, creditor: Creditor, file: str) -> bytes | None:
        """The bytes of a file below the outbox; None when it is not there (any more)."""
        ...

    def void(self, creditor: Creditor, file: str) -> None:
        """Takes a letter that must not be posted out of the folder that people print from."""
        ...


class Clock(Protocol):
    """The only source of time: instants are aware UTC, the day is in the creditor's zone."""

    def now(self) -> datetime: ...
    def today(self, zone: str) -> date: ...
