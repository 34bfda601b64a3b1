"""What an approval is bound to (architecture §4.5): change it, and the approval lapses.

The deadline is left out on purpose: a later one is in the debtor's favour, and it is fixed only
when the notice leaves, from that day and channel.
"""

from __future__ import annotations

import json
from hashlib import sha256

from core.domain.model import Charge, Creditor, Debtor, Notice, NoticeLine

# What a letter or mail shows of the creditor. The rest (mail server, archive) may change freely.
_SHOWN = (
    "name",
    "street",
    "postcode",
    "city",
    "country",
    "legal_form",
    "register_court",
    "register_number",
    "managers",
    "seat",
    "tax_number",
    "vat_id",
    "phone",
    "email",
    "website",
    "contact",
    "iban",
    "bic",
    "bank",
    "reply_to",
    "mail_from",
    "letter_form",
)


def approval_text(
    creditor: Creditor, debtor: Debtor, notice: Notice, text: str, text_version: str
) -> str:
    """The canonical text: JSON with sorted keys, amounts in minor units, days as ISO.

    ``live`` is in it because in test mode the recipient is the creditor: an approval given there
    sends nothing to a debtor.
    """
    content = {
        "creditor": {
            "id": creditor.id,
            "live": creditor.live,
            **{name: getattr(creditor.profile, name) for name in _SHOWN},
        },
        "debtor": debtor.id,
        "recipient": _recipient(debtor),
        "channels": notice.channels,
        "kind": notice.kind,
        "currency": notice.currency,
        "level": notice.level,
        "items": [_line(line) for line in notice.lines],
        "charges": [_charge(charge) for charge in notice.charges],
        "total": notice.total.minor,
        "text": [text, text_version],
        "procedure": [notice.procedure, notice.procedure_version],
        "issue_date": notice.issue_date.isoformat(),
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def approval_hash(
    creditor: Creditor, debtor: Debtor, notice: Notice, text: str, text_version: str
) -> str:
    """sha256 of :func:`approval_text`, hexadecimal."""
    content = approval_text(creditor, debtor, notice, text, text_version)
    return sha256(content.encode()).hexdigest()


def _recipient(debtor: Debtor) -> dict[str, object]:
    """All channels: which one is taken is known only when the notice leaves."""
    address = debtor.address
    return {
        "name": debtor.name,
        "salutation": debtor.salutation,
        "language": debtor.language,
        "email": debtor.email,
        "post": [
            address.name,
            *address.lines,
            address.street,
            address.postcode,
            address.city,
            address.country,
        ],
    }


def _line(line: NoticeLine) -> list[object]:
    due = line.due_date.isoformat() if line.due_date else None
    amount = [line.outstanding.minor, line.outstanding.currency]
    since = line.default_since.isoformat() if line.default_since else None
    disputed = line.disputed.minor if line.disputed else None
    said = [since, line.default_rule, disputed] if since or disputed else []
    return [line.item, line.number, due, *amount, line.level, line.cycle, *said]


def _charge(charge: Charge) -> list[object]:
    days = [day.isoformat() if day else None for day in (charge.since, charge.until)]
    amount = [charge.amount.minor, charge.amount.currency, charge.basis]
    return [charge.kind, *amount, charge.item, charge.demanded, charge.earlier, *days]
