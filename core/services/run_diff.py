"""`mahnwerk diff`: what changed between two runs and why, from what both recorded.

Neither run is looked up in today's books: only the names of debtors and the accounts of items that
were not due are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.decision import Decision, Verdict
from core.domain.decision_document import DocumentHash
from core.domain.model import Account, CreditorId, Debtor, DebtorId, ItemId, RunId
from core.domain.money import Money
from core.domain.procedure import DunningProcedure
from core.domain.run_diff import ItemChange, compare, run_causes
from core.domain.run_diff_texts import cause_sentence, listed, plain_word
from core.domain.run_diff_types import Change, Found, ItemSeen, RunSeen, Value
from core.errors import UsageError
from core.ports import QuietItem, RunRecord, Tx
from core.services.app import App
from core.services.replay import decide_again, recorded_run
from core.services.run_inputs import RecordedRules, recorded_rules
from core.services.wording import amount, day

OUTSTANDING = "outstanding"
_NOBODY = DebtorId(0)  # an item that was not due then and is not in the books any more


@dataclass(frozen=True, slots=True)
class DebtorChanges:
    """What changed about one debtor, by number of the item."""

    debtor: DebtorId
    account: str  # as the creditor knows it
    name: str
    changes: tuple[ItemChange, ...]


@dataclass(frozen=True, slots=True)
class RunSide:
    """One of the two runs. ``identical``: it is decided today as it was then."""

    run: RunId
    on: date
    identical: bool


@dataclass(frozen=True, slots=True)
class RunDiff:
    """All differences, by account; ``common`` are those of the runs as a whole.

    ``reasons`` counts for each reason code the items of the first and of the second run.
    """

    before: RunSide
    after: RunSide
    debtors: tuple[DebtorChanges, ...]
    common: tuple[Found, ...]
    changes: Mapping[Change, int]
    causes: Mapping[str, int]
    reasons: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Side:
    """One run decided again."""

    record: RunRecord
    seen: RunSeen
    items: Mapping[ItemId, ItemSeen]
    identical: bool

    @property
    def short(self) -> RunSide:
        return RunSide(self.record.id, self.record.on, self.identical)


def diff(app: App, creditor: CreditorId, before: int, after: int) -> RunDiff:
    """Compares two runs, the earlier one first as a rule.

    Raises:
        UsageError: a run is not there or recorded nothing, or both are the same.
        RuleError: a record cannot be read.
    """
    if before == after:
        raise UsageError(
            "Zwei verschiedene Läufe angeben: mahnwerk diff 1 2",
            en="Name two different runs: mahnwerk diff 1 2",
        )
    with app.store.read() as tx:
        one, two = _side(tx, app, creditor, before), _side(tx, app, creditor, after)
        changes = list(compare(one.items, two.items, (one.seen, two.seen)))
        debtors = _by_debtor(tx, creditor, changes)
    return RunDiff(
        one.short,
        two.short,
        debtors,
        run_causes(one.seen, two.seen),
        dict(sorted(Counter(each.change for each in changes).items())),
        dict(sorted(Counter(c.cause.value for each in changes for c in each.causes).items())),
        _reasons(one.items, two.items),
    )


def _side(tx: Tx, app: App, creditor: CreditorId, run: int) -> _Side:
    record, settings = recorded_run(tx, creditor, run)
    rules = recorded_rules(app, creditor, settings)
    document = DocumentHash()
    items: dict[ItemId, ItemSeen] = {}
    for decided in decide_again(tx, creditor, record.id, rules, document):
        if decided.account and decided.procedure and decided.decision:
            items.update(_seen(decided.account, decided.procedure, decided.decision))
        items.update(_quiet(decided.quiet))
    identical = document.hexdigest() == record.decisions_sha256
    return _Side(record, _run_seen(record, rules), items, identical)


def _run_seen(record: RunRecord, rules: RecordedRules) -> RunSeen:
    kept = rules.settings
    lands, places = kept["lands"], kept["places"]
    calendars = {
        "/".join(place): kept["calendars"][number]
        for *place, number in [*([land, n] for land, n in lands.items()), *places]
    }
    return RunSeen(record.on, rules.version, kept["profile"], kept["rates"], calendars)


def _seen(
    account: Account, procedure: DunningProcedure, decision: Decision
) -> Iterable[tuple[ItemId, ItemSeen]]:
    items = {item.id: item for item in account.items}
    asked = _asked(decision)
    for verdict in decision.verdicts:
        item = items[verdict.item]
        yield (
            item.id,
            ItemSeen(
                item.id,
                item.number,
                item.external_id,
                item.due_date,
                verdict,
                item.level,
                item,
                account,
                procedure,
                asked.get(item.id, {}),
            ),
        )


def _asked(decision: Decision) -> dict[ItemId, dict[str, Money]]:
    """What the notices ask for each item; a fee of the notice stands with its first item."""
    found: dict[ItemId, dict[str, Money]] = {}
    for plan in decision.notices:
        for line in plan.lines:
            found.setdefault(line.item, {})[OUTSTANDING] = line.outstanding
        for charge in plan.charges:
            item = charge.item if charge.item is not None else plan.lines[0].item
            parts = found.setdefault(item, {})
            known = parts.get(charge.kind)
            parts[charge.kind] = charge.amount if known is None else known + charge.amount
    return found


def _quiet(
    pairs: Sequence[tuple[QuietItem, Verdict]],
) -> Iterable[tuple[ItemId, ItemSeen]]:
    for item, verdict in pairs:
        id_, due = item.item, item.due_date
        yield id_, ItemSeen(id_, item.number, item.external_id, due, verdict, item.level)


def _by_debtor(
    tx: Tx, creditor: CreditorId, changes: Sequence[ItemChange]
) -> tuple[DebtorChanges, ...]:
    grouped: dict[DebtorId, list[ItemChange]] = {}
    owners = _owners(tx, creditor, changes)
    for change in changes:
        grouped.setdefault(owners.get(change.seen.id, _NOBODY), []).append(change)
    found = [
        _debtor_changes(debtor, tx.debtors.get(creditor, debtor), group)
        for debtor, group in grouped.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.account, each.debtor)))


def _owners(tx: Tx, creditor: CreditorId, changes: Iterable[ItemChange]) -> dict[ItemId, DebtorId]:
    """Whose items they are; of one that was not due the books know it."""
    owners: dict[ItemId, DebtorId] = {}
    unknown: list[ItemId] = []
    for change in changes:
        sights = [each.account for each in (change.after, change.before) if each and each.account]
        if sights:
            owners[change.seen.id] = sights[0].debtor.id
        else:
            unknown.append(change.seen.id)
    if unknown:
        owners |= {id_: i.debtor for id_, i in tx.items.many(creditor, unknown).items()}
    return owners


def _debtor_changes(
    id_: DebtorId, debtor: Debtor | None, changes: list[ItemChange]
) -> DebtorChanges:
    changes.sort(key=lambda each: (each.seen.number, each.seen.id))
    account, name = (debtor.number, debtor.name) if debtor else (str(id_), "")
    return DebtorChanges(id_, account, name, tuple(changes))


def _reasons(
    before: Mapping[ItemId, ItemSeen], after: Mapping[ItemId, ItemSeen]
) -> dict[str, tuple[int, int]]:
    then = Counter(each.verdict.reason.value for each in before.values())
    now = Counter(each.verdict.reason.value for each in after.values())
    return {reason: (then[reason], now[reason]) for reason in sorted({*then, *now})}


def told(found: Found, language: str) -> str:
    """A cause in a sentence, with days and amounts as the reader writes them."""
    facts = {name: _written(name, value, language) for name, value in found.facts.items()}
    return cause_sentence(found.cause, facts, language)


def _written(name: str, value: Value, language: str) -> str:
    if isinstance(value, Money):
        return amount(value, language)
    if isinstance(value, tuple):
        return listed(value, language)
    if isinstance(value, date):
        return day(value, language)
    return plain_word(value, language) if name in {"before", "after"} else value
