"""Writers of one SQLite file take turns: in the order of asking, over threads and processes."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from waiting import until

from core.errors import Unavailable
from core.store.turn import FairLock
from core.store.unit import SqlStore

# Writes chunk after chunk without a pause, as a long run does, until it is told to end.
RUN = """
import sys
from core.store.unit import SqlStore
from waiting import pause
store = SqlStore(sys.argv[1])
print("writes", flush=True)
from pathlib import Path
while not Path(sys.argv[2]).exists():
    with store.write():
        pause(0.02)
"""


def test_a_lock_is_handed_on_in_the_order_of_asking():
    lock, order, waiting = FairLock(), [], []
    assert lock.acquire(0)

    def wait(name):
        assert lock.acquire(20)
        order.append(name)
        lock.release()

    for name in range(6):
        waiting.append(threading.Thread(target=wait, args=(name,)))
        waiting[-1].start()
        until(lambda: len(lock._waiting) == len(waiting))
    lock.release()
    for each in waiting:
        each.join()
    assert order == list(range(6))


def test_who_gave_up_waiting_is_not_handed_the_lock():
    lock = FairLock()
    assert lock.acquire(0)
    assert not lock.acquire(0.01)
    lock.release()
    assert lock.acquire(0)
    lock.release()


def test_a_run_in_another_process_does_not_keep_a_webhook_waiting(sqlite_store, tmp_path):
    """Without turns SQLite let the run go first for seconds, until the webhook was refused."""
    url, ended = str(sqlite_store.engine.url), tmp_path / "ended"
    here = str(Path(__file__).parents[1])
    run = subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path[:0]=[{here!r}]\n{RUN}", url, str(ended)],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    try:
        assert run.stdout.readline() == "writes\n"
        store = SqlStore(url, busy_seconds=2)
        for _ in range(20):
            with store.write():
                pass
        store.close()
    finally:
        ended.touch()
        run.communicate(timeout=30)
    assert run.returncode == 0


def test_a_writer_that_waits_too_long_is_told_so(sqlite_store):
    second = SqlStore(str(sqlite_store.engine.url), busy_seconds=0.05)
    with sqlite_store.write(), pytest.raises(Unavailable), second.write():
        pass
    with second.write():  # and afterwards all is well
        pass
    second.close()


def test_threads_of_one_store_queue_up_and_give_up(tmp_path):
    store = SqlStore(f"sqlite:///{tmp_path / 'm.db'}", busy_seconds=0.05)
    store.migrate()
    failed = []

    def write():
        try:
            with store.write():
                pass
        except Unavailable:
            failed.append(True)

    with store.write():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert failed == [True]
    store.close()


def test_a_folder_that_cannot_be_written_needs_no_turn(sqlite_store, monkeypatch):
    """Then the file cannot be either, or somebody took only the folder's rights away."""
    monkeypatch.setattr("core.store.turn.os.open", _refuse)
    with sqlite_store.write():
        pass


def _refuse(*_):
    raise PermissionError
