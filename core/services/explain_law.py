"""What `explain` says of the law: default, interest so far, kept charges, limitation.

Sentences for a bookkeeper, with the paragraph each rests on; the same figures as data for scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.domain.charges import LUMP_SUM, carries_lump, lump_sum_by_law, person_decides
from core.domain.claim_law import LawView, settled_until
from core.domain.default import DefaultState
from core.domain.default_texts import default_basis
from core.domain.dispute import undisputed
from core.domain.dunning_holds import HoldView
from core.domain.interest import Interest
from core.domain.interest_types import InterestSegment
from core.domain.law_text import cited
from core.domain.model import Account, OpenCharge, OpenItem
from core.domain.reasons import is_english
from core.services.fact_wording import fact_sentences, facts_of
from core.services.interest import segment_documents
from core.services.judge import Judge
from core.services.law_wording import default_sentence, limitation_sentences
from core.services.limitation import limitation_for
from core.services.wording import amount, charge_title, day, percent


@dataclass(frozen=True, slots=True)
class LawExplained:
    """``sentences`` in the reader's language; the rest is data with ISO days and stable ids."""

    sentences: tuple[str, ...] = ()
    default: Mapping[str, object] = field(default_factory=dict)
    interest: Mapping[str, object] = field(default_factory=dict)
    charges: tuple[Mapping[str, object], ...] = ()
    limitation: Mapping[str, object] = field(default_factory=dict)
    facts: tuple[Mapping[str, object], ...] = ()  # name, value, source and evidence of each
    fact_sentences: tuple[str, ...] = ()


def explain_law(
    judge: Judge, account: Account, item: OpenItem, on: date, language: str
) -> LawExplained:
    """Everything the law says of one open claim on the day; nothing for a credit.

    Raises:
        ConfigError: base rates that cannot be read.
    """
    if item.outstanding.amount <= 0:
        return LawExplained()
    holds = HoldView(account, on, judge.calendar)
    view = LawView(holds.account, judge.law.for_debtor(account.debtor), on)
    state = view.default(item)
    # As a notice would ask for it: not on what is contested, nor for what was settled before.
    part = holds.disputed([item]).get(item.id)
    rest = item if part is None else undisputed(item, part)
    interest = view.interest(rest, (), settled_until(account, item.id))
    kept = [c for c in account.charges if c.item == item.id]
    limitation = limitation_for(item, account.debtor, judge.law.defaults, on)
    rule, facts = facts_of(item, account.debtor, judge.law.defaults)
    told = [_default_sentence(state, view.facts(item).law, language)]
    told += _interest_sentences(interest, view, item, language)
    if state.holds(on) and person_decides(account, view):
        told.append(_abroad(language))
    elif not any(charge.kind == LUMP_SUM for charge in kept):
        told += _lump_sentence(item, view, language)
    told += [_charge_sentence(charge, item, view, language) for charge in kept]
    told += [f"{said} [{basis}]" for said, basis in limitation_sentences(limitation, language)]
    return LawExplained(
        tuple(told),
        {
            "since": state.since,
            "in_default": state.holds(on),
            "rule": state.rule.value if state.rule else None,
            "reason": state.reason.value,
            "last_day_to_pay": state.last_day_to_pay,
            "assumed": state.assumed,
            "facts": dict(state.facts),
        },
        _interest_document(interest, view, item),
        tuple(_charge_document(charge) for charge in kept),
        {
            "lapses_on": limitation.lapses_on,
            "warning_days": limitation.warning,
            "review": limitation.review,
            "if_renewed": limitation.if_renewed,
        },
        tuple(fact._asdict() for fact in facts),
        fact_sentences(rule, facts, language),
    )


def _default_sentence(state: DefaultState, law: str, language: str) -> str:
    assumed = ""
    if state.assumed:
        assumed = " (receipt assumed)" if is_english(language) else " (Zugang angenommen)"
    basis = default_basis(state.reason, language, law)
    return f"{default_sentence(state, language)}{assumed} [{basis}]"


