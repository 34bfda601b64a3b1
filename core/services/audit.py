"""The event log: checking its hash chain (architecture §2)."""

from __future__ import annotations

import re

from core.domain.model import CreditorId
from core.errors import UsageError
from core.ports import AuditResult
from core.services.app import App


def verify(app: App, creditor: CreditorId, head: str = "") -> AuditResult:
    """Recomputes the chain, and looks for ``head`` (from a run protocol) in it.

    Raises:
        UsageError: ``head`` is not a hash.
    """
    wanted = head.strip().lower()
    if wanted and not re.fullmatch(r"[0-9a-f]{64}", wanted):
        raise UsageError(
            "--head ist kein Prüfwert: 64 Zeichen 0–9 und a–f, wie auf dem Laufprotokoll gedruckt.",
            en="--head is not a hash: 64 characters 0–9 and a–f, as printed on the run protocol.",
        )
    with app.store.read() as tx:
        return tx.events.verify(creditor, wanted)
