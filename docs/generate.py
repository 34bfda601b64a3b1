"""Writes the files that are made from the code: ``python docs/generate.py [--check]``.

With ``--check`` nothing is written; each file that is out of date is named, and the exit code is
1. Run by ``make generated`` and, as a check, by ``make check``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]

COMMANDS_INTRO = """\
# Commands

Made from the program by `make generated`. `mahnwerk COMMAND --help` says the same, in German with
a German locale.

Every command takes `--json` (exactly one JSON document on stdout, the rest on stderr) and
`--creditor ID` (needed if there are several). Exit codes are sysexits: 0 ok, 64 usage, 65 some
records were refused, 69 gave up on a platform, 70 our fault, 75 try later, 77 credentials, 78
configuration."""
SAID_ONCE = {"--help", "--json", "--creditor"}


def env_example() -> str:
    """All settings with their defaults."""
    from config.env_example import render

    return render()


def reasons() -> str:
    """Every reason code with its sentences."""
    from generate_reasons import render

    return render()


def problems() -> str:
    """Every problem code with severity, meaning and remedy."""
    from generate_problems import render

    return render()


def connectors() -> str:
    """What each connector can."""
    from generate_connectors import render

    return render()


def commands() -> str:
    """Every command with its arguments and options."""
    # Before the first import of cli: texts are chosen when its modules are loaded.
    os.environ["MAHNWERK_LANGUAGE"] = "en"
    from cli.main import root

    lines = [COMMANDS_INTRO]
    with click.Context(root, info_name="mahnwerk") as context:
        for name, command in _commands(root, context):
            lines += ["", *_section(name, command, context)]
    return "\n".join(lines) + "\n"


def _commands(
    group: click.Group, context: click.Context, prefix: str = ""
) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, context, f"{prefix}{name} ")


def _section(name: str, command: click.Command, parent: click.Context) -> list[str]:
    with click.Context(command, info_name=name, parent=parent) as context:
        usage = " ".join([f"mahnwerk {name}", *command.collect_usage_pieces(context)])
        options = [
            option.get_help_record(context)
            for option in command.get_params(context)
            if isinstance(option, click.Option) and not SAID_ONCE & set(option.opts)
        ]
    help_text = " ".join((command.help or "").split())
    lines = [f"## {name}", "", f"`{usage}`", "", help_text]
    if rows := [record for record in options if record]:
        lines += ["", "| option | meaning |", "|---|---|"]
        lines += [f"| `{_cell(flag)}` | {_cell(text)} |" for flag, text in rows]
    return lines


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


TARGETS: dict[str, Callable[[], str]] = {
    ".env.example": env_example,
    "docs/reasons.md": reasons,
    "docs/problems.md": problems,
    "docs/commands.md": commands,
    "docs/connectors/README.md": connectors,
}


def main(arguments: list[str]) -> int:
    """Writes or, with ``--check``, compares every generated file; returns the exit code."""
    stale = []
    for name, render in TARGETS.items():
        path = ROOT / name
        text = render()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"wrote {name}")
    if "--check" in arguments and stale:
        print(f"out of date: {', '.join(stale)}; run: make generated", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
