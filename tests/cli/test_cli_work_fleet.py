"""`mahnwerk work --fleet`: what it needs, what it refuses, and that it ends when told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from waiting import until

from config.bootstrap import compose
from config.settings import Settings
from core.services.creditors import init_creditor

ROOT = Path(__file__).parents[2]
LETTERHEAD = {"name": "Muster GmbH", "iban": "DE02120300000000202051", "email": "o@muster.example"}


class Home:
    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        settings = Settings(home=folder / "home", key_file=folder / "key", database_url=url or None)
        composed = compose(settings)
        composed.app.store.migrate()
        init_creditor(composed.app, None, LETTERHEAD, secrets={}, by="erika")
        composed.close()

    def start(self, *options):
        env = {k: v for k, v in os.environ.items() if not k.startswith("MAHNWERK_")} | {
            "PYTHONPATH": str(ROOT),
            "MAHNWERK_HOME": str(self.folder / "home"),
            "MAHNWERK_KEY_FILE": str(self.folder / "key"),
            "MAHNWERK_LANGUAGE": "de",
            "LANG": "de_DE.UTF-8",
        }
        if self.url:
            env["MAHNWERK_DATABASE_URL"] = self.url
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", "work", "--json", *options],
            cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


def test_the_fleet_works_until_it_is_told_to_stop(tmp_path, postgres_url):
    home = Home(tmp_path, postgres_url)
    process = home.start("--fleet", "--workers", "2")
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as looking:
        seen = "SELECT count(*) FROM worker_seen WHERE kind = 'fleet'"
        until(lambda: looking.execute(seen).fetchone()[0] == 2 or process.poll() is not None)
        process.send_signal(signal.SIGTERM)
        out, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert json.loads(out) == {"workers": 2, "ended": True}
        assert looking.execute(seen).fetchone()[0] == 0, "they said good-bye"


def test_one_worker_is_the_command_itself(tmp_path, postgres_url):
    home = Home(tmp_path, postgres_url)
    process = home.start("--fleet")
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as looking:
        seen = "SELECT name FROM worker_seen WHERE kind = 'fleet'"
        until(lambda: looking.execute(seen).fetchone() or process.poll() is not None)
        [name] = looking.execute(seen).fetchone()
        assert f"/{process.pid}/" in name
        process.send_signal(signal.SIGTERM)
        out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert json.loads(out) == {"workers": 1, "ended": True}


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--fleet",), 78, "braucht PostgreSQL: MAHNWERK_DATABASE_URL"),
        (("--fleet", "--once"), 64, "--once geht nicht mit --fleet"),
        (("--workers", "2"), 64, "--workers gibt es nur mit --fleet"),
    ],
    ids=["sqlite", "once", "workers"],
)
def test_what_does_not_go_says_why_and_what_does(terminal, options, code, said):
    terminal.init()
    assert said in terminal("work", *options, code=code).err
