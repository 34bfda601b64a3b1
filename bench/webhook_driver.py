"""A process that delivers webhooks over several connections that stay open, and times each answer.

Arguments: a plan, one JSON document per line (``path``, ``headers``, ``body`` in base64, ``method``
where it is not POST); and a JSON document: host, port, connections, and deliveries a second (0 = as fast as they are answered). With
a rate, the time of an answer counts from the moment in which its delivery was due: a server that
is late is late for those behind as well. Prints one JSON document. Used by `bench.webhooks` and by the rigs of tests/fire.
"""

from __future__ import annotations

import base64
import http.client
import json
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TIMEOUT = 30


@dataclass
class Tally:
    statuses: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    connected: int = 0


def deliver(
    target: dict[str, Any], mine: list[tuple[float, dict[str, Any]]], begun: float, tally: Tally
) -> None:
    """One connection: its deliveries one after the other."""
    connection = http.client.HTTPConnection(target["host"], target["port"], timeout=TIMEOUT)
    for due, each in mine:
        late = begun + due - time.perf_counter()
        if due and late > 0:
            time.sleep(late)
        if connection.sock is None:
            connection.connect()
            tally.connected += 1
        sent = begun + due if due else time.perf_counter()
        try:
            connection.request(
                each.get("method", "POST"), each["path"], each["body"], each["headers"]
            )
            answer = connection.getresponse()
            answer.read()
            status = str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            status = type(error).__name__
        tally.statuses[status] += 1
        tally.milliseconds.append((time.perf_counter() - sent) * 1000)
    connection.close()


def at(sorted_: list[float], share: float) -> float:
    return round(sorted_[min(len(sorted_) - 1, int(len(sorted_) * share))], 2)


def main(plan: str, target: dict[str, Any]) -> None:
    lines = Path(plan).read_text("utf-8").splitlines()
    all_ = [json.loads(line) for line in lines]
    for each in all_:
        each["body"] = base64.b64decode(each["body"])
    rate, lanes = target["rate"], target["connections"]
    dues = [n / rate if rate else 0.0 for n in range(len(all_))]
    tallies = [Tally() for _ in range(lanes)]
    begun = time.perf_counter()
    threads = [
        threading.Thread(
            target=deliver,
            args=(target, list(zip(dues, all_, strict=True))[lane::lanes], begun, tallies[lane]),
        )
        for lane in range(lanes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    times = sorted(each for tally in tallies for each in tally.milliseconds)
    statuses: Counter[str] = sum((tally.statuses for tally in tallies), Counter())
    document = {
        "statuses": statuses,
        "connected": sum(tally.connected for tally in tallies),
        "seconds": round(seconds, 3),
        "per_second": round(len(all_) / seconds, 1),
        "p50": at(times, 0.5),
        "p99": at(times, 0.99),
        "max": round(times[-1], 2),
    }
    print(json.dumps(document))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
