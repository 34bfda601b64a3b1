"""Which paths exist below /v1, and who answers them.

A handler gets the world, the :class:`~sandbox.common.replies.Call` (``body`` is the parsed form of a
POST, see :func:`sandbox.stripe.forms.nested`) and the parts of the path. The resource of a route is
what a restricted key has a right to (:meth:`~sandbox.stripe.world.World.denied`).
"""

from __future__ import annotations

import re

from sandbox.common.gateway import Handler, Route

BASE = "/v1"
_ID = r"([A-Za-z0-9_]{1,255})"


def route(method: str, path: str, handler: Handler) -> Route:
    """``/invoices/{id}`` as a route."""
    pattern = re.escape(BASE + path).replace(r"\{id\}", _ID)
    return Route(method, path.split("/")[1], re.compile(pattern + r"\Z"), handler)


def routes() -> list[Route]:
    """Every route of what stands in the world; anything else is 404."""
    return []
