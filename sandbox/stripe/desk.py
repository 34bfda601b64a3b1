"""The control surface of the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.common.desk import desk as common_desk
from sandbox.stripe.replies import ApiError

if TYPE_CHECKING:
    from flask import Flask

    from sandbox.stripe.service import StripeSandbox


def desk(sandbox: StripeSandbox) -> Flask:
    """``POST /_sandbox/OPERATION``."""
    operations = {"restrict": sandbox.restrict, "sample": sandbox.sample}
    return common_desk(__package__, operations, dict, (ApiError,))
