"""What a restored home cannot read: secrets that were encrypted with a key that is not here.

The key is never in a backup (architecture §4.15). A lost one costs entering passwords and API keys
again, and signing up for events again; nothing else is encrypted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from shlex import quote

from core.domain.model import Creditor
from core.ports import Tx
from core.services.app import App

MAIL = "smtp"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Secrets to be entered again; ``command`` is how. ``connection`` "" = the mail account."""

    creditor: str
    connection: str
    platform: str
    command: str


def unreadable_secrets(app: App, opens: Callable[[str], bool]) -> list[Unreadable]:
    """Every connection, and mail account, one of whose stored secrets the key does not open."""
    with app.store.read() as tx:
        return [each for one in tx.creditors.all() for each in _of(tx, one, opens)]


def _of(tx: Tx, creditor: Creditor, opens: Callable[[str], bool]) -> Iterator[Unreadable]:
    of = f" --creditor {quote(str(creditor.id))}"
    own = tx.creditors.secrets(creditor.id)
    lost = sorted(name for name, token in own.items() if not opens(token))
    for name in lost:
        yield Unreadable(str(creditor.id), "", MAIL, f"mahnwerk init{of} --set {name}=-")
    for each in tx.connections.all(creditor.id):
        kept = tx.connections.secrets(creditor.id, each.id).values()
        if not all(map(opens, kept)):
            command = f"mahnwerk connect {each.platform} --name {quote(each.name)}{of}"
            yield Unreadable(str(creditor.id), each.name, each.platform, command)


__all__ = ["Unreadable", "unreadable_secrets"]
