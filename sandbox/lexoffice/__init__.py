"""A stand-in of lexoffice (Lexware Office) on 127.0.0.1, for the demo, the tests and cassettes.

Its behaviour follows the public documentation (https://developers.lexware.io/docs/) and what was
measured of it; docs/sandbox.md says which points nobody has verified.
"""

from __future__ import annotations

from sandbox.lexoffice.faults import KINDS as FAULT_KINDS
from sandbox.lexoffice.service import LexofficeSandbox
from sandbox.lexoffice.variants import VARIANTS

__all__ = ["FAULT_KINDS", "VARIANTS", "LexofficeSandbox"]
