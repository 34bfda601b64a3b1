"""What leaves: the context it is rendered from, its deadline, and the copy in the archive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.deadline import deadline_for
from core.domain.model import Notice, NoticeKind
from core.ports import LetterContext
from core.services.deliver_look import Cleared, Desk


@dataclass(frozen=True, slots=True)
class Document:
    """What leaves: the exact bytes, and the name of its copy in the archive."""

    content: bytes
    archive_name: str
    message_id: str = ""


def document_of(
    notice: Notice, delivery: int, suffix: str, content: bytes, message_id: str = ""
) -> Document:
    """``content`` with a name in the archive that no other attempt has."""
    name = f"{notice.issue_date.isoformat()}-{notice.id}-{delivery}{suffix}"
    return Document(content, name, message_id)


def source_facts(cleared: Cleared) -> dict[str, object]:
    """What the proof of a delivery says of its source; nothing when it came from files."""
    if cleared.source_read_at is None:
        return {}
    attached = [each.number for each in cleared.attachments]
    facts: dict[str, object] = {
        "source_read_at": cleared.source_read_at.isoformat(),
        "attached": attached,
    }
    if cleared.pay_ways:
        facts["pay_links"] = [
            line.number
            for line in cleared.notice.lines
            if line.item in cleared.pay_ways and cleared.pay_ways[line.item].link
        ]
    return facts


def with_deadline(cleared: Cleared, desk: Desk, channel: str) -> Cleared:
    """The notice with the deadline that it prints when it leaves today on ``channel``.

    A letter needs longer than the mail that was planned, and an approval may be some days old:
    the printed deadline is never shorter than approved.
    """
    notice = cleared.notice
    # The day of an instalment is agreed: it never moves.
    if notice.deadline is None or notice.kind is NoticeKind.PLAN:
        return cleared
    calendar = desk.app.calendar(cleared.creditor.profile.land)
    calendar = calendar.joined(desk.app.place(cleared.debtor))
    today = deadline_for(desk.on, cleared.level.deadline_days, channel, calendar)
    return replace(cleared, notice=replace(notice, deadline=max(notice.deadline, today)))


def context_of(cleared: Cleared, now: datetime) -> LetterContext:
    """What the renderer makes a letter or mail of; test mode as the creditor is now."""
    letters = [level for level in cleared.procedure.levels if level.channels != ("task",)]
    return LetterContext(
        creditor=cleared.creditor,
        debtor=cleared.debtor,
        notice=cleared.notice,
        text=cleared.text,
        final_level=bool(letters) and cleared.notice.level >= letters[-1].number,
        test_mode=not cleared.creditor.live,
        level_texts={level.number: level.text for level in letters},
        sent_at=now,
        attachments=cleared.attachments,
        pay_ways=cleared.pay_ways,
        taken_back=cleared.taken_back,
    )
