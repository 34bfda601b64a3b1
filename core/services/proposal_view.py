"""Notices as the approval page shows them: a page of a list, one with all that it rests on, and the
letter as it would leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.decision import Action, Verdict
from core.domain.model import (
    Account,
    Creditor,
    CreditorId,
    Debtor,
    Hold,
    ItemId,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
)
from core.errors import ConfigError, UsageError
from core.ports import TakenBackNotice, Tx
from core.services.app import App
from core.services.approve import content_hash
from core.services.deliver_document import context_of, with_deadline
from core.services.deliver_look import Cleared, Desk
from core.services.deliver_recipient import forbids, no_recipient, recipient_of
from core.services.judge import Judge
from core.services.lookup import creditor_of, notice_named
from core.services.notice_procedure import procedure_of_notice
from core.services.wording import verdict_sentence

OPEN = (NoticeState.PROPOSED, NoticeState.HELD, NoticeState.APPROVED)
# What a person has to do something about, and what he has just done.
LISTED = (*OPEN, NoticeState.PRINTED, NoticeState.UNKNOWN)
PER_PAGE = 50
# Kinds that a decision to dun stands behind; an agreed instalment and an apology have none.
_DECIDED = (NoticeKind.NOTICE, NoticeKind.TASK)


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice in a list. ``seen`` binds an approval to it; "" where none can be given."""

    notice: Notice
    debtor: Debtor
    seen: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page of notices, those that wait for a person first.

    ``counts``: how many there are of each state; ``number`` begins with 1.
    """

    rows: tuple[Shown, ...]
    counts: Mapping[NoticeState, int]
    number: int
    pages: int


def notice_page(
    app: App, creditor: CreditorId, states: Sequence[NoticeState], number: int
) -> NoticePage:
    """Page ``number`` of the notices in one of ``states``; the last page where there are fewer."""
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        listed = tx.notices.many(creditor, states=LISTED)
        wanted = [notice for notice in listed if notice.state in states]
        wanted.sort(key=lambda notice: (LISTED.index(notice.state), notice.id))
        pages = max(1, -(-len(wanted) // PER_PAGE))
        number = min(max(1, number), pages)
        part = wanted[(number - 1) * PER_PAGE : number * PER_PAGE]
        rows = tuple(_shown(app, tx, who, notice) for notice in part)
    counts = {state: sum(each.state is state for each in listed) for state in LISTED}
    return NoticePage(rows, counts, number, pages)


def _shown(app: App, tx: Tx, creditor: Creditor, notice: Notice) -> Shown:
    debtor = tx.debtors.get(creditor.id, notice.debtor)
    assert debtor is not None  # noqa: S101 — a foreign key of the notice
    return Shown(notice, debtor, _seen(app, creditor, debtor, notice))


def _seen(app: App, creditor: Creditor, debtor: Debtor, notice: Notice) -> str:
    if notice.state not in OPEN:
        return ""
    try:
        return content_hash(app, creditor, debtor, notice)
    except ConfigError:  # its procedure is gone: a new run decides by another one
        return ""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel and whom it reaches, or why it reaches nobody."""

    channel: str
    recipient: str
    problem: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice with all that a person needs in order to decide on it.

    ``why``: a sentence for each item as it is decided today; ``waits``: items that would not be
    dunned any more, so that the last look will stop the notice; ``holds``: what stops this debtor
    or one of the items now; ``instead``: the proposal to this debtor that stands where one that was
    withdrawn stood.
    """

    creditor: Creditor
    notice: Notice
    debtor: Debtor
    seen: str
    title: str
    ways: tuple[Way, ...]
    why: Mapping[ItemId, str]
    waits: frozenset[ItemId]
    holds: tuple[Hold, ...]
    instead: NoticeId | None = None

    @property
    def reachable(self) -> bool:
        """Whether one of its channels reaches somebody."""
        return any(not way.problem for way in self.ways)


def notice_view(app: App, creditor: CreditorId, notice: int, *, on: date) -> NoticeView:
    """The notice with that id, in whatever state.

    Raises:
        UsageError: the creditor has no such notice.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        found = notice_named(tx, creditor, notice)
        shown = _shown(app, tx, who, found)
        account = tx.items.account(creditor, found.debtor, on)
        title = _title(app, tx, who, found, shown.debtor)
        instead = _instead(tx, found, creditor)
    ways = tuple(_way(app, who, found, shown.debtor, each) for each in found.channels)
    verdicts, holds = _decided(app, who, found, account, on) if account else ((), ())
    why = {v.item: verdict_sentence(v, account, app.language) for v in verdicts if account}
    dunned = {v.item for v in verdicts if v.action is Action.DUN}
    claims = found.lines if found.kind in _DECIDED else ()
    waits = frozenset(line.item for line in claims if line.level and line.item not in dunned)
    return NoticeView(who, found, shown.debtor, shown.seen, title, ways, why, waits, holds, instead)


