"""A server with a worker in it lives on under everything that the net throws at it, and grows no more.

In the suite some seconds; `make fire` keeps it up for a minute and longer.
"""

from __future__ import annotations

import base64
import json
import random
from collections import Counter

import pytest
from fire import size
from hooked import hooked
from mail_server import Server as MailServer
from served import driven, serving

pytestmark = pytest.mark.timeout(size(120, 900))
ROUNDS, REQUESTS = size((3, 250), (24, 1500))
GROWTH = 6  # megabytes, over the last two thirds: caches are warm by then
TYPES = ("application/json", "text/plain", "multipart/form-data; boundary=x", "", 'a/b; c="d')


def rubbish(office, rng):
    """One request that nobody with good manners would make."""
    source = rng.choice(office.sources)
    body = rng.randbytes(rng.choice((0, 1, 64, 900, 20_000)))
    paths = (
        source.path,
        source.path[:-1],
        source.path + "/",
        "/hooks/stripe/" + "x" * 500,
        "/hooks/inbound/%00%ff",
        "/" + "".join(rng.choices("abc/.%~", k=12)),
        "/hooks/lexoffice/..%2f..%2fetc",
    )
    method = rng.choice(("POST", "POST", "POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS"))
    return {"path": rng.choice(paths), "method": method, "body": base64.b64encode(body).decode(),
            "headers": {"Content-Type": rng.choice(TYPES)}}  # fmt: skip


def mixed(office, path, number):
    """A third of it are events that count; questions about health; the rest is rubbish."""
    rng = random.Random(number)
    office.plan(path, REQUESTS // 3, 0.3, seed=number)
    lines = path.read_text("utf-8").splitlines()
    for place in ("/healthz", "/readyz", "/metrics"):
        lines += [json.dumps({"path": place, "method": "GET", "headers": {}, "body": ""})] * 5
    lines += [json.dumps(rubbish(office, rng)) for _ in range(REQUESTS - len(lines))]
    rng.shuffle(lines)
    path.write_text("\n".join(lines), "utf-8")


def test_memory_threads_and_sockets_stay_as_they_were(tmp_path, monkeypatch):
    monkeypatch.delenv("MAHNWERK_DATABASE_URL", raising=False)
    seen, statuses = [], Counter()
    with (
        MailServer(tmp_path / "mails") as mails,
        hooked(tmp_path / "office", mails, notices=2, items=20) as office,
        serving(office.env(), tmp_path / "serve.log", "--with-worker") as server,
    ):
        for number in range(ROUNDS + 1):
            mixed(office, tmp_path / "plan", number)
            statuses.update(driven(server, tmp_path / "plan")["statuses"])
            seen.append(server.usage())
    print(json.dumps(seen), dict(statuses))
    assert not [each for each in statuses if not each.isdecimal() or each.startswith("5")], statuses
    assert statuses["400"]
    megabytes, threads, files = zip(*seen[1:], strict=True)
    assert megabytes[-1] - megabytes[ROUNDS // 3] < GROWTH, megabytes
    assert max(threads) - min(threads) <= 4, threads  # a worker looks after a connection or not
    assert files[-1] - files[0] <= 20, files  # sockets that the driver has just left
