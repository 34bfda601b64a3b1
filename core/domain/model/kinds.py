"""Ids, and the closed sets of words that the model is made of."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

CreditorId = NewType("CreditorId", str)
ConnectionId = NewType("ConnectionId", int)
DebtorId = NewType("DebtorId", int)
ItemId = NewType("ItemId", int)
NoticeId = NewType("NoticeId", int)
RunId = NewType("RunId", int)


class ItemKind(StrEnum):
    """What an open item is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    UNAPPLIED = "unapplied"  # money received that is not assigned to an item
    DOWN_PAYMENT_REQUEST = "down_payment_request"
    DUNNING_CHARGE = "dunning_charge"  # charge booked elsewhere (DATEV Sachverhalt 31/40/84)
    # Charges left when the principal was paid; carries no charges itself (§ 289 BGB).
    CHARGE_RESIDUAL = "charge_residual"
    OTHER = "other"


class ItemState(StrEnum):
    """Where an item stands; UNKNOWN is a value and is never dunned."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"
    UNKNOWN = "unknown"


class DebtorType(StrEnum):
    """Consumer or business; UNKNOWN counts as consumer (architecture §4.6)."""

    CONSUMER = "consumer"
    BUSINESS = "business"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """A claim is dunned from its leading connection only (architecture §2)."""

    LEADING = "leading"
    EVIDENCE = "evidence"


class Match(StrEnum):
    """What an item of another connection is to this one."""

    SAME = "same"  # the same claim, or the same credit
    SUSPECT = "suspect"  # it may be: a person decides


class HoldKind(StrEnum):
    """Why dunning is stopped."""

    MANUAL = "manual"
    DISPUTE = "dispute"
    PROMISE = "promise"
    INSTALMENT_PLAN = "instalment_plan"
    DEFERRAL = "deferral"
    INSOLVENCY = "insolvency"
    DECEASED = "deceased"
    PLATFORM_BLOCK = "platform_block"  # e.g. DATEV Postensperre, Mahnsperre bis, Mahnung=9
    POSSIBLE_DUPLICATE = "possible_duplicate"
    POSSIBLE_DOUBLE_IMPORT = "possible_double_import"
    ROW_ERRORS = "row_errors"  # import with unresolved row errors for that debtor
    PAID_LOCALLY = "paid_locally"  # `mahnwerk paid`: local knowledge until the source agrees
    PARTIAL_DISPUTE = "partial_dispute"  # a part is contested; the rest is dunned
    DIRECT_DEBIT_PENDING = "direct_debit_pending"  # the money is being collected
    UNASSIGNED_MONEY = "unassigned_money"  # it came in at the bank, and nobody has assigned it yet
    # Paid, and the money went back: whether it is owed again is for a person to say.
    MONEY_RETURNED = "money_returned"


class Pending(StrEnum):
    """What a notice that is already under way means for the next run."""

    NONE = "none"
    HANDING_OVER = "handing_over"
    UNKNOWN = "unknown"
    PRINTED = "printed"


class Automation(StrEnum):
    """How much a person is asked: one by one, also in bulk, or not at all."""

    PROPOSE = "propose"
    APPROVE = "approve"
    SEND = "send"


class Showing(StrEnum):
    """What a level does with interest or the lump sum (architecture §4.6)."""

    OFF = "off"
    SHOW = "show"  # as information, not part of the total
    CHARGE = "charge"  # demanded: part of the total


class ChargesMode(StrEnum):
    """What becomes of demanded charges after their notice has left."""

    INFORMATIONAL = "informational"  # printed only
    RECEIVABLE = "receivable"  # kept; what is left after the principal is paid is chased
    WAIVE_WHEN_PRINCIPAL_PAID = "waive_when_principal_paid"  # kept until then


class NoticeKind(StrEnum):
    NOTICE = "notice"
    TASK = "task"  # hand-over step: an internal task, no letter
    PLAN = "plan"  # friendly note before an instalment of an agreed plan; no level
    APOLOGY = "apology"  # takes back a notice that was sent; no level, demands nothing


class NoticeState(StrEnum):
    """Every approved notice ends in a named state; none disappears (architecture §4.7)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    HELD = "held"  # approved, but must not leave now; the reason says why
    HANDING_OVER = "handing_over"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class DeliveryState(StrEnum):
    RESERVED = "reserved"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    UNKNOWN = "unknown"
