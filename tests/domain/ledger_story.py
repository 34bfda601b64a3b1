"""What the ledger tests are told with: postings of one debtor account, by day and euro."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from core.domain.ledger import LedgerItem, LedgerResult, LedgerRules, build_account
from core.domain.ledger_tokens import normalised
from core.domain.model import Address
from core.domain.money import Money
from core.domain.records import Balance, DebtorRecord, Posting, PostingKind

ACCOUNT = "101000000"
RULES = LedgerRules()
_ROWS = count(1)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def day(text: str) -> date:
    """``"5.1."`` is 5 January 2026; a year may follow."""
    d, m, y = text.split(".")
    return date(int(y or 2026), int(m), int(d))


def posting(kind: PostingKind, on: str, number: str, amount: str, **more) -> Posting:
    """A movement; ``amount`` is what it does to the receivable."""
    row = more.pop("row", None) or next(_ROWS)
    base = more.pop("base", eur(amount))
    return Posting(
        external_id=more.pop("id", f"p{row:06}"),
        account=more.pop("account", ACCOUNT),
        account_label="10100",
        kind=kind,
        number=number,
        item_key=normalised(number),
        booked_on=day(on),
        effect=Money(Decimal(amount), more.pop("currency", "EUR")),
        base_effect=base,
        file="EXTF_Buchungsstapel.csv",
        row=row,
        **more,
    )


def invoice(on: str, number: str, amount: str, **more) -> Posting:
    return posting(PostingKind.INVOICE, on, number, amount, **more)


def payment(on: str, number: str, amount: str, **more) -> Posting:
    return posting(PostingKind.PAYMENT, on, number, f"-{amount}", **more)


def refund(on: str, number: str, amount: str, **more) -> Posting:
    return posting(PostingKind.REFUND, on, number, amount, **more)


def credit_note(on: str, number: str, amount: str, **more) -> Posting:
    return posting(PostingKind.CREDIT_NOTE, on, number, f"-{amount}", **more)


def balance(as_of: str, number: str, outstanding: str, **more) -> Balance:
    return Balance(
        account=ACCOUNT,
        account_label="10100",
        number=number,
        item_key=normalised(number),
        as_of=day(as_of),
        outstanding=Money(Decimal(outstanding), more.pop("currency", "EUR")),
        total=more.pop("total", None),
        invoice_date=more.pop("invoice_date", None),
        due_date=more.pop("due_date", None),
        file=more.pop("file", "OPOS.csv"),
        row=more.pop("row", None) or next(_ROWS),
        **more,
    )


def master(**more) -> DebtorRecord:
    return DebtorRecord(ACCOUNT, "10100", "Muster GmbH", Address(), **more)


def build(*rows: Posting | Balance, **more) -> LedgerResult:
    return build_account(
        ACCOUNT,
        [row for row in rows if isinstance(row, Posting)],
        [row for row in rows if isinstance(row, Balance)],
        more.get("master"),
        more.get("rules", RULES),
        more.get("double_keys", frozenset()),
    )


def listed(*rows: Posting | Balance, on: str, **more) -> LedgerResult:
    """Built where the connection has an OPOS list of the day ``on``."""
    return build(*rows, rules=LedgerRules(opos_days=(day(on),)), **more)


def items(result: LedgerResult) -> dict[str, LedgerItem]:
    """Items by external id without the account."""
    found = {item.external_id.removeprefix(f"{ACCOUNT}/"): item for item in result.items}
    assert len(found) == len(result.items), "external ids must be unique"
    return found


def only(result: LedgerResult) -> LedgerItem:
    assert len(result.items) == 1, result.items
    return result.items[0]


def open_amounts(result: LedgerResult) -> dict[str, str]:
    """What is open, by external id without the account."""
    return {key: item.outstanding.plain() for key, item in items(result).items() if
            item.outstanding.amount}  # fmt: skip


def codes(result: LedgerResult) -> list[str]:
    return [problem.code for problem in result.problems]


def net(result: LedgerResult) -> Decimal:
    return sum((item.outstanding.amount for item in result.items), Decimal(0))
