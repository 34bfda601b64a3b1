"""One at a time per creditor: a lease row that its holder renews while he works.

The lease of a process of this machine that died does not count; on another machine it runs out.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.domain.model import CreditorId
from core.errors import Busy
from core.services.app import App
from core.services.owner import is_gone, retire

# Longer than all answers of a slow mail server together: it must not end in a conversation.
LEASE_SECONDS = 300


class _Here(threading.local):
    """Leases of this thread, and whether one of them could not be given back."""

    depth = 0
    kept = False


_HERE = _Here()


@dataclass(frozen=True, slots=True)
class Lease:
    """What may not run twice at once: ``name`` is "run" or "send"; ``what`` are its words.

    ``owner``: see ``core.services.owner``. Who has it already may take it once more, but gives it
    back with the first of both.
    """

    app: App
    creditor: CreditorId
    name: str
    owner: str
    what: tuple[str, str]  # German, English: "Versand", "send"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the lease while the block runs.

        Raises:
            Busy: another process or thread has it for this creditor.
        """
        self._take(first=True)
        _HERE.depth += 1
        try:
            yield
        finally:
            self._give_back()

    def _give_back(self) -> None:
        try:
            with self.app.store.write() as tx:
                tx.leases.release(self.creditor, self.name, self.owner)
        except BaseException:
            _HERE.kept = True  # the store is away
            raise
        finally:
            _HERE.depth -= 1
            if _HERE.kept and not _HERE.depth:
                # Or this process, which goes on, would have it for as long as it lasts.
                _HERE.kept = False
                retire(self.owner)

    def renew(self) -> None:
        """Holds it for another while; call it more often than every five minutes.

        Raises:
            Busy: it ran out and somebody else has it now.
        """
        self._take(first=False)

    def _take(self, *, first: bool) -> None:
        with self.app.store.write() as tx:
            holder = tx.leases.holder(self.creditor, self.name)
            if first and holder and is_gone(holder):
                tx.leases.release(self.creditor, self.name, holder)
            now = self.app.clock.now()
            if tx.leases.take(self.creditor, self.name, self.owner, now, LEASE_SECONDS):
                return
        de, en = self.what
        minutes = LEASE_SECONDS // 60
        raise Busy(
            f"Ein anderer {de} dieses Mandanten läuft gerade ({holder}); bitte warten. Nach einem "
            f"Absturz auf einem anderen Rechner gibt er sich nach {minutes} Minuten selbst frei.",
            en=f"Another {en} of this creditor is under way ({holder}); please wait. After a crash "
            f"on another machine it ends by itself within {minutes} minutes.",
        )
