"""Lists of sevDesk are read whole, each row once, although rows come, go and move meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from connectors.sevdesk.envelope import Listed
from connectors.sevdesk.paging import walk
from core.errors import MalformedResponse


@dataclass
class Book:
    """A list that changes between two requests: ``events[n]`` happens after request n."""

    ids: list[int]
    counts: bool = True
    events: dict[int, Callable[[list[int]], None]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def __call__(self, offset: int, limit: int) -> Listed:
        self.asked.append(offset)
        rows = [{"id": str(id_)} for id_ in self.ids[offset : offset + limit]]
        answer = Listed(rows, len(self.ids) if self.counts else None)
        self.events.get(len(self.asked), lambda _: None)(self.ids)
        return answer


def read(book: Callable[[int, int], Listed], limit: int = 10, **more: int) -> list[int]:
    return [int(row["id"]) for page in walk(book, limit, **more) for row in page.rows]


@pytest.mark.parametrize(("rows", "requests"), [(0, 1), (1, 1), (10, 1), (11, 2), (30, 3), (31, 4)])
def test_a_quiet_list_costs_one_request_a_page(rows: int, requests: int) -> None:
    book = Book(list(range(rows)))
    assert read(book) == list(range(rows))
    assert len(book.asked) == requests


@pytest.mark.parametrize("rows", [0, 9, 10, 11, 35])
def test_without_a_total_only_an_empty_page_is_the_end(rows: int) -> None:
    book = Book(list(range(rows)), counts=False)
    assert read(book) == list(range(rows))


def deleted(*ids: int) -> Callable[[list[int]], None]:
    def event(book: list[int]) -> None:
        for each in ids:
            book.remove(each)

    return event


def made_in_front(*ids: int) -> Callable[[list[int]], None]:
    return lambda book: book.__setitem__(slice(0, 0), ids)


def moved_in_front(id_: int) -> Callable[[list[int]], None]:
    """An order by the last change: what is changed meanwhile comes first."""

    def event(book: list[int]) -> None:
        book.remove(id_)
        book.insert(0, id_)

    return event


def test_rows_that_moved_before_the_offset_are_read_after_all() -> None:
    book = Book(list(range(35)), events={1: deleted(3), 2: deleted(1, 4)})
    found = read(book)
    assert sorted(found) == list(range(35))  # the deleted ones were read before they went
    assert len(found) == len(set(found))


def test_rows_that_come_in_front_repeat_others_and_lose_none() -> None:
    """Newest first: an invoice made meanwhile is the business of the next sync."""
    book = Book(list(range(35)), events={1: made_in_front(100, 101)})
    found = read(book)
    assert sorted(found) == list(range(35))
    assert len(found) == len(set(found))


def test_a_row_that_moves_before_the_offset_is_missed_in_the_sum_and_found() -> None:
    book = Book(list(range(25)), events={1: moved_in_front(20)})
    assert sorted(read(book)) == list(range(25))
    assert book.asked == [0, 10, 20, 0, 10, 20]


def test_the_second_walk_ends_although_the_list_never_adds_up() -> None:
    """A list that counts a row twice is read twice, and not for ever."""
    twice = [*range(10), *range(9), 99]
    book = Book(twice)
    assert sorted(read(book)) == [*range(10), 99]
    assert len(book.asked) == 4


def test_half_a_page_is_asked_for_again() -> None:
    book = Book(list(range(25)))
    halves = iter([True])

    def half(offset: int, limit: int) -> Listed:
        answer = book(offset, limit)
        return Listed(answer.rows[:4], answer.total) if next(halves, False) else answer

    assert read(half) == list(range(25))


def test_a_list_that_stays_half_is_never_taken_for_the_whole() -> None:
    book = Book(list(range(25)))

    def half(offset: int, limit: int) -> Listed:
        answer = book(offset, limit)
        return Listed(answer.rows[:4], answer.total) if offset else answer

    pages = walk(half, 10)
    assert [row["id"] for row in next(pages).rows] == [str(n) for n in range(10)]
    with pytest.raises(MalformedResponse) as caught:
        next(pages)
    assert caught.value.connector == "sevdesk"
    assert caught.value.sentence("de") != caught.value.sentence("en")


@pytest.mark.parametrize("counts", [True, False], ids=["with total", "without total"])
def test_an_ignored_offset_is_no_endless_list(counts: bool) -> None:
    book = Book(list(range(25)), counts=counts)
    with pytest.raises(MalformedResponse):
        read(lambda _, limit: book(0, limit))


def test_a_small_list_that_knows_no_pages_is_whole() -> None:
    book = Book([1, 2, 3], counts=False)
    assert read(lambda *_: book(0, 10)) == [1, 2, 3]


def test_a_hundred_rows_without_pages_may_be_cut_off() -> None:
    book = Book(list(range(100)), counts=False)
    with pytest.raises(MalformedResponse):
        read(lambda *_: book(0, 100), 1000)


def test_a_limit_that_is_ignored_is_half_a_page() -> None:
    """The silent hundred (exlo89/laravel-sevdesk-api, issue 26)."""
    book = Book(list(range(250)))
    with pytest.raises(MalformedResponse):
        read(lambda offset, _: book(offset, 100), 1000)


def test_a_walk_is_taken_up_where_it_was_left() -> None:
    book = Book(list(range(35)))
    first: Iterator[object] = walk(book, 10)
    next(first)
    next(first)
    assert read(book, offset=20, total=35) == list(range(20, 35))
    assert book.asked == [0, 10, 20, 30]


def test_what_went_between_two_walks_is_stepped_back_over() -> None:
    book = Book(list(range(2, 35)))  # 0 and 1 went since 20 of 35 rows were read
    assert set(read(book, offset=20, total=35)) >= set(range(20, 35))


def test_rows_without_an_id_are_all_shown() -> None:
    rows = [{"name": "ohne Nummer"}, {"name": "auch ohne"}]
    assert [row for page in walk(lambda *_: Listed(list(rows), 2)) for row in page.rows] == rows


def test_a_list_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.sevdesk.paging._MOST_PAGES", 7)
    with pytest.raises(MalformedResponse) as caught:
        read(lambda offset, limit: Listed([{"id": str(offset + n)} for n in range(limit)], None))
    assert "7" in caught.value.sentence("de")
