"""A debtor, what he owes, and what stops dunning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from core.domain.model.claims import ItemFacts, OpenCharge, PastNotice, Reduction, Terms
from core.domain.model.kinds import (
    ConnectionId,
    DebtorId,
    DebtorType,
    HoldKind,
    ItemId,
    ItemKind,
    ItemState,
    Match,
    Pending,
    Role,
)
from core.domain.money import Money


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``lines`` are extra lines between name and street."""

    name: str = ""
    lines: tuple[str, ...] = ()
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"  # ISO 3166 alpha-2
    own_postcode: bool = False  # Großempfänger: the postcode is theirs alone, there is no street

    @property
    def is_postal(self) -> bool:
        """True when a letter can be posted to it; ``street`` may be a Postfach."""
        place = self.street or (self.own_postcode and self.postcode)
        return bool(self.name and self.city and place)


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes. ``type_evidence`` says why the debtor counts as consumer or business."""

    id: DebtorId
    connection: ConnectionId
    external_id: str
    name: str
    address: Address = Address()
    salutation: str = ""  # letter salutation, e.g. "Sehr geehrte Frau Dr. Muster"
    email: str = ""
    language: str = "de"
    type: DebtorType = DebtorType.UNKNOWN
    type_evidence: str = ""
    procedure: str = ""  # name; empty = the creditor's default
    # DATEV "Mahnung": bit 1 = first level, 2 = second, 4 = third and later; 0 = all allowed.
    allowed_levels: int = 0
    direct_debit: bool = False
    vat_id: str = ""
    iban: str = ""  # of his bank account, where the platform knows it
    land: str = ""  # ISO 3166-2:DE code without "DE-"; empty = not known
    label: str = ""  # the account as the user knows it; external_id is its canonical form
    segment: str = ""  # group of customers that a procedure is assigned to; "" = by type
    type_confirmed: bool = False  # a person has said so; else the type is assumed by evidence
    governing_law: str = ""  # "de", "at", "ch"; "" = the creditor's
    terms: Terms | None = None  # None = the creditor's setting
    consumer_notice_since: date | None = None  # invoices from that day on carry the notice
    # Where each of the settings above comes from, by field name.
    evidence: Mapping[str, str] = field(default_factory=dict)
    mail_bounces: bool = False  # mails to ``email`` come back

    @property
    def reachable_email(self) -> str:
        """``email``, unless mails to it come back."""
        return "" if self.mail_bounces else self.email

    @property
    def number(self) -> str:
        """The account as the creditor and his customer know it, not as it is stored."""
        return self.label or self.external_id


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A claim that is not fully cleared, or a credit (negative), as of the last sync.

    ``level`` is the last dunning level whose notice was sent in this ``cycle`` (0 = never) and
    ``last_notice_on`` its day. ``start_level`` is the lowest level that a backlog item may get
    first; ``backlog`` items are proposal-only.
    """

    id: ItemId
    debtor: DebtorId
    connection: ConnectionId
    external_id: str
    number: str
    kind: ItemKind
    invoice_date: date | None
    due_date: date | None
    total: Money
    outstanding: Money
    state: ItemState = ItemState.OPEN
    level: int = 0
    last_notice_on: date | None = None
    cycle: int = 1
    start_level: int = 1
    backlog: bool = False
    direct_debit: bool = False
    # Posted in a foreign currency, kept in the base currency, and nobody chose which one to dun in.
    currency_unclear: bool = False
    pending: Pending = Pending.NONE
    delivered_on: date | None = None  # day of delivery or service, as the source says
    own: ItemFacts | None = None  # what a person said of this item
    # What changed the claim after it came into being, by day; see ``Reduction``.
    reductions: tuple[Reduction, ...] = ()
    # Charges booked under the item's number, in minor units: in ``outstanding``, bearing nothing.
    charged_minor: int = 0


class Instalment(NamedTuple):
    """One rate of a plan (Ratenplan)."""

    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """What was agreed or contested, beside the days of the hold."""

    # Promise: what was promised. Partial dispute: the contested part. None = all of it.
    amount: Money | None = None
    baseline: Money | None = None  # what was outstanding when it was agreed
    instalments: tuple[Instalment, ...] = ()
    interest: bool = True  # whether interest runs on while a plan or deferral lasts
    reminder_days: int = 0  # days before each instalment on which the debtor is reminded; 0 = never
    items: tuple[ItemId, ...] = ()  # of a plan over a debtor: the items that it covers
    # How a promise or plan ended, once a run has seen it: kept, broken or released; "" = not yet.
    outcome: str = ""
    missed: int = 0  # number of the instalment that was missed, from 1; 0 = none


@dataclass(frozen=True, slots=True)
class Hold:
    """A Mahnsperre on a debtor (``item`` None) or on one item; both ends inclusive."""

    id: int
    kind: HoldKind
    debtor: DebtorId
    item: ItemId | None
    reason: str
    author: str
    from_on: date
    until_on: date | None  # None = until released
    terms: HoldTerms | None = None

    def active(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class Twin:
    """The same claim on another connection, or what may be it, as it stands there.

    A claim is dunned from one connection only. ``leads``: that is the other one's; see
    ``core.domain.same_claim``. ``level``, ``last_notice_on`` and ``pending`` tell what was said
    about it from there; ``holds`` are those on it and on its debtor.
    """

    id: ItemId
    connection: ConnectionId
    external_id: str
    number: str
    kind: ItemKind
    total: Money
    outstanding: Money
    state: ItemState
    match: Match
    leads: bool
    decided: bool = False  # a person said that it is the same
    settled_on: date | None = None
    level: int = 0
    last_notice_on: date | None = None
    pending: Pending = Pending.NONE
    direct_debit: bool = False
    reductions: tuple[Reduction, ...] = ()
    holds: tuple[Hold, ...] = ()
    own: ItemFacts | None = None  # what a person said of it there


@dataclass(frozen=True, slots=True)
class ConnectionFacts:
    """What a rule must know of the connection that an item comes from."""

    id: ConnectionId
    name: str
    role: Role
    booked_until: date | None  # day up to which money is booked; None = not known
    booked_by: str = ""  # BY_PLATFORM when its own bank feed says so


@dataclass(frozen=True, slots=True)
class Account:
    """Everything `decide` sees of one debtor: items, holds and what was said last."""

    debtor: Debtor
    items: tuple[OpenItem, ...]
    holds: tuple[Hold, ...] = ()
    connections: Mapping[ConnectionId, ConnectionFacts] = field(default_factory=dict)
    # Over all procedures, currencies and channels of this debtor (architecture §4.3).
    last_notice_on: date | None = None
    last_deadline: date | None = None
    # Notices that left in the items' present cycle, by day; items at level 0 have none.
    notices: Mapping[ItemId, tuple[PastNotice, ...]] = field(default_factory=dict)
    charges: tuple[OpenCharge, ...] = ()  # sub-ledger charges that are not settled
    reminded: frozenset[date] = frozenset()  # instalments whose friendly note has left, by due day
    last_reminder_on: date | None = None  # day the last of those notes left: a contact, no level
    # Day of the last notice that was taken back after it was sent, or of the apology for it: a
    # contact like those notes, which starts no interval of a level.
    last_word_on: date | None = None
    # By item: what other connections have of the same claim. Nothing where they have nothing.
    twins: Mapping[ItemId, tuple[Twin, ...]] = field(default_factory=dict)

    def is_evidence(self, item: OpenItem) -> bool:
        """True for an item that only repeats what the leading connection has."""
        connection = self.connections.get(item.connection)
        return connection is not None and connection.role is Role.EVIDENCE
