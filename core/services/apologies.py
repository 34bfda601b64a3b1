"""The letter that takes another one back, approved by the person who orders it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.domain.model import Creditor, Notice, NoticeId
from core.domain.procedure import APOLOGY_TEXT
from core.errors import RuleError
from core.ports import ApologyDraft, Tx
from core.services.app import App
from core.services.approval_hash import approval_hash
from core.services.deliver_recipient import recipient_of


def apologize(
    app: App,
    tx: Tx,
    creditor: Creditor,
    taken_back: Notice,
    channels: Sequence[str],
    *,
    by: str,
    on: date,
) -> NoticeId:
    """An approved notice that says that another one is void; the next ``send`` delivers it.

    Raises:
        RuleError: its debtor does not exist.
    """
    debtor = tx.debtors.get(creditor.id, taken_back.debtor)
    if debtor is None:
        raise RuleError(
            f"Den Kunden von Mahnung {taken_back.id} gibt es nicht.",
            en=f"The debtor of notice {taken_back.id} does not exist.",
        )
    id_ = tx.taken_back.add_apology(creditor.id, ApologyDraft(taken_back, tuple(channels), on))
    made = tx.notices.get(creditor.id, id_)
    if made is None:
        raise RuleError(
            f"Der Lauf {taken_back.run} ist nicht fertig.",
            en=f"Run {taken_back.run} has not ended.",
        )
    version = app.renderer.text_version(APOLOGY_TEXT, debtor.language)
    value = approval_hash(creditor, debtor, made, APOLOGY_TEXT, version)
    tx.notices.approve(creditor.id, id_, value, by, on)
    tx.events.append(
        creditor.id,
        "apology",
        {"notice": id_, "takes_back": taken_back.id},
        {"by": by, "on": on.isoformat(), "hash": value, "channels": list(channels)},
        app.clock.now(),
    )
    tx.jobs.account_changed(creditor.id)
    return id_


def channels_after(taken_back: Notice) -> tuple[str, ...]:
    """The channel that the letter took which is taken back, then a letter: that costs nobody."""
    return tuple(dict.fromkeys((taken_back.channel, "letter")))


def reachable(
    app: App, tx: Tx, creditor: Creditor, notice: Notice, channels: Sequence[str]
) -> bool:
    """Whether one of the channels has an address of the debtor."""
    debtor = tx.debtors.get(creditor.id, notice.debtor)
    return debtor is not None and any(recipient_of(app, debtor, each) for each in channels)
