"""docs/cli.md says of every command what it prints; a new command without a line is found."""

import re
from pathlib import Path

import click
import pytest

from cli.main import root
from core.services.profile_check import FIELDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
DOCUMENTS = PAGE.split("## Documents")[1].split("\n## ")[0]


def commands(group=root, prefix=""):
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if not isinstance(found, click.Group) or found.invoke_without_command:
            yield f"{prefix}{name}"
        if isinstance(found, click.Group):
            yield from commands(found, f"{prefix}{name} ")


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_its_document(name):
    assert f"`{name}`" in DOCUMENTS


def test_no_document_is_promised_for_a_command_that_is_gone():
    first = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+) \|", DOCUMENTS, flags=re.MULTILINE)
    named = {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}
    assert named <= set(commands())
    assert len(named) > 25


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("open-items", ("open-items",)), ("debtors", ("debtors",)), ("explain", ("explain", "RE-1")),
        ("run", ("run",)), ("proposals", ("proposals",)), ("doctor", ("doctor",)),
        ("audit verify", ("audit", "verify")), ("paid", ("paid", "RE-1")), ("init", ("init",)),
        ("connect", ("connect", "datev")),
    ],
)  # fmt: skip
def test_a_document_has_the_fields_that_are_promised(office, command, args):
    if command == "proposals":
        office("run")
    (line,) = [row for row in DOCUMENTS.splitlines() if re.match(rf"\| [^|]*`{command}`", row)]
    found = office.json(*args)
    document = found[0] if isinstance(found, list) else found
    promised = set(re.findall(r'"(\w+)"', line))
    assert set(document) <= promised


def test_init_help_lists_every_field(terminal):
    out = " ".join(terminal("init", "--help").out.split())
    assert all(field in out for field in (*FIELDS, "smtp_password"))
