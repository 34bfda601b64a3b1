"""Tokens of the read-only API: signed JWTs that a creditor's own tools carry.

HS256 with a secret of the creditor, which is made with his first token and kept encrypted. Nothing
in a token chooses how it is checked: algorithm, issuer, audience and creditor are pinned here, and
a token that is not in the creditor's own list, or was revoked there, opens nothing.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeGuard

from core.domain.model import CreditorId
from core.errors import AuthFailed, UsageError
from core.ports import ApiToken, Tx
from core.services.app import App
from core.services.lookup import creditor_of

SCOPES = ("items:read", "proposals:read", "verdicts:read")
ISSUER, AUDIENCE, ALGORITHM = "mahnwerk", "mahnwerk-api", "HS256"
MOST_DAYS = 3650
LONGEST_NAME = 80
_LONGEST_TOKEN = 4096  # ours have some 400 characters
_SECRET = "api_secret"  # noqa: S105 — its name among the creditor's secrets
_ID = re.compile(r"[!-~]{1,100}")
_AHEAD = 60  # seconds that our own clock may have been set back since a token was made


@dataclass(frozen=True, slots=True)
class ApiAccess:
    """What a valid token opens."""

    creditor: CreditorId
    jti: str
    name: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token just made, as its list shows it, and what is shown only once."""

    token: ApiToken
    jwt: str

    def __repr__(self) -> str:
        return f"MadeToken({self.token!r})"


def create_token(
    app: App, creditor: CreditorId, name: str, scopes: Sequence[str], days: int, *, by: str
) -> MadeToken:
    """A token that is valid for so many days.

    Raises:
        UsageError: an empty or long name, no scope or one that does not exist, or too many days.
    """
    chosen = _checked(name, scopes, days)
    now = app.clock.now()
    until = now + timedelta(days=days)
    jti = secrets.token_hex(16)
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        key = _secret(app, tx, creditor) or _new_secret(app, tx, creditor)
        tx.api_tokens.add(creditor, jti, name.strip(), chosen, now, until)
        made = tx.api_tokens.get(creditor, jti)
        payload = {"name": name.strip(), "scopes": list(chosen), "by": by}
        tx.events.append(creditor, "api_token", {"token": jti}, payload, now)
    assert made is not None  # noqa: S101 — added two lines above
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(creditor),
        "jti": jti,
        "iat": int(now.timestamp()),
        "exp": int(until.timestamp()),
        "scope": " ".join(chosen),
    }
    return MadeToken(made, _sign(claims, key))


def _checked(name: str, scopes: Sequence[str], days: int) -> tuple[str, ...]:
    text = name.strip()
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        raise UsageError(
            f"--name: 1 bis {LONGEST_NAME} Zeichen, woran man das Programm erkennt.",
            en=f"--name: 1 to {LONGEST_NAME} characters that tell which tool it is.",
        )
    unknown = [each for each in scopes if each not in SCOPES]
    if unknown or not scopes:
        listed = ", ".join(SCOPES)
        raise UsageError(
            f"--scope „{', '.join(unknown)}“: möglich sind {listed}.",
            en=f"--scope {', '.join(unknown)!r}: possible are {listed}.",
        )
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(
            f"--days {days}: möglich sind 1 bis {MOST_DAYS} Tage.",
            en=f"--days {days}: possible are 1 to {MOST_DAYS} days.",
        )
    return tuple(each for each in SCOPES if each in scopes)


def tokens(app: App, creditor: CreditorId) -> list[ApiToken]:
    """All tokens that were ever made, in the order in which they were."""
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        return tx.api_tokens.all(creditor)


def revoke_token(app: App, creditor: CreditorId, jti: str, *, by: str) -> bool:
    """Ends a token at once; False: it was ended before.

    Raises:
        UsageError: the creditor has no such token.
    """
    now = app.clock.now()
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        if tx.api_tokens.get(creditor, jti) is None:
            raise UsageError(
                f"Kein Zugang „{jti}“. Vorhandene zeigt: mahnwerk api token list",
                en=f"No token {jti}. See: mahnwerk api token list",
            )
        ended = tx.api_tokens.revoke(creditor, jti, now)
        if ended:
            tx.events.append(creditor, "api_token_revoked", {"token": jti}, {"by": by}, now)
    return ended


def access_of(app: App, jwt: str) -> ApiAccess | None:
    """What the token opens; None for everything that is not valid now, whatever the cause.

    Raises:
        AuthFailed: the creditor's secret cannot be read with the key that is here.
    """
    creditor = _subject(jwt)
    if creditor is None:
        return None
    with app.store.read() as tx:
        key = _secret_or_fail(app, tx, creditor)
        claims = _verified(jwt, key, creditor) if key else None
        known = tx.api_tokens.get(creditor, str(claims["jti"])) if claims else None
    if claims is None or known is None or known.revoked_at:
        return None
    now = app.clock.now().timestamp()
    issued, expires = claims.get("iat"), claims.get("exp")
    if not (_whole(issued) and _whole(expires)) or not issued - _AHEAD <= now < expires:
        return None
    granted = str(claims.get("scope", "")).split()
    return ApiAccess(
        creditor, known.jti, known.name, tuple(s for s in known.scopes if s in granted)
    )


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _subject(jwt: str) -> CreditorId | None:
    """Whose token it says it is: only to know by whose secret it has to be signed."""
    from jose import JWTError
    from jose import jwt as jose  # asked for by few commands, and slow to import

    if len(jwt) > _LONGEST_TOKEN:
        return None
    try:
        header, claims = jose.get_unverified_header(jwt), jose.get_unverified_claims(jwt)
    except (JWTError, RecursionError):  # the second from a document nested without end
        return None
    subject = claims.get("sub")
    if header.get("alg") != ALGORITHM or not isinstance(subject, str):
        return None
    # Nobody has signed it yet: what no database takes as text must not get there.
    return CreditorId(subject) if _ID.fullmatch(subject) else None


def _verified(jwt: str, key: str, creditor: CreditorId) -> Mapping[str, object] | None:
    from jose import JWTError
    from jose import jwt as jose

    # The times are compared with our own clock, by the caller: asking the library for them would
    # compare them with the clock of the machine.
    options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False} | {
        f"require_{name}": True for name in ("iss", "aud", "sub", "jti")
    }
    try:
        return dict(
            jose.decode(jwt, key, [ALGORITHM], options, AUDIENCE, ISSUER, subject=str(creditor))
        )
    except JWTError:
        return None


def _sign(claims: Mapping[str, object], key: str) -> str:
    from jose import jwt as jose

    return str(jose.encode(dict(claims), key, algorithm=ALGORITHM))


def _secret(app: App, tx: Tx, creditor: CreditorId) -> str:
    # What nobody can read any more verifies nothing: a new secret takes its place.
    with suppress(AuthFailed):
        return _secret_or_fail(app, tx, creditor)
    return ""


def _secret_or_fail(app: App, tx: Tx, creditor: CreditorId) -> str:
    kept = tx.creditors.secrets(creditor).get(_SECRET, "")
    return app.platforms.decrypt(kept) if kept else ""


def _new_secret(app: App, tx: Tx, creditor: CreditorId) -> str:
    made = secrets.token_hex(32)
    tx.creditors.save_secret(creditor, _SECRET, app.platforms.encrypt(made))
    return made
