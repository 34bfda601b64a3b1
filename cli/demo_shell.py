"""How the demo types commands: in this process, each shown as a user would type it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import click

from cli.i18n import tr
from core.errors import MahnwerkError


class DemoFailed(MahnwerkError):
    """A step of the demo did not end as it must."""


def title(de: str, en: str) -> None:
    """The heading of a step."""
    click.echo()
    click.secho(f"── {tr(de, en)}", bold=True)


def typed(*args: str) -> None:
    """One command as the user would type it; the demo ends where it fails.

    Raises:
        DemoFailed: the command ended with another code than 0.
    """
    shown = " ".join(f'"{a}"' if " " in a else a for a in args)
    click.secho(f"\n$ mahnwerk {shown}", fg="cyan")
    _call(args)


def answer(*args: str) -> Any:
    """The JSON document of a command that the demo asks for itself, unseen.

    Raises:
        DemoFailed: the command ended with another code than 0.
    """
    output = StringIO()
    with redirect_stdout(output):
        _call((*args, "--json"))
    return json.loads(output.getvalue())


def _call(args: Sequence[str]) -> None:
    from cli.main import root

    code = root.main(list(args), "mahnwerk", standalone_mode=False)
    if code:
        raise DemoFailed(
            f"„mahnwerk {args[0]}“ endete mit {code}.", en=f"mahnwerk {args[0]} ended with {code}."
        )
