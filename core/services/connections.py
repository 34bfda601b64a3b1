"""Connections (Anbindungen): setting up one, and changing what it settles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from core.domain.model import Connection, CreditorId, Role
from core.errors import NotSupported, UsageError
from core.ports import Tx
from core.services.app import App
from core.services.lookup import creditor_of
from core.services.recompute import recompute

# Setting -> values that a file connection takes for it, or the form they must have.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "role": tuple(Role),
    "currency": ("base", "input"),
    "chart": ("SKR03", "SKR04"),
}
_ACCOUNTS = re.compile(r"\d{1,4}(-\d{1,4})?(,\s*\d{1,4}(-\d{1,4})?)*")
FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "list_currency": (re.compile(r"[A-Z]{3}"), "EUR"),
    "account_length": (re.compile(r"[4-8]"), "4"),
    **{
        f"{kind}_accounts": (_ACCOUNTS, "1200-1210,1250")
        for kind in ("bank", "money", "revenue", "write_off", "opening")
    },
}
NUMBERS = ("default_due_days", "start_level")
SETTINGS = (*CHOICES, *FORMS, *NUMBERS)
# What the ledger is computed with: a change recomputes all accounts.
_OF_LEDGER = ("currency", "default_due_days")
_NAME = re.compile(r"[^\s:\x00-\x1f][^:\x00-\x1f]{0,78}")
_MAX_DAYS = 365


def connect(
    app: App,
    creditor: CreditorId,
    platform: str,
    name: str | None,
    settings: Mapping[str, str],
    *,
    by: str,
    on: date,
) -> Connection:
    """Makes the connection of that name, or changes the given settings of it.

    Raises:
        NotSupported: there is no such platform.
        UsageError: unknown setting, wrong value, or a name that is taken or cannot be one.
    """
    if platform not in app.files:
        known = ", ".join(sorted(app.files))
        raise NotSupported(
            f"Die Plattform „{platform}“ gibt es nicht. Vorhanden: {known}",
            en=f"There is no platform {platform!r}. There are: {known}",
        )
    checked = {key: _checked(app, creditor, key, value) for key, value in settings.items()}
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        old = _found(tx, creditor, platform, name)
        new = old or tx.connections.add(
            creditor, platform, _checked_name(name or platform), Role.LEADING, "", on
        )
        role = Role(checked.pop("role", new.role))
        changed = replace(new, role=role, settings={**new.settings, **checked})
        tx.connections.save(creditor, changed)
        if any(changed.settings.get(key) != new.settings.get(key) for key in _OF_LEDGER):
            recompute(tx, creditor, changed, None, on=on, at=app.clock.now())
        payload = {"name": changed.name, "by": by, "settings": {**checked, "role": role}}
        kind = "connection_changed" if old else "connected"
        tx.events.append(creditor, kind, {"connection": changed.id}, payload, app.clock.now())
    return changed


def _found(tx: Tx, creditor: CreditorId, platform: str, name: str | None) -> Connection | None:
    if name is not None:
        found = tx.connections.by_name(creditor, name)
        if found is not None and found.platform != platform:
            raise UsageError(
                f"„{name}“ ist schon eine Anbindung an {found.platform}.",
                en=f"{name!r} is a connection to {found.platform} already.",
            )
        return found
    same = [c for c in tx.connections.all(creditor) if c.platform == platform]
    if len(same) > 1:
        listed = ", ".join(c.name for c in same)
        raise UsageError(
            f"Mehrere Anbindungen; eine angeben mit --name: {listed}",
            en=f"There are several connections; name one with --name: {listed}",
        )
    return same[0] if same else None


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"„{name}“ geht nicht als Name einer Anbindung: bis zu 79 Zeichen, kein Doppelpunkt.",
            en=f"{name!r} cannot be the name of a connection: up to 79 characters, no colon.",
        )
    return name


def _checked(app: App, creditor: CreditorId, key: str, value: str) -> str:
    if key not in SETTINGS:
        known = ", ".join(SETTINGS)
        raise UsageError(
            f"Die Einstellung „{key}“ gibt es nicht. Möglich: {known}",
            en=f"There is no setting {key!r}. Possible: {known}",
        )
    if key in CHOICES:
        return _chosen(key, value)
    if key in FORMS:
        form, example = FORMS[key]
        if not form.fullmatch(value):
            raise UsageError(
                f"{key}: erwartet wird die Form {example}.",
                en=f"{key}: the expected form is {example}.",
            )
        return value
    low, high = (0, _MAX_DAYS) if key == "default_due_days" else (1, _levels(app, creditor))
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise UsageError(
            f"{key}: eine ganze Zahl von {low} bis {high}.",
            en=f"{key}: a whole number from {low} to {high}.",
        )
    return str(int(value))


def _chosen(key: str, value: str) -> str:
    choices = CHOICES[key]
    found = next((each for each in choices if each.casefold() == value.casefold()), None)
    if found is None:
        raise UsageError(
            f"{key}: möglich sind {', '.join(choices)}.",
            en=f"{key}: possible are {', '.join(choices)}.",
        )
    return found


def _levels(app: App, creditor: CreditorId) -> int:
    """Levels of the creditor's own procedure."""
    with app.store.read() as tx:
        profile = creditor_of(tx, creditor).profile
    return len(app.procedure(profile.procedure).levels)
