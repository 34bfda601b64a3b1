"""Dunnings that a person made on the platform: shown, confirmed as sent, or dismissed.

They move the contact clock when they are read (architecture §4.14). A level is taken over only
when a person says that the dunning was sent. Default (Verzug) is never taken from them: whether a
Mahnung under § 286 Abs. 1 BGB reached the debtor, only our own notices can show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.model import Account, CreditorId, Debtor, OpenItem
from core.domain.platform_level import suggested_level
from core.domain.procedure import DunningProcedure
from core.errors import ConfigError, UsageError
from core.ports import PlatformNoticeRow, Tx
from core.services.app import App
from core.services.judge import Judge
from core.services.lookup import creditor_of
from core.services.platform_notice_words import CONFIRMED, DISMISSED, FOREIGN, still_open

SHOWN = (FOREIGN, CONFIRMED, DISMISSED)


@dataclass(frozen=True, slots=True)
class PlatformNoticeView:
    """A dunning of the platform beside its invoice; both are None when the invoice is not read.

    ``suggested``: the level that it stands for by its title, 0 when none does; ``levels`` how many
    the debtor's procedure has.
    """

    row: PlatformNoticeRow
    connection: str
    item: OpenItem | None
    debtor: Debtor | None
    suggested: int
    levels: int


@dataclass(frozen=True, slots=True)
class PlatformNoticeOutcome:
    """What became of one: confirmed, dismissed, unchanged or refused, then with the reason."""

    id: int
    outcome: str
    number: str = ""
    level: int = 0  # of the item afterwards
    on: date | None = None
    reason: str = ""


def platform_notices(
    app: App, creditor: CreditorId, states: Sequence[str] = SHOWN
) -> list[PlatformNoticeView]:
    """The platform's own dunnings, those that wait for an answer first, then by day."""
    with app.store.read() as tx:
        found = _Views.of(app, tx, creditor).all(tx.platform_notices.rows(creditor, states=states))
    return sorted(found, key=_waiting_first)


def count_waiting(app: App, creditor: CreditorId) -> int:
    """How many dunnings of open invoices nobody has answered for yet."""
    with app.store.read() as tx:
        rows = tx.platform_notices.rows(creditor, states=(FOREIGN,))
        return len(still_open(tx, creditor, rows))


def _waiting_first(view: PlatformNoticeView) -> tuple[bool, date, int]:
    return (view.row.state != FOREIGN, view.row.on or date.max, view.row.id)


def confirm(
    app: App,
    creditor: CreditorId,
    ids: Sequence[int],
    *,
    level: int | None = None,
    sent_on: date | None = None,
    by: str,
    on: date,
) -> list[PlatformNoticeOutcome]:
    """A person says that those dunnings were sent; no ids: all that wait for an answer.

    The level of an invoice is raised to ``level``, or to what the title says, and never lowered.
    The day is ``sent_on``, or the one that the dunning bears. Saying it twice changes nothing.

    Raises:
        UsageError: an id that is none of the platform's own dunnings, or a day to come; then
            nothing is changed.
    """
    if sent_on is not None and sent_on > on:
        raise UsageError(
            f"{sent_on:%d.%m.%Y} liegt in der Zukunft; bestätigt wird, was verschickt ist.",
            en=f"{sent_on} lies in the future; what was sent is confirmed.",
        )
    with app.store.write() as tx:
        views = _Views.of(app, tx, creditor)
        outcomes = []
        # The oldest first: of two dunnings of one invoice the later one has the last word.
        for row in sorted(_named(tx, creditor, ids), key=lambda row: (row.on or on, row.id)):
            view = views.one(row)  # anew each time: the one before may have raised the level
            outcomes.append(_confirm(app, tx, creditor, view, level, sent_on, by, on))
        return outcomes


def dismiss(
    app: App, creditor: CreditorId, ids: Sequence[int], *, by: str
) -> list[PlatformNoticeOutcome]:
    """A person says that those dunnings were never sent, or shall not count: no level is taken
    over. The contact clock stays where reading them put it, in the debtor's favour.

    Raises:
        UsageError: no id, or one that is none of the platform's own dunnings.
    """
    if not ids:
        raise UsageError("Keine Nummer angegeben.", en="No id was given.")
    with app.store.write() as tx:
        views = _Views.of(app, tx, creditor)
        return [
            _dismiss(app, tx, creditor, view, by) for view in views.all(_named(tx, creditor, ids))
        ]


