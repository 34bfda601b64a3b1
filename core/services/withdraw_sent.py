"""`mahnwerk withdraw`: takes a notice back, also one that was sent, and says so to its debtor.

Levels, days, charges and default are afterwards as if the notice had never been; that it was sent
stays in the history. The debtor was written to all the same: the contact gap counts the day, the
interval between two levels does not (ADR 0035).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.model import (
    Creditor,
    CreditorId,
    DeliveryState,
    HoldKind,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
    Pending,
)
from core.errors import UsageError
from core.ports import Tx
from core.services.apologies import apologize, channels_after, reachable
from core.services.app import App
from core.services.deliver_record import PROPOSAL_STATES, living_letter, set_pending
from core.services.lease import Lease
from core.services.lookup import creditor_of, notice_named
from core.services.proposals import items_to_hold
from core.services.undo_sent import Undone, later_notice, take_contact_back, undo_sent
from core.services.wording import day, state_word

_OVER = (NoticeState.WITHDRAWN, NoticeState.REJECTED, NoticeState.FAILED)


@dataclass(frozen=True, slots=True)
class WithdrawOutcome:
    """``outcome``: withdrawn (it was sent or printed), rejected (a proposal), unchanged, refused.

    ``apology`` is the notice that says so to the debtor and waits for the next ``send``; ``hints``
    are sentences on what stays to be done by a person.
    """

    notice: NoticeId
    outcome: str
    reason: str = ""
    apology: NoticeId | None = None
    levels: tuple[tuple[str, int], ...] = ()  # invoice number and level that it is back at
    charges: int = 0
    hints: tuple[str, ...] = ()


def withdraw(
    app: App,
    creditor: CreditorId,
    ids: Sequence[int],
    *,
    reason: str = "",
    apology: bool = True,
    until: date | None = None,
    by: str,
    on: date,
    owner: str,
) -> list[WithdrawOutcome]:
    """Takes notices back, one after the other; ``until`` holds their invoices to that day.

    Taking back twice changes nothing. ``owner``: see ``core.services.owner``; nothing is sent while
    a notice is taken back.

    Raises:
        UsageError: an unknown id, or an end of the hold that lies before ``on``; nothing is done.
        Busy: a send is under way.
    """
    if until is not None and until < on:
        raise UsageError(
            f"{until:%d.%m.%Y} liegt in der Vergangenheit.", en=f"{until} lies in the past."
        )
    with app.store.read() as tx:
        who = creditor_of(tx, creditor)
        for each in ids:
            notice_named(tx, creditor, each)
    order = _Order(app, who, reason.strip(), apology, until, by, on)
    with Lease(app, creditor, "send", owner, ("Versand", "send")).held():
        # The newest first: of two letters about one invoice only the last can be taken back.
        outcomes = {each: order.one(each) for each in sorted(set(ids), reverse=True)}
    return [outcomes[each] for each in dict.fromkeys(ids)]


@dataclass(frozen=True, slots=True)
class _Order:
    app: App
    creditor: Creditor
    reason: str
    apology: bool
    until: date | None
    by: str
    on: date

    def one(self, id_: int) -> WithdrawOutcome:
        with self.app.store.write() as tx:
            notice = notice_named(tx, self.creditor.id, id_)
            if notice.state in _OVER:
                return self._unchanged(notice)
            refusal = self._refusal(tx, notice)
            if refusal:
                return WithdrawOutcome(notice.id, "refused", refusal)
            if notice.state in PROPOSAL_STATES:
                outcome = self._rejected(tx, notice)
            elif notice.state is NoticeState.PRINTED:
                outcome = self._printed(tx, notice)
            else:
                outcome = self._sent(tx, notice)
            self._hold(tx, notice)
        if notice.state is NoticeState.PRINTED:
            self.app.letters.void(self.creditor, notice.document)
        return outcome

    def _unchanged(self, notice: Notice) -> WithdrawOutcome:
        now = state_word(notice.state, self.app.language)
        why = f": {notice.reason}" if notice.reason else ""
        return WithdrawOutcome(notice.id, "unchanged", f"{now}{why}")

    def _refusal(self, tx: Tx, notice: Notice) -> str:
        say, id_ = self.app.say, notice.id
        if notice.state is NoticeState.HANDING_OVER:
            return say(
                f"Mahnung {id_} wird gerade übergeben; nach dem nächsten Versand noch einmal",
                f"Notice {id_} is being handed over; try again after the next send",
            )
        if notice.state is NoticeState.UNKNOWN:
            return say(
                f"Ob Mahnung {id_} ankam, ist ungeklärt. Zuerst: mahnwerk deliveries resolve "
                f"{id_} sent oder not_sent",
                f"Whether notice {id_} arrived is not known. First: mahnwerk deliveries resolve "
                f"{id_} sent or not_sent",
            )
        if notice.state is not NoticeState.SENT:
            return ""
        if notice.kind in {NoticeKind.PLAN, NoticeKind.APOLOGY}:
            return say(
                f"{id_} mahnt nichts an (Ratenerinnerung oder Rücknahme): es gibt nichts "
                "zurückzunehmen",
                f"{id_} duns nothing (a note about an instalment, or a withdrawal): there is "
                "nothing to take back",
            )
        later = later_notice(tx, self.creditor.id, notice)
        if later is not None:
            return say(
                f"Auf Mahnung {id_} baut Mahnung {later.id} auf "
                f"({state_word(later.state, 'de')}). Zuerst diese: mahnwerk withdraw {later.id}",
                f"Notice {later.id} ({state_word(later.state, 'en')}) builds on notice {id_}. "
                f"Take that one back first: mahnwerk withdraw {later.id}",
            )
        return ""

    # --- what never left -------------------------------------------------------------------

    def _rejected(self, tx: Tx, notice: Notice) -> WithdrawOutcome:
        """Nobody has got it: that is a rejection, by another name."""
        reason = self._said(("Zurückgenommen", "Withdrawn"))
        tx.notices.set_state(self.creditor.id, notice.id, NoticeState.REJECTED, reason=reason)
        self._event(tx, notice, "reject", {"reason": reason, "until": self._until()})
        return WithdrawOutcome(notice.id, "rejected", reason)

    def _printed(self, tx: Tx, notice: Notice) -> WithdrawOutcome:
        reason = self._said(("Zurückgenommen", "Withdrawn"))
        tx.notices.set_state(self.creditor.id, notice.id, NoticeState.WITHDRAWN, reason=reason)
        set_pending(tx, self.creditor.id, notice, Pending.NONE)
        record = living_letter(tx, self.creditor.id, notice.id)
        if record is not None:
            tx.deliveries.finish(
                self.creditor.id,
                record.id,
                DeliveryState.FAILED,
                self.app.clock.now(),
                file=record.file,
                reason=reason,
            )
        self._event(tx, notice, "withdrawn", {"reason": reason, "state": "printed"})
        hint = self.app.say(
            "Den gedruckten Brief nicht mehr zur Post geben; in der Druckdatei steht er noch.",
            "Do not post the printed letter; it still stands in the print file.",
        )
        return WithdrawOutcome(notice.id, "withdrawn", reason, hints=(hint,))

    # --- what was sent ---------------------------------------------------------------------

    def _sent(self, tx: Tx, notice: Notice) -> WithdrawOutcome:
        app, creditor = self.app, self.creditor
        reason = self._said(("Zurückgenommen am", "Withdrawn on"), dated=True)
        undone = undo_sent(
            app, tx, creditor.id, notice, NoticeState.WITHDRAWN, reason=reason, on=self.on
        )
        told = notice.kind is NoticeKind.NOTICE and notice.channel != "task"
        apology = None
        if told:
            take_contact_back(tx, creditor.id, notice)
            # He was written to on that day, void or not; and is to be written to today, so that
            # no run proposes before the apology has left what would arrive together with it.
            said_on = self.on if self.apology else notice.sent_on or self.on
            tx.taken_back.record_word(creditor.id, notice.debtor, said_on)
            if self.apology:
                channels = channels_after(notice)
                apology = apologize(app, tx, creditor, notice, channels, by=self.by, on=self.on)
        numbers = {line.item: line.number for line in notice.lines}
        levels = tuple((numbers[item], level) for item, level in sorted(undone.levels.items()))
        facts = {
            "reason": reason,
            "state": "sent",
            "sent_on": notice.sent_on.isoformat() if notice.sent_on else None,
            "levels": {str(item): level for item, level in undone.levels.items()},
            "charges": undone.charges,
            "proposals": list(undone.proposals),
            "apology": apology,
        }
        self._event(tx, notice, "withdrawn", facts)
        hints = tuple(self._hints(tx, notice, undone, apology))
        return WithdrawOutcome(
            notice.id, "withdrawn", reason, apology, levels, undone.charges, hints
        )

    def _hints(
        self, tx: Tx, notice: Notice, undone: Undone, apology: NoticeId | None
    ) -> Iterable[str]:
        say = self.app.say
        if apology is not None and not reachable(
            self.app, tx, self.creditor, notice, channels_after(notice)
        ):
            yield say(
                f"Für das Entschuldigungsschreiben {apology} fehlt eine Anschrift: "
                "mahnwerk debtor set …",
                f"The letter of apology {apology} has no address to go to: mahnwerk debtor set …",
            )
        names = {c.id: c.name for c in tx.connections.all(self.creditor.id)}
        places = sorted({names[row.connection] for row in undone.on_platform})
        if places:
            yield say(
                f"Der Vermerk auf {', '.join(places)} bleibt dort stehen; bitte dort von Hand "
                "löschen (docs/delivery.md)",
                f"The entry on {', '.join(places)} stays there; please remove it there by hand "
                "(docs/delivery.md)",
            )
        if self.until is None:
            yield say(
                "Was noch offen ist, schlägt ein Mahnlauf wieder vor. Soll es ruhen: "
                "mahnwerk hold RECHNUNG --reason …",
                "A run proposes again what is still open. To let it rest: "
                "mahnwerk hold INVOICE --reason …",
            )

    # --- shared ----------------------------------------------------------------------------

    def _said(self, words: tuple[str, str], *, dated: bool = False) -> str:
        head = self.app.say(*words) + (f" {day(self.on, self.app.language)}" if dated else "")
        return f"{head}: {self.reason}" if self.reason else head

    def _until(self) -> str | None:
        return self.until.isoformat() if self.until else None

    def _hold(self, tx: Tx, notice: Notice) -> None:
        if self.until is None:
            return
        reason = self.reason or self.app.say("Mahnung zurückgenommen", "Notice taken back")
        for item in items_to_hold(notice):
            tx.holds.add(
                self.creditor.id,
                HoldKind.MANUAL,
                notice.debtor,
                item,
                reason,
                self.by,
                self.on,
                self.until,
            )

    def _event(self, tx: Tx, notice: Notice, kind: str, facts: Mapping[str, object]) -> None:
        payload = {"by": self.by, "on": self.on.isoformat(), **facts}
        refs: dict[str, int | str] = {"notice": notice.id, "run": notice.run}
        tx.events.append(self.creditor.id, kind, refs, payload, self.app.clock.now())
