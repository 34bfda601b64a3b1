"""Which paths exist, and who answers them.

A handler gets the world, the call (``body``: the parameters of query and form as one tree) and the
ids of the path. What is not below /v1/ needs no key.
"""

from __future__ import annotations

from sandbox.common.gateway import Route


def routes() -> list[Route]:
    """Every route of what stands in the world; anything else is 404."""
    return []
