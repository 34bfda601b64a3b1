"""Requests that have passed a stand-in's gateway, and what is answered to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage, MultiDict

JSON = "application/json"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that has passed the gateway."""

    method: str
    path: str
    query: MultiDict[str, str]
    accept: str
    body: Any = None  # parsed JSON of POST and PUT, numbers as Decimal
    files: Mapping[str, FileStorage] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)

    def flag(self, name: str) -> bool | None:
        """``true`` or ``false`` of the query; None when it is absent or neither."""
        return {"true": True, "false": False}.get(self.query.get(name, "").lower())


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a dict or list becomes JSON, bytes are sent as they are."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    type: str = JSON
