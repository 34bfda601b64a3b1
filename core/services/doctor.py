"""Doctor: what is missing before letters and mails can leave, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from core.domain.model import Creditor, NoticeState
from core.errors import MahnwerkError, UsageError
from core.services.app import App
from core.services.doctor_booked import examine_booked
from core.services.doctor_connections import examine_connections
from core.services.doctor_facts import examine_facts
from core.services.doctor_mailbox import examine_mailbox
from core.services.doctor_rates import examine_rates
from core.services.doctor_sample import sample_letter
from core.services.doctor_worker import examine_worker
from core.services.online_payment import pays_online
from core.services.posted import stale_letters
from core.services.profile_check import missing_for_letters


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; ``message`` ends with the remedy unless all is well."""

    check: str
    status: Status
    message: str
    creditor: str = ""


class Machine(Protocol):
    """What only this machine can tell; each method raises ``MahnwerkError`` with the remedy."""

    def check_key(self) -> str:
        """Reads the key; returns where it is kept."""
        ...

    def database_place(self) -> tuple[str, str]:
        """Where the database is, and why that place is risky ("" = it is not)."""
        ...

    def check_mail(self, creditor: Creditor) -> None:
        """Connects and logs in to the creditor's mail server, sends nothing."""
        ...


def doctor(
    app: App, machine: Machine, slug: str | None, *, on: date | None, language: str
) -> list[Check]:
    """All checks of this machine and of one or every creditor. Changes nothing.

    Raises:
        UsageError: there is no creditor of that name.
    """
    say = _Say(language)
    checks = [_database(app, say), _place(machine, say), _key(machine, say)]
    if checks[0].status is Status.FAIL:
        return checks
    with app.store.read() as tx:
        known = tx.creditors.all()
    chosen = [c for c in known if slug in (None, c.id)]
    if slug is not None and not chosen:
        listed = ", ".join(sorted(c.id for c in known)) or "–"
        raise UsageError(
            f"Den Mandanten „{slug}“ gibt es nicht. Vorhanden: {listed}",
            en=f"There is no creditor {slug!r}. There are: {listed}",
        )
    if not chosen:
        sentence = say(
            "Noch kein Mandant eingerichtet: mahnwerk init --set name=… --set iban=…",
            "No creditor is set up yet: mahnwerk init --set name=… --set iban=…",
        )
        checks.append(Check("creditor", Status.FAIL, sentence))
    laws: set[str] = set()
    for creditor in chosen:
        day = on or app.clock.today(creditor.profile.zone)
        law = creditor.profile.governing_law
        if law not in laws:  # of this machine, but what day it is only a creditor's zone tells
            laws.add(law)
            checks += _base_rate(app, law, day, say)
        checks += _of_creditor(app, machine, creditor, day, say)
    return checks


@dataclass(frozen=True, slots=True)
class _Say:
    language: str

    def __call__(self, de: str, en: str) -> str:
        return en if self.language == "en" else de

    def error(self, error: Exception) -> str:
        return error.sentence(self.language) if isinstance(error, MahnwerkError) else str(error)


def _database(app: App, say: _Say) -> Check:
    try:
        state = app.store.schema_state()
    except MahnwerkError as error:  # unreachable, damaged, or of a newer version
        return Check("database", Status.FAIL, say.error(error))
    if state == "current":
        return Check("database", Status.OK, say("Datenbank ist aktuell.", "Database is current."))
    sentence = say(
        "Die Datenbank fehlt oder ist von einer älteren Version. `mahnwerk init` richtet sie ein.",
        "The database is missing or of an older version. `mahnwerk init` brings it up to date.",
    )
    return Check("database", Status.FAIL, sentence)


