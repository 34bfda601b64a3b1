"""What nobody has verified about sevDesk: each open point is a switch (§6, §9 of the reference).

The first value of each is what the stand-in does unless told otherwise. That it does so says
nothing about the platform: a connector has to live with every value.
"""

from __future__ import annotations

from collections.abc import Mapping

_TRANSPORT: Mapping[str, tuple[str, ...]] = {
    # The body of a 401 (§1.6, §9.9).
    "unauthorized_body": ("json", "html", "empty"),
    # How an unknown id is answered: measured 404/151, documented 400 (§1.6).
    "not_found": ("404", "400"),
    # Answers of actions and factories: wrapped as measured, bare as in the description (§1.1).
    "action_envelope": ("wrapped", "bare"),
    # getPdf: a wrapped object, or the file itself (§2.4).
    "pdf": ("wrapped", "raw"),
    # A limit over 1000 (§1.3).
    "over_limit": ("capped", "400"),
    # ``total`` with countAll=true, which only the description says (§1.3).
    "total": ("with_count_all", "never"),
    # Order of a list that asks for none (§1.3); "updated" moves rows while they are paged.
    "list_order": ("newest", "oldest", "id", "updated"),
    # contact[id] without contact[objectName] (§1.5, §6.4); the same for other nested filters.
    "half_filter": ("ignored", "400"),
    # The header Deprecation on documents (§1).
    "deprecation": ("absent", "true"),
}
_FILTERS: Mapping[str, tuple[str, ...]] = {
    # updateAfter on each resource: measured on Invoice, on no other (§2.3, §9.10).
    "invoice_update_after": ("honoured", "ignored"),
    "contact_update_after": ("honoured", "ignored"),
    "credit_note_update_after": ("ignored", "honoured"),
    # status=750 is not in the documented list of values (§2.1, §9.3).
    "status_750_filter": ("honoured", "ignored", "empty"),
    # Is invoiceNumber= exact? (§2.3)
    "number_filter": ("exact", "substring"),
    # origin[id] of a list of invoices, to find what belongs to one.
    "origin_filter": ("honoured", "ignored"),
    # canceled=true, which only the community's description knows (§2.3).
    "canceled_filter": ("honoured", "ignored"),
    # partiallyPaid=true: also old part payments that stay 200, or only status 750 (§2.1).
    "partially_paid_filter": ("by_money", "by_status"),
    # Do lists without showMa= and showWkr= return reminders and recurring templates? (§2.3, §9.4)
    "ma_listed": ("hidden", "shown"),
    "wkr_listed": ("hidden", "shown"),
    # Does showAll=true return reminders, too? (§2.3)
    "show_all": ("everything", "without_ma"),
    # Does invoiceType=MA alone return reminders? (§2.3)
    "ma_by_type": ("listed", "needs_show_ma"),
}
_UPDATES: Mapping[str, tuple[str, ...]] = {
    # Does a booking by hand, one by the bank's automatic, or a reminder change ``update`` of the
    # invoice? (§5, §9.2)
    "booking_bumps_update": ("yes", "no"),
    "bank_match_bumps_update": ("yes", "no"),
    "reminder_bumps_update": ("yes", "no"),
    # Does a changed address or way of communication change ``update`` of the contact?
    "address_bumps_contact": ("yes", "no"),
}
_STATES: Mapping[str, tuple[str, ...]] = {
    # What a part payment makes of the status; before release 4.181 it stayed 200 (§2.1).
    "partial_status": ("750", "200"),
    # Is an open credit note part of the invoice's paidAmount? (§2.7, §9.7)
    "credit_note_in_paid_amount": ("no", "yes"),
    # paidAmount after settling for less by Skonto (type CB, §2.2).
    "skonto_paid_amount": ("actual", "gross"),
    # Is dunningLevel set on the invoice, too, or on the reminder only? (§9.5)
    "invoice_dunning_level": ("set", "null"),
    # Is a reminder closed when its invoice is paid or cancelled? (§3, §9.6)
    "ma_closed_with_invoice": ("no", "yes"),
    # createInvoiceReminder makes a draft, or only shows one without id (§3, §9.1).
    "reminder_created": ("persisted", "preview"),
    # The answer of getLastDunning where there is none (§3).
    "last_dunning_none": ("bare", "null"),
    # resetToOpen and resetToDraft on what is enshrined (§2.4, §9.15).
    "reset_enshrined": ("allowed", "refused"),
    # Does sendViaEmail enshrine? (§9.14)
    "email_enshrines": ("no", "yes"),
    # Do the booking logs of a payment that was taken back still stand in the list?
    "logs_after_reset": ("removed", "kept"),
}
_SHAPES: Mapping[str, tuple[str, ...]] = {
    # Tools/bookkeepingSystemVersion, and with it taxRule or taxType (§1.7).
    "bookkeeping": ("2.0", "1.0"),
    # Are embeds answered, and how are computed ones written? (§1.4, §9.8)
    "embeds": ("shown", "absent"),
    "embed_values": ("typed", "strings"),
    # The undocumented list of booking logs (§2.5): rows, no rows, or no such resource.
    "booking_logs": ("listed", "empty", "404"),
    # CheckAccount.lastSync of online accounts (§2.5).
    "last_sync": ("present", "missing"),
    # Undocumented resources that worked (§4).
    "sev_user": ("answers", "404"),
    "sev_client": ("answers", "404"),
    # addressName and so on are no part of the description, and can be null (§2.2).
    "structured_address": ("present", "null"),
    # sumGross of another currency than the tenant's: in that currency, or converted (§2.2, §9.12).
    "foreign_sums": ("document", "accounting"),
    # How reminderDeadline is written: the description shows all three (§1.2).
    "reminder_deadline": ("iso", "german", "unix"),
}
VARIANTS: Mapping[str, tuple[str, ...]] = {
    **_TRANSPORT,
    **_FILTERS,
    **_UPDATES,
    **_STATES,
    **_SHAPES,
}
