"""Doctor: until when the base rate is known, and whether the present one is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from core.services.app import App

Say = Callable[[str, str], str]
_BASIS = {"de": "§ 247 BGB", "at": "§ 456 UGB"}


def examine_rates(app: App, law: str, on: date, say: Say) -> tuple[bool, str] | None:
    """Whether the base rate of ``on`` is known, and the sentence; None where the rate is fixed.

    Raises:
        ConfigError: the user's own half-years cannot be used.
    """
    table = app.rates(law)
    if table is None:
        return None
    until, basis = table.known_until, _BASIS[law]
    if on > until:
        entry = f"mahnwerk rates import --law {law} --set {until + timedelta(days=1)}=… --source …"
        return False, say(
            f"Der Basiszinssatz ({basis}) ist nur bis {until:%d.%m.%Y} bekannt. Mahnungen gehen "
            "weiter hinaus, Zinsen werden nur bis dahin berechnet. Eintragen, sobald er bekannt "
            f"ist: {entry}",
            f"The base rate ({basis}) is known only until {until}. Notices go on leaving; "
            f"interest is computed until then only. Enter it once it has been announced: {entry}",
        )
    known = say(
        f"Basiszinssatz ({basis}) bekannt bis {until:%d.%m.%Y}.",
        f"Base rate ({basis}) known until {until}.",
    )
    present = table.half_year(on)
    if present is None or present.confirmed:
        return True, known
    entry = f"mahnwerk rates import --law {law} --set {present.valid_from}=… --source …"
    return True, known + say(
        f" Der Satz ab {present.valid_from:%d.%m.%Y} ist nicht amtlich bestätigt; nachsehen und "
        f"bestätigen: {entry}",
        f" The rate from {present.valid_from} on is not officially confirmed; look it up and "
        f"confirm it: {entry}",
    )
