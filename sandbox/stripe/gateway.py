"""What stands in front of Stripe's API: keys, versions, accounts, rights, limits, forms (§1).

Chosen here without a source: a wrong key is answered before an unknown path, the version before
the account, the limit before rights, rights before the parameters.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from urllib.parse import parse_qsl

from werkzeug.wrappers import Request

from sandbox.common.faults import Fault
from sandbox.common.gateway import FaultyGateway, Handler, Route
from sandbox.common.replies import Call, Reply
from sandbox.common.wire import dumps
from sandbox.stripe import faults
from sandbox.stripe.faults import KINDS, TOO_MANY
from sandbox.stripe.forms import nested
from sandbox.stripe.idempotency import HEADER as KEY_HEADER
from sandbox.stripe.idempotency import REPLAYED, Replays
from sandbox.stripe.limits import REASON, Limits
from sandbox.stripe.old import as_old
from sandbox.stripe.replies import ApiError, bad, error_body
from sandbox.stripe.versions import account_version, is_old, is_version
from sandbox.stripe.world import World

_API = "/v1/"
_FORM = "application/x-www-form-urlencoded"
_ID = r"([A-Za-z0-9_]{1,128})"
_CHANGES = frozenset({"POST", "DELETE"})
Cause = tuple[str | None, str | None]  # request id and idempotency key, as events carry them
NOBODY: Cause = (None, None)


def route(method: str, path: str, handler: Handler, *, unlocked: bool = False) -> Route:
    """``/v1/invoices/{id}`` as a route; what is not below /v1/ is served without a key."""
    pattern = re.compile(re.escape(path).replace(r"\{id\}", _ID) + r"\Z")
    return Route(method, path.split("/")[2], pattern, handler, unlocked)


class Gateway(FaultyGateway):
    """Answers every request."""

    def __init__(
        self, world: World, routes: list[Route], api_key: str, limits: Limits | None
    ) -> None:
        super().__init__(KINDS, routes, api_key, None)
        self.world, self.limits = world, limits
        self.replays = Replays()
        self.absent: set[str] = set()  # resources that there are not, as at a compatible server
        self.cause = NOBODY  # of the request that is carried out now; read under the world's lock

    def _instead(self, request: Request, fault: Fault) -> Reply | None:
        if fault.kind in {"unauthorized", "key_expired"}:
            return self._error(request, self._bad_key(_key(request)))
        return faults.instead(fault, _key(request))

    def _after(self, reply: Reply, fault: Fault) -> Reply:
        return faults.after(reply, fault)

    def _reply(self, request: Request, fault: Fault | None) -> Reply:
        reply = super()._reply(request, fault)
        key = request.headers.get(KEY_HEADER, "")
        late = fault is not None and fault.kind == "late_success" and reply.status >= 500
        if late and key and request.method == "POST":
            # The client saw a 500, so that is what its key gives it again (§1 Idempotency).
            self.replays.overwrite(key, _fingerprint(request), self.world.clock.now(), reply)
        return reply

    def _execute(self, request: Request) -> Reply:
        try:
            if not request.path.startswith(_API):
                return self._dispatch(request, _call(request))
            self._check_key(request)
            self._check_version(request)
            self._check_account(request)
            each, _ = self._route(request)
            endpoint = f"{each.method} {each.pattern.pattern}"
            reason = self.limits.refused(endpoint) if self.limits else None
            if reason is not None:
                error = ApiError(429, TOO_MANY, code="rate_limit")
                return Reply(429, error_body(error), {REASON: reason})
            self._check_right(request, each)
            return self._once(request)
        except ApiError as error:
            return self._error(request, error)

    def _error(self, request: Request, error: ApiError) -> Reply:
        body = error_body(error, _request_id(request), livemode=self.world.livemode)
        return Reply(error.status, body)

    def _check_key(self, request: Request) -> None:
        key = _key(request)
        if not key:
            raise ApiError(401, "You did not provide an API key.")
        if not self.api_key or key != self.api_key:
            raise self._bad_key(key)

    @staticmethod
    def _bad_key(key: str) -> ApiError:
        return ApiError(401, f"Invalid API Key provided: {masked(key)}")

    @staticmethod
    def _check_version(request: Request) -> None:
        wanted = request.headers.get("Stripe-Version")
        if wanted is not None and not is_version(wanted):
            raise bad(f"Invalid Stripe API version: {wanted}")

    def _check_account(self, request: Request) -> None:
        account = request.headers.get("Stripe-Account", "")
        if account and account != self.world.account_id:
            raise ApiError(
                403,
                f"The provided key '{masked(_key(request))}' does not have access to account "
                f"'{account}' (or that account does not exist).",
                code="account_invalid",
            )

    def _check_right(self, request: Request, each: Route) -> None:
        """``invoices`` takes every right on them away, ``invoices:write`` only that to change."""
        for part in {each.resource, *request.path.split("/")[2:]}:
            kind = "read" if request.method == "GET" else "write"
            writes = kind == "write" and f"{part}:write" in self.world.restricted
            if not writes and part not in self.world.restricted:
                continue
            raise ApiError(
                int(self.world.variants["permission_error"]),
                f"The provided key '{masked(_key(request))}' does not have the required "
                f"permissions for this endpoint on account '{self.world.account_id}'. Having the "
                f"'rak_{part.removesuffix('s')}_{kind}' permission would allow this request to "
                "continue.",
            )

    def _route(self, request: Request) -> tuple[Route, tuple[str, ...]]:
        for each in self.routes if self.absent.isdisjoint(request.path.split("/")) else ():
            match = each.pattern.match(request.path)
            if match is not None and each.method == request.method:
                return each, match.groups()
        raise ApiError(404, f"Unrecognized request URL ({request.method}: {request.path}).")

    def _once(self, request: Request) -> Reply:
        """Carries out a call; a POST with a key that was answered before is answered so again."""
        key = request.headers.get(KEY_HEADER, "")
        if not key or request.method != "POST":
            return self._dispatch(request, self._parsed(request))
        before = self.replays.begin(key, _fingerprint(request), self.world.clock.now())
        if before is not None:
            shown = self.world.variants["replay_header"] == "true"
            headers = {**before.headers, **({REPLAYED: "true"} if shown else {})}
            return Reply(before.status, before.body, headers, before.type)
        try:
            reply = self._dispatch(request, self._parsed(request))
        except ApiError as error:
            reply = self._error(request, error)
        except BaseException:
            self.replays.drop(key)
            raise
        self.replays.end(key, reply)
        return reply

    def _parsed(self, request: Request) -> Call:
        if request.method == "POST" and request.get_data() and request.mimetype != _FORM:
            status = int(self.world.variants["json_body"])
            raise ApiError(
                status, f"Invalid request (check that your POST content type is {_FORM})"
            )
        return _call(request)

    def _dispatch(self, request: Request, call: Call) -> Reply:
        each, ids = self._route(request)
        if each.unlocked:
            return each.handler(self.world, call, *ids)
        with self.world.lock:
            self.cause = (_request_id(request), request.headers.get(KEY_HEADER))
            try:
                reply = each.handler(self.world, call, *ids)
            finally:
                self.cause = NOBODY
            # A client that names no version gets the account's own, which may be old (§0.2).
            if isinstance(reply.body, dict) and is_old(self._version(request)):
                return Reply(reply.status, as_old(self.world, reply.body), reply.headers)
            return reply

    def _version(self, request: Request) -> str:
        return request.headers.get("Stripe-Version") or account_version(self.world)

    def _headers(self, request: Request) -> Mapping[str, str]:
        if not request.path.startswith(_API):
            return {}
        found = {
            "Request-Id": _request_id(request),
            "Stripe-Version": self._version(request),
        }
        for name in ("Stripe-Account", KEY_HEADER):
            if request.headers.get(name):
                found[name] = request.headers[name]
        return found

    def _body(self, request: Request, reply: Reply) -> tuple[bytes, str]:
        del request
        if isinstance(reply.body, bytes):
            return reply.body, reply.type
        return dumps(reply.body, str), reply.type


def masked(key: str) -> str:
    """A key as errors show it: its kind and its last four characters."""
    kind = re.match(r"[a-z]{2}_(?:test|live)_", key)
    return f"{kind[0] if kind else ''}{'*' * 8}{key[-4:]}"


def _key(request: Request) -> str:
    """The key of ``Bearer``, or the user name of ``Basic`` with an empty password (§1)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer":
        return token.strip()
    given = request.authorization
    return (given.username or "") if given is not None and given.type == "basic" else ""


def _request_id(request: Request) -> str:
    return f"req_{request.environ['sandbox.request']:014d}"


def _call(request: Request) -> Call:
    """The parameters of query and form together, with their groups, in ``body``."""
    pairs = parse_qsl(request.query_string.decode("latin-1"), keep_blank_values=True)
    if request.method in _CHANGES:
        pairs += parse_qsl(request.get_data().decode("utf-8", "replace"), keep_blank_values=True)
    accept = request.headers.get("Accept", "*/*")
    return Call(request.method, request.path, request.args, accept, nested(pairs))


def _fingerprint(request: Request) -> Hashable:
    pairs = parse_qsl(request.get_data().decode("utf-8", "replace"), keep_blank_values=True)
    return request.method, request.path, request.query_string, tuple(sorted(pairs))
