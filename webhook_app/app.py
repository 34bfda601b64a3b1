"""The Flask application: its routes, what every answer carries, and what an error says."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from config.web import WebSettings
from core.errors import MahnwerkError
from core.services.app import App
from core.services.receive import Receiver
from webhook_app.desk import add_desk
from webhook_app.figures import Figures
from webhook_app.limit import FailureLimit
from webhook_app.parts import Parts, keep_parts
from webhook_app.proxies import TrustedProxies

# Module and name of every blueprint.
BLUEPRINTS = (
    ("webhook_app.hooks", "hooks"),
    ("webhook_app.health", "health"),
    ("webhook_app.api", "api"),
)
_log = logging.getLogger(__name__)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def create_app(
    app: App,
    web: WebSettings | None = None,
    *,
    secret: str = "",
    wake: Callable[[], None] = lambda: None,
) -> Flask:
    """The web application over the composed one.

    Args:
        app: the use cases' ports.
        web: how it is reached and whom it believes.
        secret: signs the cookies of the approval page; "" = the page is not there.
        wake: called after an event was stored or somebody decided something, so that a worker in
            this process need not wait for its next look.
    """
    web = web or WebSettings()
    flask = Flask("webhook_app", static_folder=None, template_folder=None)
    flask.config["MAX_CONTENT_LENGTH"] = web.max_body
    flask.config["MAX_FORM_MEMORY_SIZE"] = web.max_body
    flask.json.sort_keys = False  # type: ignore[attr-defined]
    receiver, failures = Receiver(app, wake), FailureLimit()
    receiver.warm_up()
    keep_parts(flask, Parts(app, web, wake, receiver, failures, Figures(app)))
    for module, name in BLUEPRINTS:
        blueprint = getattr(import_module(module), name)
        assert isinstance(blueprint, Blueprint)  # noqa: S101 — the table above names blueprints
        flask.register_blueprint(blueprint)
    if secret:
        add_desk(flask, app, secret=secret, secure=web.secure, failures=failures, wake=wake)
    flask.after_request(_finish)
    flask.register_error_handler(HTTPException, _refused)
    flask.register_error_handler(MahnwerkError, _unable)
    flask.register_error_handler(Exception, _crashed)
    # Of what fails after the answer was made, Flask would name the path.
    flask.log_exception = _told  # type: ignore[method-assign,assignment]
    proxies = TrustedProxies(flask.wsgi_app, web.trusted_proxies)
    flask.wsgi_app = proxies  # type: ignore[method-assign,assignment]
    return flask


def _finish(answer: Response) -> Response:
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if _log.isEnabledFor(logging.DEBUG):
        # The rule, not the path: a path may hold a token.
        rule = request.url_rule.rule if request.url_rule else "?"
        _log.debug("%s %s %s %s", request.remote_addr, request.method, rule, answer.status_code)
    return answer


def _refused(error: HTTPException) -> Response:
    """404, 405, 413 …: the number says it all."""
    answer = Response(status=error.code or 500)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def _unable(error: MahnwerkError) -> Response:
    _log.error("%s: %s", request.url_rule.rule if request.url_rule else "?", error)
    return Response(status=503, headers={"Retry-After": "30"})


def _crashed(error: Exception) -> Response:
    """A mistake of ours: the log has it, the answer does not."""
    _told(error)
    return Response(status=500)


def _told(error: Any) -> None:
    """An exception, or what ``sys.exc_info`` says of it."""
    _log.error("%s failed", request.url_rule.rule if request.url_rule else "?", exc_info=error)
