"""connect: sets up a connection (Anbindung), changes it, or lists what there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import click

from cli.call import Call, command, note, say
from cli.given import ask, at_terminal, given_values
from cli.i18n import language, tr
from cli.output import day, table
from core.domain.model import Role
from core.errors import UsageError
from core.ports import Platform
from core.services.claims import role_hint
from core.services.connect_platform import Connected, connect_platform, missing_secrets
from core.services.connection_mode import mode_words
from core.services.connection_settings import COMMON, FILE_SETTINGS
from core.services.connections import ConnectionView, connect, connections

# What a platform says of an account, as far as it helps a person to know it again.
_FACTS = {
    "tax_type": ("Steuerart", "tax type"),
    "small_business": ("Kleinunternehmer", "small business"),
    "subscription": ("Vertrag", "subscription"),
    "bookkeeping_system": ("Buchungssystem", "bookkeeping system"),
    "features": ("Funktionen", "features"),
    "connected_on": ("Schlüssel in Gebrauch seit", "key in use since"),
}
# Words of platforms that are the same for all of them.
_WORDS = {
    "ja": ("ja", "yes"),
    "net": ("netto", "net"),
    "gross": ("brutto", "gross"),
    "vatfree": ("umsatzsteuerfrei", "VAT free"),
    "active": ("aktiv", "active"),
}


class ConnectCommand(click.Command):
    """Lists the settings of every platform below its help; they are read when help is asked for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from config.platforms import PLATFORMS

        every = [
            ("role", tr("leading (mahnt) oder evidence (nur Nachweis)", "leading or evidence")),
            (
                "start_level",
                tr(
                    "erste Mahnstufe für alte Posten beim ersten Einlesen",
                    "first level of old items at the first import",
                ),
            ),
        ]
        polled = (
            "poll_minutes",
            tr(
                "Minuten zwischen zwei Abrufen durch „mahnwerk sync --due“, 1 bis 1440 (sonst 15)",
                "minutes between two readings by `mahnwerk sync --due`, 1 to 1440 (default 15)",
            ),
        )
        with formatter.section(tr("Einstellungen jeder Anbindung", "Settings of every connection")):
            formatter.write_dl(every)
        own = ", ".join(name for name in FILE_SETTINGS if name not in COMMON)
        with formatter.section("datev"):
            formatter.write_text(own)
        for platform in PLATFORMS.values():
            with formatter.section(f"{platform.slug}, {platform.label}"):
                formatter.write_dl([polled, *_settings_help(platform)])
        super().format_epilog(ctx, formatter)


def _settings_help(platform: Platform) -> list[tuple[str, str]]:
    rows = []
    for each in platform.settings:
        means = tr(each.de, each.en)
        if each.secret:
            means += tr(" (wird verschlüsselt gespeichert)", " (stored encrypted)")
        elif each.choices:
            means += f" ({'|'.join(each.choices)}; {tr('sonst', 'default')} {each.default})"
        elif each.default:
            means += f" ({tr('sonst', 'default')} {each.default})"
        rows.append((each.name, means))
    return rows


@click.command(
    "connect",
    cls=ConnectCommand,
    help=tr(
        "Richtet eine Anbindung ein oder ändert ihre Einstellungen; ohne PLATTFORM zeigt es alle "
        "Anbindungen. PLATTFORM: datev, lexoffice, sevdesk, stripe. Ein Schlüssel wird erst geprüft und dann "
        "verschlüsselt gespeichert; WERT - liest von der Standardeingabe, @DATEI aus einer Datei, "
        "und an einem Terminal wird verdeckt nach dem Schlüssel gefragt, der fehlt. Ein leerer "
        "Wert nimmt eine Einstellung zurück.",
        "Sets up a connection or changes its settings; without PLATFORM it lists all connections. "
        "PLATFORM: datev, lexoffice, sevdesk, stripe. A key is tried first and then stored encrypted; VALUE - reads "
        "standard input, @FILE a file, and at a terminal a missing key is asked for unseen. An "
        "empty value takes a setting back.",
    ),
)
@click.argument("platform", required=False, metavar=tr("[PLATTFORM]", "[PLATFORM]"))
@click.option("--name", metavar="NAME", help=tr("Name der Anbindung.", "Name of the connection."))
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar=tr("NAME=WERT", "KEY=VALUE"),
    help=tr("Eine Einstellung; mehrfach möglich.", "A setting; may be given several times."),
)
@command()
def connect_command(
    call: Call, platform: str | None, name: str | None, given: tuple[str, ...]
) -> None:
    if platform is None:
        if name is not None or given:
            raise UsageError(
                "Es fehlt die Plattform: mahnwerk connect PLATTFORM …",
                en="The platform is missing: mahnwerk connect PLATFORM …",
            )
        _list(call)
        return
    done = _connect(call, platform, name, given)
    found = done.connection
    document = {
        "connection": found.name,
        "platform": found.platform,
        "role": found.role,
        "client": found.client,
        "settings": dict(found.settings),
        "booked_until": found.booked_until,
        "organisation": done.organisation or None,
        "mode": (done.info.mode if done.info else "") or None,
        "facts": dict(done.info.facts) if done.info else {},
        "warnings": done.warnings,
        "next": done.next or None,
    }
    call.show(document, lambda: _tell(done, role_hint(call.app, call.id, found)))


