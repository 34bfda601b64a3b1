"""What a sent notice did is undone: because a person takes it back, or because it never arrived.

Levels, days and charges are set to what the notices say that are left: the history is the only
witness of how it was before. Default (Verzug) that the notice brought about needs no undoing: it
is worked out anew each time from the notices that count as sent (§ 286 Abs. 1 BGB).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.domain.model import (
    Charge,
    ChargesMode,
    CreditorId,
    DebtorId,
    ItemId,
    Notice,
    NoticeKind,
    NoticeLine,
    NoticeState,
    OpenItem,
)
from core.ports import ChargeRow, PlatformNoticeRow, Tx
from core.services.app import App
from core.services.charges import OPEN, RESIDUAL, note
from core.services.deliver_record import PROPOSAL_STATES
from core.services.notice_procedure import procedure_of_notice
from core.services.platform_notice_words import CONFIRMED, DISMISSED, FAILED, FOREIGN, WRITING

WITHDRAWN_CHARGE = "withdrawn"
_SELF = "mahnwerk"


@dataclass(frozen=True, slots=True)
class Undone:
    """What was set back: levels by item, how many charges, and proposals that ended with it.

    ``on_platform``: our entries that stand beside the invoices there, and stay.
    """

    levels: dict[ItemId, int]
    charges: int
    proposals: tuple[int, ...]
    on_platform: tuple[PlatformNoticeRow, ...]


def undo_sent(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    notice: Notice,
    state: NoticeState,
    *,
    reason: str,
    on: date,
) -> Undone:
    """Ends a sent notice as ``state`` (withdrawn or failed) and undoes what it did.

    The day on which it left stays on record. What the debtor was told in it as a contact is for
    the caller to say: a mail that came back was none.

    Raises:
        IllegalTransition: it is not sent.
    """
    tx.notices.set_state(creditor, notice.id, state, reason=reason)
    for task in tx.tasks.open(creditor):
        if task.notice == notice.id:
            tx.tasks.done(creditor, task.id, on)
    return Undone(
        _levels(tx, creditor, notice),
        _charges(app, tx, creditor, notice, on),
        _proposals(app, tx, creditor, notice),
        _on_platform(app, tx, creditor, notice),
    )


def take_contact_back(tx: Tx, creditor: CreditorId, notice: Notice) -> None:
    """Contact and deadline of the debtor are those of the notices and dunnings that are left; so
    are those of debtors that he was linked with when it left, and is not any more.
    """
    items = tx.items.many(creditor, [line.item for line in notice.lines])
    for debtor in sorted({notice.debtor, *(item.debtor for item in items.values())}):
        _take_contact_back(tx, creditor, notice, debtor)


def _take_contact_back(tx: Tx, creditor: CreditorId, notice: Notice, debtor: DebtorId) -> None:
    sent = tx.notices.many(creditor, states=(NoticeState.SENT,), debtor=debtor)
    left = [n for n in sent if n.kind is NoticeKind.NOTICE and n.channel != "task"]
    days = [n.sent_on for n in left if n.sent_on] + _on_platforms(tx, creditor, notice, debtor)
    deadlines = [n.deadline for n in left if n.deadline]
    tx.taken_back.set_contact(
        creditor,
        debtor,
        (notice.sent_on, notice.deadline),
        (max(days, default=None), max(deadlines, default=None)),
    )


def later_notice(tx: Tx, creditor: CreditorId, notice: Notice) -> Notice | None:
    """A notice that builds on this one: it left, or is leaving, with a higher level."""
    levels = {line.item: line for line in notice.lines if line.level > 0}
    leaving = (NoticeState.SENT, NoticeState.PRINTED, NoticeState.HANDING_OVER, NoticeState.UNKNOWN)
    found = {
        other.id: other
        for item in levels
        for other in tx.notices.of_item(creditor, item)
        if other.id != notice.id and other.state in leaving and _above(other, levels)
    }
    return found[min(found)] if found else None


def _above(other: Notice, levels: dict[ItemId, NoticeLine]) -> bool:
    return any(
        line.item in levels
        and line.cycle == levels[line.item].cycle
        and line.level > levels[line.item].level
        for line in other.lines
    )


# --- levels --------------------------------------------------------------------------------


def _levels(tx: Tx, creditor: CreditorId, notice: Notice) -> dict[ItemId, int]:
    lines = {line.item: line for line in notice.lines if line.level > 0}
    items = tx.items.many(creditor, lines)
    found = {}
    for id_, line in lines.items():
        item = items[id_]
        # Settled and re-opened since: this notice has no part in its level any more.
        if item.cycle != line.cycle or item.level > line.level:
            continue
        level, day = _left_of(tx, creditor, item, notice)
        tx.taken_back.set_level(creditor, id_, level, day)
        found[id_] = level
    return found


def _left_of(
    tx: Tx, creditor: CreditorId, item: OpenItem, notice: Notice
) -> tuple[int, date | None]:
    """Level and day that the other notices of its present cycle give an item."""
    level, last = 0, None
    for other in tx.notices.of_item(creditor, item.id):
        if other.state is not NoticeState.SENT or other.id == notice.id or other.sent_on is None:
            continue
        for line in other.lines:
            if line.item == item.id and line.level > 0 and line.cycle == item.cycle:
                level = max(level, line.level)
                last = max(other.sent_on, last or other.sent_on)
    # A person has confirmed a dunning of the platform: it counts for the first cycle only, see
    # ``platform_contacts``.
    for row in tx.platform_notices.rows(creditor, states=(CONFIRMED,)):
        day = row.sent_on or row.on
        if row.item == item.id and item.cycle == 1 and day is not None and row.level > level:
            level, last = row.level, max(day, last or day)
    return level, last


def _on_platforms(tx: Tx, creditor: CreditorId, notice: Notice, debtor: DebtorId) -> list[date]:
    """Days of the platforms' own dunnings of that debtor: they are contacts too."""
    rows = tx.platform_notices.rows(creditor, states=(FOREIGN, CONFIRMED, DISMISSED))
    items = tx.items.many(creditor, [row.item for row in rows if row.item is not None])
    heads = tx.links.heads(creditor)
    own = heads.get(debtor, debtor)
    days = []
    for row in rows:
        item = items.get(row.item) if row.item is not None else None
        day = row.sent_on or row.on
        if item is not None and day is not None and heads.get(item.debtor, item.debtor) == own:
            days.append(min(day, notice.sent_on or day))
    return days


