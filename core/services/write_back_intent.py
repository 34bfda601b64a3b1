"""What is to be shown of a sent notice on its platform, kept in the transaction that makes it sent.

So a process that dies right after loses nothing: whoever sends next sees what is still to be
written (``write_back``). Mahnwerk's own entries carry a marker and never count as the platform's
reminders (architecture §4.14).
"""

from __future__ import annotations

from core.domain.model import Charge, CreditorId, Notice, NoticeKind, NoticeLine
from core.domain.model import OpenItem as Item
from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite
from core.domain.procedure import DunningProcedure
from core.domain.reasons import is_english
from core.errors import ConfigError
from core.ports import Capability, Tx
from core.services.app import App
from core.services.deliver_compare import claims
from core.services.deliver_look import Desk
from core.services.deliver_source import is_on, live_by_id
from core.services.lookup import creditor_of
from core.services.notice_procedure import procedure_of_notice
from core.services.wording import charge_word


def intend(tx: Tx, desk: Desk, notice: Notice, channel: str) -> None:
    """Notes every dunned invoice of a notice whose connection wants it shown on the platform.

    Nothing for tasks and for notes before an instalment or the due date, and nothing in test mode:
    there the debtor got nothing.
    """
    creditor = creditor_of(tx, desk.creditor.id)
    if channel == "task" or notice.kind is not NoticeKind.NOTICE or not creditor.live:
        return
    wanting = {
        id_
        for id_, connection in live_by_id(tx, desk).items()
        if is_on(desk.app, connection, "write_back", Capability.WRITE_BACK)
    }
    if not wanting:
        return
    lines = claims(notice)
    items = tx.items.many(creditor.id, [line.item for line in lines])
    procedure = _procedure(tx, desk.app, creditor.id, notice)
    for line in lines:
        item = items[line.item]
        # Nobody was late: there it would read as a Mahnung.
        if item.connection in wanting and not _is_early(line, item, notice, procedure):
            write = to_write(tx, desk.app, creditor.id, notice, line, item)
            now = desk.app.clock.now()
            tx.platform_notices.intend(creditor.id, item.connection, notice.id, item.id, write, now)


def to_write(
    tx: Tx, app: App, creditor: CreditorId, notice: Notice, line: NoticeLine, item: Item
) -> NoticeToWrite:
    """One invoice of a notice as the platform is to show it.

    A fee belongs to the notice and stands once, beside its first invoice.
    """
    debtor = tx.debtors.get(creditor, notice.debtor)
    language = "en" if debtor is not None and is_english(debtor.language) else "de"
    first = line.item == claims(notice)[0].item
    charges = tuple(
        (_label(charge, language), charge.amount)
        for charge in notice.charges
        if charge.demanded and (charge.item == line.item or (first and charge.item is None))
    )
    return NoticeToWrite(
        invoice=item.external_id,
        marker=f"Mahnwerk {notice.id}/{item.id}",
        title=_title(tx, app, creditor, notice, language),
        on=notice.issue_date,
        deadline=notice.deadline,
        language=language,
        outstanding=line.outstanding,
        charges=_together(charges),
        level=line.level,
    )


def _label(charge: Charge, language: str) -> str:
    word = charge_word(charge.kind, language)
    return word[0].upper() + word[1:]


def _together(charges: tuple[tuple[str, Money], ...]) -> tuple[tuple[str, Money], ...]:
    """One line a kind: a fee that is asked for again stands beside the new one on the letter."""
    sums: dict[str, Money] = {}
    for label, money in charges:
        sums[label] = sums[label] + money if label in sums else money
    return tuple(sums.items())


def _title(tx: Tx, app: App, creditor: CreditorId, notice: Notice, language: str) -> str:
    """As the letter is headed; that its procedure has changed since keeps nobody from sending."""
    procedure = _procedure(tx, app, creditor, notice)
    try:
        if procedure is not None and notice.level <= len(procedure.levels):
            return app.renderer.title(procedure.text_of(notice), language)
    except ConfigError:
        pass
    return "Payment reminder" if language == "en" else "Mahnung"


def _is_early(
    line: NoticeLine, item: Item, notice: Notice, procedure: DunningProcedure | None
) -> bool:
    """Whether the invoice stands in a note that comes before it is due."""
    if procedure is not None and line.level <= len(procedure.levels):
        return procedure.level(line.level).is_pre_due
    return item.due_date is not None and notice.issue_date < item.due_date


def _procedure(tx: Tx, app: App, creditor: CreditorId, notice: Notice) -> DunningProcedure | None:
    """None when its file is gone and the run kept none."""
    try:
        return procedure_of_notice(app, tx, creditor, notice)
    except ConfigError:
        return None
