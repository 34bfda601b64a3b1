"""Settings of a connection: which a platform takes, and whether a value can be one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from core.domain.model import CreditorId, Role
from core.errors import NotSupported, UsageError
from core.ports import Platform, PlatformSetting
from core.services.app import App
from core.services.lookup import creditor_of

API_BASE = "api_base"  # architecture §6: overrides the platform's address
ACCOUNT = "account"  # for which of several accounts the key acts, where it may act for several
# What every connection has, whatever its platform.
COMMON = ("role", "start_level")
# What every connection has that Mahnwerk reads by itself.
POLL_MINUTES = "poll_minutes"
LIVE = (*COMMON, POLL_MINUTES)
# Setting -> values that it takes, or the form it must have: of a platform that is read from files.
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
FILE_SETTINGS = (*CHOICES, *FORMS, *NUMBERS)
_MAX_DAYS = 365
_MAX_MINUTES = 24 * 60
_THIS_MACHINE = re.compile(r"localhost|127\.[0-9.]+")


class Given(NamedTuple):
    """Checked settings of a command: to be stored readable, and to be stored encrypted.

    ``plain`` with "" takes a setting back to the platform's own value, ``secret`` with "" forgets
    one that is optional.
    """

    plain: dict[str, str]
    secret: dict[str, str]

    def __repr__(self) -> str:
        return f"Given({self.plain!r}, secret={sorted(self.secret)})"


def known_platforms(app: App) -> list[str]:
    """All platforms that a connection can be made to."""
    return sorted({*app.files, *app.platforms.all})


def setting_names(app: App, platform: str) -> tuple[str, ...]:
    """The settings that a connection to the platform takes."""
    live = app.platforms.all.get(platform)
    if live is None:
        return FILE_SETTINGS
    return (*LIVE, *(each.name for each in live.settings))


def check_settings(
    app: App, creditor: CreditorId, platform: str, settings: Mapping[str, str]
) -> Given:
    """The settings as they are stored.

    Raises:
        NotSupported: there is no such platform.
        UsageError: unknown setting or wrong value; a secret's value is never repeated.
    """
    live = app.platforms.all.get(platform)
    if live is None and platform not in app.files:
        listed = ", ".join(known_platforms(app))
        raise NotSupported(
            f"Die Plattform „{platform}“ gibt es nicht. Vorhanden: {listed}",
            en=f"There is no platform {platform!r}. There are: {listed}",
        )
    own = {each.name: each for each in live.settings} if live else {}
    given = Given({}, {})
    for key, value in settings.items():
        if key not in setting_names(app, platform):
            raise _no_such_setting(app, platform, key)
        setting = own.get(key)
        if setting is None:
            given.plain[key] = _common(app, creditor, key, value)
        elif setting.secret:
            back = setting.optional and not value.strip()
            given.secret[key] = "" if back else _of_platform(setting, value)
        else:
            given.plain[key] = _of_platform(setting, value) if value.strip() else ""
    return given


def check_together(platform: Platform, settings: Mapping[str, str]) -> None:
    """Refuses what would do nothing without another setting.

    Raises:
        UsageError: names both.
    """
    for each in platform.settings:
        if not each.only_with or platform.value(settings, each.name) != "yes":
            continue
        if platform.value(settings, each.only_with) != "yes":
            raise UsageError(
                f"{each.name}=yes wirkt nur mit {each.only_with}=yes. Beides angeben: --set "
                f"{each.only_with}=yes --set {each.name}=yes; sonst --set {each.name}=no",
                en=f"{each.name}=yes works only with {each.only_with}=yes. Give both: --set "
                f"{each.only_with}=yes --set {each.name}=yes; otherwise --set {each.name}=no",
            )


def _no_such_setting(app: App, platform: str, key: str) -> UsageError:
    listed = ", ".join(setting_names(app, platform))
    return UsageError(
        f"Die Einstellung „{key}“ gibt es nicht. Möglich: {listed}",
        en=f"There is no setting {key!r}. Possible: {listed}",
    )


def _common(app: App, creditor: CreditorId, key: str, value: str) -> str:
    if key in CHOICES:
        return _chosen(key, value, CHOICES[key])
    if key in FORMS:
        form, example = FORMS[key]
        if not form.fullmatch(value):
            raise _not_the_form(key, example)
        return value
    if key == POLL_MINUTES and not value.strip():
        return ""  # back to the usual interval
    low, high = _span(app, creditor, key)
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise UsageError(
            f"{key}: eine ganze Zahl von {low} bis {high}.",
            en=f"{key}: a whole number from {low} to {high}.",
        )
    return str(int(value))


def _span(app: App, creditor: CreditorId, key: str) -> tuple[int, int]:
    if key == "default_due_days":
        return 0, _MAX_DAYS
    return (1, _MAX_MINUTES) if key == POLL_MINUTES else (1, _levels(app, creditor))


def _of_platform(setting: PlatformSetting, value: str) -> str:
    value = value.strip()
    if setting.choices:
        return _chosen(setting.name, value, setting.choices)
    if not re.fullmatch(setting.form, value):
        raise _not_the_form(setting.name, setting.example)
    if setting.name == API_BASE:
        return _address(value)
    return value


def _address(value: str) -> str:
    """The address without a slash at its end; a key must not travel readable."""
    parts = urlsplit(value)
    # The client of every connector refuses it too; here it is said before anything is asked.
    if parts.scheme == "http" and not _THIS_MACHINE.fullmatch(parts.hostname or ""):
        raise UsageError(
            f"{API_BASE}: über http ginge der Schlüssel lesbar durch das Netz. https angeben; http "
            "ist nur auf diesem Rechner erlaubt.",
            en=f"{API_BASE}: over http the key would travel readable. Give https; http is allowed "
            "on this machine only.",
        )
    return value.rstrip("/")


def _not_the_form(key: str, example: str) -> UsageError:
    return UsageError(
        f"{key}: erwartet wird die Form {example}.", en=f"{key}: the expected form is {example}."
    )


def _chosen(key: str, value: str, choices: tuple[str, ...]) -> str:
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
