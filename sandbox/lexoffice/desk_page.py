"""The control page: customers and vouchers with buttons, and switches for faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.lexoffice.amounts import open_amount
from sandbox.lexoffice.faults import KINDS
from sandbox.lexoffice.replies import ApiError
from sandbox.lexoffice.variants import VARIANTS
from sandbox.lexoffice.voucherlist import is_late

if TYPE_CHECKING:
    from sandbox.lexoffice.service import LexofficeSandbox

_ROWS = 200
_LOG = 25
# What a form of the page may do, and which of its fields the operation takes.
_FORMS: Mapping[str, tuple[str, ...]] = {
    "pay": ("invoice", "amount", "kind"),
    "unpay": ("invoice",),
    "credit": ("invoice", "amount", "linked"),
    "void": ("invoice",),
    "reopen_as_draft": ("invoice",),
    "finalize": ("invoice",),
    "delete": ("invoice",),
    "dun": ("invoice", "title", "on"),
    "add_contact": ("company", "email"),
    "add_invoice": ("contact", "gross", "on", "due"),
    "fault": ("kind", "times", "path"),
    "clear_faults": (),
    "variant": ("name", "value"),
    "set_today": ("day",),
}


def add_page(
    app: Flask, sandbox: LexofficeSandbox, operations: Mapping[str, Callable[..., Any]]
) -> None:
    """Adds ``GET /_sandbox/`` and the forms of it."""

    @app.get("/_sandbox/")
    def _page() -> ResponseReturnValue:
        language = "en" if request.args.get("lang") == "en" else "de"
        return render_template(
            "desk.html",
            de=language == "de",
            lang=language,
            error=request.args.get("error", ""),
            sandbox=sandbox,
            kinds=KINDS,
            variants=VARIANTS,
            **_state(sandbox),
        )

    @app.post("/_sandbox/form/<operation>")
    def _form(operation: str) -> ResponseReturnValue:
        language = "en" if request.form.get("lang") == "en" else "de"
        try:
            operations[operation](**_values(operation))
            error = ""
        except (ApiError, ValueError, TypeError, ArithmeticError, KeyError) as problem:
            error = str(problem) or type(problem).__name__
        from urllib.parse import urlencode

        query = urlencode({"lang": language, **({"error": error} if error else {})})
        return redirect(f"/_sandbox/?{query}")


def _values(operation: str) -> dict[str, Any]:
    from sandbox.lexoffice.desk import arguments

    form = request.form
    given: dict[str, Any] = {
        name: form[name].strip() for name in _FORMS[operation] if form.get(name, "").strip()
    }
    if "times" in given:
        given["times"] = int(given["times"])
    if "linked" in given:
        given["linked"] = given["linked"] == "yes"
    for name in ("amount", "gross"):
        if name in given:
            given[name] = (
                given[name].replace(".", "").replace(",", ".")
                if "," in given[name]
                else given[name]
            )
    return arguments(given)


def _state(sandbox: LexofficeSandbox) -> dict[str, Any]:
    world = sandbox.world
    with world.lock:
        today = world.clock.today()
        newest = sorted(world.vouchers.values(), key=lambda v: (v.on, v.number), reverse=True)
        rows = [
            {
                "voucher": each,
                "open": open_amount(each),
                "late": is_late(world, each, today),
                "dunnings": sum(1 for entry in each.related if entry.type == "dunning"),
            }
            for each in newest[:_ROWS]
        ]
        contacts = sorted(world.contacts.values(), key=lambda c: c.name.casefold())
        return {
            "today": today,
            "rows": rows,
            "vouchers": len(newest),
            "contacts": contacts[:_ROWS],
            "customers": len(contacts),
            "chosen": dict(world.variants.chosen),
            "active": sandbox.gateway.faults.active(),
            "log": list(reversed(sandbox.requests[-_LOG:])),
            "subscriptions": list(world.subscriptions.values()),
            "deliveries": list(reversed(sandbox.deliveries[-_LOG:])),
        }
