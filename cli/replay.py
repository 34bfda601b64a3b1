"""Runs that can be replayed and compared: replay, diff."""

from __future__ import annotations

import click

from cli.call import Call, command, say
from cli.i18n import language, tr
from cli.output import day, money, table
from cli.reasons import label
from cli.types import number_value
from cli.words import counted
from core.domain.decision import Action
from core.domain.reasons import Reason
from core.domain.run_diff import ItemChange
from core.domain.run_diff_texts import change_word
from core.domain.run_diff_types import Found, ItemSeen
from core.services.replay import ReplayReport, other_version, replay
from core.services.run_diff import RunDiff, RunSide, diff, told

EX_SOFTWARE = 70


def _replay_document(report: ReplayReport) -> dict[str, object]:
    difference = report.difference
    return {
        "run": report.run,
        "on": report.on,
        "identical": report.identical,
        "sha256": report.sha256,
        "recorded_sha256": report.recorded_sha256,
        "made_with": report.made_with,
        "accounts": report.accounts,
        "items": report.items,
        "notices": report.notices,
        "difference": None
        if difference is None
        else {"debtor": difference.debtor, "what": difference.what},
        "decisions": report.decisions,
    }


@click.command(
    "replay",
    help=tr(
        "Entscheidet einen Mahnlauf noch einmal aus dem, was er selbst festgehalten hat, und "
        "vergleicht. Ändert nichts; weicht etwas ab, endet der Befehl mit 70.",
        "Decides a run again from what it recorded itself, and compares. Changes nothing; exits "
        "70 when something differs.",
    ),
)
@click.argument("run", type=number_value, metavar=tr("LAUF", "RUN"))
@command()
def replay_command(call: Call, run: int) -> int:
    report = replay(call.app, call.id, run, collect=call.json)
    call.show(_replay_document(report), lambda: _tell_replay(report))
    return 0 if report.identical else EX_SOFTWARE


def _tell_replay(report: ReplayReport) -> None:
    difference = report.difference
    if difference is None:
        made = counted(report.notices, ("Mahnung", "notice"), ("Mahnungen", "notices"))
        items = counted(report.items, ("Posten", "item"), ("Posten", "items"))
        say(
            f"Lauf {report.run} vom {day(report.on)}: {report.items} Posten und {made}, genau wie "
            "damals entschieden.",
            f"Run {report.run} of {day(report.on)}: {items} and {made}, decided exactly as they "
            "were.",
        )
        say(f"Prüfsumme: {report.sha256}", f"Checksum: {report.sha256}")
        return
    where = difference.debtor
    say(
        f"Lauf {report.run} vom {day(report.on)} kommt ANDERS heraus"
        + (f", zuerst bei Konto {where}:" if where else ":"),
        f"Run {report.run} of {day(report.on)} comes out DIFFERENTLY"
        + (f", first for account {where}:" if where else ":"),
    )
    for sentence in difference.what:
        say(sentence, sentence)
    if other := other_version(report):
        say(
            f"Der Lauf wurde mit Version {other} gemacht; seither können Regeln geändert sein.",
            f"The run was made with version {other}; rules may have changed since.",
        )


def _seen_document(seen: ItemSeen | None) -> dict[str, object] | None:
    if seen is None:
        return None
    return {
        "verdict": seen.verdict.action,
        "reason": seen.verdict.reason,
        "level": seen.verdict.level,
        "outstanding": seen.item.outstanding if seen.item else None,
        "asked": seen.asked,
    }


def _cause_document(found: Found) -> dict[str, object]:
    return {"cause": found.cause, "text": told(found, language()), "facts": found.facts}


def _change_document(change: ItemChange) -> dict[str, object]:
    return {
        "item": change.seen.id,
        "number": change.seen.number,
        "external_id": change.seen.external_id,
        "change": change.change,
        "before": _seen_document(change.before),
        "after": _seen_document(change.after),
        "causes": [_cause_document(found) for found in change.causes],
    }


def _diff_document(found: RunDiff) -> dict[str, object]:
    return {
        "before": found.before,
        "after": found.after,
        "common": [_cause_document(each) for each in found.common],
        "totals": {
            "changes": found.changes,
            "causes": found.causes,
            "reasons": {
                reason: {"before": then, "after": now}
                for reason, (then, now) in found.reasons.items()
            },
        },
        "debtors": [
            {
                "debtor_id": each.debtor,
                "account": each.account,
                "debtor": each.name,
                "changes": [_change_document(change) for change in each.changes],
            }
            for each in found.debtors
        ],
    }


@click.command(
    "diff",
    help=tr(
        "Vergleicht zwei Mahnläufe: welche Posten anders herauskamen und warum.",
        "Compares two runs: which items came out differently, and why.",
    ),
)
@click.argument("before", type=number_value, metavar=tr("LAUF", "RUN"))
@click.argument("after", type=number_value, metavar=tr("LAUF", "RUN"))
@command()
def diff_command(call: Call, before: int, after: int) -> None:
    found = diff(call.app, call.id, before, after)
    call.show(_diff_document(found), lambda: _tell_diff(found))


def _tell_diff(found: RunDiff) -> None:
    count = sum(found.changes.values())
    say(
        f"Lauf {found.before.run} ({day(found.before.on)}) → Lauf {found.after.run} "
        f"({day(found.after.on)}): {count} Posten anders.",
        f"Run {found.before.run} ({day(found.before.on)}) → run {found.after.run} "
        f"({day(found.after.on)}): {count} items differ.",
    )
    for side in (found.before, found.after):
        _warn(side)
    for each in found.common:
        _line("", each)
    for debtor in found.debtors:
        name = f"{debtor.account} {debtor.name}".strip()
        say(f"{name}:", f"{name}:")
        for change in debtor.changes:
            text = f"  {change.seen.number}: {_what(change)}"
            say(text, text)
            for cause in change.causes:
                _line("    ", cause)
    if count:
        columns = [tr("Befund", "Verdict"), ">" + tr("vorher", "before")]
        columns += [">" + tr("nachher", "after")]
        table(columns, [(label(Reason(r)), *both) for r, both in found.reasons.items()])


def _line(indent: str, found: Found) -> None:
    text = f"{indent}{told(found, language())}"
    say(text, text)


def _warn(side: RunSide) -> None:
    if not side.identical:
        say(
            f"Lauf {side.run} käme heute anders heraus als damals; was genau: "
            f"mahnwerk replay {side.run}",
            f"Run {side.run} would come out differently today; how: mahnwerk replay {side.run}",
        )


def _what(change: ItemChange) -> str:
    """``anders entschieden: Mahnsperre (119,00 EUR) → Stufe 1 (119,00 EUR)``."""
    sides = [_verdict(seen) for seen in (change.before, change.after) if seen is not None]
    return f"{change_word(change.change, language())}: {' → '.join(sides)}"


def _verdict(seen: ItemSeen) -> str:
    if seen.verdict.action is Action.DUN:
        text = tr(f"Stufe {seen.verdict.level}", f"level {seen.verdict.level}")
    else:
        text = label(seen.verdict.reason)
    amounts = list(seen.asked.values()) or ([seen.item.outstanding] if seen.item else [])
    return f"{text} ({' + '.join(map(money, amounts))})" if amounts else text
