"""What a run decides from, recorded while it decides; and the same rules again for a replay.

The rules ask the application for procedures, calendars, places and rates. ``RunRecorder`` stands in
between and keeps every answer; ``recorded_rules`` answers from what was kept, and from nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn

from core.domain.business_days import Calendar
from core.domain.decision import Decision, PlannedNotice, Verdict
from core.domain.decision_document import DocumentHash, Entry, account_entry, quiet_entry
from core.domain.law import HalfYear, RateTable
from core.domain.model import Account, Creditor, CreditorId, CreditorProfile, Debtor
from core.domain.procedure import DunningProcedure
from core.domain.procedure_file import canonical, parse_procedure
from core.domain.seen import seen_creditor
from core.errors import ConfigError, RuleError
from core.ports import InputChunk, Outcome, QuietItem
from core.services.app import App

Place = tuple[str, str, str]  # country, Land, postcode


def code_version() -> str:
    """The version of Mahnwerk that decides; empty when it is not installed."""
    try:
        return version("mahnwerk")
    except PackageNotFoundError:
        return ""


class RunRecorder:
    """Keeps what one run decides from, and the checksum of what it decides.

    ``app`` and ``creditor`` are what the rules are given: what they ask of them is kept.
    """

    def __init__(self, app: App, creditor: Creditor) -> None:
        self._real = app
        self._procedures: dict[str, DunningProcedure | ConfigError] = {}
        self._lands: dict[str, Calendar] = {}
        self._places: dict[Place, Calendar] = {}
        self._rates: dict[str, RateTable | None] = {}
        self._hash = DocumentHash()
        self._accounts: list[Account] = []
        self._outcomes: list[Outcome] = []
        self._quiet: Sequence[QuietItem] = ()
        self.creditor = seen_creditor(creditor)
        self.app = replace(
            app,
            procedure=self._procedure,
            calendar=self._calendar,
            place=self._place,
            rates=self._rate,
        )

    # --- what the rules ask for ---------------------------------------------------------------

    def _procedure(self, name: str) -> DunningProcedure:
        known = self._procedures.get(name)
        if known is None:
            try:
                known = self._real.procedure(name)
            except ConfigError as error:
                known = error
            self._procedures[name] = known
        if isinstance(known, ConfigError):
            raise ConfigError(str(known), en=known.en)
        return known

    def _calendar(self, land: str) -> Calendar:
        known = self._lands.get(land)
        if known is None:
            known = self._lands[land] = self._real.calendar(land)
        return known

    def _place(self, debtor: Debtor) -> Calendar:
        key = place_key(debtor)
        known = self._places.get(key)
        if known is None:
            known = self._places[key] = self._real.place(debtor)
        return known

    def _rate(self, law: str) -> RateTable | None:
        if law not in self._rates:
            self._rates[law] = self._real.rates(law)
        return self._rates[law]

    # --- what was decided ---------------------------------------------------------------------

    def quiet(self, items: Sequence[QuietItem], verdicts: Sequence[Verdict]) -> None:
        """One chunk of quiet items; take it away with ``chunk`` before anything else comes."""
        self._quiet = items
        self._outcomes = [outcome_of(self._hash, quiet_document(items, verdicts))]

    def judged(self, account: Account, procedure: DunningProcedure, decision: Decision) -> None:
        """One account as the rules saw it."""
        entry = account_document(account, procedure, decision)
        self._accounts.append(account)
        self._outcomes.append(outcome_of(self._hash, entry, decision.notices))

    def chunk(self) -> InputChunk:
        """What came since the last time, to be stored."""
        taken = InputChunk(self._quiet, self._accounts, self._outcomes)
        self._quiet, self._accounts, self._outcomes = (), [], []
        return taken

    @property
    def sha256(self) -> str:
        """The checksum of all decisions so far, see ``core.domain.decision_document``."""
        return self._hash.hexdigest()

    def settings(self, on: date) -> Mapping[str, object]:
        """Everything that the rules asked for, in JSON's terms."""
        numbers: dict[Calendar, int] = {}
        for calendar in (*self._lands.values(), *self._places.values()):
            numbers.setdefault(calendar, len(numbers))
        return {
            "version": code_version(),
            "on": on.isoformat(),
            "profile": _profile_out(self.creditor.profile),
            "procedures": {
                name: {"de": str(known), "en": known.en}
                if isinstance(known, ConfigError)
                else canonical(known)
                for name, known in sorted(self._procedures.items())
            },
            "calendars": [sorted(map(date.isoformat, each.feast_days)) for each in numbers],
            "lands": {land: numbers[each] for land, each in sorted(self._lands.items())},
            "places": [[*key, numbers[each]] for key, each in sorted(self._places.items())],
            "rates": {law: _rates_out(table) for law, table in sorted(self._rates.items())},
        }


