"""What stands in front of sevDesk's API: the raw token, X-Version, errors, numbers on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from werkzeug.wrappers import Request

from sandbox.common.faults import PAGE, Fault
from sandbox.common.gateway import FaultyGateway, Route
from sandbox.common.limiter import Bucket
from sandbox.common.replies import HTML, JSON, Call, Reply
from sandbox.common.wire import dumps
from sandbox.sevdesk import faults
from sandbox.sevdesk.faults import KINDS
from sandbox.sevdesk.replies import ApiError, bad_request, error_body
from sandbox.sevdesk.routes import BASE
from sandbox.sevdesk.wire import plain
from sandbox.sevdesk.world import World

_VERSIONS = ("default", "1.0", "2.0")
# Refuses 1.0 and 2.0 in X-Version, as measured (§1).
_UNVERSIONED = "Tools"
_DOCUMENTS = frozenset({"Invoice", "CreditNote"})


class Gateway(FaultyGateway):
    """Answers every request below ``/api/v1``."""

    def __init__(
        self, world: World, routes: list[Route], api_key: str, bucket: Bucket | None
    ) -> None:
        super().__init__(KINDS, routes, api_key, bucket)
        self.world = world

    def _instead(self, request: Request, fault: Fault) -> Reply | None:
        del request
        if fault.kind in {"unauthorized", "token_rotated"}:
            return self._unauthorized()
        return faults.instead(fault)

    def _after(self, reply: Reply, fault: Fault) -> Reply:
        return faults.after(reply, fault)

    def _execute(self, request: Request) -> Reply:
        # The raw token, nothing before it (§1).
        if not self.api_key or request.headers.get("Authorization", "") != self.api_key:
            return self._unauthorized()
        if self.bucket and not self.bucket.take():
            return Reply(429, error_body(429, "Too many requests"), {"Retry-After": "1"})
        try:
            self._check_version(request)
            return self._dispatch(request)
        except ApiError as error:
            body = error_body(
                error.status,
                error.message,
                error.code,
                error_code=error.error_code,
                data=error.data,
            )
            return Reply(error.status, body)

    def _unauthorized(self) -> Reply:
        """401 in one of three bodies: nobody has shown the real one (§1.6, §9.9)."""
        form = self.world.variants["unauthorized_body"]
        if form == "html":
            return Reply(401, PAGE, type=HTML)
        if form == "empty":
            return Reply(401, b"")
        return Reply(401, {"status": 401, "message": "Authentication required"})

    def _check_version(self, request: Request) -> None:
        wanted = request.headers.get("X-Version", "default")
        known = _VERSIONS[:1] if f"{BASE}/{_UNVERSIONED}/" in request.path else _VERSIONS
        if wanted not in known:
            raise ApiError(400, f"unknown version; valid are: {', '.join(known)}")

    def _dispatch(self, request: Request) -> Reply:
        for each in self.routes:
            match = each.pattern.match(request.path)
            if match is not None and each.method == request.method:
                call = _call(request)
                with self.world.lock:
                    return each.handler(self.world, call, *match.groups())
        raise ApiError(404, "resource does not exist")

    def _headers(self, request: Request) -> Mapping[str, str]:
        resource = request.path.removeprefix(f"{BASE}/").partition("/")[0]
        if self.world.variants["deprecation"] == "true" and resource in _DOCUMENTS:
            return {"Deprecation": "true"}
        return {}

    def _body(self, request: Request, reply: Reply) -> tuple[bytes, str]:
        del request
        if isinstance(reply.body, bytes):
            return reply.body, reply.type
        return dumps(reply.body, plain), reply.type


def _call(request: Request) -> Call:
    body: object = {}
    if request.method in {"POST", "PUT"} and request.get_data():
        if request.mimetype != JSON:
            raise bad_request(f"Content-Type {request.mimetype!r} is not supported")
        try:
            body = json.loads(request.get_data(), parse_float=Decimal)
        except ValueError as error:
            raise bad_request("Malformed JSON") from error
        if not isinstance(body, dict):
            raise bad_request("Malformed JSON")
    accept = request.headers.get("Accept", "*/*")
    return Call(request.method, request.path, request.args, accept, body)
