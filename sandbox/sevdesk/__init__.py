"""A stand-in of sevDesk on 127.0.0.1, for the demo, the tests and cassettes.

Its behaviour follows what is documented and what others have measured; docs/sandbox.md says which
points nobody has verified. ``§`` in this package is a section of the reference on sevDesk.
"""

from __future__ import annotations

from sandbox.sevdesk.faults import KINDS as FAULT_KINDS
from sandbox.sevdesk.service import SevdeskSandbox
from sandbox.sevdesk.variants import VARIANTS

__all__ = ["FAULT_KINDS", "VARIANTS", "SevdeskSandbox"]
