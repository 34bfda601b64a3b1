"""What stories about entries on the platform share: two late invoices, and what became of them."""

from __future__ import annotations

from datetime import date, timedelta

DUE = date(2026, 1, 27)
ON = {"attach_invoices": "no", "write_back": "yes"}


def with_two(office, email="a@kunde.example"):
    office.platform.contact("a", "Beispiel AG", email=email)
    office.platform.invoice("1", "a", "119.00", DUE)
    office.platform.invoice("2", "a", "238.00", DUE)
    office.read()
    return office


def states(office):
    return [row.state for row in office.rows()]


def dunnings(office):
    return [each for every in office.platform.dunnings.values() for each in every]


def later(office, **span):
    """The clock moves on; the day stays unless ``span`` is longer."""
    then = office.clock.now() + timedelta(**span)
    office.clock.now = lambda: then
