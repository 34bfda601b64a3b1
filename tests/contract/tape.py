"""Cassettes: what is kept of an exchange, how it is written, and how it is found again.

A cassette holds nothing of the machine that recorded it: no key, no port, no clock but that of the
scene. It is replayed as if it came from the platform's own address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import vcr
import yaml
from vcr.record_mode import RecordMode
from vcr.request import Request

ROOT = Path(__file__).resolve().parents[2]
KEY = "key-of-the-cassettes-0001"
_REQUEST_HEADERS = ("Accept", "Content-Type")
_RESPONSE_HEADERS = (
    "Content-Type",
    "Content-Disposition",
    "Location",
    "x-amzn-RequestId",
    "Request-Id",
    "Stripe-Should-Retry",
    "Stripe-Rate-Limited-Reason",
)
_LOCAL = re.compile(rb"https?://(?:127\.0\.0\.1|localhost)(?::\d+)?")


@dataclass(frozen=True)
class Tape:
    """Cassettes of one platform.

    Args:
        platform: its slug.
        api_base: its own address, which is written in place of the stand-in's.
        read_on: day of the reference that the stand-in was written after.

    """

    platform: str
    api_base: str
    read_on: str

    @property
    def folder(self) -> Path:
        return ROOT / "cassettes" / self.platform

    @property
    def head(self) -> dict[str, str]:
        return {
            "origin": "sandbox",  # never seen at the platform itself: proves nothing of it
            "follows": f"{self.platform}.md, {self.read_on}",
            "note": "Recorded by `make cassettes`; do not edit by hand.",
        }

    def recorder(self, mode: RecordMode) -> vcr.VCR:
        """``NONE`` replays and fails on any other request; ``ALL`` records."""
        machine = vcr.VCR(
            record_mode=mode,
            match_on=("method", "scheme", "host", "path", "query", "body"),
            before_record_request=self._clean_request,
            before_record_response=self._clean_response,
            serializer="clean",
        )
        machine.register_serializer("clean", _Form(self.head))
        return machine

    def _clean_request(self, request: Request) -> Request:
        parts, own = urlsplit(request.uri), urlsplit(self.api_base)
        request.uri = urlunsplit((own.scheme, own.netloc, parts.path, parts.query, ""))
        kept = {name: request.headers.get(name) for name in _REQUEST_HEADERS}
        request.headers = {name: value for name, value in kept.items() if value}
        return request

    def _clean_response(self, response: dict[str, Any]) -> dict[str, Any]:
        content: bytes = response["body"]["string"]
        content = _LOCAL.sub(self.api_base.encode(), content).replace(KEY.encode(), b"***")
        given = {name.lower(): values for name, values in response["headers"].items()}
        kept = {name: given.get(name.lower()) for name in _RESPONSE_HEADERS}
        headers = {name: values for name, values in kept.items() if values}
        headers["Content-Length"] = [str(len(content))]
        return {"status": response["status"], "headers": headers, "body": {"string": content}}


@dataclass(frozen=True)
class _Form:
    """The serializer: one form for one content, with the head on top."""

    head: dict[str, str]

    def serialize(self, cassette: dict[str, Any]) -> str:
        return yaml.safe_dump(
            {**self.head, **cassette}, allow_unicode=True, sort_keys=False, width=1_000_000
        )

    def deserialize(self, text: str) -> Any:
        return yaml.safe_load(text)
