"""The control surface of lexoffice's stand-in: which operations it has, and its own two pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from sandbox.common import desk as common
from sandbox.lexoffice.desk_page import FORMS, state, values
from sandbox.lexoffice.replies import ApiError

if TYPE_CHECKING:
    from sandbox.lexoffice.service import LexofficeSandbox

OPERATIONS = (
    "add_contact",
    "add_invoice",
    "pay",
    "unpay",
    "credit",
    "void",
    "reopen_as_draft",
    "finalize",
    "delete",
    "change",
    "change_contact",
    "archive",
    "dun",
    "fault",
    "clear_faults",
    "variant",
    "set_today",
    "revoke_key",
    "new_key",
    "book",
    "sample",
)
_DAYS = frozenset({"on", "due", "shipping", "day"})
_TUPLES = frozenset({"person", "contact_person"})


def desk(sandbox: LexofficeSandbox) -> Flask:
    """The control surface of one stand-in."""
    operations = common.operations_of(sandbox, OPERATIONS)
    page = common.Page(FORMS, lambda given: arguments(values(given)), lambda: state(sandbox))
    app = common.whole(__name__, sandbox, operations, arguments, page, (ApiError,))

    @app.get("/_sandbox/webhook-key")
    def _key() -> ResponseReturnValue:
        return Response(sandbox.webhook_key, mimetype="application/x-pem-file")

    return app


def arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the operations take them: days, pairs, percentages.

    Raises:
        ValueError: a day that is none.
    """
    found = common.with_days(given, _DAYS)
    for name in found.keys() & _TUPLES:
        found[name] = tuple(found[name]) if found[name] else None
    if found.get("skonto"):
        percent, days = found["skonto"]
        found["skonto"] = (Decimal(str(percent)), int(days))
    return found
