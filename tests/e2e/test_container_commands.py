"""Dockerfile and compose.yaml: no engine runs here, so both are read, and their commands run without.

What this cannot show: that the image builds, and that the base images have the tags named.
"""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
import requests
import yaml
from waiting import until

from cli.main import COMMANDS, root
from config.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OURS = ("web", "worker", "backup")


def steps():
    """(instruction, argument) of the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    return [tuple(line.split(None, 1)) for line in lines if line and not line.startswith("#")]


def all_of(instruction):
    return [rest for name, rest in steps() if name == instruction]


def image_env():
    found = {}
    for each in all_of("ENV"):
        found |= dict(part.split("=", 1) for part in shlex.split(each))
    return found


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def command_of(words):
    """The click command of a list of words, and the options among them."""
    found, context = root, click.Context(root)
    while words and isinstance(found, click.Group) and found.get_command(context, words[0]):
        found = found.get_command(context, words[0])
        words = words[1:]
    return found, words


def test_the_image_is_pinned_small_and_runs_as_nobody_special():
    bases = {each.split(" AS ")[0] for each in all_of("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases.pop())
    installs = [each for each in all_of("RUN") if "pip install" in each]
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1]
    users = all_of("USER")
    assert users == ["mahnwerk"]
    names = [name for name, _ in steps()]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert set(json.loads(all_of("VOLUME")[0])) == {"/data", "/key"}


def test_what_is_copied_is_there_and_let_through():
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for each in all_of("COPY"):
        if each.startswith("--from"):
            continue
        for source in each.split()[:-1]:
            assert (ROOT / source).exists()
            assert f"!{source}" in allowed
    packages = re.findall(r'"(\w+)\*"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(packages) <= {each.split()[0] for each in all_of("COPY")}
    assert allowed[1] == "*"


def test_the_key_lies_apart_from_the_data(compose):
    env = image_env()
    assert not Path(env["MAHNWERK_KEY_FILE"]).is_relative_to(env["MAHNWERK_HOME"])
    for name in OURS:
        mounts = dict(each.rsplit(":", 1)[::-1] for each in compose["services"][name]["volumes"])
        assert mounts["/data"] == "data"
        assert mounts["/key"] == "key"


def test_every_setting_is_one_of_ours(compose):
    known = {f"MAHNWERK_{name.upper()}" for name in Settings.model_fields}
    named = {name for name in image_env() if name.startswith("MAHNWERK_")}
    for name in OURS:
        named |= set(compose["services"][name]["environment"])
    assert named <= known


def test_every_command_and_option_is_one_of_ours(compose):
    entry = json.loads(all_of("ENTRYPOINT")[0])
    assert entry == ["mahnwerk"]
    given = [compose["services"][name]["command"] for name in OURS]
    for words in [*given, json.loads(all_of("CMD")[0])]:
        assert words[0] in COMMANDS
        found, rest = command_of(words)
        if words[0] == "backup":
            found = found.commands["create"]
        options = {opt for param in found.params for opt in param.opts}
        assert {word for word in rest if word.startswith("--")} <= options


def test_ports_and_health_fit_together(compose):
    env = image_env()
    port = env["MAHNWERK_SERVE_PORT"]
    assert all_of("EXPOSE") == [port]
    [health] = all_of("HEALTHCHECK")
    assert f"127.0.0.1:{port}/healthz" in health
    [published] = compose["services"]["web"]["ports"]
    assert published.startswith("127.0.0.1:")  # never the open network by default
    assert published.endswith(f":{port}")
    assert compose["services"]["worker"]["healthcheck"] == {"disable": True}
    for name in OURS:
        waits = compose["services"][name]["depends_on"]["database"]
        assert waits == {"condition": "service_healthy"}
    assert "pg_isready" in compose["services"]["database"]["healthcheck"]["test"][1]


def test_there_is_no_default_password(compose):
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    used = re.findall(r"\$\{DATABASE_PASSWORD[^}]*\}", text)
    assert len(used) == 2
    assert all(each.startswith("${DATABASE_PASSWORD:?") for each in used)
    database = compose["services"]["database"]
    assert re.fullmatch(r"postgres:16\.\d+-\w+", database["image"])
    assert database["volumes"] == ["database:/var/lib/postgresql/data"]
    assert "ports" not in database
    assert set(compose["volumes"]) == {"data", "key", "database"}
    assert ".env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def answered(url):
    try:
        return requests.get(url, timeout=10).status_code
    except requests.ConnectionError:
        return None


def test_the_same_commands_run_without_a_container(postgres_databases, tmp_path, compose):
    """As docs/docker.md has it: init, then web and worker, and a backup while they run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAHNWERK_")},
        "MAHNWERK_HOME": str(tmp_path / "data"),
        "MAHNWERK_KEY_FILE": str(tmp_path / "key" / "key"),
        "MAHNWERK_DATABASE_URL": postgres_databases.blank(),
        "MAHNWERK_SERVE_PORT": str(port),
        "MAHNWERK_LANGUAGE": "de",
    }

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *words],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    services = compose["services"]
    run("init", "--set", "name=Muster GmbH", "--set", "iban=DE02120300000000202051")
    web = subprocess.Popen(
        [sys.executable, "-m", "cli.main", *services["web"]["command"]], cwd=ROOT, env=env
    )
    try:
        until(lambda: answered(f"http://127.0.0.1:{port}/healthz") == 200)
        assert answered(f"http://127.0.0.1:{port}/readyz") == 200
        run("work", "--once")
        made = run("--json", "backup", str(tmp_path / "backup"), *services["backup"]["command"][2:])
        assert json.loads(made.stdout)["creditors"][0]["id"] == "muster-gmbh"
        web.send_signal(signal.SIGTERM)
        assert web.wait(60) == 0
    finally:
        web.kill()
        web.wait()
