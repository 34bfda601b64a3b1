"""How `explain` tells of notices that were sent and do not count any more, and of apologies."""

from __future__ import annotations

from core.domain.model import ItemId, Notice, NoticeKind, NoticeState
from core.domain.reasons import is_english
from core.services.wording import channel_word, day, state_word

_OVER = (NoticeState.WITHDRAWN, NoticeState.FAILED)


def taken_back_sentence(notice: Notice, item: ItemId, language: str) -> str:
    """The sentence; "" for a notice that the usual words fit."""
    if notice.kind is NoticeKind.APOLOGY:
        return _apology(notice, language)
    if notice.state not in _OVER or notice.sent_on is None:
        return ""
    level = next((line.level for line in notice.lines if line.item == item), notice.level)
    on, by = day(notice.sent_on, language), channel_word(notice.channel, language)
    if is_english(language):
        return f"Level {level} left on {on} ({by}) and does not count any more: {notice.reason}"
    return f"Stufe {level} ging am {on} hinaus ({by}) und zählt nicht mehr: {notice.reason}"


def _apology(notice: Notice, language: str) -> str:
    now = state_word(notice.state, language)
    on = day(notice.sent_on or notice.issue_date, language)
    if is_english(language):
        return f"Letter of apology {notice.id} for notice {notice.scope} ({now}, {on})."
    return f"Entschuldigungsschreiben {notice.id} zu Mahnung {notice.scope} ({now}, {on})."
