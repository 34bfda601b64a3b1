"""Every command that the docs show exists, with the options that they give it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from repo import ROOT, files

from cli.main import root

CALL = re.compile(r"(?:^|[`;&|]\s*)(?:\.venv/bin/)?mahnwerk +([^`\n]+)", re.MULTILINE)
PAGES = [p for p in files() if p.suffix == ".md" and p.name != "commands.md"]


def _calls(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    fences = re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)
    inline = re.findall(r"`(mahnwerk [^`\n]+)`", text)
    return [call for part in [*fences, *inline] for call in CALL.findall(part)]


def _fault(call: str) -> str:
    """Why the program would not know the command; empty when it does. Values are not looked at."""
    words = shlex.split(call.replace("|", " ").replace("…", ""), comments=True)
    command: click.Command = root
    context = click.Context(root, info_name="mahnwerk")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            # `plan RE-1 …` is short for `plan set RE-1 …`.
            command = command.get_command(context, getattr(command, "default", "")) or command
            break
        command, words = found, words[1:]
    if command is root and words and words[0] not in {"--help", "COMMAND"}:
        return f"no such command: {call}"
    known = {flag for option in command.get_params(context) for flag in option.opts}
    unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in known]
    return f"{call}: no option {unknown}" if unknown else ""


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_commands_that_a_page_shows_exist(path: Path) -> None:
    assert [fault for call in _calls(path) if (fault := _fault(call))] == []


def test_the_readme_shows_the_whole_way() -> None:
    shown = {call.split()[0] for call in _calls(ROOT / "README.md")}
    way = {"init", "doctor", "import", "open-items", "run", "explain", "proposals", "approve"}
    assert way | {"send", "posted", "go-live"} <= shown


def test_a_command_or_option_that_does_not_exist_is_found() -> None:
    assert _fault("conquer the world") == "no such command: conquer the world"
    assert _fault("doctor --quickly") == "doctor --quickly: no option ['--quickly']"
    assert _fault("doctor --json") == ""
