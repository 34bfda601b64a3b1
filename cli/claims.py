"""Claims that stand on several connections: list the doubtful ones, decide."""

from __future__ import annotations

from shlex import quote

import click

from cli.call import Call, command, note, say
from cli.i18n import tr
from cli.output import day, money, table
from core.domain.model import Match
from core.services.claims import ClaimPair, ClaimSide, claim_pairs, decide_claims, standing


def _side(side: ClaimSide) -> dict[str, object]:
    return {
        "connection": side.connection,
        "external_id": side.external_id,
        "number": side.number,
        "debtor": side.debtor,
        "invoice_date": side.invoice_date,
        "currency": side.total.currency,
        "total": side.total,
        "outstanding": side.outstanding,
        "state": side.state,
    }


def _document(pair: ClaimPair, verdict: str = "") -> dict[str, object]:
    return {
        "leading": _side(pair.leading),
        "other": _side(pair.other),
        "match": verdict or pair.match,
        "decided": pair.decided,
    }


@click.group(
    "claims",
    invoke_without_command=True,
    help=tr(
        "Zeigt Belege zweier Anbindungen, die vielleicht dieselbe Forderung sind; keiner wird "
        "gemahnt, bis das entschieden ist.",
        "Lists documents of two connections that may be one claim; neither is dunned until that "
        "is decided.",
    ),
)
@click.option(
    "--all",
    "all_",
    is_flag=True,
    help=tr("Auch solche, die sicher dieselbe sind.", "Also those that are one for certain."),
)
@command()
def claims_group(call: Call, all_: bool) -> None:
    pairs = claim_pairs(call.app, call.id, every=all_)
    call.show([_document(pair) for pair in pairs], lambda: _tell(call, pairs, every=all_))


def _tell(call: Call, pairs: list[ClaimPair], *, every: bool) -> None:
    if not pairs:
        say("Kein Beleg ist in Zweifel.", "No document is in doubt.")
        return
    columns = [tr("Beleg", "Document"), tr("Rechnung", "Invoice"), tr("Kunde", "Debtor")]
    columns += [tr("vom", "of"), ">" + tr("Betrag", "Total"), tr("Stand", "State")]
    columns += [tr("Zusammen", "Together")]
    rows = []
    for pair in pairs:
        rows.append((*_cells(call, pair.leading), _word(pair)))
        rows.append((*_cells(call, pair.other), ""))
    table(columns, rows)
    doubts = [pair for pair in pairs if pair.match is Match.SUSPECT]
    if doubts:
        named = f"{quote(doubts[0].leading.name)} {quote(doubts[0].other.name)}"
        say(
            f"Dieselbe Forderung: mahnwerk claims same {named}; zwei: mahnwerk claims different "
            f"{named}",
            f"One claim: mahnwerk claims same {named}; two: mahnwerk claims different {named}",
        )
    elif every:
        say("Kein Beleg ist in Zweifel.", "No document is in doubt.")


def _cells(call: Call, side: ClaimSide) -> tuple[object, ...]:
    return (
        side.name,
        side.number,
        side.debtor or "–",
        day(side.invoice_date),
        money(side.total),
        standing(call.app, side.outstanding, side.state, None),
    )


def _word(pair: ClaimPair) -> str:
    if pair.match is Match.SUSPECT:
        return tr("vielleicht dieselbe", "perhaps one claim")
    return tr("dieselbe; führt", "one claim; leads")


_FIRST = tr("BELEG", "DOCUMENT")
_SECOND = tr("[ANDERER]", "[OTHER]")


@claims_group.command(
    "same",
    help=tr(
        "Zwei Belege sind dieselbe Forderung: Sie zählt einmal, und eine Zahlung auf einen zählt.",
        "Two documents are one claim: it counts once, and a payment on either counts.",
    ),
)
@click.argument("first", metavar=_FIRST)
@click.argument("second", metavar=_SECOND, default="")
@command()
def same_command(call: Call, first: str, second: str) -> None:
    _decide(call, first, second, same=True)


@claims_group.command(
    "different",
    help=tr(
        "Zwei Belege sind zwei Forderungen: Beide werden gemahnt, keiner steht mehr in Zweifel.",
        "Two documents are two claims: both are dunned, and neither is in doubt any more.",
    ),
)
@click.argument("first", metavar=_FIRST)
@click.argument("second", metavar=_SECOND, default="")
@command()
def different_command(call: Call, first: str, second: str) -> None:
    _decide(call, first, second, same=False)


def _decide(call: Call, first: str, second: str, *, same: bool) -> None:
    pair = decide_claims(call.app, call.id, first, second, same=same, by=call.by)
    one, other = pair.leading.name, pair.other.name
    named = f"{quote(one)} {quote(other)}"

    def human() -> None:
        if same:
            say(
                f"{one} und {other} sind dieselbe Forderung; gemahnt wird aus {pair.leading.connection}.",
                f"{one} and {other} are one claim; it is dunned from {pair.leading.connection}.",
            )
            if pair.leading.total != pair.other.total:
                totals = f"{money(pair.leading.total)}, {money(pair.other.total)}"
                note(
                    f"Die Beträge sind verschieden ({totals}); gefordert wird nie mehr als das, was "
                    f"beide für offen halten. Zurück: mahnwerk claims different {named}",
                    f"The totals differ ({totals}); never more is demanded than both say is open. "
                    f"To take it back: mahnwerk claims different {named}",
                )
        else:
            say(f"{one} und {other} sind zwei Forderungen.", f"{one} and {other} are two claims.")

    call.show(_document(pair, "same" if same else "different"), human)
