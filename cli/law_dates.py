"""default-date: when default (Verzug) begins, for a case that is in no books. Needs no creditor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import click

from cli.call import Call, command, language, say
from cli.i18n import tr
from cli.output import day
from cli.types import day_value
from core.domain.business_days import Calendar
from core.domain.default import DefaultFacts, DefaultState, Reminder, default_of, last_day
from core.domain.default_texts import default_basis
from core.domain.model import DebtorType, Terms
from core.errors import UsageError
from core.services.law_wording import default_sentence

RULES = ("calendar", "event", "reminder", "thirty-days")
_DAY = tr("TAG", "DATE")
Given = TypeVar("Given")


def _land(_context: click.Context, _option: click.Parameter, value: str) -> str:
    from config.places import LAENDER

    code = value.strip().upper().removeprefix("DE-")
    if code in {"", "-"}:
        return ""
    if code not in LAENDER:
        raise click.BadParameter(
            tr(
                f"„{value}“ ist kein Bundesland; so: BY, NW, … oder - für irgendeines.",
                f"{value!r} is no German Land; write BY, NW, … or - for any.",
            )
        )
    return code


@click.command(
    "default-date",
    help=tr(
        "Berechnet, ab wann ein Schuldner in Verzug ist (§ 286 BGB).",
        "Computes from which day a debtor is in default (§ 286 BGB).",
    ),
)
@click.option("--due", type=day_value, metavar=_DAY, help=tr("Fälligkeit.", "Due date."))
@click.option(
    "--rule",
    type=click.Choice(RULES),
    required=True,
    help=tr(
        "Wodurch: vereinbarter Tag (calendar), vereinbarte Frist ab Zugang der Rechnung (event), "
        "Mahnung (reminder) oder 30-Tage-Regel.",
        "By what: an agreed day (calendar), an agreed period from receipt of the invoice (event), "
        "a reminder, or the 30-day rule.",
    ),
)
@click.option(
    "--received",
    type=day_value,
    metavar=_DAY,
    help=tr("Zugang der Rechnung oder der Mahnung.", "Receipt of the invoice or the reminder."),
)
@click.option(
    "--delivered",
    type=day_value,
    metavar=_DAY,
    help=tr(
        "Empfang der Leistung; zählt, wenn der Zugang nicht bekannt ist.",
        "Receipt of the goods or service; counts when receipt of the invoice is not known.",
    ),
)
@click.option(
    "--days",
    type=click.IntRange(min=0, max=3650),
    metavar=tr("TAGE", "DAYS"),
    help=tr(
        "Vereinbarte Frist, oder Frist der Mahnung, ab Zugang.",
        "Agreed period, or deadline of the reminder, from receipt.",
    ),
)
@click.option(
    "--notice",
    type=click.Choice(["yes", "no"]),
    default="no",
    show_default=True,
    help=tr(
        "Wies die Rechnung den Verbraucher auf die 30-Tage-Folge hin?",
        "Did the invoice tell the consumer of the 30-day rule?",
    ),
)
@click.option(
    "--debtor",
    type=click.Choice([DebtorType.CONSUMER.value, DebtorType.BUSINESS.value]),
    default=DebtorType.CONSUMER.value,
    show_default=True,
    help=tr("Verbraucher oder Unternehmen.", "Consumer or business."),
)
@click.option(
    "--land",
    callback=_land,
    default="",
    metavar=tr("LAND", "LAND"),
    help=tr(
        "Bundesland des Schuldners (BY, NW, …); sonst zählt ein Feiertag in irgendeinem Land.",
        "The debtor's Land (BY, NW, …); otherwise a feast day in any Land counts.",
    ),
)
@click.option(
    "--postcode",
    default="",
    metavar=tr("PLZ", "POSTCODE"),
    help=tr(
        "Postleitzahl des Schuldners statt --land.", "The debtor's postcode instead of --land."
    ),
)
@command()
def default_date_command(call: Call, **given: Any) -> None:
    from config.calendars import place_calendar

    case = _Case(**given)
    calendar = place_calendar("DE", case.land, case.postcode)
    state = default_of(case.facts(calendar), None, calendar)
    source = default_basis(state.reason, language())
    document = {
        "last_day_to_pay": state.last_day_to_pay,
        "default_from": state.since,
        "rule": case.rule,
        "reason": state.reason,
        "source": source,
        "text": default_sentence(state, language()),
        "assumed": state.assumed,
        "facts": state.facts,
    }
    call.show(document, lambda: _tell(state, source))


def _tell(state: DefaultState, source: str) -> None:
    sentence = default_sentence(state, language())
    say(sentence, sentence)
    if state.last_day_to_pay is not None:
        last = day(state.last_day_to_pay)
        say(f"Letzter Tag zum Zahlen: {last}", f"Last day to pay: {last}")
    say(f"Grundlage: {source}", f"Rests on: {source}")


@dataclass(frozen=True, slots=True)
class _Case:
    """The options as given."""

    rule: str
    due: date | None
    received: date | None
    delivered: date | None
    days: int | None
    notice: str
    debtor: str
    land: str
    postcode: str

    def facts(self, calendar: Calendar) -> DefaultFacts:
        """The facts of the one trigger that was asked for.

        Raises:
            UsageError: a day is missing that the rule cannot do without.
        """
        if self.rule == "calendar":
            return DefaultFacts(self._need("--due", self.due), terms=Terms.DATE)
        if self.rule == "event":
            start = self._need("--received", self.received or self.due)
            days = self._need("--days", self.days)
            return DefaultFacts(None, DebtorType.UNKNOWN, Terms.RECEIPT, days, start)
        if self.rule == "reminder":
            received = self._need("--received", self.received)
            deadline = None if self.days is None else last_day(received, self.days, calendar)
            return DefaultFacts(self.due, reminders=(Reminder(received, deadline, proven=True),))
        return DefaultFacts(
            # Without a day for payment the claim is due at once (§ 271 Abs. 1 BGB).
            self._need("--due", self.due or self.received or self.delivered),
            DebtorType(self.debtor),
            invoice_received=self.received,
            delivered_on=self.delivered,
            consumer_notice=self.notice == "yes",
        )

    def _need(self, option: str, value: Given | None) -> Given:
        if value is None:
            raise UsageError(
                f"Für --rule {self.rule} fehlt {option}.",
                en=f"--rule {self.rule} needs {option}.",
            )
        return value
