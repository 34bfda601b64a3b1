"""``embed=``: references shown in full, and computed values beside them (§1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.common.replies import Call
from sandbox.sevdesk import parts
from sandbox.sevdesk.model import DUE, Contact, Invoice
from sandbox.sevdesk.replies import Json
from sandbox.sevdesk.shapes import head, invoice_row
from sandbox.sevdesk.wire import day_stamp, flag, plain

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def wanted(world: World, call: Call) -> frozenset[str]:
    """The paths that are asked for, with the parents of dotted ones; none when the variant says so."""
    if world.variants["embeds"] == "absent":
        return frozenset()
    found: set[str] = set()
    for path in call.query.get("embed", "").split(","):
        steps = path.strip().split(".")
        found.update(".".join(steps[: n + 1]) for n in range(len(steps)))
    return frozenset(found - {""})


def invoices(world: World, rows: Sequence[Invoice], embed: frozenset[str]) -> list[Json]:
    """Rows of invoices with what is embedded."""
    return [_invoice(world, each, embed) for each in rows]


def _invoice(world: World, each: Invoice, embed: frozenset[str]) -> Json:
    row = invoice_row(world, each)
    if not embed:
        return row
    if "contact" in embed and isinstance(row.get("contact"), dict):
        row["contact"] = contact_of(world, row["contact"], "contact.parent" in embed)
    if "origin" in embed and each.origin and each.origin[0] in world.invoices:
        row["origin"] = invoice_row(world, world.invoices[each.origin[0]])
    if "addressCountry" in embed and "addressCountry" in row:
        code = each.address[4] if each.address else "de"
        row["addressCountry"] = {**row["addressCountry"], "code": code}
    if "tags" in embed:
        row["tags"] = [{**head(id_, "Tag"), "name": world.tags[id_]} for id_ in each.tags]
    for name in embed & _COMPUTED.keys():
        row[name] = _COMPUTED[name](world, each)
    return row | _bookings(world, each, embed)


def _bookings(world: World, each: Invoice, embed: frozenset[str]) -> Json:
    """The transactions and booking logs of an invoice."""
    row: Json = {}
    logs = [world.logs[id_] for id_ in world.logs_of.get((each.id, "Invoice"), ())]
    if "checkAccountTransactions" in embed:
        ids = dict.fromkeys(log.transaction for log in logs)
        deep = "checkAccountTransactions.checkAccount" in embed
        row["checkAccountTransactions"] = [_transaction(world, id_, deep) for id_ in ids]
    name = "checkAccountTransactionLogs"
    if name in embed:
        row[name] = [parts.log_row(log) for log in logs]
        if f"{name}.checkAccountTransaction" in embed:
            deep = f"{name}.checkAccountTransaction.checkAccount" in embed
            for shown, log in zip(row[name], logs, strict=True):
                shown["checkAccountTransaction"] = _transaction(world, log.transaction, deep)
    return row


def _transaction(world: World, id_: str, deep: bool) -> Json:
    row = parts.transaction_row(world.transactions[id_])
    if deep:
        account = world.accounts[world.transactions[id_].account]
        row["checkAccount"] = parts.account_row(world, account)
    return row


def contact_of(world: World, shown: Json, parent: bool = False) -> Json:
    """A contact in full; of one that was deleted only the reference is left."""
    found = world.contacts.get(str(shown.get("id")))
    if found is None:
        return shown
    row = parts.contact_row(found)
    if parent and found.parent in world.contacts:
        row["parent"] = parts.contact_row(world.contacts[found.parent or ""])
    return row


def contacts(world: World, rows: Sequence[Contact], embed: frozenset[str]) -> list[Json]:
    """Rows of contacts with what is embedded."""
    found = {each.id: parts.contact_row(each) for each in rows}
    for row in found.values():
        if "parent" in embed and "parent" in row:
            row["parent"] = contact_of(world, row["parent"])
        row.update({name: [] for name in embed & {"addresses", "communicationWays"}})
    if embed & {"addresses", "mainAddress"}:
        for address in world.addresses.values():
            row = found.get(address.contact, {})
            shown = parts.address_row(address)
            if "addresses" in row:
                row["addresses"].append(shown)
            if row and "mainAddress" in embed:
                row.setdefault("mainAddress", shown)
    if "communicationWays" in embed:
        for way in world.ways.values():
            if way.contact in found:
                found[way.contact]["communicationWays"].append(parts.way_row(way))
    return list(found.values())


def is_late(world: World, each: Invoice) -> bool:
    """Overdue is computed, no status: due, and its day is over."""
    return each.status in DUE and each.due is not None and each.due < world.clock.today()


def _typed(world: World, value: bool | Decimal) -> Any:
    """A computed value: as a number or boolean, or as a string (variant, §9.8)."""
    if world.variants["embed_values"] == "typed":
        return value
    return flag(value) if isinstance(value, bool) else plain(value)


def _debit(world: World, each: Invoice) -> Any:
    return _typed(world, each.left if each.status in DUE else Decimal(0))


def _last_dunning(world: World, each: Invoice) -> Any:
    made = world.family(each, "MA")
    return day_stamp(made[-1].on) if made else None


def _level(world: World, each: Invoice) -> Any:
    made = world.family(each, "MA")
    level = each.level if each.kind == "MA" else max((m.level or 0 for m in made), default=0)
    return None if not level else _typed(world, Decimal(level))


_COMPUTED = {
    "total": lambda world, each: _typed(world, each.gross),
    "debit": _debit,
    "openInvoiceReminderDebit": _debit,
    "openReminderCharge": lambda world, each: _typed(
        world, sum((m.charge for m in world.family(each, "MA")), Decimal(0))
    ),
    "delinquent": lambda world, each: _typed(world, is_late(world, each)),
    "isPartiallyPaid": lambda world, each: _typed(
        world, each.status in DUE and 0 < each.paid < each.gross
    ),
    "cancled": lambda world, each: _typed(world, each.cancelled),
    "lastDunningDate": _last_dunning,
    "dunningLevel": _level,
}
