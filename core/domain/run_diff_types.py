"""Two runs side by side: what both saw of an item, how it differs, and the causes there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.domain.decision import Verdict
from core.domain.model import Account, ItemId, OpenItem
from core.domain.money import Money
from core.domain.procedure import DunningProcedure
from core.domain.record_diff import Changed

Value = str | date | Money | tuple[Changed, ...]


class Change(StrEnum):
    """How an item differs between the runs; the first that fits."""

    NEW = "new"
    GONE = "gone"
    VERDICT = "verdict"  # verdict, level or reason
    AMOUNT = "amount"  # what is open, or what a notice asks for it


class Cause(StrEnum):
    """Why it differs. Ids are stable; sentences: ``run_diff_texts``."""

    NEW_ITEM = "new_item"
    REOPENED = "reopened"
    CLEARED = "cleared"
    PAID = "paid"
    GROWN = "grown"
    LEVEL_SENT = "level_sent"
    LEVEL_BACK = "level_back"
    CONTACT = "contact"
    DEADLINE = "deadline"
    HOLD_SET = "hold_set"
    HOLD_ENDED = "hold_ended"
    HOLD_CHANGED = "hold_changed"
    DUE_DATE = "due_date"
    ITEM_DATA = "item_data"
    BOOKED_UNTIL = "booked_until"
    CONNECTION_ROLE = "connection_role"
    PROCEDURE_ASSIGNED = "procedure_assigned"
    PROCEDURE_CHANGED = "procedure_changed"
    DEBTOR_DATA = "debtor_data"
    OTHER_ITEMS = "other_items"
    CHARGES_OWED = "charges_owed"
    OTHER_CONNECTION = "other_connection"
    # Those of the whole run are named where nothing about the item itself explains it.
    CREDITOR_SETTINGS = "creditor_settings"
    BASE_RATES = "base_rates"
    CALENDARS = "calendars"
    VERSION = "version"
    DAY = "day"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Found:
    """A cause with the facts that its sentence prints."""

    cause: Cause
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """One item as one run saw it and what it decided.

    ``account``, ``procedure`` and ``item`` are None where the run looked at the item's due day only.
    ``asked``: what a notice of the run asks for the item, by kind ("outstanding", "dunning_fee"…).
    """

    id: ItemId
    number: str
    external_id: str
    due_date: date | None
    verdict: Verdict
    level: int  # last level that was sent
    item: OpenItem | None = None
    account: Account | None = None
    procedure: DunningProcedure | None = None
    asked: Mapping[str, Money] = field(default_factory=dict)

    @property
    def state(self) -> tuple[str, str, int]:
        """What a change of verdict is measured by."""
        return (self.verdict.action, self.verdict.reason, self.verdict.level)


@dataclass(frozen=True, slots=True)
class RunSeen:
    """What holds for all items of one run. ``rates`` by law, ``calendars`` by place."""

    on: date
    version: str
    profile: Mapping[str, object]
    rates: Mapping[str, object]
    calendars: Mapping[str, object]
