"""Procedures beyond their files: as a run used them, and whether their texts are there."""

from __future__ import annotations

import json

from core.domain.model import CreditorId, NoticeKind
from core.domain.procedure import DunningProcedure
from core.domain.procedure_file import parse_procedure
from core.errors import ConfigError, UsageError
from core.services.app import App
from core.services.replay import recorded_run


def procedure_of_run(app: App, creditor: CreditorId, name: str, run: int) -> DunningProcedure:
    """The procedure as that run used it.

    Raises:
        UsageError: there is no such run, it recorded nothing, or did not use that procedure.
    """
    with app.store.read() as tx:
        _, settings = recorded_run(tx, creditor, run)
    recorded = settings.get("procedures")
    kept = recorded.get(name) if isinstance(recorded, dict) else None
    if not isinstance(kept, str):
        raise UsageError(
            f"Der Mahnlauf {run} hat das Mahnverfahren „{name}“ nicht benutzt.",
            en=f'The run {run} did not use the procedure "{name}".',
        )
    return parse_procedure(json.loads(kept), f"{name}@{run}")


def check_texts(app: App, procedure: DunningProcedure) -> None:
    """Looks whether every letter of the procedure has its text block, in German and English.

    Raises:
        ConfigError: a block is missing; names the level.
    """
    for level in procedure.levels:
        if level.kind is NoticeKind.TASK:
            continue
        for language in ("de", "en"):
            try:
                app.renderer.text_version(level.text, language)
            except ConfigError as error:
                place = f"{procedure.name}: levels[{level.number}].text"
                raise ConfigError(
                    f"{place}: {error}", en=f"{place}: {error.sentence('en')}"
                ) from error
