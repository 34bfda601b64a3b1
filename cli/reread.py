"""Invoices that were read again on request: what is open of them now."""

from __future__ import annotations

from collections.abc import Sequence

from cli.call import say
from cli.i18n import tr
from cli.output import money
from cli.words import number
from core.domain.model import ItemState
from core.services.sync import Reread


def invoice_documents(found: Sequence[Reread]) -> list[dict[str, object]]:
    """As `sync --invoice` shows them beside its document."""
    return [
        {
            "external_id": now.external_id,
            "number": now.number,
            "currency": now.outstanding.currency,
            "total": now.total,
            "outstanding": now.outstanding,
            "before": None if before is None else before.outstanding,
            "state": now.state,
            "gone": gone,
        }
        for now, before, gone in found
    ]


def tell_invoices(found: Sequence[Reread]) -> None:
    """A line for each invoice."""
    for each in found:
        now, open_now = number(each.now), money(each.now.outstanding)
        if each.before is None:
            say(f"{now}: offen {open_now}.", f"{now}: open {open_now}.")
        elif each.before.outstanding == each.now.outstanding:
            say(f"{now}: unverändert, offen {open_now}.", f"{now}: unchanged, open {open_now}.")
        else:
            was = money(each.before.outstanding)
            why = _why(each)
            say(
                f"{now}: offen {open_now}, vorher {was}{why}.",
                f"{now}: open {open_now}, {was} before{why}.",
            )


def _why(found: Reread) -> str:
    if found.gone:
        return tr("; auf der Plattform gelöscht", "; deleted on the platform")
    return {
        ItemState.SETTLED: tr("; beglichen", "; settled"),
        ItemState.CANCELLED: tr("; storniert", "; cancelled"),
        ItemState.WRITTEN_OFF: tr("; ausgebucht", "; written off"),
    }.get(found.now.state, "")
