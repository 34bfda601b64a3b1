"""Every remedy that a message names is a command that exists, with the options it names."""

import re
from pathlib import Path

import click
import pytest

from cli.main import root

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path
    for room in ("cli", "config", "connectors", "core")
    for path in (ROOT / room).rglob("*.py")
    if re.search(r"mahnwerk [a-z]", path.read_text(encoding="utf-8"))
)
NAMED = re.compile(r"mahnwerk ([a-z][a-z-]+)((?: (?:[a-z][a-z_-]*|--[a-z][a-z-]*))*)")
LOOSE = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def find(words):
    """The command that the words name, or None."""
    command, context = root, click.Context(root)
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.get_command(context, word)
        if found is None:
            return None if command is root else command
        command = found
    return command


def options(command):
    return {flag for option in command.params for flag in option.opts}


def everywhere(group=root):
    """Options of all commands together."""
    found = options(group)
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        found |= everywhere(command) if isinstance(command, click.Group) else options(command)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_what_a_message_tells_to_type_exists(path):
    text = re.sub(r'"\s*\n\s*f?"', "", path.read_text(encoding="utf-8"))
    for match in NAMED.finditer(text):
        words = match[0].split()[1:]
        command = find([word for word in words if not word.startswith("--")])
        assert command is not None, match[0]
        named = {word for word in words if word.startswith("--")}
        assert named <= options(command), match[0]


def test_options_that_sentences_name_exist():
    known = everywhere() | {"--help", "--version", "--check"}
    for room in ("core/services", "connectors", "core/domain"):
        for path in (ROOT / room).rglob("*.py"):
            for option in LOOSE.findall(path.read_text(encoding="utf-8")):
                assert option in known, f"{path.relative_to(ROOT)}: {option}"


def test_a_remedy_that_does_not_exist_is_found():
    assert find(["conquer"]) is None
    assert "--quickly" not in options(find(["doctor"]))
    assert find(["debtor", "set"]).name == "set"