def _place(machine: Machine, say: _Say) -> Check:
    where, risk = machine.database_place()
    if not risk:
        return Check("database_place", Status.OK, where)
    sentence = say(
        f"Die Datenbank liegt in {where} ({risk}). Abgleich und Netzlaufwerke können sie "
        "zerstören: MAHNWERK_HOME auf einen Ordner dieses Rechners setzen.",
        f"The database lies in {where} ({risk}). Synced folders and network drives can destroy "
        "it: point MAHNWERK_HOME to a folder of this machine.",
    )
    return Check("database_place", Status.WARN, sentence)


def _base_rate(app: App, law: str, on: date, say: _Say) -> Iterator[Check]:
    try:
        found = examine_rates(app, law, on, say)
    except MahnwerkError as error:  # the user's own half-years cannot be used
        yield Check("base_rate", Status.FAIL, say.error(error))
        return
    if found is not None:
        known, sentence = found
        yield Check("base_rate", Status.OK if known else Status.WARN, sentence)


def _key(machine: Machine, say: _Say) -> Check:
    try:
        return Check("key", Status.OK, say("Schlüssel: ", "Key: ") + machine.check_key())
    except MahnwerkError as error:
        return Check("key", Status.FAIL, say.error(error))


def _of_creditor(
    app: App, machine: Machine, creditor: Creditor, on: date, say: _Say
) -> Iterator[Check]:
    findings: Sequence[tuple[str, Status, str]] = [
        _letterhead(creditor, say),
        _iban(app, creditor, say),
        _mail(machine, creditor, say),
        *((name, Status(how), told) for name, how, told in examine_mailbox(app, creditor, say)),
        _letter(app, creditor, on, say),
        *_booked(app, creditor, on, say),
        *_connections(app, creditor, on, say),
        _unposted(app, creditor, on, say),
        _unknown(app, creditor, say),
        *_facts(app, creditor, say),
        *_work(app, creditor, say),
        _mode(creditor, say),
    ]
    for name, status, message in findings:
        yield Check(name, status, message, creditor.id)


def _booked(app: App, creditor: Creditor, on: date, say: _Say) -> Iterator[tuple[str, Status, str]]:
    return ((name, Status(how), told) for name, how, told in examine_booked(app, creditor, on, say))


def _facts(app: App, creditor: Creditor, say: _Say) -> Iterator[tuple[str, Status, str]]:
    for name, well, message in examine_facts(app, creditor, say):
        yield name, Status.OK if well else Status.WARN, message


def _connections(
    app: App, creditor: Creditor, on: date, say: _Say
) -> Iterator[tuple[str, Status, str]]:
    for name, status, message in examine_connections(app, creditor, on, say):
        yield name, Status(status), message


def _work(app: App, creditor: Creditor, say: _Say) -> Iterator[tuple[str, Status, str]]:
    return ((name, Status(how), told) for name, how, told in examine_worker(app, creditor, say))


def _letterhead(creditor: Creditor, say: _Say) -> tuple[str, Status, str]:
    missing = [name for name in missing_for_letters(creditor.profile) if name != "iban"]
    if not missing:
        return "letterhead", Status.OK, say("Briefkopf ist vollständig.", "Letterhead is complete.")
    hint = " ".join(f"--set {name}=…" for name in missing)
    sentence = say(
        f"Für den Briefkopf fehlt: {', '.join(missing)}. Ergänzen: mahnwerk init {hint}",
        f"The letterhead lacks: {', '.join(missing)}. Add it: mahnwerk init {hint}",
    )
    return "letterhead", Status.FAIL, sentence


def _iban(app: App, creditor: Creditor, say: _Say) -> tuple[str, Status, str]:
    if creditor.profile.iban:
        return "iban", Status.OK, creditor.profile.iban
    with app.store.read() as tx:
        online = pays_online(app, tx, creditor.id)
    if online:
        told = say(
            "Keine IBAN; bezahlt wird über die Zahlungslinks der Plattform.",
            "There is no IBAN; debtors pay by the pay links of the platform.",
        )
        return "iban", Status.OK, told
    sentence = say(
        "Keine IBAN: mahnwerk init --set iban=…", "There is no IBAN: mahnwerk init --set iban=…"
    )
    return "iban", Status.FAIL, sentence


