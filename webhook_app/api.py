"""The read-only API for a creditor's own tools: the documents of the command line, page by page.

Every request carries a token of ``mahnwerk api token create``. Errors are problem+json (RFC 9457).
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from flask import Blueprint, Response, g, request

from core.domain.model import RunId
from core.errors import MahnwerkError, Unavailable, UsageError
from core.services.api_tokens import ApiAccess, access_of
from core.services.documents import item_document, notice_document, verdict_document
from core.services.explain import explain
from core.services.json_values import jsonable
from core.services.lookup import creditor_of
from core.services.proposals import proposals
from core.services.verdicts import latest_verdicts
from core.services.views import OpenItemRow, open_items
from webhook_app.openapi import MOST, USUAL, api_description
from webhook_app.parts import parts

PREFIX = "/api/v1"
api = Blueprint("api", __name__, url_prefix=PREFIX)
_log = logging.getLogger(__name__)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_MOST_PLACE = 10**9
View = TypeVar("View", bound=Callable[..., Response])


@api.get("/openapi.json")
def openapi() -> Response:
    """What there is, for programs; the only page that asks for no token."""
    return _json(api_description())


def _needs(scope: str) -> Callable[[View], View]:
    """Answers only to a valid token with that scope."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded() -> Response:
            access = _access()
            if access is None:
                return _stranger()
            if scope not in access.scopes:
                answer = _problem(403, "insufficient_scope", f"the token lacks {scope}")
                answer.headers["WWW-Authenticate"] = (
                    f'Bearer error="insufficient_scope", scope="{scope}"'
                )
                return answer
            g.access = access
            return view()

        return guarded  # type: ignore[return-value]

    return decorate


def _access() -> ApiAccess | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return access_of(parts().app, token.strip()) if kind.lower() == "bearer" and token else None


def _stranger() -> Response:
    """The same for every bad token; whoever tries many is told to wait."""
    wait = parts().failures.count(request.remote_addr or "")
    if wait:
        answer = _problem(429, "too_many_failures", "too many requests without a valid token")
        answer.headers["Retry-After"] = str(wait)
        return answer
    answer = _problem(401, "invalid_token", "missing, wrong, ended or revoked token")
    error = ' error="invalid_token"' if "Authorization" in request.headers else ""
    answer.headers["WWW-Authenticate"] = f'Bearer realm="mahnwerk"{error}'
    return answer


@api.get("/open-items")
@_needs("items:read")
def open_items_page() -> Response:
    """Open items, by debtor and due date."""
    app, access = parts().app, _reader()
    rows = open_items(app, access.creditor, _today(access), every=_flag("all"))
    limit, after = _limit(), _after(list)
    rows = sorted(rows, key=_place)
    if after is not None:
        # By what stands there, not by its number: what is paid between two pages moves nothing.
        last = [str(each) for each in after]
        rows = [row for row in rows if _place(row) > last]
    part = [item_document(row) for row in rows[:limit]]
    return _page(part, _place(rows[limit - 1]) if limit < len(rows) else None)


def _place(row: OpenItemRow) -> list[str]:
    """Where a row stands in the list; no two have the same."""
    item = row.item
    due = (item.due_date or date.max).isoformat()
    return [row.debtor.name, due, item.number, row.connection, item.external_id]


@api.get("/proposals")
@_needs("proposals:read")
def proposals_page() -> Response:
    """Living proposals, by id."""
    app, access = parts().app, _reader()
    limit, after = _limit(), _after(int) or 0
    rows = sorted(proposals(app, access.creditor), key=lambda row: row.notice.id)
    rows = [row for row in rows if row.notice.id > after]
    part = [notice_document(row.notice, row.debtor.name) for row in rows[:limit]]
    return _page(part, rows[limit - 1].notice.id if limit < len(rows) else None)


@api.get("/verdicts")
@_needs("verdicts:read")
def verdicts_page() -> Response:
    """What the last run said of each item; with ``invoice`` what holds today, and why."""
    app, access = parts().app, _reader()
    invoice = request.args.get("invoice", "")
    if not invoice.isprintable():  # PostgreSQL takes no NUL, and a log no other control character
        raise UsageError("invoice: Steuerzeichen darin", en="invoice: control characters in it")
    if invoice:
        lang = _language()
        asked = replace(app, language=lang)
        return _json(explain(asked, access.creditor, invoice, on=_today(access), language=lang))
    limit, after = _limit(), _after(list)
    run, place = _run_and_place(after)
    page = latest_verdicts(app, access.creditor, run=run, after=place, limit=limit)
    if page is None:
        return _page([], None, run=None, on=None)
    rows = [verdict_document(each) for each in page.rows]
    more = [page.run, place + limit] if page.more else None
    return _page(rows, more, run=page.run, on=page.on)


def _reader() -> ApiAccess:
    found: ApiAccess = g.access
    return found


def _today(access: ApiAccess) -> date:
    app = parts().app
    with app.store.read() as tx:
        zone = creditor_of(tx, access.creditor).profile.zone
    return app.clock.today(zone)


def _language() -> str:
    return request.accept_languages.best_match(["de", "en"], "de")


def _flag(name: str) -> bool:
    return request.args.get(name, "").lower() in {"1", "true", "yes"}


def _limit() -> int:
    text = request.args.get("limit", str(USUAL))
    if not (text.isdecimal() and text.isascii() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise UsageError(f"limit: 1 bis {MOST}", en=f"limit: 1 to {MOST}")
    return int(text)


def _after(kind: type) -> Any:
    """What a cursor of ours says; None on the first page.

    Raises:
        UsageError: it is none of ours.
    """
    text = request.args.get("cursor", "")
    if not text:
        return None
    try:
        found = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, UnicodeError, binascii.Error, RecursionError):
        found = None
    if not isinstance(found, kind) or isinstance(found, bool):
        raise UsageError(
            "cursor: nur so, wie next_cursor der vorigen Seite ihn nennt",
            en="cursor: only as next_cursor of the page before gives it",
        )
    return found


def _run_and_place(after: Any) -> tuple[RunId | None, int]:
    if after is None:
        return None, 0
    good = len(after) == 2 and all(type(each) is int and 0 <= each <= _MOST_PLACE for each in after)
    if not good:
        raise UsageError("cursor: unbekannt", en="cursor: not known")
    return RunId(after[0]), after[1]


def _page(rows: Sequence[object], after: object, **more: object) -> Response:
    text = None if after is None else json.dumps(after, separators=(",", ":"))
    cursor = None if text is None else base64.urlsafe_b64encode(text.encode()).decode()
    return _json({**more, "data": rows, "next_cursor": cursor})


def _json(document: object) -> Response:
    body = json.dumps(jsonable(document), ensure_ascii=False)
    answer = Response(body, mimetype="application/json")
    answer.set_etag(sha256(body.encode()).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _problem(status: int, code: str, detail: str) -> Response:
    document = {"type": "about:blank", "status": status, "title": code, "detail": detail}
    body = json.dumps(document, ensure_ascii=False)
    return Response(body, status=status, mimetype="application/problem+json")


@api.errorhandler(MahnwerkError)
def _failed(error: MahnwerkError) -> Response:
    sentence = error.sentence(_language())
    if isinstance(error, UsageError):
        return _problem(400, "bad_request", sentence)
    if isinstance(error, Unavailable):
        answer = _problem(503, "unavailable", sentence)
        answer.headers["Retry-After"] = "30"
        return answer
    _log.error("%s: %s", request.path, error)  # what is wrong on this machine is not for others
    return _problem(500, "failed", "see the log of the server")


@api.after_request
def _sealed(answer: Response) -> Response:
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
