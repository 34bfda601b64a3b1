"""What every command shares: its options, the application, and how it answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.i18n import language, tr
from cli.output import clean, print_json
from cli.types import day_value
from core.domain.model import Creditor, CreditorId
from core.errors import ConfigError

if TYPE_CHECKING:
    # Imported when a command runs: `mahnwerk --help` answers at once.
    from config.bootstrap import Composed
    from core.services.app import App

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(slots=True)
class Call:
    """One command under way."""

    composed: Composed
    json: bool
    wanted: str | None  # --creditor
    day: date | None  # --on
    _creditor: Creditor | None = None

    @property
    def app(self) -> App:
        return self.composed.app

    @property
    def by(self) -> str:
        """Who gave the command, for the event log."""
        return self.composed.user

    @property
    def creditor(self) -> Creditor:
        """The creditor of the command.

        Raises:
            UsageError: several, and none was chosen.
            ConfigError: none is set up, or the database is not current.
        """
        if self._creditor is None:
            from core.services.creditors import pick_creditor

            self.need_database()
            self._creditor = pick_creditor(self.app, self.wanted)
        return self._creditor

    @property
    def id(self) -> CreditorId:
        return self.creditor.id

    @property
    def on(self) -> date:
        """``--on``, else today in the creditor's zone."""
        if self.day is None:
            self.day = self.app.clock.today(self.creditor.profile.zone)
        return self.day

    def need_database(self) -> None:
        """Raises ConfigError unless the database is there and current."""
        state = self.app.store.schema_state()
        if state == "empty":
            raise ConfigError(
                "Es ist noch nichts eingerichtet. Zuerst: mahnwerk init --set name=… --set iban=…",
                en="Nothing is set up yet. First: mahnwerk init --set name=… --set iban=…",
            )
        if state != "current":
            raise ConfigError(
                "Die Datenbank ist von einer anderen Version. Sichern, dann: mahnwerk init",
                en="The database is of another version. Back it up, then: mahnwerk init",
            )

    def show(self, document: object, human: Callable[[], None]) -> None:
        """Prints the document with ``--json``, else what ``human`` prints."""
        if self.json:
            print_json(document)
        else:
            human()


def say(de: str, en: str) -> None:
    """A sentence on stdout."""
    click.echo(clean(tr(de, en)))


def note(de: str, en: str) -> None:
    """A sentence beside the result, on stderr."""
    click.echo(clean(tr(de, en)), err=True)


def command(*, on: bool = False) -> Callable[[Decorated], Decorated]:
    """Adds ``--json``, ``--creditor`` and, where sensible, ``--on``; hands over a :class:`Call`.

    The decorated function may return an exit code; None means 0.
    """

    def decorate(function: Decorated) -> Decorated:
        @functools.wraps(function)
        def run(
            *args: Any, as_json: bool, creditor: str | None, on_day: date | None = None, **kw: Any
        ) -> Any:
            context = click.get_current_context()
            if getattr(context, "invoked_subcommand", None):
                return None  # `proposals drop …`: the subcommand does the work
            root = context.find_root().obj or {}
            wanted = creditor or root.get("creditor")
            with _open(as_json or root.get("json", False), wanted, on_day) as call:
                return function(call, *args, **kw)

        days = [_day_option()] if on else []
        for option in (*_shared_options(), *days):
            run = option(run)
        return run  # type: ignore[return-value]

    return decorate


@contextmanager
def _open(as_json: bool, creditor: str | None, day: date | None) -> Iterator[Call]:
    from config.bootstrap import compose, logged

    with logged():
        composed = compose(language=language())
        try:
            yield Call(composed, as_json, creditor or composed.creditor, day)
        finally:
            composed.close()


def _shared_options() -> list[Callable[[Any], Any]]:
    return [
        click.option(
            "--creditor",
            metavar=tr("KÜRZEL", "ID"),
            help=tr(
                "Mandant; nötig, wenn es mehrere gibt.", "Creditor; needed if there are several."
            ),
        ),
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            help=tr("Ein JSON-Dokument statt Text.", "One JSON document instead of text."),
        ),
    ]


def _day_option() -> Callable[[Any], Any]:
    return click.option(
        "--on",
        "on_day",
        type=day_value,
        metavar=tr("TAG", "DATE"),
        help=tr("Der Tag; sonst heute.", "The day; today otherwise."),
    )


__all__ = ["Call", "command", "language", "note", "say"]
