"""Money that came in at the bank and is assigned to nothing yet: what could it pay?

Whoever has paid must not be dunned only because nobody has assigned his money yet (architecture
§2, booked-through). In order of what they prove, lines and open items meet by

* **debtor**: the platform keeps it on his account there. It holds his items of that currency, and
  those of whom he is one customer with; nobody else's, whatever it may look like;
* **number**: the purpose names the number of an open item, which it holds;
* **IBAN** or **name** of the payer: he may mean any of his items, also with a part of what is
  open, so all of his are held. Word order, umlauts, titles and the legal form do not matter, and a
  joint account that names both spouses is both of theirs;
* **amount**: exactly what is open of an item, or of the debtor's oldest items together, with or
  without his credits. It holds those items, unless the line already says whose it is: else one
  payment of 29.00 EUR would hold every subscriber.

A name counts for 180 days after the value date and an amount for 30, so that an old private
deposit does not hold everybody for ever; number and IBAN count until the line is assigned. Money
that came before the invoice was written does not pay it by its amount alone. A balance on the
debtor's account counts until it is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate, combinations
from typing import NamedTuple

from core.domain.debtor_traits import name_words
from core.domain.ledger_tokens import alphanumeric, may_name, normalised, tokens
from core.domain.model import ConnectionId, DebtorId, ItemId
from core.domain.money import Money
from core.domain.platform_records import BankLine

NAME_DAYS, AMOUNT_DAYS = 180, 30
# A payer of more words is compared as a whole only: 2 to the power of 8 groups are enough.
_MOST_WORDS = 8
# Shorter ones mean too little once hyphens and slashes are taken out of them.
_LEAST_SIGNS = 5


class How(StrEnum):
    """Why a line could pay something."""

    DEBTOR = "debtor"
    NUMBER = "number"
    IBAN = "iban"
    NAME = "name"
    AMOUNT = "amount"


# Why, for people, at the end of a sentence about the line, and what to do about it.
_ASSIGN = "bitte den Eingang auf der Plattform zuordnen"
_SET_OFF = "bitte auf der Plattform verrechnen oder auszahlen"
_WHY = {
    How.DEBTOR: "liegt als Guthaben auf seinem Kundenkonto",
    How.NUMBER: "der Verwendungszweck nennt die Rechnung",
    How.IBAN: "die IBAN ist die des Kunden",
    How.NAME: "der Zahler heißt wie der Kunde",
    How.AMOUNT: "der Betrag stimmt",
}
_DAYS = {How.NAME: NAME_DAYS, How.AMOUNT: AMOUNT_DAYS}


class Owed(NamedTuple):
    """What is open of one item, in minor units; a credit is negative."""

    item: ItemId
    number: str
    invoice_date: date | None
    due_date: date | None
    minor: int
    currency: str


class Payer(NamedTuple):
    """A debtor as he may appear on a bank statement, and what is open of him."""

    debtor: DebtorId
    name: str
    iban: str
    items: Sequence[Owed] = ()
    # His accounts by connection and external id, and those of whom he is linked with.
    accounts: frozenset[tuple[ConnectionId, str]] = frozenset()

    @property
    def owes(self) -> bool:
        return any(each.minor > 0 for each in self.items)


class Line(NamedTuple):
    """A bank line and the connection that shows it."""

    connection: ConnectionId
    line: BankLine


class Match(NamedTuple):
    """A line could pay an item of a debtor, or (``item`` None) anything of him."""

    line: Line
    debtor: DebtorId
    item: ItemId | None
    how: How

    @property
    def until(self) -> date | None:
        """Last day on which it counts; None: until the line is assigned."""
        days, on = _DAYS.get(self.how), self.line.line.on
        return None if days is None or on is None else on + timedelta(days=days)

    def counts(self, on: date) -> bool:
        return self.until is None or self.until >= on


class LineHold(NamedTuple):
    """The hold that comes of a match. ``key`` is the question that releasing it answers: this
    money does not pay that. Another amount or line is a new question.
    """

    key: str
    item: ItemId | None
    reason: str
    until: date | None


def hold_of(match: Match) -> LineHold:
    """The hold of a match, with a sentence for whoever assigns the money."""
    bank = match.line.line
    scope = "" if match.item is None else str(match.item)
    amount = f"{bank.amount.minor}{bank.amount.currency}"
    key = f"{match.line.connection}:{bank.external_id}:{amount}:{scope}"
    day = f" vom {bank.on:%d.%m.%Y}" if bank.on else ""
    payer = f" von „{bank.payer.strip()}“" if bank.payer.strip() else ""
    written = f"{bank.amount.plain()} {bank.amount.currency}".replace(".", ",")
    todo = _SET_OFF if match.how is How.DEBTOR else _ASSIGN
    reason = f"{written}{day}{payer}: {_WHY[match.how]}; {todo}"
    return LineHold(key, match.item, reason, match.until)


class BankLines:
    """Unassigned lines, so that what each debtor could have paid is found without comparing all
    lines with all debtors.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._debtors: dict[tuple[ConnectionId, str], list[Line]] = defaultdict(list)
        self._numbers: dict[str, list[Line]] = defaultdict(list)
        self._signs: dict[str, list[Line]] = defaultdict(list)
        self._ibans: dict[str, list[Line]] = defaultdict(list)
        self._names: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        self._amounts: dict[tuple[str, int], list[Line]] = defaultdict(list)
        for line in sorted(set(lines), key=lambda each: (each.connection, each.line.external_id)):
            self._add(line)

    def _add(self, line: Line) -> None:
        bank = line.line
        if bank.debtor:  # the platform says whose it is: nobody has to guess
            self._debtors[line.connection, bank.debtor].append(line)
            return
        named = set(tokens([bank.text]))
        for token in named:
            self._numbers[token].append(line)
        for signs in {alphanumeric(token) for token in named}:
            self._signs[signs].append(line)
        if bank.iban:
            self._ibans[normalised(bank.iban)].append(line)
        for words in _payers_named(bank.payer):
            self._names[words].append(line)
        self._amounts[bank.amount.currency, bank.amount.minor].append(line)

    def of(self, payer: Payer, on: date) -> list[Match]:
        """What the lines could pay of this debtor, as it counts ``on`` that day.

        Matches by amount are among them whoever the line may come from: see ``explained``.
        """
        whole = self._of_payer(payer, on)
        parts: dict[tuple[Line, ItemId], How] = {}
        for line, items in self._by_amount(payer):
            parts |= dict.fromkeys(((line, each.item) for each in items), How.AMOUNT)
        for line, owed in self._by_number(payer):
            parts[line, owed.item] = How.NUMBER
        for line, owed in self._by_debtor(payer):
            parts[line, owed.item] = How.DEBTOR
        known = {each.line for each in whole}
        found = [
            Match(line, payer.debtor, item, how)
            for (line, item), how in parts.items()
            if line not in known
        ]
        return [each for each in (*whole, *found) if payer.owes and each.counts(on)]

    def explained(self, payer: Payer, on: date) -> set[Line]:
        """Lines that are this debtor's for other reasons than their amount: nobody else's amount
        counts against them. A number alone is no reason: it may be another's customer number.
        """
        found = {each.line for each in self._of_payer(payer, on)}
        found.update(
            line
            for line, owed in self._by_number(payer)
            if line.line.amount == Money.from_minor(owed.minor, owed.currency)
        )
        return found

    def _of_payer(self, payer: Payer, on: date) -> list[Match]:
        how = dict.fromkeys(self._by_name(payer), How.NAME)
        how |= dict.fromkeys(self._by_iban(payer), How.IBAN)
        found = (Match(line, payer.debtor, None, why) for line, why in how.items())
        return [each for each in found if each.counts(on)]

    def _by_iban(self, payer: Payer) -> Sequence[Line]:
        return self._ibans.get(normalised(payer.iban), ()) if payer.iban else ()

    def _by_name(self, payer: Payer) -> Sequence[Line]:
        return self._names.get(name_words(payer.name), ()) if self._names and payer.name else ()

    def _by_debtor(self, payer: Payer) -> Iterator[tuple[Line, Owed]]:
        """Items of the line's currency only: what he owes in another goes on."""
        for account in sorted(payer.accounts) if self._debtors else ():
            for line in self._debtors.get(account, ()):
                for owed in payer.items:
                    if owed.minor > 0 and owed.currency == line.line.amount.currency:
                        yield line, owed

    def _by_number(self, payer: Payer) -> Iterator[tuple[Line, Owed]]:
        for owed in payer.items:
            number = normalised(owed.number)
            if owed.minor <= 0 or not may_name(number):
                continue
            signs = alphanumeric(number)
            found = [*self._numbers.get(number, ())]
            if len(signs) >= _LEAST_SIGNS:
                found += self._signs.get(signs, ())
            for line in dict.fromkeys(found):
                yield line, owed

    def _by_amount(self, payer: Payer) -> Iterator[tuple[Line, Sequence[Owed]]]:
        for sum_ in _sums(payer.items):
            found = self._amounts.get((sum_.currency, sum_.minor))
            if not found:
                continue
            items = sum_.items
            newest = max((each.invoice_date for each in items if each.invoice_date), default=None)
            for line in found:
                if newest is None or line.line.on is None or line.line.on >= newest:
                    yield line, items


