"""Walks through the pages of a list: composed by connectors, not inherited (style §2.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.errors import MalformedResponse

Params = Mapping[str, str | int]
Fetch = Callable[[Params], Any]
# No list of a platform is longer; a server that never says last must not be read for ever.
MOST_PAGES = 10_000


class Page(NamedTuple):
    """``number`` as the platform counts; ``envelope`` is the whole answer around the items."""

    number: int
    items: Sequence[Any]
    envelope: Mapping[str, Any]
    last: bool


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """Pages by number until the platform says that one is the last (Spring: ``content``, ``last``).

    A short or empty page is not the end: lists are filtered after they were cut into pages.
    """

    first: int = 0
    size: int = 250
    page_name: str = "page"
    size_name: str = "size"
    items_name: str = "content"
    last_name: str = "last"
    most: int = MOST_PAGES

    def pages(self, fetch: Fetch, params: Params, start: int | None = None) -> Iterator[Page]:
        """Pages from ``start`` (None = the first) to the last, each asked for once.

        Args:
            fetch: one request with these parameters; returns its parsed JSON.
            params: sent with every page.
            start: where a stream that was interrupted goes on.

        Raises:
            MalformedResponse: no such list, another page than was asked for, or one without an end.

        """
        number = self.first if start is None else start
        for _ in range(self.most):
            page = self.page(
                fetch({**params, self.page_name: number, self.size_name: self.size}), number
            )
            yield page
            if page.last:
                return
            number += 1
        raise _malformed(f"mehr als {self.most} Seiten", f"more than {self.most} pages")

    def page(self, envelope: Any, number: int) -> Page:
        """The page that an answer is, for connectors that walk in their own way.

        Raises:
            MalformedResponse: no such list, another page, or one that does not say whether it is
                the last: taken for the last, what comes behind it would be missed in silence.

        """
        items = envelope.get(self.items_name) if isinstance(envelope, dict) else None
        if not isinstance(items, list):
            raise _malformed(f"ohne {self.items_name}", f"without {self.items_name}")
        # A server that ignores the page number would send the first page for ever.
        shown = envelope.get("number", number)
        if shown != number:
            raise _malformed(
                f"Seite {shown} statt {number}", f"page {shown} instead of page {number}"
            )
        return Page(number, items, envelope, self._is_last(envelope, number))

    def _is_last(self, envelope: Mapping[str, Any], number: int) -> bool:
        last = envelope.get(self.last_name)
        if isinstance(last, bool):
            return last
        pages = envelope.get("totalPages")
        if isinstance(pages, int):
            return number - self.first + 1 >= pages
        raise _malformed("ohne Angabe der letzten Seite", "that names no last page")


def _malformed(de: str, en: str) -> MalformedResponse:
    return MalformedResponse(
        f"Die Plattform schickt eine Liste {de}. Bitte später noch einmal versuchen; bleibt es dabei, "
        "bitte als Fehler von Mahnwerk melden.",
        en=f"The platform sends a list {en}. Please try again later; if it stays so, please report "
        "it as a fault of Mahnwerk.",
    )
