"""A person says yes to notices, one by one, several at once, or to a whole run.

An approval is bound to what the person saw (``core.services.approval_hash``): the approval page
hands back the hash of what it showed, and what has changed meanwhile is refused. Every notice that
was asked for gets an outcome; none is passed over in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.model import (
    Automation,
    Creditor,
    CreditorId,
    Debtor,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeState,
    RunId,
)
from core.domain.money import Money
from core.errors import UsageError
from core.ports import Tx
from core.services.app import App
from core.services.approval_hash import approval_hash
from core.services.lookup import creditor_of, notice_named
from core.services.wording import amount, state_word

_OPEN = (NoticeState.PROPOSED, NoticeState.APPROVED, NoticeState.HELD)
# Amounts are never converted: a limit without a currency is meant in this one.
_LIMIT_CURRENCY = "EUR"
APPROVED, REFUSED = "approved", "refused"


@dataclass(frozen=True, slots=True)
class ApproveOutcome:
    """``outcome`` is approved or refused, then with a reason for whoever gave the command."""

    notice: NoticeId
    outcome: str
    reason: str = ""
    changed: bool = False  # refused because it is not any more what the person saw


def approve(
    app: App, creditor: CreditorId, ids: Sequence[int], *, by: str, on: date
) -> list[ApproveOutcome]:
    """Approves notices one by one, whatever their automation asks.

    Raises:
        UsageError: an id that does not exist; then none of the others is approved either.

    """
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        found = [notice_named(tx, creditor, each) for each in dict.fromkeys(ids)]
        return _told(tx, creditor, [_approve(app, tx, who, notice, by, on) for notice in found])


def approve_seen(
    app: App,
    creditor: CreditorId,
    seen: Mapping[int, str],
    *,
    in_bulk: bool,
    by: str,
    on: date,
) -> list[ApproveOutcome]:
    """Approves what a person was shown: the hash of its content by the id of the notice.

    ``in_bulk``: he ticked several without opening each; then those are refused whose level wants
    to be approved one by one.

    Raises:
        UsageError: an id that does not exist; then none of the others is approved either.
    """
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        outcomes = []
        for id_, hash_ in seen.items():
            notice = notice_named(tx, creditor, id_)
            refusal = _not_in_bulk(app, notice, None) if in_bulk else ""
            outcomes.append(
                ApproveOutcome(notice.id, REFUSED, refusal)
                if refusal
                else _approve(app, tx, who, notice, by, on, seen=hash_)
            )
        return _told(tx, creditor, outcomes)


def _told(tx: Tx, creditor: CreditorId, outcomes: list[ApproveOutcome]) -> list[ApproveOutcome]:
    """The same outcomes; what was approved may leave at once where a worker runs."""
    if any(each.outcome == APPROVED for each in outcomes):
        tx.jobs.account_changed(creditor)
    return outcomes


def approve_run(
    app: App,
    creditor: CreditorId,
    run: RunId,
    *,
    max_amount: Decimal | None,
    by: str,
    on: date,
) -> list[ApproveOutcome]:
    """Approves all proposals of a run that may be approved in bulk, up to ``max_amount`` EUR.

    Raises:
        UsageError: there is no such run.

    """
    limit = None if max_amount is None else Money(max_amount, _LIMIT_CURRENCY)
    with app.store.write() as tx:
        who = creditor_of(tx, creditor)
        record = tx.runs.get(creditor, run)
        if record is None or record.state != "ready":
            raise UsageError(
                f"Keinen fertigen Mahnlauf mit der Nummer {run} gefunden.",
                en=f"There is no finished run with the number {run}.",
            )
        outcomes = []
        for notice in tx.notices.many(creditor, states=_OPEN, run=run):
            refusal = _not_in_bulk(app, notice, limit)
            outcomes.append(
                ApproveOutcome(notice.id, REFUSED, refusal)
                if refusal
                else _approve(app, tx, who, notice, by, on)
            )
        return _told(tx, creditor, outcomes)


def _not_in_bulk(app: App, notice: Notice, limit: Money | None) -> str:
    if notice.automation is Automation.PROPOSE:
        return app.say(
            f"wird nur einzeln freigegeben: mahnwerk approve {notice.id}",
            f"is approved one by one only: mahnwerk approve {notice.id}",
        )
    if limit is None:
        return ""
    asked = amount(notice.total, app.language)
    if notice.currency != limit.currency:
        return app.say(
            f"{asked}: die Grenze gilt in {limit.currency}; bitte einzeln freigeben",
            f"{asked}: the limit is in {limit.currency}; please approve it by its id",
        )
    if limit < notice.total:
        most = amount(limit, app.language)
        return app.say(
            f"{asked} liegt über der Grenze von {most}", f"{asked} is above the limit of {most}"
        )
    return ""


def content_hash(app: App, creditor: Creditor, debtor: Debtor, notice: Notice) -> str:
    """What an approval of the notice as it is now would be bound to; "" when it cannot be given
    any more, because the procedure was changed since the run.

    Raises:
        ConfigError: the procedure cannot be read.
    """
    procedure = app.procedure(notice.procedure)
    # What takes a notice back is written by no level of its procedure.
    if procedure.version != notice.procedure_version and notice.kind is not NoticeKind.APOLOGY:
        return ""
    text = procedure.text_of(notice)
    version = app.renderer.text_version(text, debtor.language)
    return approval_hash(creditor, debtor, notice, text, version)


def _approve(
    app: App,
    tx: Tx,
    creditor: Creditor,
    notice: Notice,
    by: str,
    on: date,
    *,
    seen: str | None = None,
) -> ApproveOutcome:
    if notice.state not in _OPEN:
        now = state_word(notice.state, app.language)
        reason = app.say(f"ist kein Vorschlag mehr ({now})", f"is no proposal any more ({now})")
        return ApproveOutcome(notice.id, REFUSED, reason)
    debtor = tx.debtors.get(creditor.id, notice.debtor)
    value = content_hash(app, creditor, debtor, notice) if debtor else ""
    if not value:
        reason = app.say(
            "Das Mahnverfahren wurde seit dem Lauf geändert; bitte neuer Mahnlauf",
            "The dunning procedure was changed since the run; please run anew",
        )
        return ApproveOutcome(notice.id, REFUSED, reason)
    if seen is not None and seen != value:
        reason = app.say(
            "hat sich geändert, seit Sie den Vorschlag gesehen haben; bitte neu ansehen",
            "has changed since you saw the proposal; please look again",
        )
        return ApproveOutcome(notice.id, REFUSED, reason, changed=True)
    if notice.state is NoticeState.APPROVED:
        # Approved anew: the days of its validity begin again.
        tx.notices.set_state(creditor.id, notice.id, NoticeState.PROPOSED)
    tx.notices.approve(creditor.id, notice.id, value, by, on)
    tx.events.append(
        creditor.id,
        "approve",
        {"notice": notice.id, "run": notice.run},
        {"by": by, "on": on.isoformat(), "hash": value, "total": str(notice.total)},
        app.clock.now(),
    )
    return ApproveOutcome(notice.id, APPROVED)
