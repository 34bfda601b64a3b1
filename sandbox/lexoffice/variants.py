"""What nobody has verified about the platform: each open point is a switch (§7 of the reference).

The first value of each is what the stand-in does unless told otherwise. That it does so says
nothing about the platform: a connector has to live with every value.
"""

from __future__ import annotations

from collections.abc import Mapping

VARIANTS: Mapping[str, tuple[str, ...]] = {
    # Does a part payment change updatedDate of the row? (§2.1)
    "payment_bumps_updated": ("yes", "no"),
    # Does voucherStatus=any return past-due rows? (§2.1)
    "any_includes_overdue": ("yes", "no"),
    # Is an invoice overdue on its due day? (§2.1)
    "overdue_on_due_day": ("no", "yes"),
    # voucherType of a dunning in relatedVouchers (§2.7); any word may be given.
    "dunning_related_type": ("dunning", "*"),
    # Do dunnings that a person made stand in relatedVouchers? (§2.7)
    "ui_dunnings_related": ("yes", "no"),
    # What a voucherlist without archived= returns (§2.1).
    "archived_default": ("both", "active"),
    # POST /dunnings with an unknown predecessor (§4.5.6).
    "unknown_predecessor": ("404", "406"),
    # Which states of an invoice accept a dunning: open only, or every one (§2.7).
    "dunnable_states": ("open", "any"),
    # Does a dunning change version and updatedDate of its invoice? (§7.3)
    "dunning_touches_invoice": ("no", "yes"),
    # Time of voucherDate: midnight, or half past it as documents made in the web app may have
    # another time than midnight (§1.5).
    "voucher_time": ("midnight", "time_of_day"),
    # contactName of a row without contactId: the name on the voucher, or one for all (§2.1).
    "collective_name": ("own", "collective"),
    # Seconds until a write shows in the voucherlist (§4.4); a number.
    "lag": ("0", "*"),
    # openAmount of /payments is a number, or a string as in one official sample (§2.6).
    "open_amount": ("number", "string"),
    # Do items of type dunningCosts lower openAmount? (§2.6)
    "dunning_costs": ("beside", "within"),
    # Answer to size > 250 (§4.5.3).
    "size_error": ("400", "406"),
    # Answer past the 10,000-row window: 400, in older reports 500 (§1.6).
    "window_error": ("400", "500"),
    # Answer to PUT and DELETE on sales vouchers (§4.5.6).
    "method_error": ("405", "403"),
    # Does voucherNumber= match a part of the number? (§2.1)
    "number_filter": ("exact", "substring"),
    # Stale version on PUT /vouchers: as documented, or as measured on contacts (§1.7).
    "stale_voucher": ("409", "406"),
    # callbackUrl of subscriptions: HTTPS with HEAD as documented; http:// on this machine with
    # HEAD; or unchecked (for tests without a receiver).
    "callback": ("https", "http", "unchecked"),
}
FREE = {"dunning_related_type": r"[A-Za-z-]{1,40}", "lag": r"[0-9]{1,4}(\.[0-9]{1,3})?"}