def _instead(tx: Tx, notice: Notice, creditor: CreditorId) -> NoticeId | None:
    if notice.state is not NoticeState.WITHDRAWN:
        return None
    others = tx.notices.many(creditor, states=OPEN, debtor=notice.debtor)
    others = [each for each in others if each.currency == notice.currency]
    return max((each.id for each in others if each.kind is not NoticeKind.APOLOGY), default=None)


def _title(app: App, tx: Tx, creditor: Creditor, notice: Notice, debtor: Debtor) -> str:
    try:
        procedure = procedure_of_notice(app, tx, creditor.id, notice)
        return app.renderer.title(procedure.text_of(notice), debtor.language)
    except ConfigError:
        return ""


def _way(app: App, creditor: Creditor, notice: Notice, debtor: Debtor, channel: str) -> Way:
    if channel == "task":  # nothing leaves: a person takes it over
        return Way(channel, "", "")
    to = recipient_of(app, debtor, channel)
    problem = forbids(app, creditor, notice, channel)
    return Way(channel, to, problem or ("" if to else no_recipient(app, debtor, channel)))


def _decided(
    app: App, creditor: Creditor, notice: Notice, account: Account, on: date
) -> tuple[tuple[Verdict, ...], tuple[Hold, ...]]:
    _, decision = Judge.for_creditor(app, creditor).decide(account, on)
    items = {line.item for line in notice.lines}
    verdicts = tuple(each for each in decision.verdicts if each.item in items)
    living = (
        hold
        for hold in account.holds
        if hold.active(on) and (hold.item is None or hold.item in items)
    )
    return verdicts, tuple(living)


def preview(app: App, creditor: CreditorId, notice: int, *, on: date) -> bytes:
    """The letter as PDF: what was printed, else as it would leave now, without anything leaving.

    What is asked of a platform right before sending (pay links, its account) is not in the latter.

    Raises:
        UsageError: the creditor has no such notice, or nothing is written for it.
        ConfigError: its procedure cannot be read.
        NotPrintable: a character that no built-in font has.
    """
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        found = notice_named(tx, creditor, notice)
        if not is_written(found):
            raise UsageError(
                f"Zu {notice} gibt es keinen Brief: es ist eine Aufgabe.",
                en=f"There is no letter of {notice}: it is a task.",
            )
        cleared = _as_if_cleared(app, tx, who, found)
    kept = app.letters.read(who, found.document) if found.document.endswith(".pdf") else None
    if kept is not None:
        return kept
    if found.state in OPEN:
        cleared = with_deadline(cleared, Desk(app, who, on, ""), "letter")
    return app.renderer.letter(context_of(cleared, app.clock.now()))


def _as_if_cleared(app: App, tx: Tx, creditor: Creditor, notice: Notice) -> Cleared:
    debtor = _shown(app, tx, creditor, notice).debtor
    if notice.kind is not NoticeKind.APOLOGY:
        procedure = procedure_of_notice(app, tx, creditor.id, notice)
        return Cleared(creditor, debtor, notice, procedure, "")
    taken = notice_named(tx, creditor.id, int(notice.scope))
    procedure = procedure_of_notice(app, tx, creditor.id, taken)
    about = TakenBackNotice(taken.id, taken.issue_date, procedure.text_of(taken))
    return Cleared(creditor, debtor, notice, procedure, "", taken_back=about)


def is_written(notice: Notice) -> bool:
    """Whether there is a letter of it: a hand-over is a task of a person."""
    return notice.kind is not NoticeKind.TASK
