"""A stand-in of Stripe: invoices, payments, refunds, disputes, balances, events and webhooks.

It runs on 127.0.0.1 and holds its state in memory. What it does is what the reference says, and
where nobody has verified that, one of its variants; it proves nothing about the platform.
"""

from __future__ import annotations

from sandbox.stripe.service import StripeSandbox

__all__ = ["StripeSandbox"]