def place_key(debtor: Debtor) -> Place:
    """All that a place is known by: two debtors with the same key have the same feast days."""
    return (debtor.address.country, debtor.land, debtor.address.postcode)


def account_document(account: Account, procedure: DunningProcedure, decision: Decision) -> Entry:
    """The account's entry in the document of decisions."""
    numbers = {item.id: item.number for item in account.items}
    return account_entry(account.debtor.id, procedure.name, decision, numbers)


def quiet_document(items: Sequence[QuietItem], verdicts: Sequence[Verdict]) -> Entry:
    """The entry of one chunk of quiet items."""
    return quiet_entry(verdicts, [item.number for item in items])


def outcome_of(
    document: DocumentHash, entry: Entry, notices: Sequence[PlannedNotice] = ()
) -> Outcome:
    """Takes the entry into the document; what it is known by."""
    return Outcome(document.add(entry), tuple(map(_notice_key, notices)))


def _notice_key(plan: PlannedNotice) -> tuple[str, ...]:
    deadline = plan.deadline.isoformat() if plan.deadline else ""
    return (plan.kind.value, plan.currency, str(plan.level), plan.total.plain(), deadline)


def _profile_out(profile: CreditorProfile) -> dict[str, object]:
    defaults = {f.name: f.default for f in fields(CreditorProfile) if f.default is not MISSING}
    return {k: v for k, v in asdict(profile).items() if k in defaults and v != defaults[k]}


def _rates_out(table: RateTable | None) -> list[list[object]] | None:
    if table is None:
        return None
    return [
        [each.valid_from.isoformat(), each.valid_to.isoformat(), str(each.percent), each.source,
         each.confirmed]
        for each in table.half_years
    ]  # fmt: skip


# --- the way back ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordedRules:
    """The rules of one run as it recorded them, and the version that made it."""

    app: App
    creditor: Creditor
    on: date
    version: str
    settings: Mapping[str, Any]


def recorded_rules(app: App, creditor: CreditorId, settings: Mapping[str, Any]) -> RecordedRules:
    """An application that knows only what the run recorded.

    Raises:
        RuleError: the record cannot be read.
    """
    try:
        return _recorded(app, creditor, settings)
    except (KeyError, TypeError, ValueError, ArithmeticError, ConfigError) as error:
        raise RuleError(
            f"Die Aufzeichnung des Mahnlaufs ist nicht lesbar ({error}).",
            en=f"The record of the run cannot be read ({error}).",
        ) from error


def _recorded(app: App, creditor: CreditorId, settings: Mapping[str, Any]) -> RecordedRules:
    calendars = [Calendar(frozenset(map(date.fromisoformat, c))) for c in settings["calendars"]]
    procedures = {name: _procedure_in(name, kept) for name, kept in settings["procedures"].items()}
    lands = {land: calendars[number] for land, number in settings["lands"].items()}
    places = {(c, land, code): calendars[n] for c, land, code, n in settings["places"]}
    rates = {law: _rates_in(rows) for law, rows in settings["rates"].items()}

    def procedure(name: str) -> DunningProcedure:
        found: DunningProcedure | ConfigError = _kept(procedures, name)
        if isinstance(found, ConfigError):
            raise ConfigError(str(found), en=found.en)
        return found

    return RecordedRules(
        replace(
            app,
            procedure=procedure,
            calendar=lambda land: _kept(lands, land),
            place=lambda debtor: _kept(places, place_key(debtor)),
            rates=lambda law: _kept(rates, law),
        ),
        Creditor(creditor, CreditorProfile(**{"name": "", **settings["profile"]})),
        date.fromisoformat(settings["on"]),
        settings["version"],
        settings,
    )


def _kept(known: Mapping[Any, Any], key: object) -> Any:
    """What was recorded under ``key``; the rules ask for nothing else unless they have changed."""
    if key not in known:
        _not_recorded(key)
    return known[key]


def _not_recorded(key: object) -> NoReturn:
    raise RuleError(
        f"In der Aufzeichnung des Mahnlaufs fehlt, wonach die Regeln heute fragen: {key}",
        en=f"The record of the run lacks what the rules ask for today: {key}",
    )


def _procedure_in(name: str, kept: str | Mapping[str, str]) -> DunningProcedure | ConfigError:
    if isinstance(kept, str):
        return parse_procedure(json.loads(kept), name)
    return ConfigError(kept["de"], en=kept["en"])


def _rates_in(rows: Sequence[Sequence[Any]] | None) -> RateTable | None:
    if rows is None:
        return None
    return RateTable(
        tuple(
            HalfYear(
                date.fromisoformat(first), date.fromisoformat(last), Decimal(percent), source, sure
            )
            for first, last, percent, source, sure in rows
        )
    )
