"""What people do in lexoffice on random days, and what is true there afterwards.

The platform is our stand-in on 127.0.0.1: that we agree with it says nothing about lexoffice
where the reference is UNVERIFIED.
"""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from platform_person import PlatformPerson

from connectors.lexoffice.connector import LexofficeConnector
from sandbox.lexoffice import VARIANTS, LexofficeSandbox
from sandbox.lexoffice.amounts import open_amount
from sandbox.lexoffice.replies import ApiError

FINAL = frozenset({"open", "sepadebit", "transferred"})
CREDITS = frozenset({"creditnote", "salescreditnote"})
KINDS = ("invoice",) * 5 + ("downpaymentinvoice", "creditnote", "salesinvoice", "salescreditnote")
# Minutes of the day in Berlin; the first are the day before in UTC, two lie in the hour that DST
# leaves out or has twice.
TIMES = ((0, 5), (0, 30), (1, 30), (2, 30), (9, 0), (14, 0), (23, 30), (23, 50))
NAMES = ["Erika Muster", "erika  MUSTER", "Erika Musters", "Max Beispiel"]
RING = {"street": "Ring 3", "zip": "10115", "city": "Musterstadt"}
PLACES = [RING, {**RING, "street": "RING 3"}, {**RING, "street": "Ring 33"},
          {**RING, "zip": "10117"}, {**RING, "countryCode": "AT"}, None]  # fmt: skip


class Person(PlatformPerson):
    """A person at lexoffice, and the office that reads what he does there."""

    slug, stand_in, connector = "lexoffice", LexofficeSandbox, LexofficeConnector
    times, latest = TIMES, (23, 58)

    def __init__(self, folder, seed):
        self.seed, self.waited = seed, 0
        super().__init__(folder, seed, limit=None)

    def new_box(self):
        box = LexofficeSandbox(seed=self.seed, limiter=False, now=self.now)
        box.world.clock.monotonic = lambda: self.waited
        return box

    def every_item(self):
        """Items of everything that lexoffice ever had, by external id."""
        with self.app.store.read() as tx:
            ids = list(self.box.world.vouchers)
            found = [item for id_ in ids for item in tx.items.find(self.id, f"lexoffice:{id_}")]
        return {each.external_id: each for each in found}

    def demanded(self):
        """External ids of all that the run of today proposes."""
        return [id_ for notice in self.proposed() for id_ in self.externals(notice)]

    def send(self, externals, level):
        """As if a notice of that level had left today."""
        items = self.items()
        with self.app.store.write() as tx:
            ids = {items[each].id: level for each in externals}
            tx.items.record_level(self.id, ids, self.day)

    # --- what is true ------------------------------------------------------------------------

    def truth(self):
        """What is open there: (number, signed amount, due day, collected) by id."""
        found = {}
        within = self.box.world.variants["dunning_costs"] == "within"
        for id_, each in self.box.world.vouchers.items():
            left = open_amount(each, costs_within=within)
            if each.status in FINAL and left:
                credit = each.kind in CREDITS
                due = None if credit else each.due
                signed = -left if credit else left
                found[id_] = (each.number, signed, due, each.status in {"sepadebit", "transferred"})
        return found

    def owes(self, id_):
        """Who owes it: a contact, a name at a full address, or somebody nobody can tell."""
        each = self.box.world.vouchers[id_]
        if each.contact:
            return each.contact
        place = each.address or {}
        if each.kind.startswith("sales") or not place.get("street"):
            return id_
        parts = [each.name, place["street"], place["zip"], place["city"]]
        plain = [" ".join(part.casefold().split()) for part in parts]
        return (*plain, place.get("countryCode", "DE"))

    # --- what may happen there ---------------------------------------------------------------

    def vary(self):
        """A mood for every point that nobody has verified."""
        for name, values in VARIANTS.items():
            if "*" not in values and name != "callback":
                self.box.variant(name, self.chance.choice(values))

    def happen(self):
        """One thing that a person may do; what the platform does not offer does not happen."""
        self.done += 1  # lexoffice tells changes apart by the second
        ids = list(self.box.world.vouchers)
        if not ids or self.chance.random() < 0.3:
            self.write()
            return
        with suppress(ValueError, ApiError):
            self.chance.choice(self._ways())(self.chance.choice(ids))

    def write(self):
        chance, vouchers = self.chance, self.box.world.vouchers
        kind = chance.choice(KINDS)
        downs = [
            each.id
            for each in vouchers.values()
            if each.kind == "downpaymentinvoice" and each.status == "paid"
            and not each.closing_invoice
        ]  # fmt: skip
        parts = downs[:2] if kind == "invoice" and chance.random() < 0.5 else []
        received = sum((paid.amount for id_ in parts for paid in vouchers[id_].paid), Decimal(0))
        on = self.day - timedelta(days=chance.randint(0, 120))
        self.box.add_invoice(
            contact=chance.choice([*self.box.world.contacts, None, None]),
            name=chance.choice(NAMES),
            address=chance.choice(PLACES),
            gross=received + Decimal(chance.randint(200, 90_000)) / 100,
            on=on,
            due=chance.choice([None, on + timedelta(days=chance.randint(0, 60))]),
            kind=kind,
            status=chance.choice(["open"] * 8 + ["draft", "paid", "voided", "transferred"]),
            sepadebit=chance.random() < 0.1 and kind not in CREDITS,
            skonto=chance.choice([None, (Decimal(2), 10)]),
            closing=parts,
            tax_rate=chance.choice([19, 7, 0]),
        )

    def _ways(self):
        box, chance = self.box, self.chance

        def part(id_, kind="partPaymentFinancialTransaction"):
            on = self.day - timedelta(days=chance.randint(0, 40))
            box.pay(id_, Decimal(chance.randint(1, 900)) / 100, on=on, kind=kind)

        def edit(id_):
            """A final one goes back to draft, changes, and is final again (§1.7)."""
            box.reopen_as_draft(id_)
            days = chance.randint(0, 30)
            due = {} if box.world.vouchers[id_].kind in CREDITS else {
                "due": self.day + timedelta(days=days)}  # fmt: skip
            box.change(id_, gross=Decimal(chance.randint(200, 90_000)) / 100, **due)
            if chance.random() < 0.8:
                box.finalize(id_)

        def move(id_):
            box.change(id_, address=chance.choice(PLACES[:-1]), name=chance.choice(NAMES))

        return [
            box.pay, box.pay, part, part, box.unpay, box.unpay, box.void, edit, edit, move,
            box.reopen_as_draft, box.finalize, box.finalize, box.delete, box.archive,
            lambda id_: part(id_, "cashDiscount"),
            lambda id_: part(id_, "dunningCosts"),
            lambda id_: part(id_, "partPaymentCashBox"),
            lambda id_: box.pay(id_, kind="irrecoverableReceivable"),
            lambda id_: box.pay(id_, kind="cashDiscount"),
            lambda id_: box.credit(id_, "1.50", linked=chance.random() < 0.5),
            lambda id_: box.dun(id_, title="1. Mahnung", on=self.day),
            lambda id_: box.change(id_, contact=chance.choice([*box.world.contacts])),
            lambda id_: box.archive(id_, archived=False),
        ]  # fmt: skip
