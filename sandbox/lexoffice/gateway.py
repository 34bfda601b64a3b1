"""The gateway in front of the API: routes, bearer, limit, faults, headers, errors, the log.

The order is the platform's as far as it is known: a path that does not exist is answered before
the key is looked at, a wrong key before the limit, the limit before anything is executed.
"""

from __future__ import annotations

import base64
import json
import re

from werkzeug.wrappers import Request

from sandbox.common.faults import Fault
from sandbox.common.gateway import FaultyGateway, Handler, Route
from sandbox.common.limiter import Bucket
from sandbox.common.replies import HTML, JSON, Call, Reply
from sandbox.lexoffice import faults, wire
from sandbox.lexoffice.faults import ECHO, KINDS
from sandbox.lexoffice.replies import ApiError, envelope
from sandbox.lexoffice.world import World

_ID = r"([0-9A-Za-z-]{1,64})"


def route(method: str, path: str, handler: Handler, *, unlocked: bool = False) -> Route:
    """``/v1/invoices/{id}`` as a route."""
    pattern = re.compile(re.escape(path).replace(r"\{id\}", _ID) + r"\Z")
    return Route(method, path.split("/")[2], pattern, handler, unlocked)


class Gateway(FaultyGateway):
    """Answers every request below ``/v1/`` and everything that does not exist."""

    def __init__(
        self, world: World, routes: list[Route], api_key: str, bucket: Bucket | None
    ) -> None:
        super().__init__(KINDS, routes, api_key, bucket)
        self.world = world
        self.resources = {each.resource for each in routes}

    def _instead(self, request: Request, fault: Fault) -> Reply | None:
        return faults.instead(fault.kind, _token(request))

    def _after(self, reply: Reply, fault: Fault) -> Reply:
        if fault.kind == "late_success":
            self.faults.released.wait(fault.seconds)
            return Reply(504, {"message": "Endpoint request timed out"})
        if fault.kind == "bad_json_shape" and isinstance(reply.body, (dict, list)):
            return Reply(reply.status, faults.misshapen(reply.body), reply.headers)
        return reply

    def _execute(self, request: Request) -> Reply:
        if not self._known(request.path):
            token = _token(request)
            echo = ECHO.format(token=token) if token else "Missing Authentication Token"
            return Reply(403, {"message": echo})
        if not self.api_key or _token(request) != self.api_key:
            kind = {"x-amzn-ErrorType": "UnauthorizedException"}
            return Reply(401, {"message": "Unauthorized"}, kind)
        if self.bucket and not self.bucket.take():
            return Reply(429, {"message": "Rate limit exceeded"})
        try:
            return self._dispatch(request)
        except ApiError as error:
            at = wire.stamp(self.world.clock.now())
            body = envelope(error, request.path, at, self._request_id(request))
            return Reply(error.status, body)

    def _known(self, path: str) -> bool:
        parts = path.split("/")
        return len(parts) > 2 and parts[1] == "v1" and parts[2] in self.resources

    def _dispatch(self, request: Request) -> Reply:
        allowed = False
        for each in self.routes:
            match = each.pattern.match(request.path)
            if match is None:
                continue
            if each.method == request.method:
                call = _call(request)
                if each.unlocked:
                    return each.handler(self.world, call, *match.groups())
                with self.world.lock:
                    return each.handler(self.world, call, *match.groups())
            allowed = True
        if not allowed or request.method == "GET":
            # There are no lists of sales vouchers; asking for one is an unknown resource.
            raise ApiError(404, "No such resource")
        if request.method in {"PUT", "DELETE"} and self.world.variants["method_error"] == "403":
            return Reply(403, {"message": ECHO.format(token=_token(request))})
        raise ApiError(405, f"Request method '{request.method}' is not supported")

    def _request_id(self, request: Request) -> str:
        """Not from the world's ids: reading must not change which ids later writes get."""
        number = request.environ["sandbox.request"]
        return f"{number:08x}-0000-4000-8000-{self.world.organization_id[-12:]}"

    def _headers(self, request: Request) -> dict[str, str]:
        id_ = self._request_id(request)
        return {
            "x-amzn-RequestId": id_,
            "x-amz-apigw-id": id_[:8],
            "x-amzn-trace-id": f"Root=1-{id_}",
        }

    def _body(self, request: Request, reply: Reply) -> tuple[bytes, str]:
        if reply.body is None:
            return b"", reply.type
        if not isinstance(reply.body, bytes):
            # Nulls are left out of resources; in errors they stand as they are.
            shown = wire.without_nulls(reply.body) if reply.status < 400 else reply.body
            return wire.dumps(shown), reply.type
        binary = reply.type not in {JSON, HTML}
        if binary and JSON in request.headers.get("Accept", ""):
            # The Accept trap (§2.3): the gateway sends base64 under the type of the file.
            return base64.b64encode(reply.body), reply.type
        return reply.body, reply.type


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme == "Bearer" else ""


def _call(request: Request) -> Call:
    body: object = None
    if request.method in {"POST", "PUT"} and request.mimetype != "multipart/form-data":
        if request.mimetype != JSON:
            raise ApiError(415, f"Content-Type '{request.mimetype}' is not supported")
        try:
            body = wire.loads(request.get_data())
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ApiError(400, "Malformed JSON") from error
        if not isinstance(body, dict):
            raise ApiError(400, "Malformed JSON")
    return Call(
        request.method,
        request.path,
        request.args,
        request.headers.get("Accept", "*/*"),
        body,
        request.files,
        request.form,
    )
