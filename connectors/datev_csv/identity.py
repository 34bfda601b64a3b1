"""Ids of postings that stay the same over repeated exports (datev.md §7).

A GUID is the id of its row. Rows without one get a hash over batch and content, and a running
number among equal rows: two equal rows are legal and both count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from core.domain.records import Posting


class Identities:
    """Gives the rows of one batch their ids."""

    def __init__(self, batch: str) -> None:
        self._prefix = hashlib.blake2b(batch.encode(), digest_size=6).hexdigest()
        self._numbers: dict[str, int] = {}
        self._first: dict[str, str] = {}  # guid -> content key of its first row
        self._shared: dict[str, set[str]] = {}  # guid -> all content keys, where there are more

    def of_content(self, key: str) -> str:
        """Id of a row without GUID."""
        number = self._numbers[key] = self._numbers.get(key, 0) + 1
        return f"{self._prefix}-{key}-{number}"

    def of_guid(self, guid: str, key: str) -> tuple[str, str]:
        """Id of a row with GUID, and "" | "same" | "shared" for what was seen with it before."""
        first = self._first.setdefault(guid, key)
        if first is key:  # the very object: this row came first
            return guid, ""
        seen = self._shared.get(guid, {first})
        if key in seen:
            return guid, "same"
        self._shared[guid] = seen | {key}
        return f"{guid}~{key}", "shared"

    def finish(self, postings: Sequence[Posting]) -> tuple[Posting, ...]:
        """Gives the first row of a shared GUID a long id too: ids must not depend on row order."""
        if not self._shared:
            return tuple(postings)
        return tuple(self._lengthen(posting) for posting in postings)

    def _lengthen(self, posting: Posting) -> Posting:
        guid = posting.external_id[:36]
        if guid not in self._shared or posting.external_id[36:37] == "~":
            return posting
        rest = posting.external_id[36:]
        return posting._replace(external_id=f"{guid}~{posting.content_key}{rest}")
