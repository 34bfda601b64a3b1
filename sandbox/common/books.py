"""What the books of any size have in common: when invoices were written, over how much, and where."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

OLDEST = 700  # days
PLACES = (("Kiel", "24103"), ("Bremen", "28195"), ("Nürnberg", "90402"), ("Dresden", "01067"))


def written(invoices: int, today: date, seed: int) -> Iterator[tuple[Decimal, date]]:
    """Gross and day of each invoice, the oldest first; the same for the same seed."""
    numbers = random.Random(seed)  # noqa: S311 - repeatable on purpose
    for n in range(invoices):
        ago = OLDEST - n * OLDEST // invoices
        yield Decimal(numbers.randrange(5000, 500_000)) / 100, today - timedelta(days=ago + 1)
