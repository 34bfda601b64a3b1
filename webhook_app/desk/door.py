"""Who comes in: one-time links, sessions, the language, and what every answer is sent with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from core.domain.model import Creditor, CreditorId
from core.errors import MahnwerkError, Unavailable, UsageError
from core.services.app import App
from core.services.logins import end_session, link_of, session_of, use_link
from core.services.lookup import creditor_of
from webhook_app.limit import FailureLimit

TOKEN, LANGUAGE = "token", "language"
# Reached without a session; everything else answers 401 then.
_OPEN = frozenset({"desk.login", "desk.use", "desk.static", "desk.choose_language"})
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address of a one-time link is not for other servers.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is logged in; ``app`` speaks his language."""

    app: App
    creditor: CreditorId
    person: str

    @property
    def who(self) -> Creditor:
        with self.app.store.read() as tx:
            return creditor_of(tx, self.creditor)

    @property
    def today(self) -> date:
        return self.app.clock.today(self.who.profile.zone)


class Door:
    """Lets people in, and nobody else."""

    def __init__(self, app: App, csrf: CSRFProtect, failures: FailureLimit) -> None:
        self._app = app
        self._csrf = csrf
        self._failures = failures

    def add_to(self, pages: Blueprint) -> None:
        pages.before_request(self._enter)
        pages.after_request(_sealed)
        pages.register_error_handler(CSRFError, self._forged)
        pages.register_error_handler(MahnwerkError, self._failed)
        pages.add_url_rule("/login/<token>", "login", self._login)
        pages.add_url_rule("/login/<token>", "use", self._use, methods=["POST"])
        pages.add_url_rule("/logout", "logout", self._logout, methods=["POST"])
        pages.add_url_rule("/language", "choose_language", self._language, methods=["POST"])

    @property
    def visit(self) -> Visit:
        """Of the request under way."""
        found: Visit = g.visit
        return found

    @property
    def speaking(self) -> App:
        """The application in the language of whoever asks."""
        return replace(self._app, language=language())

    def _enter(self) -> ResponseReturnValue | None:
        g.visit = None
        if request.method == "POST":
            # Browsers say where a form was sent from; the token below is what old ones rest on.
            if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
                raise CSRFError("cross-site")
            self._csrf.protect()
        login = session_of(self._app, session.get(TOKEN, ""))
        if login is not None:
            g.visit = Visit(self.speaking, login.creditor, login.person)
        elif request.endpoint not in _OPEN:
            return render_template("desk/outside.html"), 401
        return None

    def _login(self, token: str) -> ResponseReturnValue:
        """Shows a button and uses nothing: programs that preview links follow them too."""
        link = link_of(self._app, token)
        if link is None:
            return self._useless()
        with self._app.store.read() as tx:
            name = creditor_of(tx, link.creditor).profile.name
        return render_template("desk/login.html", person=link.person, name=name, link=token)

    def _use(self, token: str) -> ResponseReturnValue:
        opened = use_link(self._app, token)
        if opened is None:
            return self._useless()
        chosen = session.get(LANGUAGE)
        if g.visit is not None:  # this browser was in already; one cookie holds one session
            end_session(self._app, g.visit.creditor, session[TOKEN])
        # Nothing of before stays: neither a session nor a form's token that somebody else knows.
        session.clear()
        session.permanent = True
        session[TOKEN] = opened.token
        if chosen:
            session[LANGUAGE] = chosen
        return redirect(url_for("desk.notices"), 303)

    def _useless(self) -> ResponseReturnValue:
        """A link that opens nothing; who tries many is told to wait."""
        wait = self._failures.count(request.remote_addr or "")
        page = render_template("desk/outside.html", used=True)
        return (page, 429, {"Retry-After": str(wait)}) if wait else (page, 410)

    def _logout(self) -> ResponseReturnValue:
        end_session(self._app, self.visit.creditor, session[TOKEN])
        session.clear()
        g.visit = None
        return render_template("desk/outside.html", left=True)

    def _language(self) -> ResponseReturnValue:
        session[LANGUAGE] = "en" if request.form.get("language") == "en" else "de"
        return redirect(url_for("desk.notices"), 303)

    def _forged(self, _error: CSRFError) -> ResponseReturnValue:
        app = self.speaking
        sentence = app.say(
            "Dieses Formular kam nicht von dieser Seite oder ist zu alt; es wurde nichts geändert. "
            "Bitte neu laden und noch einmal absenden.",
            "This form did not come from this page or is too old; nothing was changed. Please "
            "reload and send it again.",
        )
        return render_template("desk/error.html", sentence=sentence), 400

    def _failed(self, error: MahnwerkError) -> ResponseReturnValue:
        status = 503 if isinstance(error, Unavailable) else 409
        if isinstance(error, UsageError):
            status = 404
        return render_template("desk/error.html", sentence=error.sentence(language())), status


def language() -> str:
    """German unless the person chose English, or his browser asks for English first."""
    chosen = session.get(LANGUAGE)
    if chosen in {"de", "en"}:
        return str(chosen)
    return request.accept_languages.best_match(["de", "en"], "de")


def _sealed(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # What somebody owes is kept in no cache, neither of the browser nor on the way.
    style = request.endpoint == "desk.static"
    response.headers["Cache-Control"] = "max-age=3600" if style else "no-store"
    return response
