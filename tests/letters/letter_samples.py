"""Invented creditors, debtors and notices for the tests and the benchmark of letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from core.domain.model import (
    Address,
    Automation,
    Charge,
    ConnectionId,
    Creditor,
    CreditorId,
    CreditorProfile,
    Debtor,
    DebtorId,
    ItemId,
    ItemKind,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeLine,
    NoticeState,
    RunId,
)
from core.domain.money import Money, total
from core.ports import LetterContext

ISSUED = date(2026, 11, 23)
DEADLINE = date(2026, 12, 7)
LEVEL_TEXTS = {1: "reminder", 2: "first", 3: "second", 4: "final"}
IBAN = "DE89370400440532013000"  # the textbook example
ARCHIVE = "archiv@muster-handwerk.example"


def creditor(*, live: bool = True, **changes: str) -> Creditor:
    values: dict[str, str] = {
        "name": "Muster Handwerk GmbH",
        "street": "Musterstraße 12",
        "postcode": "80331",
        "city": "München",
        "legal_form": "GmbH",
        "register_court": "Amtsgericht München",
        "register_number": "HRB 000001",
        "managers": "Erika Mustermann, Max Mustermann",
        "seat": "München",
        "vat_id": "DE000000001",
        "phone": "089 000000-0",
        "email": "post@muster-handwerk.example",
        "website": "www.muster-handwerk.example",
        "contact": "Erika Mustermann",
        "iban": IBAN,
        "bic": "COBADEFFXXX",
        "bank": "Musterbank",
        "mail_from": "mahnung@muster-handwerk.example",
        "archive_to": ARCHIVE,
    }
    return Creditor(CreditorId("muster"), CreditorProfile(**{**values, **changes}), live=live)  # type: ignore[arg-type]


def debtor(**changes: object) -> Debtor:
    values: dict[str, object] = {
        "id": DebtorId(7),
        "connection": ConnectionId(1),
        "external_id": "10001",
        "label": "10001",
        "name": "Beispiel Bau AG",
        "address": Address(
            name="Beispiel Bau AG",
            lines=("Frau Dr. Petra Probe",),
            street="Beispielweg 3",
            postcode="10115",
            city="Berlin",
        ),
        "email": "rechnung@beispiel-bau.example",
    }
    return Debtor(**{**values, **changes})  # type: ignore[arg-type]


def line(
    n: int,
    outstanding: str,
    *,
    of: str | None = None,
    level: int = 1,
    currency: str = "EUR",
    kind: ItemKind = ItemKind.INVOICE,
    number: str | None = None,
) -> NoticeLine:
    issued = date(2026, 9, 1) + timedelta(days=n % 30)
    return NoticeLine(
        item=ItemId(n),
        number=f"RE-2026-{n:04d}" if number is None else number,
        kind=kind,
        invoice_date=issued,
        due_date=issued + timedelta(days=14),
        total=Money(Decimal(of or outstanding), currency),
        outstanding=Money(Decimal(outstanding), currency),
        level=level,
        cycle=1,
    )


def notice(lines: Sequence[NoticeLine], **changes: object) -> Notice:
    currency = lines[0].outstanding.currency
    charges: tuple[Charge, ...] = changes.pop("charges", ())  # type: ignore[assignment]
    values: dict[str, object] = {
        "id": NoticeId(42),
        "run": RunId(5),
        "debtor": DebtorId(7),
        "kind": NoticeKind.NOTICE,
        "currency": currency,
        "procedure": "standard",
        "procedure_version": "v1",
        "level": max(entry.level for entry in lines),
        "lines": tuple(lines),
        "charges": charges,
        "total": total(
            [entry.outstanding for entry in lines]
            + [charge.amount for charge in charges if charge.demanded],
            currency,
        ),
        "channels": ("email", "letter"),
        "automation": Automation.APPROVE,
        "issue_date": ISSUED,
        "deadline": DEADLINE,
        "state": NoticeState.APPROVED,
    }
    return Notice(**{**values, **changes})  # type: ignore[arg-type]


def five_items() -> list[NoticeLine]:
    return [
        line(1, "1190.00"),
        line(2, "357.50", of="857.50"),
        line(3, "89.25"),
        line(4, "2380.00"),
        line(5, "44.03"),
    ]


def context(
    lines: Sequence[NoticeLine] | None = None,
    *,
    owed_to: Creditor | None = None,
    owed_by: Debtor | None = None,
    text: str | None = None,
    test_mode: bool = False,
    **changes: object,
) -> LetterContext:
    message = notice(lines or five_items(), **changes)
    return LetterContext(
        creditor=owed_to or creditor(),
        debtor=owed_by or debtor(),
        notice=message,
        text=text or LEVEL_TEXTS[message.level],
        final_level=message.level == 4,
        test_mode=test_mode,
        level_texts=LEVEL_TEXTS,
    )
