"""``mahnwerk``: finds the command, and turns every error into a sentence and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click

from cli import click_words
from cli.i18n import language, tr
from cli.output import clean, error_code, print_json, use_utf8
from core.errors import MahnwerkError

# Exit codes are sysexits, so that cron and systemd can tell (architecture §6).
EX_USAGE, EX_SOFTWARE, EX_INTERRUPTED = 64, 70, 130

# Loaded when asked for: a command costs no more than what it uses.
COMMANDS = {
    "init": "cli.setup:init",
    "doctor": "cli.setup:doctor_command",
    "go-live": "cli.setup:go_live_command",
    "stop": "cli.setup:stop_command",
    "resume": "cli.setup:resume_command",
    "connect": "cli.connect:connect_command",
    "import": "cli.connecting:import_group",
    "onboard": "cli.syncing:onboard_command",
    "sync": "cli.syncing:sync_command",
    "booked-until": "cli.connecting:booked_until",
    "platform-notices": "cli.platform_notices:platform_notices_group",
    "webhooks": "cli.webhook_addresses:webhooks_group",
    "serve": "cli.serve:serve_command",
    "work": "cli.work:work_command",
    "events": "cli.events:events_group",
    "open-items": "cli.items:open_items_command",
    "explain": "cli.items:explain_command",
    "item": "cli.item:item_group",
    "paid": "cli.items:paid_command",
    "debtors": "cli.debtors:debtors_command",
    "debtor": "cli.debtors:debtor_group",
    "link": "cli.linking:link_command",
    "unlink": "cli.linking:unlink_command",
    "hold": "cli.holds:hold_command",
    "release": "cli.holds:release_command",
    "promise": "cli.agreements:promise_command",
    "plan": "cli.agreements:plan_group",
    "filing": "cli.filing:filing_command",
    "tasks": "cli.holds:tasks_group",
    "charges": "cli.charges:charges_group",
    "claims": "cli.claims:claims_group",
    "allocate": "cli.allocating:allocate_command",
    "run": "cli.runs:run_command",
    "proposals": "cli.runs:proposals_group",
    "approve": "cli.approving:approve_command",
    "reject": "cli.approving:reject_command",
    "send": "cli.delivery:send_command",
    "posted": "cli.delivery:posted_command",
    "withdraw": "cli.withdrawing:withdraw_command",
    "returned-mail": "cli.returned_mails:returned_mail_command",
    "deliveries": "cli.delivery:deliveries_group",
    "desk": "cli.desk:desk_command",
    "api": "cli.api:api_group",
    "procedures": "cli.procedures:procedures_group",
    "default-date": "cli.law_dates:default_date_command",
    "interest": "cli.law:interest_command",
    "rates": "cli.rates:rates_group",
    "replay": "cli.replay:replay_command",
    "diff": "cli.replay:diff_command",
    "audit": "cli.audit:audit_group",
    "backup": "cli.backup:backup_group",
    "sandbox": "cli.sandbox:sandbox_command",
    "demo": "cli.demo:demo_command",
}

click_words.speak()


class _ReaderGone(Exception):
    """Whoever read our output has seen enough."""


class Root(click.Group):
    """The group that loads its commands late and answers every error in one sentence."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        found = getattr(importlib.import_module(module), name)
        assert isinstance(found, click.Command)  # noqa: S101 — the table above names commands
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as gone:
            # click would end with exit code 1, which says nothing here.
            raise _ReaderGone from gone

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Runs a command; ends the process with its exit code unless ``standalone_mode`` is off."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        given = list(sys.argv[1:] if args is None else args)
        use_utf8()
        try:
            result = super().main(
                given, prog_name or "mahnwerk", complete_var, standalone_mode=False, **extra
            )
            sys.stdout.flush()
        except (BrokenPipeError, _ReaderGone):
            # The reader (head, less) has seen enough; nothing more may be written at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.exit(0)
        except Exception as error:  # noqa: BLE001 — every failure ends in a sentence
            sys.exit(_answer(error, as_json="--json" in given))
        sys.exit(result if isinstance(result, int) else 0)


def _answer(error: Exception, *, as_json: bool) -> int:
    """Says what went wrong, on stderr and with ``--json`` also as the document; the exit code."""
    if isinstance(error, click.Abort):
        click.echo(tr("Abgebrochen.", "Aborted."), err=True)
        return EX_INTERRUPTED
    code, sentence, exit_code = _told(error)
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and not as_json:
        click.echo(error.format_message(), err=True)  # its lines stay lines
        return exit_code
    hint = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        hint = tr("\nHilfe: ", "\nHelp: ") + f"{error.ctx.command_path} --help"
    if as_json:
        print_json({"error": {"code": code, "message": sentence}})
    click.echo(clean(sentence) + hint, err=True)
    return exit_code


def _told(error: Exception) -> tuple[str, str, int]:
    """Stable code, sentence and exit code of an error."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return "usage_error", tr("Es fehlt ein Befehl.", "A command is missing."), EX_USAGE
    if isinstance(error, click.ClickException):
        return "usage_error", error.format_message(), EX_USAGE
    if isinstance(error, MahnwerkError):
        return error_code(error), error.sentence(language()), error.exit_code
    from config.bootstrap import record_crash

    path = record_crash("".join(traceback.format_exception(error)))
    sentence = tr(
        f"Unerwarteter Fehler ({type(error).__name__}); nichts wurde halb gespeichert. "
        f"Einzelheiten für eine Fehlermeldung stehen in {path}",
        f"Unexpected error ({type(error).__name__}); nothing was stored by half. "
        f"Details for a bug report are in {path}",
    )
    return "internal_error", sentence, EX_SOFTWARE


@click.group(
    cls=Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=tr(
        "Mahnwerk führt offene Posten, schlägt Mahnungen vor, verschickt jede höchstens einmal "
        "und kann alles belegen.",
        "Mahnwerk keeps open items, proposes dunning notices, sends each at most once and can "
        "prove all of it.",
    ),
)
@click.option("--creditor", metavar=tr("KÜRZEL", "ID"), help=tr("Mandant.", "Creditor."))
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=tr("Ein JSON-Dokument statt Text.", "One JSON document instead of text."),
)
@click.version_option(package_name="mahnwerk", message="%(prog)s %(version)s")
@click.pass_context
def root(context: click.Context, creditor: str | None, as_json: bool) -> None:
    context.obj = {"creditor": creditor, "json": as_json}


def main() -> None:
    """Entry point of the console script."""
    root()


if __name__ == "__main__":
    main()
