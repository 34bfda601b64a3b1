"""The control surface of Stripe's stand-in: which operations it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask

from sandbox.common import desk as common
from sandbox.stripe.desk_page import FORMS, state, values
from sandbox.stripe.replies import ApiError

if TYPE_CHECKING:
    from sandbox.stripe.service import StripeSandbox

OPERATIONS = (
    "add_customer",
    "add_tax_id",
    "update_customer",
    "delete_customer",
    "add_invoice",
    "draft",
    "finalize",
    "delete",
    "pay",
    "start_sepa",
    "settle_sepa",
    "fail_sepa",
    "sepa_return",
    "attempt_failed",
    "void",
    "uncollectible",
    "credit",
    "void_credit",
    "revise",
    "change_due",
    "refund",
    "settle_refund",
    "fail_refund",
    "dispute",
    "close_dispute",
    "cash",
    "apply_cash",
    "balance",
    "send",
    "new_link",
    "alter",
    "restrict",
    "lacks",
    "add_endpoint",
    "remove_endpoint",
    "enable_endpoint",
    "roll_secret",
    "hold_webhooks",
    "release_webhooks",
    "resend",
    "fault",
    "clear_faults",
    "variant",
    "set_today",
    "new_key",
    "book",
    "sample",
)
_DAYS = frozenset({"on", "due", "next", "day"})


def desk(sandbox: StripeSandbox) -> Flask:
    """The control surface of one stand-in."""
    operations = common.operations_of(sandbox, OPERATIONS)
    operations["restrict"] = lambda resources=(): sandbox.restrict(*resources)
    operations["lacks"] = lambda resources=(): sandbox.lacks(*resources)
    page = common.Page(FORMS, lambda given: arguments(values(given)), lambda: state(sandbox))
    return common.whole(__name__, sandbox, operations, arguments, page, (ApiError,))


def arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the operations take them: days, and a tax id as a pair.

    Raises:
        ValueError: a day that is none.
    """
    found = common.with_days(given, _DAYS)
    if found.get("tax_id"):
        found["tax_id"] = tuple(found["tax_id"])
    return found
