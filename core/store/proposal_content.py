"""When is a proposal still the same one? What a person approves, and what only a new day changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.model import NoticeKind
from core.ports import NoticeDraft
from core.store.notice_rows import channels_out, charges_out, fixed_charges

Group = tuple[int, str, str, str]  # debtor, currency, procedure, kind
Content = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Living:
    id: int
    group: Group
    approved: bool  # approved or held: bound to its content, stays as it is
    content: Content
    growing: tuple[object, ...]  # what a new day alone may change: interest and default


def group_of(draft: NoticeDraft) -> Group:
    plan = draft.plan
    return (draft.debtor, plan.currency, draft.procedure, kind_of(plan.kind.value, plan.scope))


def kind_of(kind: str, scope: str) -> str:
    """Notes before instalments may be alike in content: each is a kind of its own."""
    return f"{kind} {scope}" if kind == NoticeKind.PLAN.value else kind


def content_of(draft: NoticeDraft) -> Content:
    plan = draft.plan
    lines = tuple(
        (
            line.item, line.level, line.cycle, line.outstanding.minor, line.total.minor,
            line.number, line.kind.value, line.invoice_date, line.due_date,
            line.counts_as_mahnung, None if line.disputed is None else line.disputed.minor,
        )
        for line in plan.lines
    )  # fmt: skip
    channels = channels_out(plan.channels)
    return (draft.procedure_version, plan.level, channels, fixed_charges(plan.charges), lines)


def growing_of(draft: NoticeDraft) -> tuple[object, ...]:
    plan = draft.plan
    return (
        charges_out(plan.charges),
        plan.total.minor,
        *((line.default_since, line.default_rule) for line in plan.lines),
    )


def scope_of(draft: NoticeDraft, notices: int) -> str:
    """Per-invoice notices are told apart by their item; a collective one needs no scope."""
    if draft.plan.scope:
        return draft.plan.scope
    return "" if notices == 1 else str(next(x.item for x in draft.plan.lines if x.level > 0))


def pair(
    living: Sequence[Living], drafts: Sequence[NoticeDraft]
) -> tuple[list[tuple[NoticeDraft, Living | None]], list[int]]:
    """Drafts with the living notice of equal content, if any; and the ids that have no draft."""
    if not living:
        return [(draft, None) for draft in drafts], []
    left = {old.content: old for old in living}
    pairs = [(draft, left.pop(content_of(draft), None)) for draft in drafts]
    return pairs, [old.id for old in living if old.content in left]
