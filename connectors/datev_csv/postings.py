"""Buchungsstapel (category 21): rows into postings on debtor accounts (datev.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from connectors.datev_csv.accounts import AccountInfo, Accounts, Chart, Side, debtor_of
from connectors.datev_csv.amounts import AMOUNT_FIELD, Amounts, Value
from connectors.datev_csv.dates import FIELD as DATE_FIELD
from connectors.datev_csv.dates import DocumentDay, DocumentDays, Due, due_of
from connectors.datev_csv.fields import item_key, one_line, parse_ddmmyyyy, parse_guid
from connectors.datev_csv.identity import Identities
from connectors.datev_csv.kinds import Kinds, is_reversal
from connectors.datev_csv.problems import ProblemLog, RowError
from connectors.datev_csv.raw_posting import RawPosting, content_key, references
from core.domain.money import Money
from core.domain.records import Posting, PostingKind

_NO_DUE = Due()
_NO_BLOCK = (None, False)
# Tuples, not sets: an enum member hashes in Python code, identity is found at once.
# Kinds whose Belegfeld 2 and Fälligkeit say nothing about a due date.
_WITHOUT_DUE = (PostingKind.PAYMENT, PostingKind.REFUND, PostingKind.WRITE_OFF)
# Debits that mirror a payment: its discount comes back with it.
_DISCOUNT_BACK = (PostingKind.REFUND, PostingKind.REVERSAL)
_TRANSFER = PostingKind.TRANSFER


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What every posting of a batch shares."""

    file: str
    client: str
    identity: str
    year_start: date
    account_length: int
    currency: str


class _Row(NamedTuple):
    """A row while it is being read."""

    line: int
    raw: RawPosting
    document: DocumentDay
    value: Value
    reversal: bool
    key: str
    guid: str | None


