"""HTTP to platforms: one place for time limits, retries, the request budget, errors, redaction.

Every connector builds one `HttpClient` per account; nothing else in Mahnwerk sends a request to a
platform. Rules (style §5.5, ADR 0022): reads and deletions are repeated after a broken connection,
408 and 5xx; a write only when it certainly was not carried out (429, no connection) or has an
idempotency key; what is refused is refused at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, cast
from urllib.parse import urlencode

import requests
from urllib3.exceptions import HTTPError

from connectors._answer import Answer, CutOff, TooLarge, read
from connectors._deadline import Deadline
from connectors._failures import Broken, Explain, Failures
from connectors._json import dumps
from connectors._redact import Redactor
from connectors._retry import Failed, Patience, retrying
from connectors._session import checked_base, checked_keys, open_session
from core.errors import MalformedResponse, RateLimited, Unavailable
from core.ports import Gate

__all__ = ["Answer", "HttpClient", "Params"]

Params = Mapping[str, str | int] | Sequence[tuple[str, str]] | None
Again = Callable[[Answer], bool | None]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
# PUT is repeatable by RFC 9110, but platforms use it for actions (sevDesk: sendBy).
_WRITES = ("POST", "PUT")
log = logging.getLogger("mahnwerk.http")
_BROKEN = (requests.RequestException, HTTPError, HTTPException, OSError, TooLarge, CutOff)


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    params: Params = None
    body: object = None
    accept: str = JSON
    key: str | None = None
    form: bool = False  # ``body`` is pairs of a form, not JSON

    @property
    def repeatable(self) -> bool:
        return self.method not in _WRITES or self.key is not None


class HttpClient:
    """One account at one platform; not for use by several threads at once.

    Args:
        connector: slug, for messages and errors.
        base: address of the API; ``https``, or ``http`` on this machine only.
        headers: sent with every request; keys among them are redacted everywhere.
        gate: the request budget, asked before every single request.
        secrets: more texts that must never be seen.
        timeout: seconds to connect, and seconds until the answer is complete.
        patience: seconds for one call with all its tries.
        attempts: tries of one call.
        sleep: waits between two tries.
        explain: vendor meaning of an error answer; None = the usual one of its status.
        again: the platform's own word on whether an error answer is worth another try; None = it
            says nothing. A write without an idempotency key is not repeated all the same.

    Raises:
        ConfigError: the address would show the key to others, or the key cannot be sent.

    """

    def __init__(
        self,
        *,
        connector: str,
        base: str,
        headers: Mapping[str, str],
        gate: Gate,
        secrets: Sequence[str] = (),
        timeout: tuple[float, float] = (10.0, 40.0),
        patience: float = 300.0,
        attempts: int = 6,
        sleep: Callable[[float], None] = time.sleep,
        explain: Explain | None = None,
        again: Again | None = None,
    ) -> None:
        self.requests = 0
        self._base, local = checked_base(base, connector)
        self._gate, self._sleep = gate, sleep
        self._timeout, self._patience, self._attempts = timeout, patience, attempts
        self._redact = Redactor([*secrets, *checked_keys(headers, connector)])
        self._failures = Failures(connector, self._redact, explain)
        self._again: Again = again or _says_nothing
        self._slowed = False
        self._ending: set[str] = set()  # endpoints that were said to be deprecated
        self._session = open_session(headers, local=local)

    def __repr__(self) -> str:
        return f"HttpClient({self._failures.connector!r}, {self._redact(self._base)!r})"

    def get_json(self, path: str, params: Params = None) -> Any:
        """The JSON at ``path``; numbers with a fraction are Decimal.

        Raises:
            ConnectorError: by who must act (style §5.5); NotFound for 404.

        """
        return self._json(self.get(path, params))

    def get(self, path: str, params: Params = None, *, accept: str = JSON) -> Answer:
        """The answer as it came, status 2xx. Raises as ``get_json``."""
        return self._send(_Call("GET", path, params, accept=accept))

    def post_json(
        self, path: str, body: object, params: Params = None, *, idempotency_key: str | None = None
    ) -> Any:
        """Writes ``body``, amounts as Decimal; returns the answer, None when it is empty.

        Raises:
            AnswerUnknown: it may have happened; look before it is repeated.
            ConnectorError: it did not happen.

        """
        return self._written(_Call("POST", path, params, body, key=idempotency_key))

    def post_form(
        self, path: str, fields: Sequence[tuple[str, str]], *, idempotency_key: str | None = None
    ) -> Any:
        """Writes a form (``application/x-www-form-urlencoded``). Returns and raises as ``post_json``."""
        return self._written(_Call("POST", path, body=fields, key=idempotency_key, form=True))

    def put_json(self, path: str, body: object) -> Any:
        """Changes something that is there. Raises as ``post_json``."""
        return self._written(_Call("PUT", path, body=body))

    def _written(self, call: _Call) -> Any:
        answer = self._send(call)
        if not answer.content.strip():
            return None
        try:
            return self._json(answer)
        except MalformedResponse as error:
            raise self._failures.unknown(error) from None

    def delete(self, path: str) -> None:
        """Raises NotFound when it was gone before the first try."""
        self._send(_Call("DELETE", path))

    def close(self) -> None:
        self._session.close()

    def _json(self, answer: Answer) -> Any:
        try:
            return answer.json()
        except MalformedResponse:
            pass
        raise self._failures.unreadable(answer)

    def _send(self, call: _Call) -> Answer:
        if not call.repeatable:
            # A connection that lay idle may be dead, and then nobody knows whether a write on it
            # arrived: each begins with a new one.
            self._session.close()
        patience = Patience(self._patience)
        result = retrying(self._attempts, patience, self._sleep)(self._try, call, patience)
        if isinstance(result, Failed):
            # Raised outside of every handler: the causes of requests hold the key in their request.
            raise result.error
        return result

    def _try(self, call: _Call, patience: Patience) -> Answer | Failed:
        try:
            self._gate.wait()
        except RateLimited as error:
            return Failed(self._failures.named(error))
        got = self._exchange(call, patience.start(self._timeout[1]))
        if isinstance(got, Broken):
            return self._after_break(call, got, patience)
        self._watch_end(call, got)
        if 200 <= got.status < 300:
            self._ease()
            return got
        return self._after_refusal(call, got, patience)

    def _watch_end(self, call: _Call, answer: Answer) -> None:
        """The end of an endpoint is announced long before (RFC 9745); said once for each."""
        end = answer.headers.get("Deprecation", "")
        place = call.path.strip("/").split("/")[0]
        if end and place not in self._ending:
            self._ending.add(place)
            log.warning("%s: %s is deprecated (%s)", self._failures.connector, place, end[:40])

    def _exchange(self, call: _Call, seconds: float) -> Answer | Broken:
        """Sends once. What broke comes back as a value, without the text of its cause."""
        prepared = self._prepare(call)
        url = self._redact(str(prepared.url))
        got = self._sent(prepared, url, seconds, file=call.accept != JSON)
        outcome = got.why[1] if isinstance(got, Broken) else str(got.status)
        log.debug("%s %s %s: %s", self._failures.connector, call.method, url, outcome)
        return got

    def _sent(
        self, prepared: requests.PreparedRequest, url: str, seconds: float, *, file: bool
    ) -> Answer | Broken:
        self.requests += 1
        around = self._session.merge_environment_settings(
            str(prepared.url), {}, stream=True, verify=None, cert=None
        )
        timeout = (min(self._timeout[0], seconds), seconds)
        with Deadline(seconds) as deadline:
            try:
                response = self._session.send(
                    prepared, timeout=timeout, allow_redirects=False, **around
                )
                with response:
                    deadline.answered(response)
                    answer = read(response, url, file=file)
            except _BROKEN as error:
                return Broken.of(error, over=deadline.over)
            except (ValueError, AttributeError):
                # Whoever reads while the deadline shuts the socket may find its file gone.
                if not deadline.over:
                    raise
                return Broken.of(requests.ReadTimeout(), over=True)
        # A body without a length ends like a complete one when its socket is shut.
        return Broken.of(requests.ReadTimeout(), over=True) if deadline.over else answer

    def _prepare(self, call: _Call) -> requests.PreparedRequest:
        headers = {"Accept": call.accept}
        data = None
        if call.method in _WRITES:
            headers["Content-Type"] = FORM if call.form else JSON
            data = _form(call.body) if call.form else dumps(call.body)
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        url = f"{self._base}/{call.path.lstrip('/')}"
        request = requests.Request(call.method, url, headers, data=data, params=call.params)
        return self._session.prepare_request(request)

    def _after_break(self, call: _Call, broken: Broken, patience: Patience) -> Failed:
        error = self._failures.broken(broken)
        if broken.sent and not call.repeatable:
            return Failed(self._failures.unknown(error))
        patience.unsure |= broken.sent
        return Failed(error, again=not broken.final)

    def _after_refusal(self, call: _Call, answer: Answer, patience: Patience) -> Answer | Failed:
        error = self._failures.of(answer)
        said = self._again(answer)
        if isinstance(error, RateLimited):
            return self._slow_down(call, answer, error, again=said is not False)
        if isinstance(error, Unavailable):
            if not call.repeatable:
                return Failed(self._failures.unknown(error))
            patience.unsure = True
            return Failed(error, again=said is not False, pause=answer.retry_after())
        self._ease()
        # The try before, of which no answer came, has deleted it.
        done = call.method == "DELETE" and answer.status == 404 and patience.unsure
        return answer if done else Failed(error, again=said is True and call.repeatable)

    def _slow_down(self, call: _Call, answer: Answer, error: RateLimited, *, again: bool) -> Failed:
        self._slowed = True
        wait = self._gate.throttled(error.retry_after)
        error.retry_after = max(error.retry_after or 0.0, wait)
        if answer.status >= 500 and not call.repeatable:
            # Only 429 says for certain that it was not carried out.
            return Failed(self._failures.unknown(error))
        return Failed(error, again=again, gate=wait)

    def _ease(self) -> None:
        if self._slowed:
            self._gate.eased()
            self._slowed = False


def _says_nothing(_: Answer) -> None:
    """Most platforms leave it to the status."""


def _form(fields: object) -> bytes:
    pairs = cast("Sequence[tuple[str, str]]", fields)
    return urlencode(pairs).encode("ascii")
