"""What stands in an answer of sevDesk: the polymorphic ``objects``, and errors that come with 200.

https://api.sevdesk.de/, reference §1.1 and §1.6, read as a digest on 2026-11-22. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from connectors._failures import not_understood
from core.errors import MalformedResponse

Json = dict[str, Any]


class Listed(NamedTuple):
    """One page of a list. ``total``: rows of the whole list; None when it was not said."""

    rows: list[Json]
    total: int | None


class SaidError(NamedTuple):
    """An ``error`` object (§1.6). ``code`` is sevDesk's own number; None when there is none."""

    code: int | None
    message: str
    data: str = ""
    uuid: str = ""  # as its support names the failure


def unwrap(body: Any) -> Any:
    """What the answer is about: ``objects`` where it is there, else the whole body.

    The official description shows many bodies without the wrapper; live they have it (§1.1).
    """
    if isinstance(body, Mapping) and "objects" in body:
        return body["objects"]
    return body


def said_error(body: Any) -> SaidError | None:
    """The ``error`` of an answer, whatever its status says: some come with 200 (§1.6)."""
    if not isinstance(body, Mapping):
        return None
    found = body.get("error")
    if isinstance(found, str) and found.strip():
        return SaidError(None, " ".join(found.split()))
    if not isinstance(found, Mapping) or not found:
        return None
    return SaidError(
        _number(found.get("code")),
        " ".join(str(found.get("message") or "").split()),
        _missing(found.get("data")),
        str(found.get("exceptionUUID") or ""),
    )


def _number(found: Any) -> int | None:
    written = str(found).strip()
    return int(written) if written.isdigit() and len(written) < 10 else None


def _missing(data: Any) -> str:
    """Names of fields that sevDesk misses (code 830)."""
    fields = data.get("missing information") if isinstance(data, Mapping) else None
    return ", ".join(str(each) for each in fields) if isinstance(fields, list) else ""


def listed(body: Any, resource: str) -> Listed:
    """A page of a list. Raises MalformedResponse when it is none: an empty page must say so."""
    rows = unwrap(body)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise malformed(resource)
    total = body.get("total") if isinstance(body, Mapping) else None
    return Listed(rows, _number(total))


def single(body: Any, resource: str) -> Json:
    """The one object of an answer: bare, or as a list of one. Raises MalformedResponse."""
    found = optional(body, resource)
    if found is None:
        raise malformed(resource)
    return found


def optional(body: Any, resource: str) -> Json | None:
    """The same where there may be none: null, ``[null]``, an empty list or an empty object."""
    found = unwrap(body)
    if isinstance(found, list):
        if len(found) > 1:
            raise malformed(resource)
        found = found[0] if found else None
    if found is None or found == {}:
        return None
    if not isinstance(found, dict):
        raise malformed(resource)
    return found


def malformed(resource: str) -> MalformedResponse:
    """An answer of which nobody knows what it says."""
    return not_understood("sevdesk", "sevDesk", resource)
