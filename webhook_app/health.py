"""``/healthz``, ``/readyz`` and ``/metrics``: whether it lives, can work, and how much it did."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from config.web import within
from core.services.readiness import readiness
from webhook_app.parts import Parts, parts
from webhook_app.proxies import FORWARDED

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """The process answers; nothing else is looked at."""
    return jsonify({"status": "ok"})


@health.get("/readyz")
def readyz() -> Response:
    """Details for monitors only: others hear yes or no."""
    here = parts()
    found = readiness(here.app, here.web.stale_hours)
    document = found.document() if _is_monitor(here) else {"ready": found.ready}
    answer = jsonify(document)
    answer.status_code = 200 if found.ready else 503
    return answer


@health.get("/metrics")
def metrics() -> Response:
    here = parts()
    if not _is_monitor(here):
        return Response(status=403)
    return Response(here.figures.text(), content_type=CONTENT_TYPE_LATEST)


def _is_monitor(here: Parts) -> bool:
    """From an allowed address that no unknown proxy hides, or with the token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = here.web.monitor_token
    if wanted and scheme.lower() == "bearer":
        return hmac.compare_digest(token.strip().encode(), wanted.encode())
    hidden = request.environ.get(FORWARDED, False)
    return not hidden and within(request.remote_addr or "", here.web.monitors)
