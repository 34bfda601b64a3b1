"""The approval page: what waits for a person, and what he decides on it.

Plain pages that work without JavaScript. Nothing is changed by looking: every change is a POST
with a token that only our own page knows, and every approval carries the hash of what was shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Flask, redirect, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from core.services.app import App
from core.services.logins import SESSION_LASTS
from webhook_app.desk.door import Door
from webhook_app.desk.pages import add_pages
from webhook_app.desk.words import add_words
from webhook_app.desk.work import add_work
from webhook_app.limit import FailureLimit

PREFIX = "/desk"
COOKIE = "mahnwerk_desk"


class _Sessions(SecureCookieSessionInterface):
    """The cookie goes back by https only, wherever the browser came by https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return bool(app.config["SESSION_COOKIE_SECURE"]) or request.is_secure


def add_desk(
    web: Flask,
    app: App,
    *,
    secret: str,
    secure: bool,
    failures: FailureLimit,
    wake: Callable[[], None],
) -> None:
    """Adds the approval page to the web application.

    Args:
        web: it gets the session settings of the page; nothing else may use sessions.
        app: what the page works on.
        secret: signs the cookie; the session itself is in the store.
        secure: browsers come by https, whatever the last proxy says.
        failures: counts who tries links that open nothing.
        wake: tells a worker of this process that something was approved.
    """
    web.secret_key = secret
    web.session_interface = _Sessions()
    web.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=SESSION_LASTS.total_seconds()),
        WTF_CSRF_CHECK_DEFAULT=False,  # hooks are no forms; the page checks for itself
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        # The token is bound to the session; the Referer is what our own header keeps back.
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf = CSRFProtect(web)
    pages = Blueprint(
        "desk",
        __name__,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    door = Door(app, csrf, failures)
    door.add_to(pages)
    add_words(pages)
    add_pages(pages, door)
    add_work(pages, door, wake)
    web.register_blueprint(pages)
    # Whoever types the address that `serve` prints means this page; there is no other one.
    web.add_url_rule("/", "home", lambda: redirect(PREFIX + "/"), methods=["GET"])
