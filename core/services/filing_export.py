"""A filing as a spreadsheet: the claims, how their interest was computed, and what to mind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from core.domain.charges import FEE
from core.domain.money import Money
from core.domain.reasons import is_english
from core.errors import UsageError
from core.ports import SheetOf
from core.services.app import App
from core.services.filing import Filing
from core.services.saving import save
from core.services.wording import charge_title

Row = tuple[str | int | date | Money | None, ...]
_CLAIMS = (
    ("Rechnung", "Invoice"),
    ("Forderungsgrund", "Ground"),
    ("Rechnungsdatum", "Invoice date"),
    ("Fällig", "Due"),
    ("Verzug seit", "In default since"),
    ("Verzug durch", "Default by"),
    ("Hauptforderung", "Principal"),
    ("Zinsen", "Interest"),
    ("Zinsen bis", "Interest to"),
    ("Kosten", "Costs"),
    ("Zusammen", "Total"),
)
_SEGMENTS = (
    ("Rechnung", "Invoice"),
    ("Von", "From"),
    ("Bis", "To"),
    ("Tage", "Days"),
    ("Basiszinssatz %", "Base rate %"),
    ("Zinssatz %", "Rate %"),
    ("Aus", "Principal"),
    ("Zinsen", "Interest"),
)


def export_filing(app: App, found: Filing, path: Path, *, on: date, language: str) -> None:
    """Writes the filing as .xlsx.

    Raises:
        UsageError: another ending, or the file cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise UsageError(
            f"„{path.name}“: möglich ist .xlsx.", en=f"{path.name}: .xlsx is possible."
        )
    content = app.renderer.workbook(_tables(found, language), language, on)
    save(path, content)


def _tables(found: Filing, language: str) -> tuple[SheetOf, ...]:
    english = is_english(language)

    def head(columns: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        return tuple(column[english] for column in columns)

    titles = ("Claims", "Interest", "Notes") if english else ("Forderungen", "Zinsen", "Hinweise")
    claims = SheetOf(titles[0], head(_CLAIMS), (*_claims(found), *_rest(found, language)))
    segments = SheetOf(titles[1], head(_SEGMENTS), _segments(found))
    opened = ("Opened on", "Interest to") if english else ("Eröffnet am", "Zinsen bis")
    notes: tuple[Row, ...] = (
        (found.debtor, found.account),
        (opened[0], found.opened),
        (opened[1], found.interest_until),
        *((hint,) for hint in found.hints),
    )
    return (claims, segments, SheetOf(titles[2], (titles[2], ""), notes))


def _claims(found: Filing) -> tuple[Row, ...]:
    return tuple(
        (
            claim.number,
            claim.ground,
            claim.invoice_date,
            claim.due_date,
            claim.default_since,
            claim.default_text,
            claim.principal,
            claim.interest,
            claim.interest_until,
            claim.costs,
            claim.total,
        )
        for claim in found.claims
    )


def _rest(found: Filing, language: str) -> tuple[Row, ...]:
    """Fees that belong to no single claim, and a sum for each currency."""
    fee_name = charge_title(FEE, language)
    sum_name = "Sum" if is_english(language) else "Summe"
    blank: Row = (None,) * 4
    fees: tuple[Row, ...] = tuple(
        (fee_name, fee.basis, fee.since, *blank[:3], None, None, None, fee.amount, fee.amount)
        for fee in found.fees
    )
    sums: tuple[Row, ...] = tuple(
        (sum_name, each.currency, *blank, each.principal, each.interest, None, each.costs,
         each.total)
        for each in found.sums
    )  # fmt: skip
    return fees + sums


def _segments(found: Filing) -> tuple[Row, ...]:
    return tuple(
        (
            claim.number,
            each.start,
            each.end,
            each.days,
            "" if each.base_rate is None else str(each.base_rate),
            str(each.rate),
            each.principal,
            each.amount,
        )
        for claim in found.claims
        for each in claim.segments
    )
