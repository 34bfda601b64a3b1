"""What the user sets on a debtor; it survives every sync."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.domain.model import CreditorId, Debtor, DebtorType
from core.errors import UsageError
from core.services.app import App
from core.services.lookup import creditor_of, debtor_named
from core.services.wording import day

FIELDS = ("email", "language", "type", "type_evidence", "procedure", "salutation", "land")
LANGUAGES = ("de", "en")


def set_debtor(
    app: App, creditor: CreditorId, text: str, fields: Mapping[str, str], *, by: str, on: date
) -> Debtor:
    """Overrides fields of the named debtor; an empty value takes the override away.

    Raises:
        UsageError: unknown debtor or field, or a value that the field cannot take.
        ConfigError: the procedure does not exist.
    """
    for name, value in fields.items():
        _check(app, name, value)
    if fields.get("type") and not fields.get("type_evidence"):
        told = app.say(f"angegeben von {by} am", f"told by {by} on")
        fields = {**fields, "type_evidence": f"{told} {day(on, app.language)}"}
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        debtor = debtor_named(tx, creditor, text)
        merged = {**tx.debtors.overrides(creditor, debtor.id), **fields}
        tx.debtors.save_overrides(creditor, debtor.id, {k: v for k, v in merged.items() if v})
        tx.events.append(
            creditor,
            "debtor_set",
            {"debtor": debtor.id},
            {"fields": dict(fields), "by": by},
            app.clock.now(),
        )
        changed = tx.debtors.get(creditor, debtor.id)
    return changed or debtor


def _check(app: App, name: str, value: str) -> None:
    if name not in FIELDS:
        raise UsageError(
            f"Feld „{name}“ gibt es nicht. Möglich: {', '.join(FIELDS)}",
            en=f"There is no field {name}. Possible: {', '.join(FIELDS)}",
        )
    if not value:
        return
    if name == "language" and value not in LANGUAGES:
        raise UsageError(
            f"language: möglich sind {', '.join(LANGUAGES)}.",
            en=f"language: possible are {', '.join(LANGUAGES)}.",
        )
    if name == "type" and value not in tuple(DebtorType):
        raise UsageError(
            f"type: möglich sind {', '.join(DebtorType)}.",
            en=f"type: possible are {', '.join(DebtorType)}.",
        )
    if name == "procedure":
        app.procedure(value)
    if name == "email":
        app.check_email(value)
