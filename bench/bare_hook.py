"""The floor of `bench.webhooks`: a Flask view that does one insert and one commit, nothing else.

It runs under the same waitress with the same settings, on an engine of the same making (for SQLite
that is WAL and synchronous=FULL), and stores the same body under a unique key. ``core``: by
SQLAlchemy Core, as a Flask application usually does; ``driver``: by the bare database driver, one
connection for each thread.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import signal
import sys
import threading
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask, Response, request

from config.web import WebSettings
from core.store import engine as engines
from webhook_app.serving import Server

BARE = sa.Table(
    "bench_bare",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("raw", sa.LargeBinary, nullable=False),
)
Store = Callable[[str, bytes], None]


def by_core(engine: sa.Engine) -> Store:
    statement = sa.insert(BARE)

    def store(key: str, raw: bytes) -> None:
        with engine.connect().execution_options(**{engines.WRITE: True}) as db, db.begin():
            db.execute(statement, {"key": key, "raw": raw})

    return store


def by_driver(engine: sa.Engine) -> Store:
    local = threading.local()
    sqlite = engine.dialect.name == "sqlite"
    mark = "?" if sqlite else "%s"
    statement = f"INSERT INTO bench_bare (key, raw) VALUES ({mark}, {mark})"

    def store(key: str, raw: bytes) -> None:
        if not hasattr(local, "db"):
            local.db = engine.raw_connection()  # kept, or another thread would get it
        cursor = local.db.cursor()
        if sqlite:  # it is in autocommit mode, as ours is
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(statement, (key, raw))
        local.db.commit()

    return store


def application(store: Store) -> Flask:
    app, numbers = Flask("bare"), itertools.count()

    @app.post("/<path:_any>")
    def take(_any: str) -> Response:
        store(f"{os.getpid()}-{next(numbers)}", request.get_data())
        return Response(status=200)

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--by", choices=["core", "driver"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    args = parser.parse_args()
    engine = engines.create(engines.read_url(args.url), 10.0)
    with engine.connect().execution_options(**{engines.WRITE: True}) as db, db.begin():
        BARE.metadata.create_all(db)
    store = (by_core if args.by == "core" else by_driver)(engine)
    server = Server(application(store), WebSettings(port=0, threads=args.threads))
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    print(json.dumps({"url": server.url}))
    sys.stdout.flush()
    server.run(ended.is_set)


if __name__ == "__main__":
    main()
