"""Who may use the approval page: one-time links, and the sessions that they open.

Whoever may give commands on the machine may make a link, and the name that he gives stands in
approvals and in the event log. Links and sessions are long random texts; the store keeps only
their sha256, so that a copy of the database opens nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from core.domain.model import CreditorId
from core.errors import UsageError
from core.ports import Login
from core.services.app import App
from core.services.lookup import creditor_of

LINK, SESSION = "link", "session"
LINK_LASTS = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A link or session just made. ``token`` is shown once and kept nowhere."""

    token: str
    person: str
    expires_at: datetime


def make_link(app: App, creditor: CreditorId, person: str) -> Opened:
    """A link that opens one session of that person, within 15 minutes.

    Raises:
        UsageError: a name that is empty, too long or holds control characters.
    """
    name = person.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"--for: ein Name von 1 bis {LONGEST_NAME} Zeichen, der in Freigaben stehen kann.",
            en=f"--for: a name of 1 to {LONGEST_NAME} characters that may stand in approvals.",
        )
    now = app.clock.now()
    made = Opened(secrets.token_urlsafe(32), name, now + LINK_LASTS)
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        tx.logins.add(creditor, _digest(made.token), LINK, name, now, made.expires_at)
        payload = {"by": name, "until": made.expires_at.isoformat()}
        tx.events.append(creditor, "desk_link", {}, payload, now)
    return made


def link_of(app: App, token: str) -> Login | None:
    """Whose link it is; None: it never was one, was used, or is too old. Looking uses nothing."""
    return _find(app, token, LINK)


def session_of(app: App, token: str) -> Login | None:
    """Whose session it is; None: there is none, or it has ended."""
    return _find(app, token, SESSION)


def _find(app: App, token: str, kind: str) -> Login | None:
    if not token:
        return None
    with app.store.read() as tx:
        return tx.logins.find(_digest(token), kind, app.clock.now())


def use_link(app: App, token: str) -> Opened | None:
    """Opens the session of a link and ends the link; None: it does not open anything (any more).

    Two that come at once open one session: the second finds the link ended.
    """
    now = app.clock.now()
    with app.store.write() as tx:
        link = tx.logins.find(_digest(token), LINK, now)
        if link is None or not tx.logins.end(link.creditor, _digest(token), now):
            return None
        made = Opened(secrets.token_urlsafe(32), link.person, now + SESSION_LASTS)
        tx.logins.add(
            link.creditor, _digest(made.token), SESSION, link.person, now, made.expires_at
        )
        tx.events.append(link.creditor, "desk_login", {}, {"by": link.person}, now)
    return made


def end_session(app: App, creditor: CreditorId, token: str) -> bool:
    """Logs out; False: the session had ended before."""
    with app.store.write() as tx:
        return tx.logins.end(creditor, _digest(token), app.clock.now())


def end_all(app: App, creditor: CreditorId, *, by: str) -> int:
    """Ends every session and every unused link of the creditor; how many there were."""
    now = app.clock.now()
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        ended = tx.logins.end_all(creditor, now)
        if ended:
            tx.events.append(creditor, "desk_ended", {}, {"by": by, "ended": ended}, now)
    return ended


def _digest(token: str) -> str:
    """Enough for random texts of 256 bits; no salt and no slow hash would add anything."""
    return sha256(token.encode()).hexdigest()