class PostingReader:
    """Turns the rows of one Buchungsstapel into postings; refused rows go to the log."""

    def __init__(
        self, facts: BatchFacts, chart: Chart, days: DocumentDays, log: ProblemLog
    ) -> None:
        self._facts = facts
        self._days = days
        self._log = log
        self._accounts = Accounts(facts.account_length, chart)
        self._amounts = Amounts(facts.currency)
        self._kinds = Kinds(chart)
        self._ids = Identities(facts.identity)
        self._scope = f"{facts.client}|{facts.year_start.isoformat()}"
        self._dues: dict[tuple[str, str, date], Due] = {}
        self._short: tuple[str, ...] = ()
        self._passed: set[tuple[str, str]] = set()
        self._postings: list[Posting] = []
        self.error_accounts: set[str] = set()
        self.booked_until: date | None = None
        self.lock_flags: set[str] = set()
        # Pairs of accounts that concern no debtor, and whether one is a bank: half of a batch.
        self.elsewhere: dict[tuple[str, str], bool] = {}

    def add(self, line: int, raw: RawPosting, *, short: bool) -> None:
        """Reads one row; ``short`` rows may be the first half of a torn one."""
        try:
            if not raw.account and not raw.contra:
                self._torn()
            self._read(line, raw)
        except RowError as error:
            self._log.refuse(error, line)
            self.note_accounts(raw.account, raw.contra)
        self._short = (raw.account, raw.contra) if short else ()

    def pass_over(self, locked: str, bank_day: str) -> None:
        """A row between two accounts that are known to be ``elsewhere``; "" = not the bank."""
        if self._short:
            self._short = ()
        if (locked, bank_day) in self._passed:
            return
        self._passed.add((locked, bank_day))
        if bank_day:
            self._note_bank(bank_day)
        if locked:
            self.lock_flags.add(locked)

    def note_accounts(self, *texts: str) -> None:
        """Remembers the debtor accounts of a refused row."""
        for text in texts:
            account = debtor_of(text, self._facts.account_length)
            if account is not None:
                self.error_accounts.add(account)

    def _torn(self) -> None:
        """A fragment: the row before it may have lost its tail (Postensperre, Fälligkeit)."""
        self.note_accounts(*self._short)
        raise RowError(
            "torn_row",
            AMOUNT_FIELD,
            "Zeilenrest ohne Konten, vermutlich ein Zeilenumbruch im Text der Zeile davor oder "
            "ein Rest einer älteren Datei. Text in DATEV bereinigen und neu exportieren.",
        )

    def _read(self, line: int, raw: RawPosting) -> None:
        account = self._accounts.get(raw.account, "Konto")
        contra = self._accounts.get(raw.contra, "Gegenkonto (ohne BU-Schlüssel)")
        if raw.locked:
            self.lock_flags.add(raw.locked)
        bank = account.bank or contra.bank
        if account.side is not Side.DEBTOR and contra.side is not Side.DEBTOR:
            if bank:
                self._note_bank(raw.date)
            self.elsewhere[raw.account, raw.contra] = bank
            return
        row = self._row(line, raw)
        if bank and row.document.in_period:
            self._see_bank(row.document.day)
        debit = raw.side in {"S", "s"}
        if row.document.warning:
            self._log.doubt(row.document.warning, line, DATE_FIELD, row.document.message)
        if not row.value.amount and not row.value.discount:
            self._log.doubt(
                "amount_zero", line, AMOUNT_FIELD, "Betrag 0,00: Zeile übergangen. Buchung prüfen."
            )
            return
        self._store(row, account, contra, debit=debit)

    def _row(self, line: int, raw: RawPosting) -> _Row:
        if raw.side not in {"S", "H", "s", "h"}:
            raise RowError(
                "side_invalid",
                "Soll/Haben-Kennzeichen",
                f"„{raw.side[:10]}“ ist weder S noch H. Buchung in DATEV prüfen.",
            )
        document = self._days.get(raw.date)
        value = self._amounts.value(
            raw.amount, raw.discount, raw.currency, raw.base, raw.base_currency, raw.rate
        )
        key = content_key(self._scope, raw, document.day, value.amount)
        guid = parse_guid(raw.guid) if raw.guid else None
        return _Row(line, raw, document, value, is_reversal(raw.reversal, raw.tax_key), key, guid)

    def _note_bank(self, text: str) -> None:
        try:
            document = self._days.get(text)
        except RowError:
            return  # no debtor is touched, and an unreadable day proves nothing
        if document.in_period:
            self._see_bank(document.day)

    def _see_bank(self, day: date) -> None:
        if self.booked_until is None or day > self.booked_until:
            self.booked_until = day

    def _store(self, row: _Row, account: AccountInfo, contra: AccountInfo, *, debit: bool) -> None:
        base_id = self._identify(row)
        if not base_id:
            return
        if account.side is Side.DEBTOR:
            self._postings.append(self._posting(row, account, contra, base_id, debit=debit))
        if contra.side is Side.DEBTOR:
            # The two sides of a transfer between debtors need ids of their own.
            own_id = f"{base_id}-g" if account.side is Side.DEBTOR else base_id
            self._postings.append(self._posting(row, contra, account, own_id, debit=not debit))

    def _identify(self, row: _Row) -> str:
        """The row's id; "" when the same posting stands in the file a second time."""
        if row.guid is None:
            return self._ids.of_content(row.key)
        base_id, before = self._ids.of_guid(row.guid, row.key)
        if before:
            self._log.doubt(
                "guid_repeated",
                row.line,
                "Buchungs GUID",
                "Dieselbe Buchung steht mehrmals in der Datei; sie zählt einmal. Export prüfen."
                if before == "same"
                else "Verschiedene Zeilen tragen dieselbe GUID; sie zählen alle. Export prüfen.",
            )
        return "" if before == "same" else base_id

    def finish(self) -> tuple[Posting, ...]:
        """All postings of the batch with their final ids."""
        return self._ids.finish(self._postings)

    def _posting(
        self, row: _Row, own: AccountInfo, other: AccountInfo, external_id: str, *, debit: bool
    ) -> Posting:
        raw, value, day = row.raw, row.value, row.document.day
        kind = self._kinds.of(
            other, raw.matter, raw.booking_type, debit=debit, reversal=row.reversal
        )
        with_discount = value.discount and self._counts_discount(row, kind, debit=debit)
        due = self._due(row, kind, debit=debit) if raw.due or raw.second else _NO_DUE
        until, blocked = self._block(row) if raw.block or raw.block_until else _NO_BLOCK
        amount, base = value.amount, value.base_amount
        if with_discount:
            amount, base = amount + value.discount, base + value.base_discount
        if not debit:
            amount, base = -amount, -base
        effect = Money(amount, value.currency)
        key = item_key(raw.number)
        # By position: looking up 27 keywords takes three times as long as making the record.
        return Posting(
            external_id,
            own.canonical,
            own.label,
            kind,
            raw.number,
            raw.number if key == raw.number else key,  # one string, not two equal ones
            day,
            effect,
            effect if value.base_currency == value.currency else Money(base, value.base_currency),
            Money(value.discount, value.currency) if with_discount else None,
            due.day,
            due.rule,
            due.term,
            references(raw, due.reference),
            one_line(raw.text) if "\n" in raw.text else raw.text,
            blocked,
            until,
            bool(raw.mandate),
            parse_ddmmyyyy(raw.delivery) if raw.delivery else None,
            raw.sundry,
            self._facts.year_start,
            row.guid is not None,
            self._facts.identity,
            row.key,
            self._facts.file,
            row.line,
        )

    def _counts_discount(self, row: _Row, kind: PostingKind, *, debit: bool) -> bool:
        """Whether the discount of the row lowers what is owed, as that of a payment does."""
        if not debit or kind in _DISCOUNT_BACK:
            return True
        if kind is not _TRANSFER:
            self._log.doubt(
                "discount_ignored",
                row.line,
                "Skonto",
                "Skonto steht nur auf Zahlungen; auf dieser Sollbuchung wurde es nicht "
                "gerechnet. Buchung in DATEV prüfen.",
            )
        return False

    def _due(self, row: _Row, kind: PostingKind, *, debit: bool) -> Due:
        raw = row.raw
        if kind in _WITHOUT_DUE or not (debit or kind is not _TRANSFER):
            return Due(reference=raw.second) if raw.second else _NO_DUE
        key = (raw.due, raw.second, row.document.day)
        due = self._dues.get(key)
        if due is None:
            due = self._dues[key] = due_of(*key)
        if due.warning:
            field = "Fälligkeit" if raw.due else "Belegfeld 2"
            self._log.doubt(due.warning, row.line, field, due.message)
        return due

    def _block(self, row: _Row) -> tuple[date | None, bool]:
        """Postensperre: until when (None = no end), and whether there is one."""
        raw = row.raw
        if not raw.block_until:
            return None, raw.block == "1"
        until = parse_ddmmyyyy(raw.block_until)
        if until is None:
            self._log.doubt(
                "block_date_invalid",
                row.line,
                "Postensperre bis",
                f"„{raw.block_until[:20]}“ ist kein Datum (TTMMJJJJ); der Posten bleibt ohne "
                "Ende gesperrt. Sperre in DATEV prüfen.",
            )
        return until, True
