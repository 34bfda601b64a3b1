"""Checks of ``mahnwerk sandbox`` that are the same for several stand-ins, in this process."""

import json
import re
import threading
from pathlib import Path
from types import SimpleNamespace

from click.testing import CliRunner

from cli.sandbox import sandbox_command
from core.errors import UsageError

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


class Once:
    """Ends the command as soon as it waits, after one look at what runs."""

    seen = None

    def wait(self, _seconds):
        Once.seen = [each.name for each in threading.enumerate()]
        return True

    def set(self):
        """A signal; none comes here."""


def starts_and_says_how_to_connect(monkeypatch, platform, path):
    """``path``: of the API below the address of the stand-in."""
    monkeypatch.setattr("cli.sandbox.threading", SimpleNamespace(Event=Once))
    result = CliRunner().invoke(sandbox_command, [platform, "--port", "0", "--json"], obj={})
    told = json.loads(result.stdout)
    assert set(told) == {"base_url", "api_key", "control", "connect"}
    assert re.fullmatch(rf"http://127\.0\.0\.1:\d+{path}", told["base_url"])
    assert told["connect"] == (
        f"mahnwerk connect {platform} --set api_base={told['base_url']} "
        f"--set api_key={told['api_key']}"
    )
    assert told["control"].endswith("/_sandbox/")
    assert any("serve_forever" in name for name in Once.seen)
    assert not any("serve_forever" in each.name for each in threading.enumerate())


def refuses(platform, option):
    result = CliRunner().invoke(sandbox_command, [platform, option], obj={})
    assert isinstance(result.exception, UsageError)
    assert option.partition("=")[0] in str(result.exception)
    assert "weglassen" in str(result.exception)


def page_names_all(name, variants, words):
    """The docs list every variant of the platform with its values, and every other word."""
    ours = PAGE.split(f"\n## {name}\n")[1]
    table = ours.split(f"## Unverified points of {name}")[1]
    for variant, values in variants.items():
        (row,) = [line for line in table.splitlines() if line.startswith(f"| `{variant}` |")]
        assert row.split("|")[2].strip() == ", ".join(values)
    assert set(words) - set(re.findall(r"`(\w+)`", ours)) == set()
