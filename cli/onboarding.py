"""The closing report of a first reading: what is open, what is missing, and what to do next."""

from __future__ import annotations

from shlex import quote

from cli.call import note, say
from cli.i18n import tr
from cli.output import day, money, table
from cli.reading_progress import span
from cli.words import debtors, requests, settled_invoices
from core.services.onboard import History, Onboarded
from core.services.onboard_report import NAMES, OnboardReport

_NAMED = 10  # debtors without an address that are named; the document has all


def report_document(onboarded: Onboarded, history: History) -> dict[str, object]:
    """The report as ``--json`` shows it."""
    report = onboarded.report
    return {
        "again": onboarded.again,
        "months": report.months,
        "open_items": report.open_items,
        "ages": report.ages,
        "counts": report.counts,
        "credits": report.credits,
        "backlog": {"items": report.backlog, "start_level": report.start_level},
        "biggest": [
            {
                "debtor_id": each.id,
                "name": each.name,
                "account": each.account,
                "currency": each.outstanding.currency,
                "outstanding": each.outstanding,
                "items": each.items,
            }
            for each in report.biggest
        ],
        "unread": [
            {
                "external_id": each.external_id,
                "code": each.problem.code,
                "where": each.problem.where,
                "message": each.problem.message,
            }
            for each in report.unread
        ],
        "without_email": [
            {"debtor_id": each.id, "name": each.name, "account": each.number}
            for each in report.without_email
        ],
        "platform_notices": [
            {
                "id": row.id,
                "invoice": report.numbers.get(row.invoice, row.invoice),
                "on": row.on,
                "title": row.title,
            }
            for row in report.notices
        ],
        "also_elsewhere": {"items": report.also_elsewhere, "in_doubt": report.doubtful},
        "same_debtors": report.same_debtors,
        "held_by_money": report.held_by_money,
        "returned": list(report.returned.values()),
        "floor": report.floor,
        "history": {
            "read": history.read,
            "left": history.left,
            "requests": history.requests,
            "seconds": round(history.seconds, 3),
        },
    }


def tell_report(onboarded: Onboarded, *, history: bool) -> None:
    """The report for people; closes with what they must do before anything is sent.

    ``history``: the payments of settled invoices are read right after it.
    """
    report, reading = onboarded.report, onboarded.reading
    if reading.error is not None:
        note(
            f"{report.connection}: Gelesenes ist gespeichert; weiter geht es mit: mahnwerk "
            f"onboard {quote(report.connection)}",
            f"{report.connection}: What was read is stored; it goes on with: mahnwerk onboard "
            f"{quote(report.connection)}",
        )
        return
    if onboarded.again:
        say(
            f"{report.connection} war schon eingelesen; geholt wurde, was sich geändert hat.",
            f"{report.connection} was read before; what changed was fetched.",
        )
    _tell_ages(report)
    _tell_biggest(report)
    _tell_missing(report)
    _tell_elsewhere(report)
    if report.held_by_money:
        say(
            f"Geld auf dem Konto, das noch niemand zugeordnet hat, hält {report.held_by_money} Posten "
            "an. Bitte auf der Plattform zuordnen; welche es sind: mahnwerk open-items",
            "Items held by money at the bank that nobody has assigned yet: "
            f"{report.held_by_money}. Please assign it on the platform; which ones: mahnwerk open-items",
        )
    if report.returned:
        sums = " + ".join(money(each) for each in report.returned.values())
        say(
            f"Zurückgegangene Zahlungen, zu prüfen: {sums}. Nichts davon wird gemahnt, bis jemand "
            "sagt, dass es geschuldet ist: mahnwerk release RECHNUNG --kind money_returned",
            f"Payments that went back, to be looked at: {sums}. None of it is dunned until somebody "
            "says that it is owed: mahnwerk release INVOICE --kind money_returned",
        )
    _tell_reading(report, history=history)
    _tell_next(report, booked=reading.booked_until is not None)


def _tell_ages(report: OnboardReport) -> None:
    if not report.ages:
        say(
            f"{report.connection}: Nichts ist offen.",
            f"{report.connection}: Nothing is outstanding.",
        )
        return
    columns = [tr("Tage überfällig", "Days overdue"), *(">" + _age(name) for name in NAMES)]
    sums = [
        (currency, *(money(ages[name], currency=False) for name in NAMES))
        for currency, ages in report.ages.items()
    ]
    counts = (tr("Rechnungen", "Invoices"), *(report.counts[name] for name in NAMES))
    table(columns, [*sums, counts], title=tr("Offene Posten nach Alter", "Open items by age"))
    for amount in report.credits.values():
        say(f"Guthaben: {money(amount)}", f"Credits: {money(amount)}")


def _age(name: str) -> str:
    return tr("nicht fällig", "not due") if name == "not_due" else name.replace("-", "–")


def _tell_biggest(report: OnboardReport) -> None:
    if report.biggest:
        columns = [tr("Kunde", "Debtor"), tr("Kundennummer", "Account")]
        columns += [">" + tr("offen", "Open"), ">" + tr("Posten", "Items")]
        table(
            columns,
            [
                (d.name or d.account, d.label or "–", money(d.outstanding), d.items)
                for d in report.biggest
            ],
            title=tr("Größte Schuldner", "Biggest debtors"),
        )


