"""What the templates say it with: two languages, and amounts and days as the letters write them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from flask import Blueprint, g

from core.domain.model import Automation, Notice, NoticeKind
from core.domain.money import Money
from core.errors import ConfigError, MahnwerkError
from core.services.doctor_booked import examine_booked
from core.services.item_words import hold_kind, item_number
from core.services.wording import channel_word, charge_title, state_word
from webhook_app.desk.door import Visit, language

_LOCALES = {"de": "de_DE", "en": "en_GB"}
# As in letters: 02/03/2026 is another day in Boston than in London.
_DAYS = {"de": "dd.MM.yyyy", "en": "d MMM yyyy"}
_WARN = "warn"


def money(amount: Money) -> str:
    """``1.190,00 €`` or ``€1,190.00``."""
    text: str = format_currency(amount.amount, amount.currency, locale=_LOCALES[language()])
    return text


def day(value: date | None) -> str:
    """``22.11.2026`` or ``22 Nov 2026``; a dash where there is none."""
    if value is None:
        return "–"
    return str(format_date(value, _DAYS[language()], locale=_LOCALES[language()]))


def say(de: str, en: str) -> str:
    """The words in the language of the session."""
    return en if language() == "en" else de


def _german(de: str, _en: str) -> str:
    return de


def _english(_de: str, en: str) -> str:
    return en


def level(notice: Notice) -> str:
    """The level; some notices have none."""
    if notice.kind is NoticeKind.PLAN:
        return say("Rate", "instalment")
    if notice.kind is NoticeKind.TASK:
        return say("Übergabe", "hand-over")
    if notice.kind is NoticeKind.APOLOGY:
        return say("Rücknahme", "withdrawal")
    return str(notice.level) if notice.level else "–"


def approved_in_bulk(notice: Notice) -> bool:
    """Whether it may be ticked in the list: its level asks for no look at each."""
    return notice.automation is not Automation.PROPOSE


def warnings(visit: Visit) -> list[str]:
    """What keeps notices from leaving, whatever is approved here."""
    creditor, app = visit.who, visit.app
    found = []
    if creditor.stopped:
        found.append(
            say(
                "Der Versand ist angehalten: nichts geht hinaus, bis Sie ihn fortsetzen.",
                "Sending is stopped: nothing leaves until you resume it.",
            )
        )
    if not creditor.live:
        found.append(
            say(
                "Testbetrieb: nichts geht an einen Kunden. Beenden: mahnwerk go-live",
                "Test mode: nothing goes to a debtor. End it: mahnwerk go-live",
            )
        )
    today = app.clock.today(creditor.profile.zone)
    try:
        booked = list(examine_booked(app, creditor, today, app.say))
    except ConfigError as error:  # a procedure that cannot be read keeps nobody from looking
        return [*found, error.sentence(app.language)]
    return found + [sentence for _, status, sentence in booked if status == _WARN]


def _around(visit: Visit | None) -> dict[str, Any]:
    """What stands around every page. A store that does not answer is told of in the page itself."""
    if visit is None:
        return {"who": None, "warnings": []}
    try:
        return {"who": visit.who, "warnings": warnings(visit)}
    except MahnwerkError:
        return {"who": None, "warnings": []}


def add_words(pages: Blueprint) -> None:
    """Gives the templates of the page their words."""

    @pages.context_processor
    def _words() -> dict[str, Any]:
        visit: Visit | None = g.get("visit")
        lang = language()
        return {
            "t": _english if lang == "en" else _german,
            "lang": lang,
            "visit": visit,
            **_around(visit),
            "money": money,
            "day": day,
            "level": level,
            "in_bulk": approved_in_bulk,
            "state": partial(state_word, language=lang),
            "channel": partial(channel_word, language=lang),
            "charge": partial(charge_title, language=lang),
            "number": partial(item_number, language=lang),
            "hold_kind": partial(hold_kind, language=lang),
        }
