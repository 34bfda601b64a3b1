"""One send at a time per creditor: a lease row that is renewed before each notice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import UsageError
from core.services.deliver_attempt import LEASE_SECONDS
from core.services.deliver_look import Desk
from core.services.owner import is_gone

LEASE = "send"


@contextmanager
def send_lease(desk: Desk) -> Iterator[None]:
    """Holds the lease while the block runs.

    Raises:
        UsageError: another send of this creditor is running.

    """
    renew_lease(desk, first=True)
    try:
        yield
    finally:
        with desk.app.store.write() as tx:
            tx.leases.release(desk.creditor.id, LEASE, desk.owner)


def renew_lease(desk: Desk, *, first: bool = False) -> None:
    """One send at a time; the lease of a process of this machine that died does not count."""
    creditor = desk.creditor.id
    with desk.app.store.write() as tx:
        holder = tx.leases.holder(creditor, LEASE)
        if first and holder and is_gone(holder):
            tx.leases.release(creditor, LEASE, holder)
        if tx.leases.take(creditor, LEASE, desk.owner, desk.app.clock.now(), LEASE_SECONDS):
            return
    raise UsageError(
        f"Ein anderer Versand dieses Mandanten läuft gerade ({holder}); bitte warten."
        " Nach einem Absturz auf einem anderen Rechner gibt er sich nach"
        f" {LEASE_SECONDS // 60} Minuten von selbst frei.",
        en=f"Another send of this creditor is running ({holder}); please wait. After a crash on"
        f" another machine it ends by itself within {LEASE_SECONDS // 60} minutes.",
    )