def _tell_missing(report: OnboardReport) -> None:
    """What stands in the way of dunning: unreadable records, addresses, dunnings of others."""
    if report.unread:
        table(
            [
                tr("Nicht lesbar", "Unreadable"),
                tr("Was und wie beheben", "What and how to mend it"),
            ],
            [(each.problem.where, each.problem.message) for each in report.unread],
        )
    if report.without_email:
        names = [d.name or d.number for d in report.without_email]
        more = "" if len(names) <= _NAMED else ", …"
        listed = ", ".join(names[:_NAMED]) + more
        say(
            f"Ohne E-Mail-Adresse, also nur per Brief: {debtors(len(names))} ({listed}).",
            f"Without an e-mail address, so by letter only: {debtors(len(names))} ({listed}).",
        )
    if report.notices:
        table(
            [tr("Rechnung", "Invoice"), tr("vom", "of"), tr("Titel", "Title")],
            [
                (report.numbers.get(row.invoice, row.invoice), day(row.on), row.title)
                for row in report.notices
            ],
            title=tr("Auf der Plattform schon gemahnt", "Dunned on the platform already"),
        )


def _tell_elsewhere(report: OnboardReport) -> None:
    """Claims that another connection has as well, and those that it may have."""
    if report.also_elsewhere:
        say(
            f"Auch in einer anderen Anbindung: {report.also_elsewhere} Posten; jeder zählt einmal, "
            "und eine Zahlung zählt, wo immer sie gebucht ist.",
            f"Items that another connection has, too: {report.also_elsewhere}; each counts once, and "
            "a payment counts wherever it is booked.",
        )
    if report.doubtful:
        say(
            f"Vielleicht dieselbe Forderung wie in einer anderen Anbindung: {report.doubtful} "
            "Posten. Gemahnt wird erst, wenn das entschieden ist: mahnwerk claims",
            "Items that are perhaps the same claim as one of another connection: "
            f"{report.doubtful}. None is dunned until that is decided: mahnwerk claims",
        )
    if report.same_debtors:
        say(
            f"Vielleicht auch Kunde einer anderen Anbindung: {report.same_debtors}. Verknüpft "
            "bekommt jeder ein Schreiben für alles: mahnwerk link",
            f"Debtors who are perhaps one of another connection, too: {report.same_debtors}. Linked, "
            "each gets one letter for everything: mahnwerk link",
        )


def _tell_reading(report: OnboardReport, *, history: bool) -> None:
    name, floor = report.connection, report.floor
    say(
        f"Das erste Einlesen brauchte {requests(floor.made)} (mindestens {floor.requests}) und "
        f"{span(floor.seconds)}.",
        f"The first reading took {requests(floor.made)} (at least {floor.requests}) and "
        f"{span(floor.seconds)}.",
    )
    if report.history_left and not history:
        say(
            f"Von {settled_invoices(report.history_left)} fehlen noch die Zahlungen; es eilt "
            f"nicht: mahnwerk onboard {quote(name)} --history",
            f"The payments of {settled_invoices(report.history_left)} are still missing; there is "
            f"no hurry: mahnwerk onboard {quote(name)} --history",
        )


def _tell_next(report: OnboardReport, *, booked: bool) -> None:
    name = report.connection
    if report.notices:
        say(
            "Wurden diese Mahnungen verschickt? Stufe und Tag übernimmt: mahnwerk platform-notices "
            "confirm ID…; sonst: mahnwerk platform-notices dismiss ID…",
            "Were these notices sent? Level and day are taken over by: mahnwerk platform-notices "
            "confirm ID…; otherwise: mahnwerk platform-notices dismiss ID…",
        )
    if report.backlog:
        say(
            f"Mehr als 180 Tage überfällig: {report.backlog} Posten. Vorgeschlagen wird zuerst "
            f"Stufe {report.start_level}, und nichts davon geht von selbst hinaus. Andere Stufe: "
            f"mahnwerk onboard {quote(name)} --start-level N",
            f"Items overdue by more than 180 days, which are proposal-only: {report.backlog}, first at "
            f"level {report.start_level}. Another level: mahnwerk onboard {quote(name)} --start-level N",
        )
    if not booked:
        say(
            f"Als Nächstes: mahnwerk booked-until TAG {quote(name)}; TAG ist der letzte Tag, bis zu dem "
            "alle Zahlungseingänge zugeordnet sind. Vorher wird nichts verschickt.",
            f"Next: mahnwerk booked-until DATE {quote(name)}; DATE is the last day up to which all "
            "payments received are assigned. Nothing leaves before.",
        )


def tell_history(history: History) -> None:
    """How far the payments of settled invoices are."""
    say(
        f"{history.connection}: Zahlungen von {settled_invoices(history.read)} gelesen, "
        f"{history.left} fehlen noch.",
        f"{history.connection}: read the payments of {settled_invoices(history.read)}, "
        f"{history.left} are missing.",
    )