def _interest_sentences(
    interest: Interest | None, view: LawView, item: OpenItem, language: str
) -> list[str]:
    english = is_english(language)
    if interest is None or not interest.segments:
        if interest is None or not interest.open_ended:
            return []
        return [
            "Default interest accrues; its base rate is not known yet (mahnwerk rates import)."
            if english
            else "Verzugszinsen laufen auf; ihr Basiszinssatz ist noch nicht bekannt"
            " (mahnwerk rates import)."
        ]
    basis = cited(_basis(view, item), language)
    total, until = amount(interest.total, language), day(interest.segments[-1].end, language)
    head = (
        f"Default interest up to and including {until}: {total} [{basis}]"
        if english
        else f"Verzugszinsen bis einschließlich {until}: {total} [{basis}]"
    )
    lines = [_segment_sentence(segment, language) for segment in interest.segments]
    if interest.open_ended:
        lines.append(
            "  More accrues; its base rate is not known yet (mahnwerk rates import)."
            if english
            else "  Weitere Zinsen laufen auf; ihr Basiszinssatz ist noch nicht bekannt"
            " (mahnwerk rates import)."
        )
    return [head, *lines]


def _lump_sentence(item: OpenItem, view: LawView, language: str) -> list[str]:
    """The lump sum that a claim in default gives; silent where the law knows none at all."""
    basis = cited(view.law.pack.lump_basis, language)
    known, owed = view.facts(item), lump_sum_by_law(item, view)
    english = is_english(language)
    if owed is not None:
        sum_ = amount(owed, language)
        text = f"Lump sum, once: {sum_}" if english else f"Verzugspauschale, einmalig: {sum_}"
    elif known.is_business or not view.law.pack.lump_basis or not view.default(item).holds(view.on):
        return []
    else:
        text = "No lump sum: the debtor counts as consumer."
        text = text if english else "Keine Verzugspauschale: Der Kunde zählt als Verbraucher."
    return [f"{text} [{basis}]"]


def _basis(view: LawView, item: OpenItem) -> str:
    known = view.facts(item)
    pack = view.law.pack
    return pack.interest_rule(known.type, item.invoice_date, known.payment_claim).basis


def _segment_sentence(segment: InterestSegment, language: str) -> str:
    first, last = day(segment.start, language), day(segment.end, language)
    rate = percent(segment.rate, language)
    owed, sum_ = amount(segment.principal, language), amount(segment.amount, language)
    days = ("day" if segment.days == 1 else "days") if is_english(language) else "Tage"
    if segment.days == 1 and not is_english(language):
        days = "Tag"
    word = "of" if is_english(language) else "auf"
    return f"  {first} – {last}: {segment.days} {days}, {rate} {word} {owed} = {sum_}"


def _abroad(language: str) -> str:
    if is_english(language):
        return "The debtor is a consumer abroad: no charge is added by itself, a person decides."
    return "Der Kunde ist Verbraucher im Ausland: Nebenforderungen verlangt nur ein Mensch."


def _charge_sentence(charge: OpenCharge, item: OpenItem, view: LawView, language: str) -> str:
    english = is_english(language)
    name = charge_title(charge.kind, language)
    since, sum_ = day(charge.since, language), amount(charge.amount, language)
    if charge.paid:
        return f"{name}: {sum_}, settled." if english else f"{name}: {sum_}, erledigt."
    if charge.kind == LUMP_SUM and not carries_lump(item, view):
        basis = cited(charge.basis, language)
        if english:
            return f"{name} demanded on {since}: {sum_}, not owed by what is known now [{basis}]"
        return (
            f"{name}, gefordert am {since}: {sum_}, nach heutigem Stand nicht geschuldet [{basis}]"
        )
    if english:
        return f"{name} demanded on {since}, still owed: {sum_} [{cited(charge.basis, language)}]"
    return f"{name}, gefordert am {since}, noch offen: {sum_} [{charge.basis}]"


def _interest_document(
    interest: Interest | None, view: LawView, item: OpenItem
) -> Mapping[str, object]:
    if interest is None:
        return {}
    return {
        "total": interest.total,
        "until": interest.until,
        "open_ended": interest.open_ended,
        "basis": _basis(view, item),
        "segments": segment_documents(interest.segments),
    }


def _charge_document(charge: OpenCharge) -> Mapping[str, object]:
    return {
        "id": charge.id,
        "kind": charge.kind,
        "amount": charge.amount,
        "basis": charge.basis,
        "since": charge.since,
        "paid": charge.paid,
    }
