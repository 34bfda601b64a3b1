"""The control surface of sevDesk's stand-in: which operations it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Flask

from sandbox.common import desk as common
from sandbox.sevdesk.desk_page import FORMS, state
from sandbox.sevdesk.replies import ApiError

if TYPE_CHECKING:
    from sandbox.sevdesk.service import SevdeskSandbox

OPERATIONS = (
    "add_contact",
    "add_way",
    "bank",
    "add_invoice",
    "draft",
    "finalize",
    "pay",
    "unpay",
    "unassigned",
    "assign",
    "mark_private",
    "drop_transaction",
    "sync_bank",
    "cancel",
    "credit",
    "dun",
    "reminders",
    "tag",
    "delete",
    "change",
    "alter",
    "alter_contact",
    "rename_contact",
    "change_contact",
    "delete_contact",
    "fault",
    "clear_faults",
    "variant",
    "set_today",
    "new_key",
    "book",
    "sample",
)
_DAYS = frozenset({"on", "due", "delivery", "delivery_until", "entry", "day"})
_INSTANTS = frozenset({"at", "last_sync"})


def desk(sandbox: SevdeskSandbox) -> Flask:
    """The control surface of one stand-in."""
    operations = common.operations_of(sandbox, OPERATIONS)
    page = common.Page(FORMS, arguments, lambda: state(sandbox))
    return common.whole(__name__, sandbox, operations, arguments, page, (ApiError,))


def arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the operations take them: days, and instants with an offset.

    Raises:
        ValueError: a day that is none, or an instant without an offset.
    """
    found = common.with_days(given, _DAYS)
    for name in found.keys() & _INSTANTS:
        if found[name] is not None:
            found[name] = datetime.fromisoformat(found[name])
            if found[name].tzinfo is None:
                raise ValueError(f"{name} needs an offset, as in 2026-03-10T06:00:00+01:00")
    return found
