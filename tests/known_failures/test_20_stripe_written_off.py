"""Known failure 20 at Stripe: a document that was withdrawn there is still claimed.

Stripe leaves the amounts of such invoices as they were; the status alone says that nothing is owed.
"""

from __future__ import annotations

import pytest
from stripe_desk import opened


@pytest.mark.parametrize("gives_up", ["void", "uncollectible"])
def test_what_was_given_up_there_is_not_owed_here(gives_up: str) -> None:
    with opened() as desk:
        invoice = desk.invoice()
        desk.sync()
        getattr(desk.sandbox, gives_up)(invoice)
        desk.sync()
        assert not desk.record(invoice).open
        assert desk.state(invoice)[1] == "0.00"
