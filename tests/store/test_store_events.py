"""The event log tells when somebody has changed it, and where."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from store_story import NOW, A, B, Story

from core.errors import UsageError
from core.store.unit import SqlStore


def _log(store: SqlStore, entries: int = 5) -> list[str]:
    with store.write() as tx:
        return [
            tx.events.append(A, "run", {"run": n, "by": "Jörg"}, {"text": f"Lauf {n}"}, NOW)
            for n in range(1, entries + 1)
        ]


def _tamper(store: SqlStore, *statements: str) -> None:
    with store.write() as tx:
        for statement in statements:
            tx.events._db.execute(sa.text(statement))


def _verify(store: SqlStore, head: str = ""):
    with store.read() as tx:
        return tx.events.verify(A, head)


def test_an_untouched_log_is_sound_up_to_every_head_that_was_noted(store: SqlStore) -> None:
    Story(store)
    with store.read() as tx:
        empty = tx.events.head(A)
    assert _verify(store, empty).ok
    heads = _log(store)
    assert len(set(heads)) == 5
    found = _verify(store, heads[2])
    assert (found.ok, found.entries, found.head, found.problem) == (True, 5, heads[-1], "")


def test_an_erased_payload_does_not_break_the_chain(store: SqlStore) -> None:
    Story(store)
    _log(store)
    _tamper(store, "DELETE FROM event_payload WHERE seq = 3")
    assert _verify(store).ok


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (["UPDATE event_log SET kind = 'x' WHERE seq = 3"], "Eintrag 3 wurde verändert"),
        (["UPDATE event_log SET at = '2020' WHERE seq = 1"], "Eintrag 1 wurde verändert"),
        (["UPDATE event_log SET refs = '{}' WHERE seq = 5"], "Eintrag 5 wurde verändert"),
        (["UPDATE event_payload SET payload = '{}' WHERE seq = 2"], "Eintrag 2: sein Inhalt"),
        (["DELETE FROM event_log WHERE seq = 3"], "Eintrag 3 fehlt"),
        (["DELETE FROM event_log WHERE seq = 5"], "Nach Eintrag 4 fehlen"),
        (["UPDATE event_head SET seq = 4"], "Eintrag 5: der Kopf passt nicht"),
        (
            [
                "UPDATE event_log SET seq = 9 WHERE seq = 2",
                "UPDATE event_log SET seq = 2 WHERE seq = 3",
                "UPDATE event_log SET seq = 3 WHERE seq = 9",
            ],
            "Eintrag 2: er schließt nicht",
        ),
    ],
)
def test_tampering_is_found_where_it_happened(
    store: SqlStore, statements: list[str], problem: str
) -> None:
    Story(store)
    _log(store)
    _tamper(store, *statements)
    found = _verify(store)
    assert not found.ok
    assert found.problem.startswith(problem)


def test_a_cut_end_is_found_with_a_head_from_outside(store: SqlStore) -> None:
    Story(store)
    heads = _log(store)
    _tamper(
        store,
        "DELETE FROM event_log WHERE seq = 5",
        f"UPDATE event_head SET seq = 4, hash = '{heads[3]}'",
    )
    assert _verify(store).ok
    found = _verify(store, heads[4])
    assert not found.ok
    assert "abgeschnitten" in found.problem


def test_two_creditors_have_two_chains(store: SqlStore) -> None:
    Story(store)
    Story(store, B)
    with store.write() as tx:
        first = tx.events.append(A, "run", {"run": 1}, {}, NOW)
        second = tx.events.append(B, "run", {"run": 1}, {}, NOW)
        with pytest.raises(UsageError):
            tx.events.append("nobody", "run", {}, {}, NOW)
    assert first != second


def test_writers_at_the_same_time_make_one_chain(store: SqlStore) -> None:
    Story(store)

    def write(_: int) -> None:
        for _ in range(5):
            with store.write() as tx:
                tx.events.append(A, "run", {"run": 1}, {}, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    found = _verify(store)
    assert (found.ok, found.entries) == (True, 20)
