"""A creditor, and where his books are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.domain.model.kinds import ConnectionId, CreditorId, Role


@dataclass(frozen=True, slots=True)
class CreditorProfile:
    """The creditor's data for letterhead, payment and sending (§35a GmbHG, §37a HGB)."""

    name: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "DE"
    land: str = ""  # Bundesland of the creditor, e.g. "BY"
    zone: str = "Europe/Berlin"
    language: str = "de"
    legal_form: str = ""
    register_court: str = ""
    register_number: str = ""
    managers: str = ""  # managing directors, board, owner
    seat: str = ""
    tax_number: str = ""
    vat_id: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    contact: str = ""  # person for questions and objections
    iban: str = ""
    bic: str = ""
    bank: str = ""
    reply_to: str = ""
    archive_to: str = ""  # archive copy of every mail
    mail_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_security: str = "starttls"  # starttls | tls | none (none: this machine only)
    # The mailbox that mails come back to; "" = returned mails are given by a hook, or by hand.
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_security: str = "tls"  # tls | starttls | none (none: this machine only)
    imap_folder: str = "INBOX"
    letter_form: str = "B"  # DIN 5008 form A or B
    procedure: str = "standard"
    client: str = ""  # label of the tax adviser's client, free text
    # Facts that no platform tells; each may be overridden per debtor and item.
    governing_law: str = "de"  # de | at | ch
    payment_terms_agreed: str = "no"  # no | date | receipt, see ``Terms``
    payment_terms_evidence: str = ""
    consumer_notice_since: str = ""  # ISO day; invoices from then on carry the notice; "" = never
    consumer_notice_wording: str = ""
    # Which procedure an account gets: "business=b2b, consumer=verbraucher", "5000=sanft"
    procedure_segments: str = ""
    procedure_tiers: str = ""
    # What a worker does without being asked (``mahnwerk work``), see ``core.domain.schedule``.
    run_by_itself: str = "yes"  # yes | no: the daily run, which only proposes
    run_at: str = "07:30"  # in the creditor's zone
    run_days: str = "mon-fri"  # feast days of the Land are left out
    send_by_itself: str = "yes"  # yes | no: what was approved leaves without `mahnwerk send`


@dataclass(frozen=True, slots=True)
class Creditor:
    """A business that is owed (Mandant). ``live`` False = test mode (architecture §4.10)."""

    id: CreditorId
    profile: CreditorProfile
    live: bool = False
    stopped: bool = False


# ``Connection.booked_source`` when the platform says it, by its own bank feed.
BY_PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Connection:
    """One account of a creditor at one platform (Anbindung)."""

    id: ConnectionId
    platform: str
    name: str
    role: Role = Role.LEADING
    settings: Mapping[str, str] = field(default_factory=dict)
    booked_until: date | None = None
    booked_source: str = ""  # who says so: BY_PLATFORM, the category of a file, or a sentence
    client: str = ""  # DATEV: BERATER/MANDANT
    first_import_on: date | None = None
