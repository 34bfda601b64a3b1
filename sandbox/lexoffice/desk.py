"""The control surface over HTTP: every operation as ``POST /_sandbox/OPERATION`` with JSON.

It is no part of the platform. It listens on 127.0.0.1 only, and refuses what a page of another
origin sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.lexoffice.desk_page import add_page
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
    app = Flask(__name__, template_folder=".")
    operations: dict[str, Callable[..., Any]] = {
        name: getattr(sandbox, name) for name in OPERATIONS
    }

    @app.before_request
    def _same_origin() -> ResponseReturnValue | None:
        host = urlsplit(f"//{request.host}").hostname
        origin = request.headers.get("Origin", "")
        foreign = origin and urlsplit(origin).netloc != request.host
        if foreign or host not in {"127.0.0.1", "localhost"}:
            return jsonify(error="only from this machine"), 403
        return None

    @app.post("/_sandbox/<operation>")
    def _operate(operation: str) -> ResponseReturnValue:
        if operation not in operations:
            return jsonify(error=f"no operation; there are: {', '.join(OPERATIONS)}"), 404
        given = request.get_json(silent=True) if request.data else {}
        if not isinstance(given, dict):
            return jsonify(error="a JSON object is expected"), 400
        try:
            return jsonify(result=operations[operation](**arguments(given)))
        except (ApiError, ValueError, TypeError, InvalidOperation) as error:
            return jsonify(error=str(error) or type(error).__name__), 400

    @app.get("/_sandbox/requests")
    def _requests() -> ResponseReturnValue:
        return jsonify([each._asdict() for each in list(sandbox.requests)])

    @app.get("/_sandbox/webhook-key")
    def _key() -> ResponseReturnValue:
        return Response(sandbox.webhook_key, mimetype="application/x-pem-file")

    add_page(app, sandbox, operations)
    return app


def arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the operations take them: days, pairs, percentages.

    Raises:
        ValueError: a day that is none.
    """
    found = dict(given)
    for name in found.keys() & _DAYS:
        if found[name] is not None:
            found[name] = date.fromisoformat(found[name])
    for name in found.keys() & _TUPLES:
        found[name] = tuple(found[name]) if found[name] else None
    if found.get("skonto"):
        percent, days = found["skonto"]
        found["skonto"] = (Decimal(str(percent)), int(days))
    return found
