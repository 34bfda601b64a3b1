"""The procedure that a notice was made by, whatever has become of its file since."""

from __future__ import annotations

import json

from core.domain.model import CreditorId, Notice
from core.domain.procedure import DunningProcedure
from core.domain.procedure_file import parse_procedure
from core.errors import ConfigError
from core.ports import Tx
from core.services.app import App


def procedure_of_notice(app: App, tx: Tx, creditor: CreditorId, notice: Notice) -> DunningProcedure:
    """Today's file while it is the same, else what the notice's run recorded, else today's file.

    What has left must be accounted for by the rules it was approved under; a file that was edited
    or deleted meanwhile must not keep anybody from reporting it.

    Raises:
        ConfigError: the file cannot be read, and the run recorded nothing.
    """
    try:
        today = app.procedure(notice.procedure)
    except ConfigError:
        recorded = _recorded(tx, creditor, notice)
        if recorded is None:
            raise
        return recorded
    if today.version == notice.procedure_version:
        return today
    return _recorded(tx, creditor, notice) or today


def _recorded(tx: Tx, creditor: CreditorId, notice: Notice) -> DunningProcedure | None:
    settings = tx.run_inputs.settings(creditor, notice.run) or {}
    procedures = settings.get("procedures")
    kept = procedures.get(notice.procedure) if isinstance(procedures, dict) else None
    if not isinstance(kept, str):
        return None
    return parse_procedure(json.loads(kept), notice.procedure)