# --- charges -------------------------------------------------------------------------------


def _charges(app: App, tx: Tx, creditor: CreditorId, notice: Notice, on: date) -> int:
    """Charges that this notice demanded first end; interest is again that of the one before."""
    done = 0
    for row in tx.charges.rows(creditor, settled=False):
        if row.charge.notice != notice.id or row.state not in (OPEN, RESIDUAL):
            continue
        done += 1
        before = _charge_before(app, tx, creditor, row) if row.state == OPEN else None
        if before is not None:
            earlier, charge = before
            tx.taken_back.set_charge(
                creditor, row.charge.id, earlier.id, charge, earlier.sent_on or on
            )
            continue
        tx.charges.settle(creditor, row.charge.id, WITHDRAWN_CHARGE, on, _SELF)
        note(app, tx, creditor, row, WITHDRAWN_CHARGE, _SELF, "its notice does not count any more")
    return done


def _charge_before(
    app: App, tx: Tx, creditor: CreditorId, row: ChargeRow
) -> tuple[Notice, Charge] | None:
    """What the latest notice that is left had demanded of the same kind for the same item."""
    if row.charge.item is None:
        return None
    sent = [
        n
        for n in tx.notices.of_item(creditor, row.charge.item)
        if n.state is NoticeState.SENT and n.sent_on is not None
    ]
    for other in sorted(sent, key=lambda n: (n.sent_on or date.min, n.id), reverse=True):
        if procedure_of_notice(app, tx, creditor, other).charges is ChargesMode.INFORMATIONAL:
            continue
        for charge in other.charges:
            asked = charge.demanded and charge.earlier is None and charge.amount.minor
            if asked and (charge.kind, charge.item) == (row.charge.kind, row.charge.item):
                return other, charge
    return None


# --- what hangs on it ----------------------------------------------------------------------


def _proposals(app: App, tx: Tx, creditor: CreditorId, notice: Notice) -> tuple[int, ...]:
    """Proposals of a next level stand on this one: they end, the next run decides anew."""
    items = {line.item for line in notice.lines if line.level > 0}
    ended = []
    for other in tx.notices.many(creditor, states=PROPOSAL_STATES, debtor=notice.debtor):
        if other.kind is NoticeKind.APOLOGY or not any(x.item in items for x in other.lines):
            continue
        said = app.say(
            f"Mahnung {notice.id}, auf der sie aufbaut, zählt nicht mehr",
            f"Notice {notice.id}, on which it builds, does not count any more",
        )
        tx.notices.set_state(creditor, other.id, NoticeState.WITHDRAWN, reason=said)
        ended.append(int(other.id))
    return tuple(ended)


def _on_platform(
    app: App, tx: Tx, creditor: CreditorId, notice: Notice
) -> tuple[PlatformNoticeRow, ...]:
    """What still waits to be entered there is not; what stands there, or may, is told."""
    found = []
    for row in tx.platform_notices.rows(creditor, notice=notice.id):
        if row.state == WRITING:
            why = app.say("Die Mahnung zählt nicht mehr", "The notice does not count any more")
            tx.platform_notices.set_state(creditor, row.id, FAILED, reason=why)
        if row.external_id or (row.state == WRITING and row.asked_at):
            found.append(row)
    return tuple(found)
