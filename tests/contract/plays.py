"""Everything that is recorded: the scenes of each platform, and who plays in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scenes
import scenes_sevdesk
import scenes_stripe
from scenario import SuiteClock
from stage import Stage
from tape import KEY, Tape
from vcr.record_mode import RecordMode

from connectors.lexoffice import platform as lexoffice
from connectors.lexoffice.connector import LexofficeConnector
from connectors.sevdesk import platform as sevdesk
from connectors.sevdesk.connector import SevdeskConnector
from connectors.stripe import platform as stripe
from connectors.stripe.connector import StripeConnector
from sandbox.lexoffice import LexofficeSandbox
from sandbox.sevdesk import SevdeskSandbox
from sandbox.stripe import StripeSandbox


@dataclass(frozen=True)
class Play:
    """The scenes of one platform, its connector, and the stand-in of one recording."""

    tape: Tape
    connector: Callable[..., Any]
    sandbox: Callable[[], Any]
    scenes: Mapping[str, Callable[[Any], None]]

    def path(self, scene: str) -> Path:
        return self.tape.folder / f"{scene}.yaml"

    def record(self, scene: str, folder: Path) -> Path:
        """One scene into ``folder``; what was there is replaced."""
        path = folder / f"{scene}.yaml"
        path.unlink(missing_ok=True)
        sandbox = self.sandbox()
        with sandbox:
            stage = Stage(self.connector, sandbox.base_url, KEY, sandbox)
            try:
                with self.tape.recorder(RecordMode.ALL).use_cassette(str(path)):
                    self.scenes[scene](stage)
            finally:
                stage.connector.close()  # type: ignore[attr-defined]
        return path


def _lexoffice() -> LexofficeSandbox:
    sandbox = LexofficeSandbox(seed=1, api_key=KEY, limiter=False)
    sandbox.variant("callback", "unchecked")
    return sandbox


PLAYS = {
    each.tape.platform: each
    for each in (
        Play(
            Tape("lexoffice", lexoffice.API_BASE, "2026-11-22"),
            LexofficeConnector,
            _lexoffice,
            scenes.SCENES,
        ),
        Play(
            Tape("sevdesk", sevdesk.API_BASE, "2026-11-22"),
            SevdeskConnector,
            # Its bank accounts are there from the beginning: from that of the scene.
            lambda: SevdeskSandbox(api_key=KEY, now=SuiteClock().now),
            scenes_sevdesk.SCENES,
        ),
        Play(
            Tape("stripe", stripe.API_BASE, "2026-11-22"),
            StripeConnector,
            lambda: StripeSandbox(api_key=KEY, now=SuiteClock().now),
            scenes_stripe.SCENES,
        ),
    )
}
