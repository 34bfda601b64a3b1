"""Claims that are about to lapse: a task for a person 180, 90 and 30 days before, and when lapsed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from core.domain.claim_facts import ClaimDefaults, claim_facts
from core.domain.limitation import REGULAR_PERIOD_YEARS, Limitation, limitation_of
from core.domain.model import Creditor, Debtor, DebtorId, ItemState, Match, OpenItem
from core.ports import Tx
from core.services.app import App
from core.services.law_wording import limitation_sentences
from core.services.wording import amount

KIND = "limitation"


def limitation_for(item: OpenItem, debtor: Debtor, defaults: ClaimDefaults, on: date) -> Limitation:
    """Limitation of one open item on the day; a part payment may have begun it anew (§ 212 BGB)."""
    known = claim_facts(item, debtor, defaults)
    reduced = [change.on for change in item.reductions if change.minor > 0]
    acknowledged = [d for d in (known.acknowledged_on, max(reduced, default=None)) if d]
    return limitation_of(
        on=on,
        delivered_on=known.delivered_on,
        invoice_date=item.invoice_date,
        due_date=item.due_date,
        acknowledged_on=max(acknowledged, default=None),
        served_on=known.served_on,
        law=known.law,
    )


def note_limitation(app: App, tx: Tx, creditor: Creditor, on: date) -> int:
    """Sets one task per claim and class of days; how many are new.

    Only claims that can lapse this year or before are read.
    """
    defaults = ClaimDefaults.of(creditor.profile)
    before = date(on.year - REGULAR_PERIOD_YEARS + 1, 1, 1)
    old = _once(tx, creditor, tx.items.claims_arisen_before(creditor.id, before))
    heads = tx.links.heads(creditor.id)  # whose law is that of all who are linked
    debtors = {
        item.debtor: tx.debtors.get(creditor.id, heads.get(item.debtor, item.debtor))
        for item in old
    }
    wanted = dict(_wanted(old, debtors, defaults, on))
    known = tx.tasks.known(creditor.id, list(wanted))
    new = [(key, *found) for key, found in wanted.items() if key not in known]
    for key, item, found in new:
        text = _text(app, item, found)
        task = tx.tasks.add(creditor.id, KIND, item.debtor, None, text, on, key)
        refs = {"task": task, "item": item.id, "debtor": item.debtor}
        lapses = found.lapses_on.isoformat() if found.lapses_on else ""
        tx.events.append(creditor.id, "task", refs, {"kind": KIND, "on": lapses}, app.clock.now())
    return len(new)


def _once(tx: Tx, creditor: Creditor, items: Sequence[OpenItem]) -> list[OpenItem]:
    """Without those that stand on a leading connection too: one claim lapses once.

    Not so where that one is cancelled or written off: nobody knows which of both is right.
    """
    twins = tx.twins.of(creditor.id, items)
    gone = (ItemState.CANCELLED, ItemState.WRITTEN_OFF)
    return [
        item
        for item in items
        if not any(
            t.match is Match.SAME and t.leads and t.state not in gone
            for t in twins.get(item.id, ())
        )
    ]


def _wanted(
    items: Iterable[OpenItem],
    debtors: Mapping[DebtorId, Debtor | None],
    defaults: ClaimDefaults,
    on: date,
) -> Iterable[tuple[str, tuple[OpenItem, Limitation]]]:
    for item in items:
        debtor = debtors.get(item.debtor)
        if debtor is None:
            continue
        found = limitation_for(item, debtor, defaults, on)
        if found.warning is not None:
            yield f"{KIND}:{item.id}:{item.cycle}:{found.warning}", (item, found)


def _text(app: App, item: OpenItem, found: Limitation) -> str:
    owed = amount(item.outstanding, app.language)
    told = " ".join(text for text, _ in limitation_sentences(found, app.language))
    return app.say(
        f"Rechnung {item.number} über {owed}: {told}", f"Invoice {item.number}, {owed}: {told}"
    )
