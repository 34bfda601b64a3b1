"""From a group of movements to the item that the store keeps: kind, state, dates, facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.domain.clearing import main_part
from core.domain.due_date import Due, DueFacts, find_due
from core.domain.ledger_parts import ZERO, Group, Part, is_carried_sum, part_of
from core.domain.ledger_types import LedgerItem, LedgerRules
from core.domain.model import ItemKind, ItemState, Reduction
from core.domain.money import Money
from core.domain.records import DebtorRecord, Posting, PostingKind
from core.errors import Problem, Severity

_KINDS = {
    PostingKind.DUNNING_CHARGE: ItemKind.DUNNING_CHARGE,
    PostingKind.DOWN_PAYMENT_REQUEST: ItemKind.DOWN_PAYMENT_REQUEST,
}
_OWN_RULES = ("number", "opos")  # movements that were there before any second try


def build_item(
    group: Group,
    master: DebtorRecord | None,
    rules: LedgerRules,
    label: str,
    problems: list[Problem],
) -> LedgerItem:
    """The item of one group; doubtful due dates are added to ``problems`` under ``label``."""
    group.moves.sort()
    if not group.claim or group.left < 0:
        return _credit_item(group)
    claims = [p for p in group.postings if part_of(p.kind, p.base_effect.amount) is Part.CLAIM]
    debits = _last_debits(claims)
    kind = _kind(group, claims)
    facts = _due_facts(group, debits)
    due = Due(None, "unknown") if kind is ItemKind.OTHER else find_due(facts, master, rules)
    if due.rejected:
        problems.extend(_early(label, group, due, facts.not_before, debits))
    total = _total(group)
    return LedgerItem(
        external_id=group.external_id,
        kind=kind,
        number=group.number,
        invoice_date=facts.not_before,
        due_date=due.on,
        total=Money(total, group.currency),
        outstanding=Money(group.left, group.currency),
        state=_state(group, total),
        direct_debit=_direct_debit(group, debits, master),
        currency_unclear=group.unclear,
        settled_on=None if group.left else _settled_on(group),
        facts=_facts(group, debits, due.rule),
        delivered_on=max((p.delivery_date for p in debits if p.delivery_date), default=None),
        reductions=_reductions(group, _charges(group)),
        charged_minor=_charged(group, kind),
    )


def _charges(group: Group) -> set[str]:
    """Postings of dunning charges and interest (Sachverhalt 31, 40) under the number."""
    return {p.external_id for p in group.postings if p.kind is PostingKind.DUNNING_CHARGE}


def _charged(group: Group, kind: ItemKind) -> int:
    """What they come to in minor units; nothing where the item is a charge itself."""
    if kind is ItemKind.DUNNING_CHARGE:
        return 0
    charges = _charges(group)
    booked = sum((m.value for m in group.moves if m.ref in charges and m.value > 0), ZERO)
    return Money(booked, group.currency).minor


def _reductions(group: Group, charges: set[str]) -> tuple[Reduction, ...]:
    """What changed the claim after its first day; several changes of one day are one.

    ``charges`` are no part of what bears interest (§ 289 BGB), so they change nothing.
    """
    start = group.start
    changes: dict[date, Decimal] = {}
    for move in group.moves:
        if move.day > start and move.ref not in charges:
            changes[move.day] = changes.get(move.day, ZERO) - move.value
    return tuple(
        Reduction(day, Money(value, group.currency).minor)
        for day, value in sorted(changes.items())
        if value
    )


def _credit_item(group: Group) -> LedgerItem:
    """Money on account, a credit note without an invoice, or returned money without a payment.

    The latter is owed but belongs to no invoice that we know: it has no due date, so that nobody
    is dunned for the number of a bank statement.
    """
    if group.left > 0:
        kind = ItemKind.OTHER
    elif not group.claim and main_part(group) is Part.CREDIT_NOTE:
        kind = ItemKind.CREDIT_NOTE
    else:
        kind = ItemKind.UNAPPLIED
    total = group.left
    if not group.claim:
        total = sum((move.value for move in group.moves if move.rule in _OWN_RULES), ZERO)
    return LedgerItem(
        external_id=group.external_id,
        kind=kind,
        number=group.number,
        invoice_date=group.day,
        due_date=None,
        total=Money(total, group.currency),
        outstanding=Money(group.left, group.currency),
        state=ItemState.OPEN if total == group.left else ItemState.PARTLY_PAID,
        currency_unclear=group.unclear,
        facts=_facts(group, group.postings[-1:], "unknown"),
    )


def _last_debits(claims: list[Posting]) -> list[Posting]:
    """The debits of the last day on which something was charged (datev.md §2.5).

    Number reused after a cancellation or in the next year: the last debit has the valid dates. A
    dunning charge booked under the invoice's number does not make the invoice younger.
    """
    real = [p for p in claims if p.kind is not PostingKind.DUNNING_CHARGE] or claims
    return [p for p in real if p.booked_on == real[-1].booked_on]


def _due_facts(group: Group, debits: list[Posting]) -> DueFacts:
    row = group.row
    listed = row.invoice_date if row is not None else None
    opos = row.due_date if row is not None else None
    if not debits:
        return DueFacts(listed, listed, opos=opos)
    booked = debits[-1].booked_on
    # An opening balance is dated the first day of the year: the invoice itself is older. It
    # never counts beside a list, so that no list can say when it was.
    opening = all(p.kind is PostingKind.OPENING for p in debits)
    explicit = [(p.due_date, p.due_rule) for p in debits if p.due_date is not None]
    due_date, due_rule = max(explicit, default=(None, ""))
    return DueFacts(
        start=booked,
        not_before=None if opening else booked,
        explicit=due_date,
        explicit_rule=due_rule,
        term=next((p.term for p in reversed(debits) if p.term is not None), None),
        opos=opos,
    )


def _early(
    label: str, group: Group, due: Due, invoiced: date | None, debits: list[Posting]
) -> list[Problem]:
    where = f"{debits[-1].file}:{debits[-1].row}" if debits else _listed_at(group)
    return [
        Problem(
            "due_before_invoice",
            Severity.WARNING,
            f"{where} Fälligkeit",
            f"{label}: Rechnung {group.number}, Fälligkeit {day:%d.%m.%Y} ({rule}) liegt vor dem "
            f"Rechnungsdatum {invoiced:%d.%m.%Y}. Verwendet wird {due.on:%d.%m.%Y} "
            f"({due.rule}); bitte die Fälligkeit in der Buchung prüfen.",
        )
        for rule, day in due.rejected
    ]


def _listed_at(group: Group) -> str:
    return group.row.where if group.row is not None else ""


def _kind(group: Group, claims: list[Posting]) -> ItemKind:
    if is_carried_sum(group):
        return ItemKind.OTHER
    kinds = {p.kind for p in claims}
    return _KINDS.get(kinds.pop(), ItemKind.INVOICE) if len(kinds) == 1 else ItemKind.INVOICE


def _total(group: Group) -> Decimal:
    claimed = sum((m.value for m in group.moves if m.part in (Part.CLAIM, Part.REVERSAL)), ZERO)
    # More can be open than was invoiced: the bank's fee comes back with a returned debit.
    return max(group.beyond + claimed, group.left)


def _state(group: Group, total: Decimal) -> ItemState:
    if group.left:
        return ItemState.PARTLY_PAID if group.left < total else ItemState.OPEN
    moves = [move for move in group.moves if move.value]
    if not total and any(move.part is Part.REVERSAL for move in moves):
        return ItemState.CANCELLED
    if moves and moves[-1].part is Part.WRITE_OFF:
        return ItemState.WRITTEN_OFF
    return ItemState.SETTLED


def _settled_on(group: Group) -> date:
    """The last movement is the one that brought a balance of zero to zero."""
    return max((move.day for move in group.moves if move.value), default=group.day)


def _direct_debit(group: Group, debits: list[Posting], master: DebtorRecord | None) -> bool:
    """Collected by direct debit, unless money that was collected went back."""
    mandate = any(p.direct_debit for p in debits) or (master is not None and master.direct_debit)
    if not mandate:
        return False
    steps = [(move.day, move.part) for move in group.moves]
    steps += [(p.booked_on, part_of(p.kind, p.base_effect.amount)) for p in group.postings]
    paid = min((step for step in steps if step[1] is Part.PAYMENT), default=None)
    returned = max((step for step in steps if step[1] is Part.RETURN), default=None)
    return not (paid and returned and paid < returned)


def _facts(group: Group, source: list[Posting], due_rule: str) -> dict[str, str]:
    facts = {"due_rule": due_rule}
    if source:
        facts["file"], facts["row"] = source[-1].file, str(source[-1].row)
        if source[-1].references:
            facts["references"] = ", ".join(source[-1].references)
    if group.row is not None:
        facts["opos"] = group.row.where
    cleared = sorted({move.rule for move in group.moves if move.rule not in _OWN_RULES})
    if cleared:
        facts["cleared_by"] = ", ".join(cleared)
    return facts