def _mail(machine: Machine, creditor: Creditor, say: _Say) -> tuple[str, Status, str]:
    host = creditor.profile.smtp_host
    if not host:
        sentence = say(
            "Kein Mailserver: es gehen nur Briefe. Einrichten: mahnwerk init --set smtp_host=… "
            "--set smtp_user=… --set smtp_password=- --set mail_from=…",
            "No mail server: only letters can leave. Set it up: mahnwerk init --set smtp_host=… "
            "--set smtp_user=… --set smtp_password=- --set mail_from=…",
        )
        return "mail", Status.WARN, sentence
    try:
        machine.check_mail(creditor)
    except MahnwerkError as error:
        return "mail", Status.FAIL, say.error(error)
    sentence = say(f"Mailserver {host} antwortet.", f"Mail server {host} answers.")
    return "mail", Status.OK, sentence


def _letter(app: App, creditor: Creditor, on: date, say: _Say) -> tuple[str, Status, str]:
    try:
        pdf = app.renderer.letter(sample_letter(creditor, on))
    except Exception as error:  # noqa: BLE001 — whatever stops the letters is the finding
        sentence = say(
            f"Der Probebrief ließ sich nicht setzen: {error}. Mahnwerk neu installieren.",
            f"The test letter could not be typeset: {error}. Install Mahnwerk again.",
        )
        return "letter", Status.FAIL, sentence
    sentence = say(
        f"Probebrief gesetzt ({len(pdf) // 1024} KB).", f"Test letter set ({len(pdf) // 1024} KB)."
    )
    return "letter", Status.OK, sentence


def _unposted(app: App, creditor: Creditor, on: date, say: _Say) -> tuple[str, Status, str]:
    stale = stale_letters(app, creditor.id, on)
    if not stale:
        fine = say("Keine gedruckten Briefe liegen herum.", "No printed letters lie about.")
        return "unposted", Status.OK, fine
    ids = ", ".join(str(notice.id) for notice in stale)
    sentence = say(
        f"Gedruckt, aber nicht als verschickt gemeldet: {ids}. Zur Post gebracht? mahnwerk posted …",
        f"Printed but not reported as posted: {ids}. Taken to the post? mahnwerk posted …",
    )
    return "unposted", Status.WARN, sentence


def _unknown(app: App, creditor: Creditor, say: _Say) -> tuple[str, Status, str]:
    with app.store.read() as tx:
        found = tx.notices.many(creditor.id, states=[NoticeState.UNKNOWN])
    if not found:
        fine = say("Jeder Versand hat ein Ergebnis.", "Every delivery has an outcome.")
        return "unknown", Status.OK, fine
    ids = ", ".join(str(notice.id) for notice in found)
    sentence = say(
        f"Versand ungewiss: {ids}. Beim Empfänger oder Mailserver nachsehen, dann: "
        "mahnwerk deliveries resolve NR sent|not_sent",
        f"Delivery uncertain: {ids}. Look at the recipient or mail server, then: "
        "mahnwerk deliveries resolve ID sent|not_sent",
    )
    return "unknown", Status.WARN, sentence


def _mode(creditor: Creditor, say: _Say) -> tuple[str, Status, str]:
    if creditor.stopped:
        sentence = say(
            "Angehalten, es geht nichts hinaus: mahnwerk resume",
            "Stopped, nothing leaves: mahnwerk resume",
        )
        return "mode", Status.WARN, sentence
    if creditor.live:
        return "mode", Status.OK, say("Echtbetrieb.", "Live.")
    sentence = say(
        "Testbetrieb: alle Mails gehen an den Mandanten selbst. Beenden: mahnwerk go-live",
        "Test mode: all mail goes to the creditor itself. End it: mahnwerk go-live",
    )
    return "mode", Status.WARN, sentence
