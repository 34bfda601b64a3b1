"""`mahnwerk serve` and other commands as processes of their own, and what they cost the machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).parents[2]


def command(env, *args, **more):
    """`mahnwerk …` as a process; ``env`` on top of this one's, without its settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MAHNWERK_")}
    url = os.environ.get("MAHNWERK_DATABASE_URL")
    if url:
        kept["MAHNWERK_DATABASE_URL"] = url
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *args],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT)} | env,
        text=True,
        **more,
    )


def finished(process) -> dict:
    """The document of a command that ended well."""
    out, _ = process.communicate(timeout=600)
    assert process.returncode == 0, f"exit code {process.returncode}: {out}"
    return json.loads(out)


class Server:
    """A running `mahnwerk serve`."""

    def __init__(self, process, url):
        self.process, self.url = process, url
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port

    def usage(self):
        """(resident megabytes, threads, open files and sockets) now."""
        seen = psutil.Process(self.process.pid)
        return seen.memory_info().rss / 2**20, seen.num_threads(), seen.num_fds()


@contextmanager
def serving(env, log: Path, *options):
    """The server, on a free port; ended by SIGTERM, and its exit code must be 0."""
    with log.open("w") as errors:
        process = command(env, "serve", "--port", "0", "--json", *options,
                          stdout=subprocess.PIPE, stderr=errors)  # fmt: skip
    try:
        text = ""
        for line in process.stdout:
            text += line
            if line.startswith("}"):
                break
        assert text, log.read_text("utf-8")
        yield Server(process, json.loads(text)["url"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, log.read_text("utf-8")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def driven(server, plan: Path, *, connections=16, rate=0.0) -> dict:
    """What the driver says of one plan; see ``bench.webhook_driver``."""
    target = {"host": server.host, "port": server.port, "connections": connections, "rate": rate}
    done = subprocess.run(
        [sys.executable, "-m", "bench.webhook_driver", plan, json.dumps(target)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
