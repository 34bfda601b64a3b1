"""link and unlink: which debtors of several connections are one customer."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

import click

from cli.call import Call, command, note, say
from cli.given import at_terminal
from cli.i18n import language, tr
from cli.linking_words import difference, signs, strength
from cli.output import table
from core.domain.same_debtor import Strength
from core.errors import UsageError
from core.services.link_suggestions import LinkSuggestion, Party, is_strong, suggestions
from core.services.links import LinkReport, keep_apart, link, link_suggested, unlink
from core.services.wording import state_word

DEBTOR = tr("KUNDE", "DEBTOR")


@click.command(
    "link",
    help=tr(
        "Verknüpft Kunden mehrerer Anbindungen, die ein und derselbe sind: er bekommt ein Schreiben "
        "für alle Rechnungen. HAUPTKUNDE ist der, dessen Name, Anschrift, E-Mail, Sprache, Art und "
        "Mahnverfahren gelten. Ohne Angabe: wer derselbe sein könnte, und woran man es sieht. "
        "Verknüpft wird nie von selbst.",
        "Links debtors of several connections who are one and the same: he gets one letter for all "
        "invoices. HEAD is the one whose name, address, e-mail, language, type and procedure "
        "count. Without arguments: who may be the same, and by what sign. Nobody is ever linked "
        "by itself.",
    ),
)
@click.argument("named", nargs=-1, metavar=tr("[HAUPTKUNDE KUNDE…]", "[HEAD DEBTOR…]"))
@click.option(
    "--suggested",
    type=click.Choice([Strength.STRONG.value]),
    help=tr(
        "Alle sicheren Vorschläge (strong) auf einmal annehmen.",
        "Accept all sure suggestions (strong) at once.",
    ),
)
@click.option("--yes", is_flag=True, help=tr("Ohne Rückfrage.", "Without asking."))
@command()
def link_command(call: Call, named: tuple[str, ...], suggested: str | None, yes: bool) -> None:
    if named and suggested:
        raise UsageError(
            "Entweder Kunden nennen oder --suggested angeben.",
            en="Name debtors, or give --suggested; not both.",
        )
    if suggested:
        _accept(call, yes=yes)
        return
    if not named:
        found = suggestions(call.app, call.id)
        call.show([_suggestion_document(each) for each in found], lambda: _tell(found))
        return
    if len(named) == 1:
        raise UsageError(
            "Mit wem? mahnwerk link HAUPTKUNDE KUNDE…", en="With whom? mahnwerk link HEAD DEBTOR…"
        )
    report = link(call.app, call.id, named[0], named[1:], by=call.by)
    call.show(_document(report), lambda: _tell_linked(report))


def _accept(call: Call, *, yes: bool) -> None:
    found = [each for each in suggestions(call.app, call.id) if is_strong(each)]
    if found and not yes:
        if call.json or not at_terminal():
            raise UsageError(
                "Ohne Terminal nur mit --yes. Was verknüpft würde, zeigt: mahnwerk link",
                en="Without a terminal only with --yes. What would be linked shows: mahnwerk link",
            )
        _tell(found)
        if not click.confirm(tr("Alle verknüpfen?", "Link all of them?"), err=True):
            raise click.Abort
    reports = link_suggested(call.app, call.id, by=call.by) if found else []

    def human() -> None:
        for report in reports:
            _tell_linked(report)
        if not reports:
            say("Kein sicherer Vorschlag.", "There is no sure suggestion.")

    call.show([_document(report) for report in reports], human)


@click.command(
    "unlink",
    help=tr(
        "Löst Kunden aus ihrer Verknüpfung; wer den Hauptkunden nennt, löst sie ganz auf. Mit "
        "--apart: die beiden sind nicht derselbe und werden nie wieder vorgeschlagen.",
        "Parts debtors from their link; naming the head ends it altogether. With --apart: those "
        "two are not the same, and are never suggested again.",
    ),
)
@click.argument("named", nargs=-1, required=True, metavar=f"{DEBTOR}…")
@click.option(
    "--apart", is_flag=True, help=tr("Zwei Kunden sind verschieden.", "Two debtors differ.")
)
@command()
def unlink_command(call: Call, named: tuple[str, ...], apart: bool) -> None:
    if apart and len(named) != 2:
        raise UsageError(
            "Zwei Kunden angeben: mahnwerk unlink KUNDE KUNDE --apart",
            en="Name two debtors: mahnwerk unlink DEBTOR DEBTOR --apart",
        )
    if apart:
        reports = [keep_apart(call.app, call.id, *named, by=call.by)]
    else:
        reports = unlink(call.app, call.id, named, by=call.by)

    def human() -> None:
        for report in reports:
            _tell_parted(report, apart=apart)

    call.show([_document(report) for report in reports], human)


def _party_document(party: Party) -> dict[str, object]:
    return {"id": party.debtor.id, "name": party.debtor.name, "label": party.label}


def _suggestion_document(found: LinkSuggestion) -> dict[str, object]:
    return {
        "head": _party_document(found.head),
        "other": _party_document(found.other),
        "score": found.likeness.score,
        "strength": found.likeness.strength,
        "signs": found.likeness.reasons,
        "command": _link_line(found),
    }


def _document(report: LinkReport) -> dict[str, object]:
    return {
        "head": _party_document(report.head),
        "members": [_party_document(each) for each in report.members],
        "changed": report.changed,
        "differences": [
            {"field": d.field, "debtor": d.label, "head": d.head, "other": d.other}
            for d in report.differences
        ],
        "withdrawn": report.withdrawn,
        "under_way": [{"id": n.id, "state": n.state} for n in report.under_way],
        "head_is_evidence": report.evidence,
    }


def _link_line(found: LinkSuggestion) -> str:
    return f"mahnwerk link {quote(found.head.label)} {quote(found.other.label)}"


def _tell(found: Sequence[LinkSuggestion]) -> None:
    if not found:
        say("Niemand sieht aus wie derselbe Kunde.", "Nobody looks like the same debtor.")
        return
    columns = [tr("Hauptkunde", "Head"), "", tr("Kunde", "Debtor"), ""]
    columns += [tr("wie sicher", "How sure"), tr("gleich", "Same"), tr("dagegen", "Against")]
    table(
        columns,
        [
            (
                each.head.label,
                each.head.debtor.name,
                each.other.label,
                each.other.debtor.name,
                strength(each.likeness.strength),
                signs(each.likeness.reasons, against=False),
                signs(each.likeness.reasons, against=True),
            )
            for each in found
        ],
    )
    first = found[0]
    away = f"mahnwerk unlink {quote(first.head.label)} {quote(first.other.label)} --apart"
    say(
        f"Derselbe? {_link_line(first)}. Verschieden? {away}. "
        "Alle sicheren: mahnwerk link --suggested strong",
        f"The same? {_link_line(first)}. Not the same? {away}. "
        "All sure ones: mahnwerk link --suggested strong",
    )


def _tell_linked(report: LinkReport) -> None:
    members = ", ".join(each.label for each in report.members)
    head = f"{report.head.label} {report.head.debtor.name}".strip()
    if not report.changed:
        say(f"{members}: schon verknüpft mit {head}.", f"{members}: linked with {head} already.")
        return
    say(
        f"Verknüpft: {members} mit {head}. Es gibt ein Schreiben für alle; es gelten die Angaben "
        f"von {report.head.label}.",
        f"Linked: {members} with {head}. There is one letter for all; the data of "
        f"{report.head.label} counts.",
    )
    for each in report.differences:
        told = difference(each)
        note(told, told)
    if report.evidence:
        note(
            f"{report.head.label} steht in einer Anbindung, die nur nachweist (role=evidence). "
            "Meist ist der Kunde der führenden Anbindung der bessere Hauptkunde.",
            f"{report.head.label} stands on a connection that only proves (role=evidence). Mostly "
            "the debtor of the leading connection is the better head.",
        )
    _tell_notices(report)


def _tell_parted(report: LinkReport, *, apart: bool) -> None:
    members = ", ".join(each.label for each in report.members)
    if apart:
        say(
            f"{report.head.label} und {members} sind verschieden; das wird nicht mehr "
            "vorgeschlagen.",
            f"{report.head.label} and {members} are not the same; that is not suggested again.",
        )
    else:
        say(
            f"Gelöst: {members} von {report.head.label}. Jeder bekommt wieder eigene Schreiben; "
            "der Tag des letzten gilt für alle.",
            f"Parted: {members} from {report.head.label}. Each gets letters of his own again; "
            "the day of the last one counts for all.",
        )
    _tell_notices(report)


def _tell_notices(report: LinkReport) -> None:
    if report.withdrawn:
        count = len(report.withdrawn)
        say(
            f"Zurückgezogene Vorschläge: {count}. Neu vorschlagen: mahnwerk run",
            f"Proposals withdrawn: {count}. Propose anew: mahnwerk run",
        )
    for notice in report.under_way:
        state = state_word(notice.state, language())
        note(
            f"Mahnung {notice.id} ist noch unterwegs ({state}); ihre Rechnungen warten auf sie.",
            f"Notice {notice.id} is still under way ({state}); its invoices wait for it.",
        )
