"""A book of any size, the same for the same seed: for benchmarks, onboarding and the demo."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as day_time
from decimal import Decimal

from sandbox.common.clock import midnight
from sandbox.lexoffice.amounts import lines_for
from sandbox.lexoffice.dunnings import by_hand
from sandbox.lexoffice.model import Contact, Json, Paid, Voucher
from sandbox.lexoffice.world import World

_FIRST = ("Anna", "Berta", "Cäsar", "Dora", "Emil", "Frieda", "Gustav", "Hanna", "Ida", "Jürgen")
_LAST = ("Beispiel", "Muster", "Probe", "Vorlage", "Entwurf", "Platzhalter", "Skizze")
_TRADES = ("Bau", "Druck", "Garten", "Handel", "Logistik", "Möbel", "Technik", "Verlag", "Werbung")
_FORMS = ("GmbH", "GmbH & Co. KG", "e.K.", "UG (haftungsbeschränkt)", "AG", "OHG")
_HISTORY_DAYS = 720
_PERSONS, _SILENT = 0.15, 0.1  # shares of people, and of customers without e-mail


@dataclass(frozen=True, slots=True)
class Size:
    """How big a book is. ``open`` includes the partly paid ones; the rest is paid.

    ``dunned`` and ``collective`` count open invoices: with one dunning that a person made, and
    without a contact.
    """

    debtors: int
    invoices: int
    open: int
    partly_paid: int
    dunned: int
    collective: int

    def check(self) -> None:
        """Raises ValueError for numbers that do not fit together."""
        if self.debtors < 1 or not 0 <= self.open <= self.invoices:
            raise ValueError("a book has debtors, and no more open invoices than invoices")
        if min(self.partly_paid, self.dunned, self.collective) < 0:
            raise ValueError("counts are not negative")
        if max(self.partly_paid, self.dunned, self.collective) > self.open:
            raise ValueError("no more partly paid, dunned or collective invoices than open ones")


def fill(world: World, size: Size, seed: int) -> None:
    """Adds the book; no events are sent, and nothing lags."""
    size.check()
    rng = random.Random(f"book-{seed}")  # noqa: S311 - repeatable on purpose
    today = world.clock.today()
    ids = [_customer(world, rng, number) for number in range(size.debtors)]
    opened: list[Voucher] = []
    for number in range(size.invoices):
        is_open = number >= size.invoices - size.open
        # Everybody appears before anybody appears twice.
        owner = ids[number] if number < len(ids) else rng.choice(ids)
        voucher = _invoice(world, rng, owner, _day(rng, today, number, size, is_open=is_open))
        if is_open:
            opened.append(voucher)
        else:
            _pay(voucher, rng, today)
    _colour(world, rng, opened, size, today)


def _customer(world: World, rng: random.Random, number: int) -> str:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    word = f"{rng.choice(_TRADES)} {number + 1:04d}"
    street = f"Musterstraße {number % 180 + 1}"
    address = {"street": street, "zip": f"{10000 + number}", "city": "Musterstadt"}
    data: Json = {
        "roles": {"customer": {}},
        "addresses": {"billing": [{**address, "countryCode": "DE"}]},
    }
    if rng.random() < _PERSONS:
        data["person"] = {"firstName": first, "lastName": f"{last}-{number + 1:04d}"}
    else:
        data["company"] = {"name": f"{last} {word} {rng.choice(_FORMS)}"}
    if rng.random() >= _SILENT:
        data["emailAddresses"] = {"business": [f"rechnung-{number + 1:04d}@kunde.example"]}
    contact = Contact(world.new_id(), world.next_customer(), data)
    world.contacts[contact.id] = contact
    return contact.id


def _day(rng: random.Random, today: date, number: int, size: Size, *, is_open: bool) -> date:
    """Paid ones over two years, oldest first; open ones in the last months, some not yet due."""
    if is_open:
        return today - timedelta(days=rng.randint(1, 120))
    past = max(size.invoices - size.open, 1)
    return today - timedelta(days=_HISTORY_DAYS - number * (_HISTORY_DAYS - 40) // past)


def _invoice(world: World, rng: random.Random, owner: str, on: date) -> Voucher:
    gross = Decimal(rng.randint(1_500, 900_000)) / 100
    lines, tax_type = lines_for(gross, Decimal(rng.choice((19, 19, 19, 7))), "Leistung")
    written = midnight(on, day_time(8 + rng.randrange(9), rng.randrange(60)))
    term = rng.choice((7, 14, 14, 30))
    voucher = Voucher(
        world.new_id(),
        "invoice",
        world.next_number("invoice"),
        "open",
        on,
        on + timedelta(days=term),
        owner,
        world.contacts[owner].name,
        gross,
        written,
        written,
        lines=lines,
        tax_type=tax_type,
        term_days=term,
    )
    world.vouchers[voucher.id] = voucher
    return voucher


def _pay(voucher: Voucher, rng: random.Random, today: date) -> None:
    due = voucher.due or voucher.on
    on = min(max(due + timedelta(days=rng.randint(-6, 20)), voucher.on), today)
    voucher.paid.append(Paid("partPaymentFinancialTransaction", on, voucher.gross))
    voucher.status, voucher.version = "paid", 2
    voucher.updated = midnight(on, day_time(17, rng.randrange(60)))


def _colour(
    world: World, rng: random.Random, opened: list[Voucher], size: Size, today: date
) -> None:
    for voucher in rng.sample(opened, size.partly_paid):
        part = (voucher.gross / 2).quantize(Decimal("0.01"))
        on = min(voucher.on + timedelta(days=10), today)
        voucher.paid.append(Paid("partPaymentFinancialTransaction", on, part))
        voucher.version = 2
    late = sorted(opened, key=lambda v: (v.due or v.on, v.id))
    for voucher in late[: size.dunned]:
        on = min((voucher.due or voucher.on) + timedelta(days=7), today)
        by_hand(world, voucher, "Zahlungserinnerung", on)
    for number, voucher in enumerate(rng.sample(opened, size.collective), 1):
        voucher.contact, voucher.name = None, f"Laufkundschaft {number:04d}"
