"""What happens at the bank: money comes in, is booked, assigned, taken back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sandbox.sevdesk import money
from sandbox.sevdesk.adding import euros
from sandbox.sevdesk.model import TX_NEW, TX_PRIVATE, Account, Transaction
from sandbox.sevdesk.world import World

PAY_VIA = ("bank", "cash", "old")


class Paying:
    """The half of the controls that moves money; unknown ids raise the API's error."""

    world: World

    def pay(
        self,
        invoice: str,
        amount: Decimal | str | None = None,
        *,
        on: date | None = None,
        via: str = "bank",
        type: str = "",  # noqa: A002 - the platform's name
        logged: bool = True,
    ) -> str:
        """Money comes in and is booked; without an amount the rest. Returns the transaction.

        ``via`` bank: the automatic finds the line of the online account; cash: by hand in a
        register; old: as before release 4.181, a part payment leaves the status at 200. ``type``
        CB closes with less (Skonto), OF takes more than what is due. ``logged`` false leaves no
        booking log.

        Raises:
            ValueError: no such way.
            ApiError: it is a draft, paid, or more than what is due.
        """
        if via not in PAY_VIA:
            raise ValueError(f"via is one of {', '.join(PAY_VIA)}")
        with self.world.lock:
            found = self.world.invoice(invoice)
            paid = found.left if amount is None else euros(amount)
            day = on or self.world.clock.today()
            bump = "bank_match_bumps_update" if via == "bank" else "booking_bumps_update"
            booking = money.Booking(paid, day, type or "N", bump, via == "old", logged)
            account = self._account("register" if via == "cash" else "online")
            purpose, name = found.number or "", (found.address or ("",))[0]
            # The line would stay behind if the booking were refused.
            money.check(found, booking)
            line = money.new_transaction(
                self.world, account.id, paid, day, purpose=purpose, name=name
            )
            money.book(self.world, found, line, booking)
            return line.id

    def _account(self, kind: str) -> Account:
        """The first active account of a type; any other where there is none."""
        active = [each for each in self.world.accounts.values() if each.status]
        for each in active:
            if each.type == kind:
                return each
        if not active:
            raise ValueError("there is no bank account")
        return active[0]

    def unpay(self, invoice: str) -> None:
        """Takes every booking back (resetToOpen): the lines are unassigned again."""
        with self.world.lock:
            money.reopen(self.world, self.world.invoice(invoice))

    def unassigned(
        self,
        amount: Decimal | str,
        payer: str = "",
        iban: str | None = None,
        text: str = "",
        on: date | None = None,
        *,
        entry: date | None = None,
        account: str | None = None,
    ) -> str:
        """A line of the bank that nobody has assigned (status 100). Returns its id."""
        with self.world.lock:
            place = self.world.account(account) if account else self._account("online")
            day = on or self.world.clock.today()
            return money.new_transaction(
                self.world, place.id, euros(amount), day,
                purpose=text, name=payer, iban=iban, entry=entry,
            ).id  # fmt: skip

    def assign(self, transaction: str, invoice: str, amount: Decimal | str | None = None) -> None:
        """A person assigns a line to an invoice; without an amount all that fits."""
        with self.world.lock:
            line, found = self.world.transaction(transaction), self.world.invoice(invoice)
            part = min(line.amount, found.left) if amount is None else euros(amount)
            money.check(found, booking := money.Booking(part, line.value))
            money.book(self.world, found, line, booking)

    def drop_transaction(self, transaction: str) -> None:
        """Deletes a line: lists forget it, by id it has ``deletedAt``. Raises ValueError: booked."""
        with self.world.lock:
            line = self._unassigned(transaction)
            line.deleted = self.world.now()
            self.world.touch(line)

    def mark_private(self, transaction: str) -> None:
        """A line that has nothing to do with the business (status 300)."""
        with self.world.lock:
            line = self._unassigned(transaction)
            line.status = TX_PRIVATE
            self.world.touch(line)

    def _unassigned(self, transaction: str) -> Transaction:
        line = self.world.transaction(transaction)
        if line.status != TX_NEW:
            raise ValueError(f"transaction {transaction} is {line.status}, not {TX_NEW}")
        return line

    def sync_bank(self, account: str, at: datetime | None, *, archived: bool = False) -> None:
        """When an account was last read; None: never. ``archived`` puts it away."""
        with self.world.lock:
            found = self.world.account(account)
            found.last_sync, found.synced = at, at is not None
            found.status = 0 if archived else 100
