"""HTTP status -> error by who must act, with the operator's sentences (style §5.5), as data.

A platform with a meaning of its own for a status explains it in its connector; this is the rest.
"""

from __future__ import annotations

from typing import NamedTuple

from core.errors import (
    AuthFailed,
    ConnectorError,
    NotFound,
    NotSupported,
    RateLimited,
    Rejected,
    Unreachable,
)


class Row(NamedTuple):
    statuses: range
    error: type[ConnectorError]
    de: str
    en: str


def _only(status: int) -> range:
    return range(status, status + 1)


_DOWN = (
    "{connector} meldet eine Störung ({status}). Es ging nichts verloren; bitte später versuchen.",
    "{connector} reports a failure ({status}). Nothing was lost; please try again later.",
)

# The first row that a status is in; every status other than 2xx is in one.
BY_STATUS: tuple[Row, ...] = (
    # Never followed: the key would go along to wherever the answer points.
    Row(
        range(100, 400),
        Rejected,
        "{connector} verweist auf eine andere Adresse ({status}); der Schlüssel wird nicht dorthin "
        "geschickt. Bitte die Adresse (api_base) der Anbindung prüfen.",
        "{connector} points to another address ({status}); the key is not sent there. Please check "
        "the address (api_base) of the connection.",
    ),
    Row(
        _only(401),
        AuthFailed,
        "{connector} nimmt den Schlüssel nicht an (401): er ist falsch, abgelaufen oder gesperrt. "
        "Bitte einen neuen anlegen und mit mahnwerk connect {connector} hinterlegen.",
        "{connector} does not accept the key (401): it is wrong, expired or revoked. Please make a "
        "new one and store it with mahnwerk connect {connector}.",
    ),
    Row(
        _only(403),
        AuthFailed,
        "{connector} verweigert den Zugriff (403): dem Schlüssel fehlt ein Recht, oder die Adresse "
        "(api_base) stimmt nicht. Bitte einen Schlüssel mit allen Rechten anlegen und mit mahnwerk "
        "connect {connector} hinterlegen.",
        "{connector} denies access (403): the key lacks a right, or the address (api_base) is wrong. "
        "Please make a key with all rights and store it with mahnwerk connect {connector}.",
    ),
    Row(
        _only(404),
        NotFound,
        "{connector} hat diesen Datensatz nicht (404). Wurde er dort gelöscht, übernimmt mahnwerk "
        "sync das.",
        "{connector} does not have this record (404). If it was deleted there, mahnwerk sync takes "
        "that over.",
    ),
    Row(_only(408), Unreachable, *_DOWN),
    Row(
        _only(429),
        RateLimited,
        "{connector} bekommt zu viele Anfragen und bittet zu warten. Bitte später noch einmal "
        "versuchen; es geht dort weiter, wo aufgehört wurde.",
        "{connector} gets too many requests and asks to wait. Please try again later; it goes on "
        "where it stopped.",
    ),
    Row(
        range(400, 500),
        Rejected,
        "{connector} lehnt die Anfrage ab ({status}){said}. Bitte den Beleg dort prüfen; bleibt es "
        "dabei, bitte als Fehler von Mahnwerk melden.",
        "{connector} rejects the request ({status}){said_en}. Please check the document there; if it "
        "stays so, please report it as a fault of Mahnwerk.",
    ),
    Row(
        _only(501),
        NotSupported,
        "{connector} kann diese Anfrage nicht bedienen (501). Bitte die Adresse (api_base) prüfen.",
        "{connector} cannot serve this request (501). Please check the address (api_base).",
    ),
    Row(range(500, 1000), Unreachable, *_DOWN),
)
