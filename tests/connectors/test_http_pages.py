"""Lists in pages: read to their end, no page twice, and never for ever."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._paginate import PageNumbers
from core.errors import MalformedResponse


class Book:
    """A list as Spring cuts it; pages may be short, because they were filtered after cutting."""

    def __init__(self, pages: list[list[int]], *, names_last: bool = True) -> None:
        self.pages, self.names_last = pages, names_last
        self.asked: list[dict[str, Any]] = []

    def __call__(self, params: Any) -> Any:
        self.asked.append(dict(params))
        number = params["page"]
        envelope = {
            "content": self.pages[number] if number < len(self.pages) else [],
            "totalPages": len(self.pages),
            "number": number,
        }
        if self.names_last:
            envelope["last"] = number >= len(self.pages) - 1
        return envelope


@given(st.lists(st.lists(st.integers(), max_size=3), min_size=1, max_size=6), st.booleans())
def test_every_row_comes_once_and_every_page_is_asked_once(
    pages: list[list[int]], names_last: bool
) -> None:
    book = Book(pages, names_last=names_last)
    read = list(PageNumbers(size=3).pages(book, {"voucherStatus": "open"}))
    assert [list(page.items) for page in read] == pages
    assert [page.number for page in read] == list(range(len(pages)))
    assert book.asked == [
        {"voucherStatus": "open", "page": n, "size": 3} for n in range(len(pages))
    ]


@given(st.integers(1, 6), st.data())
def test_an_interrupted_walk_goes_on_where_it_stopped(count: int, data: st.DataObject) -> None:
    pages = [[n] for n in range(count)]
    start = data.draw(st.integers(0, count - 1))
    read = list(PageNumbers().pages(Book(pages), {}, start))
    assert [page.items[0] for page in read] == list(range(start, count))


def test_an_empty_list_is_one_page() -> None:
    (page,) = PageNumbers().pages(Book([[]]), {})
    assert list(page.items) == []
    assert page.envelope["last"] is True


def test_pages_are_asked_for_only_when_they_are_wanted() -> None:
    book = Book([[1], [2], [3]])
    walk = PageNumbers().pages(book, {})
    next(walk)
    assert len(book.asked) == 1


def test_some_platforms_count_from_one() -> None:
    asked = []

    def fetch(params: Any) -> Any:
        asked.append(params["seite"])
        return {"zeilen": [1], "totalPages": 3, "number": params["seite"]}

    names = PageNumbers(1, 10, page_name="seite", size_name="zahl", items_name="zeilen")
    assert len(list(names.pages(fetch, {}))) == 3
    assert asked == [1, 2, 3]


def test_a_platform_that_never_ends_is_stopped() -> None:
    def endless(params: Any) -> Any:
        return {"content": [1], "last": False, "number": params["page"]}

    walk = PageNumbers(most=40).pages(endless, {})
    assert [page.number for page in islice(walk, 40)] == list(range(40))
    with pytest.raises(MalformedResponse, match="mehr als 40 Seiten"):
        next(walk)


def test_a_platform_that_ignores_the_page_is_noticed() -> None:
    walk = PageNumbers().pages(lambda _: {"content": [1], "last": False, "number": 0}, {})
    next(walk)
    with pytest.raises(MalformedResponse, match="Seite 0 statt 1"):
        next(walk)


@pytest.mark.parametrize(
    "envelope",
    [None, [], "x", {}, {"content": None}, {"content": {}}, {"content": [1]},
     {"content": [1], "last": "yes"}],
)  # fmt: skip
def test_what_is_no_list_is_not_read_as_an_empty_one(envelope: Any) -> None:
    with pytest.raises(MalformedResponse) as caught:
        list(PageNumbers().pages(lambda _: envelope, {}))
    assert caught.value.en