def _payers_named(payer: str) -> set[tuple[str, ...]]:
    """The names that stand in a payer's: his own, and of a joint account each of the spouses'.

    One word alone is a name only when nothing else stands there.
    """
    words = name_words(payer)
    if len(words) > _MOST_WORDS:
        return {words}
    groups = {group for n in range(2, len(words)) for group in combinations(words, n)}
    return {words, *groups} if words else set()


class _Sum(NamedTuple):
    """What some claims come to: those from ``begin`` on, before ``end``."""

    currency: str
    minor: int
    claims: Sequence[Owed]
    begin: int
    end: int

    @property
    def items(self) -> Sequence[Owed]:
        return self.claims[self.begin : self.end]


def _sums(items: Sequence[Owed]) -> Iterator[_Sum]:
    """Amounts that somebody would pay who pays in full: each item, and the oldest together.

    The items are taken out only where a line has the amount: a customer may have thousands.
    """
    claims = sorted(
        (each for each in items if each.minor > 0),
        key=lambda each: (each.currency, each.due_date or date.max, each.item),
    )
    for currency in dict.fromkeys(each.currency for each in claims):
        own = [each for each in claims if each.currency == currency]
        credit = sum(x.minor for x in items if x.minor < 0 and x.currency == currency)
        groups = [(each.minor, n, n + 1) for n, each in enumerate(own)]
        wholes = enumerate(accumulate(each.minor for each in own), 1)
        groups += [(whole, 0, n) for n, whole in wholes if n > 1]
        for whole, begin, end in groups:
            for minor in {whole, whole + credit}:
                if minor > 0:
                    yield _Sum(currency, minor, own, begin, end)
