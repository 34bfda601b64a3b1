"""One invoice as it is now, with all that decides whether it may be dunned: the last look."""

from __future__ import annotations

from connectors._values import Json
from connectors.stripe.client import path_of
from connectors.stripe.events import ref
from connectors.stripe.optional import lacks
from connectors.stripe.stream import Pass
from core.domain.platform_records import Batch
from core.errors import ConnectorError, NotFound

_INTENT, _CHARGES = "pi_", ("ch_", "py_")
# What else an event about money may name (§3), and the list that it stands on.
_MONEY = {"re_": "refunds", "pyr_": "refunds", "du_": "disputes", "dp_": "disputes"}
# What names its invoice itself: thin events say no more than these ids (§4).
_OF_INVOICE = {"cn_": "credit_notes", "inpay_": "invoice_payments"}


def look(work: Pass, external_id: str) -> Batch:
    """One request for an open invoice of which nothing was paid; two more for each payment, whose
    refunds and disputes no invoice shows (§0.7). ``external_id`` of a payment, refund or dispute
    stands for the invoices that it is about: events name no more than that (§4).
    """
    for id_ in _invoices(work, external_id):
        work.reader.read_alone(id_, always=True)
    return work.batch({})


def _invoices(work: Pass, id_: str) -> list[str]:
    path = next((path for prefix, path in _OF_INVOICE.items() if id_.startswith(prefix)), "")
    if path:
        invoice = ref(_object(work, path, id_), "invoice")
        return [invoice] if invoice else []
    intent = _intent(work, id_)
    if intent is None:
        return [id_]
    return sorted(work.lists.invoices_of(intent)) if intent else []


def _intent(work: Pass, id_: str) -> str | None:
    """The PaymentIntent that an id is or belongs to, "" = none; None of any other object."""
    if id_.startswith(_INTENT):
        return id_
    if id_.startswith(_CHARGES):
        return work.lists.intent_of(id_)
    path = next((path for prefix, path in _MONEY.items() if id_.startswith(prefix)), "")
    if not path:
        return None
    row = _object(work, path, id_)
    charge = ref(row, "charge")
    return ref(row, "payment_intent") or (work.lists.intent_of(charge) if charge else "")


def _object(work: Pass, path: str, id_: str) -> Json:
    """What an event named; empty where there is none, or no right to it."""
    try:
        return work.lists.client.get(path_of(path, id_))
    except NotFound:
        return {}
    except ConnectorError as error:
        if lacks(error):
            return {}
        raise
