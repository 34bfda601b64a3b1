"""Parameters: days and amounts as people write them in German and English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import click

from cli.i18n import tr
from core.errors import UsageError

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]{1,2})?")
_GERMAN = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}")
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}")
_NUMBER = re.compile(r"[0-9]{1,18}")  # what a BIGINT holds
YEARS = range(1900, 2200)  # everything else is a slip, and counting on from it leads nowhere
MOST = Decimal(10) ** 12  # a thousand billion, far inside what the tables hold


def day_value(text: str) -> date:
    """2026-11-22 or 22.11.2026.

    Raises:
        click.BadParameter: anything else, or a year that nobody means.
    """
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 — a day, no instant
        except ValueError:
            continue
        if found.year in YEARS:
            return found
        raise click.BadParameter(
            tr(
                f"„{text}“ liegt außerhalb; möglich sind die Jahre {YEARS[0]} bis {YEARS[-1]}.",
                f"{text!r} is out of range; possible are the years {YEARS[0]} to {YEARS[-1]}.",
            )
        )
    raise click.BadParameter(
        tr(
            f"„{text}“ ist kein Tag; so: 2026-11-22 oder 22.11.2026.",
            f"{text!r} is not a day; write 2026-11-22 or 22.11.2026.",
        )
    )


def amount_value(text: str) -> Decimal:
    """1190.00, 1190,00 or 1.190,00; what could mean two amounts (1.190) is refused.

    Raises:
        click.BadParameter: no amount, not a clear one, or more than there is.
    """
    found = _amount(text.strip())
    if found is None:
        raise click.BadParameter(
            tr(
                f"„{text}“ ist kein eindeutiger Betrag; so: 1190,00 oder 1190.00.",
                f"{text!r} is not a clear amount; write 1190.00 or 1190,00.",
            )
        )
    if found >= MOST:
        raise click.BadParameter(
            tr(
                f"„{text}“ ist zu viel; möglich sind höchstens zwölf Stellen vor dem Komma.",
                f"{text!r} is too much; at most twelve digits before the point are possible.",
            )
        )
    return found


def _amount(plain: str) -> Decimal | None:
    if _PLAIN.fullmatch(plain):
        return Decimal(plain.replace(",", "."))
    if _GERMAN.fullmatch(plain):
        return Decimal(plain.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    return None


def number_value(text: str) -> int:
    """The number of a run, a notice, a charge or a task.

    Raises:
        click.BadParameter: anything else, or more than a table can hold.
    """
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        raise click.BadParameter(
            tr(f"„{text}“ ist keine Nummer; so: 12.", f"{text!r} is not a number; write 12.")
        )
    return int(plain)


def pairs(given: tuple[str, ...]) -> dict[str, str]:
    """``("name=Muster GmbH", …)`` as a mapping; a name given twice keeps the last value.

    Raises:
        UsageError: a part without ``=``.
    """
    found: dict[str, str] = {}
    for part in given:
        name, sign, value = part.partition("=")
        if not sign or not name.strip():
            raise UsageError(
                f"„{part}“ hat nicht die Form FELD=WERT.",
                en=f"{part!r} does not have the form FIELD=VALUE.",
            )
        found[name.strip()] = value
    return found


def evidence_option(function: Decorated) -> Decorated:
    """``--evidence``: where the facts that a command sets come from."""
    return click.option(
        "--evidence",
        "evidence_text",
        default="",
        metavar=tr("TEXT", "TEXT"),
        help=tr(
            "Woher die Angabe stammt, etwa „AGB § 4“; sonst, wer sie wann machte.",
            "Where the fact comes from, such as a contract; else who told it, and when.",
        ),
    )(function)
