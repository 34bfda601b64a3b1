"""When each connection is read next, for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from shlex import quote
from zoneinfo import ZoneInfo

from cli.call import Call, say
from cli.i18n import language
from core.services.polling import Pace, Poll


def tell_polls(call: Call, polls: Sequence[Poll]) -> None:
    zone = ZoneInfo(call.creditor.profile.zone)
    for poll in polls:
        name, at = poll.connection.name, _moment(poll.at.astimezone(zone))
        de, en = _why(poll)
        say(f"{name}: nächster Abruf {at}{de}.", f"{name}: read next at {at}{en}.")


def _why(poll: Poll) -> tuple[str, str]:
    """The end of the sentence, when it is not the usual interval (German, English)."""
    if poll.pace is Pace.WAITING:
        return (
            ", öfter als sonst, weil freigegebene Mahnungen warten",
            ", more often than usual, as approved notices wait",
        )
    if poll.pace is Pace.THROTTLED:
        return (
            ", weil die Plattform um eine Pause gebeten hat",
            ", as the platform asked for a pause",
        )
    return _after_failures(poll) if poll.failures else ("", "")


def _after_failures(poll: Poll) -> tuple[str, str]:
    name, number = quote(poll.connection.name), poll.failures
    de = "einem Fehler" if number == 1 else f"{number} Fehlern in Folge"
    en = "a failure" if number == 1 else f"{number} failures in a row"
    mend_de = mend_en = ""
    if poll.pace is Pace.REFUSED:
        key = f"mahnwerk connect {poll.connection.platform} --name {name} --set api_key=-"
        mend_de, mend_en = f"Neuer Schlüssel: {key}. ", f"A new key: {key}. "
    return (
        f", nach {de}. {mend_de}Gleich versuchen: mahnwerk sync {name}",
        f", after {en}. {mend_en}Try at once: mahnwerk sync {name}",
    )


def _moment(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M}" if language() == "de" else f"{at:%Y-%m-%d %H:%M}"
