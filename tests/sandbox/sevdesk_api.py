"""The client of sevDesk's stand-in. Not in conftest.py: another folder's may be imported by then."""

import json
from decimal import Decimal

from werkzeug.test import Client as WsgiClient


def parsed(answer):
    return json.loads(answer.text, parse_float=Decimal)


class SevdeskApi:
    """A client of sevDesk's stand-in that speaks to it without a socket."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.client = WsgiClient(sandbox.application)

    def __call__(self, method, path, body=None, headers=None, **query):
        return self.client.open(
            f"/api/v1{path}",
            method=method,
            query_string=query,
            json=body,
            headers={"Authorization": self.sandbox.api_key, **(headers or {})},
        )

    def get(self, path, expected=200, /, **query):
        """The parsed body, fractions as Decimal."""
        answer = self("GET", path, **query)
        assert answer.status_code == expected, answer.text[:500]
        return parsed(answer)

    def rows(self, path, **query):
        return self.get(path, **query)["objects"]

    def row(self, invoice, /, **query):
        (row,) = self.rows(f"/Invoice/{invoice}", **query)
        return row

    def ids(self, **query):
        return [each["id"] for each in self.rows("/Invoice", **query)]

    def send(self, method, path, body=None, **query):
        """The status and the parsed body of a write."""
        answer = self(method, path, body, **query)
        return answer.status_code, parsed(answer)
