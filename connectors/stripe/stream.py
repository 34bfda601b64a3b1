"""What all passes over the invoices share: rows onto the pile, and when a batch is full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from connectors._pile import Pile
from connectors.stripe.around import Around, Wishes
from connectors.stripe.buyers import Buyers
from connectors.stripe.client import Listed, StripeClient
from connectors.stripe.followed import Compared, compare
from connectors.stripe.lists import Lists
from connectors.stripe.meaning import CursorGone
from connectors.stripe.optional import Optional
from connectors.stripe.position import Position
from connectors.stripe.problems import warning
from connectors.stripe.reading import Reader
from core.domain.platform_records import Batch, Cursor, Progress
from core.ports import Known, SyncScope

_NAMED = 5  # invoices that a warning names
# A draft may lie for long before it becomes an invoice, and ``created`` is the draft's (§2).
_DRAFTED = timedelta(days=31)


class Pass:
    """One pass over the invoices of an account.

    Args:
        client: the account.
        known: what the store has of it.
        scope: what the pass covers.
        wishes: of the creditor.
        limit: rows of a list page.
        missing: resources that are known to be missing.
        absent: those of them that the server does not have at all.

    """

    def __init__(
        self,
        client: StripeClient,
        known: Known,
        scope: SyncScope,
        wishes: Wishes,
        limit: int,
        missing: Iterable[str] = (),
        absent: Iterable[str] = (),
    ) -> None:
        self.known, self.scope, self.wishes = known, scope, wishes
        self.pile = Pile()
        self.optional = Optional(
            self.pile.problems,
            frozenset(missing),
            lambda: client.page("invoices", limit=1),
            frozenset(absent),
        )
        self.lists = Lists(client, self.optional, limit)
        self.around = Around(self.lists, wishes, scope.today)
        self.buyers = Buyers(self.around, known, wishes.number_key)
        self.reader = Reader(self.around, self.buyers, known, scope, self.pile)
        self.done = 0
        self.pages = 0  # of lists of invoices
        self.left: int | None = None  # requests that are certain to come

    def listed(self, status: str, after: str = "") -> Iterator[Listed]:
        """Pages of the invoices of one status: what is open whatever its age."""
        params = [("status", status)]
        if status != "open":
            params.append(("created[gte]", str(int(self.since.timestamp()))))
        try:
            yield from self._walk(params, after)
        except CursorGone:
            # The place is gone with its row (§1 Lists): nothing is lost by what comes twice.
            yield from self._walk(params, "")

    def _walk(self, params: list[tuple[str, str]], after: str) -> Iterator[Listed]:
        for listed in self.around.pages(params, after):
            self.pages += 1
            yield listed

    @property
    def since(self) -> datetime:
        """From when on invoices are listed that are not open."""
        start = max(self.scope.since, date(1970, 3, 1))
        return datetime.combine(start, time(), UTC) - _DRAFTED

    def forget(self) -> None:
        """From here on everything is read anew: what comes next may have changed meanwhile."""
        self.around.forget()
        self.buyers.forget()
        self.reader.seen.clear()

    def put(self, listed: Listed) -> None:
        """The rows of one page, which fit into one batch."""
        self.reader.put(listed.rows)
        self.done += len(listed.rows)

    def read_each(self, ids: Iterable[str], position: Position) -> Iterator[Batch]:
        """Invoices one by one."""
        wanted = sorted(ids)
        for place, id_ in enumerate(wanted):
            self.left = len(wanted) - place
            self.reader.read_listed(id_)
            self.done += 1
            if self.pile.full:
                yield self.take(position)
        self.left = None

    def followed(self, position: Position) -> Compared:
        """Refunds and disputes as listed, against those that were followed before."""
        return compare(self.around.back.rows, position.returned, self.scope.today)

    def tell_reminders(self) -> None:
        """Once for a pass that has seen everything open (§0.10)."""
        found = self.reader.reminding
        if not found:
            return
        some = ", ".join(sorted(found)[:_NAMED]) + (" …" if len(found) > _NAMED else "")
        self.pile.problems.append(
            warning(
                "auto_advance_on",
                some,
                f"Um {_counted(len(found))} kümmert sich Stripe auch selbst (auto_advance) und "
                "erinnert vielleicht daran. Bitte in Stripe unter Einstellungen → Billing → Rechnungen "
                "die Erinnerungen ausschalten, oder write_back=yes und pause_reminders=yes setzen.",
            )
        )

    def end(self, position: Position) -> Batch:
        """The last batch of a pass, with the day up to which money is booked."""
        booked = self.scope.today if self.wishes.books else None
        return replace(self.take(position), booked_until=booked)

    def take(self, position: Position) -> Batch:
        missing, absent = frozenset(self.optional.missing), frozenset(self.optional.absent)
        position = replace(position, missing=missing, absent=absent)
        return self.batch(position.cursor(self.reader.unread))

    def batch(self, cursor: Cursor) -> Batch:
        batch = self.pile.take(cursor, Progress(self.done, None, self.left))
        found = self.buyers.balances
        if not found.of:
            return batch
        lines, of = tuple(found.lines), frozenset(found.of)
        found.lines, found.of = [], set()
        return replace(batch, bank_lines=lines, bank_lines_of=of)


def _counted(invoices: int) -> str:
    return "eine offene Rechnung" if invoices == 1 else f"{invoices} offene Rechnungen"