def _connect(call: Call, platform: str, name: str | None, given: tuple[str, ...]) -> Connected:
    live = call.app.platforms.all.get(platform)
    if live is None:
        values = given_values(given, ())
        return Connected(connect(call.app, call.id, platform, name, values, by=call.by, on=call.on))
    labels = {each.name: tr(each.de, each.en) for each in live.settings if each.secret}
    values = given_values(given, labels)
    if at_terminal():
        for key in missing_secrets(call.app, call.id, platform, name, values):
            values[key] = ask(labels[key])
    return connect_platform(call.app, call.id, platform, name, values, by=call.by, on=call.on)


def _shown(settings: Mapping[str, str]) -> str:
    """The settings in one line; what has several, such as a public key, is only named."""
    return ", ".join(
        f"{key}={tr('gesetzt', 'set') if len(value.split()) > 1 else value}"
        for key, value in sorted(settings.items())
    )


def _tell(done: Connected, hint: str) -> None:
    found = done.connection
    shown = _shown(found.settings)
    text = f"{found.name} ({found.platform}): role={found.role}" + (f", {shown}" if shown else "")
    say(text, text)
    if done.info is not None:
        kind = _in_brackets(done.info.mode)
        say(f"Organisation: {done.info.name}{kind}", f"Organisation: {done.info.name}{kind}")
        for name, value in done.info.facts.items():
            if name in _FACTS:
                shown = _fact(name, value)
                say(f"  {_FACTS[name][0]}: {shown}", f"  {_FACTS[name][1]}: {shown}")
    if hint:
        say(hint, hint)
    for warning in done.warnings:
        note(f"Hinweis: {warning}", f"Note: {warning}")
    if done.next:
        say(f"Als Nächstes: {done.next}", f"Next: {done.next}")


def _fact(name: str, value: str) -> str:
    if name == "connected_on":
        return day(date.fromisoformat(value))
    return tr(*_WORDS.get(value, (value, value)))


def _list(call: Call) -> None:
    rows = connections(call.app, call.id)
    document = [
        {
            "connection": row.connection.name,
            "platform": row.connection.platform,
            "role": row.connection.role,
            "client": row.connection.client,
            "settings": dict(row.connection.settings),
            "booked_until": row.connection.booked_until,
            "booked_source": row.booked_source or None,
            "organisation": row.organisation or None,
            "mode": row.mode or None,
            "last_sync": row.synced_at,
            "records": row.records,
        }
        for row in rows
    ]
    call.show(document, lambda: _tell_all(rows, ZoneInfo(call.creditor.profile.zone)))


def _tell_all(rows: list[ConnectionView], zone: ZoneInfo) -> None:
    if not rows:
        say(
            "Noch keine Anbindung. Einrichten etwa: mahnwerk connect lexoffice (oder sevdesk, datev); "
            "alles Weitere sagt --help",
            "No connection yet. Set one up, such as: mahnwerk connect lexoffice (or sevdesk, datev); "
            "--help says the rest",
        )
        return
    roles = {Role.LEADING: tr("mahnt", "leading"), Role.EVIDENCE: tr("Nachweis", "evidence")}
    columns = [tr("Anbindung", "Connection"), tr("Plattform", "Platform"), tr("Rolle", "Role")]
    columns += [tr("Organisation / Mandant", "Organisation / client")]
    columns += [tr("zuletzt gelesen", "Last read"), tr("Geld gebucht bis", "Money booked until")]
    table(
        columns,
        [
            (
                row.connection.name,
                row.connection.platform,
                roles[row.connection.role],
                (row.organisation or row.connection.client or "–") + _in_brackets(row.mode),
                _moment(row.synced_at, zone),
                _booked(row),
            )
            for row in rows
        ],
    )


def _in_brackets(mode: str) -> str:
    """Whether the data are real or invented, where the platform keeps them apart."""
    words = mode_words(mode)
    return f" ({tr(*words)})" if mode else ""


def _booked(row: ConnectionView) -> str:
    source = f" ({row.booked_source})" if row.booked_source else ""
    return f"{day(row.connection.booked_until)}{source}"


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return "–"
    local = at.astimezone(zone)
    form = "%d.%m.%Y %H:%M" if language() == "de" else "%Y-%m-%d %H:%M"
    return f"{local:{form}}"
