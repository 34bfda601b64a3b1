"""The client of Stripe's stand-in. Not in conftest.py: another folder's may be imported by then."""

from urllib.parse import urlencode

from werkzeug.test import Client as WsgiClient

VERSION = "2026-10-28.endive"
FORM = "application/x-www-form-urlencoded"


class StripeApi:
    """A client of Stripe's stand-in that speaks to it without a socket.

    Forms and queries are dicts; a list as value is sent once for each of its rows.
    """

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.client = WsgiClient(sandbox.application)

    def __call__(self, method, path, form=None, query=None, headers=None, body=None, kind=FORM):
        given = {
            "Authorization": f"Bearer {self.sandbox.api_key}",
            "Stripe-Version": VERSION,
            **(headers or {}),
        }
        sent = urlencode(form, doseq=True).encode() if form is not None else body
        return self.client.open(
            path,
            method=method,
            query_string=urlencode(query or {}, doseq=True),
            data=sent,
            content_type=kind if sent is not None else None,
            headers={name: value for name, value in given.items() if value is not None},
        )

    def get(self, path, query=None, *, status=200, **headers):
        """The parsed body."""
        answer = self("GET", path, query=query, headers=headers)
        assert answer.status_code == status, answer.text[:500]
        return answer.json

    def post(self, path, form=None, *, status=200, key=None):
        """The parsed body of a write; ``key`` is its idempotency key."""
        answer = self("POST", path, form or {}, headers={"Idempotency-Key": key} if key else None)
        assert answer.status_code == status, answer.text[:500]
        return answer.json

    def rows(self, path, query=None):
        return self.get(path, query)["data"]

    def ids(self, path, query=None):
        return [each["id"] for each in self.rows(path, query)]

    def error(self, answer):
        """Status, type and code of an error."""
        error = answer.json["error"]
        return answer.status_code, error["type"], error.get("code")
