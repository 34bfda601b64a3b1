"""Whose account a token opens, and what speaks against using it (§1.7). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors._values import FieldError, Json, child, text
from connectors.sevdesk.values import ref
from core.domain.platform_records import AccountInfo

OLD, NEW = "1.0", "2.0"


def parse_account(version: str, users: Sequence[Json], others: Sequence[Json] = ()) -> AccountInfo:
    """The tenant behind a token.

    Args:
        version: of the bookkeeping system, "" when sevDesk does not say.
        users: rows of /SevUser, which is not documented.
        others: any rows of the tenant (CheckAccount, Contact …): each names its ``sevClient``.

    Raises:
        FieldError: nothing names the tenant.

    """
    rows = [*users, *others]
    tenant = next((row for row in rows if ref(row, "sevClient")), None)
    if tenant is None:
        raise FieldError("sevClient", "fehlt")
    id_ = ref(tenant, "sevClient")
    names = (text(child(row, "sevClient"), "name") for row in rows)
    facts = {"bookkeeping_system": version, "users": str(len(users)) if users else ""}
    return AccountInfo(
        id_,
        next((name for name in names if name), f"sevDesk-Konto {id_}"),
        {name: found for name, found in facts.items() if found},
        tuple(_warnings(version)),
    )


def tenant_days(rows: Sequence[Json]) -> int | None:
    """The tenant's own time to pay, where an answer shows ``sevClient`` in full (§2.2)."""
    found = (text(child(row, "sevClient"), "invoiceTimeToPay") for row in rows)
    return next((int(days) for days in found if days.isdigit() and len(days) < 5), None)


def _warnings(version: str) -> Iterator[tuple[str, str]]:
    if version == NEW:
        de = (
            "Das Konto bucht nach „sevDesk 2.0“: Mahnungen in sevDesk können dort keine Mahngebühr "
            "tragen. Mahnwerk fordert Gebühren in seinen eigenen Schreiben."
        )
        en = (
            "The account keeps its books by “sevDesk 2.0”: reminders in sevDesk cannot bear a fee "
            "there. Mahnwerk demands fees in its own letters."
        )
        yield de, en
    elif version != OLD:
        de = (
            f"Die Version „{version[:20]}“ des Buchhaltungssystems kennt Mahnwerk nicht. Bitte die "
            "ersten Rechnungen und Beträge prüfen und Mahnwerk aktualisieren."
        )
        en = (
            f"Mahnwerk does not know version {version[:20]!r} of the bookkeeping system. Please "
            "check the first invoices and amounts, and update Mahnwerk."
        )
        yield de, en
