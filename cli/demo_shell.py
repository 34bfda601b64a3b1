"""How the demo types commands: in this process, each shown as a user would type it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.call import say
from cli.i18n import tr
from core.errors import MahnwerkError

if TYPE_CHECKING:
    from sandbox.common.stand_in import StandIn


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
    shown(*args)
    _call(args)


def shown(*args: str) -> None:
    """Shows a command as the user would type it."""
    line = " ".join(f'"{a}"' if " " in a else a for a in args)
    click.secho(f"\n$ mahnwerk {line}", fg="cyan")


def one_more(name: str, platform: StandIn[Any]) -> None:
    """Says where another stand-in runs; the first one was explained."""
    url = platform.control_url
    say(
        f"Auch {name} ist eine Nachbildung, zum Bezahlen und Stören: {url}",
        f"{name}, too, is a stand-in, for paying and disturbing: {url}?lang=en",
    )


def connect(home: Path, slug: str, platform: StandIn[Any], **settings: str) -> None:
    """Connects a stand-in; its key lies in a file, as ``connect`` asks of a real one."""
    key = home / f"{slug}.key"
    key.touch(mode=0o600)
    key.write_text(f"{platform.api_key}\n", encoding="utf-8")
    given = {"api_base": platform.base_url, "api_key": f"@{key}", **settings}
    typed(
        "connect", slug, *(p for name, value in given.items() for p in ("--set", f"{name}={value}"))
    )


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
