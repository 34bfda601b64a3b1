"""What a person does on the approval page. Every function here is a POST whose token was checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.model import ItemId
from core.errors import MahnwerkError, UsageError
from core.services.approve import APPROVED, ApproveOutcome, approve_seen
from core.services.creditors import resume, stop
from core.services.posted import PostedOutcome, posted, resolve_unknown
from core.services.proposal_view import PER_PAGE
from core.services.proposals import drop_item, reject
from webhook_app.desk.door import Door, language
from webhook_app.desk.words import money, say

GOOD, BAD = "good", "bad"
_ONE = "/notices/<int(max=999999999999):notice>"
_TOLD = 8  # refusals that a message names; the list shows the state of all


def add_work(pages: Blueprint, door: Door, wake: Callable[[], None]) -> None:
    """Adds everything that changes something."""
    desk = Work(door, wake)
    pages.add_url_rule("/approve", "approve", desk.approve, methods=["POST"])
    pages.add_url_rule("/posted", "posted", desk.posted, methods=["POST"])
    pages.add_url_rule("/switch", "switch", desk.switch, methods=["POST"])
    pages.add_url_rule(f"{_ONE}/approve", "approve_one", desk.approve_one, methods=["POST"])
    pages.add_url_rule(f"{_ONE}/drop", "drop", desk.drop, methods=["POST"])
    pages.add_url_rule(f"{_ONE}/reject", "reject", desk.reject, methods=["POST"])
    pages.add_url_rule(f"{_ONE}/resolve", "resolve", desk.resolve, methods=["POST"])


class Work:
    """The decisions of whoever is logged in, in his name."""

    def __init__(self, door: Door, wake: Callable[[], None]) -> None:
        self._door = door
        self._wake = wake

    def approve(self) -> ResponseReturnValue:
        """Those that were ticked in the list."""
        ids = _ticked()
        if not ids:
            flash(say("Nichts angekreuzt.", "Nothing is ticked."), BAD)
            return _list()
        visit = self._door.visit
        seen = {each: request.form.get(f"seen-{each}", "") for each in ids}
        outcomes = approve_seen(
            visit.app, visit.creditor, seen, in_bulk=True, by=visit.person, on=visit.today
        )
        self._tell(outcomes)
        return _list()

    def approve_one(self, notice: int) -> ResponseReturnValue:
        """The one that was opened; its form carries the hash of what was shown."""
        visit = self._door.visit
        seen = {notice: request.form.get("seen", "")}
        outcomes = approve_seen(
            visit.app, visit.creditor, seen, in_bulk=False, by=visit.person, on=visit.today
        )
        self._tell(outcomes)
        return _one(notice)

    def _tell(self, outcomes: Sequence[ApproveOutcome]) -> None:
        done = [each for each in outcomes if each.outcome == APPROVED]
        others = [each for each in outcomes if each.outcome != APPROVED]
        if done:
            self._wake()
            listed = ", ".join(str(each.notice) for each in done)
            flash(say(f"Freigegeben: {listed}.", f"Approved: {listed}."), GOOD)
        _refusals([(each.notice, each.reason) for each in others])

    def drop(self, notice: int) -> ResponseReturnValue:
        visit = self._door.visit
        item = request.form.get("item", "")
        if not item.isdecimal() or len(item) > 12:
            raise UsageError("Welche Rechnung?", en="Which invoice?")
        try:
            left = drop_item(
                visit.app,
                visit.creditor,
                notice,
                ItemId(int(item)),
                by=visit.person,
                on=visit.today,
            )
        except MahnwerkError as error:
            return _refused(error, notice)
        if left is None:
            flash(
                say(
                    f"Vorschlag {notice} ist leer und entfällt.",
                    f"Proposal {notice} is empty and gone.",
                ),
                GOOD,
            )
        else:
            flash(
                say(
                    f"Rechnung herausgenommen; Vorschlag {notice} lautet noch über "
                    f"{money(left.total)}. Der nächste Lauf schlägt sie wieder vor.",
                    f"Invoice taken off; proposal {notice} is about {money(left.total)} now. The "
                    "next run proposes it again.",
                ),
                GOOD,
            )
        return _one(notice)

    def reject(self, notice: int) -> ResponseReturnValue:
        visit = self._door.visit
        try:
            until = _day("until", None)
            reject(
                visit.app,
                visit.creditor,
                [notice],
                reason=_reason(),
                until=until,
                by=visit.person,
                on=visit.today,
            )
        except MahnwerkError as error:
            return _refused(error, notice)
        flash(say(f"Abgelehnt: {notice}.", f"Rejected: {notice}."), GOOD)
        return _one(notice)

    def posted(self) -> ResponseReturnValue:
        """Letters that were ticked in the list, or the one that was opened."""
        visit = self._door.visit
        ids = _ticked()
        if not ids:
            flash(say("Nichts angekreuzt.", "Nothing is ticked."), BAD)
            return _list("printed")
        try:
            on = _day("on", visit.today) or visit.today
            outcomes = posted(visit.app, visit.creditor, ids=ids, on=on, by=visit.person)
        except MahnwerkError as error:
            return _refused(error, ids[0] if len(ids) == 1 else None)
        self._tell_posted(outcomes)
        return _one(ids[0]) if len(ids) == 1 else _list("printed")

    def _tell_posted(self, outcomes: Sequence[PostedOutcome]) -> None:
        sent = ", ".join(str(each.notice) for each in outcomes if each.outcome == "sent")
        if sent:
            flash(say(f"Zur Post gegeben: {sent}.", f"Taken to the post: {sent}."), GOOD)
        _refusals([(each.notice, each.reason) for each in outcomes if each.reason])

    def resolve(self, notice: int) -> ResponseReturnValue:
        """Closes a delivery of which nobody knew whether it arrived."""
        visit = self._door.visit
        arrived = request.form.get("outcome") == "sent"
        if not arrived and request.form.get("outcome") != "not_sent":
            raise UsageError("Kam sie an oder nicht?", en="Did it arrive or not?")
        try:
            on = _day("on", visit.today) or visit.today
            resolve_unknown(
                visit.app,
                visit.creditor,
                notice,
                "sent" if arrived else "not_sent",
                by=visit.person,
                on=on,
            )
        except MahnwerkError as error:
            return _refused(error, notice)
        if arrived:
            flash(say(f"Mahnung {notice} gilt als verschickt.", f"Notice {notice} is sent."), GOOD)
        else:
            flash(
                say(
                    f"Mahnung {notice} ging nicht hinaus; der nächste Lauf schlägt neu vor.",
                    f"Notice {notice} was not sent; the next run proposes again.",
                ),
                GOOD,
            )
        return _one(notice)

    def switch(self) -> ResponseReturnValue:
        """The switch for everything: stop or go on."""
        visit = self._door.visit
        if request.form.get("to") == "stop":
            stop(visit.app, visit.creditor, by=visit.person)
            flash(say("Versand angehalten.", "Sending stopped."), GOOD)
        elif request.form.get("to") == "resume":
            resume(visit.app, visit.creditor, by=visit.person)
            self._wake()
            flash(say("Versand fortgesetzt.", "Sending resumed."), GOOD)
        return _list()


def _ticked() -> list[int]:
    """Ids of the boxes that were ticked, each once."""
    given = request.form.getlist("pick")[:PER_PAGE]
    return list(dict.fromkeys(int(each) for each in given if each.isdecimal() and len(each) <= 12))


def _day(name: str, otherwise: date | None) -> date | None:
    """A day of a form.

    Raises:
        UsageError: it is none.
    """
    text = request.form.get(name, "").strip()
    if not text:
        return otherwise
    for form in (text, ".".join(reversed(text.split("."))).replace(".", "-")):
        try:
            return date.fromisoformat(form)
        except ValueError:
            continue
    raise UsageError(
        f"„{text[:20]}“ ist kein Tag; so: 2026-11-22 oder 22.11.2026.",
        en=f"{text[:20]!r} is not a day; write 2026-11-22 or 22.11.2026.",
    )


def _reason() -> str:
    given = request.form.get("reason", "")
    # It comes up again in terminals, on letters' pages and in PostgreSQL, which takes no NUL.
    reason = " ".join("".join(c if c.isprintable() else " " for c in given).split())
    if not reason:
        raise UsageError(
            "Feld „Grund“: eine Ablehnung braucht einen Grund.",
            en="Field “Reason”: a rejection needs a reason.",
        )
    return reason[:500]


def _refusals(refused: Sequence[tuple[int, str]]) -> None:
    for notice, reason in refused[:_TOLD]:
        flash(f"{notice}: {reason}", BAD)
    if len(refused) > _TOLD:
        more = len(refused) - _TOLD
        flash(say(f"… und {more} weitere nicht.", f"… and {more} more not."), BAD)


def _refused(error: MahnwerkError, notice: int | None) -> ResponseReturnValue:
    """Back to where the form stood, with the sentence."""
    flash(error.sentence(language()), BAD)
    return _list() if notice is None else _one(notice)


def _one(notice: int) -> ResponseReturnValue:
    return redirect(url_for("desk.notice", notice=notice), 303)


def _list(chosen: str = "open") -> ResponseReturnValue:
    """The list as it was: filter and page come back with the form."""
    given, page = request.form.get("state", chosen), request.form.get("page", "1")
    return redirect(url_for("desk.notices", state=given[:20], page=page[:6]), 303)
