"""The Zinsberechnung: how the interest of each invoice came about, so that a lawyer can follow it.

Nothing is computed here but sums of printed amounts: days, rates and amounts are those of the
charge's segments (``core.domain.interest``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.domain.interest_types import InterestSegment
from core.domain.model import Charge, NoticeLine
from core.domain.money import total
from core.letters import charge_lines, formats, lines
from core.letters.clean import clean
from core.letters.texts import Texts
from core.ports import LetterContext

HEAD = ("period", "days", "principal", "rate", "amount")
_GERMAN_LAW = "de"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ItemInterest:
    """The interest of one invoice: since when and why, at what rate, line by line."""

    title: str
    text: str
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, str]
    more: str  # "zuzüglich weiterer Zinsen ab …"; empty when all is known


@dataclass(frozen=True, slots=True)
class Statement:
    title: str
    head: tuple[str, ...]
    items: tuple[ItemInterest, ...]
    sums: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def has_statement(context: LetterContext) -> bool:
    return bool(_computed(context))


def statement_of(context: LetterContext, texts: Texts) -> Statement | None:
    """The statement of all interest that has lines; None when there is none."""
    charges = _computed(context)
    if not charges:
        return None
    by_item = {line.item: line for line in context.notice.lines}
    return Statement(
        title=texts.get("statement", "title"),
        head=tuple(texts.get("statement", key) for key in HEAD),
        items=tuple(
            _item(charge, by_item.get(charge.item) if charge.item else None, context, texts)
            for charge in charges
        ),
        sums=_sums(charges, context, texts),
        notes=_notes(charges, law_of(context), texts),
    )


def law_of(context: LetterContext) -> str:
    """The law of the claim ("de", "at", "ch"): the debtor's own, else the creditor's."""
    return context.debtor.governing_law or context.creditor.profile.governing_law


def _computed(context: LetterContext) -> list[Charge]:
    return [
        charge
        for charge in context.notice.charges
        if charge.kind == charge_lines.INTEREST and (charge.segments or charge.open_ended)
    ]


def _item(
    charge: Charge, line: NoticeLine | None, context: LetterContext, texts: Texts
) -> ItemInterest:
    key = "title" if charge.demanded else "title_information"
    return ItemInterest(
        title=texts.fill("statement_item", key, item=_named(charge, line, texts)),
        text=" ".join(
            part for part in (_ground(charge, line, context, texts), _rate(charge, texts)) if part
        ),
        rows=tuple(_row(segment, texts) for segment in charge.segments),
        total=(
            texts.get("statement_item", "total"),
            formats.money(charge.amount, texts.language),
        ),
        more=_more(charge, texts),
    )


def _named(charge: Charge, line: NoticeLine | None, texts: Texts) -> str:
    head = texts.get("table", "number")
    if line is None:
        return f"{head} {clean(charge.number) or texts.get('table', 'no_number')}"
    name = lines.number(line, texts)
    return f"{head} {name}" if name == clean(line.number) else name


def _ground(charge: Charge, line: NoticeLine | None, context: LetterContext, texts: Texts) -> str:
    """Since when the debtor is in default, and what brought it about."""
    since = line.default_since if line is not None else None
    if line is None or since is None:
        first = formats.day(charge.since, texts.language)
        return texts.fill("statement_item", "bears", day=first) if first else ""
    day = formats.day(since, texts.language)
    ground = texts.sections["grounds"].get(line.default_rule, "")
    if not ground:
        return texts.fill("statement_item", "since", day=day)
    paragraph = texts.sections["ground_basis"].get(f"{law_of(context)}_{line.default_rule}", "")
    key = "since_ground_basis" if paragraph else "since_ground"
    return texts.fill("statement_item", key, day=day, ground=ground, basis=paragraph)


def _rate(charge: Charge, texts: Texts) -> str:
    if not charge.segments:
        return ""
    last = charge.segments[-1]
    basis = charge_lines.basis(charge.basis, texts.language)
    key, rate = "fixed", last.rate
    if last.base_rate is not None:
        key, rate = "points", last.rate - last.base_rate
    said = texts.fill("statement_item", key, rate=formats.points(rate, texts.language))
    return f"{said} ({basis})." if basis else f"{said}."


def _row(segment: InterestSegment, texts: Texts) -> tuple[str, ...]:
    language = texts.language
    first, last = (formats.short_day(day, language) for day in (segment.start, segment.end))
    return (
        f"{first} – {last}",
        str(segment.days),
        formats.money(segment.principal, language),
        _rate_of(segment, language),
        formats.money(segment.amount, language),
    )


def _rate_of(segment: InterestSegment, language: str) -> str:
    """``1,27 % + 9,00 = 10,27 %``, or a fixed rate alone."""
    rate = formats.percent_sign(formats.percent(segment.rate, language), language)
    if segment.base_rate is None:
        return rate
    base = formats.percent_sign(formats.percent(segment.base_rate, language), language)
    return f"{base} + {formats.percent(segment.rate - segment.base_rate, language)} = {rate}"


def _more(charge: Charge, texts: Texts) -> str:
    if not charge.open_ended:
        return ""
    first = _next_day(charge)
    day = formats.day(first, texts.language)
    last = charge.segments[-1] if charge.segments else None
    if last is None or last.base_rate is None:
        return texts.fill("statement_item", "more" if day else "more_undated", day=day)
    points = formats.points(last.rate - last.base_rate, texts.language)
    return texts.fill("statement_item", "more_points", day=day, rate=points)


def _next_day(charge: Charge) -> date | None:
    """First day whose interest is not known yet."""
    until = charge.until or (charge.segments[-1].end if charge.segments else None)
    return until + _DAY if until is not None else charge.since


def _sums(
    charges: Sequence[Charge], context: LetterContext, texts: Texts
) -> tuple[tuple[str, str], ...]:
    """Interest in the total, and interest that is only shown; none for a single invoice."""
    if len(charges) == 1:
        return ()
    sums = []
    for demanded, key in ((True, "sum"), (False, "sum_information")):
        amounts = [charge.amount for charge in charges if charge.demanded is demanded]
        if amounts:
            whole = total(amounts, context.notice.currency)
            sums.append((texts.get("statement", key), formats.money(whole, texts.language)))
    return tuple(sums)


def _notes(charges: Sequence[Charge], law: str, texts: Texts) -> tuple[str, ...]:
    """How it was computed, in as few words as a reader needs to check a line."""
    segments = [segment for charge in charges for segment in charge.segments]
    notes = [texts.get("statement", "counting")] if segments else []
    if any(len({segment.principal for segment in charge.segments}) > 1 for charge in charges):
        notes.append(texts.get("statement", "payments"))
    if law == _GERMAN_LAW and any(segment.base_rate is not None for segment in segments):
        notes.append(texts.get("statement", "base_rate"))
    return tuple(notes)
