"""Parameters with brackets, of queries and of form bodies: ``created[gte]``, ``expand[]`` (§1)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.stripe.replies import Json, bad

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_PART = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 8


def nested(pairs: Iterable[tuple[str, str]]) -> Json:
    """``created[gte]=1&expand[]=a&expand[]=b`` as ``{"created": {"gte": "1"}, "expand": [a, b]}``.

    Values stay texts: the empty one unsets. ``x[0]=a`` counts as ``x[]=a``, in the order sent.

    Raises:
        ApiError: 400, brackets that do not fit, or one name as a value and as a group.
    """
    found: Json = {}
    for name, value in pairs:
        match = _NAME.match(name)
        parts = _PART.findall(match[2]) if match else []
        if match is None or len(parts) > _DEEPEST or "" in parts[:-1]:
            raise bad(f"Invalid parameter name: {name}", param=name)
        _put(found, [match[1], *parts], value, name)
    return found


def _put(found: Json, path: list[str], value: str, name: str) -> None:
    *groups, last = path
    if groups and (last == "" or last.isdigit()):
        *groups, last = groups
        rows = _group(found, groups, name).setdefault(last, [])
        if not isinstance(rows, list):
            raise bad(f"Invalid array: {name}", param=name)
        rows.append(value)
        return
    held = _group(found, groups, name)
    if isinstance(held.get(last), (dict, list)):
        raise bad(f"Invalid string: {name}", param=name)
    held[last] = value  # sent twice: the last one counts


def _group(found: Json, groups: list[str], name: str) -> Json:
    for each in groups:
        found = found.setdefault(each, {})
        if not isinstance(found, dict):
            raise bad(f"Invalid object: {name}", param=name)
    return found
