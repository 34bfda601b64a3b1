"""Reason codes: stable ids that a verdict carries (docs/reasons.md is generated from here)."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an item is dunned or not. Ids are stable: scripts and the audit log rely on them."""

    LEVEL_REACHED = "level_reached"
    CREDIT = "credit"  # a credit is no claim; it reduces the total
    NOT_DUE = "not_due"
    WITHIN_GRACE = "within_grace"
    DUE_DATE_UNKNOWN = "due_date_unknown"
    STATE_UNKNOWN = "state_unknown"
    NOT_A_CLAIM = "not_a_claim"  # cancelled, written off, dunning charge, down-payment request
    EVIDENCE_ONLY = "evidence_only"
    CURRENCY_UNCLEAR = "currency_unclear"
    NOT_BOOKED_THROUGH = "not_booked_through"
    HELD = "held"
    DIRECT_DEBIT = "direct_debit"
    UNPLACED_MONEY = "unplaced_money"
    DELIVERY_UNKNOWN = "delivery_unknown"
    HANDING_OVER = "handing_over"
    PRINTED_NOT_POSTED = "printed_not_posted"
    LEVEL_NOT_REACHED = "level_not_reached"
    INTERVAL_RUNNING = "interval_running"
    DEADLINE_RUNNING = "deadline_running"
    HOLD_ENDED_RECENTLY = "hold_ended_recently"
    LEVELS_EXHAUSTED = "levels_exhausted"
    LEVEL_FORBIDDEN = "level_forbidden"
    ACCOUNT_NOT_LATE_ENOUGH = "account_not_late_enough"
    BELOW_MINIMUM = "below_minimum"
    NET_NOT_POSITIVE = "net_not_positive"
