"""Real and invented data: a platform may keep them apart by its keys, a creditor has only one kind.

An invented invoice in a real run would be a letter about nothing, and a real one among the invented
would never be dunned. A platform that knows no such difference is never refused.
"""

from __future__ import annotations

from typing import NamedTuple

from core.domain.model import Connection, Creditor, CreditorId
from core.domain.platform_records import LIVE, TEST
from core.errors import ConfigError, UsageError
from core.ports import Tx
from core.services.connection_state import mode

_WORDS = {LIVE: ("Echtdaten", "live data"), TEST: ("Testdaten", "test data")}
_KEYS = {LIVE: ("ein Live-Schlüssel", "a live key"), TEST: ("ein Testschlüssel", "a test key")}


class Moded(NamedTuple):
    """A connection and the mode of its key; "" where its platform has none."""

    connection: Connection
    mode: str


def modes(tx: Tx, creditor: CreditorId) -> list[Moded]:
    """Every connection of the creditor with its mode, as the platform said it last."""
    return [
        Moded(each, mode(tx.connections.cursors(creditor, each.id)))
        for each in tx.connections.all(creditor)
    ]


def mode_words(found: str) -> tuple[str, str]:
    """For people (German, English); "" for a platform without modes."""
    return _WORDS.get(found, ("", ""))


def refuse_mixing(tx: Tx, creditor: Creditor, connection: Connection, wanted: str) -> None:
    """A key of that mode for this connection, which may be new.

    Raises:
        UsageError: the connection, or another of the creditor, has data of the other kind, or he
            is live and the key is a test key.
    """
    if not wanted:
        return
    known = modes(tx, creditor.id)
    own = next((each.mode for each in known if each.connection.id == connection.id), "")
    if own not in ("", wanted):
        raise _other_kind(connection, wanted, own)
    if wanted == TEST and creditor.live:
        raise UsageError(
            f"Der Mandant „{creditor.id}“ ist live und mahnt; ein Testschlüssel gehört nicht zu ihm. "
            "Den Live-Schlüssel eingeben, oder zum Probieren einen eigenen Mandanten anlegen: "
            "mahnwerk init --creditor test --set name=…",
            en=f"The creditor {creditor.id!r} is live and duns; a test key is not for him. Enter the "
            "live key, or set up a creditor of its own for trying: "
            "mahnwerk init --creditor test --set name=…",
        )
    rival = next((each for each in known if each.mode not in ("", wanted)), None)
    if rival is not None:
        raise _other_kind(rival.connection, wanted, rival.mode)


def _other_kind(connection: Connection, wanted: str, has: str) -> UsageError:
    (key_de, key_en), (has_de, has_en) = _KEYS[wanted], _WORDS[has]
    return UsageError(
        f"Das ist {key_de}, die Anbindung „{connection.name}“ hat {has_de}; beides steht nie bei "
        "einem Mandanten. Dafür einen eigenen anlegen: mahnwerk init --creditor … --set name=…, "
        f"dann mahnwerk --creditor … connect {connection.platform}",
        en=f"This is {key_en}, the connection {connection.name} has {has_en}; one creditor never "
        "has both. Set up one of its own: mahnwerk init --creditor … --set name=…, then "
        f"mahnwerk --creditor … connect {connection.platform}",
    )


def refuse_test_data(tx: Tx, creditor: CreditorId) -> None:
    """Before real letters leave.

    Raises:
        ConfigError: a connection has test data.
    """
    names = [each.connection.name for each in modes(tx, creditor) if each.mode == TEST]
    if names:
        listed = ", ".join(names)
        raise ConfigError(
            f"{listed}: Testdaten; darüber geht keine Mahnung hinaus. Für den Betrieb einen eigenen "
            "Mandanten anlegen und mit dem Live-Schlüssel verbinden: mahnwerk init --creditor … "
            "--set name=…",
            en=f"{listed}: test data; no notice about it leaves. For real use set up a creditor of "
            "its own and connect it with the live key: mahnwerk init --creditor … --set name=…",
        )
