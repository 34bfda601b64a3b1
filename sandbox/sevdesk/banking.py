"""Bank accounts, their lines, and what was booked of them on which document (§2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.common.clock import midnight
from sandbox.common.replies import Call, Reply
from sandbox.sevdesk import lists, parts
from sandbox.sevdesk.model import TX_BOOKED
from sandbox.sevdesk.replies import objects
from sandbox.sevdesk.wire import seconds_of

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def list_accounts(world: World, call: Call) -> Reply:
    """``GET /CheckAccount``; archived ones, too."""
    rows = list(world.accounts.values())
    return lists.page(world, call, rows, lambda part: [parts.account_row(world, a) for a in part])


def get_account(world: World, _call: Call, id_: str) -> Reply:
    """``GET /CheckAccount/{id}``."""
    return objects([parts.account_row(world, world.account(id_))])


def list_transactions(world: World, call: Call) -> Reply:
    """``GET /CheckAccountTransaction``; deleted ones are left out."""
    query = call.query
    keep: list[lists.Keep] = [lambda each: each.deleted is None, *_lines(query)]
    account = lists.nested(world, call, "checkAccount", "CheckAccount")
    if account is not None:
        keep.append(lambda each: each.account == account)
    # Cut by the day of entry, not by the value date (§2.5).
    start, end = seconds_of(query, "startDate"), seconds_of(query, "endDate")
    if start is not None:
        keep.append(lambda each: midnight(each.entry).timestamp() >= start)
    if end is not None:
        keep.append(lambda each: midnight(each.entry).timestamp() <= end)
    rows = lists.kept(world.transactions.values(), keep)
    return lists.page(world, call, rows, lambda part: [parts.transaction_row(t) for t in part])


def _lines(query: Mapping[str, str]) -> list[lists.Keep]:
    keep: list[lists.Keep] = []
    status = query.get("status", "")
    if status.isdigit():
        keep.append(lambda each: each.status == int(status))
    if query.get("isBooked") == "true":  # false is ignored (§2.5)
        keep.append(lambda each: each.status == TX_BOOKED)
    if query.get("onlyCredit") == "true":
        keep.append(lambda each: each.amount > 0)
    if query.get("onlyDebit") == "true":
        keep.append(lambda each: each.amount < 0)
    purpose, name = query.get("paymtPurpose"), query.get("payeePayerName")
    if purpose is not None:
        keep.append(lambda each: purpose in each.purpose)
    if name is not None:
        keep.append(lambda each: name in each.name)
    return keep


def get_transaction(world: World, _call: Call, id_: str) -> Reply:
    """``GET /CheckAccountTransaction/{id}``; a deleted one with ``deletedAt``."""
    return objects([parts.transaction_row(world.transaction(id_))])


def list_logs(world: World, call: Call) -> Reply:
    """``GET /CheckAccountTransactionLog``; undocumented, and not by document (§2.5)."""
    mode = world.variants["booking_logs"]
    if mode == "404":
        raise world.not_found("CheckAccountTransactionLog")
    keep: list[lists.Keep] = []
    line = lists.nested(world, call, "checkAccountTransaction", "CheckAccountTransaction")
    if line is not None:
        keep.append(lambda each: each.transaction == line)
    rows = lists.kept(world.logs.values() if mode == "listed" else (), keep)
    return lists.page(world, call, rows, lambda part: [parts.log_row(each) for each in part])
