"""The Stripe API as Mahnwerk uses it: objects and lists by their path; answers raw dicts.

https://docs.stripe.com/api, version 2026-10-28.endive, read as a digest on 2026-11-22; the § are
its sections. Numbers with a fraction are ``Decimal``, amounts are whole numbers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from connectors._http import HttpClient
from connectors.stripe.meaning import again, explain, malformed
from connectors.stripe.platform import API_VERSION
from core.ports import Gate

PAGE_SIZE = 100  # the most that a list gives (§1)
MOST_PAGES = 10_000  # no account has more; a server that never says last is not read for ever

Json = dict[str, Any]
Pairs = Sequence[tuple[str, str]]


class Listed(NamedTuple):
    """One page of a list, newest first; ``more``: there are older rows behind it."""

    rows: list[Json]
    more: bool


class StripeClient:
    """One key at one address. Construction does no I/O.

    Every method raises ``ConnectorError``; an unknown id is ``NotFound``. ``requests`` counts what
    was sent, repetitions included. Paths begin behind ``/v1/``; ids in them come by ``path_of``.

    Args:
        base: address of the API, with or without ``/v1`` at its end.
        api_key: a restricted or secret key (§1).
        account: the connected account that a platform's key acts for (Connect); "" = its own.

    """

    def __init__(
        self,
        base: str,
        api_key: str,
        gate: Gate,
        *,
        account: str = "",
        patience: float = 300.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}", "Stripe-Version": API_VERSION}
        if account:
            headers["Stripe-Account"] = account
        self._http = HttpClient(
            connector="stripe",
            base=f"{base.rstrip('/').removesuffix('/v1')}/v1",
            headers=headers,
            gate=gate,
            secrets=(api_key,),
            patience=patience,
            sleep=sleep,
            explain=explain,
            again=again,
        )

    @property
    def requests(self) -> int:
        return self._http.requests

    def close(self) -> None:
        self._http.close()

    def page(
        self, path: str, params: Pairs = (), *, limit: int = PAGE_SIZE, after: str = ""
    ) -> Listed:
        """One page of a list.

        Args:
            path: of the list, "invoices".
            params: filters and ``expand[]``.
            limit: rows of a page.
            after: id of the last row of the page before; "" = the first page.

        Raises:
            CursorGone: there is no row ``after`` any more.

        """
        asked = [*params, ("limit", str(limit))]
        if after:
            asked.append(("starting_after", after))
        listed = _listed(self._http.get_json(f"/{path}", asked), path)
        # A server that does not know cursors would send the first page for ever.
        if after and any(row["id"] == after for row in listed.rows):
            raise malformed(path)
        return listed

    def every(
        self, path: str, params: Pairs = (), limit: int = PAGE_SIZE, *, after: str = ""
    ) -> Iterator[Listed]:
        """The pages of a list to its end, each asked for once."""
        cursors = {after}
        while True:
            listed = self.page(path, params, limit=limit, after=after)
            yield listed
            if not listed.more:
                return
            after = str(listed.rows[-1]["id"])
            if after in cursors or len(cursors) >= MOST_PAGES:
                raise malformed(path)
            cursors.add(after)

    def get(self, path: str, expand: Sequence[str] = ()) -> Json:
        """One object. ``expand``: what is embedded in it, at most four levels deep (§1)."""
        answer = self._http.get_json(f"/{path}", [("expand[]", each) for each in expand])
        return _object(answer, path)

    def post(self, path: str, fields: Pairs, idempotency_key: str | None = None) -> Json:
        """Creates or changes something. With a key it is repeated until its answer is known.

        Raises:
            AnswerUnknown: it may have happened; look before it is repeated.

        """
        answer = self._http.post_form(f"/{path}", fields, idempotency_key=idempotency_key)
        return _object(answer, path)

    def delete(self, path: str) -> None:
        self._http.delete(f"/{path}")


def path_of(*parts: str) -> str:
    """A path with ids in it: they may come from outside."""
    return "/".join(quote(part, safe="") for part in parts)


def _object(answer: Any, path: str) -> Json:
    if not isinstance(answer, dict):
        raise malformed(path)
    return answer


def _listed(answer: Any, path: str) -> Listed:
    """A page; one that does not say whether more follows is none: taken for the last, what comes
    behind it would be missed in silence.
    """
    found = _object(answer, path)
    rows, more = found.get("data"), found.get("has_more")
    if not isinstance(rows, list) or not isinstance(more, bool) or (more and not rows):
        raise malformed(path)
    if not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        raise malformed(path)
    return Listed(rows, more)
