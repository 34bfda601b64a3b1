"""The JSON documents of the contract (docs/cli.md): what scripts and the API are shown.

Fields may be added, never renamed or taken away.
"""

from __future__ import annotations

from core.domain.model import Charge, Debtor, Hold, Notice
from core.services.claims import AlsoOn
from core.services.interest import segment_documents
from core.services.run_report import ItemVerdict
from core.services.views import OpenItemRow


def account_label(debtor: Debtor) -> str:
    """The account as the user knows it, not its canonical form."""
    return debtor.label or debtor.external_id


def hold_document(hold: Hold) -> dict[str, object]:
    """A hold."""
    return {"id": hold.id, "kind": hold.kind, "reason": hold.reason, "until": hold.until_on}


def item_document(row: OpenItemRow) -> dict[str, object]:
    """One line of the open-items list."""
    item = row.item
    return {
        "connection": row.connection,
        "external_id": item.external_id,
        "number": item.number,
        "kind": item.kind,
        "debtor": row.debtor.name,
        "debtor_id": row.debtor.id,
        "account": row.debtor.external_id,
        "account_label": account_label(row.debtor),
        "invoice_date": item.invoice_date,
        "due_date": item.due_date,
        "currency": item.outstanding.currency,
        "total": item.total,
        "outstanding": item.outstanding,
        "owed": row.owed,
        "state": item.state,
        "level": item.level,
        "last_notice_on": item.last_notice_on,
        "days_overdue": row.days_overdue,
        "ageing": row.bucket,
        "holds": [hold_document(hold) for hold in row.holds],
        "also_on": [_also_document(each) for each in row.also_on],
        "repeats": row.repeats,
        "linked": row.linked,
    }


def _also_document(other: AlsoOn) -> dict[str, object]:
    return {
        "connection": other.connection,
        "external_id": other.external_id,
        "number": other.number,
        "outstanding": other.outstanding,
        "state": other.state,
        "settled_on": other.settled_on,
        "match": other.match,
        "leads": other.leads,
        "decided": other.decided,
    }


def verdict_document(each: ItemVerdict) -> dict[str, object]:
    """What a run said of one item."""
    return {
        "connection": each.connection,
        "number": each.number,
        "external_id": each.external_id,
        "verdict": each.verdict.action,
        "reason": each.verdict.reason,
        "level": each.verdict.level,
        "next_on": each.verdict.next_on,
    }


def charge_document(charge: Charge) -> dict[str, object]:
    """A charge; ``demanded`` False is information only."""
    document: dict[str, object] = {
        "kind": charge.kind,
        "amount": charge.amount,
        "basis": charge.basis,
        "demanded": charge.demanded,
        "number": charge.number or None,
    }
    if charge.segments:
        document |= {
            "since": charge.since,
            "until": charge.until,
            "open_ended": charge.open_ended,
            "segments": segment_documents(charge.segments),
        }
    return document


def notice_document(notice: Notice, debtor: str) -> dict[str, object]:
    """A proposal."""
    return {
        "id": notice.id,
        "run": notice.run,
        "kind": notice.kind,
        "debtor": debtor,
        "debtor_id": notice.debtor,
        "level": notice.level,
        "currency": notice.currency,
        "items": [
            {
                "number": line.number,
                "outstanding": line.outstanding,
                "level": line.level,
                "default_since": line.default_since,
                "default_rule": line.default_rule or None,
                "disputed": line.disputed,
            }
            for line in notice.lines
        ],
        "charges": [charge_document(charge) for charge in notice.charges],
        "total": notice.total,
        "channel": notice.channel or (notice.channels[0] if notice.channels else ""),
        "channels": notice.channels,
        "automation": notice.automation,
        "issue_date": notice.issue_date,
        "deadline": notice.deadline,
        "state": notice.state,
        "reason": notice.reason,
    }