def _named(tx: Tx, creditor: CreditorId, ids: Sequence[int]) -> list[PlatformNoticeRow]:
    if not ids:
        return tx.platform_notices.rows(creditor, states=(FOREIGN,))
    found = []
    for id_ in dict.fromkeys(ids):
        row = tx.platform_notices.get(creditor, id_)
        if row is None or row.state not in SHOWN:
            raise UsageError(
                f"Unter der Nummer {id_} gibt es keine Mahnung der Plattform. Vorhandene zeigt: "
                "mahnwerk platform-notices",
                en=f"There is no dunning of the platform with the id {id_}. See: "
                "mahnwerk platform-notices",
            )
        found.append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Views:
    """Reads what stands beside a dunning; the debtor's own procedure says what its title means."""

    tx: Tx
    creditor: CreditorId
    judge: Judge
    connections: dict[int, str]

    @classmethod
    def of(cls, app: App, tx: Tx, creditor: CreditorId) -> _Views:
        judge = Judge.for_creditor(app, creditor_of(tx, creditor))
        return cls(tx, creditor, judge, {c.id: c.name for c in tx.connections.all(creditor)})

    def all(self, rows: Sequence[PlatformNoticeRow]) -> list[PlatformNoticeView]:
        items = self.tx.items.many(self.creditor, [row.item for row in rows if row.item])
        heads = self.tx.links.heads(self.creditor)
        debtors = sorted({heads.get(item.debtor, item.debtor) for item in items.values()})
        accounts = {a.debtor.id: a for a in self.tx.items.accounts_of(self.creditor, debtors)}
        procedures = {id_: self._procedure(account) for id_, account in accounts.items()}
        found = []
        for row in rows:
            item = items.get(row.item) if row.item else None
            debtor = self.tx.debtors.get(self.creditor, item.debtor) if item else None
            procedure = procedures.get(heads.get(item.debtor, item.debtor)) if item else None
            found.append(self._view(row, item, debtor, procedure))
        return found

    def one(self, row: PlatformNoticeRow) -> PlatformNoticeView:
        return self.all([row])[0]

    def _procedure(self, account: Account) -> DunningProcedure:
        try:
            return self.judge.procedure_of(account)
        except ConfigError:  # one that cannot be read stops nobody from answering
            return self.judge.default_procedure

    def _view(
        self,
        row: PlatformNoticeRow,
        item: OpenItem | None,
        debtor: Debtor | None,
        procedure: DunningProcedure | None,
    ) -> PlatformNoticeView:
        rules = procedure or self.judge.default_procedure
        suggested = suggested_level(row.title, rules)
        name = self.connections[row.connection]
        return PlatformNoticeView(row, name, item, debtor, suggested, len(rules.levels))


def _confirm(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    view: PlatformNoticeView,
    level: int | None,
    sent_on: date | None,
    by: str,
    on: date,
) -> PlatformNoticeOutcome:
    row, item = view.row, view.item
    wanted = view.suggested if level is None else level
    refusal = _refusal(app, view, wanted)
    if refusal or item is None:
        return PlatformNoticeOutcome(row.id, "refused", reason=refusal)
    day = sent_on or min(row.on or on, on)  # nothing was sent on a day to come
    settled = item.outstanding.amount == 0
    counted = 0 if settled else wanted
    if row.state == CONFIRMED and counted <= max(row.level, item.level):
        return PlatformNoticeOutcome(row.id, "unchanged", item.number, item.level, day)
    if counted > item.level:
        # A later notice of our own stays the last one.
        tx.items.record_level(creditor, {item.id: counted}, max(day, item.last_notice_on or day))
    tx.notices.record_contact(creditor, item.debtor, day, None)
    _decided(app, tx, creditor, view, CONFIRMED, by, counted, day)
    reason = _told(app, view, settled, counted)
    now = max(item.level, counted)
    return PlatformNoticeOutcome(row.id, CONFIRMED, item.number, now, day, reason)


def _refusal(app: App, view: PlatformNoticeView, wanted: int) -> str:
    if view.item is None:
        return app.say(
            "Die Rechnung dazu ist hier nicht bekannt. Neu einlesen: mahnwerk sync",
            "Its invoice is not known here. Read again: mahnwerk sync",
        )
    if not 1 <= wanted <= view.levels:
        return app.say(
            f"Stufe {wanted} gibt es nicht. Angeben: --level 1 bis {view.levels}",
            f"There is no level {wanted}. Give --level 1 to {view.levels}",
        )
    return ""


def _told(app: App, view: PlatformNoticeView, settled: bool, level: int) -> str:
    """Why the level did not change; "" when it did."""
    if settled:
        return app.say(
            "Die Rechnung ist ausgeglichen; eine Stufe wird nicht übernommen.",
            "The invoice is settled; no level is taken over.",
        )
    if view.item is not None and level <= view.item.level:
        return app.say(
            f"Die Rechnung steht schon auf Stufe {view.item.level}.",
            f"The invoice is at level {view.item.level} already.",
        )
    return ""


def _dismiss(
    app: App, tx: Tx, creditor: CreditorId, view: PlatformNoticeView, by: str
) -> PlatformNoticeOutcome:
    row = view.row
    number = view.item.number if view.item else ""
    level = view.item.level if view.item else 0
    if row.state == DISMISSED:
        return PlatformNoticeOutcome(row.id, "unchanged", number, level)
    if row.state == CONFIRMED:
        reason = app.say(
            "ist schon bestätigt, die Stufe ist übernommen; eine Stufe wird nie zurückgenommen",
            "is confirmed already and its level taken over; a level is never taken back",
        )
        return PlatformNoticeOutcome(row.id, "refused", number, level, reason=reason)
    _decided(app, tx, creditor, view, DISMISSED, by)
    return PlatformNoticeOutcome(row.id, DISMISSED, number, level)


def _decided(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    view: PlatformNoticeView,
    state: str,
    by: str,
    level: int = 0,
    sent_on: date | None = None,
) -> None:
    row = view.row
    tx.platform_notices.set_state(creditor, row.id, state, level=level, sent_on=sent_on)
    refs: dict[str, int | str] = {"platform_notice": row.id, "connection": row.connection}
    if row.item is not None:
        refs["item"] = row.item
    payload = {
        "title": row.title,
        "external_id": row.external_id,
        "level": level,
        "on": sent_on.isoformat() if sent_on else None,
        "by": by,
    }
    tx.events.append(creditor, f"platform_notice_{state}", refs, payload, app.clock.now())
